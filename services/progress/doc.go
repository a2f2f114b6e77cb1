// Package progress knows how far each person is in each period of a course, and when the course is completed.
//
// Rules:
//   - An enrolment opens the progress of its period, and fixes what completes it: all lessons of that course version,
//     and its quiz if it has one.
//   - Lessons may be done in any order. A lesson is noted as started once and as completed once; a lesson completed
//     without having been opened is noted with no time spent.
//   - Lessons open once the courses that the version requires are completed, in any version and not expired; what was begun
//     goes on.
//   - A period that enrolment moves goes on in the other version: lessons with the same id and text stay done, a passed quiz stays
//     passed, and what is complete by that is completed. A completed period stays in its version.
//   - What completes a lesson that is no text is fixed with the opening too: a video by the share of it that was watched, as the
//     player says; a text to be confirmed by its reader's word for this version and these bytes; a live session by attendance.
//   - A live session is held for the people of a unit; trainers of that unit or one above it reach it. Attendance comes from lists:
//     what is not known yet becomes an import, row by row, once it was previewed; the same list again says nothing. Who attended
//     the share that their version asks, of one session, has done the lesson. An import can be taken back: what other lists say
//     holds then, and a lesson that is no longer attended is open again, unless the course is completed: people decide that.
//   - Whoever is of a session's unit and still has to take its lesson is invited to it, at once or once they begin the course; whoever
//     was invited is told each change of time or place, and that it is not held. A session with attendance is neither changed nor
//     cancelled. Who moves into the unit while the course is open is told of the next change only.
//   - Time is the server's: from the start of a lesson to its completion, at most an hour of it.
//   - Besides, time is measured: the page of a lesson says every two minutes and when it is left how long it was in sight, and how
//     long somebody was at it. What it says is noted as far as it lies between what was noted last of this person, of whatever
//     page, and now: two pages are not counted twice, nor is an hour of a clock that was set back. A lesson counts at most three
//     times its planned minutes. What is acknowledged is a fact already; a page keeps what was not.
//   - The ledger of hours: a completed course credits the hours of its version in the year of completion, of the province's calendar;
//     measured time stands beside, in the year of its day. Both belong to the unit that the person held on that day, as it is
//     known now: a correction of somebody's career moves them.
//   - The first passed attempt counts for the quiz; its mark is the mark of the course. One that is passed only after it was
//     marked anew counts from then on; one that no longer is stays counted, as people must decide what follows.
//   - The course is completed once, by the same command that does the last thing needed; what is noted later changes
//     nothing of that.
//   - People see and change their own progress only, and only that of their latest period.
//
// Events in: CoursePublished, PersonEnrolled, PeriodMoved, AttemptSubmitted, AttemptRemarked, CertificateIssued, and those of people and units.
// Out: of a period CourseOpened, CourseMoved, LessonStarted, LessonWatched, ReadingConfirmed, LessonAttended, LessonReopened, LessonCompleted,
// QuizPassed and CourseCompleted; of time LessonTimeNoted; of sessions SessionScheduled, SessionChanged, SessionCancelled, SessionInvited, SessionUninvited, AttendanceImported and AttendanceUndone.
package progress

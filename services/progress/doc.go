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
//   - Time is the server's: from the start of a lesson to its completion, at most an hour of it.
//   - The first passed attempt counts for the quiz; its mark is the mark of the course. One that is passed only after it was
//     marked anew counts from then on; one that no longer is stays counted, as people must decide what follows.
//   - The course is completed once, by the same command that does the last thing needed; what is noted later changes
//     nothing of that.
//   - People see and change their own progress only, and only that of their latest period.
//
// Events in: CoursePublished, PersonEnrolled, PeriodMoved, AttemptSubmitted, AttemptRemarked. Events out: CourseOpened, CourseMoved, LessonStarted,
// LessonCompleted, QuizPassed, CourseCompleted.
package progress

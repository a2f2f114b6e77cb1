// Package enrolment says who must take which course until when: by assignment to a unit, or because a campaign is due.
//
// A person's enrolment in a course is a row of periods. A later period deletes nothing of an earlier one.
//
// Rules:
//   - A trainer takes an assignment of a course back, with a reason: it ends, and a period that it opened is withdrawn, unless it is
//     completed, excused or begun, or another assignment or a programme asks the same. What stood before a withdrawn period
//     stands again, and its number is not given twice. Whoever completes the course all the same has passed it. What it opens
//     within an hour after that, being stopped in the middle of enrolling, is withdrawn too. It is not undone; it is assigned again.
//   - A course on offer is assigned to an existing unit, with a due time not before the end of today in Viet Nam.
//     A trainer assigns within the units of the role.
//   - An assignment enrols whom it is about among the members of the unit and of those below it, and whoever joins one of them
//     before it is due: everyone, or those named, of some posts, who joined lately, or who lack a competency. It opens the
//     first period of a course only: whoever is in the course, or has completed it, is left alone.
//   - One that gives people some days is a rule that lasts until it is ended. It follows people as they move: looked at when
//     somebody joins or a unit moves, and once a day.
//   - A rule may ask again what was completed: so many months after passing, or in each cycle from a fixed day on (every
//     January). What is open stays open, however late; whoever was excused is asked again in the next cycle. Where a month
//     has no such day, its last counts. Whoever comes late gets the days of a newcomer.
//   - A rule may ask for a programme. Its first period counts courses that were completed before and still hold, later periods
//     those completed since. The person is enrolled in what nobody can leave out, and chooses the rest; a programme is
//     completed once every part has what it asks for, and its second period asks the shorter path, if there is one.
//   - A campaign's tick opens a new period for whoever of its audience has none open, and reminds whoever has one, once per
//     tick; of a programme it reminds nobody at the tick. The tick says until when the period must be completed.
//   - When a tick's reminder is due, whoever has not completed the period that it opened is reminded; in a programme, of the open
//     course that is due first. When its escalation is due, the nearest heads above those who are late get one notice for each tick
//     and unit; nobody is told of their own lateness.
//   - A tick with a hold-out leaves a share of each unit out by chance, until the others are due: docs/decisions/0024. The draw
//     is recorded once, no method tells or changes an arm, and other rules ask as ever. While it runs, previews tell of the people of
//     both arms only that they are being compared.
//   - A withdrawn course enrols and reminds nobody; open periods go on.
//   - Completing the course closes the period.
//   - Whoever leaves a unit keeps the periods that are open.
//   - A head or a trainer excuses a person of theirs from an open period, with a reason, and takes that back. Nobody excuses
//     themselves. The period stays and may be completed; nobody is reminded of it.
//   - A person asks for a course whose version says who approves: the head, a trainer, one after the other, or nobody. What is
//     asked is asked once while it waits, and needs the courses to be completed before it, in any version, not expired.
//   - A step is taken by who holds its role for the person's unit on that day, or who stands in for them; never by who asked
//     nor in their place. Asked of it by a message are those who hold the role nearest to the person's unit.
//   - A refusal gives a reason. The last approval opens a period that is due 30 days later, unless one is open by then.
//   - Publishing a version says who in an earlier one goes over to it: nobody, those who have opened no lesson, or all. A period
//     that is completed stays where it was.
//
// A merged unit's members count in its successor, and what a reorganisation brings into the reach of a running assignment
// is enrolled by it.
//
// Events in: all about units, memberships and retirement; those of courses and programmes of the catalogue; CampaignTicked,
// TimerFired; CourseCompleted; RoleGranted, RoleWithdrawn; LessonStarted, LessonCompleted, LessonAttended, AttemptStarted, AttemptStarted. Events out: AssignmentMade, AssignmentEnded, AssignmentTakenBack,
// PersonEnrolled, EnrolmentReminded, EnrolmentCompleted, PersonExcused, ExcuseWithdrawn, EnrolmentWithdrawn, EnrolmentRequested, EnrolmentApproved,
// EnrolmentRefused, RequestWithdrawn, PeriodMoved, ProgrammeEnrolled, ProgrammeCourseCounted, ProgrammeCompleted, ArmsDrawn,
// PersonHeldOut, HoldOutEnded,
// OverdueEscalated.
package enrolment

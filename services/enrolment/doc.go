// Package enrolment says who must take which course until when: by assignment to a unit, or because a campaign is due.
//
// A person's enrolment in a course is a row of periods. A later period deletes nothing of an earlier one.
//
// Rules:
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
//   - A campaign's tick opens a new period for whoever has none open, and reminds whoever has one, once per tick. The
//     period is due at the end of the day that lies the campaign's days after the tick, in Viet Nam.
//   - A withdrawn course enrols and reminds nobody; open periods go on.
//   - Completing the course closes the period.
//   - Whoever leaves a unit keeps the periods that are open.
//   - A head or a trainer excuses a person of theirs from an open period, with a reason, and takes that back. Nobody excuses
//     themselves. The period stays and may be completed; nobody is reminded of it.
//
// A merged unit's members count in its successor, and what a reorganisation brings into the reach of a running assignment
// is enrolled by it.
//
// Events in: all about units, memberships and retirement; CoursePublished, CourseWithdrawn; CampaignTicked;
// CourseCompleted. Events out: AssignmentMade, AssignmentEnded, PersonEnrolled, EnrolmentReminded, EnrolmentCompleted,
// PersonExcused, ExcuseWithdrawn.
package enrolment

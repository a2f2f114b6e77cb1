// Package evaluation tells what a campaign will do before it is launched, and afterwards what was predicted and what came.
//
// Rules of what-if:
//   - How people come is learnt from the earlier ticks of campaigns that are over: of those asked, who began, when, and when they
//     finished, with the time they were at it. It is learnt from all of them first, and from those of the same course or programme
//     after that; what is assumed (content/forecast/arrival.yaml) counts as some more observations, and a page says how many real
//     ones there were.
//   - Asked is for whom a tick opens a period, and whom it reminds of an open one that they have not begun. Each asking is one
//     observation; a start counts for the latest asking before it. Whoever is held out is asked later and in neither number.
//   - The chance of each person is that of all, with their own past beside it: of earlier periods with a due time, how many
//     they completed in time. Only whose own past makes it less likely is named. Periods that they asked for themselves, and those that were excused, say nothing about that.
//   - What an hour costs is an assumption (content/forecast/cost.yaml).
//   - At each tick what is expected is recorded before anybody comes, and is compared with what came. How far earlier
//     forecasts were off widens the next ones.
//   - A trainer asks about units in which the role was given. Who may miss the deadline is named for them only; each look is logged.
//
// Events in: directory.unit.*, directory.person.*, catalog.course-published, scheduler.campaign-ticked, enrolment.enrolment.*,
// enrolment.programme.*, progress.lesson-started, progress.course-completed, progress.lesson-time-noted, quiz.attempt-started.
// Events out: evaluation.forecast-made.
package evaluation

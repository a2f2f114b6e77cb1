// Package evaluation tells what a campaign will do before it is launched, what was predicted and what came, and what it changed.
//
// Rules of what-if:
//   - How people come is learnt from the earlier ticks of campaigns that are over: of those asked, who began, when, and when they
//     finished, with the time they were at it. It is learnt from all of them first, and from those of the same course or programme
//     after that; what is assumed (content/forecast/arrival.yaml) counts as some more observations, and a page says how many real
//     ones there were.
//   - Asked is for whom a tick opens a period, and whom it reminds of an open one that they have not begun. Each asking is one
//     observation; a start counts for the latest asking before it. Whoever is held out is asked later and in neither number.
//   - The chance of each person is that of all, with their own past beside it: of earlier periods with a due time, how many
//     they completed in time. Only whose own past makes it less likely is named. Periods that they asked for themselves, and those
//     that were excused, say nothing about that.
//   - What an hour costs is an assumption (content/forecast/cost.yaml).
//   - At each tick what is expected is recorded before anybody comes, and is compared with what came. How far earlier
//     forecasts were off widens the next ones.
//   - A trainer asks about units in which the role was given. Who may miss the deadline is named for them only; each look is logged.
//
// Rules of the effect of a campaign's tick that held people out by chance; the estimators and their sources stand in the package
// trial, the reasons in docs/decisions/0024:
//   - Everybody counts in the arm in which chance put them, in the unit in which they were drawn, whatever becomes of them
//     (intention to treat). Whoever was excused is in neither arm.
//   - The outcome is whether the course was completed after the tick and by the time when those asked are due.
//   - Marks are compared among those who had a mark in the course's quiz before the tick: who they are was settled before chance
//     fell. What counts is the latest mark that each has shown by the deadline, adjusted for the one before.
//   - Until the deadline nothing is told but that it runs. Afterwards an effect is told whatever it is, also zero, and never for arms under
//     five people. Effects are of a whole tick, so that no two of them can be subtracted.
//   - No method tells who is in which arm, or the seed. An auditor (an analyst or administrator without a unit) has the arms
//     recomputed from the seed that was recorded when the campaign was scheduled, and is told what does not follow from it, in
//     numbers.
//
// Events in: directory.unit.*, directory.person.*, catalog.course-published, scheduler.campaign-scheduled, scheduler.campaign-ticked,
// enrolment.enrolment.*, enrolment.programme.*, enrolment.arms-drawn, progress.lesson-started, progress.course-completed,
// progress.lesson-time-noted, quiz.attempt-started, quiz.attempt-submitted, quiz.attempt-remarked.
// Events out: evaluation.forecast-made.
package evaluation

// Package evaluation tells what campaigns change.
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
// Events in: CampaignScheduled, CampaignTicked; ArmsDrawn, PersonHeldOut, PersonEnrolled, EnrolmentReminded, EnrolmentCompleted;
// AttemptSubmitted, AttemptRemarked. Events out: none.
package evaluation

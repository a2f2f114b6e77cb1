// Package scheduler makes campaigns fall due and timers fire: each due time exactly once, with any number of replicas.
//
// A campaign gives a course or a programme to people of a unit and those below it, whenever a cron expression in a time zone falls
// due. What being due means is for others to decide: enrolment hears CampaignTicked and opens periods or reminds.
//
// Rules:
//   - A campaign names a published course or programme that is not withdrawn and a known unit; a trainer schedules, pauses,
//     resumes and stops campaigns only in the units in which the role was given. An acknowledgement is a course whose lessons
//     are texts to be confirmed, all of them.
//   - It falls due at the times of its expression from From on (never before it was scheduled) until Until, both
//     included, and at least once. It cannot be due more than once a minute, and its times must not depend on when
//     one starts to count (so no "@every").
//   - Wall-clock times are those of its zone. One that a day does not have (31 April, 29 February of a common year,
//     the hour skipped in spring) is not due; one that a night has twice (autumn) is due twice. Viet Nam has no
//     daylight saving time.
//   - What falls on a day off stays, is skipped, or moves to the same time of the next business day. Only what is due once a day
//     at most can be moved; several times that move to one day are one.
//   - Each due time is ticked at most once: the campaign's stream remembers the last, and a tick at or before it decides
//     nothing. Replicas need no leader; the second writer finds the stream moved and decides again.
//   - The cursor is the last tick, never the clock: the next due time is the first after it. A clock set back
//     ticks nothing again.
//   - Due times that passed unseen (a downtime) collapse into one tick for the latest of them; or are left out, when they are
//     more than 15 minutes late; or get a tick each, a minute apart, the latest 100. Missed says how many got no tick of their
//     own, counted up to maxMissed.
//   - What falls due in a pause is never made up for. Stopping is for ever. What a tick has started goes on, its reminders
//     included.
//   - A plan never changes. A clone is another campaign.
//   - A tick says until when what it gives must be completed: so many days or business days after it, or until the next such day
//     of a month.
//   - A tick sets timers for its reminders and its escalation, a certificate that expires one for 30 days before. A timer
//     fires once, or lapses when it is too late to be of use: a reminder when the next one is due, or at the deadline.
//   - The platform's own schedules are shipped as data and tick as campaigns do.
//
// Events in: catalog.course-published, catalog.course-withdrawn, catalog.programme-published, catalog.programme-withdrawn,
// directory.unit.* for what stands below what, certification.certificate-issued, -revoked and -superseded.
// Events out: scheduler.campaign-scheduled, -ticked, -paused, -resumed, -stopped, scheduler.timer-set, -fired, -cancelled,
// scheduler.routine-ticked.
package scheduler

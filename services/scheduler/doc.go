// Package scheduler makes campaigns fall due: each due time exactly once, with any number of replicas.
//
// A campaign gives a course again to a unit and those below it, whenever a cron expression in a time zone falls due.
// What being due means is for others to decide: enrolment hears CampaignTicked and opens periods or reminds.
//
// Rules:
//   - A campaign names a published course that is not withdrawn and a known unit; a trainer schedules and stops
//     campaigns only in the units in which the role was given.
//   - It falls due at the times of its expression from From on (never before it was scheduled) until Until, both
//     included, and at least once. It cannot be due more than once a minute, and its times must not depend on when
//     one starts to count (so no "@every").
//   - Wall-clock times are those of its zone. One that a day does not have (31 April, 29 February of a common year,
//     the hour skipped in spring) is not due; one that a night has twice (autumn) is due twice. Viet Nam has no
//     daylight saving time.
//   - Each due time is ticked at most once: the campaign's stream remembers the last, and a tick at or before it decides
//     nothing. Replicas need no leader; the second writer finds the stream moved and decides again.
//   - The cursor is the last tick, never the clock: the next due time is the first after it. A clock set back
//     ticks nothing again.
//   - Several due times that passed unseen (a downtime) collapse into one tick for the latest of them; Missed says how
//     many earlier ones it stands for, counted up to maxMissed. Nobody gets three reminders after three days of darkness.
//   - Stopping is for ever. What a tick has started goes on.
//
// Events in: catalog.course-published, catalog.course-withdrawn, directory.unit.* for what stands below what.
// Events out: scheduler.campaign-scheduled, scheduler.campaign-ticked, scheduler.campaign-stopped.
package scheduler

// Package reporting adds up who was given which course and how far they came, unit by unit, and proves the sums.
//
// Rules, in plain words:
//   - A person counts in one unit: of the memberships still held, the one that began last. Who holds none counts nowhere.
//     When a person moves, everything that counts of the person moves along.
//   - Whoever is excused and has not completed the period is counted apart; no rate counts it as owing.
//   - An erased person goes on counting where she was, without a name, so that totals stay as they were; nothing is due of her any
//     more, and what happens to her unit still moves her with it.
//   - Of every course only a person's latest period counts; a new period starts again at "assigned" and deletes nothing
//     from the record.
//   - A period that is withdrawn was never assigned: the one before it counts again, or none.
//   - A period is started with its first lesson or attempt, passed with the quiz, completed when progress says so, and
//     certified with its certificate.
//   - A unit is shown with all units below it. The read model keeps the numbers of each unit's own members; what lies
//     below is added when asked, so that a change touches one line and never a whole branch.
//   - The sums are kept fact by fact. A recount reads the whole record with code of its own, checks the hash chain of every
//     stream on the way, and lists each number that differs and each fact that is broken.
//   - An export of who completed what has everybody who counts in the unit, once, and in its other form every period that the numbers
//     count, once. It is read part by part: who moves from one unit to another in the seconds of an export may be in it twice, or not.
//   - Heads see their units and those below; whoever holds a role everywhere sees everything. Names are sealed until shown.
//
// Events in: all about units and memberships, person-registered, person-corrected, person-erased, course-published,
// course-withdrawn, person-enrolled, person-excused, excuse-withdrawn, enrolment-withdrawn, lesson-started, attempt-started, quiz-passed, course-completed, certificate-issued. Events out: none.
package reporting

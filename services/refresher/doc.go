// Package refresher asks people again what they have learnt, a few questions at a time, when they are about to forget it.
//
// Rules; the numbers among them stand in content/refresher/rules.yaml:
//   - Whoever passes the quiz of a course begins to remember its competencies: the tags of the course version that was passed. Recall fades by
//     FSRS-6 (assessment/recall); passing again, and each refresher, is a review. What a review made of a memory stands in its
//     fact, so that other parameters change nothing that was reckoned.
//   - A competency is due when the predicted probability of recall has fallen to the desired retention.
//   - Once a week everything that falls due within the week becomes one refresher of three to five questions: two for each
//     competency, those recalled least first. With fewer than three questions nothing is asked.
//   - There is at most one refresher for a week and at most one that is open: the person's stream remembers the week, whatever the number
//     of replicas; weeks that passed in a downtime become one. An unfinished one expires when the next comes, and reviews nothing.
//   - Nothing is asked of whoever serves nowhere, has retired, is on leave or was erased, nor about courses from which they are excused.
//   - Questions are the approved items of the banks of the courses that were passed, of the kinds that a tap answers, tagged with
//     the competency. They are drawn by a recorded seed; what was not asked lately comes first. An open refresher keeps its item versions.
//   - Each answer is a fact when it is acknowledged, and final: what is right is shown then. The last one finishes the refresher. A
//     competency is graded by the share of its questions that were answered wholly right.
//   - People see their own memories only. Trainers and analysts see means by competency and unit: of a group under five nothing, nor
//     what would tell it by subtraction.
//
// Events in: progress.quiz-passed, with progress.course-opened and -moved of the same stream for the version; catalog.course-published and -withdrawn; those of
// quiz.item; enrolment.person-enrolled, -completed, person-excused and excuse-withdrawn; those of directory.person and directory.unit.
// Events out: competencies-passed, refresher-offered, question-answered, refresher-finished, refresher-expired.
package refresher

// Package quiz keeps question banks, runs attempts and marks them.
//
// # Rules in plain words
//
// A bank holds the items of a course. An item version never changes. What an author writes or imports is a draft: it is
// drawn once another trainer has approved it, and until then the version before it is. What ships with the platform is
// live at once. A retired item is not drawn. An unchanged item writes nothing, and one that is not in an imported file
// stays. Running attempts keep the versions they were drawn with. All versions stay readable.
//
// A quiz is how attempts in a version of a course are drawn and marked. It follows from the published course, and trainers
// revise it; an attempt keeps the rules that it was started with. It obeys those of the course version that its period names.
//
// An attempt belongs to a person in an open period of a course. It is started when no other one is open (an open one is
// given back), the courses that its version requires are completed and still hold or a lesson of the period was opened, the quiz was not passed in this period, the allowed number of attempts is not used up, the time to cool off
// is over, no sitting is still to open and the bank holds enough items. Attempts of a period count from 1 and each is a
// stream of its own, so that two starts at once meet on the same stream and become one attempt. Before a sitting the
// attempts of everybody are drawn ahead, so that at its opening a start only appends.
//
// Items are drawn by a recorded seed, see Draw. Every answer is saved as it is given, with the time at which it was given
// and the one at which it arrived; of several the one given last counts. What is typed is sealed under its writer's key.
// Time is the server's: answers are taken until the deadline and a short grace, then the attempt closes by itself with
// what was saved. An answer that comes later is kept, and does not count.
//
// An adaptive test draws each item by the answers before, from the calibrated ones; where these are too few, the attempt is
// a plain one. One that was not finished is worth the share of the least number of items that was answered.
//
// When a key was wrong, closed attempts are marked anew by another version's keys: as a preview showed, each once, however
// often that is confirmed. Certificates stay as they were issued.
//
// # Marking
//
// A single-choice or true/false item gives 1 when exactly the key was chosen, else 0. A multiple-choice item gives
//
//	max(0, (right choices chosen − wrong choices chosen) ÷ right choices),
//
// so that choosing everything earns nothing extra and guessing costs what it may gain. The mark of an attempt is
// ten times the mean over its items, rounded half up to two decimals; it passes at or above the pass mark. The other kinds
// are marked as assessment/item says; what certainty and tries do to a mark stands at markCertainty and markTry.
//
// Keys, explanations and marks leave the service only to the owner of an attempt, once it is closed or, with immediate
// feedback, once the item was checked for good; trainers see the bank.
//
// # Events
//
// In: catalog.CoursePublished defines a quiz and says what comes before it; progress.CourseCompleted, LessonStarted and
// LessonCompleted tell who has that, or has begun; enrolment.PersonEnrolled, EnrolmentCompleted and
// EnrolmentWithdrawn tell who has an open period;
// measurement.BankCalibrated tells what adaptive tests draw from.
// Out: of items ItemWritten, ItemSubmitted, ItemApproved, ItemReturned, ItemRetired, ItemRestored and PictureStored; of rules
// QuizDefined, QuizRevised, SittingScheduled, SittingPrepared, SittingCancelled and ExtraTimeGranted; of attempts
// AttemptPrepared, AttemptStarted, AnswerSaved, AnswerCameLate, ItemFlagged, AttemptObserved, DeadlineExtended,
// AttemptSubmitted and AttemptRemarked; RemarkDecided.
package quiz

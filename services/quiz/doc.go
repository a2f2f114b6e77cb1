// Package quiz keeps question banks, runs attempts and marks them.
//
// # Rules in plain words
//
// A bank holds the items of a course. An item version never changes: an import that finds a changed item writes the
// next version, an unchanged one writes nothing, and an item that is not in the file stays. Running attempts keep the
// versions they were drawn with. All versions stay readable.
//
// A quiz is how attempts in a version of a course are drawn and marked. It follows from the published course. An attempt
// obeys the rules of the course version that its period names.
//
// An attempt belongs to a person in an open period of a course. It is started when no other one is open (an open one is
// given back), the quiz was not passed in this period, the allowed number of attempts is not used up and the bank holds
// enough items. Attempts of a period count from 1 and each is a stream of its own, so that two starts at once meet on
// the same stream and become one attempt.
//
// Items are drawn by a recorded seed, see Draw. Every answer is saved as it is given; the latest counts. Time is the
// server's: answers are taken until the deadline and a short Grace, then the attempt closes by itself with what was saved.
//
// # Marking
//
// A single-choice or true/false item gives 1 when exactly the key was chosen, else 0. A multiple-choice item gives
//
//	max(0, (right choices chosen − wrong choices chosen) ÷ right choices),
//
// so that choosing everything earns nothing extra and guessing costs what it may gain. The mark of an attempt is
// ten times the mean over its items, rounded half up to two decimals; it passes at or above the pass mark.
//
// Keys, explanations and marks leave the service only for a closed attempt and only to its owner; trainers see the bank.
//
// # Events
//
// In: catalog.CoursePublished defines a quiz; enrolment.PersonEnrolled and EnrolmentCompleted tell who has an open period.
// Out: ItemWritten, QuizDefined, AttemptStarted, AnswerSaved, AttemptSubmitted.
package quiz

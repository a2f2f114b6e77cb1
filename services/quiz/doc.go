// Package quiz keeps question banks, runs attempts and marks them.
//
// # Rules in plain words
//
// A bank holds the items of a course. An item version never changes: whoever changes an item writes its next version, and
// what is not changed writes nothing. What trainers write is a draft; another trainer must approve it before it is drawn. What
// ships with the platform was approved before. A retired item is no longer drawn. Attempts keep the versions they were drawn
// with, and all versions stay readable.
//
// A quiz is how attempts in a version of a course are drawn and marked. Its first rules follow from the published course;
// a trainer may revise them. An attempt keeps the rules it was started with.
//
// An attempt belongs to a person in an open period of a course. It is started when no other one is open (an open one is
// given back), the quiz was not passed in this period, the allowed number of attempts is not used up, the wait after the
// last one is over, no sitting says to wait, and the bank holds enough items. Attempts of a period count from 1 and each is a
// stream of its own, so that two starts at once meet on the same stream and become one attempt.
//
// A sitting fixes when everybody starts. Everybody's items are drawn before it opens.
//
// Items are drawn by a recorded seed, see Draw. Every answer is saved as it is given; the one given last counts, whatever
// the order of arrival. Time is the server's: answers are taken until the deadline and a short grace, then the attempt closes by
// itself with what was saved. Later ones are kept beside it and do not count. A person may be granted more time, before or during.
//
// # Behaviours
//
// deferred: answers can be changed until the attempt is handed in. immediate: the person has an answer checked, sees what is right
// and may try again as often as the rules say. certainty: each answer comes with how sure the person is, and a sure wrong one costs.
// adaptive: the answers so far choose the next item, until it is clear whether the person passes.
//
// # Marking
//
// What an answer is worth, 0 to 1, is said by assessment/item. The mark of an attempt is ten times the mean over its items, at least
// 0, rounded half up to two decimals; it passes at or above the pass mark. When a key was wrong, attempts are marked anew by the
// keys of another version, after showing whose results change.
//
// Keys, explanations and marks leave the service only for a closed attempt, or an item checked for good, and only to its owner; trainers
// see the bank. What people typed is sealed under their own key.
//
// # Events
//
// In: catalog.CoursePublished defines a quiz; enrolment.PersonEnrolled and EnrolmentCompleted tell who has an open period;
// measurement.BankCalibrated has the parameters for adaptive tests.
// Out: ItemWritten, ItemSubmitted, ItemApproved, ItemReturned, ItemRetired, ItemRestored, PictureStored, QuizDefined, QuizRevised,
// SittingScheduled, SittingPrepared, SittingCancelled, ExtraTimeGranted, AttemptPrepared, AttemptStarted, AnswerSaved, AnswerCameLate,
// ItemFlagged, AttemptObserved, DeadlineExtended, AttemptSubmitted, RemarkDecided, AttemptRemarked.
package quiz

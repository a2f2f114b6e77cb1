// Package measurement says what answers tell about items and about people.
//
// # Rules in plain words
//
// Every closed attempt is counted, item version by item version; versions are never mixed. Two counts are kept: of first
// attempts (the first one of a person in a course, ever) and of all. An attempt that is marked anew is taken out as it was and
// counted as it is.
//
// Adaptive tests choose items by what people can do, so they tell nothing of facility, discrimination or reliability: they
// count only as exposure and for Elo ratings. Under certainty-based marking it is the answer that is measured and not the bet.
//
// Elo ratings of people and items move with every attempt from the first. Every night a bank with enough new answers is
// calibrated: items with at least 200 first attempts get the parameters of the two-parameter logistic model, which
// adaptive tests use. Items whose difficulty has moved against the others' are flagged.
//
// The formulas, with their sources, stand in assessment/measure.
//
// # Events
//
// In: quiz.AttemptSubmitted and AttemptRemarked; ItemWritten and RemarkDecided, for which choices are keys.
// Out: BankCalibrated.
package measurement

// Package measure says what answers tell about items and about people.
//
// It is pure: no clock, no store, no randomness but from a seed that is an argument. It has five parts, from what
// needs the fewest answers to what needs the most:
//
//   - ItemTally, TestTally: classical figures, kept by adding and taking away one attempt at a time;
//     Findings says what is wrong with an item.
//   - Elo: a rating of people and items from the first answer.
//   - Calibrate: the two-parameter logistic model (Item) from many people's answers; Drifts compares two such calibrations.
//   - EAP, ML: a person's ability from answers to calibrated items; Information, Expected and CutFor are over a bank.
//   - Next, Stop: the adaptive test, as functions of the answers so far.
//
// A mark is a number from 0 to 1. Abilities and difficulties are on the logistic scale (D = 1, no factor 1.7), where
// the people of a calibration have mean 0 and standard deviation 1.
package measure

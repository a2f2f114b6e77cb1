package events

import "time"

// BankCalibrated gives the items of a course's bank the parameters that first attempts show. Stream measurement.bank.<course>.
type BankCalibrated struct {
	Course    string           `json:"course"`
	Due       time.Time        `json:"due"` // of the calibration
	At        time.Time        `json:"at"`
	People    int              `json:"people"`
	Answers   int              `json:"answers"`
	Steps     int              `json:"steps"` // of the estimation
	Converged bool             `json:"converged"`
	Shift     float64          `json:"shift,omitempty"` // mean change of difficulty since the calibration before
	Items     []ItemParameters `json:"items"`           // those with enough answers
}

// ItemParameters are those of the two-parameter logistic model, on the scale where ability has mean 0 and deviation 1.
type ItemParameters struct {
	Item    string  `json:"item"`
	Version int     `json:"version"`
	A       float64 `json:"a"` // discrimination
	B       float64 `json:"b"` // difficulty
	AError  float64 `json:"a_error"`
	BError  float64 `json:"b_error"`
	N       int     `json:"n"`                 // answers
	Drift   float64 `json:"drift,omitempty"`   // change of B since the calibration before, less Shift
	Drifted bool    `json:"drifted,omitempty"` // the change is more than chance and more than a little
}

// EventType implements Event.
func (BankCalibrated) EventType() string { return "measurement.bank-calibrated.v1" }

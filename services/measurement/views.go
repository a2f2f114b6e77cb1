package measurement

import (
	"time"

	"khuevan/assessment/measure"
	"khuevan/events"
	"khuevan/platform/rpc"
)

// AnalysisRequest names a course.
type AnalysisRequest struct {
	Course string `json:"course"`
	All    bool   `json:"all,omitempty"` // of all attempts; else of first ones only
	After  uint64 `json:"after,omitempty"`
}

// Analysis is what the attempts at a quiz tell of its items.
type Analysis struct {
	Course     string         `json:"course"`
	Attempts   int64          `json:"attempts"` // counted
	Adaptive   int64          `json:"adaptive"` // adaptive tests, which are not
	Mean       measure.Figure `json:"mean"`     // mark out of 10
	Alpha      measure.Figure `json:"alpha"`    // Cronbach's
	Error      measure.Figure `json:"error"`    // standard error of measurement, of marks out of 10
	Calibrated time.Time      `json:"calibrated,omitzero"`
	People     int            `json:"people,omitempty"` // in the calibration
	Converged  bool           `json:"converged,omitempty"`
	Items      []ItemFigures  `json:"items"`
}

// ItemFigures is what is known of an item version.
type ItemFigures struct {
	Item           string                 `json:"item"`
	Version        int                    `json:"version"`
	N              int64                  `json:"n"`              // answers
	Facility       measure.Figure         `json:"facility"`       // mean mark, 0 to 1
	Discrimination measure.Figure         `json:"discrimination"` // item–rest correlation
	Exposure       measure.Figure         `json:"exposure"`       // share of attempts that had it
	Seconds        measure.Figure         `json:"seconds"`        // median
	Slow           measure.Figure         `json:"slow"`           // 90 % took at most so many seconds
	Elo            measure.Rating         `json:"elo"`
	Parameters     *events.ItemParameters `json:"parameters,omitempty"` // once calibrated
	Findings       []measure.Finding      `json:"findings,omitempty"`
}

// ItemAnalysisRequest names an item version.
type ItemAnalysisRequest struct {
	Course  string `json:"course"`
	Item    string `json:"item"`
	Version int    `json:"version"`
	All     bool   `json:"all,omitempty"`
	After   uint64 `json:"after,omitempty"`
}

// ItemAnalysis is everything that is known of an item version.
type ItemAnalysis struct {
	ItemFigures
	Choices []ChoiceFigures `json:"choices,omitempty"`
	Trace   []TracePoint    `json:"trace"`
	Curve   []CurvePoint    `json:"curve,omitempty"` // the item characteristic curve, once calibrated
}

// ChoiceFigures is a line of the distractor table.
type ChoiceFigures struct {
	Choice string         `json:"choice"`
	Key    bool           `json:"key,omitempty"`
	N      int64          `json:"n"`
	Share  measure.Figure `json:"share"`
	Rest   measure.Figure `json:"rest"` // mean mark of the other items of those who chose it
	Low    float64        `json:"low"`  // share of the lowest third who chose it; likewise below
	Middle float64        `json:"middle"`
	High   float64        `json:"high"`
}

// TracePoint is people of about the same mark in the other items.
type TracePoint struct {
	Rest  float64  `json:"rest"` // middle of the tenth, 0 to 1
	N     int64    `json:"n"`
	Mark  float64  `json:"mark"`            // mean
	Theta *float64 `json:"theta,omitempty"` // the ability that is worth Rest, once the bank is calibrated
}

// CurvePoint is a point of a curve.
type CurvePoint struct {
	Theta float64 `json:"theta"`
	Mark  float64 `json:"mark"` // to expect, 0 to 1
}

// CalibrateRequest names a course.
type CalibrateRequest struct {
	Course string `json:"course"`
}

// Calibrated tells what a calibration did.
type Calibrated struct {
	rpc.Receipt
	Items  int `json:"items"`
	People int `json:"people"`
}

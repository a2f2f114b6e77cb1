package measurement

import (
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

// bankState is the latest calibration of a bank; a zero Due is none.
type bankState struct{ events.BankCalibrated }

// Evolve implements eventsource.State.
func (s bankState) Evolve(e eventsource.Event) bankState {
	if c, ok := e.(events.BankCalibrated); ok {
		return bankState{c}
	}
	return s
}

// calibrateBank records a calibration. One that was due no later than the latest decides nothing, so that several
// replicas may reckon the same night.
type calibrateBank struct{ events.BankCalibrated }

// Stream implements eventsource.Command.
func (c calibrateBank) Stream() string { return "measurement.bank." + c.Course }

// Decide implements eventsource.Command.
func (c calibrateBank) Decide(s bankState) ([]eventsource.Event, error) {
	if !c.Due.After(s.Due) {
		return nil, nil
	}
	return []eventsource.Event{c.BankCalibrated}, nil
}

// nightly is when banks are calibrated, in the province's zone: when nobody takes a quiz.
const nightly = "30 2 * * *"

// freshDays is how many of the latest days are set against those before when items are looked at for drift.
const freshDays = 180

// freshFrom is the first day that counts as fresh.
func freshFrom(now time.Time) string {
	return now.UTC().AddDate(0, 0, -freshDays).Format(time.DateOnly)
}

package events

import "time"

// ForecastMade says what was expected of a campaign's tick when it came, so that nobody can say later that they knew it all along.
// Stream evaluation.forecast.<campaign>_<due, seconds since 1970>.
type ForecastMade struct {
	Campaign  string         `json:"campaign"`
	Tick      time.Time      `json:"tick"` // the campaign's due time
	Deadline  time.Time      `json:"deadline"`
	Asked     int            `json:"asked"` // people asked at the tick, who had not begun before
	From      time.Time      `json:"from"`  // midnight in the province's zone, from which hours and days count
	Hours     []float64      `json:"hours"` // expected starts in each hour of the first days
	Days      []float64      `json:"days"`  // expected starts on each day
	Finishers ForecastRange  `json:"finishers"`
	Basis     ForecastSource `json:"basis"`
}

// EventType implements Event.
func (ForecastMade) EventType() string { return "evaluation.forecast-made.v1" }

// ForecastRange is a number that is expected, with an interval of 95 %.
type ForecastRange struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// ForecastSource is what a forecast was learnt from, beside an assumption that counts as so many starts.
type ForecastSource struct {
	Ticks   int     `json:"ticks"`   // earlier ones that are over
	Asked   int     `json:"asked"`   // people at these
	Started int     `json:"started"` // of these
	Same    int     `json:"same"`    // of these, who began the same course or programme
	Assumed float64 `json:"assumed"` // starts that the assumption counts as
}

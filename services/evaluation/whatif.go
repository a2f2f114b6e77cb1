package evaluation

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"go.yaml.in/yaml/v3"

	"khuevan/events"
	"khuevan/forecast"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// Methods of forecasts.
var (
	AskWhatIf = rpc.Query[WhatIfRequest, WhatIf]("evaluation.what-if", "Foretells what a campaign's tick would bring: starts by the hour, finishers, who may miss it, hours and cost, and what staggering changes; writes nothing.",
		events.RoleTrainer).About(rpc.UnitIn("unit"), rpc.Logged, WhatIf.shown)
	GetPredictedActual = rpc.Query[PredictedActualRequest, PredictedActual]("evaluation.predicted-actual", "Sets what was foretold of a campaign's latest ticks beside what came.",
		events.RoleTrainer).About(rpc.Kept(rpc.AboutUnit))
)

// WhatIfRequest describes a campaign's tick to come.
type WhatIfRequest struct {
	Course    string          `json:"course,omitempty"`
	Programme string          `json:"programme,omitempty"` // instead of a course
	Unit      string          `json:"unit"`
	Audience  events.Audience `json:"audience,omitzero"`
	At        time.Time       `json:"at"`       // when it is due
	Deadline  time.Time       `json:"deadline"` // until when what it gives must be completed
	HoldOut   int             `json:"hold_out,omitempty"`
}

// WhatIf is what a tick is expected to bring.
type WhatIf struct {
	People    int             `json:"people"` // whom it is about
	Asked     int             `json:"asked"`  // of these, who would be asked at once and have not begun yet
	Starters  float64         `json:"starters"`
	Hours     []forecast.Hour `json:"hours"` // starts in the hours of the first days
	Days      []forecast.Hour `json:"days"`  // starts by day, each at its midnight
	Peak      forecast.Hour   `json:"peak"`
	Finishers forecast.Range  `json:"finishers"` // until the deadline
	MayMiss   []Risk          `json:"may_miss"`  // people whose own past says that they miss it rather than others, the likeliest first; at most 20
	Missing   int             `json:"missing"`   // all of these
	Seats     Seats           `json:"seats"`
	Staggered []Staggered     `json:"staggered"` // into 1 to 5 waves, as far as there are units; empty where nobody is asked
	Basis     Basis           `json:"basis"`
}

// Risk is somebody with the chance of finishing in time.
type Risk struct {
	Person string         `json:"person"`
	Unit   string         `json:"unit"`
	Chance float64        `json:"chance"`
	Habit  forecast.Habit `json:"habit"`
}

// Seats are the hours that those spend who finish, and what they cost.
type Seats struct {
	Each     float64 `json:"each"`  // hours of one
	From     string  `json:"from"`  // how that is known: SeatsMeasured, SeatsCourse, SeatsAssumed
	Hours    float64 `json:"hours"` // of all
	PerHour  float64 `json:"per_h"` // an assumption
	Cost     float64 `json:"cost"`  // an assumption, too
	Currency string  `json:"currency"`
}

// How the hours of one are known.
const (
	SeatsMeasured = "measured"
	SeatsCourse   = "course"
	SeatsAssumed  = "assumed"
)

// Staggered is the same in waves a working day apart, unit by unit.
type Staggered struct {
	Waves   int           `json:"waves"`
	Largest int           `json:"largest"` // people of the largest wave
	Peak    forecast.Hour `json:"peak"`
	Last    time.Time     `json:"last"` // when the last wave is asked
	Due     time.Time     `json:"due"`  // when it is due
}

// Basis is what a forecast was learnt from, beside an assumption that counts as so many starts.
type Basis = events.ForecastSource

func (w WhatIf) shown() []string {
	people := make([]string, len(w.MayMiss))
	for i, r := range w.MayMiss {
		people[i] = r.Person
	}
	return people
}

// whatIf answers what campaigns will do and did.
type whatIf struct {
	host.Deps
	arrivals *arrivals
	assumed  forecast.Assumed
	cost     hourCost
	days     forecast.Calendar
}

// hourCost is what an hour of study is assumed to cost.
type hourCost struct {
	Assumption bool    `yaml:"assumption"`
	Currency   string  `yaml:"currency"`
	PerHour    float64 `yaml:"per_hour"`
}

// Where shipped holds what is assumed.
const (
	curveFile = "forecast/arrival.yaml"
	costFile  = "forecast/cost.yaml"
)

func newWhatIf(d host.Deps, shipped fs.FS) (*whatIf, error) {
	days, err := clock.ReadCalendar(shipped, "calendar")
	if err != nil {
		return nil, err
	}
	w := &whatIf{Deps: d, days: func(day time.Time) bool { return !days.DayOff(day) }}
	w.arrivals = newArrivals(w.days)
	text, err := fs.ReadFile(shipped, curveFile)
	if err != nil {
		return nil, fmt.Errorf("forecasts: %w", err)
	}
	if w.assumed, err = forecast.Read(text); err != nil {
		return nil, fmt.Errorf("%s: %w", curveFile, err)
	}
	w.cost, err = readCost(shipped)
	return w, err
}

func readCost(shipped fs.FS) (c hourCost, err error) {
	text, err := fs.ReadFile(shipped, costFile)
	if err != nil {
		return c, fmt.Errorf("forecasts: %w", err)
	}
	if err := yaml.Unmarshal(text, &c); err != nil {
		return c, fmt.Errorf("%s: %w", costFile, err)
	}
	if c.PerHour < 0 || c.Currency == "" || !c.Assumption {
		return c, fmt.Errorf("%s: want per_hour of 0 or more, a currency, and assumption: true, for pages say that it is one", costFile)
	}
	return c, nil
}

const mostHoldOut = 50

func (r WhatIfRequest) check() error {
	wrong := fault.New(fault.Invalid, "Chưa dự báo được.", "This cannot be foretold.")
	switch {
	case (r.Course == "") == (r.Programme == ""):
		return wrong.With("course", "Chọn một khóa học hoặc một chương trình", "Choose one course or one programme")
	case r.At.IsZero():
		return wrong.With("at", "Cho biết kỳ này đến hạn lúc nào", "Say when the tick is due")
	case !r.Deadline.After(r.At):
		return wrong.With("deadline", "Hạn hoàn thành phải sau lúc giao", "The deadline must be after the tick")
	case r.HoldOut < 0 || r.HoldOut > mostHoldOut:
		return wrong.With("hold_out", "Từ 0 đến 50 phần trăm", "0 to 50 percent")
	}
	return nil
}

// ask foretells a tick that would be as the request says.
func (w *whatIf) ask(ctx context.Context, req WhatIfRequest) (WhatIf, error) {
	if err := req.check(); err != nil {
		return WhatIf{}, err
	}
	now := w.Clock.Now()
	people, all, err := w.arrivals.reach(ctx, summons{Content: contentOf(req.Course, req.Programme), Unit: req.Unit, Audience: req.Audience}, now)
	if err != nil {
		return WhatIf{}, err
	}
	f, err := w.foresight(ctx, contentOf(req.Course, req.Programme), now)
	if err != nil {
		return WhatIf{}, err
	}
	at := req.At
	if at.Before(now) {
		at = now
	}
	out := f.foretell(all, clock.Local(at), clock.Local(req.Deadline), 1-float64(req.HoldOut)/100)
	out.People = people
	return out, nil
}

package evaluation

import (
	"context"
	"math"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// told is whether a forecast of a tick was recorded.
type told bool

// Evolve implements eventsource.State.
func (t told) Evolve(e eventsource.Event) told {
	_, made := e.(events.ForecastMade)
	return t || told(made)
}

// foretell records what is expected of a tick, once.
type foretell struct{ Fact events.ForecastMade }

// Stream implements eventsource.Command.
func (c foretell) Stream() string {
	return "evaluation.forecast." + roundID(c.Fact.Campaign, c.Fact.Tick)
}

// Decide implements eventsource.Command.
func (c foretell) Decide(t told) ([]eventsource.Event, error) {
	if t {
		return nil, nil
	}
	return []eventsource.Event{c.Fact}, nil
}

// foretells records a forecast of each tick that asks somebody. Those whom enrolment has asked already when it is heard count as
// still to be asked; what was learnt ends with the tick.
func (w *whatIf) foretells() host.Reactor {
	return host.Reactor{Name: "foretell", Facts: []string{"scheduler.campaign.campaign-ticked"}, React: func(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
		e, ok := r.Event.(events.CampaignTicked)
		if !ok {
			return nil, nil
		}
		for _, p := range []*readmodel.Projection{w.arrivals.projection, w.arrivals.units.Projection} {
			if err := w.AwaitFor(ctx, p, r.Seq); err != nil {
				return nil, err
			}
		}
		q := summons{Content: contentOf(e.Course, e.Programme), Unit: e.Unit, Audience: e.Audience, Round: roundID(e.Campaign, e.Due)}
		_, all, err := w.arrivals.reach(ctx, q, r.Time)
		if err != nil || len(all) == 0 {
			return nil, err
		}
		f, err := w.foresight(ctx, q.Content, r.Time)
		if err != nil {
			return nil, err
		}
		return []eventsource.Request{eventsource.Prepare(foretell{f.fact(e, all, clock.Local(r.Time))})}, nil
	}}
}

// fact is the forecast of a tick that comes at a local time, to be recorded.
func (f foresight) fact(e events.CampaignTicked, all []invited, at time.Time) events.ForecastMade {
	out := f.foretell(all, at, clock.Local(deadlineOf(e)), 1-float64(e.HoldOut)/100)
	fact := events.ForecastMade{Campaign: e.Campaign, Tick: e.Due, Deadline: deadlineOf(e), Asked: out.Asked, From: clock.Midnight(at).UTC(),
		Finishers: events.ForecastRange{Value: rounded(out.Finishers.Value), Low: rounded(out.Finishers.Low), High: rounded(out.Finishers.High)}, Basis: out.Basis}
	for _, h := range out.Hours {
		fact.Hours = append(fact.Hours, rounded(h.Starts))
	}
	for _, d := range out.Days {
		fact.Days = append(fact.Days, rounded(d.Starts))
	}
	return fact
}

// rounded keeps facts short.
func rounded(x float64) float64 { return math.Round(x*1000) / 1000 }

// PredictedActualRequest names a campaign, as it stands after a fact.
type PredictedActualRequest struct {
	Campaign string `json:"campaign"`
	After    uint64 `json:"after,omitempty"`
}

// PredictedActual is what was foretold of a campaign's latest ticks that asked somebody, and what came; the newest first.
type PredictedActual struct {
	Ticks []Comparison `json:"ticks"`
}

// Comparison is a tick with what was foretold of it and what came.
type Comparison struct {
	Tick      time.Time            `json:"tick"`
	Deadline  time.Time            `json:"deadline"`
	Over      bool                 `json:"over"`
	Foretold  time.Time            `json:"foretold,omitzero"` // when; zero for a tick from before there were forecasts
	Expected  int                  `json:"expected"`          // people who were expected to be asked
	Starters  float64              `json:"starters"`          // expected in the end
	Finishers events.ForecastRange `json:"finishers"`         // expected until the deadline
	Basis     Basis                `json:"basis"`
	Asked     int                  `json:"asked"`
	Started   int                  `json:"started"`
	InTime    int                  `json:"in_time"` // who finished until the deadline
	Error     float64              `json:"error"`   // once it is over: finishers of those asked, less the share foretold
	Hours     []Pair               `json:"hours"`   // of the first days
	Days      []Pair               `json:"days"`
}

// Pair is starts as foretold and as they came, from a time on.
type Pair struct {
	At        time.Time `json:"at"`
	Predicted float64   `json:"predicted"`
	Actual    int       `json:"actual"`
}

// shownComparisons is how many ticks are compared at once.
const shownComparisons = 5

func (w *whatIf) predictedActual(ctx context.Context, req PredictedActualRequest) (PredictedActual, error) {
	out := PredictedActual{Ticks: []Comparison{}}
	if err := w.Await(ctx, w.arrivals.projection, req.After); err != nil {
		return out, err
	}
	page, err := w.arrivals.rounds.Find(ctx, readmodel.Query{Index: "campaign", Equal: []any{req.Campaign, true}, Desc: true, Limit: shownComparisons})
	if err != nil {
		return out, err
	}
	for _, d := range page.Items {
		if err := rpc.Reaches(ctx, rpc.Object{Kind: rpc.AboutUnit, ID: d.Unit}); err != nil {
			return PredictedActual{}, err
		}
		out.Ticks = append(out.Ticks, d.outcome(w.Clock.Now()))
	}
	return out, nil
}

// outcome compares a tick with its forecast.
func (d arrivalRound) outcome(now time.Time) Comparison {
	o := Comparison{Tick: d.Tick, Deadline: d.Due, Over: now.After(d.Due), Asked: d.Tally.Asked, Started: d.Tally.Started, InTime: d.InTime, Hours: []Pair{}, Days: []Pair{}}
	var fact events.ForecastMade
	if d.Foretold != nil {
		fact = d.Foretold.Fact
		o.Foretold, o.Expected, o.Finishers, o.Basis = d.Foretold.At, fact.Asked, fact.Finishers, fact.Basis
	}
	if o.Over && o.Asked > 0 && fact.Asked > 0 {
		o.Error = float64(o.InTime)/float64(o.Asked) - fact.Finishers.Value/float64(fact.Asked)
	}
	days := len(fact.Days)
	for hour := range d.Starts {
		days = max(days, hour/24+1)
	}
	from := clock.Local(d.From)
	for day := range days {
		o.Days = append(o.Days, Pair{At: from.AddDate(0, 0, day), Predicted: at(fact.Days, day), Actual: d.between(24*day, 24*(day+1))})
		o.Starters += at(fact.Days, day)
	}
	for hour := range min(24*days, shownHours) {
		o.Hours = append(o.Hours, Pair{At: from.Add(time.Duration(hour) * time.Hour), Predicted: at(fact.Hours, hour), Actual: d.Starts[hour]})
	}
	return o
}

// between counts the starts from one hour to before another.
func (d arrivalRound) between(from, to int) (n int) {
	for hour := from; hour < to; hour++ {
		n += d.Starts[hour]
	}
	return n
}

// at is the number at a place of a list that may be shorter.
func at(list []float64, i int) float64 {
	if i < len(list) {
		return list[i]
	}
	return 0
}

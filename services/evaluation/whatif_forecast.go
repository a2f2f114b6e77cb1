package evaluation

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"khuevan/forecast"
	"khuevan/platform/clock"
)

// foresight is everything that a forecast is made of but the people.
type foresight struct {
	curve  forecast.Curve
	spread float64
	habit  float64 // requests that the share of all counts as
	seats  Seats   // of one
	basis  Basis
	days   forecast.Calendar
	now    time.Time
}

// enoughMeasured is how many finishers tell how long it takes.
const enoughMeasured = 10

const (
	tietHours     = 0.75 // hours of a tiết
	secondsOfHour = 3600
)

// foresight learns from the ticks that are over: from all of them first, and with that as the assumption from those of the same
// content.
func (w *whatIf) foresight(ctx context.Context, content string, now time.Time) (foresight, error) {
	past, err := w.arrivals.past(ctx, now)
	if err != nil {
		return foresight{}, err
	}
	var all, same forecast.Tally
	for _, d := range past {
		all = all.Plus(d.Tally)
		if d.Content == content {
			same = same.Plus(d.Tally)
		}
	}
	c, _, err := w.arrivals.courses.Get(ctx, content)
	if err != nil {
		return foresight{}, err
	}
	f := foresight{days: w.days, now: now, habit: w.assumed.Habit, seats: seatsOf(same, c.Hours, w.assumed.Hours),
		basis:  Basis{Ticks: len(past), Asked: all.Asked, Started: all.Started, Same: same.Started, Assumed: w.assumed.Weight},
		spread: forecast.Spread(w.assumed.Spread, w.assumed.Campaigns, missed(past))}
	f.curve = forecast.Learn(forecast.Learn(w.assumed.Curve, w.assumed.Weight, all), w.assumed.Weight, same)
	f.seats.PerHour, f.seats.Currency = w.cost.PerHour, w.cost.Currency
	return f, nil
}

// missed tells how far forecasts of ticks that are over were off, as shares of those asked.
func missed(past []arrivalRound) (all []float64) {
	for _, d := range past {
		if f := d.Foretold; f != nil && f.Fact.Asked > 0 {
			all = append(all, float64(d.InTime)/float64(d.Tally.Asked)-f.Fact.Finishers.Value/float64(f.Fact.Asked))
		}
	}
	return all
}

// seatsOf are the hours of one who finishes: as measured, as the course says, or as assumed.
func seatsOf(same forecast.Tally, tiet int, assumed float64) Seats {
	switch {
	case same.Finished >= enoughMeasured && same.Seconds > 0:
		return Seats{Each: float64(same.Seconds) / float64(same.Finished) / secondsOfHour, From: SeatsMeasured}
	case tiet > 0:
		return Seats{Each: float64(tiet) * tietHours, From: SeatsCourse}
	}
	return Seats{Each: assumed, From: SeatsAssumed}
}

// What is shown of a forecast.
const (
	shownHours = 7 * 24
	shownRisks = 20
	mostWaves  = 5
)

// foretell says what comes when some people are asked at a time, less a share who are held out. Times are local.
func (f foresight) foretell(all []invited, at, due time.Time, share float64) WhatIf {
	wave := forecast.Wave{At: at, Due: due, People: len(all)}
	hours := f.curve.Starts([]forecast.Wave{wave}, f.days)
	for i := range hours {
		hours[i].Starts *= share
	}
	out := WhatIf{Asked: int(math.Round(float64(len(all)) * share)), Starters: forecast.Total(hours), Peak: forecast.Peak(hours), Days: byDay(hours),
		Hours: hours[:min(len(hours), shownHours)], MayMiss: []Risk{}, Staggered: []Staggered{}, Seats: f.seats, Basis: f.basis}
	risks, chances := f.chances(all, f.curve.InTime(wave, f.days))
	expected := forecast.Finishers(chances, f.spread)
	out.Finishers = forecast.Range{Value: expected.Value * share, Low: expected.Low * share, High: expected.High * share}
	out.Missing = len(risks)
	out.MayMiss = append(out.MayMiss, risks[:min(len(risks), shownRisks)]...)
	out.Seats.Hours = out.Finishers.Value * f.seats.Each
	out.Seats.Cost = out.Seats.Hours * f.seats.PerHour
	if len(all) > 0 {
		out.Staggered = f.staggered(all, at, due, share)
	}
	return out
}

// chances are those of all people to finish in time, of whom a share does. Whose own past makes it less likely is named, the least
// likely first; of whom nothing is known nobody is suspected.
func (f foresight) chances(all []invited, share float64) (risks []Risk, chances []float64) {
	for _, p := range all {
		h := p.habit(f.now)
		r := Risk{Person: p.Person, Unit: p.Unit, Chance: h.Chance(share, f.habit), Habit: h}
		chances = append(chances, r.Chance)
		if r.Chance < share {
			risks = append(risks, r)
		}
	}
	slices.SortFunc(risks, func(a, b Risk) int {
		return cmp.Or(cmp.Compare(a.Chance, b.Chance), cmp.Compare(b.Habit.Asked, a.Habit.Asked), cmp.Compare(a.Person, b.Person))
	})
	return risks, chances
}

// staggered parts the people by unit into 1 to 5 waves, as far as there are units.
func (f foresight) staggered(all []invited, at, due time.Time, share float64) (list []Staggered) {
	sizes := map[string]int{}
	for _, p := range all {
		sizes[p.Unit]++
	}
	for n := 1; n <= min(mostWaves, len(sizes)); n++ {
		waves, _ := forecast.Stagger(sizes, n, at, due, f.days)
		peak := forecast.Peak(f.curve.Starts(waves, f.days))
		peak.Starts *= share
		s := Staggered{Waves: n, Peak: peak, Last: waves[n-1].At, Due: waves[n-1].Due}
		for _, w := range waves {
			s.Largest = max(s.Largest, int(math.Round(float64(w.People)*share)))
		}
		list = append(list, s)
	}
	return list
}

// byDay sums hours by day.
func byDay(hours []forecast.Hour) []forecast.Hour {
	days := []forecast.Hour{}
	for _, h := range hours {
		day := clock.Midnight(h.At)
		if n := len(days); n == 0 || !days[n-1].At.Equal(day) {
			days = append(days, forecast.Hour{At: day})
		}
		days[len(days)-1].Starts += h.Starts
	}
	return days
}

// Package forecast foretells when people begin what they are asked to do, how many finish in time, and what staggering changes.
//
// Time is counted in working days since the asking: a request on Friday afternoon and one on Tuesday morning are then alike. So
// many starts fall on each working day (Days), spread over its hours; whoever is asked in the middle of a day has lost the
// hours before, and what would have come in them comes a working day later. A part of the starts falls on days off: that of a
// week comes on the days off that follow it.
//
// A curve is learnt by shrinkage: what was assumed counts as some pseudo-observations beside the observed ones (a Dirichlet
// prior), so that an organisation without a past gets the assumption, and one with a long past its own.
package forecast

import "time"

// Slots is how many working days are told apart; the last one is "later".
const Slots = 30

// Curve is how people come. Days sum to 1; what Finish lacks of 1 is never finished.
type Curve struct {
	Start    float64        `json:"start"` // share of those asked who ever begin
	Days     [Slots]float64 `json:"days"`  // of those who begin, by working days since the asking
	Finish   [Slots]float64 `json:"finish"`
	Working  [24]float64    `json:"working"` // of the starts of a working day, by local hour
	Off      float64        `json:"off"`     // of the starts, those on days off
	OffHours [24]float64    `json:"off_hours"`
}

// Tally counts what was seen.
type Tally struct {
	Asked    int        `json:"asked"`
	Started  int        `json:"started"` // of these
	Days     [Slots]int `json:"days"`
	Finish   [Slots]int `json:"finish"`
	Working  [24]int    `json:"working"`
	OffHours [24]int    `json:"off_hours"`
	Seconds  int        `json:"seconds"` // that those took who finished
	Finished int        `json:"finished"`
}

// Began counts a start of somebody who was asked at a time. Times are local.
func (t *Tally) Began(asked, at time.Time, days Calendar) {
	t.Started++
	t.Days[min(days.between(asked, at), Slots-1)]++
	if days.working(at) {
		t.Working[at.Hour()]++
	} else {
		t.OffHours[at.Hour()]++
	}
}

// Done counts somebody who began and finished, after so many seconds at it. Times are local.
func (t *Tally) Done(began, at time.Time, seconds int, days Calendar) {
	t.Finished++
	t.Seconds += seconds
	t.Finish[min(days.between(began, at), Slots-1)]++
}

// Plus adds two tallies.
func (t Tally) Plus(o Tally) Tally {
	t.Asked, t.Started, t.Seconds, t.Finished = t.Asked+o.Asked, t.Started+o.Started, t.Seconds+o.Seconds, t.Finished+o.Finished
	for i := range t.Days {
		t.Days[i] += o.Days[i]
		t.Finish[i] += o.Finish[i]
	}
	for i := range t.Working {
		t.Working[i] += o.Working[i]
		t.OffHours[i] += o.OffHours[i]
	}
	return t
}

// Learn is the curve of what was seen beside an assumption that counts as so many starts.
func Learn(assumed Curve, weight float64, t Tally) Curve {
	c := Curve{Start: shrunk(assumed.Start, weight, t.Started, t.Asked)}
	on, off, started := 0, 0, 0
	for i := range t.Working {
		on, off = on+t.Working[i], off+t.OffHours[i]
	}
	for _, n := range t.Days {
		started += n
	}
	for i := range c.Days {
		c.Days[i] = shrunk(assumed.Days[i], weight, t.Days[i], started)
		c.Finish[i] = shrunk(assumed.Finish[i], weight, t.Finish[i], started)
	}
	for i := range c.Working {
		c.Working[i] = shrunk(assumed.Working[i], weight, t.Working[i], on)
		c.OffHours[i] = shrunk(assumed.OffHours[i], weight*assumed.Off, t.OffHours[i], off)
	}
	c.Off = shrunk(assumed.Off, weight, off, on+off)
	return c
}

// shrunk is the share k of n beside an assumed one that counts as so many.
func shrunk(assumed, weight float64, k, n int) float64 {
	if weight+float64(n) == 0 {
		return assumed
	}
	return (assumed*weight + float64(k)) / (weight + float64(n))
}

// Calendar tells which days are working days; nil is Monday to Friday. It is asked with local times.
type Calendar func(day time.Time) bool

func (c Calendar) working(day time.Time) bool {
	if c != nil {
		return c(day)
	}
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
}

// longest is how many days are looked through for a working day, or a day off: no run of either is longer.
const longest = 30

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// onward is the first working day from a day on.
func (c Calendar) onward(day time.Time) time.Time {
	for range longest {
		if c.working(day) {
			return day
		}
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// Add is the same time of day so many working days later.
func (c Calendar) Add(t time.Time, days int) time.Time {
	for range days {
		t = c.onward(t.AddDate(0, 0, 1))
	}
	return t
}

// mostBetween is how many days are counted between two times; more are all "later".
const mostBetween = 3 * Slots

// between counts the working days that begin after one time and not after another. A day off counts with the working day
// before it.
func (c Calendar) between(from, to time.Time) int {
	n, day, last := 0, midnight(c.onward(midnight(from))), midnight(to)
	for range mostBetween {
		day = day.AddDate(0, 0, 1)
		if day.After(last) {
			break
		}
		if c.working(day) {
			n++
		}
	}
	return n
}

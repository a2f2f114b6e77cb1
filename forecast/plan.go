package forecast

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Wave is people who are asked at one time. Times are local.
type Wave struct {
	At, Due time.Time
	People  int
}

// Hour is an hour and how many people are expected to begin in it.
type Hour struct {
	At     time.Time `json:"at"`
	Starts float64   `json:"starts"`
}

// Starts are the expected starts of some waves hour by hour, from the day of the first wave until nobody is left to come. They
// sum to the people times Curve.Start.
func (c Curve) Starts(waves []Wave, days Calendar) []Hour {
	if len(waves) == 0 {
		return nil
	}
	first := slices.MinFunc(waves, func(a, b Wave) int { return a.At.Compare(b.At) })
	n := line{from: midnight(first.At)}
	for _, w := range waves {
		c.spread(&n, w, days)
	}
	return n.hours
}

// line is hours from a midnight on.
type line struct {
	from  time.Time
	hours []Hour
}

func (l *line) add(day time.Time, shares [24]float64, people float64) {
	total := 0.0
	for _, x := range shares {
		total += x
	}
	if total == 0 || people == 0 {
		return
	}
	at := int(math.Round(day.Sub(l.from).Hours()))
	for len(l.hours) < at+24 {
		l.hours = append(l.hours, Hour{At: l.from.Add(time.Duration(len(l.hours)) * time.Hour)})
	}
	for h, x := range shares {
		l.hours[at+h].Starts += people * x / total
	}
}

// spread adds the starts of one wave: those of each working day, and on the days off after it what has gathered.
func (c Curve) spread(l *line, w Wave, days Calendar) {
	starters := float64(w.People) * c.Start
	left, today := c.left(w.At, days)
	day := days.onward(midnight(w.At))
	waiting := 0.0
	for slot := range Slots + 1 {
		hours := c.Working
		if slot == 0 {
			hours = today
		}
		here := starters * c.slot(slot, left)
		l.add(day, hours, here*(1-c.Off))
		waiting += here * c.Off
		next := days.Add(day, 1)
		if free := int(math.Round(next.Sub(day).Hours()/24)) - 1; free > 0 {
			for i := range free {
				l.add(day.AddDate(0, 0, i+1), c.OffHours, waiting/float64(free))
			}
			waiting = 0
		}
		day = next
	}
	l.add(day.AddDate(0, 0, -1), c.OffHours, waiting) // no day off has come since
}

// left is the part of the day's starts that may still come after a time, with the hours in which they do.
func (c Curve) left(at time.Time, days Calendar) (part float64, hours [24]float64) {
	if !days.working(at) {
		return 1, c.Working
	}
	all := 0.0
	for h, x := range c.Working {
		all += x
		if h >= at.Hour() {
			hours[h] = x
			part += x
		}
	}
	if all > 0 {
		part /= all
	}
	return part, hours
}

// slot is the share of the starts on a working day, where the first one has only a part left.
func (c Curve) slot(i int, left float64) float64 {
	share := 0.0
	if i < Slots {
		share = left * c.Days[i]
	}
	if i > 0 {
		share += (1 - left) * c.Days[i-1]
	}
	return share
}

// InTime is the share of those asked who finish until the wave is due.
func (c Curve) InTime(w Wave, days Calendar) float64 {
	left, _ := c.left(w.At, days)
	last, share := days.between(w.At, w.Due), 0.0
	for i := 0; i <= min(last, Slots); i++ {
		for j := 0; j < Slots && i+j <= last; j++ {
			share += c.slot(i, left) * c.Finish[j]
		}
	}
	return c.Start * share
}

// Peak is the hour with the most starts.
func Peak(hours []Hour) Hour {
	if len(hours) == 0 {
		return Hour{}
	}
	return slices.MaxFunc(hours, func(a, b Hour) int { return cmp.Compare(a.Starts, b.Starts) })
}

// Total sums the starts.
func Total(hours []Hour) (sum float64) {
	for _, h := range hours {
		sum += h.Starts
	}
	return sum
}

// Stagger parts units into waves of about the same size, a working day after each other; each has as many days as it would have
// had. The largest units are placed first, each into the smallest wave. of tells in which wave, from 0, a unit is.
func Stagger(sizes map[string]int, waves int, at, due time.Time, days Calendar) (all []Wave, of map[string]int) {
	units := make([]string, 0, len(sizes))
	for u := range sizes {
		units = append(units, u)
	}
	slices.SortFunc(units, func(a, b string) int { return cmp.Or(cmp.Compare(sizes[b], sizes[a]), cmp.Compare(a, b)) })
	given := midnight(due).Sub(midnight(at))
	for i := range max(waves, 1) {
		then := at
		if i > 0 {
			then = days.Add(at, i)
		}
		end := midnight(then).Add(given)
		all = append(all, Wave{At: then, Due: time.Date(end.Year(), end.Month(), end.Day(), due.Hour(), due.Minute(), due.Second(), 0, due.Location())})
	}
	of = map[string]int{}
	for _, u := range units {
		least := 0
		for i := range all {
			if all[i].People < all[least].People {
				least = i
			}
		}
		all[least].People += sizes[u]
		of[u] = least
	}
	return all, of
}

// Habit is what somebody did with earlier requests.
type Habit struct {
	Asked  int `json:"asked"`
	InTime int `json:"in_time"` // of these
}

// Chance is how likely somebody finishes in time: their own past beside the share of all, which counts as so many requests.
func (h Habit) Chance(share, weight float64) float64 { return shrunk(share, weight, h.InTime, h.Asked) }

// Range is a number that is expected, with an interval of 95 %.
type Range struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Finishers is how many of some people finish in time. spread is the standard deviation of the share from one campaign to the
// next; it matters more than the chance of each person.
func Finishers(chances []float64, spread float64) Range {
	n, sum, variance := float64(len(chances)), 0.0, 0.0
	for _, p := range chances {
		sum += p
		variance += p * (1 - p)
	}
	half := 1.959963984540054 * math.Sqrt(variance+n*n*spread*spread)
	return Range{sum, max(sum-half, 0), min(sum+half, n)}
}

// Spread is the standard deviation of forecasts, from an assumed one that counts as so many campaigns, and from the errors of
// those that are over.
func Spread(assumed, campaigns float64, errors []float64) float64 {
	squares := assumed * assumed * campaigns
	for _, e := range errors {
		squares += e * e
	}
	if campaigns+float64(len(errors)) == 0 {
		return assumed
	}
	return math.Sqrt(squares / (campaigns + float64(len(errors))))
}

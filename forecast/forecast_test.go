package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var zone = time.FixedZone("+07", 7*3600)

// monday is at eight in the morning.
var monday = time.Date(2026, 11, 30, 8, 0, 0, 0, zone)

func shipped(t testing.TB) Assumed {
	t.Helper()
	text, err := os.ReadFile("../content/forecast/arrival.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a, err := Read(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func wave(at time.Time, people int) Wave {
	due := at.AddDate(0, 0, 14)
	return Wave{At: at, Due: time.Date(due.Year(), due.Month(), due.Day(), 23, 59, 59, 0, zone), People: people}
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-6*max(1, math.Abs(a), math.Abs(b)) }

// curves draws a curve of any form.
func curves() *rapid.Generator[Curve] {
	return rapid.Custom(func(t *rapid.T) Curve {
		weights := func(to []float64) {
			sum := 0.0
			for i := range to {
				to[i] = float64(rapid.IntRange(0, 20).Draw(t, "weight"))
				sum += to[i]
			}
			if sum == 0 {
				to[len(to)-1], sum = 1, 1
			}
			for i := range to {
				to[i] /= sum
			}
		}
		c := Curve{Start: rapid.Float64Range(0, 1).Draw(t, "start"), Off: rapid.Float64Range(0, 0.5).Draw(t, "off")}
		weights(c.Days[:])
		weights(c.Finish[:])
		weights(c.Working[:])
		weights(c.OffHours[:])
		return c
	})
}

func times() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		return monday.Add(time.Duration(rapid.IntRange(0, 24*21).Draw(t, "hours")) * time.Hour)
	})
}

func TestStartsAreAllThatThereAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, n := curves().Draw(t, "curve"), rapid.IntRange(0, 30000).Draw(t, "people")
		hours := c.Starts([]Wave{wave(times().Draw(t, "at"), n)}, nil)
		if got, want := Total(hours), float64(n)*c.Start; !near(got, want) {
			t.Fatalf("%g starts of %g", got, want)
		}
	})
}

// onWorkingDays leaves days off out: what staggering can promise is about working days.
func onWorkingDays(hours []Hour) (all []Hour) {
	for _, h := range hours {
		if Calendar(nil).working(h.At) {
			all = append(all, h)
		}
	}
	return all
}

func TestStaggeringKeepsTotalsAndLowersThePeak(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, at := curves().Draw(t, "curve"), times().Draw(t, "at")
		at = Calendar(nil).onward(at)
		sizes, people := map[string]int{}, 0
		for i, n := range rapid.SliceOfN(rapid.IntRange(0, 300), 1, 40).Draw(t, "sizes") {
			sizes[fmt.Sprint(i)] = n
			people += n
		}
		one := wave(at, people)
		waves, of := Stagger(sizes, rapid.IntRange(1, 5).Draw(t, "waves"), at, one.Due, nil)
		placed := make([]int, len(waves))
		for u, i := range of {
			placed[i] += sizes[u]
		}
		for i, w := range waves {
			if placed[i] != w.People || w.Due.Sub(w.At) != one.Due.Sub(at) {
				t.Fatalf("wave %d: %+v, %d people placed", i, w, placed[i])
			}
		}
		before, after := c.Starts([]Wave{one}, nil), c.Starts(waves, nil)
		if !near(Total(before), Total(after)) {
			t.Fatalf("%g starts become %g", Total(before), Total(after))
		}
		if was, is := Peak(onWorkingDays(before)).Starts, Peak(onWorkingDays(after)).Starts; is > was+1e-6 {
			t.Fatalf("the peak rises from %g to %g", was, is)
		}
	})
}

func TestTheShippedCurveOnAnyDay(t *testing.T) {
	c := shipped(t).Curve
	for day := range 7 {
		at := monday.AddDate(0, 0, day)
		sizes := map[string]int{}
		for i := range 60 {
			sizes[fmt.Sprint(i)] = 20 + i
		}
		one, _ := Stagger(sizes, 1, at, wave(at, 0).Due, nil)
		last := Peak(c.Starts(one, nil)).Starts
		for k := 2; k <= 5; k++ {
			waves, _ := Stagger(sizes, k, at, one[0].Due, nil)
			if now := Peak(c.Starts(waves, nil)).Starts; now > last+1e-9 {
				t.Errorf("%s, %d waves: the peak rises from %.1f to %.1f", at.Weekday(), k, last, now)
			} else {
				last = now
			}
		}
	}
	if share := c.InTime(wave(monday, 1), nil); share < 0.4 || share > c.Start {
		t.Errorf("%.3f finish in time", share)
	}
}

// TestWhoeverIsAskedInTheAfternoonComesLater: nothing is crowded into the hours that are left of a day.
func TestWhoeverIsAskedInTheAfternoonComesLater(t *testing.T) {
	c := shipped(t).Curve
	early, late := wave(monday, 1000), wave(monday.Add(8*time.Hour), 1000)
	of := func(w Wave, at time.Time) float64 {
		for _, h := range c.Starts([]Wave{w}, nil) {
			if h.At.Equal(at) {
				return h.Starts
			}
		}
		return 0
	}
	four := monday.Add(8 * time.Hour)
	if a, b := of(early, four), of(late, four); b > a+1e-9 {
		t.Errorf("at four: %.2f of those asked at eight, %.2f of those asked at four", a, b)
	}
	if a, b := of(early, monday.AddDate(0, 0, 1)), of(late, monday.AddDate(0, 0, 1)); b <= a {
		t.Errorf("on Tuesday: %.2f of those asked in the morning, %.2f of those asked in the afternoon", a, b)
	}
	if of(late, monday) != 0 {
		t.Error("somebody comes before being asked")
	}
}

// TestACurveIsLearnt lets many people come by another curve than the assumed one.
func TestACurveIsLearnt(t *testing.T) {
	a, rng := shipped(t), rand.New(rand.NewPCG(1, 1))
	if c := Learn(a.Curve, a.Weight, Tally{}); !near(c.Start, a.Curve.Start) || !near(c.Days[1], a.Curve.Days[1]) || !near(c.OffHours[8], a.Curve.OffHours[8]) {
		t.Error("without a past it is not the assumed curve")
	}
	truth := a.Curve
	truth.Start = 0.6
	truth.Days = [Slots]float64{0.1, 0.1, 0.1, 0.7}
	truth.Finish = [Slots]float64{0, 0.5}
	var tally Tally
	for range 20000 {
		tally.Asked++
		if rng.Float64() > truth.Start {
			continue
		}
		slot, u := 0, rng.Float64()
		for u > truth.Days[slot] && slot < Slots-1 {
			u -= truth.Days[slot]
			slot++
		}
		at := Calendar(nil).Add(monday, slot).Add(time.Hour)
		tally.Began(monday, at, nil)
		if rng.Float64() < 0.5 {
			tally.Done(at, Calendar(nil).Add(at, 1), 3600, nil)
		}
	}
	c := Learn(a.Curve, a.Weight, tally)
	if math.Abs(c.Start-0.6) > 0.02 || math.Abs(c.Days[3]-0.7) > 0.02 || math.Abs(c.Finish[1]-0.5) > 0.02 {
		t.Errorf("learnt %+v", c)
	}
	due := Wave{At: monday, Due: monday.AddDate(0, 0, 4)}
	if got := c.InTime(due, nil); math.Abs(got-0.3) > 0.03 {
		t.Errorf("%.3f finish until Friday, want 0.3", got)
	}
	if got := c.InTime(Wave{At: monday, Due: monday.AddDate(0, 0, 1)}, nil); math.Abs(got-0.03) > 0.02 {
		t.Errorf("%.3f finish until Tuesday", got)
	}
}

func TestASumOfChances(t *testing.T) {
	steady, never := Habit{10, 10}, Habit{10, 0}
	if p, q := steady.Chance(0.6, 3), never.Chance(0.6, 3); p <= 0.6 || q >= 0.6 || (Habit{}).Chance(0.6, 3) != 0.6 {
		t.Errorf("chances %.2f and %.2f", p, q)
	}
	chances := make([]float64, 400)
	for i := range chances {
		chances[i] = 0.5
	}
	if r := Finishers(chances, 0); !near(r.Value, 200) || math.Abs(r.High-219.6) > 0.1 {
		t.Errorf("%+v", r)
	}
	if r := Finishers(chances, 0.1); r.High-r.Value < 78 {
		t.Errorf("campaigns differ, and yet %+v", r)
	}
	if s := Spread(0.08, 4, nil); s != 0.08 {
		t.Errorf("without a past the spread is %g", s)
	}
	if s := Spread(0.08, 4, []float64{0.3, -0.3}); s < 0.15 {
		t.Errorf("after two bad forecasts the spread is %g", s)
	}
}

func TestABadAssumptionIsRefused(t *testing.T) {
	text, err := os.ReadFile("../content/forecast/arrival.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{"start: 0.85": "start: 1.85", "weight: 200": "weight: 0", "finish: [0.45": "finish: [0.95", "off_hours: [0,": "off_hours: [-1,"} {
		if _, err := Read([]byte(strings.Replace(string(text), from, to, 1))); err == nil {
			t.Errorf("%s is accepted", to)
		}
	}
}

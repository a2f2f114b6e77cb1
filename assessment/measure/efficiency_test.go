package measure

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// contest lets the same people take an adaptive test and fixed forms of a bank whose parameters are estimated.
type contest struct {
	*truth
	bank  []Candidate
	rules Rules
	cut   float64 // true
}

func newContest(t *testing.T, seed uint64, items, people int) *contest {
	t.Helper()
	shares := []Share{{"law", 0.5}, {"mail", 0.3}, {"devices", 0.2}}
	c := &contest{truth: newTruth(seed, items, 4000)}
	found, _ := calibrated(t, c.answers(t, 40), DefaultCalibration())
	var estimated []Item
	for i, it := range found {
		tag := shares[2].Tag
		if i < items/2 {
			tag = shares[0].Tag
		} else if i < items*8/10 {
			tag = shares[1].Tag
		}
		c.bank = append(c.bank, Candidate{ID: fmt.Sprint(i), Item: it.Item, Tag: tag})
		estimated = append(estimated, it.Item)
	}
	c.rules = DefaultRules(CutFor(estimated, 5).Value, shares...)
	c.rules.Prior.Step = 0.25 // coarser than by default, which changes nothing but the time this takes
	c.cut = CutFor(c.items, 5).Value
	c.abilities = nil
	for range people {
		c.abilities = append(c.abilities, c.rng.NormFloat64())
	}
	return c
}

// outcome of a kind of test.
type outcome struct {
	items    float64            // mean
	wrong    float64            // share of people who are judged wrongly
	exposure float64            // of the item given most
	shares   map[string]float64 // of the items given
	reasons  map[Reason]int
}

func (c *contest) adaptive(t *testing.T) outcome {
	t.Helper()
	o := outcome{shares: map[string]float64{}, reasons: map[Reason]int{}}
	times := make([]float64, len(c.bank))
	given := 0.0
	for p, theta := range c.abilities {
		var s Session
		v := Stop(s, c.bank, c.rules)
		for ; !v.Stop; v = Stop(s, c.bank, c.rules) {
			at, ok := Next(s, c.bank, c.rules, uint64(p))
			if !ok {
				t.Fatal("nothing to give")
			}
			s.Taken = append(s.Taken, Taken{c.bank[at].ID, c.bank[at].Item, c.bank[at].Tag, c.mark(p, at)})
			times[at]++
			o.shares[c.bank[at].Tag]++
		}
		given += float64(len(s.Taken))
		o.reasons[v.Reason]++
		if v.Pass != (theta >= c.cut) {
			o.wrong++
		}
		for i := range c.bank {
			c.bank[i].Rate = times[i] / float64(p+1)
		}
	}
	n := float64(len(c.abilities))
	o.items, o.wrong, o.exposure = given/n, o.wrong/n, slices.Max(times)/n
	for tag := range o.shares {
		o.shares[tag] /= given
	}
	return o
}

// fixed gives the share of people judged wrongly by forms of 1, 2, … times step items. pick gives a person's longest form;
// its first items are a shorter one. It is judged by the same estimate as the adaptive test.
func (c *contest) fixed(step, times int, pick func() []int) []float64 {
	wrong := make([]float64, times+1)
	wrong[0] = 0.5
	for p, theta := range c.abilities {
		var given []Given
		for n, at := range pick()[:step*times] {
			given = append(given, Given{c.bank[at].Item, c.mark(p, at)})
			if (n+1)%step == 0 && (EAP(given, c.rules.Prior).Theta >= c.rules.Cut) != (theta >= c.cut) {
				wrong[(n+1)/step] += 1 / float64(len(c.abilities))
			}
		}
	}
	return wrong
}

// drawn is a form drawn by the shares of the content, as a blueprint does.
func (c *contest) drawn(rng *rand.Rand) func() []int {
	return func() []int {
		var s Session
		var form []int
		open := rng.Perm(len(c.bank))
		for range 60 {
			at := lagging(s, c.bank, c.rules.Shares, open)[0]
			open = slices.DeleteFunc(open, func(i int) bool { return i == at })
			form = append(form, at)
			s.Taken = append(s.Taken, Taken{Tag: c.bank[at].Tag})
		}
		return form
	}
}

// peaked is the same form for all: the items that tell most at the cut.
func (c *contest) peaked() func() []int {
	form := make([]int, len(c.bank))
	for i := range form {
		form[i] = i
	}
	at := func(i int) float64 { return c.bank[i].Item.Information(c.rules.Cut) }
	slices.SortStableFunc(form, func(i, j int) int { return cmp.Compare(at(j), at(i)) })
	return func() []int { return form }
}

// shortest is the first length from which on forms judge at least as well; ok is false when the longest does not.
func shortest(wrong []float64, step int, as float64) (items int, ok bool) {
	n := len(wrong)
	for n > 0 && wrong[n-1] <= as {
		n--
	}
	return n * step, n < len(wrong)
}

func TestAdaptiveTestNeedsFewerItems(t *testing.T) {
	c := newContest(t, 33, 300, 2000)
	o := c.adaptive(t)
	drawn := c.fixed(5, 12, c.drawn(rand.New(rand.NewPCG(5, 5))))
	peaked := c.fixed(3, 12, c.peaked())
	n, ok := shortest(drawn, 5, o.wrong)
	m, okPeaked := shortest(peaked, 3, o.wrong)
	if !ok || !okPeaked {
		t.Fatalf("adaptive %v; no form is as good: drawn %v, peaked %v", o.wrong, drawn, peaked)
	}
	t.Logf("adaptive: %.1f items, %.2f %% wrong, exposure at most %.3f, content %v, ends %v", o.items, 100*o.wrong, o.exposure, o.shares, o.reasons)
	t.Logf("drawn by content: as good from %d items on (ratio %.2f); wrong by fives %.3f", n, o.items/float64(n), drawn[1:])
	t.Logf("same for all, peaked at the cut: as good from %d items on (ratio %.2f); wrong by threes %.3f", m, o.items/float64(m), peaked[1:])
	if o.items > 0.6*float64(n) {
		t.Errorf("%v items where a drawn form needs %d", o.items, n)
	}
	if o.exposure > c.rules.MostRate+0.01 {
		t.Errorf("an item is given to %v", o.exposure)
	}
	for _, s := range c.rules.Shares {
		if math.Abs(o.shares[s.Tag]-s.Part) > 0.03 {
			t.Errorf("%v of the items are of %s, want %v", o.shares[s.Tag], s.Tag, s.Part)
		}
	}
}

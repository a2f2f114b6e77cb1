package quiz

import (
	"context"
	"math"
	"math/rand/v2"

	"khuevan/assessment/measure"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// scalesView keeps the parameters of calibrated items, and how often adaptive tests gave them.
type scalesView struct {
	projection *readmodel.Projection
	banks      *readmodel.Collection[events.BankCalibrated] // by course
	exposures  *readmodel.Collection[exposureDoc]           // by course
}

// exposureDoc counts finished adaptive tests of a course and the items in them.
type exposureDoc struct {
	Course string         `json:"course"`
	Tests  int            `json:"tests"`
	Given  map[string]int `json:"given"`
}

func newScalesView() scalesView {
	v := scalesView{banks: readmodel.NewCollection[events.BankCalibrated]("scales"), exposures: readmodel.NewCollection[exposureDoc]("exposures")}
	v.projection = readmodel.NewProjection("scales", 1, []string{"measurement.bank", "quiz.attempt.attempt-submitted"}, v.apply, v.banks, v.exposures)
	return v
}

func (v scalesView) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.BankCalibrated:
		return v.banks.Update(b, e.Course, func(d *events.BankCalibrated) { *d = e })
	case events.AttemptSubmitted:
		if e.Behaviour != Adaptive {
			return nil
		}
		return v.exposures.Update(b, e.Course, func(d *exposureDoc) {
			if d.Given == nil {
				d.Course, d.Given = e.Course, map[string]int{}
			}
			d.Tests++
			for _, m := range e.Marks {
				d.Given[m.Item]++
			}
		})
	}
	return nil
}

// pool is what an adaptive test draws from.
type pool struct {
	items      []Drawable          // calibrated and live, in the order of their ids
	candidates []measure.Candidate // the same
	scale      []measure.Item      // the same
	shares     []measure.Share
	rules      events.QuizRules
	cut        float64
}

// pool brings together the live items that are calibrated; false where they are too few for the rules, or no ability is
// worth the pass mark.
func (a api) pool(ctx context.Context, course string, rules events.QuizRules) (pool, bool, error) {
	bank, err := a.stock.drawable(ctx, course)
	if err != nil {
		return pool{}, false, err
	}
	known, err := a.parameters(ctx, course)
	if err != nil {
		return pool{}, false, err
	}
	shown, _, err := a.scales.exposures.Get(ctx, course)
	if err != nil {
		return pool{}, false, err
	}
	p := pool{rules: rules}
	weight := map[string]float64{}
	for _, it := range sorted(bank) {
		at, ok := known[versionKey(course, it.Item, it.Version)]
		if !ok {
			continue
		}
		c := measure.Candidate{ID: it.Item, Item: measure.Item{A: at.A, B: at.B}, Tag: contentOf(rules, it)}
		if shown.Tests > 0 {
			c.Rate = float64(shown.Given[it.Item]) / float64(shown.Tests)
		}
		weight[c.Tag]++
		p.items, p.candidates, p.scale = append(p.items, it), append(p.candidates, c), append(p.scale, c.Item)
	}
	p.shares = sharesOf(rules, p.candidates, weight)
	cut := measure.CutFor(p.scale, rules.Pass)
	p.cut = cut.Value
	return p, cut.OK && len(p.items) >= rules.Adaptive.Most, nil
}

// parameters gives the parameters of a course's item versions, by versionKey.
func (a api) parameters(ctx context.Context, course string) (map[string]events.ItemParameters, error) {
	doc, _, err := a.scales.banks.Get(ctx, course)
	known := make(map[string]events.ItemParameters, len(doc.Items))
	for _, p := range doc.Items {
		known[versionKey(course, p.Item, p.Version)] = p
	}
	return known, err
}

// calibrated counts the live items that an adaptive test can use.
func (a api) calibrated(ctx context.Context, course string, bank []Drawable) (int, error) {
	known, err := a.parameters(ctx, course)
	n := 0
	for _, it := range bank {
		if _, ok := known[versionKey(course, it.Item, it.Version)]; ok {
			n++
		}
	}
	return n, err
}

// contentOf is the content that an item counts for: the first row of the blueprint that it fits, else its topic.
func contentOf(rules events.QuizRules, it Drawable) string {
	for _, row := range rules.Blueprint {
		if fits(row, it) {
			return rowName(row)
		}
	}
	if len(rules.Blueprint) > 0 {
		return ""
	}
	return it.Topic
}

// sharesOf balances content as the blueprint does; without one, as the bank does.
func sharesOf(rules events.QuizRules, all []measure.Candidate, weight map[string]float64) []measure.Share {
	if len(rules.Blueprint) > 0 {
		sum := 0.0
		for _, row := range rules.Blueprint {
			sum += float64(row.Items)
		}
		var shares []measure.Share
		for _, row := range rules.Blueprint {
			shares = append(shares, measure.Share{Tag: rowName(row), Part: float64(row.Items) / sum})
		}
		return shares
	}
	var shares []measure.Share
	done := map[string]bool{}
	for _, c := range all {
		if !done[c.Tag] {
			done[c.Tag] = true
			shares = append(shares, measure.Share{Tag: c.Tag, Part: weight[c.Tag] / float64(len(all))})
		}
	}
	return shares
}

// measureRules are the rules of the test for package measure.
func (p pool) measureRules() measure.Rules {
	r := measure.DefaultRules(p.cut, p.shares...)
	r.Min, r.Max = p.rules.Adaptive.Least, p.rules.Adaptive.Most
	r.Z = math.Sqrt2 * math.Erfinv(2*p.rules.Adaptive.Confidence-1) // so much of the posterior lies on one side of the cut
	return r
}

// session is a test so far. An item that is no longer in the pool is left out.
func (p pool) session(items []events.DrawnItem, marks []float64) measure.Session {
	var s measure.Session
	for i, d := range items {
		for _, c := range p.candidates {
			if c.ID == d.Item {
				s.Taken = append(s.Taken, measure.Taken{ID: c.ID, Item: c.Item, Tag: c.Tag, Mark: marks[i]})
			}
		}
	}
	return s
}

// next draws the item that follows, nil where the test is over.
func (p pool) next(seed uint64, items []events.DrawnItem, marks []float64) (*events.DrawnItem, measure.Estimate) {
	s, rules := p.session(items, marks), p.measureRules()
	v := measure.Stop(s, p.candidates, rules)
	if v.Stop {
		return nil, v.Ability
	}
	at, ok := measure.Next(s, p.candidates, rules, seed)
	if !ok {
		return nil, v.Ability
	}
	d := dice{rand.NewPCG(seed, drawStream+uint64(len(items)))}.show(p.items[at])
	d.Tag = p.candidates[at].Tag
	return &d, v.Ability
}

// firstItem begins an adaptive test; false where too few items are calibrated.
func (a api) firstItem(ctx context.Context, s standing, seed uint64) ([]events.DrawnItem, bool, error) {
	p, ok, err := a.pool(ctx, s.course, s.Rules)
	if err != nil || !ok {
		return nil, false, err
	}
	first, _ := p.next(seed, nil, nil)
	if first == nil {
		return nil, false, nil
	}
	return []events.DrawnItem{*first}, true, nil
}

// chooserOf gives what follows each answer of an attempt.
func (a api) chooserOf(ctx context.Context, at loaded) (chooser, error) {
	p, _, err := a.pool(ctx, at.Started.Course, at.rules())
	return func(items []events.DrawnItem, marks []float64) (*events.DrawnItem, float64, float64) {
		next, ability := p.next(at.Started.Seed, items, marks)
		return next, ability.Theta, ability.Error
	}, err
}

// unfinished is why a test ended that was handed in, or ran out of time, before its rule stopped it.
const unfinished = "unfinished"

// scaleOf turns the marks of an attempt into its outcome. The mark is what the ability is worth over the whole pool. Of a
// test with fewer answers than the least, only the share that was answered counts.
func (a api) scaleOf(ctx context.Context, at loaded) (scale, error) {
	p, _, err := a.pool(ctx, at.Started.Course, at.rules())
	return func(items []events.DrawnItem, marks []events.ItemMark) outcome {
		answered := 0
		for _, m := range marks {
			if m.Answered {
				answered++
			}
		}
		v := measure.Stop(p.session(items, bare(marks)), p.candidates, p.measureRules())
		o := outcome{Mark: measure.MarkOutOf10(p.scale, v.Ability.Theta), Theta: v.Ability.Theta, Error: v.Ability.Error, Stop: string(v.Reason)}
		if !v.Stop || answered < len(items) {
			o.Stop = unfinished
		}
		if least := p.rules.Adaptive.Least; answered < least {
			o.Mark *= float64(answered) / float64(least)
		}
		return o
	}, err
}

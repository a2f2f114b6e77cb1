package measure

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// Candidate is an item of the bank that may be given.
type Candidate struct {
	ID   string
	Item Item
	Tag  string  // of its content
	Rate float64 // share of the tests so far in which it was given, 0 to 1
}

// Taken is an item that was given, with its mark.
type Taken struct {
	ID   string  `json:"id"`
	Item Item    `json:"item"` // as calibrated when it was given
	Tag  string  `json:"tag"`
	Mark float64 `json:"mark"`
}

// Session is a test so far: what was taken, in order.
type Session struct {
	Taken []Taken `json:"taken"`
}

// Share is the part of a test that should be of one content tag.
type Share struct {
	Tag  string
	Part float64 // the parts of a test sum to 1
}

// Rules are those of an adaptive test; see DefaultRules.
type Rules struct {
	Min, Max int     // items
	Cut      float64 // the ability that separates pass from fail; see CutFor
	Z        float64 // half the width of the confidence interval, in standard errors
	Among    int     // the next item is drawn among so many of the most informative ones; 1 takes the best
	MostRate float64 // an item given more often is not given while others remain
	Shares   []Share // content balance; none: all items are alike
	Prior    Prior
}

// DefaultRules stop when 95 % of the posterior lies on one side of the cut (z = 1.645), after 10 to 30 items.
func DefaultRules(cut float64, shares ...Share) Rules {
	return Rules{Min: 10, Max: 30, Cut: cut, Z: 1.645, Among: 5, MostRate: 0.25, Shares: shares, Prior: DefaultPrior()}
}

// Ability is the present estimate (EAP); of nobody's answers yet, the prior's.
func (s Session) Ability(r Rules) Estimate {
	given := make([]Given, len(s.Taken))
	for i, t := range s.Taken {
		given[i] = Given{Item: t.Item, Mark: t.Mark}
	}
	return EAP(given, r.Prior)
}

// Next gives the place in the bank of the item to give next; ok is false when all were given.
//
// Of the items not yet given and not given too often to others, those of the content tag that lags most behind its share
// are looked at; of them the most informative at the present estimate (maximum Fisher information) are kept, as many as
// Among says, and one is drawn (randomesque: Kingsbury and Zara, "Procedures for selecting items for computerized
// adaptive tests", 1989). Of equally informative items the one that stands earlier in the bank comes first. The same
// session, bank and seed give the same item.
func Next(s Session, bank []Candidate, r Rules, seed uint64) (at int, ok bool) {
	open := admissible(s, bank, r)
	if len(open) == 0 {
		return 0, false
	}
	open = lagging(s, bank, r.Shares, open)
	theta := s.Ability(r).Theta
	information := make(map[int]float64, len(open))
	for _, i := range open {
		information[i] = bank[i].Item.Information(theta)
	}
	slices.SortStableFunc(open, func(i, j int) int { return cmp.Compare(information[j], information[i]) })
	among := min(max(r.Among, 1), len(open))
	if among == 1 {
		return open[0], true
	}
	draw := rand.New(rand.NewPCG(seed, uint64(len(s.Taken)))) //nolint:gosec // a test must be repeatable; nothing is secret
	return open[draw.IntN(among)], true
}

// admissible gives the items not yet given, in the order of the bank: those under the highest rate, or all if none is.
func admissible(s Session, bank []Candidate, r Rules) []int {
	taken := make(map[string]bool, len(s.Taken))
	for _, t := range s.Taken {
		taken[t.ID] = true
	}
	var under, all []int
	for i, c := range bank {
		if taken[c.ID] {
			continue
		}
		all = append(all, i)
		if c.Rate <= r.MostRate {
			under = append(under, i)
		}
	}
	if len(under) > 0 {
		return under
	}
	return all
}

// lagging keeps the items of the content tag that would be farthest below its share after one more item; of equals, the
// one named first. Items of tags without a share are kept only when there are no others.
func lagging(s Session, bank []Candidate, shares []Share, open []int) []int {
	if len(shares) == 0 {
		return open
	}
	count := map[string]int{}
	for _, t := range s.Taken {
		count[t.Tag]++
	}
	byTag := map[string][]int{}
	for _, i := range open {
		byTag[bank[i].Tag] = append(byTag[bank[i].Tag], i)
	}
	var best []int
	most := 0.0
	for _, share := range shares {
		of := byTag[share.Tag]
		if len(of) == 0 || share.Part <= 0 {
			continue
		}
		if lag := share.Part*float64(len(s.Taken)+1) - float64(count[share.Tag]); best == nil || lag > most {
			best, most = of, lag
		}
	}
	if best == nil {
		return open
	}
	return best
}

// Reason is why a test ends.
type Reason string

// The reasons.
const (
	Above     Reason = "above"     // the interval lies above the cut
	Below     Reason = "below"     // the interval lies below the cut
	Longest   Reason = "longest"   // the most items were given
	Exhausted Reason = "exhausted" // no item is left
)

// Verdict is where a test stands.
type Verdict struct {
	Stop    bool     `json:"stop"`
	Reason  Reason   `json:"reason,omitempty"` // only when it stops
	Pass    bool     `json:"pass"`             // the estimate is at or above the cut; final when it stops
	Ability Estimate `json:"ability"`
}

// Stop says whether the test ends: when Min items were given and the confidence interval of the ability, ±Z errors,
// lies on one side of the cut (Kingsbury and Weiss, "A comparison of IRT-based adaptive mastery testing and a sequential
// mastery testing procedure", 1983); when Max were given; or when none of the bank is left.
func Stop(s Session, bank []Candidate, r Rules) Verdict {
	a := s.Ability(r)
	v := Verdict{Ability: a, Pass: a.Theta >= r.Cut}
	enough := len(s.Taken) >= r.Min
	switch {
	case enough && a.Theta-r.Z*a.Error > r.Cut:
		v.Reason = Above
	case enough && a.Theta+r.Z*a.Error < r.Cut:
		v.Reason = Below
	case len(s.Taken) >= r.Max:
		v.Reason = Longest
	case len(admissible(s, bank, r)) == 0:
		v.Reason = Exhausted
	}
	v.Stop = v.Reason != ""
	return v
}

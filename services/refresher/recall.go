package refresher

import (
	"context"
	"maps"
	"slices"
	"time"

	"khuevan/assessment/recall"
	"khuevan/events"
	"khuevan/organisation"
	"khuevan/organisation/kept"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// GetRecallRequest names a unit; "" for the first of the caller's own.
type GetRecallRequest struct {
	Unit  string `json:"unit,omitempty"`
	After uint64 `json:"after,omitempty"`
}

// Recall is how well a unit is predicted to remember, and how good predictions are.
type Recall struct {
	Competencies []string     `json:"competencies"` // that anybody of the unit has learnt, sorted
	Unit         UnitRecall   `json:"unit"`         // with all units below it
	Directly     UnitRecall   `json:"directly"`     // those who stand in it directly
	Below        []UnitRecall `json:"below"`        // the units right below, each with those below it
	Calibration  []Bin        `json:"calibration"`  // of everybody
	Weeks        []Week       `json:"weeks"`        // of everybody, latest first
	Lacking      []Lacking    `json:"lacking"`
	Parameters   Parameters   `json:"parameters"`
}

// UnitRecall is a unit with the recall of each competency, in the order of Recall.Competencies.
type UnitRecall struct {
	Unit  string      `json:"unit"`
	Name  string      `json:"name"`
	Means []GroupMean `json:"means"`
}

// GroupMean is the mean of predicted recall in a group. A masked one tells nothing: it is of fewer than five people, or would tell of
// such a group by subtraction.
type GroupMean struct {
	Masked bool    `json:"masked,omitempty"`
	People int     `json:"people"` // who have learnt it
	Recall float64 `json:"recall"` // 0 to 1
}

// Nobody reports whether nobody of the group has learnt it.
func (m GroupMean) Nobody() bool { return !m.Masked && m.People == 0 }

// Week is what became of the refreshers of a week.
type Week struct {
	Week     time.Time `json:"week"`
	Offered  int       `json:"offered"`
	Finished int       `json:"finished"`
	Expired  int       `json:"expired"`
}

// Lacking is a competency of a course whose bank has too few questions to ask about it.
type Lacking struct {
	Course     string       `json:"course"`
	Title      events.Words `json:"title"`
	Competency string       `json:"competency"`
	Items      int          `json:"items"`
}

// Parameters are those in force.
type Parameters struct {
	Weights   []float64    `json:"weights"`
	Source    string       `json:"source"`
	Retention float64      `json:"retention"`
	Longest   int          `json:"longest_days"`
	Next      time.Time    `json:"next"` // weekly time
	Each      int          `json:"each"`
	Least     int          `json:"least"`
	Most      int          `json:"most"`
	Grades    []GradeShare `json:"grades"`
	Passed    string       `json:"passed"`
}

// GradeShare gives a grade to whoever answered at least a share right.
type GradeShare struct {
	Share float64 `json:"share"`
	Grade string  `json:"grade"`
}

// units are the units, as of any day.
type units = *kept.Units

// mostWeeks is how many weeks are told of.
const mostWeeks = 12

func (s *service) getRecall(ctx context.Context, req GetRecallRequest) (r Recall, err error) {
	for _, p := range []*readmodel.Projection{s.people.projection, s.bank.projection, s.units.Projection} {
		if err := s.Await(ctx, p, req.After); err != nil {
			return r, err
		}
	}
	if r, err = s.recallOf(ctx, req.Unit); err != nil {
		return r, err
	}
	if r.Calibration, err = s.people.calibration(ctx); err != nil {
		return r, err
	}
	r.Weeks = []Week{}
	page, err := s.people.weeks.Find(ctx, readmodel.Query{Index: "week", Desc: true, Limit: mostWeeks})
	if err != nil {
		return r, err
	}
	for _, d := range page.Items {
		r.Weeks = append(r.Weeks, Week(d))
	}
	r.Parameters = s.parameters()
	r.Lacking, err = s.lacking(ctx)
	return r, err
}

func (s *service) parameters() Parameters {
	p := Parameters{Weights: s.rules.Model.Weights, Source: s.rules.Model.Source, Retention: s.rules.Model.Retention, Longest: s.rules.Model.Longest,
		Next: s.rules.weekly.Next(s.Clock.Now()), Each: s.rules.Questions.Each, Least: s.rules.Questions.Least, Most: s.rules.Questions.Most, Passed: string(s.rules.Passed)}
	for _, g := range s.rules.Grades {
		p.Grades = append(p.Grades, GradeShare{g.Share, string(g.Grade)})
	}
	return p
}

// lacking finds the competencies of courses on offer about which a refresher could not ask by itself.
func (s *service) lacking(ctx context.Context) ([]Lacking, error) {
	items, err := s.bank.drawable(ctx)
	if err != nil {
		return nil, err
	}
	all := []Lacking{}
	return all, s.bank.courses.Each(ctx, readmodel.Query{}, func(c courseDoc) error {
		if c.Withdrawn {
			return nil
		}
		for _, tag := range c.Tags[c.Latest] {
			n := 0
			for _, it := range items[c.Course] {
				if slices.Contains(it.Tags, tag) {
					n++
				}
			}
			if n < s.rules.Questions.Least {
				all = append(all, Lacking{c.Course, c.Title, tag, n})
			}
		}
		return nil
	})
}

// tally is the sums of recall of a competency, by part of the tree.
type tally struct {
	count map[part]int
	sum   map[part]float64
}

func (t tally) mean(p part, hidden map[part]bool) GroupMean {
	if n := t.count[p]; n > 0 && !hidden[p] {
		return GroupMean{People: n, Recall: t.sum[p] / float64(n)}
	}
	return GroupMean{Masked: hidden[p]}
}

// recallOf sums up the whole province, so that a unit leaves out the same wherever it is seen, and gives the part of one unit.
func (s *service) recallOf(ctx context.Context, unit string) (r Recall, err error) {
	now := s.Clock.Now()
	day := clock.Date(now)
	structure, err := s.units.Structure(ctx)
	if err != nil {
		return r, err
	}
	whole, err := s.units.On(ctx, day)
	if err != nil {
		return r, err
	}
	tree := structure.On(day)
	if unit == "" {
		unit = firstUnit(rpc.From(ctx).Identity, tree)
	}
	here, ok := tree.Unit(unit)
	if !ok {
		return r, fault.New(fault.NotFound, "Không có đơn vị này.", "There is no such unit.")
	}
	tallies, err := s.tallies(ctx, tree, whole, now)
	if err != nil {
		return r, err
	}
	below := tree.Below(unit)
	r = Recall{Competencies: []string{}, Unit: UnitRecall{Unit: unit, Name: here.Name}, Directly: UnitRecall{Unit: unit, Name: here.Name}, Below: []UnitRecall{}}
	for _, u := range below {
		r.Below = append(r.Below, UnitRecall{Unit: u.ID, Name: u.Name})
	}
	for _, competency := range slices.Sorted(maps.Keys(tallies)) {
		t := tallies[competency]
		if t.count[part{unit: unit}] == 0 {
			continue
		}
		hidden := mask("", idsBelow(tree), t.count)
		r.Competencies = append(r.Competencies, competency)
		r.Unit.Means = append(r.Unit.Means, t.mean(part{unit: unit}, hidden))
		r.Directly.Means = append(r.Directly.Means, t.mean(part{unit, true}, hidden))
		for i, u := range below {
			r.Below[i].Means = append(r.Below[i].Means, t.mean(part{unit: u.ID}, hidden))
		}
	}
	return r, nil
}

func idsBelow(t *organisation.Tree) hierarchy {
	return func(unit string) (ids []string) {
		for _, u := range t.Below(unit) {
			ids = append(ids, u.ID)
		}
		return ids
	}
}

// firstUnit is where a caller who names no unit begins: at the top with a role everywhere, else at the first unit of their grants.
func firstUnit(who rpc.Identity, t *organisation.Tree) string {
	var granted []string
	for _, role := range []string{events.RoleTrainer, events.RoleAnalyst} {
		units, all := who.Units(role)
		if top := t.Below(""); all && len(top) > 0 {
			return top[0].ID
		}
		granted = append(granted, units...)
	}
	slices.Sort(granted)
	for _, u := range granted {
		if _, ok := t.Unit(u); ok {
			return u
		}
	}
	return ""
}

// tallies sums what everybody who serves is predicted to remember, by competency; "" is above all units.
func (s *service) tallies(ctx context.Context, tree *organisation.Tree, whole *organisation.Whole, now time.Time) (map[string]tally, error) {
	all := map[string]tally{}
	return all, s.people.people.Each(ctx, readmodel.Query{}, func(d personDoc) error {
		if d.Gone || d.Unit == "" || len(d.Memories) == 0 {
			return nil
		}
		parts := partsOf(tree, whole, d.Unit)
		for _, m := range d.Memories {
			t, known := all[m.Competency]
			if !known {
				t = tally{map[part]int{}, map[part]float64{}}
				all[m.Competency] = t
			}
			recalled := s.rules.model.Recall(recall.Memory{Stability: m.Stability}, float64(daysBetween(m.At, now)))
			for _, p := range parts {
				t.count[p]++
				t.sum[p] += recalled
			}
		}
		return nil
	})
}

// partsOf are the parts of the tree in which somebody counts who belongs to a unit, which may be no more; the last one is all
// units.
func partsOf(tree *organisation.Tree, whole *organisation.Whole, unit string) (parts []part) {
	for at := unit; at != ""; at = whole.Above(at) {
		if _, ok := tree.Unit(at); !ok {
			continue
		}
		if len(parts) == 0 {
			parts = append(parts, part{at, true})
		}
		parts = append(parts, part{unit: at})
	}
	return append(parts, part{})
}

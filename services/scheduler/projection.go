package scheduler

import (
	"context"
	"slices"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// record is a campaign as it is kept; Next is left to the question, for it follows from the rest.
type record struct {
	Campaign
	Scheduled time.Time `json:"scheduled"`
}

// campaigns is the read model of the campaigns.
type campaigns struct {
	*readmodel.Projection
	records *readmodel.Collection[record]
}

func newCampaigns() *campaigns {
	c := &campaigns{records: readmodel.NewCollection[record]("campaigns",
		readmodel.Index{Name: "scheduled", Fields: []string{"scheduled"}},
		readmodel.Index{Name: "stopped", Fields: []string{"stopped"}})}
	c.Projection = readmodel.NewProjection("campaigns", 1, []string{"scheduler.campaign"}, c.apply, c.records)
	return c
}

func (c *campaigns) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.CampaignScheduled:
		return c.records.Update(b, e.Campaign, func(d *record) {
			d.Campaign = Campaign{Campaign: e.Campaign, Title: e.Title, Course: e.Course, Unit: e.Unit,
				Cron: e.Cron, Zone: e.Zone, From: e.From, Until: e.Until, DueDays: e.DueDays}
			d.Scheduled = r.Time
		})
	case events.CampaignTicked:
		return c.records.Update(b, e.Campaign, func(d *record) { d.Ticks, d.Last = d.Ticks+1, e.Due })
	case events.CampaignStopped:
		return c.records.Update(b, e.Campaign, func(d *record) { d.Stopped = true })
	}
	return nil
}

func (c *campaigns) eachLive(ctx context.Context, fn func(record) error) error {
	return c.records.Each(ctx, readmodel.Query{Index: "stopped", Equal: []any{false}}, fn)
}

// list gives the campaigns that show allows, newest first, each with its next due time.
func (c *campaigns) list(ctx context.Context, show func(Campaign) (bool, error)) ([]Campaign, error) {
	list := []Campaign{}
	err := c.records.Each(ctx, readmodel.Query{Index: "scheduled", Desc: true}, func(d record) error {
		visible, err := show(d.Campaign)
		if visible {
			list = append(list, withNext(d.Campaign))
		}
		return err
	})
	return list, err
}

// withNext adds the next due time. A schedule that cannot be read here (a zone this machine does not know) has none.
func withNext(c Campaign) Campaign {
	if c.Stopped {
		return c
	}
	if table, err := newTimetable(c.Cron, c.Zone, c.From, c.Until); err == nil {
		c.Next = table.next(c.Last)
	}
	return c
}

// known is what the service knows of courses and units.
type known struct {
	*readmodel.Projection
	courses *readmodel.Collection[course]
	units   *readmodel.Collection[unit]
}

type course struct {
	Course    string `json:"course"`
	Withdrawn bool   `json:"withdrawn,omitempty"`
}

// unit is a unit as it was last stated; a merged one stands below its successor.
type unit struct {
	Unit   string            `json:"unit"`
	Parent string            `json:"parent,omitempty"`
	Past   organisation.Past `json:"past"`
}

// tell notes a fact about the unit.
func (u *unit) tell(id string, k organisation.Known) {
	u.Past.Add(id, k)
	u.Unit = id
	states := organisation.Structured(u.Past.Known()).States(id)
	if len(states) == 0 {
		u.Parent = ""
		return
	}
	last := states[len(states)-1]
	if u.Parent = last.Parent; last.Ended == events.UnitMerged && len(last.Into) == 1 {
		u.Parent = last.Into[0]
	}
}

func newKnown() *known {
	k := &known{courses: readmodel.NewCollection[course]("courses"), units: readmodel.NewCollection[unit]("units")}
	k.Projection = readmodel.NewProjection("known", 2, []string{"catalog.course", "directory.unit"}, k.apply, k.courses, k.units)
	return k
}

func (k *known) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.CoursePublished: // a new version brings a withdrawn course back into the offer
		return k.courses.Update(b, e.Course, func(d *course) { *d = course{Course: e.Course} })
	case events.CourseWithdrawn:
		return k.courses.Update(b, e.Course, func(d *course) { d.Course, d.Withdrawn = e.Course, true })
	}
	fact := organisation.Known{Seq: r.Seq, At: r.Time, Fact: r.Event}
	if id := organisation.UnitOf(fact.Fact); id != "" {
		return k.units.Update(b, id, func(d *unit) { d.tell(id, fact) })
	}
	return nil
}

// deepest bounds the walk up from a unit, should the data ever hold a circle.
const deepest = 64

// within reports whether a unit is one of the tops or lies below one.
func (k *known) within(ctx context.Context, id string, tops []string) (bool, error) {
	for range deepest {
		if slices.Contains(tops, id) {
			return true, nil
		}
		u, found, err := k.units.Get(ctx, id)
		if err != nil || !found || u.Parent == "" {
			return false, err
		}
		id = u.Parent
	}
	return false, nil
}

package scheduler

import (
	"context"
	"slices"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// known is what the service knows of courses, programmes and units.
type known struct {
	*readmodel.Projection
	courses    *readmodel.Collection[course]
	programmes *readmodel.Collection[course]
	units      *readmodel.Collection[unit]
}

// course is a course or a programme.
type course struct {
	Course    string `json:"course"`
	Withdrawn bool   `json:"withdrawn,omitempty"`
	Confirmed bool   `json:"confirmed,omitempty"` // every lesson is a text that is confirmed
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
	k := &known{courses: readmodel.NewCollection[course]("courses"), programmes: readmodel.NewCollection[course]("programmes"), units: readmodel.NewCollection[unit]("units")}
	k.Projection = readmodel.NewProjection("known", 3, []string{"catalog.course", "catalog.programme", "directory.unit"}, k.apply, k.courses, k.programmes, k.units)
	return k
}

func (k *known) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.CoursePublished: // a new version brings a withdrawn course back into the offer
		return k.courses.Update(b, e.Course, func(d *course) { *d = course{Course: e.Course, Confirmed: confirmed(e.Lessons)} })
	case events.CourseWithdrawn:
		return k.courses.Update(b, e.Course, func(d *course) { d.Course, d.Withdrawn = e.Course, true })
	}
	if done, err := k.applyProgramme(b, r.Event); done || err != nil {
		return err
	}
	fact := organisation.Known{Seq: r.Seq, At: r.Time, Fact: r.Event}
	if id := organisation.UnitOf(fact.Fact); id != "" {
		return k.units.Update(b, id, func(d *unit) { d.tell(id, fact) })
	}
	return nil
}

func (k *known) applyProgramme(b *readmodel.Batch, e eventsource.Event) (done bool, err error) {
	switch e := e.(type) {
	case events.ProgrammePublished:
		return true, k.programmes.Update(b, e.Programme, func(d *course) { *d = course{Course: e.Programme} })
	case events.ProgrammeWithdrawn:
		return true, k.programmes.Update(b, e.Programme, func(d *course) { d.Course, d.Withdrawn = e.Programme, true })
	}
	return false, nil
}

// confirmed reports whether lessons are texts to be confirmed, all of them.
func confirmed(lessons []events.Lesson) bool {
	return len(lessons) > 0 && !slices.ContainsFunc(lessons, func(l events.Lesson) bool { return l.Kind != events.LessonRead })
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

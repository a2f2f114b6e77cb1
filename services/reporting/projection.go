package reporting

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// lineDoc is the numbers of a unit's own members in a course, or in all courses together (course "").
// People are counted in the latter only.
type lineDoc struct {
	Unit   string `json:"unit"`
	Course string `json:"course"`
	counts
}

func lineID(unit, course string) string { return unit + "_" + course }

// personDoc is where a person counts, and in which courses.
type personDoc struct {
	Person  string   `json:"person"`
	Name    string   `json:"name"`            // sealed
	Unit    string   `json:"unit"`            // where the person counts
	Units   []string `json:"units,omitempty"` // memberships held, in the order in which they began
	Courses []string `json:"courses,omitempty"`
}

type unitDoc struct {
	Unit   string `json:"unit"`
	Code   string `json:"code"`
	Name   string `json:"name"`
	Parent string `json:"parent"`
}

type courseDoc struct {
	Course string       `json:"course"`
	Title  events.Words `json:"title"`
}

// views are the read models of the service.
type views struct {
	lines   *readmodel.Collection[lineDoc]
	rows    *readmodel.Collection[rowDoc]
	people  *readmodel.Collection[personDoc]
	units   *readmodel.Collection[unitDoc]
	courses *readmodel.Collection[courseDoc]

	rollups   *readmodel.Projection // lines, rows, people
	structure *readmodel.Projection // units, courses

	mu     sync.Mutex
	tree   *tree
	treeAt uint64
}

// The streams of the projections.
var (
	rollupNouns    = []string{"directory.person", "enrolment.enrolment", "progress.course", "quiz.attempt.attempt-started", "certification.certificate"}
	structureNouns = []string{"directory.unit", "catalog.course"}
)

func newViews() *views {
	v := &views{
		lines: readmodel.NewCollection[lineDoc]("lines", readmodel.Index{Name: "course", Fields: []string{"course", "unit"}}),
		rows: readmodel.NewCollection[rowDoc]("rows",
			readmodel.Index{Name: "unit", Fields: []string{"unit", "course"}},
			readmodel.Index{Name: "state", Fields: []string{"unit", "state", "course"}}),
		people:  readmodel.NewCollection[personDoc]("people"),
		units:   readmodel.NewCollection[unitDoc]("units"),
		courses: readmodel.NewCollection[courseDoc]("courses"),
	}
	// The order matters: lines follow from rows and people, rows from people, people from facts alone (see
	// readmodel.Collection.Peek). So a crash between two writes neither loses nor doubles a number.
	v.rollups = readmodel.NewProjection("rollups", 1, rollupNouns, v.applyRollup, v.lines, v.rows, v.people)
	v.structure = readmodel.NewProjection("structure", 1, structureNouns, v.applyStructure, v.units, v.courses)
	return v
}

func (v *views) applyStructure(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.UnitEstablished:
		return v.units.Update(b, e.Unit, func(d *unitDoc) { *d = unitDoc{Unit: e.Unit, Code: e.Code, Name: e.Name, Parent: e.Parent} })
	case events.CoursePublished:
		return v.courses.Update(b, e.Course, func(d *courseDoc) { *d = courseDoc{Course: e.Course, Title: e.Title} })
	}
	return nil
}

func (v *views) applyRollup(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.PersonRegistered:
		return v.people.Update(b, e.Person, func(d *personDoc) { d.Person, d.Name = e.Person, string(e.Name) })
	case events.PersonCorrected:
		if e.Name == "" {
			return nil
		}
		return v.people.Update(b, e.Person, func(d *personDoc) { d.Person, d.Name = e.Person, string(e.Name) })
	case events.MembershipBegan:
		return v.move(b, e.Person, func(held []string) []string { return append(without(held, e.Unit), e.Unit) })
	case events.MembershipEnded:
		return v.move(b, e.Person, func(held []string) []string { return without(held, e.Unit) })
	case events.PersonEnrolled:
		return v.enrol(b, e)
	}
	if m, ok := milestoneOf(r.Event); ok {
		return v.reach(b, m)
	}
	return nil
}

func without(held []string, unit string) []string {
	return slices.DeleteFunc(slices.Clone(held), func(u string) bool { return u == unit })
}

func lastOf(held []string) string {
	if len(held) == 0 {
		return ""
	}
	return held[len(held)-1]
}

// move changes the memberships of a person; what counts of the person moves along.
func (v *views) move(b *readmodel.Batch, person string, change func([]string) []string) error {
	p, _, err := v.people.Peek(b, person)
	if err != nil {
		return err
	}
	held := change(p.Units)
	from, to := p.Unit, lastOf(held)
	if from != to {
		if err := v.moveCounts(b, p, from, to); err != nil {
			return err
		}
	}
	return v.people.Update(b, person, func(d *personDoc) { d.Person, d.Units, d.Unit = person, held, to })
}

func (v *views) moveCounts(b *readmodel.Batch, p personDoc, from, to string) error {
	self := counts{People: 1}
	if err := v.add(b, from, "", counts{}.minus(self)); err != nil {
		return err
	}
	if err := v.add(b, to, "", self); err != nil {
		return err
	}
	for _, course := range p.Courses {
		row, _, err := v.rows.Peek(b, rowID(p.Person, course))
		if err != nil {
			return err
		}
		if err := v.addBoth(b, from, course, counts{}.minus(row.counts())); err != nil {
			return err
		}
		if err := v.addBoth(b, to, course, row.counts()); err != nil {
			return err
		}
		if err := v.rows.Update(b, rowID(p.Person, course), func(d *rowDoc) { d.Unit = to }); err != nil {
			return err
		}
	}
	return nil
}

// enrol opens a period; of an older one than the row's there is nothing to count.
func (v *views) enrol(b *readmodel.Batch, e events.PersonEnrolled) error {
	p, _, err := v.people.Peek(b, e.Person)
	if err != nil {
		return err
	}
	row, _, err := v.rows.Peek(b, rowID(e.Person, e.Course))
	if err != nil {
		return err
	}
	if e.Period > row.Period {
		fresh := newRow(e, p.Unit)
		if err := v.addBoth(b, p.Unit, e.Course, fresh.counts().minus(row.counts())); err != nil {
			return err
		}
		if err := v.rows.Update(b, rowID(e.Person, e.Course), func(d *rowDoc) { *d = fresh }); err != nil {
			return err
		}
	}
	// By the fact alone, never by the row: after a crash the row may be further on than the person.
	return v.people.Update(b, e.Person, func(d *personDoc) {
		d.Person = e.Person
		if !slices.Contains(d.Courses, e.Course) {
			d.Courses = append(slices.Clone(d.Courses), e.Course)
		}
	})
}

// reach notes a milestone of the row's period; those of other periods count no more.
func (v *views) reach(b *readmodel.Batch, m milestone) error {
	id := rowID(m.person, m.course)
	row, _, err := v.rows.Peek(b, id)
	if err != nil || row.Period == 0 || row.Period != m.period {
		return err
	}
	reached := row.after(m)
	if err := v.addBoth(b, row.Unit, m.course, reached.counts().minus(row.counts())); err != nil {
		return err
	}
	return v.rows.Update(b, id, func(d *rowDoc) { *d = reached })
}

// addBoth changes the line of a course and that of all courses together.
func (v *views) addBoth(b *readmodel.Batch, unit, course string, change counts) error {
	if err := v.add(b, unit, course, change); err != nil {
		return err
	}
	return v.add(b, unit, "", change)
}

// add changes one line.
func (v *views) add(b *readmodel.Batch, unit, course string, change counts) error {
	if unit == "" || change == (counts{}) {
		return nil
	}
	return v.lines.Update(b, lineID(unit, course), func(d *lineDoc) {
		d.Unit, d.Course, d.counts = unit, course, d.plus(change)
	})
}

// currentTree is the units as a tree; it is read anew only when a unit or a course has changed.
func (v *views) currentTree(ctx context.Context) (*tree, error) {
	at := v.structure.Position()
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.tree != nil && v.treeAt == at {
		return v.tree, nil
	}
	var units []unitDoc
	err := v.units.Each(ctx, readmodel.Query{}, func(d unitDoc) error {
		units = append(units, d)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the units: %w", err)
	}
	v.tree, v.treeAt = newTree(units), at
	return v.tree, nil
}

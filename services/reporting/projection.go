package reporting

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/clock"
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
	Person string `json:"person"`
	Name   string `json:"name"` // sealed
	organisation.Present
	Courses []string `json:"courses,omitempty"`
	Erased  bool     `json:"erased,omitempty"` // counts on as she did, see erase
}

// unitDoc is a unit of the present, or a former one below the unit that carries what still belongs to it.
type unitDoc struct {
	Unit, Code, Name, Parent string
	Former                   bool
}

type courseDoc struct {
	Course    string       `json:"course"`
	Title     events.Words `json:"title"`
	Withdrawn bool         `json:"withdrawn,omitempty"` // no longer on offer
}

// views are the read models of the service.
type views struct {
	lines   *readmodel.Collection[lineDoc]
	sheets  *readmodel.Collection[sheetDoc]
	rows    *readmodel.Collection[rowDoc]
	people  *readmodel.Collection[personDoc]
	units   *readmodel.Collection[organisation.Past]
	courses *readmodel.Collection[courseDoc]

	rollups   *readmodel.Projection // lines, sheets, rows, people
	structure *readmodel.Projection // units, courses

	mu     sync.Mutex
	tree   *tree
	treeAt uint64
	treeOf string // the day
}

// The streams of the projections.
var (
	rollupNouns    = []string{"directory.person", "enrolment.enrolment", "progress.course", "quiz.attempt.attempt-started", "certification.certificate"}
	structureNouns = []string{"directory.unit", "catalog.course"}
)

func newViews() *views {
	v := &views{
		lines:  readmodel.NewCollection[lineDoc]("lines", readmodel.Index{Name: "course", Fields: []string{"course", "unit"}}),
		sheets: readmodel.NewCollection[sheetDoc]("sheets", readmodel.Index{Name: "unit", Fields: []string{"unit"}}),
		rows: readmodel.NewCollection[rowDoc]("rows",
			readmodel.Index{Name: "unit", Fields: []string{"unit", "course"}},
			readmodel.Index{Name: "state", Fields: []string{"unit", "state", "course"}}),
		people:  readmodel.NewCollection[personDoc]("people"),
		units:   readmodel.NewCollection[organisation.Past]("unit-pasts"),
		courses: readmodel.NewCollection[courseDoc]("courses"),
	}
	// The order matters: lines and sheets follow from rows and people, rows from people, people from facts alone (see
	// readmodel.Collection.Peek). So a crash between two writes neither loses nor doubles a number.
	v.rollups = readmodel.NewProjection("rollups", 6, rollupNouns, v.applyRollup, v.lines, v.sheets, v.rows, v.people)
	v.structure = readmodel.NewProjection("structure", 3, structureNouns, v.applyStructure, v.units, v.courses)
	return v
}

func (v *views) applyStructure(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.CoursePublished:
		return v.courses.Update(b, e.Course, func(d *courseDoc) { *d = courseDoc{Course: e.Course, Title: e.Title} })
	case events.CourseWithdrawn:
		return v.courses.Update(b, e.Course, func(d *courseDoc) { d.Course, d.Withdrawn = e.Course, true })
	}
	k := organisation.Known{Seq: r.Seq, At: r.Time, Fact: r.Event}
	if id := organisation.UnitOf(k.Fact); id != "" {
		return v.units.Update(b, id, func(d *organisation.Past) { d.Add(id, k) })
	}
	return nil
}

func (v *views) applyRollup(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.PersonRegistered:
		return v.identify(b, e.Person, e.Name, e.Code)
	case events.PersonCorrected:
		return v.identify(b, e.Person, e.Name, e.Code)
	case events.PersonEnrolled:
		return v.enrol(b, e)
	case events.EnrolmentWithdrawn:
		return v.withdraw(b, e)
	case events.CareerDayCame:
		return v.move(b, e.Person, r)
	case events.PersonErased:
		return v.erase(b, e.Person)
	}
	if m, ok := milestoneOf(r.Event); ok {
		return v.reach(b, m)
	}
	if person := organisation.Of(r.Event); person != "" {
		return v.move(b, person, r)
	}
	return nil
}

// identify keeps what is sealed of who a person is; "" leaves it as it was.
func (v *views) identify(b *readmodel.Batch, person string, name, code events.Sealed) error {
	if err := v.sheets.Update(b, person, func(d *sheetDoc) {
		d.Person, d.Name, d.Code = person, cmp.Or(string(name), d.Name), cmp.Or(string(code), d.Code)
	}); err != nil || name == "" {
		return err
	}
	return v.people.Update(b, person, func(d *personDoc) { d.Person, d.Name = person, string(name) })
}

// move changes where a person counts; what counts of the person moves along.
func (v *views) move(b *readmodel.Batch, person string, r eventsource.Recorded) error {
	p, _, err := v.people.Peek(b, person)
	if err != nil {
		return err
	}
	if p.Erased {
		return nil
	}
	p.Person = person // also where nothing is known of her yet
	next := p.After(clock.Local(r.Time).Format(time.DateOnly), r.Event)
	if from, to := p.Unit, next.Unit; from != to {
		if err := v.moveCounts(b, p, from, to); err != nil {
			return err
		}
	}
	return v.people.Update(b, person, func(d *personDoc) { d.Person, d.Present = person, next })
}

func (v *views) moveCounts(b *readmodel.Batch, p personDoc, from, to string) error {
	self := counts{People: 1}
	if err := v.add(b, from, "", counts{}.minus(self)); err != nil {
		return err
	}
	if err := v.add(b, to, "", self); err != nil {
		return err
	}
	if err := v.sheets.Update(b, p.Person, func(d *sheetDoc) { d.Person, d.Unit = p.Person, to }); err != nil {
		return err
	}
	for _, course := range p.Courses {
		row, _, err := v.rows.Peek(b, rowID(p.Person, course))
		if err != nil {
			return err
		}
		if row.Period == 0 {
			continue // it was withdrawn
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

// erase leaves every number as it is, for totals must not tell of an erasure. The person stays counted where she was, without
// a name, goes nowhere else, and nothing is due of her any more.
func (v *views) erase(b *readmodel.Batch, person string) error {
	p, _, err := v.people.Peek(b, person)
	if err != nil {
		return err
	}
	for _, course := range p.Courses {
		row, _, err := v.rows.Peek(b, rowID(person, course))
		if err != nil {
			return err
		}
		if row.Period == 0 {
			continue // it was withdrawn
		}
		if err := v.rows.Update(b, rowID(person, course), func(d *rowDoc) { d.Due = time.Time{} }); err != nil {
			return err
		}
	}
	if err := v.sheets.Update(b, person, func(d *sheetDoc) { d.erase(person) }); err != nil {
		return err
	}
	return v.people.Update(b, person, func(d *personDoc) { d.Person, d.Erased = person, true })
}

// enrol opens a period; of an older one than the row's there is nothing to count.
func (v *views) enrol(b *readmodel.Batch, e events.PersonEnrolled) error {
	p, _, err := v.people.Peek(b, e.Person)
	if err != nil {
		return err
	}
	if p.Erased {
		return nil
	}
	row, _, err := v.rows.Peek(b, rowID(e.Person, e.Course))
	if err != nil {
		return err
	}
	if e.Period > row.Period {
		fresh := newRow(e, p.Unit)
		if row.Period > 0 {
			fresh.Before = &row
		}
		if err := v.addBoth(b, p.Unit, e.Course, fresh.counts().minus(row.counts())); err != nil {
			return err
		}
		if err := v.write(b, fresh); err != nil {
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

// reach notes a milestone of the row's period, or of one before, which counts no more.
func (v *views) reach(b *readmodel.Batch, m milestone) error {
	id := rowID(m.person, m.course)
	row, _, err := v.rows.Peek(b, id)
	if err != nil || row.Period < m.period {
		return err
	}
	reached := row.reached(m)
	if err := v.addBoth(b, row.Unit, m.course, reached.counts().minus(row.counts())); err != nil {
		return err
	}
	return v.write(b, reached)
}

// write keeps a row, and the same on the person's sheet.
func (v *views) write(b *readmodel.Batch, r rowDoc) error {
	if err := v.sheets.Update(b, r.Person, func(d *sheetDoc) { d.put(r) }); err != nil {
		return err
	}
	return v.rows.Update(b, rowID(r.Person, r.Course), func(d *rowDoc) { *d = r })
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

// treeOn is the units of a day as a tree; it is read anew only when a unit or a course has changed, or the day.
func (v *views) treeOn(ctx context.Context, day string) (*tree, error) {
	at := v.structure.Position()
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.tree != nil && v.treeAt == at && v.treeOf == day {
		return v.tree, nil
	}
	var facts []organisation.Known
	err := v.units.Each(ctx, readmodel.Query{}, func(d organisation.Past) error {
		facts = append(facts, d.Known()...)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the units: %w", err)
	}
	v.tree, v.treeAt, v.treeOf = newTree(unitsOn(organisation.Structured(facts), day)), at, day
	return v.tree, nil
}

// unitsOn are all units as of a day.
func unitsOn(s *organisation.Structure, day string) []unitDoc {
	whole := s.Whole(day)
	var all []unitDoc
	for _, id := range s.IDs() {
		if !whole.Has(id) {
			continue
		}
		states := s.States(id)
		u := states[len(states)-1]
		if now, begun := s.Unit(id, day); begun {
			u = now
		}
		d := unitDoc{Unit: id, Code: u.Code, Name: u.Name, Parent: whole.Above(id), Former: u.Ended != ""}
		if heir, ok := s.Unit(s.Follow(id, day), day); ok && heir.Ended == "" {
			d.Name = heir.Name // whose people these are now
		}
		all = append(all, d)
	}
	return all
}

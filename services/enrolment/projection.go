package enrolment

import (
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// record is an enrolment's latest period with what opened it.
type record struct {
	Enrolment
	Assignment string `json:"assignment,omitempty"`
}

// unit is a unit with its line of ancestors: "/root/parent/unit/".
type unit struct {
	Unit string `json:"unit"`
	Path string `json:"path"`
}

// within reports whether the unit is one of these or below one of them.
func (u unit) within(units ...string) bool {
	for _, other := range units {
		if strings.Contains(u.Path, "/"+other+"/") {
			return true
		}
	}
	return false
}

// member is a person in a unit, until a date if one is set.
type member struct {
	Person string `json:"person"`
	Unit   string `json:"unit"`
	Ended  string `json:"ended,omitempty"`
}

// on reports whether the membership holds on a day. One that begins later counts already: the person is to be there.
func (m member) on(day string) bool { return m.Ended == "" || day < m.Ended }

// course is what enrolment knows of a course.
type course struct {
	Course    string `json:"course"`
	Version   int    `json:"version"` // the latest
	Withdrawn bool   `json:"withdrawn,omitempty"`
}

// view is what enrolment has seen: its own facts, and what it needs of directory and catalog.
type view struct {
	projection  *readmodel.Projection
	assignments *readmodel.Collection[Assignment]
	enrolments  *readmodel.Collection[record] // by <person>_<course>
	members     *readmodel.Collection[member] // by <person>_<unit>
	units       *readmodel.Collection[unit]
	courses     *readmodel.Collection[course]
}

func newView() view {
	index := func(name string, fields ...string) readmodel.Index {
		return readmodel.Index{Name: name, Fields: fields}
	}
	v := view{
		assignments: readmodel.NewCollection[Assignment]("assignments", index("due", "due"), index("made", "made")),
		enrolments:  readmodel.NewCollection[record]("enrolments", index("person", "person", "due"), index("course", "course")),
		members:     readmodel.NewCollection[member]("members", index("unit", "unit")),
		units:       readmodel.NewCollection[unit]("units", index("path", "path")),
		courses:     readmodel.NewCollection[course]("courses"),
	}
	nouns := []string{"enrolment.assignment", "enrolment.enrolment", "directory.unit", "directory.person", "catalog.course"}
	// assignments count enrolments, so they stand before them: see readmodel.Collection.Peek
	v.projection = readmodel.NewProjection("enrolments", 1, nouns, v.apply, v.assignments, v.enrolments, v.members, v.units, v.courses)
	return v
}

func (v view) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.UnitEstablished:
		return v.established(b, e)
	case events.MembershipBegan:
		return v.members.Update(b, e.Person+"_"+e.Unit, func(m *member) { *m = member{Person: e.Person, Unit: e.Unit} })
	case events.MembershipEnded:
		return v.members.Update(b, e.Person+"_"+e.Unit, func(m *member) { *m = member{Person: e.Person, Unit: e.Unit, Ended: e.On} })
	case events.PersonErased:
		return v.erased(b, e)
	case events.CoursePublished:
		return v.courses.Update(b, e.Course, func(c *course) { *c = course{Course: e.Course, Version: e.Version} })
	case events.CourseWithdrawn:
		return v.courses.Update(b, e.Course, func(c *course) { c.Course, c.Withdrawn = e.Course, true })
	case events.AssignmentMade:
		return v.assignments.Update(b, e.Assignment, func(a *Assignment) {
			*a = Assignment{ID: e.Assignment, Course: e.Course, Unit: e.Unit, Due: e.Due, Made: r.Time}
		})
	case events.PersonEnrolled:
		return v.enrolled(b, e, r)
	case events.EnrolmentCompleted:
		return v.completed(b, e)
	}
	return nil
}

// erased takes a person out of her units: what she was enrolled in stays and counts, and nothing new is asked of her.
func (v view) erased(b *readmodel.Batch, e events.PersonErased) error {
	on := clock.Local(e.At).Format(time.DateOnly)
	for _, unit := range e.Units {
		if err := v.members.Update(b, e.Person+"_"+unit, func(m *member) { *m = member{Person: e.Person, Unit: unit, Ended: on} }); err != nil {
			return err
		}
	}
	return nil
}

// established places a unit below its parent, which directory has established before and which never moves; the root
// has none.
func (v view) established(b *readmodel.Batch, e events.UnitEstablished) error {
	parent, found, err := v.units.Peek(b, e.Parent)
	if err != nil {
		return err
	}
	if !found {
		parent.Path = "/"
	}
	return v.units.Update(b, e.Unit, func(u *unit) { *u = unit{Unit: e.Unit, Path: parent.Path + e.Unit + "/"} })
}

func (v view) enrolled(b *readmodel.Batch, e events.PersonEnrolled, r eventsource.Recorded) error {
	if e.Assignment != "" {
		if err := v.assignments.Update(b, e.Assignment, func(a *Assignment) { a.Enrolled++ }); err != nil {
			return err
		}
	}
	return v.enrolments.Update(b, e.Person+"_"+e.Course, func(x *record) {
		*x = record{Assignment: e.Assignment, Enrolment: Enrolment{Person: e.Person, Course: e.Course, Period: e.Period,
			Version: e.Version, Since: r.Time, Due: e.Due, Campaign: e.Campaign}}
	})
}

func (v view) completed(b *readmodel.Batch, e events.EnrolmentCompleted) error {
	id := e.Person + "_" + e.Course
	x, _, err := v.enrolments.Peek(b, id)
	if err != nil {
		return err
	}
	if x.Assignment != "" {
		if err := v.assignments.Update(b, x.Assignment, func(a *Assignment) { a.Completed++ }); err != nil {
			return err
		}
	}
	return v.enrolments.Update(b, id, func(x *record) { x.Completed = e.At })
}

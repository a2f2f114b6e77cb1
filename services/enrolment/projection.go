package enrolment

import (
	"cmp"
	"maps"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/organisation/kept"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// record is an enrolment's latest period with what opened it.
type record struct {
	Enrolment
	Assignment string    `json:"assignment,omitempty"`
	Passed     time.Time `json:"passed,omitzero"`     // the latest completion, of whichever period
	PassedIn   int       `json:"passed_in,omitempty"` // the version then
	Before     *record   `json:"before,omitempty"`    // what stood when the period was opened, and stands again if it is withdrawn
}

func (x record) standing() standing {
	return standing{period: x.Period, open: x.Period > 0 && x.Completed.IsZero(), free: x.Excused != "", due: x.Due, passed: x.Passed}
}

// unit is a unit of a day with its line of ancestors: "/root/parent/unit/". A merged one stands below its successor.
type unit struct{ Unit, Path string }

// within reports whether the unit is one of these or below one of them.
func (u unit) within(units ...string) bool {
	for _, other := range units {
		if strings.Contains(u.Path, "/"+other+"/") {
			return true
		}
	}
	return false
}

// member is a membership of a person in a unit from a day on, until another if one is set.
type member struct {
	Person string `json:"person"`
	Unit   string `json:"unit"`
	Post   string `json:"post,omitempty"`
	From   string `json:"from"` // since when in the unit, whatever the post was
	Ended  string `json:"ended,omitempty"`
}

// on reports whether the membership holds on a day.
func (m member) on(day string) bool { return m.From <= day && (m.Ended == "" || day < m.Ended) }

// begin makes it one of a unit from a day on. Where it is that already it stays so: only the post is another.
func (m member) begin(person, unit, post, on, until string) member {
	if m.Unit == unit && m.From < on && (m.Ended == "" || m.Ended >= on) {
		on = m.From
	}
	return member{Person: person, Unit: unit, Post: post, From: on, Ended: until}
}

// absence is a person who has left the service, on some days.
type absence struct {
	Person string              `json:"person"`
	Career organisation.Career `json:"career"` // retirements only
}

// course is what enrolment knows of a course.
type course struct {
	Course    string `json:"course"`
	Version   int    `json:"version"` // the latest
	Withdrawn bool   `json:"withdrawn,omitempty"`

	Worth map[int]worth `json:"worth"` // by version
}

// endless is until when a rule runs that nobody has ended.
var endless = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// worth is what having passed a version of a course shows, and for how many months; 0 for good.
type worth struct {
	Tags   []string `json:"tags,omitempty"`
	Months int      `json:"months,omitempty"`
}

// view is what enrolment has seen: its own facts, and what it needs of directory and catalog.
type view struct {
	projection  *readmodel.Projection
	structure   *kept.Units
	assignments *readmodel.Collection[Assignment]
	enrolments  *readmodel.Collection[record] // by <person>_<course>
	members     *readmodel.Collection[member] // by <person>_<membership>
	absences    *readmodel.Collection[absence]
	courses     *readmodel.Collection[course]
	requestView
	programmeView
	heldView
	comparedView
	roundView
}

func newView() view {
	index := func(name string, fields ...string) readmodel.Index {
		return readmodel.Index{Name: name, Fields: fields}
	}
	v := view{
		assignments:   readmodel.NewCollection[Assignment]("assignments", index("until", "until"), index("made", "made")),
		enrolments:    readmodel.NewCollection[record]("enrolments", index("person", "person", "due"), index("course", "course"), index("assignment", "assignment", "person")),
		members:       readmodel.NewCollection[member]("members", index("unit", "unit"), index("person", "person")),
		absences:      readmodel.NewCollection[absence]("absences"),
		structure:     kept.NewUnits(),
		courses:       readmodel.NewCollection[course]("courses"),
		requestView:   newRequestView(),
		programmeView: newProgrammeView(),
		heldView:      newHeldView(),
		comparedView:  newComparedView(),
		roundView:     newRoundView(),
	}
	nouns := []string{"enrolment.assignment", "enrolment.enrolment", "directory.person", "catalog.course", "catalog.programme", "enrolment.programme"}
	// assignments count enrolments, so they stand before them: see readmodel.Collection.Peek
	v.projection = readmodel.NewProjection("enrolments", 7, nouns, v.apply, v.assignments, v.enrolments, v.members, v.absences, v.courses, v.pathways, v.undertakings)
	return v
}

func (v view) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.MembershipBegan:
		return v.member(b, e.Person, cmp.Or(e.Membership, e.Unit), func(m member) member { return m.begin(e.Person, e.Unit, e.Post, e.On, e.Until) })
	case events.MembershipRestated:
		return v.member(b, e.Person, e.Membership, func(member) member { return member{e.Person, e.Unit, e.Post, e.On, e.Until} })
	case events.MembershipEnded:
		return v.member(b, e.Person, cmp.Or(e.Membership, e.Unit), func(m member) member { return member{e.Person, e.Unit, m.Post, m.From, e.On} })
	case events.MembershipWithdrawn:
		return v.members.Delete(b, e.Person+"_"+e.Membership)
	case events.PersonRetired:
		return v.absent(b, e.Person, e)
	case events.PersonReturned:
		return v.absent(b, e.Person, e)
	case events.PersonErased: // what she was enrolled in stays and counts, and nothing new is asked of her
		return v.absent(b, e.Person, events.PersonRetired{Person: e.Person, On: clock.Local(e.At).Format(time.DateOnly)})
	case events.CoursePublished:
		return v.courses.Update(b, e.Course, func(c *course) {
			all := map[int]worth{}
			maps.Copy(all, c.Worth)
			all[e.Version] = worth{e.Tags, e.ValidityMonths}
			*c = course{Course: e.Course, Version: e.Version, Worth: all}
		})
	case events.CourseWithdrawn:
		return v.courses.Update(b, e.Course, func(c *course) { c.Course, c.Withdrawn = e.Course, true })
	case events.AssignmentMade:
		return v.assignments.Update(b, e.Assignment, func(a *Assignment) {
			*a = Assignment{ID: e.Assignment, Course: e.Course, Programme: e.Programme, Unit: e.Unit, Audience: e.Audience, Due: e.Due, DueDays: e.DueDays,
				Renewal: e.Renewal, Made: r.Time, By: e.By, Until: e.Due}
			if termsOf(e).lasting() {
				a.Until = endless
			}
		})
	case events.ProgrammePublished, events.ProgrammeWithdrawn, events.ProgrammeEnrolled, events.ProgrammeCourseCounted, events.ProgrammeCompleted:
		return v.applyProgramme(b, r)
	case events.AssignmentEnded:
		return v.assignments.Update(b, e.Assignment, func(a *Assignment) { a.Ended, a.Until = r.Time, r.Time })
	case events.AssignmentTakenBack:
		return v.assignments.Update(b, e.Assignment, func(a *Assignment) { a.takenBack(e, r.Time) })
	case events.EnrolmentWithdrawn:
		return v.withdrawn(b, e)
	case events.PersonEnrolled:
		return v.enrolled(b, e, r)
	case events.PeriodMoved:
		return v.enrolments.Update(b, e.Person+"_"+e.Course, func(x *record) { x.Version = e.To })
	case events.EnrolmentCompleted:
		return v.completed(b, e)
	case events.PersonExcused:
		return v.enrolments.Update(b, e.Person+"_"+e.Course, func(x *record) { x.Excused = e.Why })
	case events.ExcuseWithdrawn:
		return v.enrolments.Update(b, e.Person+"_"+e.Course, func(x *record) { x.Excused = "" })
	}
	return nil
}

func (v view) member(b *readmodel.Batch, person, id string, change func(member) member) error {
	return v.members.Update(b, person+"_"+id, func(m *member) { *m = change(*m) })
}

func (v view) absent(b *readmodel.Batch, person string, e events.Event) error {
	return v.absences.Update(b, person, func(a *absence) { a.Person, a.Career = person, a.Career.After(e) })
}

// countIn counts in an assignment; what was asked for otherwise counts in none.
func (v view) countIn(b *readmodel.Batch, assignment string, change func(*Assignment)) error {
	if assignment == "" {
		return nil
	}
	return v.assignments.Update(b, assignment, change)
}

func (v view) enrolled(b *readmodel.Batch, e events.PersonEnrolled, r eventsource.Recorded) error {
	if err := v.countIn(b, e.Assignment, func(a *Assignment) { a.Enrolled++ }); err != nil {
		return err
	}
	return v.enrolments.Update(b, e.Person+"_"+e.Course, func(x *record) {
		var before *record
		if was := *x; was.Period > 0 {
			if !was.Completed.IsZero() {
				was.Before = nil // a closed period is never withdrawn
			}
			before = &was
		}
		*x = record{Passed: x.Passed, PassedIn: x.PassedIn, Before: before, Assignment: e.Assignment, Enrolment: Enrolment{Person: e.Person, Course: e.Course, Period: e.Period,
			Version: e.Version, Since: r.Time, Due: e.Due, Campaign: e.Campaign, Programme: e.Programme}}
	})
}

func (v view) completed(b *readmodel.Batch, e events.EnrolmentCompleted) error {
	id := e.Person + "_" + e.Course
	x, _, err := v.enrolments.Peek(b, id)
	if err != nil {
		return err
	}
	if x.Period == e.Period {
		if err := v.countIn(b, x.Assignment, func(a *Assignment) { a.Completed++ }); err != nil {
			return err
		}
	}
	return v.enrolments.Update(b, id, func(x *record) {
		if x.Passed, x.PassedIn = e.At, cmp.Or(e.Version, x.Version); x.Period == e.Period {
			x.Completed = e.At
		}
	})
}

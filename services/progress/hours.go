package progress

import (
	"slices"
	"strconv"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/organisation/kept"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// hoursDoc is what a person gained in a year by one period of a course: its hours, once it is completed, and the time at its lessons.
type hoursDoc struct {
	Person      string    `json:"person"`
	Course      string    `json:"course"`
	Period      int       `json:"period"`
	Year        int       `json:"year"` // of the province's calendar
	Version     int       `json:"version,omitempty"`
	Hours       int       `json:"hours"`
	Completed   time.Time `json:"completed,omitzero"`
	Time        Time      `json:"time"`
	Certificate string    `json:"certificate,omitempty"` // code
	Day         string    `json:"day"`                   // of the completion, or on which time was noted last
	Unit        string    `json:"unit"`                  // held on that day
}

func hoursID(person, course string, period, year int) string {
	return person + "_" + course + "_" + strconv.Itoa(period) + "_" + strconv.Itoa(year)
}

// yearOf is the year of a moment in the province's calendar.
func yearOf(t time.Time) int { return clock.Local(t).Year() }

// learner is what the ledger knows of a person.
type learner struct {
	Person string `json:"person"`
	Name   string `json:"name"` // sealed
	Code   string `json:"code"` // likewise
	organisation.Present
	Ledger []string `json:"ledger,omitempty"` // ids of what the person gained
}

// credit is what a version of a course is worth.
type credit struct {
	Hours int          `json:"hours"`
	Title events.Words `json:"title"`
}

// ledger is the hours of everybody by year, and the people and units that it is read by.
type ledger struct {
	projection *readmodel.Projection
	structure  *kept.Units
	lines      *readmodel.Collection[hoursDoc]
	credits    *readmodel.Collection[credit] // by versionID
	times      *readmodel.Collection[Time]   // by <person>_<course>_<period>_<lesson>
	people     *readmodel.Collection[learner]
}

func newLedger() ledger {
	index := func(name string, fields ...string) readmodel.Index {
		return readmodel.Index{Name: name, Fields: fields}
	}
	l := ledger{
		structure: kept.NewUnits(),
		lines:     readmodel.NewCollection[hoursDoc]("hours", index("person", "person", "year"), index("year", "year", "unit")),
		credits:   readmodel.NewCollection[credit]("credits"),
		times:     readmodel.NewCollection[Time]("times"),
		people:    readmodel.NewCollection[learner]("learners", index("unit", "unit")),
	}
	nouns := []string{"directory.person", "catalog.course", "progress.time", "progress.course.course-completed", "certification.certificate"}
	// lines follow from all the others, so they stand first: see readmodel.Collection.Peek
	l.projection = readmodel.NewProjection("hours", 1, nouns, l.apply, l.lines, l.credits, l.times, l.people)
	return l
}

func (l ledger) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.CoursePublished:
		return l.published(b, e)
	case events.PersonRegistered:
		return l.people.Update(b, e.Person, func(p *learner) { p.Person, p.Name, p.Code = e.Person, string(e.Name), string(e.Code) })
	case events.PersonCorrected:
		return l.people.Update(b, e.Person, func(p *learner) {
			p.Person = e.Person
			if e.Name != "" {
				p.Name = string(e.Name)
			}
			if e.Code != "" {
				p.Code = string(e.Code)
			}
		})
	case events.LessonTimeNoted:
		return l.noted(b, e)
	case events.CourseCompleted:
		return l.completed(b, e)
	case events.CertificateIssued:
		if e.Course == "" {
			return nil // of a programme: its hours are those of its courses
		}
		return l.lines.Update(b, hoursID(e.Person, e.Course, e.Period, yearOf(e.Completed)), func(d *hoursDoc) { d.Certificate = e.Code })
	}
	if person := organisation.Of(r.Event); person != "" {
		return l.moved(b, person, r)
	}
	return nil
}

// published keeps what each version is worth, and under the course alone what it is called now.
func (l ledger) published(b *readmodel.Batch, e events.CoursePublished) error {
	for _, id := range []string{versionID(e.Course, e.Version), e.Course} {
		if err := l.credits.Update(b, id, func(c *credit) { *c = credit{e.Hours, e.Title} }); err != nil {
			return err
		}
	}
	return nil
}

// noted adds time to the year of its day.
func (l ledger) noted(b *readmodel.Batch, e events.LessonTimeNoted) error {
	lesson := e.Person + "_" + e.Course + "_" + strconv.Itoa(e.Period) + "_" + e.Lesson
	was, _, err := l.times.Peek(b, lesson)
	if err != nil {
		return err
	}
	now := was.and(e)
	err = l.gain(b, e.Person, e.Course, e.Period, e.Day, func(d *hoursDoc) {
		d.Time = Time{d.Time.Visible + e.Visible, d.Time.Active + e.Active, d.Time.Counted + now.Counted - was.Counted}
		if d.Completed.IsZero() {
			d.Day = e.Day
		}
	})
	if err != nil {
		return err
	}
	return l.times.Update(b, lesson, func(t *Time) { *t = now })
}

// completed credits the hours of the version in the year of the completion.
func (l ledger) completed(b *readmodel.Batch, e events.CourseCompleted) error {
	worth, _, err := l.credits.Peek(b, versionID(e.Course, e.Version))
	if err != nil {
		return err
	}
	return l.gain(b, e.Person, e.Course, e.Period, dayOf(e.At), func(d *hoursDoc) {
		d.Hours, d.Version, d.Completed, d.Day = worth.Hours, e.Version, e.At, dayOf(e.At)
	})
}

// gain changes what a person gained by a period in the year of a day. It belongs to the unit that the person held on the day.
func (l ledger) gain(b *readmodel.Batch, person, course string, period int, day string, change func(*hoursDoc)) error {
	year, err := strconv.Atoi(day[:len("2006")])
	if err != nil {
		return err
	}
	p, _, err := l.people.Peek(b, person)
	if err != nil {
		return err
	}
	id := hoursID(person, course, period, year)
	err = l.lines.Update(b, id, func(d *hoursDoc) {
		d.Person, d.Course, d.Period, d.Year = person, course, period, year
		change(d)
		d.Unit = held(p.Career, d.Day)
	})
	if err != nil || slices.Contains(p.Ledger, id) {
		return err
	}
	return l.people.Update(b, person, func(p *learner) {
		if p.Person = person; !slices.Contains(p.Ledger, id) {
			p.Ledger = append(slices.Clone(p.Ledger), id)
		}
	})
}

func held(c organisation.Career, day string) string {
	home, _ := c.Home(day)
	return home.Unit
}

// moved gives what was gained to the units that the person held as it is known now: a correction may be of last year.
func (l ledger) moved(b *readmodel.Batch, person string, r eventsource.Recorded) error {
	p, _, err := l.people.Peek(b, person)
	if err != nil {
		return err
	}
	next := p.After(dayOf(r.Time), r.Event)
	for _, id := range p.Ledger {
		if err := l.lines.Update(b, id, func(d *hoursDoc) { d.Unit = held(next.Career, d.Day) }); err != nil {
			return err
		}
	}
	return l.people.Update(b, person, func(p *learner) { p.Person, p.Present = person, next })
}

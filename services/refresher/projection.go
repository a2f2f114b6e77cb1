package refresher

import (
	"slices"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// personDoc is where somebody serves, what they remember, and from when on they are to be looked at.
type personDoc struct {
	Person string `json:"person"`
	organisation.Present
	Gone     bool           `json:"gone,omitempty"` // erased, or never was
	Ask      time.Time      `json:"ask"`            // weekly times after it have something to ask
	Week     time.Time      `json:"week,omitzero"`  // of the latest offer
	Open     bool           `json:"open,omitempty"` // the latest offer
	Memories []memoryDoc    `json:"memories,omitempty"`
	Excused  map[string]int `json:"excused,omitempty"` // period, by course
	Binned   []int          `json:"binned,omitempty"`  // bins of calibration in which the person is counted
}

// memoryDoc is what somebody remembers of a competency.
type memoryDoc struct {
	Competency string    `json:"c"`
	Stability  float64   `json:"s"`
	At         time.Time `json:"at"`
	Due        time.Time `json:"due"`
}

// never is after every weekly time.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// asking is from when on a weekly time has something to ask: its week reaches the earliest due time, the memory is older than it, and
// it is a later week than the one of the latest offer.
func (d personDoc) asking() time.Time {
	first := never
	for _, m := range d.Memories {
		if from := later(m.Due.Add(-week), m.At); from.Before(first) {
			first = from
		}
	}
	return later(first, d.Week)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// asked reports whether anything may be asked of the person on a day.
func (d personDoc) asked(day string) bool {
	_, serves := d.Career.Home(day)
	return serves && !d.Gone && !d.Career.IsRetired(day) && !d.Career.OnLeave(day)
}

// excused are the courses from which the person is excused.
func (d personDoc) excused() []string {
	var all []string
	for course := range d.Excused {
		all = append(all, course)
	}
	return all
}

// weekDoc counts the refreshers of a week.
type weekDoc struct {
	Week     time.Time `json:"week"`
	Offered  int       `json:"offered"`
	Finished int       `json:"finished"`
	Expired  int       `json:"expired"`
}

// binDoc sets what was predicted beside what was answered, for reviews with a prediction within the bin.
type binDoc struct {
	Bin       int     `json:"bin"`
	People    int     `json:"people"`
	Reviews   int     `json:"reviews"`
	Asked     int     `json:"asked"`     // questions
	Right     int     `json:"right"`     // of these
	Predicted float64 `json:"predicted"` // sum over the questions
}

// people is the read model of memories, and of how well they are predicted.
type people struct {
	projection *readmodel.Projection
	bins       *readmodel.Collection[binDoc]
	weeks      *readmodel.Collection[weekDoc]
	people     *readmodel.Collection[personDoc]
}

func newPeople() people {
	p := people{
		bins:   readmodel.NewCollection[binDoc]("bins", readmodel.Index{Name: "bin", Fields: []string{"bin"}}),
		weeks:  readmodel.NewCollection[weekDoc]("weeks", readmodel.Index{Name: "week", Fields: []string{"week"}}),
		people: readmodel.NewCollection[personDoc]("people", readmodel.Index{Name: "ask", Fields: []string{"ask"}}),
	}
	// bins and weeks follow from people, so they stand first: see readmodel.Collection.Peek
	p.projection = readmodel.NewProjection("people", 1, []string{"refresher.person", "directory.person", "enrolment.enrolment"}, p.apply, p.bins, p.weeks, p.people)
	return p
}

func (p people) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.CompetenciesPassed:
		return p.change(b, e.Person, func(d *personDoc) { d.remember(e.At, e.Reviews) })
	case events.RefresherOffered:
		return p.offered(b, e)
	case events.RefresherFinished:
		return p.finished(b, e)
	case events.RefresherExpired:
		return p.ended(b, e.Person, func(w *weekDoc) { w.Expired++ }, func(*personDoc) {})
	case events.PersonErased:
		return p.change(b, e.Person, func(d *personDoc) { d.Gone = true })
	case events.PersonRetracted:
		return p.change(b, e.Person, func(d *personDoc) { d.Gone = true })
	case events.PersonRegistered:
		return p.change(b, e.Person, func(d *personDoc) { d.Gone = false })
	case events.PersonExcused:
		return p.change(b, e.Person, func(d *personDoc) { d.Excused = with(d.Excused, e.Course, e.Period) })
	case events.ExcuseWithdrawn:
		return p.change(b, e.Person, func(d *personDoc) { delete(d.Excused, e.Course) })
	case events.PersonEnrolled: // the excuse was of an earlier period
		if e.Period == 1 {
			return nil
		}
		return p.change(b, e.Person, func(d *personDoc) { delete(d.Excused, e.Course) })
	case events.EnrolmentCompleted:
		return p.change(b, e.Person, func(d *personDoc) { delete(d.Excused, e.Course) })
	}
	if person := organisation.Of(r.Event); person != "" {
		return p.change(b, person, func(d *personDoc) { d.Present = d.After(clock.Date(r.Time), r.Event) })
	}
	return nil
}

func (p people) change(b *readmodel.Batch, person string, fn func(*personDoc)) error {
	return p.people.Update(b, person, func(d *personDoc) {
		d.Person = person
		fn(d)
		d.Ask = d.asking()
	})
}

// remember takes over what reviews made of memories.
func (d *personDoc) remember(at time.Time, reviews []events.RecallReview) {
	d.Memories = slices.Clone(d.Memories)
	for _, r := range reviews {
		m := memoryDoc{r.Competency, r.Stability, at, r.Due}
		if i := slices.IndexFunc(d.Memories, func(m memoryDoc) bool { return m.Competency == r.Competency }); i >= 0 {
			d.Memories[i] = m
		} else {
			d.Memories = append(d.Memories, m)
		}
	}
}

func weekID(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (p people) offered(b *readmodel.Batch, e events.RefresherOffered) error {
	err := p.weeks.Update(b, weekID(e.Week), func(w *weekDoc) { w.Week, w.Offered = e.Week, w.Offered+1 })
	if err != nil {
		return err
	}
	return p.change(b, e.Person, func(d *personDoc) { d.Week, d.Open = e.Week, true })
}

// ended counts the end of the latest offer in its own week.
func (p people) ended(b *readmodel.Batch, person string, count func(*weekDoc), change func(*personDoc)) error {
	was, _, err := p.people.Peek(b, person)
	if err != nil {
		return err
	}
	if err := p.weeks.Update(b, weekID(was.Week), count); err != nil {
		return err
	}
	return p.change(b, person, func(d *personDoc) {
		d.Open = false
		change(d)
	})
}

func (p people) finished(b *readmodel.Batch, e events.RefresherFinished) error {
	was, _, err := p.people.Peek(b, e.Person)
	if err != nil {
		return err
	}
	counted := slices.Clone(was.Binned)
	for _, r := range e.Reviews {
		bin := binOf(r.Predicted)
		first := !slices.Contains(counted, bin)
		if first {
			counted = append(counted, bin)
		}
		err := p.bins.Update(b, binID(bin), func(d *binDoc) {
			d.Bin, d.Reviews, d.Asked, d.Right, d.Predicted = bin, d.Reviews+1, d.Asked+r.Asked, d.Right+r.Right, d.Predicted+r.Predicted*float64(r.Asked)
			if first {
				d.People++
			}
		})
		if err != nil {
			return err
		}
	}
	return p.ended(b, e.Person, func(w *weekDoc) { w.Finished++ }, func(d *personDoc) {
		d.Binned = counted
		d.remember(e.At, e.Reviews)
	})
}

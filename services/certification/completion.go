package certification

import (
	"context"
	"fmt"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// completion is a period of a course or a programme that somebody completed, and the certificate of it, if there is one.
type completion struct {
	Certificate string                 `json:"certificate"`
	Person      string                 `json:"person"`
	Subject     string                 `json:"subject"`
	Course      string                 `json:"course,omitempty"`
	Programme   string                 `json:"programme,omitempty"`
	Version     int                    `json:"version"`
	Period      int                    `json:"period"`
	At          time.Time              `json:"at"`
	Mark        float64                `json:"mark"`
	Parts       []events.PartCompleted `json:"parts,omitempty"` // of a programme: the rule that held
	Seq         uint64                 `json:"seq"`             // where it stands in the journal
	Code        string                 `json:"code,omitempty"`
}

// completionOf reads a completion out of a fact; ok is false for any other fact.
func completionOf(r eventsource.Recorded) (c completion, ok bool) {
	switch e := r.Event.(type) {
	case events.CourseCompleted:
		c = completion{Person: e.Person, Course: e.Course, Version: e.Version, Period: e.Period, At: e.At, Mark: e.Mark}
	case events.ProgrammeCompleted:
		c = completion{Person: e.Person, Programme: e.Programme, Version: e.Version, Period: e.Period, At: e.At, Parts: e.Parts}
	default:
		return completion{}, false
	}
	c.Subject, c.Seq = subjectOf(c.Course, c.Programme), r.Seq
	c.Certificate = certificateOf(c.Person, c.Subject, c.Period)
	return c, true
}

// subjectOf is what a certificate is about: a course by its id, a programme by its id behind "programme_". No id of either holds
// an underscore, so the two never meet.
func subjectOf(course, programme string) string {
	if programme != "" {
		return "programme_" + programme
	}
	return course
}

// certificateOf is the id of the certificate for a period.
func certificateOf(person, subject string, period int) string {
	return fmt.Sprintf("%s_%s_%d", person, subject, period)
}

// completions is the read model of who completed what, and has which certificate for it.
type completions struct {
	*readmodel.Projection
	all *readmodel.Collection[completion]
}

func newCompletions() *completions {
	c := &completions{all: readmodel.NewCollection[completion]("completions", readmodel.Index{Name: "subject", Fields: []string{"subject", "seq"}},
		readmodel.Index{Name: "person", Fields: []string{"person", "subject", "seq"}})}
	c.Projection = readmodel.NewProjection("completions", 2,
		[]string{"progress.course.course-completed", "enrolment.programme.programme-completed", "certification.certificate.certificate-issued"}, c.apply, c.all)
	return c
}

func (c *completions) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	if e, issued := r.Event.(events.CertificateIssued); issued {
		return c.all.Update(b, e.Certificate, func(d *completion) { d.Code = e.Code })
	}
	done, ok := completionOf(r)
	if !ok {
		return nil
	}
	return c.all.Update(b, done.Certificate, func(d *completion) {
		if d.Seq == 0 { // the first completion of a period holds
			done.Code = d.Code
			*d = done
		}
	})
}

// last is the latest completion of a course by a person until a time.
func (c *completions) last(ctx context.Context, person, course string, until time.Time) (found completion, ok bool, err error) {
	err = c.all.Each(ctx, readmodel.Query{Index: "person", Equal: []any{person, course}}, func(d completion) error {
		if d.Seq > 0 && !d.At.After(until) {
			found, ok = d, true
		}
		return nil
	})
	return found, ok, err
}

// span is completions of a course or a programme between two days, as far as they are known at a place in the journal.
type span struct {
	subject, from, through string
	known                  uint64
}

func rangeOf(e events.IssueOrdered) span {
	return span{subjectOf(e.Course, e.Programme), e.From, e.Through, e.Known}
}

func (r span) covers(c completion) bool {
	day := dateOf(c.At)
	return c.Seq <= r.known && r.from <= day && day <= r.through
}

// pageSize is how many completions are read at once: some steps of an order.
const pageSize = 500

// each gives the completions of a span after a place in the journal, in its order, until fn has enough.
func (c *completions) each(ctx context.Context, r span, after uint64, fn func(completion) bool) error {
	q := readmodel.Query{Index: "subject", Equal: []any{r.subject}, From: after + 1, Limit: pageSize}
	for {
		page, err := c.all.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, d := range page.Items {
			if r.covers(d) && !fn(d) {
				return nil
			}
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}

// waiting gives those of each that have no certificate yet.
func (c *completions) waiting(ctx context.Context, r span, after uint64, fn func(completion) bool) error {
	return c.each(ctx, r, after, func(d completion) bool { return d.Code != "" || fn(d) })
}

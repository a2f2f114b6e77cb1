package certification

import (
	"context"
	"fmt"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// completion is a course that somebody completed in a period, and the certificate of it, if there is one.
type completion struct {
	Certificate string    `json:"certificate"`
	Person      string    `json:"person"`
	Course      string    `json:"course"`
	Version     int       `json:"version"`
	Period      int       `json:"period"`
	At          time.Time `json:"at"`
	Mark        float64   `json:"mark"`
	Seq         uint64    `json:"seq"` // where it stands in the journal
	Code        string    `json:"code,omitempty"`
}

func (c completion) done() events.CourseCompleted {
	return events.CourseCompleted{Person: c.Person, Course: c.Course, Version: c.Version, Period: c.Period, At: c.At, Mark: c.Mark}
}

// completions is the read model of who completed what, and has which certificate for it.
type completions struct {
	*readmodel.Projection
	all *readmodel.Collection[completion]
}

func newCompletions() *completions {
	c := &completions{all: readmodel.NewCollection[completion]("completions", readmodel.Index{Name: "course", Fields: []string{"course", "seq"}})}
	c.Projection = readmodel.NewProjection("completions", 1, []string{"progress.course.course-completed", "certification.certificate.certificate-issued"}, c.apply, c.all)
	return c
}

func (c *completions) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.CourseCompleted:
		return c.all.Update(b, certificateOf(e), func(d *completion) {
			if d.Seq == 0 { // the first completion of a period holds
				*d = completion{certificateOf(e), e.Person, e.Course, e.Version, e.Period, e.At, e.Mark, r.Seq, d.Code}
			}
		})
	case events.CertificateIssued:
		return c.all.Update(b, e.Certificate, func(d *completion) { d.Code = e.Code })
	}
	return nil
}

// span is completions of a course between two days, as far as they are known at a place in the journal.
type span struct {
	course, from, through string
	known                 uint64
}

func rangeOf(e events.IssueOrdered) span { return span{e.Course, e.From, e.Through, e.Known} }

func (r span) covers(c completion) bool {
	day := dateOf(c.At)
	return c.Seq <= r.known && r.from <= day && day <= r.through
}

// pageSize is how many completions are read at once: some steps of an order.
const pageSize = 500

// each gives the completions of a span after a place in the journal, in its order, until fn has enough.
func (c *completions) each(ctx context.Context, r span, after uint64, fn func(completion) bool) error {
	q := readmodel.Query{Index: "course", Equal: []any{r.course}, From: after + 1, Limit: pageSize}
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

// orderDoc is an order in the list of all.
type orderDoc struct {
	events.IssueOrdered
	Place    string                `json:"place"` // sorts by the first fact
	At       time.Time             `json:"at"`
	Finished time.Time             `json:"finished,omitzero"`
	Failed   []events.IssueFailure `json:"failed,omitempty"`
}

// orders is the read model of the orders.
type orders struct {
	*readmodel.Projection
	all *readmodel.Collection[orderDoc]
}

func newOrders() *orders {
	o := &orders{all: readmodel.NewCollection[orderDoc]("orders", readmodel.Index{Name: "place", Fields: []string{"place"}})}
	o.Projection = readmodel.NewProjection("orders", 1, []string{"certification.order"}, o.apply, o.all)
	return o
}

func (o *orders) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.IssueOrdered:
		return o.all.Update(b, e.Order, func(d *orderDoc) {
			*d = orderDoc{IssueOrdered: e, Place: fmt.Sprintf("%016d", r.Seq), At: r.Time}
		})
	case events.IssueAdvanced:
		return o.all.Update(b, e.Order, func(d *orderDoc) { d.Failed = append(d.Failed, e.Failed...) })
	case events.IssueFinished:
		return o.all.Update(b, e.Order, func(d *orderDoc) { d.Finished = r.Time })
	case events.IssueRetried:
		return o.all.Update(b, e.Order, func(d *orderDoc) { d.Failed, d.Finished = nil, time.Time{} })
	}
	return nil
}

package certification

import (
	"fmt"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

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

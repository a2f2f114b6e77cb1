package certification

import (
	"context"
	"fmt"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// record is a certificate as it is kept, its name sealed, under its number as it is looked up.
type record struct {
	events.CertificateIssued
	Lookup string `json:"lookup"`
}

// certificates is the read model of the certificates.
type certificates struct {
	*readmodel.Projection
	records *readmodel.Collection[record]
}

func newCertificates() *certificates {
	c := &certificates{records: readmodel.NewCollection[record]("certificates",
		readmodel.Index{Name: "person", Fields: []string{"person", "issued"}},
		readmodel.Index{Name: "lookup", Fields: []string{"lookup"}})}
	c.Projection = readmodel.NewProjection("certificates", 1, []string{"certification.certificate"}, c.apply, c.records)
	return c
}

func (c *certificates) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	e, ok := r.Event.(events.CertificateIssued)
	if !ok {
		return nil
	}
	return c.records.Update(b, e.Certificate, func(d *record) { *d = record{CertificateIssued: e, Lookup: normal(e.Code)} })
}

// byCode finds a certificate by its number, however it is typed.
func (c *certificates) byCode(ctx context.Context, code string) (found record, ok bool, err error) {
	page, err := c.records.Find(ctx, readmodel.Query{Index: "lookup", Equal: []any{normal(code)}, Limit: 1})
	if err != nil || len(page.Items) == 0 {
		return record{}, false, err
	}
	return page.Items[0], true, nil
}

// ofPerson gives a person's certificates, newest first.
func (c *certificates) ofPerson(ctx context.Context, person string, fn func(record) error) error {
	return c.records.Each(ctx, readmodel.Query{Index: "person", Equal: []any{person}, Desc: true}, fn)
}

// particulars is what the service knows of people, units and courses.
type particulars struct {
	*readmodel.Projection
	people   *readmodel.Collection[person]
	units    *readmodel.Collection[unit]
	versions *readmodel.Collection[courseVersion]
}

type person struct {
	Person string        `json:"person"`
	Name   events.Sealed `json:"name"`
	Posts  []post        `json:"posts"` // in the order in which they became known
}

// post is a membership from a day on, until another day, "" while it lasts; the second day is no part of it.
type post struct {
	Unit  string `json:"unit"`
	From  string `json:"from"`
	Until string `json:"until,omitempty"`
}

type unit struct {
	Unit string `json:"unit"`
	Name string `json:"name"`
}

type courseVersion struct {
	Title          events.Words `json:"title"`
	Hours          int          `json:"hours"`
	ValidityMonths int          `json:"validity_months,omitempty"`
}

func newParticulars() *particulars {
	p := &particulars{
		people:   readmodel.NewCollection[person]("people"),
		units:    readmodel.NewCollection[unit]("units"),
		versions: readmodel.NewCollection[courseVersion]("versions"),
	}
	p.Projection = readmodel.NewProjection("particulars", 1, []string{"directory.person", "directory.unit", "catalog.course"},
		p.apply, p.people, p.units, p.versions)
	return p
}

func (p *particulars) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.PersonRegistered:
		return p.people.Update(b, e.Person, func(d *person) { d.Person, d.Name = e.Person, e.Name })
	case events.PersonCorrected:
		return p.people.Update(b, e.Person, func(d *person) {
			if e.Name != "" {
				d.Name = e.Name
			}
		})
	case events.MembershipBegan:
		return p.people.Update(b, e.Person, func(d *person) { d.Posts = append(d.Posts, post{Unit: e.Unit, From: e.On}) })
	case events.MembershipEnded:
		return p.people.Update(b, e.Person, func(d *person) { d.end(e.Unit, e.On) })
	case events.UnitEstablished:
		return p.units.Update(b, e.Unit, func(d *unit) { *d = unit{Unit: e.Unit, Name: e.Name} })
	case events.CoursePublished:
		return p.versions.Update(b, versionID(e.Course, e.Version), func(d *courseVersion) {
			*d = courseVersion{Title: e.Title, Hours: e.Hours, ValidityMonths: e.ValidityMonths}
		})
	}
	return nil
}

func (p *person) end(unit, on string) {
	for i := range p.Posts {
		if p.Posts[i].Unit == unit && p.Posts[i].Until == "" {
			p.Posts[i].Until = on
		}
	}
}

// unitOn is the unit in which the person held a post on a day; of several the one taken up last; "" for none.
func (p person) unitOn(day string) string {
	var held post
	for _, q := range p.Posts {
		if q.From <= day && (q.Until == "" || day < q.Until) && q.From >= held.From {
			held = q
		}
	}
	return held.Unit
}

func versionID(course string, version int) string { return fmt.Sprintf("%s_%d", course, version) }

package certification

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// record is a certificate as it is kept, its name sealed, under its number as it is looked up.
type record struct {
	events.CertificateIssued
	Lookup     string                     `json:"lookup"`
	Revoked    time.Time                  `json:"revoked,omitzero"`
	Why        string                     `json:"why,omitempty"`
	Note       events.Sealed              `json:"note,omitempty"`
	Superseded string                     `json:"superseded,omitempty"` // by which certificate
	Confirmed  []events.ConfirmationGiven `json:"confirmed,omitempty"`
	RevokedIn  string                     `json:"revoked_in,omitempty"` // status list, once it is revoked
	RevokedOf  string                     `json:"revoked_of,omitempty"` // issuer, likewise
}

// certificates is the read model of the certificates.
type certificates struct {
	*readmodel.Projection
	records *readmodel.Collection[record]
}

func newCertificates() *certificates {
	c := &certificates{records: readmodel.NewCollection[record]("certificates",
		readmodel.Index{Name: "person", Fields: []string{"person", "issued"}},
		readmodel.Index{Name: "lookup", Fields: []string{"lookup"}},
		readmodel.Index{Name: "issuer", Fields: []string{"issuer_id"}},
		readmodel.Index{Name: "order", Fields: []string{"order"}},
		readmodel.Index{Name: "revoked", Fields: []string{"revoked_in"}},
		readmodel.Index{Name: "revoked-of", Fields: []string{"revoked_of"}})}
	c.Projection = readmodel.NewProjection("certificates", 3, []string{"certification.certificate"}, c.apply, c.records)
	return c
}

func (c *certificates) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.CertificateIssued:
		return c.records.Update(b, e.Certificate, func(d *record) { *d = record{CertificateIssued: e, Lookup: normal(e.Code)} })
	case events.CertificateRevoked:
		return c.records.Update(b, e.Certificate, func(d *record) {
			d.Revoked, d.Why, d.Note = r.Time, e.Why, e.Note
			if d.IssuerID != "" {
				d.RevokedIn, d.RevokedOf = listOf(d.CertificateIssued), d.IssuerID
			}
		})
	case events.ConfirmationGiven:
		return c.records.Update(b, e.Certificate, func(d *record) { d.Confirmed = append(d.Confirmed, e) })
	case events.CertificateSuperseded:
		return c.records.Update(b, e.Certificate, func(d *record) { d.Superseded = e.By })
	}
	return nil
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
	units    *readmodel.Collection[organisation.Past]
	versions *readmodel.Collection[courseVersion] // by subject and version, as the rest
	pathways *readmodel.Collection[pathway]
	offers   *readmodel.Collection[offered]
}

type person struct {
	Person string              `json:"person"`
	Name   events.Sealed       `json:"name"`
	Career organisation.Career `json:"career"`
}

// courseVersion is a version of a course or a programme, which has no hours of its own.
type courseVersion struct {
	Title          events.Words `json:"title"`
	Hours          int          `json:"hours"`
	ValidityMonths int          `json:"validity_months,omitempty"`
	Certificate    string       `json:"certificate,omitempty"`
}

// atOnce reports whether whoever completes the version is issued a certificate without anybody's order.
func (v courseVersion) atOnce() bool {
	return v.Certificate == "" || v.Certificate == events.CertificateAuto
}

// offered is a course or a programme as its latest version has it.
type offered struct {
	Version     int    `json:"version"`
	Certificate string `json:"certificate,omitempty"`
}

func newParticulars() *particulars {
	p := &particulars{
		people:   readmodel.NewCollection[person]("people"),
		units:    readmodel.NewCollection[organisation.Past]("unit-pasts"),
		versions: readmodel.NewCollection[courseVersion]("versions"),
		pathways: readmodel.NewCollection[pathway]("pathways"),
		offers:   readmodel.NewCollection[offered]("courses"),
	}
	p.Projection = readmodel.NewProjection("particulars", 4, []string{"directory.person", "directory.unit", "catalog.course", "catalog.programme"},
		p.apply, p.people, p.units, p.versions, p.pathways, p.offers)
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
	case events.CoursePublished:
		return p.published(b, e.Course, e.Version, courseVersion{e.Title, e.Hours, e.ValidityMonths, e.Certificate})
	case events.ProgrammePublished:
		subject := subjectOf("", e.Programme)
		err := p.pathways.Update(b, versionID(subject, e.Version), func(d *pathway) { *d = pathway{e.Parts, e.Again} })
		if err != nil {
			return err
		}
		title := e.Title
		if e.CertificateTitle.Vi != "" {
			title = e.CertificateTitle
		}
		return p.published(b, subject, e.Version, courseVersion{title, 0, e.ValidityMonths, cmp.Or(e.Certificate, events.CertificateNone)})
	}
	k := organisation.Known{Seq: r.Seq, At: r.Time, Fact: r.Event}
	if id := organisation.UnitOf(k.Fact); id != "" {
		return p.units.Update(b, id, func(d *organisation.Past) { d.Add(id, k) })
	}
	if id := organisation.Of(k.Fact); id != "" {
		return p.people.Update(b, id, func(d *person) { d.Person, d.Career = id, d.Career.After(k.Fact) })
	}
	return nil
}

func (p *particulars) published(b *readmodel.Batch, subject string, version int, as courseVersion) error {
	if err := p.versions.Update(b, versionID(subject, version), func(d *courseVersion) { *d = as }); err != nil {
		return err
	}
	return p.offers.Update(b, subject, func(d *offered) { *d = offered{version, as.Certificate} })
}

// longestMerger bounds the way through mergers, should the data ever hold a circle.
const longestMerger = 64

// unitName is the name, on a day, of the unit in which a person counts on it: where mergers had led her by then. It is ""
// for somebody who is a member of none.
func (p *particulars) unitName(ctx context.Context, who person, day string) (string, error) {
	home, _ := who.Career.Home(day)
	id, name := home.Unit, ""
	for range longestMerger {
		past, found, err := p.units.Get(ctx, id)
		if err != nil || !found {
			return name, err
		}
		s := organisation.Structured(past.Known())
		u, begun := s.Unit(id, day)
		if states := s.States(id); !begun && len(states) > 0 {
			u = states[0]
		}
		if name = u.Name; u.Ended != events.UnitMerged || len(u.Into) != 1 {
			return name, nil
		}
		id = u.Into[0]
	}
	return name, nil
}

func versionID(subject string, version int) string { return fmt.Sprintf("%s_%d", subject, version) }

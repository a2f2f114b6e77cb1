package webhook

import (
	"context"
	"errors"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/keyring"
	"khuevan/platform/readmodel"
)

// personDoc is what is known of a person here.
type personDoc struct {
	Person string `json:"person"`
	Code   string `json:"code"`  // sealed
	Admin  bool   `json:"admin"` // of everything
}

// views are the read models of the service.
type views struct {
	keys      *keyring.Ring
	endpoints *readmodel.Collection[endpoint]
	known     *readmodel.Collection[personDoc]
	list      *readmodel.Projection
	people    *readmodel.Projection
}

func newViews(keys *keyring.Ring) *views {
	v := &views{keys: keys, endpoints: readmodel.NewCollection[endpoint]("endpoints"),
		known: readmodel.NewCollection[personDoc]("people", readmodel.Index{Name: "admin", Fields: []string{"admin"}})}
	v.list = readmodel.NewProjection("endpoints", 1, []string{noun}, v.applyEndpoint, v.endpoints)
	v.people = readmodel.NewProjection("people", 1, []string{"directory.person.person-registered", "directory.person.person-corrected",
		"directory.person.role-granted", "directory.person.role-withdrawn", "directory.person.person-erased"}, v.applyPerson, v.known)
	return v
}

func (v *views) applyEndpoint(b *readmodel.Batch, r eventsource.Recorded) error {
	id := r.Stream[len(noun)+1:]
	if _, removed := r.Event.(events.EndpointRemoved); removed {
		return v.endpoints.Delete(b, id)
	}
	return v.endpoints.Update(b, id, func(s *endpoint) { *s = s.Evolve(r.Event) })
}

func (v *views) applyPerson(b *readmodel.Batch, r eventsource.Recorded) error {
	admin := func(person, role, unit string, is bool) error {
		if role != events.RoleAdmin || unit != "" {
			return nil
		}
		return v.known.Update(b, person, func(d *personDoc) { d.Person, d.Admin = person, is })
	}
	switch e := r.Event.(type) {
	case events.PersonRegistered:
		return v.known.Update(b, e.Person, func(d *personDoc) { d.Person, d.Code = e.Person, string(e.Code) })
	case events.PersonCorrected:
		if e.Code == "" {
			return nil
		}
		return v.known.Update(b, e.Person, func(d *personDoc) { d.Person, d.Code = e.Person, string(e.Code) })
	case events.RoleGranted:
		return admin(e.Person, e.Role, e.Unit, true)
	case events.RoleWithdrawn:
		return admin(e.Person, e.Role, e.Unit, false)
	case events.PersonErased:
		return v.known.Delete(b, e.Person)
	}
	return nil
}

// code is a person's personnel code, "" where none is known or the person's data were erased.
func (v *views) code(ctx context.Context, person string) (string, error) {
	d, _, err := v.known.Get(ctx, person)
	if err != nil || d.Code == "" {
		return "", err
	}
	code, err := v.keys.Reveal(ctx, person, "code", d.Code)
	if errors.Is(err, keyring.ErrDestroyed) {
		return "", nil
	}
	return code, err
}

// mostTold bounds how many administrators are told of a suspension.
const mostTold = 50

func (v *views) administrators(ctx context.Context) ([]string, error) {
	page, err := v.known.Find(ctx, readmodel.Query{Index: "admin", Equal: []any{true}, Limit: mostTold})
	people := []string{}
	for _, d := range page.Items {
		people = append(people, d.Person)
	}
	return people, err
}

package notification

import (
	"context"
	"errors"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/keyring"
	"khuevan/platform/readmodel"
)

// messageDoc is a message as the inbox and the lists of letters read it.
type messageDoc struct {
	Message  string            `json:"message"`
	Person   string            `json:"person"`
	Template string            `json:"template"`
	Values   map[string]string `json:"values"`
	At       time.Time         `json:"at"`
	Read     bool              `json:"read"`
	Mail     string            `json:"mail"`
	Flagged  time.Time         `json:"flagged,omitzero"`
	Reason   string            `json:"reason,omitempty"`
}

// personDoc is how a person is addressed, sealed.
type personDoc struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// courseDoc is what a course or a programme is called.
type courseDoc struct {
	Title events.Words `json:"title"`
}

// views are the read models of the service.
type views struct {
	keys     *keyring.Ring
	messages *readmodel.Collection[messageDoc]
	people   *readmodel.Collection[personDoc]
	courses  *readmodel.Collection[courseDoc]
	paths    *readmodel.Collection[courseDoc] // programmes
	inbox    *readmodel.Projection
	contacts *readmodel.Projection
}

func newViews(keys *keyring.Ring) *views {
	v := &views{
		keys: keys,
		messages: readmodel.NewCollection[messageDoc]("messages",
			readmodel.Index{Name: "person", Fields: []string{"person", "at"}},
			readmodel.Index{Name: "unread", Fields: []string{"person", "read"}},
			readmodel.Index{Name: "mail", Fields: []string{"mail", "at"}}),
		people:  readmodel.NewCollection[personDoc]("people"),
		courses: readmodel.NewCollection[courseDoc]("courses"),
		paths:   readmodel.NewCollection[courseDoc]("programmes"),
	}
	v.inbox = readmodel.NewProjection("inbox", 1, []string{messageNoun}, v.applyMessage, v.messages)
	v.contacts = readmodel.NewProjection("contacts", 2, []string{"directory.person", "catalog.course", "catalog.programme"}, v.applyContact, v.people, v.courses, v.paths)
	return v
}

func (v *views) applyMessage(b *readmodel.Batch, r eventsource.Recorded) error {
	return v.messages.Update(b, r.Stream[len(messageNoun)+1:], func(d *messageDoc) {
		switch e := r.Event.(type) {
		case events.MessageQueued:
			*d = messageDoc{Message: e.Message, Person: e.Person, Template: e.Template, Values: e.Values, At: e.At, Mail: mailNone}
			if e.Email {
				d.Mail = mailQueued
			}
		case events.MessageRead:
			d.Read = true
		case events.MailBegun:
			d.Mail = mailBegun
		case events.MailHandedOver:
			d.Mail, d.Flagged, d.Reason = mailHandedOver, time.Time{}, ""
		case events.MailFlagged:
			d.Mail, d.Flagged, d.Reason = mailFlagged, r.Time, e.Reason
		}
	})
}

func (v *views) applyContact(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.PersonRegistered:
		return v.people.Update(b, e.Person, func(d *personDoc) { *d = personDoc{Name: string(e.Name), Email: string(e.Email)} })
	case events.PersonCorrected:
		return v.people.Update(b, e.Person, func(d *personDoc) {
			d.Name, d.Email = orElse(string(e.Name), d.Name), orElse(string(e.Email), d.Email)
		})
	case events.CoursePublished:
		return v.courses.Update(b, e.Course, func(d *courseDoc) { d.Title = e.Title })
	case events.ProgrammePublished:
		return v.paths.Update(b, e.Programme, func(d *courseDoc) { d.Title = e.Title })
	}
	return nil
}

// title is what the course or the programme of an occasion is called.
func (v *views) title(ctx context.Context, o occasion) (events.Words, error) {
	of, id := v.courses, o.course
	if o.programme != "" {
		of, id = v.paths, o.programme
	}
	d, _, err := of.Get(ctx, id)
	return d.Title, err
}

// contact is how a person is addressed today; empty where nothing is known or the person's data were erased.
type contact struct{ name, email string }

func (v *views) contact(ctx context.Context, person string) (contact, error) {
	d, _, err := v.people.Get(ctx, person)
	if err != nil {
		return contact{}, err
	}
	name, err := v.reveal(ctx, person, "name", d.Name)
	if err != nil {
		return contact{}, err
	}
	email, err := v.reveal(ctx, person, "email", d.Email)
	return contact{name: name, email: email}, err
}

func (v *views) reveal(ctx context.Context, person, field, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	plain, err := v.keys.Reveal(ctx, person, field, sealed)
	if errors.Is(err, keyring.ErrDestroyed) {
		return "", nil
	}
	return plain, err
}

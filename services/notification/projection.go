package notification

import (
	"context"
	"errors"
	"maps"
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
	Inbox    string            `json:"inbox"` // its person; "" for what is an e-mail only
	Bundle   string            `json:"bundle,omitempty"`
	Due      time.Time         `json:"due,omitzero"`
	Revision int               `json:"revision,omitempty"`
	Kind     string            `json:"kind,omitempty"`    // of the flag
	Status   string            `json:"status,omitempty"`  // of the bounce
	Address  uint64            `json:"address,omitempty"` // sequence of the fact that gave the address
	Tries    int               `json:"tries,omitempty"`   // how often the server said "later"
	Next     time.Time         `json:"next,omitzero"`     // not to be tried before
}

// bouncedDoc is the last letter to a person that bounced because of its address.
type bouncedDoc struct {
	Address uint64 `json:"address"`
}

// personDoc is how a person is addressed, sealed.
type personDoc struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Since uint64 `json:"since"` // sequence of the fact that gave the address
}

// courseDoc is what a course and its lessons are called.
type courseDoc struct {
	Title   events.Words            `json:"title"`
	Lessons map[string]events.Words `json:"lessons,omitempty"`
}

// wayDoc is how a person wants to be told of kinds of things, and when letters that tell several were sent last.
type wayDoc struct {
	Ways map[string]string `json:"ways,omitempty"` // by kind
	Sent map[string]string `json:"sent,omitempty"` // day, by bundle
}

// textDoc is what messages of a template say: as it is now under the template's name, and each revision under its own.
type textDoc struct {
	Revision int                 `json:"revision"` // 0 as shipped
	Made     int                 `json:"made"`     // revisions so far
	Texts    events.MessageTexts `json:"texts"`
}

// views are the read models of the service.
type views struct {
	keys     *keyring.Ring
	bounced  *readmodel.Collection[bouncedDoc]
	messages *readmodel.Collection[messageDoc]
	people   *readmodel.Collection[personDoc]
	courses  *readmodel.Collection[courseDoc]
	paths    *readmodel.Collection[courseDoc] // programmes
	ways     *readmodel.Collection[wayDoc]
	texts    *readmodel.Collection[textDoc]
	inbox    *readmodel.Projection
	contacts *readmodel.Projection
}

func newViews(keys *keyring.Ring) *views {
	v := &views{
		keys:    keys,
		bounced: readmodel.NewCollection[bouncedDoc]("bounced"),
		messages: readmodel.NewCollection[messageDoc]("messages",
			readmodel.Index{Name: "person", Fields: []string{"inbox", "at"}},
			readmodel.Index{Name: "unread", Fields: []string{"inbox", "read"}},
			readmodel.Index{Name: "mail", Fields: []string{"mail", "at"}},
			readmodel.Index{Name: "due", Fields: []string{"mail", "due"}},
			readmodel.Index{Name: "bundle", Fields: []string{"mail", "person", "bundle"}}),
		people:  readmodel.NewCollection[personDoc]("people"),
		courses: readmodel.NewCollection[courseDoc]("courses"),
		paths:   readmodel.NewCollection[courseDoc]("programmes"),
		ways:    readmodel.NewCollection[wayDoc]("ways"),
		texts:   readmodel.NewCollection[textDoc]("texts"),
	}
	v.inbox = readmodel.NewProjection("inbox", 3, []string{messageNoun}, v.applyMessage, v.bounced, v.messages)
	v.contacts = readmodel.NewProjection("contacts", 4, []string{"directory.person", "catalog.course", "catalog.programme", "notification.preferences", "notification.bundle", "notification.template"},
		v.applyContact, v.people, v.courses, v.paths, v.ways, v.texts)
	return v
}

func (v *views) applyMessage(b *readmodel.Batch, r eventsource.Recorded) error {
	var before messageDoc
	err := v.messages.Update(b, r.Stream[len(messageNoun)+1:], func(d *messageDoc) {
		before = *d
		switch e := r.Event.(type) {
		case events.MessageQueued:
			*d = messageDoc{Message: e.Message, Person: e.Person, Template: e.Template, Values: e.Values, At: e.At, Mail: mailAtFirst(e), Inbox: e.Person, Bundle: e.Bundle, Due: e.Due, Revision: e.Revision}
			if e.Only {
				d.Inbox, d.Read = "", true
			}
		case events.MessageRead:
			d.Read = true
		default:
			d.applyMail(r)
		}
	})
	if e, ok := r.Event.(events.MailBounced); ok && err == nil && hard(e.Status) {
		return v.bounced.Update(b, before.Person, func(d *bouncedDoc) { d.Address = max(d.Address, before.Address) })
	}
	return err
}

func (d *messageDoc) applyMail(r eventsource.Recorded) {
	switch e := r.Event.(type) {
	case events.MailReleased:
		d.Mail = mailQueued
	case events.MailWithheld:
		d.Mail = mailNone
	case events.MailBundled:
		d.Mail = mailBundled
	case events.MailBegun:
		d.Mail, d.Address = mailBegun, e.Address
	case events.MailDeferred:
		d.Mail = mailQueued
		if e.Reply != "" {
			d.Tries, d.Reason = d.Tries+1, e.Reply
		}
		d.Next = dueAfter(e.At, d.Tries)
	case events.MailHandedOver:
		d.Mail, d.Flagged, d.Reason, d.Kind = mailHandedOver, time.Time{}, "", ""
	case events.MailBounced:
		d.Mail, d.Status, d.Flagged = mailBounced, e.Status, e.At
	case events.MailFlagged:
		d.Mail, d.Flagged, d.Reason, d.Kind = mailFlagged, r.Time, e.Reason, e.Kind
	case events.MailRequeued:
		d.Mail, d.Flagged, d.Reason, d.Kind, d.Status, d.Tries, d.Next = mailQueued, time.Time{}, "", "", "", 0, time.Time{}
	case events.MailLeft:
		d.Mail = mailLeft
	}
}

func (v *views) applyContact(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.PersonRegistered:
		return v.people.Update(b, e.Person, func(d *personDoc) { *d = personDoc{Name: string(e.Name), Email: string(e.Email), Since: r.Seq} })
	case events.PersonCorrected:
		return v.people.Update(b, e.Person, func(d *personDoc) {
			d.Name, d.Email = orElse(string(e.Name), d.Name), orElse(string(e.Email), d.Email)
			if e.Email != "" {
				d.Since = r.Seq
			}
		})
	case events.CoursePublished:
		return v.courses.Update(b, e.Course, func(d *courseDoc) { *d = courseDocOf(e) })
	case events.ProgrammePublished:
		return v.paths.Update(b, e.Programme, func(d *courseDoc) { d.Title = e.Title })
	case events.WayChosen:
		return v.ways.Update(b, e.Person, func(d *wayDoc) { d.Ways = with(d.Ways, e.Kind, e.Way) })
	case events.BundleMade:
		return v.ways.Update(b, e.Person, func(d *wayDoc) { d.Sent = with(d.Sent, e.Bundle, e.Day) })
	case events.TemplateRevised:
		if err := v.texts.Update(b, revisionID(e.Template, e.Revision), func(d *textDoc) { *d = textDoc{e.Revision, e.Revision, e.Texts} }); err != nil {
			return err
		}
		return v.texts.Update(b, e.Template, func(d *textDoc) { *d = textDoc{e.Revision, e.Revision, e.Texts} })
	case events.TemplateReset:
		return v.texts.Update(b, e.Template, func(d *textDoc) { d.Revision, d.Texts = 0, events.MessageTexts{} })
	}
	return nil
}

func courseDocOf(e events.CoursePublished) courseDoc {
	d := courseDoc{Title: e.Title}
	for _, l := range e.Lessons {
		d.Lessons = with(d.Lessons, l.ID, l.Title)
	}
	return d
}

// with is a map with one value more.
func with[V any](m map[string]V, key string, value V) map[string]V {
	next := maps.Clone(m)
	if next == nil {
		next = map[string]V{}
	}
	next[key] = value
	return next
}

// about is what is kept of the course or the programme of an occasion.
func (v *views) about(ctx context.Context, o occasion) (courseDoc, error) {
	of, id := v.courses, o.course
	if o.programme != "" {
		of, id = v.paths, o.programme
	}
	d, _, err := of.Get(ctx, id)
	return d, err
}

// contact is how a person is addressed today; empty where nothing is known or the person's data were erased.
type contact struct {
	name, email string
	since       uint64 // sequence of the fact that gave the address
}

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
	return contact{name: name, email: email, since: d.Since}, err
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

package notification

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/mail"
	"net/url"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"khuevan/events"
	"khuevan/platform/ical"
)

// letterhead is what letters say of the platform.
type letterhead struct {
	base string // of its portal
	from string // its address, as mail headers write it
}

// letter writes the e-mail of a message to its person.
func (v *views) letter(ctx context.Context, m message, who contact, head letterhead) (text, error) {
	m, say, err := v.worded(ctx, m)
	if err != nil {
		return text{}, err
	}
	t := bilingual(say, m, who.name, head.base)
	t.Unsubscribe = unsubscribeURL(v.keys, m, head.base)
	if t.Unsubscribe != "" {
		t.Body += "Không nhận thư loại này nữa / No more letters of this kind: " + t.Unsubscribe + "\n"
	}
	if e, method, ok := invitationOf(say, m, who, head); ok {
		t.Calendar, t.Method = e.Write(method), string(method)
	}
	return t, nil
}

// worded is a message with the names of today, and the texts that it needs.
func (v *views) worded(ctx context.Context, m message) (message, texts, error) {
	var err error
	if m.values, err = v.named(ctx, m.values); err != nil {
		return m, nil, err
	}
	known := map[string]events.MessageTexts{}
	for _, one := range append(itemsOf(m.values), m) {
		id := revisionID(textName(one.template, one.values), one.revision)
		if one.revision == 0 {
			continue
		}
		d, found, err := v.texts.Get(ctx, id)
		if err != nil {
			return m, nil, err
		}
		if found {
			known[id] = d.Texts
		}
	}
	return m, func(name string, revision int) events.MessageTexts {
		if texts, ok := known[revisionID(name, revision)]; ok {
			return texts
		}
		return shipped()[name].texts()
	}, nil
}

// named adds the names of other people that values speak of, as they read today.
func (v *views) named(ctx context.Context, values map[string]string) (map[string]string, error) {
	all := maps.Clone(values)
	for key, person := range values {
		if key != valueOther && !strings.HasSuffix(key, "."+valueOther) {
			continue
		}
		other, err := v.contact(ctx, person)
		if err != nil {
			return nil, err
		}
		all[strings.TrimSuffix(key, valueOther)+valueOtherName] = other.name
	}
	return all, nil
}

// SessionAlarm is how long before a session calendars remind of it.
const SessionAlarm = 30 * time.Minute

// invitationOf is the calendar of a message about a session; ok is false for any other.
func invitationOf(say texts, m message, who contact, head letterhead) (e ical.Event, method ical.Method, ok bool) {
	switch method = ical.Request; m.template {
	case templateInvited, templateSessionChanged:
	case templateSessionCancelled:
		method = ical.Cancel
	default:
		return ical.Event{}, "", false
	}
	f := fieldsOf("vi", say, m, head.base)
	e = ical.Event{UID: SessionUID(m.values[valueSession], head.base), Stamp: m.at, Summary: f["lesson"] + " (" + f["course"] + ")", Location: orElse(f["place"], f["join"]),
		Description: filled("Khóa học: {course}[\nHọp trực tuyến: {join}]\n{link}", f), URL: f[fieldLink], Remind: SessionAlarm, Attendee: ical.Party{Name: who.name, Address: who.email}}
	e.Sequence, _ = number(m.values[valueRevision])
	e.Start, _ = time.Parse(time.RFC3339, m.values[valueStart])
	e.End, _ = time.Parse(time.RFC3339, m.values[valueEnd])
	if from, err := mail.ParseAddress(head.from); err == nil {
		e.Organizer = ical.Party{Name: from.Name, Address: from.Address}
	}
	return e, method, true
}

// SessionUID is by what calendars know a session, whether they learnt of it from a letter or from a page.
func SessionUID(session, base string) string {
	host := "khuevan"
	if u, err := url.Parse(base); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	return "session-" + session + "@" + host
}

// dress puts into a letter what it has besides its text: the calendar, and how to be sent no more of its kind (RFC 2369, RFC 8058).
func (t text) dress(m *gomail.Msg, messageID string) {
	sum := sha256.Sum256([]byte(messageID))
	m.SetBoundary(hex.EncodeToString(sum[:16])) // the same letter is the same bytes
	if t.Calendar != nil {
		m.AddAlternativeString(gomail.ContentType("text/calendar; method="+t.Method), string(t.Calendar))
	}
	if t.Unsubscribe != "" {
		m.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+t.Unsubscribe+">")
		if strings.HasPrefix(t.Unsubscribe, "https:") {
			m.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
		}
	}
}

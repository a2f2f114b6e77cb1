package notification

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"khuevan/platform/clock"
)

// ready is a letter that is written and may be sent.
type ready struct {
	id      string
	since   time.Time
	address uint64 // sequence of the fact that gave the address
	envelope
}

// envelope is a letter as it is given to a server.
type envelope struct {
	from, to string // in angle brackets
	content  []byte
}

var (
	errNoAddress = errors.New("notification: no usable address")
	errHeld      = errors.New("notification: letters to this address are held")
)

// write makes the e-mail of a message to whoever its person is today.
func (p *post) write(ctx context.Context, m message) (ready, error) {
	who, err := p.views.contact(ctx, m.person)
	if err != nil {
		return ready{}, err
	}
	if who.email == "" {
		return ready{}, errNoAddress
	}
	bounced, _, err := p.views.bounced.Get(ctx, m.person)
	if err != nil {
		return ready{}, err
	}
	if held(bounced.Address, who.since) {
		return ready{}, errHeld
	}
	t, err := p.views.letter(ctx, m, who, letterhead{p.base, p.server.from})
	if err != nil {
		return ready{}, err
	}
	e, err := p.server.write(heading{to: who.email, messageID: p.messageID(m.id), token: p.token(m.id), at: p.d.Clock.Now()}, t)
	if err != nil {
		p.d.Log.WarnContext(ctx, "a letter cannot be addressed", "message", m.id)
		return ready{}, errNoAddress
	}
	return ready{id: m.id, since: m.since, address: who.since, envelope: e}, nil
}

// messageID is the Message-ID header: the same letter always has the same.
func (p *post) messageID(id string) string { return "<" + id + "@" + p.domain + ">" }

// token proves that a letter is ours when it comes back; it cannot be guessed.
func (p *post) token(id string) string { return p.d.Keys.Blind("letter", id) }

// heading is what stands above a letter.
type heading struct {
	to, messageID, token string
	at                   time.Time
}

// write makes the letter. The same arguments make the same bytes: lines end in CRLF and have at most 76 characters of an encoding
// that no server on the way needs to change, so that a signature (DKIM) which the first one adds stays valid.
func (s *server) write(h heading, t text) (envelope, error) {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithEncoding(mail.EncodingB64))
	if err := m.From(s.from); err != nil {
		return envelope{}, fmt.Errorf("sender: %w", err)
	}
	if err := m.To(h.to); err != nil {
		return envelope{}, fmt.Errorf("recipient: %w", err)
	}
	if s.replyTo != "" {
		if err := m.ReplyTo(s.replyTo); err != nil {
			return envelope{}, fmt.Errorf("address for replies: %w", err)
		}
	}
	m.Subject(flat(t.Subject))
	m.SetMessageIDWithValue(strings.Trim(h.messageID, "<>"))
	m.SetDateWithValue(clock.Local(h.at))
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: keeps holiday answers away
	m.SetGenHeader(letterHeader, h.token)
	m.SetBodyString(mail.TypeTextPlain, t.Body)
	t.dress(m, h.messageID)
	recipients, err := m.GetRecipients()
	if err != nil {
		return envelope{}, fmt.Errorf("recipient: %w", err)
	}
	if err := oneLine(recipients[0]); err != nil {
		return envelope{}, err
	}
	var content bytes.Buffer
	if _, err := m.WriteTo(&content); err != nil {
		return envelope{}, fmt.Errorf("write the letter: %w", err)
	}
	return envelope{from: s.bounces, to: recipients[0], content: content.Bytes()}, nil
}

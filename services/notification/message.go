package notification

import (
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// Where the e-mail of a message stands.
const (
	mailNone       = "none"   // inbox only
	mailQueued     = "queued" // not given to a server yet
	mailBegun      = "begun"  // about to be given; people see it as queued
	mailHandedOver = "handed-over"
	mailFlagged    = "flagged"
	mailHeld       = "held"      // waits for its time
	mailCollected  = "collected" // waits for the letter that tells it with others
	mailBundled    = "bundled"   // told in such a letter
)

const messageNoun = "notification.message"

// message is a message as its facts evolved it.
type message struct {
	id, person, template string
	values               map[string]string
	revision             int       // of the template's text
	queued               time.Time // when
	at                   time.Time // since when its letter may be sent
	read                 bool
	mail                 string
	bundle               string
}

// Evolve implements eventsource.State.
func (m message) Evolve(e eventsource.Event) message {
	switch e := e.(type) {
	case events.MessageQueued:
		m = message{id: e.Message, person: e.Person, template: e.Template, values: e.Values, revision: e.Revision, queued: e.At, at: e.At, mail: mailAtFirst(e), bundle: e.Bundle}
	case events.MessageRead:
		m.read = true
	case events.MailReleased:
		m.mail, m.at = mailQueued, e.At
	case events.MailWithheld:
		m.mail = mailNone
	case events.MailBundled:
		m.mail = mailBundled
	case events.MailBegun:
		m.mail = mailBegun
	case events.MailHandedOver:
		m.mail = mailHandedOver
	case events.MailFlagged:
		m.mail = mailFlagged
	}
	return m
}

// mailAtFirst is where the e-mail of a message stands when it is queued.
func mailAtFirst(e events.MessageQueued) string {
	switch {
	case e.Bundle != "":
		return mailCollected
	case e.Email && !e.Due.IsZero():
		return mailHeld
	case e.Email:
		return mailQueued
	}
	return mailNone
}

func streamOf(id string) string { return messageNoun + "." + id }

// owner is the person to whom a message belongs.
func owner(id string) string {
	person, _, _ := strings.Cut(id, "_")
	return person
}

// queueMessage writes to a person; what was written for the same reason before is not written again.
type queueMessage struct{ events.MessageQueued }

func (c queueMessage) Stream() string { return streamOf(c.Message) }

func (c queueMessage) Decide(m message) ([]eventsource.Event, error) {
	if m.id != "" {
		return nil, nil
	}
	return []eventsource.Event{c.MessageQueued}, nil
}

// markRead notes that the person opened a message.
type markRead struct {
	id string
	at time.Time
}

func (c markRead) Stream() string { return streamOf(c.id) }

func (c markRead) Decide(m message) ([]eventsource.Event, error) {
	if m.id == "" {
		return nil, errNoMessage()
	}
	if m.read {
		return nil, nil
	}
	return []eventsource.Event{events.MessageRead{Message: c.id, At: c.at}}, nil
}

// beginMail claims the one attempt to give a letter to a server. Of several who try, one succeeds.
type beginMail struct{ id, messageID string }

func (c beginMail) Stream() string { return streamOf(c.id) }

func (c beginMail) Decide(m message) ([]eventsource.Event, error) {
	if m.mail != mailQueued {
		return nil, fault.New(fault.Conflict, "Thư này đã được bắt đầu gửi hoặc không cần gửi.",
			"This letter was begun already or is not to be sent.")
	}
	return []eventsource.Event{events.MailBegun{Message: c.id, MessageID: c.messageID}}, nil
}

// handOverMail notes that the server took a letter. It holds against an earlier flag, which only said "unknown".
type handOverMail struct{ id string }

func (c handOverMail) Stream() string { return streamOf(c.id) }

func (c handOverMail) Decide(m message) ([]eventsource.Event, error) {
	switch m.mail {
	case mailHandedOver:
		return nil, nil
	case mailBegun, mailFlagged:
		return []eventsource.Event{events.MailHandedOver{Message: c.id}}, nil
	default:
		return nil, fault.New(fault.Conflict, "Thư này chưa được bắt đầu gửi.", "This letter was not begun.")
	}
}

// flagMail puts a letter before a person's eyes; it is not sent again.
type flagMail struct{ id, reason string }

func (c flagMail) Stream() string { return streamOf(c.id) }

func (c flagMail) Decide(m message) ([]eventsource.Event, error) {
	switch m.mail {
	case mailHandedOver, mailFlagged:
		return nil, nil
	case mailQueued, mailBegun:
		return []eventsource.Event{events.MailFlagged{Message: c.id, Reason: c.reason}}, nil
	default:
		return nil, fault.New(fault.Conflict, "Tin nhắn này không có thư điện tử.", "This message has no e-mail.")
	}
}

func errNoMessage() error {
	return fault.New(fault.NotFound, "Không tìm thấy tin nhắn này.", "There is no such message.")
}

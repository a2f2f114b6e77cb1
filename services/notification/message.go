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
)

const messageNoun = "notification.message"

// message is a message as its facts evolved it.
type message struct {
	id, person, template string
	values               map[string]string
	at                   time.Time
	read                 bool
	mail                 string
}

// Evolve implements eventsource.State.
func (m message) Evolve(e eventsource.Event) message {
	switch e := e.(type) {
	case events.MessageQueued:
		m = message{id: e.Message, person: e.Person, template: e.Template, values: e.Values, at: e.At, mail: mailNone}
		if e.Email {
			m.mail = mailQueued
		}
	case events.MessageRead:
		m.read = true
	case events.MailBegun:
		m.mail = mailBegun
	case events.MailHandedOver:
		m.mail = mailHandedOver
	case events.MailFlagged:
		m.mail = mailFlagged
	}
	return m
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

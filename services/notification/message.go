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
	mailBounced    = "bounced" // it did not reach its person
	mailFlagged    = "flagged"
	mailLeft       = "left" // a person has looked, and it is not sent
)

const messageNoun = "notification.message"

// message is a message as its facts evolved it.
type message struct {
	id, person, template string
	values               map[string]string
	at                   time.Time
	read                 bool
	mail                 string
	letter
}

// Evolve implements eventsource.State.
func (m message) Evolve(e eventsource.Event) message {
	switch e := e.(type) {
	case events.MessageQueued:
		m = message{id: e.Message, person: e.Person, template: e.Template, values: e.Values, at: e.At, mail: mailNone}
		if e.Email {
			m.mail, m.since = mailQueued, e.At
		}
	case events.MessageRead:
		m.read = true
	default:
		return m.evolveMail(e)
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

func errNoMessage() error {
	return fault.New(fault.NotFound, "Không tìm thấy tin nhắn này.", "There is no such message.")
}

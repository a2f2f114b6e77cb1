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
	mailLeft       = "left"      // a person has looked, and it is not sent
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
	at                   time.Time // queued
	read                 bool
	mail                 string
	bundle               string
	letter
}

// Evolve implements eventsource.State.
func (m message) Evolve(e eventsource.Event) message {
	switch e := e.(type) {
	case events.MessageQueued:
		m = message{id: e.Message, person: e.Person, template: e.Template, values: e.Values, revision: e.Revision, at: e.At, mail: mailAtFirst(e), bundle: e.Bundle}
		m.since = e.At
	case events.MessageRead:
		m.read = true
	default:
		return m.evolveMail(e)
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

func errNoMessage() error {
	return fault.New(fault.NotFound, "Không tìm thấy tin nhắn này.", "There is no such message.")
}

package notification

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

// Bundles: letters that tell a person several things at once.
const (
	bundleDigest    = "digest"
	bundleReminders = "reminders"
)

const bundleNoun = "notification.bundle"

// bundle is what letters of one name told a person.
type bundle struct {
	day  string // of the last
	told map[string]bool
}

// Evolve implements eventsource.State.
func (b bundle) Evolve(e eventsource.Event) bundle {
	if e, ok := e.(events.BundleMade); ok {
		b.day, b.told = e.Day, maps.Clone(b.told)
		if b.told == nil {
			b.told = map[string]bool{}
		}
		for _, id := range e.Messages {
			b.told[id] = true
		}
	}
	return b
}

// mostBundled is how many messages one letter tells; the others are told by the next.
const mostBundled = 50

// makeBundle tells messages in one letter. What was told is not told again, and there is one letter a day.
type makeBundle struct{ events.BundleMade }

// Stream implements eventsource.Command.
func (c makeBundle) Stream() string { return bundleNoun + "." + c.Person + "_" + c.Bundle }

// Decide implements eventsource.Command.
func (c makeBundle) Decide(b bundle) ([]eventsource.Event, error) {
	e := c.BundleMade
	e.Messages = slices.DeleteFunc(slices.Clone(c.Messages), func(id string) bool { return b.told[id] })
	if b.day >= c.Day || len(e.Messages) == 0 {
		return nil, nil
	}
	e.Messages = e.Messages[:min(len(e.Messages), mostBundled)]
	return []eventsource.Event{e}, nil
}

// bundleID names the letter of a bundle.
func bundleID(e events.BundleMade) string {
	return e.Person + "_" + e.Bundle + "-" + strings.ReplaceAll(e.Day, "-", "")
}

// letterOfBundle is the letter that tells messages; of one reminder it is the reminder itself.
func letterOfBundle(e events.BundleMade, told []message, revision func(template string) int) queueMessage {
	q := events.MessageQueued{Message: bundleID(e), Person: e.Person, Template: templateDigest, Values: map[string]string{}, Email: true, Only: true, At: e.At}
	if e.Bundle == bundleReminders {
		q.Template = templateReminders
	}
	if e.Bundle == bundleReminders && len(told) == 1 {
		q.Template, q.Values = told[0].template, told[0].values
	} else {
		for i, m := range told {
			n := strconv.Itoa(i+1) + "."
			q.Values[n+itemTemplate], q.Values[n+itemRevision] = m.template, strconv.Itoa(m.revision)
			for key, value := range m.values {
				q.Values[n+key] = value
			}
		}
	}
	q.Revision = revision(q.Template)
	return queueMessage{q}
}

// What a letter keeps of each message that it tells, besides the message's values.
const (
	itemTemplate = "template"
	itemRevision = "text_revision"
)

// itemsOf are the messages that a letter tells.
func itemsOf(values map[string]string) (all []message) {
	for i := 1; values[strconv.Itoa(i)+"."+itemTemplate] != ""; i++ {
		prefix := strconv.Itoa(i) + "."
		m := message{template: values[prefix+itemTemplate], values: map[string]string{}}
		m.revision, _ = strconv.Atoi(values[prefix+itemRevision])
		for key, value := range values {
			if rest, ok := strings.CutPrefix(key, prefix); ok {
				m.values[rest] = value
			}
		}
		all = append(all, m)
	}
	return all
}

// releaseMail lets a letter go that waited.
type releaseMail struct {
	id string
	at time.Time
}

// Stream implements eventsource.Command.
func (c releaseMail) Stream() string { return streamOf(c.id) }

// Decide implements eventsource.Command.
func (c releaseMail) Decide(m message) ([]eventsource.Event, error) {
	if m.mail != mailHeld {
		return nil, nil
	}
	return []eventsource.Event{events.MailReleased{Message: c.id, At: c.at}}, nil
}

// withholdMail keeps a letter back that its person does without by now.
type withholdMail struct{ id string }

// Stream implements eventsource.Command.
func (c withholdMail) Stream() string { return streamOf(c.id) }

// Decide implements eventsource.Command.
func (c withholdMail) Decide(m message) ([]eventsource.Event, error) {
	if m.mail != mailHeld && m.mail != mailCollected {
		return nil, nil
	}
	return []eventsource.Event{events.MailWithheld{Message: c.id}}, nil
}

// bundleMail notes in which letter a message is told.
type bundleMail struct{ id, letter string }

// Stream implements eventsource.Command.
func (c bundleMail) Stream() string { return streamOf(c.id) }

// Decide implements eventsource.Command.
func (c bundleMail) Decide(m message) ([]eventsource.Event, error) {
	if m.mail != mailCollected {
		return nil, nil
	}
	return []eventsource.Event{events.MailBundled{Message: c.id, Letter: c.letter}}, nil
}

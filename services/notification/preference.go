package notification

import (
	"slices"
	"strings"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/keyring"
)

// preferences are the ways that a person chose, by kind.
type preferences map[string]string

// Evolve implements eventsource.State.
func (p preferences) Evolve(e eventsource.Event) preferences {
	if e, ok := e.(events.WayChosen); ok {
		return with(p, e.Kind, e.Way)
	}
	return p
}

// way is how a person is told of a kind.
func (p preferences) way(k kind) string {
	if w := p[k.ID]; slices.Contains(k.Ways, w) {
		return w
	}
	return k.Ways[0]
}

// choose says how a person wants to be told of kinds of things.
type choose struct {
	Person string
	Ways   map[string]string // by kind
}

// Stream implements eventsource.Command.
func (c choose) Stream() string { return preferencesOf(c.Person) }

func preferencesOf(person string) string { return "notification.preferences." + person }

// Decide implements eventsource.Command. What is chosen already is no fact.
func (c choose) Decide(p preferences) (all []eventsource.Event, _ error) {
	for id := range c.Ways {
		if _, known := kindCalled(id); !known {
			return nil, fault.New(fault.Invalid, "Không có loại tin này.", "There is no such kind of message.").With(id, "Hãy tải lại trang.", "Load the page again.")
		}
	}
	for _, k := range kinds {
		way, chosen := c.Ways[k.ID]
		switch {
		case !chosen || way == p.way(k):
		case !slices.Contains(k.Ways, way):
			return nil, fault.New(fault.Invalid, "Không chọn được cách nhận này.", "This way cannot be chosen.").With(k.ID, orElse(k.Reason.Vi, "Hãy chọn một trong các cách nhận được nêu."), orElse(k.Reason.En, "Choose one of the ways that are offered."))
		default:
			all = append(all, events.WayChosen{Person: c.Person, Kind: k.ID, Way: way})
		}
	}
	return all, nil
}

// unsubscribe ends letters of a kind, by the link of a letter. Of a digest it ends all that may be refused in it. It may be repeated.
type unsubscribe struct{ Person, Kind string }

// Stream implements eventsource.Command.
func (c unsubscribe) Stream() string { return preferencesOf(c.Person) }

// Decide implements eventsource.Command.
func (c unsubscribe) Decide(p preferences) (all []eventsource.Event, _ error) {
	for _, k := range kinds {
		if meant := k.ID == c.Kind || c.Kind == kindDigest && p.way(k) == wayDigest; meant && k.refusable() && p.way(k) != wayInbox {
			all = append(all, events.WayChosen{Person: c.Person, Kind: k.ID, Way: wayInbox, Letter: true})
		}
	}
	return all, nil
}

// The link of a letter proves that it was sent to its person: only the platform can make it. It holds for good, as letters lie in
// mailboxes for years, and lets nobody do more than this.
const unsubscribePurpose = "unsubscribe"

// tokenOf is what the link ends with.
func tokenOf(keys *keyring.Ring, person, kind string) string {
	said := person + "." + kind
	return said + "." + keys.Blind(unsubscribePurpose, said)
}

// readToken tells whose link it is and for what kind; ok is false for one that was not made here.
func readToken(keys *keyring.Ring, token string) (person, kind string, ok bool) {
	parts := strings.SplitN(token, ".", 3)
	if len(parts) != 3 || tokenOf(keys, parts[0], parts[1]) != token {
		return "", "", false
	}
	return parts[0], parts[1], true
}

// unsubscribeURL is where letters of a message's kind are ended at a click; "" where they may not be refused.
func unsubscribeURL(keys *keyring.Ring, m message, base string) string {
	id := kindDigest
	if m.template != templateDigest {
		k := kindOf(m.template, m.values)
		if !k.refusable() {
			return ""
		}
		id = k.ID
	}
	return base + "/unsubscribe/" + tokenOf(keys, m.person, id)
}

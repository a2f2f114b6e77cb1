package notification

import (
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// letter is what a message is besides, when it goes by e-mail too.
type letter struct {
	since    time.Time // queued, released, or queued again: since when it may be sent
	begun    time.Time
	address  uint64 // sequence of the fact that gave the address to which it was begun
	logbook  string // of the machine that began it
	tries    int    // how often the server said "later" since then
	deferred time.Time
	flag     string // why it is flagged
}

func (m message) evolveMail(e eventsource.Event) message {
	switch e := e.(type) {
	case events.MailReleased:
		m.mail, m.since = mailQueued, e.At
	case events.MailWithheld:
		m.mail = mailNone
	case events.MailBundled:
		m.mail = mailBundled
	case events.MailBegun:
		m.mail, m.begun, m.address, m.logbook = mailBegun, e.At, e.Address, e.Logbook
	case events.MailDeferred:
		m.mail, m.deferred = mailQueued, e.At
		if e.Reply != "" {
			m.tries++
		}
	case events.MailHandedOver:
		m.mail = mailHandedOver
	case events.MailBounced:
		m.mail = mailBounced
	case events.MailFlagged:
		m.mail, m.flag = mailFlagged, e.Kind
	case events.MailRequeued:
		m.mail, m.since, m.tries, m.flag = mailQueued, e.At, 0, ""
	case events.MailLeft:
		m.mail = mailLeft
	}
	return m
}

// due is when a letter that waits may be tried.
func (l letter) due() time.Time { return dueAfter(l.deferred, l.tries) }

// dueAfter spaces the tries of a letter that the server refuses for now, as mail servers do: after a minute at first, after an
// hour in the end.
func dueAfter(last time.Time, tries int) time.Time {
	waits := []time.Duration{0, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour}
	return last.Add(waits[min(tries, len(waits)-1)])
}

// beginMail claims the one attempt to give a letter to a server. Of several who try, one succeeds.
type beginMail struct{ events.MailBegun }

func (c beginMail) Stream() string { return streamOf(c.Message) }

func (c beginMail) Decide(m message) ([]eventsource.Event, error) {
	if m.mail != mailQueued {
		return nil, fault.New(fault.Conflict, "Thư này đã được bắt đầu gửi hoặc không cần gửi.",
			"This letter was begun already or is not to be sent.")
	}
	return []eventsource.Event{c.MailBegun}, nil
}

// deferMail notes that the server took nothing of a letter that was begun.
type deferMail struct{ events.MailDeferred }

func (c deferMail) Stream() string { return streamOf(c.Message) }

func (c deferMail) Decide(m message) ([]eventsource.Event, error) {
	if m.mail != mailBegun {
		return nil, nil
	}
	return []eventsource.Event{c.MailDeferred}, nil
}

// handOverMail notes that the server took a letter. It holds against an earlier flag, which only said "unknown".
type handOverMail struct{ id string }

func (c handOverMail) Stream() string { return streamOf(c.id) }

func (c handOverMail) Decide(m message) ([]eventsource.Event, error) {
	switch m.mail {
	case mailHandedOver, mailBounced:
		return nil, nil
	case mailBegun, mailFlagged, mailLeft:
		return []eventsource.Event{events.MailHandedOver{Message: c.id}}, nil
	default:
		return nil, fault.New(fault.Conflict, "Thư này chưa được bắt đầu gửi.", "This letter was not begun.")
	}
}

// flagMail puts a letter before a person's eyes; it is not sent again.
type flagMail struct{ id, kind, reason string }

func (c flagMail) Stream() string { return streamOf(c.id) }

func (c flagMail) Decide(m message) ([]eventsource.Event, error) {
	switch m.mail {
	case mailHandedOver, mailFlagged, mailBounced, mailLeft:
		return nil, nil
	case mailQueued, mailBegun:
		return []eventsource.Event{events.MailFlagged{Message: c.id, Kind: c.kind, Reason: c.reason}}, nil
	default:
		return nil, errNoLetter()
	}
}

// bounceMail notes that a letter did not reach its person. A notification that comes again, or late, decides nothing; one of a
// letter that was never given to a server is not believed.
type bounceMail struct{ events.MailBounced }

func (c bounceMail) Stream() string { return streamOf(c.Message) }

func (c bounceMail) Decide(m message) ([]eventsource.Event, error) {
	switch {
	case m.mail == mailBounced, m.mail == mailLeft:
		return nil, nil
	case m.mail == mailBegun, m.mail == mailHandedOver, m.mail == mailFlagged && m.flag == events.FlagUnknown:
		return []eventsource.Event{c.MailBounced}, nil
	default:
		return nil, fault.New(fault.Conflict, "Thư này không ở trạng thái có thể bị trả lại.", "This letter is not with a server and cannot bounce.")
	}
}

// requeueMail sends a letter once more although it may have arrived, or after what held it is over.
type requeueMail struct {
	id string
	at time.Time
}

func (c requeueMail) Stream() string { return streamOf(c.id) }

func (c requeueMail) Decide(m message) ([]eventsource.Event, error) {
	switch m.mail {
	case mailQueued, mailBegun:
		return nil, nil
	case mailFlagged, mailBounced:
		return []eventsource.Event{events.MailRequeued{Message: c.id, At: c.at}}, nil
	default:
		return nil, errNotOpen()
	}
}

// leaveMail closes a letter that was flagged or bounced.
type leaveMail struct {
	id string
	at time.Time
}

func (c leaveMail) Stream() string { return streamOf(c.id) }

func (c leaveMail) Decide(m message) ([]eventsource.Event, error) {
	switch m.mail {
	case mailLeft:
		return nil, nil
	case mailFlagged, mailBounced:
		return []eventsource.Event{events.MailLeft{Message: c.id, At: c.at}}, nil
	default:
		return nil, errNotOpen()
	}
}

func errNoLetter() error {
	return fault.New(fault.Conflict, "Tin nhắn này không có thư điện tử.", "This message has no e-mail.")
}

func errNotOpen() error {
	return fault.New(fault.Conflict, "Chỉ quyết định được về thư cần xem lại hoặc bị trả lại.", "Only a letter that was flagged or bounced can be decided on.")
}

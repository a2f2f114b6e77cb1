package events

import "time"

// MessageQueued is a message to one person. Stream notification.message.<person>_<what>; what makes it unique, so that
// the same reason never writes twice.
type MessageQueued struct {
	Message  string            `json:"message"` // "<person>_<what>"
	Person   string            `json:"person"`
	Template string            `json:"template"` // enrolled, reminded, certified
	Values   map[string]string `json:"values"`   // ids, titles and dates for the template; nothing personal
	Email    bool              `json:"email"`    // also by e-mail, not only in the inbox
	At       time.Time         `json:"at"`
}

// EventType implements Event.
func (MessageQueued) EventType() string { return "notification.message-queued.v1" }

// MessageRead says that the person opened it in the inbox.
type MessageRead struct {
	Message string    `json:"message"`
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (MessageRead) EventType() string { return "notification.message-read.v1" }

// MailBegun says that the message is about to be given to the mail server. If nothing follows it, nobody knows whether
// the server took it; it is then flagged and not sent again.
type MailBegun struct {
	Message   string `json:"message"`
	MessageID string `json:"message_id"` // the Message-ID header
}

// EventType implements Event.
func (MailBegun) EventType() string { return "notification.mail-begun.v1" }

// MailHandedOver says that the mail server has taken the message.
type MailHandedOver struct {
	Message string `json:"message"`
}

// EventType implements Event.
func (MailHandedOver) EventType() string { return "notification.mail-handed-over.v1" }

// MailFlagged says that the message may or may not have been sent, or was refused for good; a person looks at it.
type MailFlagged struct {
	Message string `json:"message"`
	Reason  string `json:"reason"`
}

// EventType implements Event.
func (MailFlagged) EventType() string { return "notification.mail-flagged.v1" }

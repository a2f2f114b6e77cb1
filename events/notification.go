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

	Due      time.Time `json:"due,omitzero"`       // the e-mail waits until then; with a bundle, for the letter that it is part of
	Bundle   string    `json:"bundle,omitempty"`   // digest, reminders: told in one letter with others; Email is false then
	Only     bool      `json:"only,omitempty"`     // an e-mail only: what it tells is in the inbox already
	Revision int       `json:"revision,omitempty"` // of the template's text; 0 as shipped
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

// MailReleased says that an e-mail which waited is to be sent now.
type MailReleased struct {
	Message string    `json:"message"`
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (MailReleased) EventType() string { return "notification.mail-released.v1" }

// MailWithheld says that an e-mail which waited is not sent: its person no longer wants it.
type MailWithheld struct {
	Message string `json:"message"`
}

// EventType implements Event.
func (MailWithheld) EventType() string { return "notification.mail-withheld.v1" }

// MailBundled says that a message is told in a letter with others.
type MailBundled struct {
	Message string `json:"message"`
	Letter  string `json:"letter"` // message that is sent
}

// EventType implements Event.
func (MailBundled) EventType() string { return "notification.mail-bundled.v1" }

// BundleMade says which messages one letter tells a person; a message is told in one letter. Stream
// notification.bundle.<person>_<bundle>.
type BundleMade struct {
	Person   string    `json:"person"`
	Bundle   string    `json:"bundle"`   // digest, reminders
	Day      string    `json:"day"`      // date in the province's zone; one letter a day
	Messages []string  `json:"messages"` // oldest first
	At       time.Time `json:"at"`
}

// EventType implements Event.
func (BundleMade) EventType() string { return "notification.bundle-made.v1" }

// WayChosen says how a person wants to be told of a kind of thing. Stream notification.preferences.<person>.
type WayChosen struct {
	Person string `json:"person"`
	Kind   string `json:"kind"`   // security, duty, courses, approval, reminder, certificate, session
	Way    string `json:"way"`    // now, digest, inbox
	Letter bool   `json:"letter"` // by the link of a letter, without sign-in
}

// EventType implements Event.
func (WayChosen) EventType() string { return "notification.way-chosen.v1" }

// MessageText is what a message says in a language; {…} stands for values.
type MessageText struct {
	Subject string `json:"subject"`
	Body    string `json:"body"`
}

// MessageTexts is what a message says.
type MessageTexts struct {
	Vi MessageText `json:"vi"`
	En MessageText `json:"en"`
}

// TemplateRevised says what messages of a template say from now on. Stream notification.template.<template>.
type TemplateRevised struct {
	Template string       `json:"template"`
	Revision int          `json:"revision"` // counts from 1
	Texts    MessageTexts `json:"texts"`
	By       string       `json:"by"`
}

// EventType implements Event.
func (TemplateRevised) EventType() string { return "notification.template-revised.v1" }

// TemplateReset says that messages of a template say again what was shipped.
type TemplateReset struct {
	Template string `json:"template"`
	By       string `json:"by"`
}

// EventType implements Event.
func (TemplateReset) EventType() string { return "notification.template-reset.v1" }

// MailBegun says that the message is about to be given to the mail server. If nothing follows it, nobody knows whether
// the server took it; it is then flagged and not sent again.
type MailBegun struct {
	Message   string    `json:"message"`
	MessageID string    `json:"message_id"` // the Message-ID header
	At        time.Time `json:"at,omitzero"`
	Address   uint64    `json:"address,omitempty"` // sequence of the fact that gave the address to which it goes
	Logbook   string    `json:"logbook,omitempty"` // of the machine that began it, which knows whether it was offered
}

// EventType implements Event.
func (MailBegun) EventType() string { return "notification.mail-begun.v1" }

// MailDeferred says that the mail server took nothing of a message that was begun, and that it waits to be sent again.
type MailDeferred struct {
	Message string    `json:"message"`
	At      time.Time `json:"at"`
	Reply   string    `json:"reply,omitempty"` // codes of the server's refusal for now, "451 4.7.1"; empty when it refused nothing
}

// EventType implements Event.
func (MailDeferred) EventType() string { return "notification.mail-deferred.v1" }

// MailHandedOver says that the mail server has taken the message.
type MailHandedOver struct {
	Message string `json:"message"`
}

// EventType implements Event.
func (MailHandedOver) EventType() string { return "notification.mail-handed-over.v1" }

// MailBounced says that the message did not reach its person: the mail server refused the recipient, or a delivery status
// notification (RFC 3464) came back.
type MailBounced struct {
	Message string    `json:"message"`
	Status  string    `json:"status"` // enhanced status code (RFC 3463), such as "5.1.1"
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (MailBounced) EventType() string { return "notification.mail-bounced.v1" }

// Why a message is flagged.
const (
	FlagUnknown   = "unknown"    // nobody knows whether the server took it
	FlagRefused   = "refused"    // the server refused the letter itself for good
	FlagTooLong   = "too-long"   // the server said "later" for days
	FlagNoAddress = "no-address" // the person has none that can be used
	FlagHeld      = "held"       // the person's address bounced; it goes when the address changes
)

// MailFlagged says that the message may or may not have been sent, or was refused for good; a person looks at it.
type MailFlagged struct {
	Message string `json:"message"`
	Reason  string `json:"reason"`
	Kind    string `json:"kind,omitempty"` // one of the above; older facts have none
}

// EventType implements Event.
func (MailFlagged) EventType() string { return "notification.mail-flagged.v1" }

// MailRequeued says that a message that was flagged or bounced is to be sent again: a person decided so, or what held it is over.
type MailRequeued struct {
	Message string    `json:"message"`
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (MailRequeued) EventType() string { return "notification.mail-requeued.v1" }

// MailLeft says that a person has looked at a message that was flagged or bounced, and that it is not sent again.
type MailLeft struct {
	Message string    `json:"message"`
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (MailLeft) EventType() string { return "notification.mail-left.v1" }

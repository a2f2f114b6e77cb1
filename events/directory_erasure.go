package events

import "time"

// PersonErased says that a person's data were erased: the key under which they are sealed is destroyed, and the account has
// ended. What was counted stays counted. Stream directory.person.<person>.
type PersonErased struct {
	Person string    `json:"person"`
	Reason string    `json:"reason"` // request, retention, order, error
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Units  []string  `json:"units,omitempty"` // where she counts as a member; nobody enrols her there any more
}

// EventType implements Event.
func (PersonErased) EventType() string { return "directory.person-erased.v1" }

// PrivacyRequestReceived says that a person, or an administrator for her, asked for what is held about her, or for its
// erasure. Stream directory.request.<person>_<request>.
type PrivacyRequestReceived struct {
	Request string    `json:"request"` // "<person>_<request>"
	Person  string    `json:"person"`
	Kind    string    `json:"kind"` // export, erasure
	By      string    `json:"by"`   // who entered it
	At      time.Time `json:"at"`
	Due     time.Time `json:"due"`  // by when it must be acknowledged
	Rule    string    `json:"rule"` // id of the rule that says so, see content/law
}

// EventType implements Event.
func (PrivacyRequestReceived) EventType() string { return "directory.privacy-request-received.v1" }

// PrivacyRequestAcknowledged says that an administrator confirmed a request.
type PrivacyRequestAcknowledged struct {
	Request string    `json:"request"`
	Person  string    `json:"person"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (PrivacyRequestAcknowledged) EventType() string {
	return "directory.privacy-request-acknowledged.v1"
}

// PrivacyRequestWithdrawn says that the person took a request back before it was fulfilled.
type PrivacyRequestWithdrawn struct {
	Request string    `json:"request"`
	Person  string    `json:"person"`
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (PrivacyRequestWithdrawn) EventType() string { return "directory.privacy-request-withdrawn.v1" }

// PrivacyRequestFulfilled says that what was asked for was handed over or done.
type PrivacyRequestFulfilled struct {
	Request string    `json:"request"`
	Person  string    `json:"person"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Digest  string    `json:"digest,omitempty"` // of an export: SHA-256 of the file, hex
}

// EventType implements Event.
func (PrivacyRequestFulfilled) EventType() string { return "directory.privacy-request-fulfilled.v1" }

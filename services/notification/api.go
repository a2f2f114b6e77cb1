package notification

import (
	"time"

	"khuevan/events"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	MyMessages  = rpc.Query[MyMessagesRequest, Inbox]("notification.my-messages", "Lists the caller's messages, newest first.", rpc.SignedIn)
	ReadMessage = rpc.Command[ReadMessageRequest, Message]("notification.read-message", "Gives a message of the caller and notes that it was read.", rpc.SignedIn)
	ListMail    = rpc.Query[ListMailRequest, []Mail]("notification.list-mail", "Lists what the local mail sink has taken; demo mode only.", rpc.SignedIn)
	ListFlagged = rpc.Query[rpc.Empty, []Flagged]("notification.list-flagged", "Lists the e-mails of which nobody knows whether they were sent.", events.RoleAdmin)
)

// MyMessagesRequest asks for the inbox as it stands after a fact, in a language (vi, en).
type MyMessagesRequest struct {
	Lang  string `json:"lang,omitempty"`
	After uint64 `json:"after,omitempty"`
}

// Inbox is a person's messages.
type Inbox struct {
	Messages []Message `json:"messages"` // newest first, at most 200
	Unread   int       `json:"unread"`
}

// Message is a message in the inbox.
type Message struct {
	Message string    `json:"message"`
	At      time.Time `json:"at"`
	Subject string    `json:"subject"`
	Body    string    `json:"body"` // plain text
	Link    string    `json:"link"` // local path
	Read    bool      `json:"read"`
	Mail    string    `json:"mail"` // none, queued, handed-over, flagged
}

// ReadMessageRequest names a message.
type ReadMessageRequest struct {
	Message string `json:"message"`
	Lang    string `json:"lang,omitempty"`
}

// ListMailRequest asks for the mail to an address; "" for all.
type ListMailRequest struct {
	To string `json:"to,omitempty"`
}

// Mail is a message that the local sink has taken.
type Mail struct {
	At        time.Time `json:"at"`
	MessageID string    `json:"message_id"`
	From      string    `json:"from"`
	To        string    `json:"to"`
	Subject   string    `json:"subject"`
	Body      string    `json:"body"`
}

// Flagged is an e-mail of which nobody knows whether it was sent.
type Flagged struct {
	Message string    `json:"message"`
	Person  string    `json:"person"`
	At      time.Time `json:"at"`
	Reason  string    `json:"reason"`
}

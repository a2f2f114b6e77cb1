package notification

import (
	"context"
	"time"

	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	MyMessages  = rpc.Query[MyMessagesRequest, Inbox]("notification.my-messages", "Lists the caller's messages, newest first.", rpc.SignedIn).About(rpc.Nothing())
	ReadMessage = rpc.Command[ReadMessageRequest, Message]("notification.read-message", "Gives a message of the caller and notes that it was read.", rpc.SignedIn).About(rpc.OwnerIn("message", owner))
	ListMail    = rpc.Query[ListMailRequest, []Mail]("notification.list-mail", "Lists what the local mail sink has taken; demo mode only.", rpc.SignedIn).About(rpc.Nothing())
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
	Mail    string    `json:"mail"` // none, queued, held, collected, bundled, handed-over, flagged
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

	Calendar    string `json:"calendar,omitempty"`    // iCalendar of an invitation
	Unsubscribe string `json:"unsubscribe,omitempty"` // link that ends letters of its kind
}

// api answers the methods.
type api struct {
	d     host.Deps
	views *views
	base  string
	from  string
	sink  *sink // nil without one
}

func (a *api) myMessages(ctx context.Context, req MyMessagesRequest) (Inbox, error) {
	person := rpc.From(ctx).Identity.Person
	if err := a.d.Await(ctx, a.views.inbox, req.After); err != nil {
		return Inbox{}, err
	}
	page, err := a.views.messages.Find(ctx, readmodel.Query{Index: "person", Equal: []any{person}, Desc: true, Limit: most})
	if err != nil {
		return Inbox{}, err
	}
	unread, err := a.views.messages.Count(ctx, readmodel.Query{Index: "unread", Equal: []any{person, false}})
	if err != nil {
		return Inbox{}, err
	}
	who, err := a.views.contact(ctx, person)
	if err != nil {
		return Inbox{}, err
	}
	inbox := Inbox{Messages: make([]Message, len(page.Items)), Unread: unread}
	for i, d := range page.Items {
		m := message{id: d.Message, template: d.Template, values: d.Values, revision: d.Revision, at: d.At, read: d.Read, mail: d.Mail}
		if inbox.Messages[i], err = a.show(ctx, m, who.name, req.Lang); err != nil {
			return Inbox{}, err
		}
	}
	return inbox, nil
}

func (a *api) readMessage(ctx context.Context, req ReadMessageRequest) (Message, error) {
	person := rpc.From(ctx).Identity.Person
	if person == "" || owner(req.Message) != person {
		return Message{}, fault.New(fault.Denied, "Đây không phải tin nhắn của bạn.", "This is not your message.")
	}
	if !eventsource.ValidStream(streamOf(req.Message)) {
		return Message{}, errNoMessage()
	}
	if _, err := host.Do(ctx, a.d, markRead{id: req.Message, at: a.d.Clock.Now()}); err != nil {
		return Message{}, err
	}
	history, err := a.d.Journal.Load(ctx, streamOf(req.Message))
	if err != nil {
		return Message{}, err
	}
	who, err := a.views.contact(ctx, person)
	if err != nil {
		return Message{}, err
	}
	return a.show(ctx, eventsource.Fold[message](history), who.name, req.Lang)
}

// show words a message. That a letter was begun is nobody's concern: it is still on its way. Nor is why it did not arrive.
func (a *api) show(ctx context.Context, m message, name, lang string) (Message, error) {
	m, say, err := a.views.worded(ctx, m)
	if err != nil {
		return Message{}, err
	}
	t := write(lang, say, m, name, a.base)
	switch m.mail {
	case mailBegun:
		m.mail = mailQueued
	case mailBounced, mailLeft: // what administrators look at
		m.mail = mailFlagged
	}
	return Message{Message: m.id, At: m.at, Subject: t.Subject, Body: t.Body, Link: linkOf(m.template, m.values), Read: m.read, Mail: m.mail}, nil
}

func (a *api) listMail(ctx context.Context, req ListMailRequest) ([]Mail, error) {
	if !a.d.Demo || a.sink == nil {
		return nil, fault.New(fault.Denied, "Chỉ bản dùng thử mới cho xem thư đã gửi.", "Only the demo shows the letters that were sent.")
	}
	return a.sink.list(ctx, req.To)
}

package notification

import (
	"context"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// What administrators ask about letters.
var (
	ListLetters  = rpc.Query[ListLettersRequest, LettersPage]("notification.list-letters", "Lists what became of the e-mail to each recipient, with counts by state.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin))
	DecideLetter = rpc.Command[DecideLetterRequest, rpc.Receipt]("notification.decide-letter", "Sends an e-mail that was flagged or bounced once more, or leaves it.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)
)

// ListLettersRequest asks for letters in a state, the newest first.
type ListLettersRequest struct {
	State string `json:"state"` // queued, handed-over, bounced, flagged, left
	After string `json:"after,omitempty"`
	Limit int    `json:"limit,omitempty"`
	Seq   uint64 `json:"seq,omitempty"` // as it stands after this fact
}

// LettersPage is a page of letters.
type LettersPage struct {
	Items  []Letter       `json:"items"`
	Next   string         `json:"next,omitempty"`
	Counts map[string]int `json:"counts"` // letters by state
}

// Letter is what became of the e-mail to one recipient.
type Letter struct {
	Message  string    `json:"message"`
	Person   string    `json:"person"`
	Template string    `json:"template"`
	At       time.Time `json:"at"`               // queued
	State    string    `json:"state"`            // as in the request
	Why      string    `json:"why,omitempty"`    // of a flag: unknown, refused, too-long, no-address, held
	Reason   string    `json:"reason,omitempty"` // of a flag or a delay, as it was recorded
	Status   string    `json:"status,omitempty"` // of a bounce: enhanced status code
	Since    time.Time `json:"since,omitzero"`   // flagged or bounced
	Tries    int       `json:"tries,omitempty"`  // how often the server said "later"
}

// DecideLetterRequest says what is to become of a letter.
type DecideLetterRequest struct {
	Message string `json:"message"`
	Again   bool   `json:"again"` // send it once more; otherwise it is left
}

func letterStates() []string {
	return []string{mailQueued, mailHandedOver, mailBounced, mailFlagged, mailLeft}
}

func (a *api) listLetters(ctx context.Context, req ListLettersRequest) (LettersPage, error) {
	if err := a.d.Await(ctx, a.views.inbox, req.Seq); err != nil {
		return LettersPage{}, err
	}
	p := LettersPage{Counts: map[string]int{}, Items: []Letter{}}
	known := false
	for _, state := range letterStates() {
		n, err := a.views.messages.Count(ctx, readmodel.Query{Index: "mail", Equal: []any{state}})
		if err != nil {
			return LettersPage{}, err
		}
		p.Counts[state] = n
		known = known || state == req.State
	}
	if !known {
		return LettersPage{}, fault.New(fault.Invalid, "Không có tình trạng thư này.", "There is no such state of letters.")
	}
	begun, err := a.views.messages.Count(ctx, readmodel.Query{Index: "mail", Equal: []any{mailBegun}})
	if err != nil {
		return LettersPage{}, err
	}
	p.Counts[mailQueued] += begun // on their way this very moment
	found, err := a.views.messages.Find(ctx, readmodel.Query{Index: "mail", Equal: []any{req.State}, Desc: true, After: req.After, Limit: req.Limit})
	if err != nil {
		return LettersPage{}, err
	}
	for _, d := range found.Items {
		p.Items = append(p.Items, Letter{Message: d.Message, Person: d.Person, Template: d.Template, At: d.At, State: d.Mail,
			Why: d.Kind, Reason: d.Reason, Status: d.Status, Since: d.Flagged, Tries: d.Tries})
	}
	p.Next = found.Next
	return p, nil
}

func (a *api) decideLetter(ctx context.Context, req DecideLetterRequest) (rpc.Receipt, error) {
	now := a.d.Clock.Now()
	if req.Again {
		out, err := host.Do(ctx, a.d, requeueMail{req.Message, now})
		return rpc.Receipt{Seq: out.Seq}, err
	}
	out, err := host.Do(ctx, a.d, leaveMail{req.Message, now})
	return rpc.Receipt{Seq: out.Seq}, err
}

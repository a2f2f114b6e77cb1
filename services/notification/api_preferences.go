package notification

import (
	"context"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// Methods of preferences. Whoever holds the link of a letter needs no sign-in: it was sent to them.
var (
	MyPreferences     = rpc.Query[MyPreferencesRequest, []Preference]("notification.my-preferences", "Lists the kinds of messages and how the caller is told of them.", rpc.SignedIn).About(rpc.Nothing())
	Choose            = rpc.Command[ChooseRequest, rpc.Receipt]("notification.choose", "Chooses how the caller is told of kinds of messages.", rpc.SignedIn).About(rpc.Nothing())
	GetUnsubscription = rpc.Query[UnsubscribeRequest, Unsubscription]("notification.get-unsubscription", "Tells which letters the link of a letter ends.", rpc.Anyone).About(rpc.Nothing())
	Unsubscribe       = rpc.Command[UnsubscribeRequest, Unsubscription]("notification.unsubscribe", "Ends letters of a kind, by the link of a letter.", rpc.Anyone).About(rpc.Nothing())
)

// MyPreferencesRequest asks for them as they stand after a fact.
type MyPreferencesRequest struct {
	After uint64 `json:"after,omitempty"`
}

// Preference is how a person is told of a kind of message.
type Preference struct {
	Kind   string       `json:"kind"`
	Title  events.Words `json:"title"`
	Way    string       `json:"way"`    // now, digest, inbox
	Ways   []string     `json:"ways"`   // that may be chosen
	Reason events.Words `json:"reason"` // why not all of them
}

// ChooseRequest gives the way of each kind that is to change.
type ChooseRequest struct {
	Ways map[string]string `json:"ways"`
}

// UnsubscribeRequest is what the link of a letter ends with.
type UnsubscribeRequest struct {
	Token string `json:"token"`
}

// Unsubscription is which letters a link ends.
type Unsubscription struct {
	Title events.Words `json:"title"`
	Done  bool         `json:"done"` // there are no such letters any more
}

func (a *api) myPreferences(ctx context.Context, req MyPreferencesRequest) ([]Preference, error) {
	if err := a.d.Await(ctx, a.views.contacts, req.After); err != nil {
		return nil, err
	}
	d, _, err := a.views.ways.Get(ctx, rpc.From(ctx).Identity.Person)
	all := make([]Preference, len(kinds))
	for i, k := range kinds {
		all[i] = Preference{Kind: k.ID, Title: k.Title, Way: preferences(d.Ways).way(k), Ways: k.Ways, Reason: k.Reason}
	}
	return all, err
}

func (a *api) choose(ctx context.Context, req ChooseRequest) (rpc.Receipt, error) {
	done, err := host.Do(ctx, a.d, choose{rpc.From(ctx).Identity.Person, req.Ways})
	return rpc.Receipt{Seq: done.Seq}, err
}

// linked reads the link of a letter.
func (a *api) linked(ctx context.Context, token string) (person, kind string, what Unsubscription, err error) {
	person, kind, ok := readToken(a.d.Keys, token)
	if !ok {
		return "", "", what, fault.New(fault.NotFound, "Liên kết này không đúng hoặc không đầy đủ. Hãy mở lại từ thư, hoặc đổi cách nhận tin trong trang Tài khoản.",
			"This link is wrong or cut off. Open it from the letter again, or choose how you are told on the account page.")
	}
	what.Title = events.Words{Vi: "Thư tổng hợp trong ngày", En: "The daily digest"}
	if k, known := kindCalled(kind); known {
		what.Title = k.Title
	}
	seen, err := host.See[preferences](ctx, a.d, preferencesOf(person))
	if err != nil {
		return "", "", what, err
	}
	left, err := unsubscribe{person, kind}.Decide(seen.State)
	what.Done = len(left) == 0
	return person, kind, what, err
}

func (a *api) getUnsubscription(ctx context.Context, req UnsubscribeRequest) (Unsubscription, error) {
	_, _, what, err := a.linked(ctx, req.Token)
	return what, err
}

func (a *api) unsubscribe(ctx context.Context, req UnsubscribeRequest) (Unsubscription, error) {
	person, kind, what, err := a.linked(ctx, req.Token)
	if err != nil {
		return Unsubscription{}, err
	}
	what.Done = true
	_, err = host.Do(ctx, a.d, unsubscribe{person, kind})
	return what, err
}

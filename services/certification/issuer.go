package certification

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// issuer is a body that issues certificates, as it is known; Name "" is before the first fact.
type issuer struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Keys []key  `json:"keys,omitempty"` // the last signs
	By   string `json:"by,omitempty"`   // its successor
}

// key is a signing key of an issuer; the secret stays in the keyring.
type key struct {
	Name   string `json:"name"`
	KeyID  string `json:"key_id"`
	Public string `json:"public"` // Multikey
}

// Evolve implements eventsource.State.
func (i issuer) Evolve(e eventsource.Event) issuer {
	switch e := e.(type) {
	case events.IssuerEstablished:
		i.ID, i.Name = e.Issuer, e.Name
	case events.IssuerKeyMade:
		i.Keys = append(slices.Clone(i.Keys), key{e.Key, e.KeyID, e.Public})
	case events.IssuerSucceeded:
		i.By = e.By
	}
	return i
}

// key finds a key by its thumbprint.
func (i issuer) key(id string) (key, bool) {
	at := slices.IndexFunc(i.Keys, func(k key) bool { return k.KeyID == id })
	if at < 0 {
		return key{}, false
	}
	return i.Keys[at], true
}

func issuerStream(id string) string { return "certification.issuer." + id }

// establish gives an issuer its name and, at first, its key.
type establish struct {
	Issuer, Name string
	First        key
}

// Stream implements eventsource.Command.
func (c establish) Stream() string { return issuerStream(c.Issuer) }

// Decide implements eventsource.Command.
func (c establish) Decide(i issuer) ([]eventsource.Event, error) {
	var all []eventsource.Event
	if i.Name != c.Name {
		all = append(all, events.IssuerEstablished{Issuer: c.Issuer, Name: c.Name})
	}
	if len(i.Keys) == 0 {
		all = append(all, events.IssuerKeyMade{Issuer: c.Issuer, Key: c.First.Name, KeyID: c.First.KeyID, Public: c.First.Public})
	}
	return all, nil
}

// rotate lets an issuer sign with another key.
type rotate struct {
	Issuer string
	Next   key
}

// Stream implements eventsource.Command.
func (c rotate) Stream() string { return issuerStream(c.Issuer) }

// Decide implements eventsource.Command.
func (c rotate) Decide(i issuer) ([]eventsource.Event, error) {
	if _, has := i.key(c.Next.KeyID); has {
		return nil, nil
	}
	if i.By != "" {
		return nil, fault.New(fault.Conflict, "Cơ quan này không còn cấp giấy chứng nhận.", "This body issues certificates no longer.")
	}
	return []eventsource.Event{events.IssuerKeyMade{Issuer: c.Issuer, Key: c.Next.Name, KeyID: c.Next.KeyID, Public: c.Next.Public}}, nil
}

// succeed ends an issuer in favour of another.
type succeed struct{ Issuer, By string }

// Stream implements eventsource.Command.
func (c succeed) Stream() string { return issuerStream(c.Issuer) }

// Decide implements eventsource.Command.
func (c succeed) Decide(i issuer) ([]eventsource.Event, error) {
	if i.By == c.By {
		return nil, nil
	}
	if i.Name == "" || i.By != "" {
		return nil, fault.New(fault.Conflict, "Cơ quan này không còn cấp giấy chứng nhận.", "This body issues certificates no longer.")
	}
	return []eventsource.Event{events.IssuerSucceeded{Issuer: c.Issuer, By: c.By}}, nil
}

// firstIssuer is the id of the issuer that a house begins with; successors count on.
const firstIssuer = "1"

// issuers is the read model of the issuers.
type issuers struct {
	*readmodel.Projection
	all *readmodel.Collection[issuer]
}

func newIssuers() *issuers {
	x := &issuers{all: readmodel.NewCollection[issuer]("issuers")}
	x.Projection = readmodel.NewProjection("issuers", 1, []string{"certification.issuer"}, x.apply, x.all)
	return x
}

func (x *issuers) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	id := ""
	switch e := r.Event.(type) {
	case events.IssuerEstablished:
		id = e.Issuer
	case events.IssuerKeyMade:
		id = e.Issuer
	case events.IssuerSucceeded:
		id = e.Issuer
	default:
		return nil
	}
	return x.all.Update(b, id, func(i *issuer) { *i = i.Evolve(r.Event) })
}

// current is the issuer that issues now, established if this is the first start, and renamed if the settings say so.
func (s *service) current(ctx context.Context) (issuer, error) {
	if err := s.issuers.AwaitAll(ctx, s.deps.Journal, readmodel.Present); err != nil {
		return issuer{}, err
	}
	now := issuer{ID: firstIssuer}
	for {
		found, ok, err := s.issuers.all.Get(ctx, now.ID)
		if err != nil {
			return issuer{}, err
		}
		if !ok {
			break
		}
		if now = found; found.By == "" {
			break
		}
		now = issuer{ID: found.By}
	}
	if now.Name != "" && len(now.Keys) > 0 && (now.Name == s.config.Issuer || now.ID != firstIssuer) {
		return now, nil
	}
	first, err := s.newKey(ctx, signerName)
	if err != nil {
		return issuer{}, err
	}
	if _, err := eventsource.Do(ctx, s.deps.Journal, eventsource.Meta{Actor: "system", Time: s.deps.Clock.Now()}, eventsource.Command[issuer](establish{now.ID, s.config.Issuer, first})); err != nil {
		return issuer{}, err
	}
	seen, err := host.See[issuer](ctx, s.deps, issuerStream(now.ID))
	return seen.State, err
}

// newKey is a key of the keyring, made at first use.
func (s *service) newKey(ctx context.Context, name string) (key, error) {
	signer, err := s.deps.Keys.Signer(ctx, name)
	if err != nil {
		return key{}, err
	}
	return key{Name: name, KeyID: signer.KeyID(), Public: multikey(signer.Public())}, nil
}

// signing is how an issuer signs now; also one that is no more, for its lists.
func (s *service) signing(ctx context.Context, i issuer) (signing, error) {
	last := i.Keys[len(i.Keys)-1]
	signer, err := s.deps.Keys.Signer(ctx, last.Name)
	if err != nil {
		return signing{}, err
	}
	return signing{method: s.at.method(i.ID, last.KeyID), sign: signer.Sign}, nil
}

// Issuer is a body that issues certificates, or did.
type Issuer struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	DID   string   `json:"did"`
	Keys  []string `json:"keys"`         // thumbprints, the one that signs last
	By    string   `json:"by,omitempty"` // name of its successor
	Count int      `json:"count"`        // certificates that it has issued
}

// RotateKeyRequest asks for a new signing key.
type RotateKeyRequest struct{}

// SucceedIssuerRequest names the body that goes on.
type SucceedIssuerRequest struct {
	Name string `json:"name"`
}

func (s *service) listIssuers(ctx context.Context, _ rpc.Empty) ([]Issuer, error) {
	if _, err := s.current(ctx); err != nil {
		return nil, err
	}
	if err := s.issuers.AwaitAll(ctx, s.deps.Journal, readmodel.Present); err != nil {
		return nil, err
	}
	names := map[string]string{}
	all := []Issuer{}
	err := s.issuers.all.Each(ctx, readmodel.Query{}, func(i issuer) error {
		names[i.ID] = i.Name
		out := Issuer{ID: i.ID, Name: i.Name, DID: s.at.did(i.ID), By: i.By, Keys: []string{}}
		for _, k := range i.Keys {
			out.Keys = append(out.Keys, k.KeyID)
		}
		var err error
		out.Count, err = s.certificates.records.Count(ctx, readmodel.Query{Index: "issuer", Equal: []any{i.ID}})
		all = append(all, out)
		return err
	})
	for i := range all {
		all[i].By = names[all[i].By]
	}
	return all, err
}

func (s *service) rotateKey(ctx context.Context, _ RotateKeyRequest) (rpc.Receipt, error) {
	now, err := s.current(ctx)
	if err != nil {
		return rpc.Receipt{}, err
	}
	next, err := s.newKey(ctx, fmt.Sprintf("%s-%s-%d", signerName, now.ID, len(now.Keys)+1))
	if err != nil {
		return rpc.Receipt{}, err
	}
	out, err := host.Do(ctx, s.deps, rotate{now.ID, next})
	return rpc.Receipt{Seq: out.Seq}, err
}

// succeedIssuer establishes the successor first: cut off in between, it is done again.
func (s *service) succeedIssuer(ctx context.Context, req SucceedIssuerRequest) (rpc.Receipt, error) {
	now, err := s.current(ctx)
	if err != nil {
		return rpc.Receipt{}, err
	}
	if n := len([]rune(req.Name)); n == 0 || n > 300 {
		return rpc.Receipt{}, fault.New(fault.Invalid, "Hãy ghi tên cơ quan kế thừa, tối đa 300 ký tự.", "Write the successor's name, at most 300 characters.").
			With("name", "Từ 1 đến 300 ký tự.", "1 to 300 characters.")
	}
	count, err := strconv.Atoi(now.ID)
	if err != nil {
		return rpc.Receipt{}, err
	}
	next := strconv.Itoa(count + 1)
	first, err := s.newKey(ctx, fmt.Sprintf("%s-%s-1", signerName, next))
	if err != nil {
		return rpc.Receipt{}, err
	}
	if _, err := host.Do(ctx, s.deps, establish{next, req.Name, first}); err != nil {
		return rpc.Receipt{}, err
	}
	out, err := host.Do(ctx, s.deps, succeed{now.ID, next})
	return rpc.Receipt{Seq: out.Seq}, err
}

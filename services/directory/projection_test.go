package directory

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/keyring"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// forgetful is a store that knows no position, as after a crash between the writing of documents and of the position.
type forgetful struct{ readmodel.Store }

func (forgetful) Position(context.Context, string) (uint64, error) { return 0, nil }

// filled applies facts to a store from the first one on.
func filled(t *testing.T, keys *keyring.Ring, store readmodel.Store, journal *record) *readModel {
	t.Helper()
	m := newReadModel(keys, clock.NewTest(monday))
	for _, p := range []*readmodel.Projection{m.view, m.unitView, m.careerView, m.denials} {
		if err := p.Open(t.Context(), forgetful{store}, "directory"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- p.Run(ctx, journal) }()
		head, _ := journal.Head(ctx, p.Nouns())
		if err := p.Await(ctx, head); err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func (r *record) add(t *testing.T, stream string, all ...eventsource.Event) {
	t.Helper()
	history, err := r.Load(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		seq, err := r.Append(t.Context(), stream, history.End(), eventsource.Fact{Event: e, Meta: eventsource.Meta{Actor: "system", Time: monday}})
		if err != nil {
			t.Fatal(err)
		}
		history = eventsource.History{{Seq: seq}}
	}
}

func TestEveryFactMayComeTwice(t *testing.T) {
	keys, err := keyring.Open(t.Context(), make([]byte, 32), keyring.Memory(), clock.NewTest(monday))
	if err != nil {
		t.Fatal(err)
	}
	seal := func(field, plain string) events.Sealed {
		s, err := keys.Seal(t.Context(), "p1", field, plain)
		if err != nil {
			t.Fatal(err)
		}
		return events.Sealed(s)
	}
	journal, store := newRecord(t), readmodel.NewMemory()
	code, name, email, hash := seal("code", "C-1"), seal("name", "Lan"), seal("email", "lan@x.example"), seal("password", "h")
	name2, email2, year := seal("name", "Lan Chi"), seal("email", "chi@x.example"), seal("birth_year", "1969")
	journal.add(t, "directory.unit.u1", events.UnitEstablished{Unit: "u1", Code: "MN", Name: "Tỉnh", Kind: "province", On: "2025-07-01"})
	journal.add(t, "directory.unit.u2", events.UnitEstablished{Unit: "u2", Code: "MN-XA", Name: "Xã", Kind: "commune", Parent: "u1", On: "2025-07-01"})
	journal.add(t, "directory.person.p1",
		events.PersonRegistered{Person: "p1", Code: code, Name: name, Email: email},
		events.MembershipBegan{Person: "p1", Unit: "u1", Post: "clerk", On: "2026-01-01"}, events.RoleGranted{Person: "p1", Role: "learner"},
		events.RoleGranted{Person: "p1", Role: "head", Unit: "u1"}, events.PasswordSet{Person: "p1", Hash: hash},
		events.PersonCorrected{Person: "p1", Name: name2, Email: email2, BirthYear: year},
		events.MembershipEnded{Person: "p1", Unit: "u1", On: "2026-02-01"}, events.MembershipBegan{Person: "p1", Unit: "u2", Post: "leader", On: "2026-02-01"},
		events.RoleWithdrawn{Person: "p1", Role: "head", Unit: "u1"}, events.RoleGranted{Person: "p1", Role: "head", Unit: "u2"})
	journal.add(t, "directory.unit.u1", events.UnitEstablished{Unit: "u1", Code: "MN", Name: "Tỉnh Mây Ngàn", Kind: "province", On: "2026-07-01"})
	journal.add(t, "access.person.p1_20261123", events.AccessDenied{Person: "p1", Method: "directory.list-people", Object: "unit u1"})

	for range 2 {
		m := filled(t, keys, store, journal)
		p, found, err := m.byKey(t.Context(), "email", m.emailKey("chi@x.example"))
		want := personDoc{ID: "p1", CodeKey: m.codeKey("C-1"), EmailKey: m.emailKey("chi@x.example"), NameKey: m.nameKey("Lan Chi", "1969"), Print: m.print("p1", "Lan Chi", "chi@x.example", "1969"),
			Code: code, Name: name2, Email: email2, BirthYear: year, Hash: hash,
			Present: organisation.Present{Unit: "u2", Post: "leader", Day: "2026-11-23", Career: organisation.Career{Memberships: []organisation.Membership{{ID: "u1", Unit: "u1", Post: "clerk", Kind: "main", From: "2026-01-01", Until: "2026-02-01"},
				{ID: "u2", Unit: "u2", Post: "leader", Kind: "main", From: "2026-02-01"}}}},
			Grants: []rpc.Grant{{Role: "head", Unit: "u2"}, {Role: "learner"}}}
		if err != nil || !found || !reflect.DeepEqual(p, want) {
			t.Fatalf("%v, %v\n got %+v\nwant %+v", found, err, p, want)
		}
		if _, found, err := m.byKey(t.Context(), "email", m.emailKey("lan@x.example")); found || err != nil {
			t.Errorf("she is found under her old address, or %v", err)
		}
		var units []unitDoc
		if err := m.units.Each(t.Context(), readmodel.Query{}, func(u unitDoc) error {
			if len(u.Facts) == 0 {
				t.Errorf("nothing was told of %s", u.ID)
			}
			u.Facts = nil
			units = append(units, u)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if want := []unitDoc{{ID: "u1", Code: "MN", Name: "Tỉnh Mây Ngàn", Kind: "province", On: "2026-07-01"},
			{ID: "u2", Code: "MN-XA", Name: "Xã", Kind: "commune", Parent: "u1", On: "2025-07-01", People: 1}}; !reflect.DeepEqual(units, want) {
			t.Errorf("units %+v", units)
		}
		denied, err := m.denied.Find(t.Context(), readmodel.Query{})
		if err != nil || len(denied.Items) != 1 || denied.Items[0] != (denialDoc{ID: "0000000000000014", At: monday, Person: "p1", Method: "directory.list-people", Object: "unit u1"}) {
			t.Errorf("denials %+v, %v", denied.Items, err)
		}
	}
}

// failing is a store of keys that is away for a while.
type failing struct {
	keyring.Store
	away atomic.Int32 // further questions that fail
}

func (f *failing) Get(ctx context.Context, id string) ([]byte, error) {
	if strings.HasPrefix(id, "person.") && f.away.Add(-1) >= 0 {
		return nil, errors.New("no answer")
	}
	return f.Store.Get(ctx, id)
}

func TestAStoreOfKeysThatIsAwayStopsNothing(t *testing.T) {
	keyStore, now := &failing{Store: keyring.Memory()}, clock.NewTest(monday)
	keys, err := keyring.Open(t.Context(), make([]byte, 32), keyStore, now)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := keys.Seal(t.Context(), "p1", "code", "C-1")
	if err != nil {
		t.Fatal(err)
	}
	now.Advance(time.Hour) // the ring forgets the key it holds
	keyStore.away.Store(2)
	m := newReadModel(keys, now)
	done := make(chan error)
	d := personDoc{ID: "p1", Code: events.Sealed(sealed)}
	go func() { done <- m.hash(&d) }()
	for range 2 {
		now.AwaitWaiters(1)
		now.Advance(keyPause)
	}
	if err := <-done; err != nil || d.CodeKey != m.codeKey("C-1") {
		t.Errorf("hashed %+v, %v", d, err)
	}

	altered := personDoc{ID: "p1", Code: events.Sealed(sealed[:len(sealed)-1])}
	if err := m.hash(&altered); !errors.Is(err, keyring.ErrAltered) {
		t.Errorf("an altered code: %v", err)
	}
	lost := personDoc{ID: "p2", Code: events.Sealed(sealed), CodeKey: "old", EmailKey: "old", Print: "old"}
	if err := m.hash(&lost); err != nil || lost.CodeKey+lost.EmailKey+lost.Print != "" {
		t.Errorf("a lost key: %+v, %v", lost, err)
	}
}

func TestUnitsAreListedAsATree(t *testing.T) {
	var names []string
	for _, u := range inOrder([]Unit{
		{ID: "1", Name: "Phường 10", Parent: "0"}, {ID: "2", Name: "Phường 2", Parent: "0"}, {ID: "3", Name: "Đội thuế", Parent: "0"},
		{ID: "4", Name: "Dân vận", Parent: "0"}, {ID: "5", Name: "Ấp Bắc", Parent: "0"}, {ID: "6", Name: "Ân Thi", Parent: "0"}, {ID: "7", Name: "Ba Vì", Parent: "0"},
		{ID: "8", Name: "An Bình", Parent: "3"}, {ID: "0", Name: "Tỉnh"}, {ID: "9", Name: "Mồ côi", Parent: "gone"},
		{ID: "11", Name: "Tân Lập", Code: "B", Parent: "4"}, {ID: "12", Name: "Tân Lập", Code: "A", Parent: "4"}}) {
		names = append(names, u.Name+u.Code)
	}
	want := "Mồ côi, Tỉnh, Ân Thi, Ấp Bắc, Ba Vì, Dân vận, Tân LậpA, Tân LậpB, Đội thuế, An Bình, Phường 2, Phường 10"
	if got := strings.Join(names, ", "); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

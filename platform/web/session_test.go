package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/web"
)

type who struct{ Person string }

func natsSessions(t *testing.T) web.SessionStore {
	t.Helper()
	js, err := jetstream.New(bus(t))
	if err != nil {
		t.Fatal(err)
	}
	store, err := web.NATSSessions(context.Background(), js, 1)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// bus is a connection to a server of its own.
func bus(t *testing.T) *nats.Conn {
	t.Helper()
	s, err := server.NewServer(&server.Options{JetStream: true, StoreDir: t.TempDir(), DontListen: true, SyncAlways: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	conn, err := nats.Connect("", nats.InProcessServer(s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}

// remembered stands before a store, as in one of several processes on a bus.
func remembered(t *testing.T, store web.SessionStore, now clock.Clock, bus *nats.Conn) web.SessionStore {
	t.Helper()
	s, err := web.RememberSessions(store, now, bus)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func eachStore(t *testing.T, test func(t *testing.T, store web.SessionStore, now *clock.Test)) {
	t.Run("memory", func(t *testing.T) {
		now := clock.NewTest(noon)
		test(t, web.MemorySessions(now), now)
	})
	t.Run("remembered", func(t *testing.T) {
		now := clock.NewTest(noon)
		test(t, remembered(t, web.MemorySessions(now), now, bus(t)), now)
	})
	t.Run("nats", func(t *testing.T) { test(t, natsSessions(t), clock.NewTest(noon)) })
}

func sessions(t *testing.T, store web.SessionStore, now clock.Clock, base string) *web.Sessions {
	t.Helper()
	s, err := web.NewSessions(store, now, base)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func signIn(t *testing.T, s *web.Sessions, person string, had *http.Cookie) *http.Cookie {
	t.Helper()
	w := httptest.NewRecorder()
	if err := s.Start(w, with(had), person, who{person}); err != nil {
		t.Fatal(err)
	}
	set := w.Result().Cookies()
	if len(set) != 1 {
		t.Fatalf("%d cookies", len(set))
	}
	return set[0]
}

func with(c *http.Cookie) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	if c != nil {
		r.AddCookie(c)
	}
	return r
}

func signedIn(t *testing.T, s *web.Sessions, r *http.Request) string {
	t.Helper()
	var is who
	ok, err := s.Load(r, &is)
	if err != nil || ok != (is.Person != "") {
		t.Fatalf("loaded %v, %+v, %v", ok, is, err)
	}
	return is.Person
}

func TestAStoreOfSessions(t *testing.T) {
	eachStore(t, func(t *testing.T, store web.SessionStore, _ *clock.Test) {
		ctx := context.Background()
		if _, _, err := store.Get(ctx, "a"); !errors.Is(err, web.ErrNoSession) {
			t.Fatalf("get of nothing: %v", err)
		}
		if err := store.Put(ctx, "a", []byte("one"), time.Hour, 0); err != nil {
			t.Fatal(err)
		}
		if err := store.Put(ctx, "a", []byte("two"), time.Hour, 0); !errors.Is(err, web.ErrSessionMoved) {
			t.Errorf("second creation: %v", err)
		}
		data, last, err := store.Get(ctx, "a")
		if err != nil || string(data) != "one" {
			t.Fatalf("%q, %v", data, err)
		}
		if err := store.Put(ctx, "a", []byte("two"), time.Hour, last); err != nil {
			t.Fatal(err)
		}
		if err := store.Put(ctx, "a", []byte("three"), time.Hour, last); !errors.Is(err, web.ErrSessionMoved) {
			t.Errorf("stale write: %v", err)
		}
		_, last, err = store.Get(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := store.Delete(ctx, "a"); err != nil {
				t.Fatal(err)
			}
		}
		if err := store.Put(ctx, "a", []byte("back"), time.Hour, last); !errors.Is(err, web.ErrSessionMoved) {
			t.Errorf("an ended session was written again: %v", err)
		}
		if _, _, err := store.Get(ctx, "a"); !errors.Is(err, web.ErrNoSession) {
			t.Errorf("get after delete: %v", err)
		}
	})
}

func TestASessionLivesByUseButNotForEver(t *testing.T) {
	eachStore(t, func(t *testing.T, store web.SessionStore, now *clock.Test) {
		s := sessions(t, store, now, "http://hoc.example")
		idle, busy := signIn(t, s, "minh", nil), signIn(t, s, "lan", nil)
		for range 6 { // 11 h 54 min
			now.Advance(119 * time.Minute)
			if got := signedIn(t, s, with(busy)); got != "lan" {
				t.Fatalf("at %s the busy session is of %q", now.Now(), got)
			}
		}
		if got := signedIn(t, s, with(idle)); got != "" {
			t.Error("the idle session lives")
		}
		now.Advance(6 * time.Minute)
		if got := signedIn(t, s, with(busy)); got != "" {
			t.Error("the busy session lives after twelve hours")
		}
	})
}

func TestAnIdleSessionEndsAfterTwoHours(t *testing.T) {
	eachStore(t, func(t *testing.T, store web.SessionStore, now *clock.Test) {
		s := sessions(t, store, now, "http://hoc.example")
		c := signIn(t, s, "lan", nil)
		now.Advance(59 * time.Second)
		if signedIn(t, s, with(c)) != "lan" { // too soon to be written down
			t.Fatal("no session")
		}
		now.Advance(2*time.Hour - 59*time.Second)
		if got := signedIn(t, s, with(c)); got != "" {
			t.Error("the session lives two hours after its last written use")
		}
	})
}

type counting struct {
	web.SessionStore
	puts int
}

func (c *counting) Put(ctx context.Context, id string, data []byte, ttl time.Duration, last uint64) error {
	c.puts++
	return c.SessionStore.Put(ctx, id, data, ttl, last)
}

func TestUseIsWrittenOnceInFiveMinutes(t *testing.T) {
	now := clock.NewTest(noon)
	store := &counting{SessionStore: web.MemorySessions(now)}
	s := sessions(t, store, now, "http://hoc.example")
	c := signIn(t, s, "lan", nil)
	for range 180 {
		signedIn(t, s, with(c))
		now.Advance(5 * time.Second)
	}
	if store.puts != 3 { // the sign-in, at 5 and at 10 minutes
		t.Errorf("%d writes", store.puts)
	}
}

func TestSignInChangesTheTokenAndSignOutEndsIt(t *testing.T) {
	eachStore(t, func(t *testing.T, store web.SessionStore, now *clock.Test) {
		s := sessions(t, store, now, "http://hoc.example")
		first := signIn(t, s, "lan", nil)
		second := signIn(t, s, "minh", first)
		if first.Value == second.Value || signedIn(t, s, with(first)) != "" || signedIn(t, s, with(second)) != "minh" {
			t.Error("the old token still signs in")
		}
		w := httptest.NewRecorder()
		if err := s.End(w, with(second)); err != nil {
			t.Fatal(err)
		}
		if gone := w.Result().Cookies()[0]; gone.MaxAge >= 0 || gone.Value != "" {
			t.Errorf("the cookie stays: %v", gone)
		}
		if signedIn(t, s, with(second)) != "" {
			t.Error("signed in after sign-out")
		}
	})
}

// gets counts what reaches the store, and may do something while it is asked.
type gets struct {
	web.SessionStore
	n         int
	meanwhile func()
}

func (g *gets) Get(ctx context.Context, id string) ([]byte, uint64, error) {
	g.n++
	data, last, err := g.SessionStore.Get(ctx, id)
	if g.meanwhile != nil {
		g.meanwhile()
	}
	return data, last, err
}

func TestASignOutElsewhereIsHeard(t *testing.T) {
	now := clock.NewTest(noon)
	store, conn, deaf := &gets{SessionStore: web.MemorySessions(now)}, bus(t), bus(t)
	here := sessions(t, remembered(t, store, now, conn), now, "http://hoc.example")
	there := sessions(t, remembered(t, store, now, conn), now, "http://hoc.example")
	apart := sessions(t, remembered(t, store, now, deaf), now, "http://hoc.example") // words to it are lost
	c := signIn(t, here, "lan", nil)
	for range 50 {
		if signedIn(t, here, with(c)) != "lan" || signedIn(t, apart, with(c)) != "lan" {
			t.Fatal("not signed in")
		}
	}
	if store.n != 2 {
		t.Errorf("the store was asked %d times", store.n)
	}
	if err := there.End(httptest.NewRecorder(), with(c)); err != nil {
		t.Fatal(err)
	}
	if signedIn(t, there, with(c)) != "" {
		t.Error("signed in where the sign-out was")
	}
	for until := time.Now().Add(10 * time.Second); signedIn(t, here, with(c)) != ""; { // until the word arrives
		if time.Now().After(until) {
			t.Fatal("signed in elsewhere")
		}
	}
	now.Advance(time.Minute)
	if signedIn(t, apart, with(c)) != "" {
		t.Error("signed in after the minute")
	}
}

func TestASignOutDuringALoadIsNotForgotten(t *testing.T) {
	now := clock.NewTest(noon)
	store := &gets{SessionStore: web.MemorySessions(now)}
	s := sessions(t, remembered(t, store, now, bus(t)), now, "http://hoc.example")
	c := signIn(t, s, "lan", nil)
	store.meanwhile = func() {
		store.meanwhile = nil
		if err := s.End(httptest.NewRecorder(), with(c)); err != nil {
			t.Error(err)
		}
	}
	signedIn(t, s, with(c))
	if signedIn(t, s, with(c)) != "" {
		t.Error("signed in after sign-out")
	}
}

func TestTheCookieIsHardToSteal(t *testing.T) {
	now := clock.NewTest(noon)
	plain := signIn(t, sessions(t, web.MemorySessions(now), now, "http://hoc.example"), "lan", nil)
	if plain.Name != "khuevan_session" || plain.Secure {
		t.Errorf("over http: %v", plain)
	}
	c := signIn(t, sessions(t, web.MemorySessions(now), now, "https://hoc.example"), "lan", nil)
	if c.Name != "__Host-khuevan_session" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("over https: %v", c)
	}
	if len(c.Value) != 54 { // the tag and 256 bits in base64
		t.Errorf("token %q", c.Value)
	}
}

func TestAProgramSendsItsToken(t *testing.T) {
	now := clock.NewTest(noon)
	s := sessions(t, web.MemorySessions(now), now, "https://hoc.example")
	token, err := s.StartToken(context.Background(), "hr", who{"hr"})
	if err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string]string{
		"Bearer " + token: "hr", "bearer " + token: "hr", "Bearer " + strings.Repeat("A", 54): "", "Bearer x": "", "Basic " + token: "", "": "",
	} {
		r := with(nil)
		r.Header.Set("Authorization", header)
		if got := signedIn(t, s, r); got != want {
			t.Errorf("%q is %q", header, got)
		}
	}
	r := with(signIn(t, s, "lan", nil))
	r.Header.Set("Authorization", "Bearer "+strings.Repeat("A", 54))
	if got := signedIn(t, s, r); got != "" {
		t.Errorf("a wrong token fell back to the cookie of %s", got)
	}
}

type broken struct{ web.SessionStore }

func (broken) Get(context.Context, string) ([]byte, uint64, error) {
	return nil, 0, errors.New("no leader")
}

func TestABrokenStoreIsNoSignOut(t *testing.T) {
	now := clock.NewTest(noon)
	store := web.MemorySessions(now)
	c := signIn(t, sessions(t, store, now, "http://hoc.example"), "lan", nil)
	if _, err := sessions(t, broken{store}, now, "http://hoc.example").Load(with(c), &who{}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestAHolderSeesAndEndsTheSessions(t *testing.T) {
	eachStore(t, func(t *testing.T, store web.SessionStore, now *clock.Test) {
		s := sessions(t, store, now, "https://hoc.example")
		phone, desk, other := signIn(t, s, "lan", nil), signIn(t, s, "lan", nil), signIn(t, s, "minh", nil)
		list := func(c *http.Cookie, holder string) []web.Session {
			all, err := s.Of(with(c), holder)
			if err != nil {
				t.Fatalf("%v", err)
			}
			return all
		}
		all := list(phone, "lan")
		if len(all) != 2 || all[0].Own == all[1].Own {
			t.Fatalf("Lan has %+v", all)
		}
		if err := s.Revoke(t.Context(), "lan", list(other, "minh")[0].ID); err != nil || signedIn(t, s, with(other)) != "minh" {
			t.Errorf("Lan ended Minh's session (%v)", err)
		}
		if changed, err := s.Change(with(desk), who{"lan at the desk"}); err != nil || !changed || signedIn(t, s, with(desk)) != "lan at the desk" {
			t.Errorf("changed %v, %v", changed, err)
		}
		if err := s.RevokeOthers(with(phone), "lan"); err != nil {
			t.Fatal(err)
		}
		if len(list(phone, "lan")) != 1 || signedIn(t, s, with(phone)) != "lan" || signedIn(t, s, with(desk)) != "" || signedIn(t, s, with(other)) != "minh" {
			t.Errorf("the wrong sessions ended")
		}
		if changed, err := s.Change(with(desk), who{"back"}); err != nil || changed {
			t.Errorf("an ended session was changed (%v)", err)
		}
	})
}

func TestStepsAreNoSessions(t *testing.T) {
	now := clock.NewTest(noon)
	s := sessions(t, web.MemorySessions(now), now, "https://hoc.example")
	steps := s.Steps()
	step := signIn(t, steps, "lan", nil)
	if signedIn(t, s, with(step)) != "" || signedIn(t, steps, with(step)) != "lan" {
		t.Error("a step signs in, or is not found")
	}
	forged := *step
	forged.Name = signIn(t, s, "minh", nil).Name
	if all, err := s.Of(with(nil), "lan"); err != nil || len(all) != 0 {
		t.Errorf("a step is listed as a session: %+v, %v", all, err)
	}
	if got := signedIn(t, s, with(&forged)); got != "" {
		t.Errorf("a step's token under the session's name signs %q in", got)
	}
	now.Advance(10 * time.Minute)
	if signedIn(t, steps, with(step)) != "" {
		t.Error("a step outlives its ten minutes")
	}
}

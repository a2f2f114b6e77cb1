package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"pgregory.net/rapid"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/keyring"
)

func master(c string) []byte { return []byte(strings.Repeat(c, 32)) }

func open(t *testing.T, store keyring.Store, masters ...string) (*keyring.Ring, error) {
	t.Helper()
	var old [][]byte
	for _, m := range masters[1:] {
		old = append(old, master(m))
	}
	return keyring.Open(t.Context(), master(masters[0]), store, clock.System{}, old...)
}

// filled is a store with people's keys and a signing key under master key "m", and what they sealed.
type filled struct {
	sealed map[string]string
	signer string
	blind  string
}

func fill(t *testing.T, store keyring.Store, people int) filled {
	t.Helper()
	ring, err := open(t, store, "m")
	if err != nil {
		t.Fatal(err)
	}
	f := filled{sealed: map[string]string{}, blind: ring.Blind("email", "lan@x.example")}
	for i := range people {
		person := fmt.Sprintf("p%d", i)
		if f.sealed[person], err = ring.Seal(t.Context(), person, "name", "Lan "+person); err != nil {
			t.Fatal(err)
		}
	}
	signer, err := ring.Signer(t.Context(), "issuer")
	if err != nil {
		t.Fatal(err)
	}
	f.signer = signer.KeyID()
	return f
}

func (f filled) holds(t *testing.T, ring *keyring.Ring) {
	t.Helper()
	for person, sealed := range f.sealed {
		if got, err := ring.Reveal(t.Context(), person, "name", sealed); err != nil || got != "Lan "+person {
			t.Fatalf("%s: %q, %v", person, got, err)
		}
	}
	if signer, err := ring.Signer(t.Context(), "issuer"); err != nil || signer.KeyID() != f.signer {
		t.Fatalf("the signing key changed: %v", err)
	}
	if ring.Blind("email", "lan@x.example") != f.blind {
		t.Fatal("people are not found any more")
	}
}

// refuses fails the test unless a master key alone does not open the store.
func refuses(t *testing.T, store keyring.Store, masters ...string) {
	t.Helper()
	if _, err := open(t, store, masters...); !fault.Is(err, fault.Invalid) {
		t.Errorf("master keys %v: %v; want a refusal", masters, err)
	}
}

func TestAfterARotationOnlyTheNewMasterKeyIsNeeded(t *testing.T) {
	dir := t.TempDir()
	for name, store := range map[string]keyring.Store{"memory": keyring.Memory(), "nats": natsStore(t, startNATS(t, dir))} {
		t.Run(name, func(t *testing.T) {
			f := fill(t, store, 5)
			var before []byte
			if got, err := store.Get(t.Context(), "person.p1"); err == nil {
				before = got
			}
			for range 2 { // the second changes nothing
				ring, err := open(t, store, "n", "m")
				if err != nil {
					t.Fatal(err)
				}
				f.holds(t, ring)
				if err := ring.Rotate(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
			}
			refuses(t, store, "m")
			alone, err := open(t, store, "n")
			if err != nil {
				t.Fatal(err)
			}
			f.holds(t, alone)
			if name == "nats" && onDisk(t, dir, before) {
				t.Error("a key sealed under the old master key is still on disk")
			}
			if err := alone.Destroy(t.Context(), "p1"); err != nil {
				t.Fatal(err)
			}
			back, err := open(t, store, "b", "n")
			if err != nil {
				t.Fatal(err)
			}
			if err := back.Rotate(t.Context(), nil); err != nil { // back to where the keys lay first
				t.Fatal(err)
			}
			if _, err := back.Reveal(t.Context(), "p1", "name", f.sealed["p1"]); !errors.Is(err, keyring.ErrDestroyed) {
				t.Errorf("an erased person came back: %v", err)
			}
			delete(f.sealed, "p1")
			f.holds(t, back)
		})
	}
}

// dying is a store that fails for good after some operations, as the process does when it is killed.
type dying struct {
	jetstream.JetStream
	left int
}

var errKilled = errors.New("killed")

func (d *dying) Publish(ctx context.Context, subject string, data []byte, opts ...jetstream.PublishOpt) (*jetstream.PubAck, error) {
	if d.left--; d.left == 0 { // written, and nobody hears of it
		_, _ = d.JetStream.Publish(ctx, subject, data, opts...)
	}
	if d.left <= 0 {
		return nil, errKilled
	}
	return d.JetStream.Publish(ctx, subject, data, opts...)
}

func TestARotationCutOffAnywhereIsEndedByTheNext(t *testing.T) {
	js := startNATS(t, t.TempDir())
	store := natsStore(t, js)
	f := fill(t, store, 8)
	now := "m"
	rapid.Check(t, func(rt *rapid.T) {
		next := "n"
		if now == "n" {
			next = "m"
		}
		writes := rapid.IntRange(1, 14).Draw(rt, "writes")
		cut := &dying{JetStream: js, left: writes}
		ring, err := open(t, natsStore(t, cut), next, now)
		if err != nil {
			rt.Fatal(err)
		}
		err = ring.Rotate(t.Context(), nil)
		if (err == nil) != (cut.left > 0) {
			rt.Fatalf("%v with %d writes left", err, cut.left)
		}
		if err != nil && writes > 1 { // the first canary is sealed anew, and its old record gone
			refuses(t, store, now)
		}
		both, err := open(t, store, next, now)
		if err != nil {
			rt.Fatal(err)
		}
		f.holds(t, both)
		if err := both.Rotate(t.Context(), nil); err != nil {
			rt.Fatal(err)
		}
		now = next
		alone, err := open(t, store, now)
		if err != nil {
			rt.Fatal(err)
		}
		f.holds(t, alone)
	})
}

// rotateIn names, for a child of the test, the directory in which it rotates until it is killed.
const rotateIn = "KHUEVAN_TEST_ROTATE_IN"

// TestRotatingChild is the child of the next test, and nothing by itself.
func TestRotatingChild(t *testing.T) {
	dir := os.Getenv(rotateIn)
	if dir == "" {
		return
	}
	ring, err := open(t, natsStore(t, startNATS(t, dir)), "n", "m")
	if err != nil {
		t.Fatal(err)
	}
	err = ring.Rotate(t.Context(), func(done, all int) {
		if done == all/2 {
			_ = os.WriteFile(dir+"/half", nil, 0o600)
			self, _ := os.FindProcess(os.Getpid())
			_ = self.Kill()
			select {}
		}
	})
	t.Fatalf("it should have been killed: %v", err)
}

func TestAProcessKilledWhileItRotatesLosesNothing(t *testing.T) {
	dir := t.TempDir()
	f := func() filled {
		s, js := serverIn(t, dir)
		defer func() { s.Shutdown(); s.WaitForShutdown() }()
		return fill(t, natsStore(t, js), 60)
	}()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestRotatingChild$") //nolint:gosec // this very test
	child.Env = append(os.Environ(), rotateIn+"="+dir)
	if out, err := child.CombinedOutput(); err == nil {
		t.Fatalf("the child was not killed:\n%s", out)
	}
	if _, err := os.Stat(dir + "/half"); err != nil {
		t.Fatal("the child did not come half way")
	}
	store := natsStore(t, startNATS(t, dir))
	refuses(t, store, "m")
	refuses(t, store, "n")
	ring, err := open(t, store, "n", "m")
	if err != nil {
		t.Fatal(err)
	}
	f.holds(t, ring)
	if err := ring.Rotate(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	alone, err := open(t, store, "n")
	if err != nil {
		t.Fatal(err)
	}
	f.holds(t, alone)
}

func serverIn(t *testing.T, dir string) (*server.Server, jetstream.JetStream) {
	t.Helper()
	s, err := server.NewServer(&server.Options{JetStream: true, StoreDir: dir, DontListen: true, SyncAlways: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	conn, err := nats.Connect("", nats.InProcessServer(s))
	if err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	return s, js
}

func TestAnErasureElsewhereIsHeardAtOnce(t *testing.T) {
	js := startNATS(t, t.TempDir())
	here, there := openRing(t, natsStore(t, js), clock.System{}), openRing(t, natsStore(t, js), clock.System{})
	sealed, err := here.Seal(t.Context(), "lan", "name", "Lan")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := there.Reveal(t.Context(), "lan", "name", sealed); err != nil {
		t.Fatal(err)
	}
	if err := here.Destroy(t.Context(), "lan"); err != nil {
		t.Fatal(err)
	}
	if err := js.Conn().Flush(); err != nil { // the tombstone has reached the connection that both share
		t.Fatal(err)
	}
	for i := 0; ; i++ {
		_, err := there.Reveal(t.Context(), "lan", "name", sealed)
		if errors.Is(err, keyring.ErrDestroyed) {
			return
		}
		if i > 1_000_000 {
			t.Fatalf("still readable elsewhere: %v", err)
		}
	}
}

func TestSeveralMasterKeysAreRead(t *testing.T) {
	one, two := keyring.NewMaster(), keyring.NewMaster()
	for _, text := range []string{one + "\n" + two + "\n", one + "," + two, "\r\n" + one + "\r\n" + two} {
		if all, err := keyring.ParseMasters(text); err != nil || len(all) != 2 {
			t.Errorf("%d keys, %v", len(all), err)
		}
	}
	for _, text := range []string{"", "\n", one + "\nshort", strings.Repeat(one+"\n", 4)} {
		if _, err := keyring.ParseMasters(text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

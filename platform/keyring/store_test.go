package keyring_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"khuevan/platform/clock"
	"khuevan/platform/keyring"
)

func startNATS(t *testing.T, dir string) jetstream.JetStream {
	t.Helper()
	s, err := server.NewServer(&server.Options{JetStream: true, StoreDir: dir, DontListen: true, SyncAlways: true})
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
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

func natsStore(t *testing.T, js jetstream.JetStream) keyring.Store {
	t.Helper()
	store, err := keyring.NATS(context.Background(), js, 1)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func TestEveryStoreKeepsItsPromises(t *testing.T) {
	js := startNATS(t, t.TempDir())
	stores := map[string]keyring.Store{"memory": keyring.Memory(), "nats": natsStore(t, js)}
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			t.Run("create once", func(t *testing.T) { createsOnce(t, store) })
			t.Run("destroy for ever", func(t *testing.T) { destroysForEver(t, store) })
			t.Run("race to create", func(t *testing.T) { oneCreatorWins(t, store) })
			t.Run("race to destroy", func(t *testing.T) { destroyWinsAnyRace(t, store) })
			t.Run("many at once", func(t *testing.T) { createsManyAtOnce(t, store) })
			t.Run("read all", func(t *testing.T) { readsAllAtOnce(t, store) })
			t.Run("race to create many", func(t *testing.T) { oneCreatorOfManyWins(t, store) })
		})
	}
}

func createsOnce(t *testing.T, store keyring.Store) {
	ctx := context.Background()
	if _, err := store.Get(ctx, "a"); !errors.Is(err, keyring.ErrNotFound) {
		t.Fatalf("get before create: %v", err)
	}
	if err := store.Create(ctx, "a", []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := store.Create(ctx, "a", []byte("two")); !errors.Is(err, keyring.ErrExists) {
		t.Fatalf("second create: %v", err)
	}
	if got, err := store.Get(ctx, "a"); err != nil || string(got) != "one" {
		t.Fatalf("get: %q, %v", got, err)
	}
}

func destroysForEver(t *testing.T, store keyring.Store) {
	ctx := context.Background()
	if err := store.Create(ctx, "b", []byte("one")); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"b", "b", "never-made"} {
		if err := store.Destroy(ctx, id); err != nil {
			t.Fatalf("destroy %s: %v", id, err)
		}
		if _, err := store.Get(ctx, id); !errors.Is(err, keyring.ErrDestroyed) {
			t.Errorf("get destroyed %s: %v", id, err)
		}
		if err := store.Create(ctx, id, []byte("two")); !errors.Is(err, keyring.ErrDestroyed) {
			t.Errorf("create destroyed %s: %v", id, err)
		}
	}
}

func oneCreatorWins(t *testing.T, store keyring.Store) {
	ctx := context.Background()
	results := make([]error, 8)
	var all sync.WaitGroup
	for i := range results {
		all.Go(func() { results[i] = store.Create(ctx, "c", []byte{byte(i)}) })
	}
	all.Wait()
	got, err := store.Get(ctx, "c")
	if err != nil {
		t.Fatal(err)
	}
	for i, err := range results {
		if won := got[0] == byte(i); won != (err == nil) || !won && !errors.Is(err, keyring.ErrExists) {
			t.Errorf("creator %d: %v, kept %v", i, err, got)
		}
	}
}

func destroyWinsAnyRace(t *testing.T, store keyring.Store) {
	ctx := context.Background()
	for i := range 20 {
		id := "d" + string(rune('a'+i))
		var both sync.WaitGroup
		both.Go(func() {
			if err := store.Create(ctx, id, []byte("x")); err != nil && !errors.Is(err, keyring.ErrDestroyed) {
				t.Error(err)
			}
		})
		both.Go(func() {
			if err := store.Destroy(ctx, id); err != nil {
				t.Error(err)
			}
		})
		both.Wait()
		if _, err := store.Get(ctx, id); !errors.Is(err, keyring.ErrDestroyed) {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestErasureLeavesNoKeyBytesOnDisk(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	store := natsStore(t, startNATS(t, dir))
	kept, erased := bytes.Repeat([]byte("kept-key"), 8), bytes.Repeat([]byte("lost-key"), 8)
	for id, sealed := range map[string][]byte{"kept": kept, "erased": erased} {
		if err := store.Create(ctx, id, sealed); err != nil {
			t.Fatal(err)
		}
	}
	if !onDisk(t, dir, kept) || !onDisk(t, dir, erased) {
		t.Fatal("the test does not see keys on disk")
	}
	if err := store.Destroy(ctx, "erased"); err != nil {
		t.Fatal(err)
	}
	if !onDisk(t, dir, kept) || onDisk(t, dir, erased) {
		t.Error("the erased key is still on disk, or the other one is gone")
	}
}

// meanwhile does something between a store's look at the tombstone and its write of the key.
type meanwhile struct {
	jetstream.JetStream
	do func()
}

func (m *meanwhile) Publish(ctx context.Context, subject string, data []byte, opts ...jetstream.PublishOpt) (*jetstream.PubAck, error) {
	if do := m.do; do != nil {
		m.do = nil
		do()
	}
	return m.JetStream.Publish(ctx, subject, data, opts...)
}

func TestAKeyCreatedDuringErasureIsOverwrittenToo(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	js := &meanwhile{JetStream: startNATS(t, dir)}
	store, late := natsStore(t, js), bytes.Repeat([]byte("late-key"), 8)
	js.do = func() {
		if err := store.Destroy(ctx, "lan"); err != nil {
			t.Error(err)
		}
	}
	if err := store.Create(ctx, "lan", late); !errors.Is(err, keyring.ErrDestroyed) {
		t.Errorf("create: %v", err)
	}
	if js.do != nil || onDisk(t, dir, late) {
		t.Error("the late key is still on disk")
	}
}

func onDisk(t *testing.T, dir string, want []byte) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found = found || bytes.Contains(data, want)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestKeysOutliveTheProcess(t *testing.T) {
	ctx, js := context.Background(), startNATS(t, t.TempDir())
	sealed, err := openRing(t, natsStore(t, js), clock.System{}).Seal(ctx, "lan", "name", "Lan")
	if err != nil {
		t.Fatal(err)
	}
	again := openRing(t, natsStore(t, js), clock.System{})
	if got, err := again.Reveal(ctx, "lan", "name", sealed); err != nil || got != "Lan" {
		t.Fatalf("%q, %v", got, err)
	}
	if err := again.Destroy(ctx, "lan"); err != nil {
		t.Fatal(err)
	}
	if _, err := openRing(t, natsStore(t, js), clock.System{}).Reveal(ctx, "lan", "name", sealed); !errors.Is(err, keyring.ErrDestroyed) {
		t.Fatalf("after erasure: %v", err)
	}
}

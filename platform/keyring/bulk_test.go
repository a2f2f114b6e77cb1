package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"khuevan/platform/clock"
	"khuevan/platform/keyring"
)

// many gives n records that bear a maker's name.
func many(prefix string, n int, by string) map[string][]byte {
	all := map[string][]byte{}
	for i := range n {
		id := fmt.Sprintf("%s-%04d", prefix, i)
		all[id] = []byte(by + " " + id)
	}
	return all
}

func bulk(t *testing.T, store keyring.Store) keyring.Bulk {
	t.Helper()
	b, ok := store.(keyring.Bulk)
	if !ok {
		t.Fatal("the store keeps records one by one only")
	}
	return b
}

// createsManyAtOnce makes more than one batch holds, with some that exist and some that were destroyed among them.
func createsManyAtOnce(t *testing.T, store keyring.Store) {
	ctx := context.Background()
	if err := store.Create(ctx, "m-0007", []byte("first")); err != nil {
		t.Fatal(err)
	}
	if err := store.Destroy(ctx, "m-1501"); err != nil {
		t.Fatal(err)
	}
	records := many("m", 2300, "bulk")
	created, err := bulk(t, store).CreateAll(ctx, records)
	if err != nil || len(created) != 2298 || slices.Contains(created, "m-0007") || slices.Contains(created, "m-1501") {
		t.Fatalf("%d created, %v", len(created), err)
	}
	for id, want := range records {
		got, err := store.Get(ctx, id)
		switch {
		case id == "m-1501":
			if !errors.Is(err, keyring.ErrDestroyed) {
				t.Errorf("%s: %q, %v", id, got, err)
			}
		case id == "m-0007":
			if string(got) != "first" {
				t.Errorf("%s: %q, %v", id, got, err)
			}
		case string(got) != string(want):
			t.Errorf("%s: %q, %v", id, got, err)
		}
	}
	if created, err := bulk(t, store).CreateAll(ctx, records); err != nil || len(created) != 0 {
		t.Errorf("again: %d created, %v", len(created), err)
	}
}

func oneCreatorOfManyWins(t *testing.T, store keyring.Store) {
	ctx := context.Background()
	won := make([][]string, 4)
	var all sync.WaitGroup
	for i := range won {
		all.Go(func() {
			var err error
			if won[i], err = bulk(t, store).CreateAll(ctx, many("r", 300, fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for id := range many("r", 300, "") {
		got, err := store.Get(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		for i := range won {
			if kept := string(got) == fmt.Sprint(i)+" "+id; kept != slices.Contains(won[i], id) {
				t.Errorf("%s is %q, and maker %d was told %v", id, got, i, !kept)
			}
		}
	}
}

// beforeCommit does something between a store's listing of what there is and the end of its batch.
type beforeCommit struct {
	jetstream.JetStream
	do func()
}

func (b *beforeCommit) PublishMsg(ctx context.Context, m *nats.Msg, opts ...jetstream.PublishOpt) (*jetstream.PubAck, error) {
	if do := b.do; do != nil {
		b.do = nil
		do()
	}
	return b.JetStream.PublishMsg(ctx, m, opts...)
}

func TestABatchMeetsWhoeverIsFaster(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	js := &beforeCommit{JetStream: startNATS(t, dir)}
	store := natsStore(t, js)
	records := many("p", 100, "bulk")
	js.do = func() {
		if err := errors.Join(store.Destroy(ctx, "p-0003"), store.Create(ctx, "p-0004", []byte("faster"))); err != nil {
			t.Error(err)
		}
	}
	created, err := bulk(t, store).CreateAll(ctx, records)
	if err != nil || len(created) != 98 || slices.Contains(created, "p-0003") || slices.Contains(created, "p-0004") {
		t.Errorf("%d created, %v", len(created), err)
	}
	js.do = func() {
		if err := store.Destroy(ctx, "q-0005"); err != nil {
			t.Error(err)
		}
	}
	created, err = bulk(t, store).CreateAll(ctx, many("q", 100, "bulk"))
	if err != nil || len(created) != 99 || slices.Contains(created, "q-0005") {
		t.Errorf("%d created, %v", len(created), err)
	}
	if onDisk(t, dir, []byte("bulk p-0003")) || onDisk(t, dir, []byte("bulk q-0005")) || !onDisk(t, dir, []byte("bulk q-0006")) {
		t.Error("a key of somebody erased is still on disk, or another is not")
	}
}

func TestPreparedKeysSealAndOutliveTheRing(t *testing.T) {
	ctx := context.Background()
	js := startNATS(t, t.TempDir())
	ring := openRing(t, natsStore(t, js), clock.System{})
	if err := ring.Destroy(ctx, "p3"); err != nil {
		t.Fatal(err)
	}
	people := []string{"p1", "p1"}
	for i := range 200 {
		people = append(people, fmt.Sprintf("p%d", i))
	}
	for range 2 {
		if err := ring.Prepare(ctx, people); err != nil {
			t.Fatal(err)
		}
	}
	sealed, err := ring.Seal(ctx, "p1", "name", "Lan")
	if err != nil {
		t.Fatal(err)
	}
	again := openRing(t, natsStore(t, js), clock.System{})
	if err := again.Prepare(ctx, people); err != nil {
		t.Fatal(err)
	}
	if got, err := again.Reveal(ctx, "p1", "name", sealed); err != nil || got != "Lan" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := again.Seal(ctx, "p3", "name", "Lan"); !errors.Is(err, keyring.ErrDestroyed) {
		t.Errorf("sealed for somebody erased: %v", err)
	}
	if err := ring.Prepare(ctx, append(people, "not an id")); err == nil {
		t.Error("prepared a key for what is no id")
	}
	cut, cancel := context.WithCancel(ctx)
	cancel()
	more := make([]string, 100)
	for i := range more {
		more[i] = fmt.Sprintf("late%d", i)
	}
	if err := ring.Prepare(cut, more); !errors.Is(err, context.Canceled) {
		t.Errorf("prepared although nobody waits: %v", err)
	}
}

func readsAllAtOnce(t *testing.T, store keyring.Store) {
	ctx := context.Background()
	records := many("g", 300, "bulk")
	if _, err := bulk(t, store).CreateAll(ctx, records); err != nil {
		t.Fatal(err)
	}
	reseal := func(old []byte) ([]byte, bool, error) { return append(old, '!'), false, nil }
	if err := errors.Join(store.Destroy(ctx, "g-0007"), store.(keyring.Rotatable).Replace(ctx, "g-0008", reseal)); err != nil {
		t.Fatal(err)
	}
	all, err := bulk(t, store).GetAll(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range records {
		switch got, ok := all[id]; {
		case id == "g-0007":
			if ok {
				t.Errorf("%s was destroyed and is read: %q", id, got)
			}
		case id == "g-0008":
			if string(got) != string(want)+"!" {
				t.Errorf("%s: %q", id, got)
			}
		case string(got) != string(want):
			t.Errorf("%s: %q", id, got)
		}
	}
	for id := range all {
		if _, err := store.Get(ctx, id); err != nil {
			t.Errorf("%s is read with all, and alone it is %v", id, err)
		}
	}
}

func TestAnEmptyStoreIsReadAtOnce(t *testing.T) {
	if all, err := bulk(t, natsStore(t, startNATS(t, t.TempDir()))).GetAll(context.Background()); err != nil || len(all) > 0 {
		t.Errorf("%v, %v", all, err)
	}
}

// asked counts what a store is asked for one by one, and together.
type asked struct {
	keyring.Store
	one, all int
}

func (a *asked) Get(ctx context.Context, id string) ([]byte, error) {
	a.one++
	return a.Store.Get(ctx, id)
}

func (a *asked) CreateAll(ctx context.Context, sealed map[string][]byte) ([]string, error) {
	return a.Store.(keyring.Bulk).CreateAll(ctx, sealed)
}

func (a *asked) GetAll(ctx context.Context) (map[string][]byte, error) {
	a.all++
	return a.Store.(keyring.Bulk).GetAll(ctx)
}

// Given a province of people, when their names are revealed in parts, then all keys are read once, and nobody who was erased, before
// or afterwards, is named.
func TestGatheredKeysReveal(t *testing.T) {
	ctx := context.Background()
	store := &asked{Store: natsStore(t, startNATS(t, t.TempDir()))}
	maker := openRing(t, store, clock.System{})
	var people []string
	for i := range 600 {
		people = append(people, fmt.Sprintf("p%d", i))
	}
	if err := maker.Prepare(ctx, people); err != nil {
		t.Fatal(err)
	}
	sealed := map[string]string{}
	for _, p := range people {
		text, err := maker.Seal(ctx, p, "name", "Tên "+p)
		if err != nil {
			t.Fatal(err)
		}
		sealed[p] = text
	}
	if err := maker.Destroy(ctx, "p1"); err != nil {
		t.Fatal(err)
	}
	ring := openRing(t, store, clock.System{})
	store.one = 0
	if err := ring.Gather(ctx, people[:20], 20); err != nil || store.all > 0 {
		t.Errorf("all keys were read for twenty people: %v", err)
	}
	for some := range slices.Chunk(people, 100) {
		if err := ring.Gather(ctx, some, len(people)); err != nil {
			t.Fatal(err)
		}
		for _, p := range some {
			got, err := ring.Reveal(ctx, p, "name", sealed[p])
			if p == "p1" && !errors.Is(err, keyring.ErrDestroyed) || p != "p1" && (err != nil || got != "Tên "+p) {
				t.Errorf("%s is %q, %v", p, got, err)
			}
		}
	}
	if store.all != 1 || store.one > 1 {
		t.Errorf("all keys were read %d times, and %d one by one", store.all, store.one)
	}
	if err := ring.Destroy(ctx, "p2"); err != nil {
		t.Fatal(err)
	}
	if _, err := ring.Reveal(ctx, "p2", "name", sealed["p2"]); !errors.Is(err, keyring.ErrDestroyed) {
		t.Errorf("revealed although erased: %v", err)
	}
}

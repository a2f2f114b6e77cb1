package keyring

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
	"golang.org/x/crypto/chacha20poly1305"
)

// Bulk is a store that keeps many new records at little more than the cost of one.
type Bulk interface {
	// CreateAll keeps every record under whose id nothing is kept and nothing was destroyed, and gives the ids of those.
	CreateAll(ctx context.Context, sealed map[string][]byte) (created []string, err error)
	// GetAll gives every record that is kept, and none that was destroyed. It may miss what is moved or made meanwhile.
	GetAll(ctx context.Context) (sealed map[string][]byte, err error)
}

// worthBulk is for how many people it is cheaper to list all keys than to look for each.
const worthBulk = 64

// Prepare makes the keys of those who have none yet, together. Sealing does that too, one by one: it is for many new people
// at once, and says nothing of who was erased.
func (r *Ring) Prepare(ctx context.Context, people []string) error {
	store, ok := r.store.(Bulk)
	if !ok || len(people) < worthBulk {
		return nil
	}
	fresh, sealed := map[string][]byte{}, map[string][]byte{}
	for _, person := range people {
		if !validName(person) {
			return badName(person)
		}
		id := personID(person)
		if _, gone, held := r.cache.get(id); gone || held || fresh[id] != nil {
			continue
		}
		raw := make([]byte, chacha20poly1305.KeySize)
		rand.Read(raw) //nolint:errcheck // crypto/rand.Read never fails: it ends the program
		fresh[id], sealed[id] = raw, seal(r.wraps[0], raw, []byte(id))
	}
	created, err := store.CreateAll(ctx, sealed)
	if err != nil {
		return fmt.Errorf("prepare %d keys: %w", len(sealed), err)
	}
	for _, id := range created {
		key, err := chacha20poly1305.NewX(fresh[id])
		if err != nil {
			return fmt.Errorf("key %s: %w", id, err)
		}
		r.cache.put(id, key)
	}
	return nil
}

// worthReading is for how many people it is cheaper to read all keys than to ask for each.
const worthReading = 500

// Gather reads the keys of people who are to be named next, and with them those of others, together. The caller says how many
// are to be named in all, these included. Revealing asks for a key by itself: without Gather it takes longer, and no more.
func (r *Ring) Gather(ctx context.Context, people []string, all int) error {
	store, ok := r.store.(Bulk)
	wanted := map[string]bool{}
	for _, person := range people {
		id := personID(person)
		if _, gone, held := r.cache.get(id); !gone && !held {
			wanted[id] = true
		}
	}
	if !ok || len(wanted) == 0 || len(wanted)*all/len(people) < worthReading {
		return nil
	}
	sealed, err := store.GetAll(ctx)
	if err != nil {
		return fmt.Errorf("gather the keys of %d people: %w", len(people), err)
	}
	return r.hold(sealed, wanted)
}

// hold unwraps keys with all processors and caches those that are wanted, and of others as many as there is room for.
func (r *Ring) hold(sealed map[string][]byte, wanted map[string]bool) error {
	ids, room := slices.Collect(maps.Keys(wanted)), cached-len(wanted)
	for id := range sealed {
		if room > 0 && !wanted[id] && strings.HasPrefix(id, personID("")) {
			ids, room = append(ids, id), room-1
		}
	}
	shares := slices.Collect(slices.Chunk(ids, len(ids)/runtime.GOMAXPROCS(0)+1))
	errs := make([]error, len(shares))
	var side sync.WaitGroup
	for i, share := range shares {
		side.Go(func() { errs[i] = r.holdSome(share, sealed) })
	}
	side.Wait()
	return errors.Join(errs...)
}

func (r *Ring) holdSome(ids []string, sealed map[string][]byte) error {
	for _, id := range ids {
		record, ok := sealed[id]
		if !ok {
			continue // it was destroyed, or is asked for by itself
		}
		raw, _, err := r.unwrap(id, record)
		if err != nil {
			return err
		}
		key, err := chacha20poly1305.NewX(raw)
		if err != nil {
			return fmt.Errorf("key %s: %w", id, err)
		}
		r.cache.put(id, key)
	}
	return nil
}

// GetAll implements Bulk.
func (m *memory) GetAll(context.Context) (map[string][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make(map[string][]byte, len(m.live))
	for id, record := range m.live {
		all[id] = slices.Clone(record)
	}
	return all, nil
}

// CreateAll implements Bulk.
func (m *memory) CreateAll(_ context.Context, sealed map[string][]byte) (created []string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, record := range sealed {
		if _, ok := m.live[id]; !ok && !m.gone[id] {
			m.live[id] = append([]byte(nil), record...)
			created = append(created, id)
		}
	}
	return created, nil
}

// mostInBatch is how many messages the server takes as one.
const mostInBatch = 1000

// CreateAll implements Bulk. It asks for the tombstones again after writing, for the reason that Create gives.
func (s *natsStore) CreateAll(ctx context.Context, sealed map[string][]byte) ([]string, error) {
	kept, destroyed, err := s.IDs(ctx)
	if err != nil {
		return nil, err
	}
	fresh := maps.Clone(sealed)
	for _, id := range slices.Concat(kept, destroyed) {
		delete(fresh, id)
	}
	var created []string
	for some := range slices.Chunk(slices.Sorted(maps.Keys(fresh)), mostInBatch) {
		done, err := s.createSome(ctx, some, fresh)
		if err != nil {
			return nil, err
		}
		created = append(created, done...)
	}
	return s.withoutDestroyed(ctx, created)
}

// Of a reading of all keys: messages on their way at once, and how long a further one is waited for. The one that was to come
// may have been overwritten meanwhile.
const (
	aheadOfReading = 4000
	longestPause   = time.Second
)

// GetAll implements Bulk. A consumer may read from a replica that is late, so the leader is asked for the tombstones afterwards.
func (s *natsStore) GetAll(ctx context.Context) (map[string][]byte, error) {
	info, err := s.stream.Info(ctx)
	if err != nil {
		return nil, fmt.Errorf("read all keys: %w", err)
	}
	all := make(map[string][]byte, info.State.Msgs)
	if info.State.Msgs > 0 {
		if err := s.readAll(ctx, all); err != nil {
			return nil, fmt.Errorf("read all keys: %w", err)
		}
	}
	if info, err = s.stream.Info(ctx, jetstream.WithSubjectFilter(gonePrefix+">")); err != nil {
		return nil, fmt.Errorf("list the tombstones: %w", err)
	}
	for subject := range info.State.Subjects {
		delete(all, strings.TrimPrefix(subject, gonePrefix))
	}
	return all, nil
}

func (s *natsStore) readAll(ctx context.Context, all map[string][]byte) error {
	consumer, err := s.stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{InactiveThreshold: 5 * longestPause})
	if err != nil {
		return err
	}
	reading, err := consumer.Messages(jetstream.PullMaxMessages(aheadOfReading))
	if err != nil {
		return err
	}
	defer reading.Stop()
	for {
		m, err := reading.Next(jetstream.NextMaxWait(longestPause))
		if errors.Is(err, nats.ErrTimeout) || errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			return nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if id := strings.TrimPrefix(strings.TrimPrefix(m.Subject(), livePrefix), otherPrefix); len(m.Data()) > 0 {
			all[id] = m.Data()
		}
		if meta, err := m.Metadata(); err != nil || meta.NumPending == 0 {
			return err
		}
	}
}

// createSome keeps records in one batch, or, where somebody was faster with one of them, one by one.
func (s *natsStore) createSome(ctx context.Context, ids []string, sealed map[string][]byte) (created []string, err error) {
	if err = s.createBatch(ctx, ids, sealed); err == nil || !wrongLast(err) {
		return ids, err
	}
	for _, id := range ids {
		err := s.Create(ctx, id, sealed[id])
		if errors.Is(err, ErrExists) || errors.Is(err, ErrDestroyed) {
			continue
		}
		if err != nil {
			return nil, err
		}
		created = append(created, id)
	}
	return created, nil
}

// createBatch keeps all records or none.
func (s *natsStore) createBatch(ctx context.Context, ids []string, sealed map[string][]byte) error {
	batch := nuid.Next()
	for i, id := range ids {
		m := nats.NewMsg(live(id))
		m.Data = sealed[id]
		m.Header.Set("Nats-Batch-Id", batch)
		m.Header.Set("Nats-Batch-Sequence", strconv.Itoa(i+1))
		m.Header.Set(jetstream.ExpectedLastSubjSeqHeader, "0")
		if i < len(ids)-1 {
			if err := s.js.Conn().PublishMsg(m); err != nil {
				return fmt.Errorf("create %d keys: %w", len(ids), err)
			}
			continue
		}
		m.Header.Set("Nats-Batch-Commit", "1")
		if _, err := s.js.PublishMsg(ctx, m, jetstream.WithRetryAttempts(0)); err != nil {
			return fmt.Errorf("create %d keys: %w", len(ids), err)
		}
	}
	return nil
}

// withoutDestroyed overwrites those of some new records that were destroyed while they were written, and gives the others.
func (s *natsStore) withoutDestroyed(ctx context.Context, created []string) ([]string, error) {
	info, err := s.stream.Info(ctx, jetstream.WithSubjectFilter(gonePrefix+">"))
	if err != nil {
		return nil, fmt.Errorf("list the tombstones: %w", err)
	}
	for subject := range info.State.Subjects {
		id := strings.TrimPrefix(subject, gonePrefix)
		if at := slices.Index(created, id); at >= 0 {
			if err := s.overwrite(ctx, id); err != nil {
				return nil, err
			}
			created = slices.Delete(created, at, at+1)
		}
	}
	return created, nil
}

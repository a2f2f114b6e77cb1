package keyring

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
	"golang.org/x/crypto/chacha20poly1305"
)

// Bulk is a store that keeps many new records at little more than the cost of one.
type Bulk interface {
	// CreateAll keeps every record under whose id nothing is kept and nothing was destroyed, and gives the ids of those.
	CreateAll(ctx context.Context, sealed map[string][]byte) (created []string, err error)
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

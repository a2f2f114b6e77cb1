package keyring

import (
	"context"
	"errors"
	"sync"

	"khuevan/platform/fault"
)

// Store keeps sealed keys. A destroyed id is destroyed for ever.
type Store interface {
	// Get gives what was created under id; ErrNotFound, ErrDestroyed.
	Get(ctx context.Context, id string) ([]byte, error)
	// Create keeps sealed under id; ErrExists when something is there, ErrDestroyed.
	Create(ctx context.Context, id string, sealed []byte) error
	// Destroy overwrites what is kept under id, if anything, and bars the id. Doing it again is no error.
	Destroy(ctx context.Context, id string) error
}

// What a store and a ring fail with besides broken machinery; ask with errors.Is.
var (
	ErrExists   = errors.New("keyring: the key exists")
	ErrNotFound = errors.New("keyring: no such key")
	ErrAltered  = errors.New("keyring: the sealed text was altered or belongs to another person or field")
	// ErrDestroyed is a refusal that people may read.
	ErrDestroyed error = fault.New(fault.Conflict,
		"Dữ liệu cá nhân của người này đã được xóa và không thể khôi phục.",
		"This person's data were erased and cannot be restored.")
)

// memory is a store that forgets on exit.
type memory struct {
	mu   sync.Mutex
	live map[string][]byte
	gone map[string]bool
}

// Memory makes a store that forgets on exit, for tests.
func Memory() Store { return &memory{live: map[string][]byte{}, gone: map[string]bool{}} }

func (m *memory) Get(_ context.Context, id string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.gone[id] {
		return nil, ErrDestroyed
	}
	sealed, ok := m.live[id]
	if !ok {
		return nil, ErrNotFound
	}
	return append([]byte(nil), sealed...), nil
}

func (m *memory) Create(_ context.Context, id string, sealed []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.gone[id] {
		return ErrDestroyed
	}
	if _, ok := m.live[id]; ok {
		return ErrExists
	}
	m.live[id] = append([]byte(nil), sealed...)
	return nil
}

func (m *memory) Destroy(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.live[id])
	delete(m.live, id)
	m.gone[id] = true
	return nil
}

package keyring

import (
	"context"
	"errors"
	"maps"
	"slices"
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

// Heralded is a store that tells what any process destroys, at once.
type Heralded interface {
	// OnDestroyed calls fn with each id that is destroyed from now on.
	OnDestroyed(fn func(id string)) error
}

// Rotatable is a store whose records can be sealed anew.
type Rotatable interface {
	// IDs lists what is kept and not destroyed, and what was destroyed.
	IDs(ctx context.Context) (kept, destroyed []string, err error)
	// Replace puts what reseal makes of a record in its place and overwrites the old bytes. Where reseal says that it is
	// as it shall be, nothing happens. Killed anywhere it leaves the old record or the new one, or both, and doing it
	// again ends it. A record that is destroyed meanwhile stays destroyed.
	Replace(ctx context.Context, id string, reseal func(sealed []byte) (fresh []byte, same bool, err error)) error
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

// IDs implements Rotatable.
func (m *memory) IDs(context.Context) (kept, destroyed []string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Sorted(maps.Keys(m.live)), slices.Sorted(maps.Keys(m.gone)), nil
}

// Replace implements Rotatable.
func (m *memory) Replace(_ context.Context, id string, reseal func([]byte) ([]byte, bool, error)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	old, ok := m.live[id]
	if !ok {
		return nil
	}
	fresh, same, err := reseal(old)
	if err != nil || same {
		return err
	}
	m.live[id] = append([]byte(nil), fresh...)
	return nil
}

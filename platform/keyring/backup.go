package keyring

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// kept is a line of a copy of the store: a key, sealed under a master key, or the tombstone of one.
type kept struct {
	ID     string `json:"id"`
	Sealed []byte `json:"sealed,omitempty"` // base64
	Gone   bool   `json:"gone,omitempty"`
}

// Copied counts what a copy of a store holds.
type Copied struct {
	Keys      int
	Destroyed int
}

// Back writes all keys of a store, sealed as they are, a JSON line each. The copy is as good as the keys themselves to
// whoever has the master key: an erasure must reach it too, see Prune.
func Back(ctx context.Context, store Store, w io.Writer) (n Copied, err error) {
	listed, ok := store.(Rotatable)
	if !ok {
		return n, errors.New("keyring: this store cannot be copied")
	}
	ids, destroyed, err := listed.IDs(ctx)
	if err != nil {
		return n, err
	}
	out := json.NewEncoder(w)
	for _, id := range ids {
		sealed, err := store.Get(ctx, id)
		if errors.Is(err, ErrDestroyed) {
			destroyed = append(destroyed, id)
			continue
		}
		if err != nil {
			return n, fmt.Errorf("copy key %s: %w", id, err)
		}
		if err := out.Encode(kept{ID: id, Sealed: sealed}); err != nil {
			return n, err
		}
		n.Keys++
	}
	for _, id := range destroyed {
		if err := out.Encode(kept{ID: id, Gone: true}); err != nil {
			return n, err
		}
		n.Destroyed++
	}
	return n, nil
}

// Restore fills an empty store from a copy. What was destroyed stays destroyed.
func Restore(ctx context.Context, store Store, r io.Reader) (n Copied, err error) {
	err = lines(r, func(k kept) error {
		if k.Gone {
			n.Destroyed++
			return store.Destroy(ctx, k.ID)
		}
		n.Keys++
		return store.Create(ctx, k.ID, k.Sealed)
	})
	if errors.Is(err, ErrExists) {
		err = fmt.Errorf("restore keys: the store is not empty: %w", err)
	}
	return n, err
}

// Prune copies a copy without the keys of people who were destroyed since; their tombstones take the keys' places.
func Prune(r io.Reader, w io.Writer, destroyed []string) (removed int, err error) {
	destroyed = slices.Sorted(slices.Values(destroyed))
	out := json.NewEncoder(w)
	err = lines(r, func(k kept) error {
		if _, gone := slices.BinarySearch(destroyed, k.ID); gone && !k.Gone {
			removed++
			k = kept{ID: k.ID, Gone: true}
		}
		return out.Encode(k)
	})
	return removed, err
}

// longestLine is far beyond any key.
const longestLine = 1 << 16

func lines(r io.Reader, fn func(kept) error) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, longestLine)
	for n := 1; in.Scan(); n++ {
		var k kept
		if err := json.Unmarshal(in.Bytes(), &k); err != nil || k.ID == "" || k.Gone == (len(k.Sealed) > 0) {
			return fmt.Errorf("line %d of the copied keys is not whole: take another copy", n)
		}
		if err := fn(k); err != nil {
			return err
		}
	}
	return in.Err()
}

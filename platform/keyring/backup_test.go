package keyring_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"khuevan/platform/keyring"
)

func TestCopiedKeysOpenTheSameDataAndAnErasureReachesTheCopy(t *testing.T) {
	store := natsStore(t, startNATS(t, t.TempDir()))
	f := fill(t, store, 4)
	ring, err := open(t, store, "m")
	if err != nil {
		t.Fatal(err)
	}
	if err := ring.Destroy(t.Context(), "p3"); err != nil {
		t.Fatal(err)
	}
	var copied bytes.Buffer
	if n, err := keyring.Back(t.Context(), store, &copied); err != nil || n.Destroyed != 1 || n.Keys < 5 {
		t.Fatalf("%+v, %v", n, err)
	}
	if err := ring.Destroy(t.Context(), "p1"); err != nil { // after the copy was made
		t.Fatal(err)
	}
	_, destroyed, err := store.(keyring.Rotatable).IDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var pruned bytes.Buffer
	if n, err := keyring.Prune(&copied, &pruned, destroyed); err != nil || n != 1 {
		t.Fatalf("%d pruned, %v", n, err)
	}
	fresh := natsStore(t, startNATS(t, t.TempDir()))
	if _, err := keyring.Restore(t.Context(), fresh, bytes.NewReader(pruned.Bytes())); err != nil {
		t.Fatal(err)
	}
	restored, err := open(t, fresh, "m")
	if err != nil {
		t.Fatal(err)
	}
	for _, person := range []string{"p1", "p3"} {
		if _, err := restored.Reveal(t.Context(), person, "name", f.sealed[person]); !errors.Is(err, keyring.ErrDestroyed) {
			t.Errorf("%s: %v", person, err)
		}
		delete(f.sealed, person)
	}
	f.holds(t, restored)
	if _, err := keyring.Restore(t.Context(), fresh, bytes.NewReader(pruned.Bytes())); !errors.Is(err, keyring.ErrExists) && !errors.Is(err, keyring.ErrDestroyed) {
		t.Errorf("a second restore: %v", err)
	}
}

func FuzzRestore(f *testing.F) {
	f.Add(`{"id":"a","sealed":"AAAA"}` + "\n" + `{"id":"b","gone":true}`)
	f.Add(`{"id":"a"}`)
	f.Add("no line of ours")
	f.Fuzz(func(t *testing.T, text string) {
		store := keyring.Memory()
		n, err := keyring.Restore(t.Context(), store, strings.NewReader(text))
		if err == nil && strings.TrimSpace(text) == "" && n != (keyring.Copied{}) {
			t.Errorf("nothing gave %+v", n)
		}
	})
}

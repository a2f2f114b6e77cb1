package keyring_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/keyring"
)

var noon = time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC)

func openRing(t *testing.T, store keyring.Store, now clock.Clock) *keyring.Ring {
	t.Helper()
	ring, err := keyring.Open(context.Background(), []byte(strings.Repeat("m", 32)), store, now)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func TestSealThenRevealGivesTheSameText(t *testing.T) {
	ring := openRing(t, keyring.Memory(), clock.System{})
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		person := rapid.StringMatching(`[A-Za-z0-9_-]{1,40}`).Draw(t, "person")
		field, plain := rapid.String().Draw(t, "field"), rapid.String().Draw(t, "plain")
		sealed, err := ring.Seal(ctx, person, field, plain)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(sealed, "k1.") {
			t.Fatalf("%q lacks its version", sealed)
		}
		if got, err := ring.Reveal(ctx, person, field, sealed); err != nil || got != plain {
			t.Fatalf("revealed %q, %v; want %q", got, err, plain)
		}
	})
}

func TestOnlyTheSamePersonAndFieldReveal(t *testing.T) {
	ring, ctx := openRing(t, keyring.Memory(), clock.System{}), context.Background()
	sealed, err := ring.Seal(ctx, "lan", "name", "Nguyễn Thị Lan")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ring.Seal(ctx, "minh", "name", "Trần Văn Minh"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ person, field, text string }{
		{"minh", "name", sealed},
		{"lan", "email", sealed},
		{"lan", "name", sealed[:len(sealed)-2]},
		{"lan", "name", "k2." + sealed[3:]},
		{"lan", "name", "k1.AAAA"},
		{"lan", "name", "k1.***"},
		{"lan", "name", ""},
	} {
		if got, err := ring.Reveal(ctx, c.person, c.field, c.text); !errors.Is(err, keyring.ErrAltered) {
			t.Errorf("%s/%s of %q gave %q, %v; want ErrAltered", c.person, c.field, c.text, got, err)
		}
	}
	if _, err := ring.Reveal(ctx, "nobody", "name", sealed); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("a person without a key gave %v; want ErrNotFound", err)
	}
	if _, err := ring.Seal(ctx, "a.b*", "name", "x"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a bad id gave %v; want a refusal", err)
	}
}

func TestEveryFlippedBitIsNoticed(t *testing.T) {
	ring, ctx := openRing(t, keyring.Memory(), clock.System{}), context.Background()
	sealed, err := ring.Seal(ctx, "lan", "name", "Lan")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(sealed[3:])
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(raw) * 8 {
		raw[i/8] ^= 1 << (i % 8)
		if _, err := ring.Reveal(ctx, "lan", "name", "k1."+base64.RawURLEncoding.EncodeToString(raw)); !errors.Is(err, keyring.ErrAltered) {
			t.Fatalf("bit %d flipped: %v; want ErrAltered", i, err)
		}
		raw[i/8] ^= 1 << (i % 8)
	}
}

func TestErasureIsForEverAndReachesOtherProcesses(t *testing.T) {
	ctx, store, now := context.Background(), keyring.Memory(), clock.NewTest(noon)
	here, there := openRing(t, store, now), openRing(t, store, now)
	sealed, err := here.Seal(ctx, "lan", "name", "Lan")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := there.Reveal(ctx, "lan", "name", sealed); err != nil || got != "Lan" {
		t.Fatalf("the other process reads %q, %v", got, err)
	}
	for range 2 {
		if err := here.Destroy(ctx, "lan"); err != nil {
			t.Fatal(err)
		}
	}
	now.Advance(30 * time.Second)
	for _, ring := range []*keyring.Ring{here, there} {
		if _, err := ring.Reveal(ctx, "lan", "name", sealed); !errors.Is(err, keyring.ErrDestroyed) {
			t.Errorf("reveal after erasure gave %v", err)
		}
		if _, err := ring.Seal(ctx, "lan", "name", "Lan"); !errors.Is(err, keyring.ErrDestroyed) || !fault.Is(err, fault.Conflict) {
			t.Errorf("seal after erasure gave %v", err)
		}
	}
}

func TestThoseWhoSealFirstAtOnceShareOneKey(t *testing.T) {
	ctx, store := context.Background(), keyring.Memory()
	sealed := make([]string, 16)
	var all sync.WaitGroup
	for i := range sealed {
		ring := openRing(t, store, clock.System{})
		all.Go(func() {
			text, err := ring.Seal(ctx, "lan", "name", "Lan")
			if err != nil {
				t.Error(err)
			}
			sealed[i] = text
		})
	}
	all.Wait()
	reader := openRing(t, store, clock.System{})
	for i, text := range sealed {
		if got, err := reader.Reveal(ctx, "lan", "name", text); err != nil || got != "Lan" {
			t.Errorf("writer %d: %q, %v", i, got, err)
		}
	}
}

func TestAForgottenKeyIsReadAgainFromTheStore(t *testing.T) {
	ctx := context.Background()
	ring := openRing(t, keyring.Memory(), clock.NewTest(noon))
	first, err := ring.Seal(ctx, "p", "name", "Lan")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5000 { // more people than a process keeps keys of
		if _, err := ring.Seal(ctx, "p"+hex.EncodeToString([]byte{byte(i >> 8), byte(i)}), "name", "x"); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := ring.Reveal(ctx, "p", "name", first); err != nil || got != "Lan" {
		t.Fatalf("%q, %v", got, err)
	}
}

func TestAWrongMasterKeyIsRefusedAtOpen(t *testing.T) {
	ctx, store := context.Background(), keyring.Memory()
	ring := openRing(t, store, clock.System{})
	for _, master := range [][]byte{[]byte(strings.Repeat("x", 32)), []byte("short"), nil} {
		_, err := keyring.Open(ctx, master, store, clock.System{})
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("master of %d bytes: %v; want a refusal", len(master), err)
		}
	}
	again := openRing(t, store, clock.System{})
	if a, b := ring.Blind("email", "lan@phutho.example"), again.Blind("email", "lan@phutho.example"); a != b {
		t.Errorf("the same master blinds differently: %s, %s", a, b)
	}
}

func TestBlindTellsApartPurposeValueAndMaster(t *testing.T) {
	other, err := keyring.Open(context.Background(), []byte(strings.Repeat("o", 32)), keyring.Memory(), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	ring := openRing(t, keyring.Memory(), clock.System{})
	seen := map[string]bool{}
	for _, text := range []string{
		ring.Blind("email", "a"), ring.Blind("code", "a"), ring.Blind("email", "b"),
		ring.Blind("emaila", ""), other.Blind("email", "a"),
	} {
		if seen[text] {
			t.Errorf("%s twice", text)
		}
		seen[text] = true
	}
}

func TestParseMasterReadsEverySpelling(t *testing.T) {
	key := []byte(strings.Repeat("\xfb\xef", 16))
	for _, text := range []string{
		base64.StdEncoding.EncodeToString(key), base64.RawStdEncoding.EncodeToString(key),
		base64.URLEncoding.EncodeToString(key), base64.RawURLEncoding.EncodeToString(key),
		hex.EncodeToString(key), strings.ToUpper(hex.EncodeToString(key)), "  " + hex.EncodeToString(key) + "\n",
	} {
		if got, err := keyring.ParseMaster(text); err != nil || string(got) != string(key) {
			t.Errorf("%q gave %x, %v", text, got, err)
		}
	}
	if got, err := keyring.ParseMaster(keyring.NewMaster()); err != nil || len(got) != 32 {
		t.Errorf("a new master key gave %d bytes, %v", len(got), err)
	}
}

func FuzzParseMaster(f *testing.F) {
	f.Add("")
	f.Add(strings.Repeat("0", 64))
	f.Add(strings.Repeat("A", 43) + "=")
	f.Add(strings.Repeat("zz", 32))
	f.Fuzz(func(t *testing.T, text string) {
		key, err := keyring.ParseMaster(text)
		if err == nil && len(key) == 32 {
			return
		}
		if err == nil || !strings.Contains(fault.Of(err).En, "openssl rand -base64 32") {
			t.Errorf("%q gave %d bytes and %v", text, len(key), err)
		}
		if secret := strings.TrimSpace(text); len(secret) > 20 && strings.Contains(err.Error(), secret) {
			t.Errorf("the refusal repeats the secret")
		}
	})
}

package keyring

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
)

func TestASigningKeyIsMadeOncePerName(t *testing.T) {
	ctx, store := context.Background(), Memory()
	sign := func(name string) *Signer {
		ring, err := Open(ctx, []byte(strings.Repeat("m", 32)), store, clock.System{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := ring.Signer(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first, again, other := sign("issuer"), sign("issuer"), sign("report")
	message := []byte("chứng nhận")
	if !ed25519.Verify(again.Public(), message, first.Sign(message)) || first.KeyID() != again.KeyID() {
		t.Error("the same name gave two keys")
	}
	if ed25519.Verify(other.Public(), message, first.Sign(message)) || first.KeyID() == other.KeyID() {
		t.Error("two names share a key")
	}
}

func TestASignerNameIsChecked(t *testing.T) {
	ctx := context.Background()
	ring, err := Open(ctx, []byte(strings.Repeat("m", 32)), Memory(), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ring.Signer(ctx, "a.b"); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v; want a refusal", err)
	}
}

// The key and its thumbprint stand in RFC 8037, appendix A.
func TestKeyIDIsTheJWKThumbprint(t *testing.T) {
	seed, err := base64.RawURLEncoding.DecodeString("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
	if err != nil {
		t.Fatal(err)
	}
	s := &Signer{private: ed25519.NewKeyFromSeed(seed)}
	if got := base64.RawURLEncoding.EncodeToString(s.Public()); got != "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" {
		t.Errorf("public key %s", got)
	}
	if got := s.KeyID(); got != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
		t.Errorf("key id %s", got)
	}
}

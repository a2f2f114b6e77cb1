package keyring

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// Signer signs with one named Ed25519 key.
type Signer struct {
	private ed25519.PrivateKey
}

// Signer gives the signing key of a name, for example "issuer". It is made at first use and never changes.
func (r *Ring) Signer(ctx context.Context, name string) (*Signer, error) {
	if !validName(name) {
		return nil, badName(name)
	}
	seed, err := r.secret(ctx, "sign."+name)
	if err != nil {
		return nil, fmt.Errorf("signing key %s: %w", name, err)
	}
	return &Signer{private: ed25519.NewKeyFromSeed(seed)}, nil
}

// Sign signs the message itself (Ed25519, RFC 8032): 64 bytes.
func (s *Signer) Sign(message []byte) []byte { return ed25519.Sign(s.private, message) }

// Public is the key that verifies what Sign made: 32 bytes.
func (s *Signer) Public() ed25519.PublicKey {
	return append(ed25519.PublicKey(nil), s.private[ed25519.SeedSize:]...)
}

// KeyID names the public key: its JSON Web Key thumbprint (RFC 7638, RFC 8037 appendix A.3).
func (s *Signer) KeyID() string {
	x := base64.RawURLEncoding.EncodeToString(s.Public())
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + x + `"}`))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Package keyring keeps a data key per person that can be destroyed, outside the journal, and keys that sign.
package keyring

import (
	"context"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
)

// version opens every sealed text, so that another cipher can follow without guessing.
const version = "k1."

// Records of the ring itself. The canaries tell a wrong master key from a right one; a rotation re-seals the first before
// everything else and the second after it, so that between them neither master key alone opens the ring.
const (
	canary     = "canary"
	lastCanary = "canary-last"
	blindID    = "blind" // what Blind is keyed with
)

// Ring seals and reveals the personal data of people, each under their own key.
type Ring struct {
	store Store
	wraps []cipher.AEAD // open keys from the store; the first seals them
	blind []byte
	cache *cache
}

// Open takes the 32-byte master key and the store of the keys it seals; old ones are read besides it while a rotation
// is under way. Master keys that the store was not made with are refused.
func Open(ctx context.Context, master []byte, store Store, now clock.Clock, old ...[]byte) (*Ring, error) {
	masters := append([][]byte{master}, old...)
	r := &Ring{store: store, cache: newCache(now)}
	for _, master := range masters {
		wrap, err := wrapping(master)
		if err != nil {
			return nil, err
		}
		r.wraps = append(r.wraps, wrap)
	}
	if heralded, ok := store.(Heralded); ok {
		if err := heralded.OnDestroyed(r.cache.bar); err != nil {
			return nil, fmt.Errorf("open the keyring: %w", err)
		}
	}
	if err := r.own(ctx, masters); err != nil {
		return nil, fmt.Errorf("open the keyring: %w", err)
	}
	return r, nil
}

func wrapping(master []byte) (cipher.AEAD, error) {
	if len(master) != chacha20poly1305.KeySize {
		return nil, badMaster()
	}
	key, err := derive(master, "khuevan/keyring/wrap/v1")
	if err != nil {
		return nil, err
	}
	return chacha20poly1305.NewX(key)
}

// own opens the ring's own records and makes those that are missing. What Blind is keyed with was once derived from the
// master key; it is kept as derived from the one that made the store, and then survives that one's rotation.
func (r *Ring) own(ctx context.Context, masters [][]byte) error {
	if _, err := r.secret(ctx, canary); err != nil {
		return err
	}
	sealed, err := r.store.Get(ctx, canary)
	if err != nil {
		return err
	}
	_, by, err := r.unwrap(canary, sealed)
	if err != nil {
		return err
	}
	derived, err := derive(masters[by], "khuevan/keyring/blind/v1")
	if err != nil {
		return err
	}
	if r.blind, err = r.secretOr(ctx, blindID, derived); err != nil {
		return err
	}
	_, err = r.secret(ctx, lastCanary)
	return err
}

func derive(master []byte, purpose string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, master, nil, purpose, chacha20poly1305.KeySize)
	if err != nil {
		return nil, fmt.Errorf("derive %s: %w", purpose, err)
	}
	return key, nil
}

// Seal encrypts plain for one field of one person, whose key it makes at first use. The result is text.
// It fails with ErrDestroyed when the person was erased.
func (r *Ring) Seal(ctx context.Context, person, field, plain string) (string, error) {
	key, err := r.person(ctx, person, true)
	if err != nil {
		return "", fmt.Errorf("seal %s of %s: %w", field, person, err)
	}
	sealed := seal(key, []byte(plain), bound(person, field))
	return version + base64.RawURLEncoding.EncodeToString(sealed), nil
}

// Reveal decrypts what Seal made for the same person and field. It fails with ErrDestroyed after erasure,
// in other processes at the latest after keyLife, and with ErrAltered when the text is not what Seal made.
func (r *Ring) Reveal(ctx context.Context, person, field, sealed string) (string, error) {
	key, err := r.person(ctx, person, false)
	if err != nil {
		return "", fmt.Errorf("reveal %s of %s: %w", field, person, err)
	}
	text, ok := strings.CutPrefix(sealed, version)
	if !ok {
		return "", fmt.Errorf("reveal %s of %s: %w", field, person, ErrAltered)
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return "", fmt.Errorf("reveal %s of %s: %w", field, person, ErrAltered)
	}
	plain, err := open(key, raw, bound(person, field))
	if err != nil {
		return "", fmt.Errorf("reveal %s of %s: %w", field, person, err)
	}
	return string(plain), nil
}

// Destroy makes everything sealed for the person unreadable for ever. Destroying twice is no error; a person
// without a key will never get one.
func (r *Ring) Destroy(ctx context.Context, person string) error {
	if !validName(person) {
		return badName(person)
	}
	if err := r.store.Destroy(ctx, personID(person)); err != nil {
		return fmt.Errorf("destroy the key of %s: %w", person, err)
	}
	r.cache.bar(personID(person))
	return nil
}

// Blind gives the same text for the same value and purpose, and does not tell the value: for looking people up by
// e-mail or personnel code without storing either. The caller brings the value into one spelling first.
func (r *Ring) Blind(purpose, value string) string {
	mac := hmac.New(sha256.New, r.blind)
	mac.Write(bound(purpose, value))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (r *Ring) person(ctx context.Context, person string, create bool) (cipher.AEAD, error) {
	if !validName(person) {
		return nil, badName(person)
	}
	id := personID(person)
	if key, gone, ok := r.cache.get(id); gone {
		return nil, ErrDestroyed
	} else if ok {
		return key, nil
	}
	read := r.stored
	if create {
		read = r.secret
	}
	raw, err := read(ctx, id)
	if err != nil {
		return nil, err
	}
	key, err := chacha20poly1305.NewX(raw)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", id, err)
	}
	r.cache.put(id, key)
	return key, nil
}

// secret reads the 32 secret bytes kept under id and makes them when there are none. Of several who
// make them at once, all get those of the first.
func (r *Ring) secret(ctx context.Context, id string) ([]byte, error) {
	raw, err := r.stored(ctx, id)
	if !errors.Is(err, ErrNotFound) {
		return raw, err
	}
	fresh := make([]byte, chacha20poly1305.KeySize)
	rand.Read(fresh) //nolint:errcheck // crypto/rand.Read never fails: it ends the program
	return r.keep(ctx, id, fresh)
}

// secretOr reads the secret bytes kept under id and keeps fresh when there are none.
func (r *Ring) secretOr(ctx context.Context, id string, fresh []byte) ([]byte, error) {
	raw, err := r.stored(ctx, id)
	if !errors.Is(err, ErrNotFound) {
		return raw, err
	}
	return r.keep(ctx, id, fresh)
}

// keep keeps fresh under id and gives it, or what somebody else kept there just before.
func (r *Ring) keep(ctx context.Context, id string, fresh []byte) ([]byte, error) {
	err := r.store.Create(ctx, id, seal(r.wraps[0], fresh, []byte(id)))
	if errors.Is(err, ErrExists) {
		return r.stored(ctx, id)
	}
	if err != nil {
		return nil, err
	}
	return fresh, nil
}

func (r *Ring) stored(ctx context.Context, id string) ([]byte, error) {
	sealed, err := r.store.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	raw, _, err := r.unwrap(id, sealed)
	return raw, err
}

// unwrap opens a stored record, and tells which master key it was sealed under.
func (r *Ring) unwrap(id string, sealed []byte) (raw []byte, by int, err error) {
	for by, wrap := range r.wraps {
		if raw, err = open(wrap, sealed, []byte(id)); err == nil {
			return raw, by, nil
		}
	}
	return nil, 0, fault.New(fault.Invalid,
		"Khóa chủ không khớp với kho khóa này. Hãy dùng đúng khóa chủ đã tạo ra kho; nếu đang đổi khóa chủ, hãy nêu cả khóa mới và khóa cũ.",
		"The master key does not fit this key store. Use the master key the store was made with; while it is being rotated, name both the new and the old one.").
		Because(fmt.Errorf("record %s: %w", id, err))
}

func seal(key cipher.AEAD, plain, bound []byte) []byte {
	nonce := make([]byte, key.NonceSize(), key.NonceSize()+len(plain)+key.Overhead())
	rand.Read(nonce) //nolint:errcheck // as above
	return key.Seal(nonce, nonce, plain, bound)
}

func open(key cipher.AEAD, sealed, bound []byte) ([]byte, error) {
	if len(sealed) < key.NonceSize() {
		return nil, ErrAltered
	}
	plain, err := key.Open(nil, sealed[:key.NonceSize()], sealed[key.NonceSize():], bound)
	if err != nil {
		return nil, ErrAltered
	}
	return plain, nil
}

// bound joins two names unambiguously, as no id and no purpose holds a zero byte.
func bound(first, second string) []byte { return []byte(first + "\x00" + second) }

func personID(person string) string { return "person." + person }

// validName holds for opaque ids; it is what a subject token and a file name may both have.
func validName(name string) bool {
	if name == "" || len(name) > 128 {
		return false
	}
	for _, c := range []byte(name) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

func badName(name string) error {
	return fault.Newf(fault.Invalid, "Mã “%s” không hợp lệ: chỉ dùng chữ không dấu, chữ số, “-” và “_”.",
		"The id “%s” is not valid: use plain letters, digits, “-” and “_” only.", name)
}

package keyring

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"

	"khuevan/platform/fault"
)

// ParseMaster reads a master key: 32 bytes in base64 (either alphabet, padded or not) or as 64 hexadecimal digits.
func ParseMaster(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	if len(text) == hex.EncodedLen(chacha20poly1305.KeySize) {
		if key, err := hex.DecodeString(text); err == nil {
			return key, nil
		}
	}
	plain := strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(text, "="))
	key, err := base64.RawURLEncoding.Strict().DecodeString(plain)
	if err != nil || len(key) != chacha20poly1305.KeySize {
		return nil, badMaster()
	}
	return key, nil
}

// NewMaster makes a master key as text that ParseMaster reads.
func NewMaster() string {
	key := make([]byte, chacha20poly1305.KeySize)
	rand.Read(key) //nolint:errcheck // crypto/rand.Read never fails: it ends the program
	return base64.StdEncoding.EncodeToString(key)
}

// badMaster never repeats the text: it may be a secret with one letter too many.
func badMaster() error {
	return fault.New(fault.Invalid,
		"Khóa chủ phải gồm 32 byte, viết dạng base64 hoặc hex. Tạo khóa mới bằng lệnh: openssl rand -base64 32",
		"The master key must be 32 bytes, written in base64 or hex. Make one with: openssl rand -base64 32")
}

package directory

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"khuevan/platform/fault"
)

// cost is what a hash costs.
type cost struct {
	memory uint32 // KiB
	passes uint32
	lanes  uint8
}

// What new hashes cost, and the most that a stored one may, so that a foreign hash cannot take the machine's memory.
var (
	newCost  = cost{memory: 19 * 1024, passes: 2, lanes: 1}
	mostCost = cost{memory: 64 * 1024, passes: 8, lanes: 4}
)

const saltSize, hashSize = 16, 32

// hasher bounds how many hashes are computed, and waited for, at once.
type hasher struct {
	working, waiting chan struct{}
}

func newHasher() *hasher {
	return &hasher{working: make(chan struct{}, 2), waiting: make(chan struct{}, 100)}
}

// with runs fn when it is its turn. A crowd is sent away rather than let it hold up every other question.
func (h *hasher) with(ctx context.Context, fn func()) error {
	select {
	case h.waiting <- struct{}{}:
		defer func() { <-h.waiting }()
	default:
		return busy()
	}
	select {
	case h.working <- struct{}{}:
		defer func() { <-h.working }()
		fn()
		return nil
	case <-ctx.Done():
		return busy().Because(ctx.Err())
	}
}

func busy() *fault.Error {
	return fault.New(fault.Unavailable, "Có nhiều người đang đăng nhập cùng lúc. Vui lòng thử lại sau một phút.",
		"Many people are signing in at once. Please try again in a minute.")
}

// hash gives a fresh hash of a password in PHC string form: $argon2id$v=19$m=…,t=…,p=…$salt$hash.
func (h *hasher) hash(ctx context.Context, password string) (phc string, err error) {
	salt := make([]byte, saltSize)
	rand.Read(salt) //nolint:errcheck // crypto/rand.Read never fails: it ends the program
	err = h.with(ctx, func() { phc = format(newCost, salt, newCost.derive(password, salt, hashSize)) })
	return phc, err
}

// verify reports whether a hash is the password's, in the same time for every password.
func (h *hasher) verify(ctx context.Context, phc, password string) (same bool, err error) {
	c, salt, want, err := parse(phc)
	if err != nil {
		return false, err
	}
	err = h.with(ctx, func() { same = subtle.ConstantTimeCompare(c.derive(password, salt, len(want)), want) == 1 })
	return same, err
}

// decoy is checked where there is no account or no password, so that it takes the same time.
func decoy() string { return format(newCost, make([]byte, saltSize), make([]byte, hashSize)) }

func (c cost) derive(password string, salt []byte, size int) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, c.passes, c.memory, c.lanes, uint32(size)) //nolint:gosec // a few bytes
}

func format(c cost, salt, hash []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.lanes, b64.EncodeToString(salt), b64.EncodeToString(hash))
}

func parse(phc string) (c cost, salt, hash []byte, err error) {
	bad := func(cause error) error { return fmt.Errorf("a stored password hash cannot be read: %w", cause) }
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, bad(fmt.Errorf("it is no argon2id of version %d", argon2.Version))
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.lanes); err != nil {
		return c, nil, nil, bad(err)
	}
	if c.memory > mostCost.memory || c.passes > mostCost.passes || c.lanes > mostCost.lanes || c.passes == 0 || c.lanes == 0 {
		return c, nil, nil, bad(fmt.Errorf("its cost %s is out of bounds", parts[3]))
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return c, nil, nil, bad(err)
	}
	if hash, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return c, nil, nil, bad(err)
	}
	if len(salt) < 8 || len(hash) < 16 || len(hash) > 64 {
		return c, nil, nil, bad(fmt.Errorf("its salt or hash has a wrong length"))
	}
	return c, salt, hash, nil
}

// checkPassword states the rules of passwords: 10 to 128 characters, and neither the code nor the address.
func checkPassword(password string, p particulars) error {
	n := utf8.RuneCountInString(norm.NFC.String(password))
	if n < 10 || n > 128 {
		return fault.New(fault.Invalid, "Mật khẩu phải có từ 10 đến 128 ký tự.", "A password has 10 to 128 characters.").
			With("password", "Từ 10 đến 128 ký tự.", "10 to 128 characters.")
	}
	if strings.EqualFold(password, p.code) || strings.EqualFold(password, p.email) {
		return fault.New(fault.Invalid, "Mật khẩu không được trùng với mã cán bộ hoặc địa chỉ thư điện tử.",
			"A password must not be the personnel code or the e-mail address.").
			With("password", "Chọn mật khẩu khác.", "Choose another password.")
	}
	return nil
}

package certification

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// crockford is the alphabet of Crockford's base32: no I, L, O and U, which people misread.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// randomBits is how many bits of chance a number holds: 12 digits of 5.
const randomBits = 60

// newCode writes the number of a certificate: KV-<year>-XXXX-XXXX-XXXX. It takes eight random bytes and uses 60 bits of
// them, so that nobody finds a certificate by guessing and no two will ever draw the same.
func newCode(year int, random [8]byte) string {
	bits := binary.BigEndian.Uint64(random[:])
	var b strings.Builder
	fmt.Fprintf(&b, "KV-%04d", year)
	for shift := randomBits - 5; shift >= 0; shift -= 5 {
		if (shift+5)%20 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(crockford[bits>>shift&31])
	}
	return b.String()
}

// normal brings a number as people type it into the form in which it is looked up: without spaces and hyphens, in
// upper case, and with the letters that Crockford's base32 lacks read as the digits they resemble.
func normal(code string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'o' || r == 'O':
			return '0'
		case strings.ContainsRune("iIlL", r):
			return '1'
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= '0' && r <= '9' || r >= 'A' && r <= 'Z':
			return r
		case strings.ContainsRune(" \t\r\n\u00a0-\u2010\u2011\u2012\u2013\u2014.", r):
			return -1
		default:
			return '?' // is in no number
		}
	}, code)
}

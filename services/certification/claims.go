package certification

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"khuevan/events"
)

// claimsVersion is the first line of the signed text. Another line, another field or another order is another version;
// certificates signed under this one keep it.
const claimsVersion = "Khue Van certificate 1"

// registerVersion opens the text of certificates that stand in a register: two lines more, before that of the key.
//
//	issuer-id: <id>
//	register: <number>/<year>
const registerVersion = "Khue Van certificate 2"

// programmeVersion opens the text of a programme's certificate: as registerVersion, and two lines more, before that of the key.
// The line of the course is empty, and so is that of the mark, as a programme has none.
//
//	programme: <id>
//	criteria: <text>
const programmeVersion = "Khue Van certificate 3"

// claims gives the text that a certificate's signature covers. It is UTF-8, each line ended by a line feed:
//
//	Khue Van certificate 1
//	certificate: <id>
//	code: KV-<year>-XXXX-XXXX-XXXX
//	person: <id>
//	name: <the holder's name in clear>
//	unit: <name of the unit, may be empty>
//	course: <id>
//	version: <decimal>
//	period: <decimal>
//	title-vi: <text>
//	title-en: <text, may be empty>
//	hours: <decimal>
//	mark: <decimal with a point, shortest form, out of 10>
//	completed: <RFC 3339 in UTC, fraction without trailing zeros>
//	issued: <the same>
//	expires: <the same, or empty for never>
//	issuer: <text>
//	key: <RFC 7638 thumbprint of the Ed25519 key>
//
// All lines are always there. Text stands as it was recorded, without Unicode normalisation; in it a backslash is written \\, a
// line feed \n and a carriage return \r, so that no text can pass for another line.
func claims(c events.CertificateIssued, name string) string {
	var b strings.Builder
	version, more, mark := claimsVersion, [][2]string(nil), strconv.FormatFloat(c.Mark, 'f', -1, 64)
	if c.IssuerID != "" {
		version, more = registerVersion, [][2]string{{"issuer-id", c.IssuerID}, {"register", register(c)}}
	}
	if c.Programme != "" || c.Criteria != "" {
		version, more = programmeVersion, append(more, [2]string{"programme", c.Programme}, [2]string{"criteria", c.Criteria})
		if c.Mark == 0 {
			mark = ""
		}
	}
	b.WriteString(version + "\n")
	lines := [][2]string{
		{"certificate", c.Certificate}, {"code", c.Code}, {"person", c.Person}, {"name", name}, {"unit", c.UnitName},
		{"course", c.Course}, {"version", strconv.Itoa(c.Version)}, {"period", strconv.Itoa(c.Period)},
		{"title-vi", c.Title.Vi}, {"title-en", c.Title.En}, {"hours", strconv.Itoa(c.Hours)},
		{"mark", mark},
		{"completed", instant(c.Completed)}, {"issued", instant(c.Issued)}, {"expires", instant(c.Expires)},
		{"issuer", c.Issuer},
	}
	for _, line := range append(append(lines, more...), [2]string{"key", c.KeyID}) {
		b.WriteString(line[0] + ": " + oneLine.Replace(line[1]) + "\n")
	}
	return b.String()
}

var oneLine = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`)

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// digestVersion opens the text that the signature of a digest covers: it, a line feed, and the digest.
const digestVersion = "Khue Van certificate digest 1"

// digest is the SHA-256, in hexadecimal, of the claims with the sealed name in the name's place. It tells nothing of the
// name, not even whether a guess is right, and can still be computed when the name cannot be read any more.
func digest(c events.CertificateIssued) string {
	sum := sha256.Sum256([]byte(claims(c, string(c.Name))))
	return hex.EncodeToString(sum[:])
}

func digestText(digest string) []byte { return []byte(digestVersion + "\n" + digest) }

// digestHolds reports whether a certificate still has the digest that was signed when it was issued.
func digestHolds(c events.CertificateIssued, keyID string, public ed25519.PublicKey) bool {
	signature, err := base64.StdEncoding.Strict().DecodeString(c.DigestSignature)
	return err == nil && c.Digest == digest(c) && c.KeyID == keyID && ed25519.Verify(public, digestText(c.Digest), signature)
}

// signed reports whether a certificate's signature fits its claims under the key that they name.
func signed(c events.CertificateIssued, name, keyID string, public ed25519.PublicKey) bool {
	signature, err := base64.StdEncoding.Strict().DecodeString(c.Signature)
	return err == nil && c.KeyID == keyID && ed25519.Verify(public, []byte(claims(c, name)), signature)
}

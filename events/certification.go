package events

import "time"

// CertificateIssued is a certificate: issued once, never changed. Stream certification.certificate.<person>_<course>_<period>.
type CertificateIssued struct {
	Certificate string    `json:"certificate"` // "<person>_<course>_<period>"
	Code        string    `json:"code"`        // the number printed on it and its public address; cannot be guessed
	Person      string    `json:"person"`
	Name        Sealed    `json:"name"`      // as it stood on that day, sealed as "name"
	UnitName    string    `json:"unit_name"` // likewise
	Course      string    `json:"course"`
	Version     int       `json:"version"`
	Period      int       `json:"period"`
	Title       Words     `json:"title"`
	Hours       int       `json:"hours"`
	Mark        float64   `json:"mark"` // out of 10
	Completed   time.Time `json:"completed"`
	Issued      time.Time `json:"issued"`
	Expires     time.Time `json:"expires,omitzero"` // zero for never
	Issuer      string    `json:"issuer"`           // its name of that day
	KeyID       string    `json:"key_id"`
	Signature   string    `json:"signature"` // base64 Ed25519 over the claims, see services/certification

	Digest          string `json:"digest,omitempty"`           // SHA-256 of the claims with the name as it is sealed, hex; it can be checked for ever
	DigestSignature string `json:"digest_signature,omitempty"` // base64 Ed25519 over the digest's text
}

// EventType implements Event.
func (CertificateIssued) EventType() string { return "certification.certificate-issued.v1" }

package events

import "time"

// CertificateIssued is a certificate: issued once, never changed. Stream certification.certificate.<person>_<course>_<period>, and of
// a programme certification.certificate.<person>_programme_<programme>_<period>.
type CertificateIssued struct {
	Certificate string    `json:"certificate"` // the last part of its stream
	Code        string    `json:"code"`        // the number printed on it and its public address; cannot be guessed
	Person      string    `json:"person"`
	Name        Sealed    `json:"name"`      // as it stood on that day, sealed as "name"
	UnitName    string    `json:"unit_name"` // likewise
	Course      string    `json:"course"`    // "" when it is of a programme
	Version     int       `json:"version"`
	Period      int       `json:"period"`
	Title       Words     `json:"title"`
	Hours       int       `json:"hours"`
	Mark        float64   `json:"mark"` // out of 10; 0 for a programme, which has none
	Completed   time.Time `json:"completed"`
	Issued      time.Time `json:"issued"`
	Expires     time.Time `json:"expires,omitzero"` // zero for never
	Issuer      string    `json:"issuer"`           // its name of that day
	KeyID       string    `json:"key_id"`
	Signature   string    `json:"signature"` // base64 Ed25519 over the claims, see services/certification

	Digest          string `json:"digest,omitempty"`           // SHA-256 of the claims with the name as it is sealed, hex; it can be checked for ever
	DigestSignature string `json:"digest_signature,omitempty"` // base64 Ed25519 over the digest's text

	IssuerID   string `json:"issuer_id,omitempty"`
	Number     int    `json:"number,omitempty"`     // in the issuer's register of the year of issue
	Credential Sealed `json:"credential,omitempty"` // the Open Badges 3.0 credential to the byte, sealed as "credential"
	Order      string `json:"order,omitempty"`      // by which it was issued, if by one

	Programme string `json:"programme,omitempty"`
	Criteria  string `json:"criteria,omitempty"` // of a programme: the parts that held and what filled them, in Vietnamese
}

// EventType implements Event.
func (CertificateIssued) EventType() string { return "certification.certificate-issued.v1" }

// NumbersDrawn gives certificates their numbers in an issuer's register of a year, without gaps. Stream
// certification.register.<issuer>_<year>.
type NumbersDrawn struct {
	Issuer       string   `json:"issuer"`
	Year         int      `json:"year"`
	First        int      `json:"first"`
	Certificates []string `json:"certificates"` // the first gets First, each other the next
}

// EventType implements Event.
func (NumbersDrawn) EventType() string { return "certification.numbers-drawn.v1" }

// IssueOrdered asks for the certificates of everybody who completed a course or a programme between two days and has none for
// that period. Stream certification.order.<order>.
type IssueOrdered struct {
	Order     string `json:"order"`
	Course    string `json:"course"` // "" when it is a programme
	Programme string `json:"programme,omitempty"`
	From      string `json:"from"`    // day of completion in Viet Nam, YYYY-MM-DD
	Through   string `json:"through"` // the last one
	Known     uint64 `json:"known"`   // the sequence of the last completion that it covers: later ones are not meant
	Count     int    `json:"count"`   // who had no certificate then
	By        string `json:"by"`
}

// EventType implements Event.
func (IssueOrdered) EventType() string { return "certification.issue-ordered.v1" }

// IssueAdvanced says how far an order is carried out.
type IssueAdvanced struct {
	Order  string         `json:"order"`
	After  uint64         `json:"after"` // the sequence of the last completion that was dealt with
	Failed []IssueFailure `json:"failed,omitempty"`
}

// IssueFailure is a certificate that could not be issued.
type IssueFailure struct {
	Certificate string `json:"certificate"`
	Person      string `json:"person"`
	Why         string `json:"why"` // person (nobody is known by this id), version (of the course or programme, likewise), erased
}

// EventType implements Event.
func (IssueAdvanced) EventType() string { return "certification.issue-advanced.v1" }

// IssueFinished says that an order was carried out, but for what failed.
type IssueFinished struct {
	Order string `json:"order"`
}

// EventType implements Event.
func (IssueFinished) EventType() string { return "certification.issue-finished.v1" }

// IssueRetried asks once more for what failed.
type IssueRetried struct {
	Order string `json:"order"`
	By    string `json:"by"`
}

// EventType implements Event.
func (IssueRetried) EventType() string { return "certification.issue-retried.v1" }

// CertificateRevoked says that a certificate holds no longer.
type CertificateRevoked struct {
	Certificate string `json:"certificate"`
	Person      string `json:"person"`
	Why         string `json:"why"`            // error, fraud, other
	Note        Sealed `json:"note,omitempty"` // sealed as "note"
	By          string `json:"by"`
}

// EventType implements Event.
func (CertificateRevoked) EventType() string { return "certification.certificate-revoked.v1" }

// ConfirmationGiven confirms in writing that a certificate was issued, when its paper is lost or damaged. It is no certificate.
type ConfirmationGiven struct {
	Certificate string    `json:"certificate"`
	Person      string    `json:"person"` // the holder
	Number      int       `json:"number"` // counts the confirmations of the certificate from 1
	Reason      string    `json:"reason"` // lost, damaged, other
	AskedBy     string    `json:"asked_by"`
	Given       time.Time `json:"given"`
	State       string    `json:"state"`                // of the certificate then: valid, expired
	Superseded  string    `json:"superseded,omitempty"` // code of the later certificate, if there was one then
	Issuer      string    `json:"issuer"`               // who confirms, by its name of that day
}

// EventType implements Event.
func (ConfirmationGiven) EventType() string { return "certification.confirmation-given.v1" }

// CertificateSuperseded says that the holder has a later certificate of the same course or programme.
type CertificateSuperseded struct {
	Certificate string `json:"certificate"`
	By          string `json:"by"` // the later one
}

// EventType implements Event.
func (CertificateSuperseded) EventType() string { return "certification.certificate-superseded.v1" }

// IssuerEstablished says that a body issues certificates from now on; said again, that it has another name. Stream
// certification.issuer.<issuer>.
type IssuerEstablished struct {
	Issuer string `json:"issuer"`
	Name   string `json:"name"`
}

// EventType implements Event.
func (IssuerEstablished) EventType() string { return "certification.issuer-established.v1" }

// IssuerKeyMade says with which key an issuer signs from now on. What older keys signed still holds.
type IssuerKeyMade struct {
	Issuer string `json:"issuer"`
	Key    string `json:"key"`    // its name in the keyring
	KeyID  string `json:"key_id"` // RFC 7638 thumbprint
	Public string `json:"public"` // Multikey
}

// EventType implements Event.
func (IssuerKeyMade) EventType() string { return "certification.issuer-key-made.v1" }

// IssuerSucceeded says that an issuer is no more, and which one keeps its keys and goes on.
type IssuerSucceeded struct {
	Issuer string `json:"issuer"`
	By     string `json:"by"`
}

// EventType implements Event.
func (IssuerSucceeded) EventType() string { return "certification.issuer-succeeded.v1" }

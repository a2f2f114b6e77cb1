package certification

import (
	"time"

	"khuevan/events"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	MyCertificates = rpc.Query[MineRequest, []Certificate]("certification.my-certificates", "Lists the caller's certificates, newest first.", rpc.SignedIn)
	Verify         = rpc.Query[VerifyRequest, Verification]("certification.verify", "Shows every claim of a certificate and its state today.", rpc.Anyone)
	DownloadPDF    = rpc.Query[DownloadRequest, Document]("certification.download-pdf", "Gives a certificate of the caller as a PDF.", rpc.SignedIn)
)

// MineRequest asks for the caller's own as they stand after a fact.
type MineRequest struct {
	After uint64 `json:"after,omitempty"`
}

// Certificate is what a certificate claims.
type Certificate struct {
	Certificate string       `json:"certificate"`
	Code        string       `json:"code"`
	Person      string       `json:"person"`
	Name        string       `json:"name"` // "" once the holder's data were erased
	UnitName    string       `json:"unit_name"`
	Course      string       `json:"course"`
	Version     int          `json:"version"`
	Period      int          `json:"period"`
	Title       events.Words `json:"title"`
	Hours       int          `json:"hours"`
	Mark        float64      `json:"mark"` // out of 10
	Completed   time.Time    `json:"completed"`
	Issued      time.Time    `json:"issued"`
	Expires     time.Time    `json:"expires,omitzero"`
	Issuer      string       `json:"issuer"`
	KeyID       string       `json:"key_id"`
	Signature   string       `json:"signature"`
}

// VerifyRequest names a certificate by the code printed on it; case, spaces and hyphens do not matter.
type VerifyRequest struct {
	Code string `json:"code"`
}

// Verification is a certificate's claims and their state today.
type Verification struct {
	Certificate Certificate `json:"certificate"`
	State       string      `json:"state"` // valid, expired, broken (the signature does not fit the claims), erased (the holder's name is gone)
	CheckedAt   time.Time   `json:"checked_at"`
	PublicKey   string      `json:"public_key"` // base64 Ed25519
	Signed      string      `json:"signed"`     // the exact text that the signature covers
}

// DownloadRequest names a certificate by its code.
type DownloadRequest struct {
	Code string `json:"code"`
}

// Document is a file.
type Document struct {
	Name string `json:"name"`
	Type string `json:"type"` // media type
	Body []byte `json:"body"`
}

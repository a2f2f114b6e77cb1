package events

import "time"

// What helps to sign in stands sealed; fields named secret and hash are withheld even from a person's own export.

// TotpEnrolled says that a person signs in with codes of an app besides. Stream account.person.<person>.
type TotpEnrolled struct {
	Person string `json:"person"`
	Secret Sealed `json:"secret"` // shared secret, base32, sealed as "totp"
	Hash   Sealed `json:"hash"`   // keyed hashes of the recovery codes, a JSON list, sealed as "recovery-codes"
	Step   int    `json:"step"`   // time step of the code that confirmed it, in units of 30 s since 1970
}

// EventType implements Event.
func (TotpEnrolled) EventType() string { return "account.totp-enrolled.v1" }

// TotpAccepted says that the code of a time step was used; it and older ones count no more.
type TotpAccepted struct {
	Person string `json:"person"`
	Step   int    `json:"step"`
}

// EventType implements Event.
func (TotpAccepted) EventType() string { return "account.totp-accepted.v1" }

// RecoveryCodeSpent says that a recovery code was used in place of an app's code.
type RecoveryCodeSpent struct {
	Person string `json:"person"`
	Code   int    `json:"code"` // its place in the list, from 0
}

// EventType implements Event.
func (RecoveryCodeSpent) EventType() string { return "account.recovery-code-spent.v1" }

// TotpDisabled says that a person no longer needs codes.
type TotpDisabled struct {
	Person string `json:"person"`
}

// EventType implements Event.
func (TotpDisabled) EventType() string { return "account.totp-disabled.v1" }

// PasskeyRegistered says that a person may sign in with a passkey.
type PasskeyRegistered struct {
	Person     string    `json:"person"`
	Passkey    string    `json:"passkey"`    // our id of it
	Name       Sealed    `json:"name"`       // as the person called it, sealed as "name"
	Credential Sealed    `json:"credential"` // its id and public key, JSON, sealed as "credential"
	At         time.Time `json:"at"`
}

// EventType implements Event.
func (PasskeyRegistered) EventType() string { return "account.passkey-registered.v1" }

// PasskeyUsed says that a passkey proved who its holder is.
type PasskeyUsed struct {
	Person  string    `json:"person"`
	Passkey string    `json:"passkey"`
	Counter int       `json:"counter"` // of signatures, as the authenticator tells; 0 where it keeps none
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (PasskeyUsed) EventType() string { return "account.passkey-used.v1" }

// PasskeyRemoved says that a passkey opens nothing any more.
type PasskeyRemoved struct {
	Person  string `json:"person"`
	Passkey string `json:"passkey"`
}

// EventType implements Event.
func (PasskeyRemoved) EventType() string { return "account.passkey-removed.v1" }

// IdentityLinked says that a subject of an identity provider is this person.
type IdentityLinked struct {
	Person  string `json:"person"`
	Issuer  string `json:"issuer"`  // URL
	Subject Sealed `json:"subject"` // sealed as "subject"
}

// EventType implements Event.
func (IdentityLinked) EventType() string { return "account.identity-linked.v1" }

// RecoveryOffered says that an administrator made a one-time link for a person who cannot sign in. An earlier one counts no more.
type RecoveryOffered struct {
	Person string    `json:"person"`
	Hash   Sealed    `json:"hash"` // keyed hash of the link's secret, sealed as "recovery-link"
	Until  time.Time `json:"until"`
}

// EventType implements Event.
func (RecoveryOffered) EventType() string { return "account.recovery-offered.v1" }

// RecoveryUsed says that the link was used. Codes, passkeys and links to identity providers are dropped with it.
type RecoveryUsed struct {
	Person string `json:"person"`
}

// EventType implements Event.
func (RecoveryUsed) EventType() string { return "account.recovery-used.v1" }

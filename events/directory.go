package events

// PersonRegistered says that a person is known. Stream directory.person.<person>.
type PersonRegistered struct {
	Person    string `json:"person"`
	Code      Sealed `json:"code"`  // personnel code, sealed as "code"
	Name      Sealed `json:"name"`  // sealed as "name"
	Email     Sealed `json:"email"` // sealed as "email"
	BirthYear Sealed `json:"birth_year,omitempty"`
}

// EventType implements Event.
func (PersonRegistered) EventType() string { return "directory.person-registered.v1" }

// PersonCorrected says that a person's particulars are different from what was known. Only what changed is set.
type PersonCorrected struct {
	Person    string `json:"person"`
	Code      Sealed `json:"code,omitempty"`
	Name      Sealed `json:"name,omitempty"`
	Email     Sealed `json:"email,omitempty"`
	BirthYear Sealed `json:"birth_year,omitempty"`
}

// EventType implements Event.
func (PersonCorrected) EventType() string { return "directory.person-corrected.v1" }

// RoleGranted says that a person may act in a role, in one unit and those below it, or everywhere.
type RoleGranted struct {
	Person string `json:"person"`
	Role   string `json:"role"`
	Unit   string `json:"unit,omitempty"` // "" for everywhere
}

// EventType implements Event.
func (RoleGranted) EventType() string { return "directory.role-granted.v1" }

// RoleWithdrawn says that a person no longer acts in a role.
type RoleWithdrawn struct {
	Person string `json:"person"`
	Role   string `json:"role"`
	Unit   string `json:"unit,omitempty"`
}

// EventType implements Event.
func (RoleWithdrawn) EventType() string { return "directory.role-withdrawn.v1" }

// PasswordSet holds the argon2id hash of a local account's password, sealed as "password".
type PasswordSet struct {
	Person string `json:"person"`
	Hash   Sealed `json:"hash"`
}

// EventType implements Event.
func (PasswordSet) EventType() string { return "directory.password-set.v1" }

// ImportConfirmed says that an administrator had a file's rows taken over. Stream directory.import.<import>.
type ImportConfirmed struct {
	Import  string `json:"import"`
	Digest  string `json:"digest"` // SHA-256 of the files' content, hex
	Units   int    `json:"units"`  // rows that changed something
	People  int    `json:"people"`
	Refused int    `json:"refused"` // rows left out with an error
}

// EventType implements Event.
func (ImportConfirmed) EventType() string { return "directory.import-confirmed.v1" }

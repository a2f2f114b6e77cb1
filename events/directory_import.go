package events

// UnitStep is what an import says of one unit: a new one, or a known one under another name or kind.
type UnitStep struct {
	Unit   string `json:"unit"`
	Code   string `json:"code"`
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Parent string `json:"parent,omitempty"`
	On     string `json:"on"` // date
}

// RoleHeld is a role and where it holds.
type RoleHeld struct {
	Role string `json:"role"`
	Unit string `json:"unit,omitempty"` // "" for everywhere
}

// PersonStep is what an import says of one person. Of a known one only the particulars that change are set.
type PersonStep struct {
	Person    string     `json:"person"`
	New       bool       `json:"new,omitempty"`
	Code      Sealed     `json:"code,omitempty"`
	Name      Sealed     `json:"name,omitempty"`
	Email     Sealed     `json:"email,omitempty"`
	BirthYear Sealed     `json:"birth_year,omitempty"`
	Unit      string     `json:"unit"`
	Post      string     `json:"post"`
	Roles     []RoleHeld `json:"roles"` // all
}

// ImportPlanned is one part of all that an import will do. Parts count from 0. Stream directory.plan.<import>_<part>: a
// plan may be of many megabytes, and is read by whoever carries it out only.
type ImportPlanned struct {
	Import string       `json:"import"`
	Part   int          `json:"part"`
	Units  []UnitStep   `json:"units,omitempty"` // parents before children, over all parts
	People []PersonStep `json:"people,omitempty"`

	Problems []ImportProblem `json:"problems,omitempty"` // of the refused rows, the first few hundred
}

// EventType implements Event.
func (ImportPlanned) EventType() string { return "directory.import-planned.v1" }

// ImportAccepted says that the plan is whole: from here on it is carried out, whoever stops in between. Stream
// directory.import.<import>.
type ImportAccepted struct {
	Import   string `json:"import"`
	Parts    int    `json:"parts"`
	Digest   string `json:"digest"` // SHA-256 of the files' content, hex
	By       string `json:"by,omitempty"`
	On       string `json:"on"` // date from which memberships hold
	Units    int    `json:"units"`
	People   int    `json:"people"`
	Refused  int    `json:"refused"`
	Doubtful int    `json:"doubtful,omitempty"`
}

// ImportProblem says what is wrong with a row, without what stands in it.
type ImportProblem struct {
	File   string `json:"file"` // units, people
	Line   int    `json:"line"`
	Column string `json:"column,omitempty"`
	Say    Words  `json:"say"`
}

// EventType implements Event.
func (ImportAccepted) EventType() string { return "directory.import-accepted.v1" }

// ImportAdvanced says how many units and people of an import, or of its undoing, were dealt with.
type ImportAdvanced struct {
	Import string `json:"import"`
	Done   int    `json:"done"`
}

// EventType implements Event.
func (ImportAdvanced) EventType() string { return "directory.import-advanced.v1" }

// ImportUndoBegan says that an administrator takes an import back.
type ImportUndoBegan struct {
	Import string `json:"import"`
	By     string `json:"by,omitempty"`
	On     string `json:"on"` // date
}

// EventType implements Event.
func (ImportUndoBegan) EventType() string { return "directory.import-undo-began.v1" }

// ImportUndone says that an import was taken back, but for what was changed since.
type ImportUndone struct {
	Import string   `json:"import"`
	Units  []string `json:"units,omitempty"`  // that stay as they are
	People []string `json:"people,omitempty"` // likewise
}

// EventType implements Event.
func (ImportUndone) EventType() string { return "directory.import-undone.v1" }

// PersonRetracted says that a person was registered in error. Stream directory.person.<person>.
type PersonRetracted struct {
	Person string `json:"person"`
}

// EventType implements Event.
func (PersonRetracted) EventType() string { return "directory.person-retracted.v1" }

// MappingChosen says which headings of a kind of file stand for which columns. Stream
// directory.mapping.<organisation>-<signature>.
type MappingChosen struct {
	Organisation string            `json:"organisation"` // its root unit; "all" when there is none yet
	Signature    string            `json:"signature"`    // of the file's headings
	File         string            `json:"file"`         // units, people
	Columns      map[string]string `json:"columns"`      // column → heading
}

// EventType implements Event.
func (MappingChosen) EventType() string { return "directory.mapping-chosen.v1" }

// IdentityDoubted says that a row of an import may speak of somebody who is known under another code. Stream
// directory.doubt.<candidate>.
type IdentityDoubted struct {
	Candidate string     `json:"candidate"` // the id that the row's person would have
	Key       string     `json:"key"`       // of the row alone; it is destroyed once the doubt is over
	Import    string     `json:"import"`
	Persons   []string   `json:"persons"` // who it may be
	Why       string     `json:"why"`     // name: same name and birth year; email: same address
	Code      Sealed     `json:"code"`
	Name      Sealed     `json:"name"`
	Email     Sealed     `json:"email"`
	BirthYear Sealed     `json:"birth_year,omitempty"`
	Unit      string     `json:"unit"`
	Post      string     `json:"post"`
	Roles     []RoleHeld `json:"roles"`
}

// EventType implements Event.
func (IdentityDoubted) EventType() string { return "directory.identity-doubted.v1" }

// IdentityDecided says who the row's person is.
type IdentityDecided struct {
	Candidate string `json:"candidate"`
	Key       string `json:"key"`              // of the row, which is no longer needed
	Person    string `json:"person,omitempty"` // "" when it is another person
}

// EventType implements Event.
func (IdentityDecided) EventType() string { return "directory.identity-decided.v1" }

// IdentityDropped says that there is nothing left to decide about a row.
type IdentityDropped struct {
	Candidate string `json:"candidate"`
	Key       string `json:"key"` // of the row
	Why       string `json:"why"` // erased: one of those whom it may be; undone: the import of the row
}

// EventType implements Event.
func (IdentityDropped) EventType() string { return "directory.identity-dropped.v1" }

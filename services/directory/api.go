package directory

import (
	"khuevan/events"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	SignIn        = rpc.Command[SignInRequest, Identity]("directory.sign-in", "Checks a local account's password.", rpc.Anyone)
	DemoSignIn    = rpc.Command[DemoSignInRequest, Identity]("directory.demo-sign-in", "Signs a demo person in by one click; demo mode only.", rpc.Anyone)
	DemoAccounts  = rpc.Query[rpc.Empty, []DemoAccount]("directory.demo-accounts", "Lists the demo roles; empty outside demo mode.", rpc.Anyone)
	Identify      = rpc.Query[IdentifyRequest, Identity]("directory.identify", "Gives a person's name, unit and grants of today.", rpc.System)
	SetPassword   = rpc.Command[SetPasswordRequest, rpc.Receipt]("directory.set-password", "Sets the password of one's own account, or of another's as an administrator.", rpc.SignedIn)
	ListUnits     = rpc.Query[rpc.Empty, []Unit]("directory.list-units", "Lists all units, parents before children.", rpc.SignedIn)
	ListPeople    = rpc.Query[ListPeopleRequest, PeoplePage]("directory.list-people", "Lists the people of a unit, or of all.", events.RoleAdmin)
	PreviewImport = rpc.Query[ImportFiles, ImportPreview]("directory.preview-import", "Shows what an import would change and which rows are wrong; writes nothing.", events.RoleAdmin)
	ConfirmImport = rpc.Command[ConfirmImportRequest, ImportDone]("directory.confirm-import", "Takes the good rows of a previewed import over.", events.RoleAdmin)
	ListDenials   = rpc.Query[ListDenialsRequest, DenialPage]("directory.list-denials", "Lists requests that were denied, newest first.", events.RoleAdmin)
)

// SignInRequest asks for a sign-in by personnel code or e-mail address.
type SignInRequest struct {
	Login    string `json:"login"`
	Password string `json:"password"`
}

// DemoSignInRequest names a demo person by personnel code.
type DemoSignInRequest struct {
	Code string `json:"code"`
}

// IdentifyRequest names a person by id.
type IdentifyRequest struct {
	Person string `json:"person"`
}

// Identity is who somebody is today.
type Identity struct {
	Person   string      `json:"person"`
	Name     string      `json:"name"`
	Unit     string      `json:"unit"`
	UnitName string      `json:"unit_name"`
	Post     string      `json:"post"`
	Grants   []rpc.Grant `json:"grants"`
}

// DemoAccount is a demo person who can be signed in by one click.
type DemoAccount struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Role     string `json:"role"` // learner, head, trainer, analyst, admin: the most telling one
	UnitName string `json:"unit_name"`
}

// SetPasswordRequest sets a password. Current is asked of people who change their own; Person "" is oneself.
type SetPasswordRequest struct {
	Person   string `json:"person,omitempty"`
	Current  string `json:"current,omitempty"`
	Password string `json:"password"`
}

// Unit is a unit as it stands today.
type Unit struct {
	ID     string `json:"id"`
	Code   string `json:"code"`
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Parent string `json:"parent,omitempty"`
	People int    `json:"people"` // members of the unit itself
}

// ListPeopleRequest asks for the people of a unit ("" for all), a page at a time.
type ListPeopleRequest struct {
	Unit  string `json:"unit,omitempty"`
	After string `json:"after,omitempty"`
	Limit int    `json:"limit,omitempty"`
}

// Person is a person as administrators see one.
type Person struct {
	ID       string      `json:"id"`
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	Email    string      `json:"email"`
	Unit     string      `json:"unit"`
	UnitName string      `json:"unit_name"`
	Post     string      `json:"post"`
	Grants   []rpc.Grant `json:"grants"`
}

// PeoplePage is some people; Next continues.
type PeoplePage struct {
	Items []Person `json:"items"`
	Next  string   `json:"next,omitempty"`
	Total int      `json:"total"`
}

// ImportFiles are CSV texts in UTF-8; either may be empty. content/README.md describes the columns.
type ImportFiles struct {
	Units  string `json:"units,omitempty"`
	People string `json:"people,omitempty"`
}

// ImportPreview is the dry run of an import: nothing was written.
type ImportPreview struct {
	Digest   string       `json:"digest"` // names this content; asked for by the confirmation
	Units    Changes      `json:"units"`
	People   Changes      `json:"people"`
	Rows     []RowChange  `json:"rows"`     // the good rows that change something, in file order, at most 500
	Problems []RowProblem `json:"problems"` // the bad rows, in file order
}

// Changes counts rows by what they would do.
type Changes struct {
	New     int `json:"new"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
	Bad     int `json:"bad"`
}

// RowChange is a row that would change something.
type RowChange struct {
	File   string   `json:"file"` // units, people
	Line   int      `json:"line"`
	Code   string   `json:"code"`
	Name   string   `json:"name"`
	Change string   `json:"change"`           // new, changed
	Fields []string `json:"fields,omitempty"` // which columns differ
}

// RowProblem is a row that cannot be taken over, with the remedy.
type RowProblem struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column string `json:"column"`
	Value  string `json:"value"`
	Vi     string `json:"vi"` // what was expected
	En     string `json:"en"`
}

// ConfirmImportRequest confirms an import after its preview; Digest must be the preview's.
type ConfirmImportRequest struct {
	ImportFiles
	Digest string `json:"digest"`
}

// ImportDone tells what an import did.
type ImportDone struct {
	Seq    uint64  `json:"seq"`
	Units  Changes `json:"units"`
	People Changes `json:"people"`
}

// ListDenialsRequest asks for a page of denied requests.
type ListDenialsRequest struct {
	After string `json:"after,omitempty"`
}

// Denial is a request that was denied.
type Denial struct {
	ID     string `json:"id"`
	At     string `json:"at"` // RFC 3339
	Person string `json:"person"`
	Name   string `json:"name,omitempty"`
	Method string `json:"method"`
	Object string `json:"object,omitempty"`
}

// DenialPage is some denials; Next continues.
type DenialPage struct {
	Items []Denial `json:"items"`
	Next  string   `json:"next,omitempty"`
}

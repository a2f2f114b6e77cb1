package directory

import (
	"time"

	"khuevan/events"
	"khuevan/platform/rpc"
)

// Methods about imports.
var (
	PreviewImport  = rpc.Query[ImportFiles, ImportPreview]("directory.preview-import", "Shows what an import would change and which rows are wrong; writes nothing.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin))
	ConfirmImport  = rpc.Command[ConfirmImportRequest, ImportDone]("directory.confirm-import", "Takes the good rows of a previewed import over, and answers when they stand in the directory.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)
	StartImport    = rpc.Command[ConfirmImportRequest, ImportStarted]("directory.start-import", "Takes the good rows of a previewed import over, and answers when nothing can keep them out any more.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)
	UndoImport     = rpc.Command[ImportRequest, ImportStarted]("directory.undo-import", "Takes an import back, but for what was changed since.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)
	ListImports    = rpc.Query[ListImportsRequest, ImportPage]("directory.list-imports", "Lists imports, newest first.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin))
	GetImport      = rpc.Query[ImportRequest, ImportState]("directory.get-import", "Shows how far an import is, and what could not be taken back.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin))
	ListDoubts     = rpc.Query[ListDoubtsRequest, DoubtPage]("directory.list-doubts", "Lists imported rows that may speak of somebody known under another code.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Logged, DoubtPage.people)
	DecideIdentity = rpc.Command[DecideIdentityRequest, rpc.Receipt]("directory.decide-identity", "Says who the person of a row in doubt is.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)
)

// ImportFiles are the files of an import, each a CSV text in UTF-8 or a file as it was uploaded; either may be empty.
// content/README.md describes the columns.
type ImportFiles struct {
	Units      string      `json:"units,omitempty"`
	People     string      `json:"people,omitempty"`
	UnitsFile  *ImportFile `json:"units_file,omitempty"`
	PeopleFile *ImportFile `json:"people_file,omitempty"`
}

// ImportFile is a file as it was uploaded: CSV in UTF-8, UTF-16, Windows-1258 or TCVN3, or a workbook (XLSX).
type ImportFile struct {
	Data    []byte            `json:"data"`              // at most 6 MiB
	Sheet   string            `json:"sheet,omitempty"`   // of a workbook; "" for the first
	Columns map[string]string `json:"columns,omitempty"` // which heading stands for which column, by column; where it is empty, the usual one or the one chosen last time
}

// FileReading tells how a file was read.
type FileReading struct {
	File       string            `json:"file"` // units, people
	Encoding   string            `json:"encoding,omitempty"`
	Sheet      string            `json:"sheet,omitempty"`
	Sheets     []string          `json:"sheets,omitempty"`
	Line       int               `json:"line"`     // of the header
	Headings   []string          `json:"headings"` // as the file has them
	Columns    map[string]string `json:"columns"`  // column → heading, as used
	Suggested  map[string]string `json:"suggested,omitempty"`
	Ignored    []string          `json:"ignored,omitempty"`
	Needed     []string          `json:"needed"`
	All        []string          `json:"all"`        // columns that a file may have
	Remembered bool              `json:"remembered"` // the columns are those chosen last time
}

// ImportPreview is the dry run of an import: nothing was written.
type ImportPreview struct {
	Digest   string        `json:"digest"` // names this content; asked for by the confirmation
	Units    Changes       `json:"units"`
	People   Changes       `json:"people"`
	Rows     []RowChange   `json:"rows"`     // the good rows that change something, in file order, at most 500
	Problems []RowProblem  `json:"problems"` // the bad rows, in file order
	Files    []FileReading `json:"files"`
}

// Changes counts rows by what they would do.
type Changes struct {
	New      int `json:"new"`
	Changed  int `json:"changed"`
	Same     int `json:"same"`
	Bad      int `json:"bad"`
	Doubtful int `json:"doubtful,omitempty"` // may speak of somebody known under another code; queued for a decision
}

// RowChange is a row that would change something.
type RowChange struct {
	File   string        `json:"file"` // units, people
	Line   int           `json:"line"`
	Code   string        `json:"code"`
	Name   string        `json:"name"`
	Change string        `json:"change"`           // new, changed, doubt
	Fields []FieldChange `json:"fields,omitempty"` // which columns differ
}

// FieldChange is what a row changes in one column. Units stand by their codes, posts, roles and kinds as facts call them.
type FieldChange struct {
	Column string `json:"column"`
	Was    string `json:"was"`
	Is     string `json:"is"`
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
	Import string  `json:"import,omitempty"` // "" when nothing changed
	Seq    uint64  `json:"seq"`
	Units  Changes `json:"units"`
	People Changes `json:"people"`
}

// ImportStarted names an import that goes on by itself.
type ImportStarted struct {
	Import string `json:"import"` // "" when nothing changed
	Seq    uint64 `json:"seq"`
}

// ImportRequest asks for one import.
type ImportRequest struct {
	Import string `json:"import"`
	After  uint64 `json:"after,omitempty"` // answer only when this fact shows
}

// ListImportsRequest asks for a page of imports.
type ListImportsRequest struct {
	After string `json:"after,omitempty"`
}

// ImportState is how far an import is.
type ImportState struct {
	Import    string       `json:"import"`
	At        time.Time    `json:"at"`
	By        string       `json:"by,omitempty"`
	Phase     string       `json:"phase"` // writing, done, undoing, undone
	Percent   int          `json:"percent"`
	Units     int          `json:"units"`
	People    int          `json:"people"`
	Refused   int          `json:"refused"`
	Waiting   int          `json:"waiting,omitempty"` // rows that wait for somebody to say who is meant
	Decided   int          `json:"decided,omitempty"` // rows about which that was said
	CanUndo   bool         `json:"can_undo"`
	KeptCount int          `json:"kept_count"`
	Problems  []RowProblem `json:"problems,omitempty"` // of the refused rows, the first few hundred, without what stands in them
	Kept      []RowChange  `json:"kept,omitempty"`     // changed since, hence not taken back; at most 500 of each file
}

// ImportPage is some imports; Next continues.
type ImportPage struct {
	Items []ImportState `json:"items"`
	Next  string        `json:"next,omitempty"`
}

// ListDoubtsRequest asks for a page of open doubts.
type ListDoubtsRequest struct {
	Place string `json:"place,omitempty"` // Next of the page before
	After uint64 `json:"after,omitempty"` // answer only when this fact shows
}

// DoubtPage is some doubts; Next continues.
type DoubtPage struct {
	Items []Doubt `json:"items"`
	Next  string  `json:"next,omitempty"`
	Total int     `json:"total"`
}

// people are those already known; whoever stands in a row only is nobody yet.
func (p DoubtPage) people() (all []string) {
	for _, d := range p.Items {
		for _, known := range d.Known {
			all = append(all, known.Person)
		}
	}
	return all
}

// Doubt is a row that may speak of somebody known.
type Doubt struct {
	Candidate string    `json:"candidate"`
	Import    string    `json:"import"`
	Why       string    `json:"why"` // name: same name and birth year; email: same address
	At        time.Time `json:"at"`
	Row       Side      `json:"row"`
	Known     []Side    `json:"known"`
}

// Side is one side of a doubt.
type Side struct {
	Person    string `json:"person"`
	Code      string `json:"code"`
	Name      string `json:"name"`
	Email     string `json:"email"`
	BirthYear string `json:"birth_year,omitempty"`
	UnitName  string `json:"unit_name"`
	Post      string `json:"post"`
}

// DecideIdentityRequest decides a doubt: Person is one of the known ones, or "" for somebody else. Somebody else with the
// address of a known person is not registered: the address must be corrected in the file first.
type DecideIdentityRequest struct {
	Candidate string `json:"candidate"`
	Person    string `json:"person,omitempty"`
	NewCode   bool   `json:"new_code,omitempty"` // the known person takes over the row's code; otherwise she keeps her own
}

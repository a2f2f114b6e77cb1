package directory

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

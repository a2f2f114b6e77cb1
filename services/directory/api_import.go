package directory

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

// Package sheet reads tables that people made: CSV files in any of the usual encodings, and workbooks.
package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"khuevan/platform/fault"
	"khuevan/platform/vietnamese"
)

// Limits of one file. A workbook is a zip archive, so its size once unpacked has a limit of its own.
const (
	mostFile     = 6 << 20
	mostUnzipped = 200 << 20
	mostRows     = 100_000
	mostCells    = 60 // columns of a row
)

// HeaderWithin is how many rows may stand above the header: titles, dates, signatures of the agency.
const HeaderWithin = 30

// Grid is a file as rows of texts, whatever its format.
type Grid struct {
	Records  []Record
	Sheet    string   // that was read; "" for CSV
	Sheets   []string // all of a workbook
	Encoding string   // that was found
	from1904 bool     // the workbook counts days from 1904
}

// Record is one row of a Grid. A CSV record in quotes may span lines.
type Record struct {
	Line, End int
	Cells     []string
	Raw       []string // of a workbook: numbers and days as they are counted, not as they are shown
	Broken    bool     // a quotation mark is out of place
}

// Open reads a CSV file or, of a workbook, the sheet that is named or the first; errors are fault.Invalid with the remedy.
func Open(data []byte, sheet string) (Grid, error) {
	if len(data) > mostFile {
		return Grid{}, fault.New(fault.Invalid, "Tệp lớn hơn 6 MiB. Hãy chia thành nhiều tệp.", "The file is larger than 6 MiB. Split it.")
	}
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return openWorkbook(data, sheet)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return Grid{}, fault.New(fault.Invalid, "Tệp là sổ tính Excel kiểu cũ (.xls) hoặc có mật khẩu. Hãy bỏ mật khẩu và lưu theo định dạng .xlsx.",
			"The file is a workbook of the old kind (.xls) or has a password. Remove the password and save it as .xlsx.")
	}
	text, encoding, err := vietnamese.Decode(data)
	if err != nil {
		return Grid{}, err
	}
	g := FromCSV(text)
	g.Encoding = encoding
	return g, g.checkSize()
}

func (g Grid) checkSize() error {
	if len(g.Records) > mostRows+HeaderWithin {
		return tooManyRows()
	}
	return nil
}

func tooManyRows() error {
	return fault.New(fault.Invalid, "Tệp có hơn 100.000 dòng. Hãy chia thành nhiều tệp.", "The file has more than 100,000 rows. Split it.")
}

// FromCSV takes a text apart: separated by commas or, where the header shows it, by semicolons or tabs. Blank Records
// are left out.
func FromCSV(text string) Grid {
	text = strings.TrimPrefix(text, "\ufeff")
	var g Grid
	if strings.TrimSpace(text) == "" {
		return g
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = separator(text), -1
	for {
		cells, err := r.Read()
		var bad *csv.ParseError
		switch {
		case errors.As(err, &bad):
			g.Records = append(g.Records, Record{Line: bad.StartLine, End: bad.Line, Broken: true})
			continue
		case err != nil:
			return g // only the end of the text is left
		case blank(cells):
			continue
		}
		next := Record{Cells: cells}
		next.Line, _ = r.FieldPos(0)
		last := len(cells) - 1
		next.End, _ = r.FieldPos(last)
		next.End += strings.Count(cells[last], "\n")
		g.Records = append(g.Records, next)
	}
}

// separator is the semicolon or the tab when the fullest of the first lines has more of them than commas.
func separator(text string) rune {
	best, most := ',', 0
	for range HeaderWithin {
		line, rest, more := strings.Cut(text, "\n")
		for _, c := range ",;\t" {
			if n := strings.Count(line, string(c)); n > most {
				best, most = c, n
			}
		}
		if text = rest; !more || most >= 3 {
			break
		}
	}
	return best
}

func blank(cells []string) bool {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// Clean brings a cell to NFC, without spaces at its ends and with single ones inside.
func Clean(cell string) string { return strings.Join(strings.Fields(norm.NFC.String(cell)), " ") }

// Shorten keeps a foreign text from filling a page.
func Shorten(s string, most int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

package directory

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

// grid is a file as rows of texts, whatever its format.
type grid struct {
	records  []line
	sheet    string   // that was read; "" for CSV
	sheets   []string // all of a workbook
	encoding string   // that was found
	from1904 bool     // the workbook counts days from 1904
}

// line is one row of a grid. A CSV record in quotes may span lines.
type line struct {
	line, end int
	cells     []string
	raw       []string // of a workbook: numbers and days as they are counted, not as they are shown
	broken    bool     // a quotation mark is out of place
}

// openGrid reads a CSV file or a workbook; errors are fault.Invalid with the remedy.
func openGrid(f ImportFile) (grid, error) {
	if len(f.Data) > mostFile {
		return grid{}, fault.New(fault.Invalid, "Tệp lớn hơn 6 MiB. Hãy chia thành nhiều tệp.", "The file is larger than 6 MiB. Split it.")
	}
	switch {
	case bytes.HasPrefix(f.Data, []byte("PK\x03\x04")):
		return openWorkbook(f)
	case bytes.HasPrefix(f.Data, []byte("\xd0\xcf\x11\xe0")):
		return grid{}, fault.New(fault.Invalid, "Tệp là sổ tính Excel kiểu cũ (.xls) hoặc có mật khẩu. Hãy bỏ mật khẩu và lưu theo định dạng .xlsx.",
			"The file is a workbook of the old kind (.xls) or has a password. Remove the password and save it as .xlsx.")
	}
	text, encoding, err := vietnamese.Decode(f.Data)
	if err != nil {
		return grid{}, err
	}
	g := csvGrid(text)
	g.encoding = encoding
	return g, g.checkSize()
}

func (g grid) checkSize() error {
	if len(g.records) > mostRows+headerWithin {
		return tooManyRows()
	}
	return nil
}

func tooManyRows() error {
	return fault.New(fault.Invalid, "Tệp có hơn 100.000 dòng. Hãy chia thành nhiều tệp.", "The file has more than 100,000 rows. Split it.")
}

// csvGrid takes a text apart: separated by commas or, where the header shows it, by semicolons or tabs. Blank records
// are left out.
func csvGrid(text string) grid {
	text = strings.TrimPrefix(text, "\ufeff")
	var g grid
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
			g.records = append(g.records, line{line: bad.StartLine, end: bad.Line, broken: true})
			continue
		case err != nil:
			return g // only the end of the text is left
		case blank(cells):
			continue
		}
		next := line{cells: cells}
		next.line, _ = r.FieldPos(0)
		last := len(cells) - 1
		next.end, _ = r.FieldPos(last)
		next.end += strings.Count(cells[last], "\n")
		g.records = append(g.records, next)
	}
}

// separator is the semicolon or the tab when the fullest of the first lines has more of them than commas.
func separator(text string) rune {
	best, most := ',', 0
	for range headerWithin {
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

// clean brings a cell to NFC, without spaces at its ends and with single ones inside.
func clean(cell string) string { return strings.Join(strings.Fields(norm.NFC.String(cell)), " ") }

// shorten keeps a foreign text from filling a page.
func shorten(s string, most int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

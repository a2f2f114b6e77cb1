package directory

import (
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// table is one CSV text taken apart.
type table struct {
	file     string // units, people
	columns  []string
	rows     []*row // all records but the header and blank ones, readable or not
	refused  bool   // the header is wrong, so no row was read
	problems []RowProblem
}

// row is one record. A record in quotes may span lines.
type row struct {
	line, end int // first and last
	cells     map[string]string
	fate      fate
}

// fate is what becomes of a row.
type fate string

const (
	undecided fate = ""
	isNew     fate = "new"
	isChanged fate = "changed"
	isSame    fate = "same"
	isBad     fate = "bad"
)

// readTable takes a CSV text apart: UTF-8, with or without a byte order mark, separated by commas or, where the header
// shows it, by semicolons. Columns may come in any order. Cells are brought to NFC and single inner spaces.
func readTable(file, text string, columns []string) *table {
	t := &table{file: file, columns: columns}
	text = strings.TrimPrefix(text, "\ufeff")
	if strings.TrimSpace(text) == "" {
		return t
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = separator(text), -1
	header, err := r.Read()
	if err != nil {
		t.refuse(lineOf(err, 1), "", "", "Không đọc được dòng tiêu đề: dấu ngoặc kép đặt sai. Dòng tiêu đề phải là: "+t.header(),
			"The header cannot be read: a quotation mark is out of place. The header must be: "+t.header())
		return t
	}
	line, _ := r.FieldPos(0)
	for i := range header {
		header[i] = strings.ToLower(clean(header[i]))
	}
	if t.checkHeader(line, header); t.refused {
		return t
	}
	for t.readRow(r, header) {
	}
	return t
}

// separator is the semicolon when the header has more of them than commas.
func separator(text string) rune {
	header, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	if strings.Count(header, ";") > strings.Count(header, ",") {
		return ';'
	}
	return ','
}

// clean brings a cell to NFC, without spaces at its ends and with single ones inside.
func clean(cell string) string { return strings.Join(strings.Fields(norm.NFC.String(cell)), " ") }

func (t *table) checkHeader(line int, header []string) {
	missing := slices.DeleteFunc(slices.Clone(t.columns), func(c string) bool { return slices.Contains(header, c) })
	for i, name := range header {
		name := shorten(name, 40)
		switch {
		case !slices.Contains(t.columns, name):
			near := nearest(name, t.columns)
			if len(missing) > 0 {
				near = nearest(name, missing)
			}
			t.refuse(line, name, name, "Không có cột “"+name+"”. Tên gần nhất là “"+near+"”. Dòng tiêu đề phải là: "+t.header(),
				"There is no column “"+name+"”. The nearest name is “"+near+"”. The header must be: "+t.header())
		case slices.Contains(header[:i], name):
			t.refuse(line, name, name, "Cột “"+name+"” có hai lần. Hãy bỏ một cột.", "The column “"+name+"” is there twice. Remove one.")
		}
	}
	for _, name := range missing {
		t.refuse(line, name, "", "Thiếu cột “"+name+"”. Dòng tiêu đề phải là: "+t.header(),
			"The column “"+name+"” is missing. The header must be: "+t.header())
	}
}

func (t *table) header() string { return strings.Join(t.columns, ",") }

// readRow reads the next record; false at the end.
func (t *table) readRow(r *csv.Reader, header []string) bool {
	record, err := r.Read()
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		broken := &row{line: bad.StartLine, end: bad.Line}
		t.rows = append(t.rows, broken)
		t.bad(broken, "", "Dấu ngoặc kép đặt sai hoặc chưa đóng; không đọc được từ dòng này đến chỗ lỗi. Ô có dấu ngoặc kép phải nằm trong \"…\" và viết mỗi dấu hai lần.",
			"A quotation mark is out of place or not closed; nothing could be read from this line up to it. Put a cell with quotation marks between \"…\" and write each of them twice.")
		return true
	}
	if err != nil {
		return false // only the end of the text is left
	}
	if blank(record) {
		return true
	}
	next := &row{cells: map[string]string{}}
	next.line, _ = r.FieldPos(0)
	last := len(record) - 1
	next.end, _ = r.FieldPos(last)
	next.end += strings.Count(record[last], "\n")
	t.rows = append(t.rows, next)
	if len(record) != len(header) {
		t.bad(next, "", "Số ô của dòng khác số cột của tiêu đề. Ô có chứa dấu phân cách phải nằm trong \"…\".",
			"The row has not as many cells as the header has columns. Put a cell that holds the separator between \"…\".")
		return true
	}
	for i, name := range header {
		next.cells[name] = clean(record[i])
		t.checkText(next, name, record[i])
	}
	return true
}

func blank(record []string) bool {
	return !slices.ContainsFunc(record, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

// checkText refuses what is no readable text; JSON on the way here turns wrong bytes into U+FFFD.
func (t *table) checkText(r *row, column, raw string) {
	if !utf8.ValidString(raw) || strings.ContainsRune(raw, utf8.RuneError) {
		t.bad(r, column, "Ô này không phải văn bản UTF-8. Hãy lưu tệp theo định dạng “CSV UTF-8” rồi nhập lại.",
			"This cell is not UTF-8 text. Save the file as “CSV UTF-8” and import it again.")
	} else if strings.ContainsFunc(r.cells[column], unicode.IsControl) {
		t.bad(r, column, "Ô này có ký tự điều khiển không nhìn thấy. Hãy xóa nội dung ô và gõ lại.",
			"This cell holds an invisible control character. Clear the cell and type it again.")
	}
}

// bad notes what is wrong with a row.
func (t *table) bad(r *row, column, vi, en string) {
	r.fate = isBad
	t.problem(r.line, column, r.cells[column], vi, en)
}

// refuse notes what is wrong with the header.
func (t *table) refuse(line int, column, value, vi, en string) {
	t.refused = true
	t.problem(line, column, value, vi, en)
}

func (t *table) problem(line int, column, value, vi, en string) {
	t.problems = append(t.problems, RowProblem{File: t.file, Line: line, Column: column, Value: shorten(value, 100), Vi: vi, En: en})
}

// shorten keeps a foreign text from filling a page.
func shorten(s string, most int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

func lineOf(err error, otherwise int) int {
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		return bad.StartLine
	}
	return otherwise
}

// counts tells how many rows meet which fate; a refused header counts as one bad row.
func (t *table) counts() Changes {
	var c Changes
	for _, r := range t.rows {
		switch r.fate {
		case isNew:
			c.New++
		case isChanged:
			c.Changed++
		case isSame:
			c.Same++
		case isBad, undecided:
			c.Bad++
		}
	}
	if t.refused {
		c.Bad++
	}
	return c
}

// nearest is the known name with the smallest edit distance (Levenshtein) to a word.
func nearest(word string, known []string) string {
	best, least := known[0], -1
	for _, k := range known {
		if d := distance([]rune(word), []rune(k)); least < 0 || d < least {
			best, least = k, d
		}
	}
	return best
}

func distance(a, b []rune) int {
	above := make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i, x := range a {
		diagonal := above[0]
		above[0] = i + 1
		for j, y := range b {
			d := diagonal
			if x != y {
				d++
			}
			diagonal = above[j+1]
			above[j+1] = min(d, above[j+1]+1, above[j]+1)
		}
	}
	return above[len(b)]
}

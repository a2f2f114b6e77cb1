package directory

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"khuevan/platform/sheet"
)

// table is one file taken apart.
type table struct {
	file       string // units, people
	columns    []string
	source     sheet.Grid
	head       header
	ignored    []string // headings that mean no column
	remembered bool     // the columns are those that somebody chose before
	rows       []*row   // all records but the header and blank ones, readable or not
	refused    bool     // the header is wrong, so no row was read
	problems   []RowProblem
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
	// isDoubtful is a row that may speak of somebody known under another code.
	isDoubtful fate = "doubt"
)

// readTable takes a CSV text in UTF-8 apart.
func readTable(file, text string, columns []string) *table {
	return newTable(file, columns).read(sheet.FromCSV(text), nil)
}

func newTable(file string, columns []string) *table { return &table{file: file, columns: columns} }

// read takes the rows of a grid under the headings it finds; chosen goes from column to heading where somebody chose.
// Columns may come in any order. Cells are brought to NFC and single inner spaces.
func (t *table) read(g sheet.Grid, chosen map[string]string) *table {
	t.source = g
	if len(g.Records) == 0 {
		return t
	}
	if g.Records[0].Broken {
		t.refuse(g.Records[0].Line, "", "", "Không đọc được dòng tiêu đề: dấu ngoặc kép đặt sai. Dòng tiêu đề phải là: "+t.header(),
			"The header cannot be read: a quotation mark is out of place. The header must be: "+t.header())
		return t
	}
	t.head = findHeader(g, t.file)
	t.head.assign(t.file, chosen)
	if t.checkHeader(); t.refused {
		return t
	}
	for _, r := range g.Records[t.head.at+1:] {
		t.readRow(r)
	}
	return t
}

// checkHeader refuses a header that lacks a column or has one twice; headings that mean no column are told as ignored.
func (t *table) checkHeader() {
	missing := slices.DeleteFunc(slices.Clone(t.columns), func(c string) bool { return slices.Contains(t.head.columns, c) })
	for i, name := range t.head.headings {
		column := t.head.columns[i]
		switch short := sheet.Shorten(name, 40); {
		case column == "" && name != "":
			t.ignored = append(t.ignored, short)
		case column != "" && slices.Contains(t.head.columns[:i], column):
			t.refuse(t.head.line, short, short, "Cột “"+column+"” có hai lần. Hãy bỏ một cột.", "The column “"+column+"” is there twice. Remove one.")
		}
	}
	for _, name := range missing {
		if !slices.Contains(needed(t.file), name) {
			continue
		}
		vi, en := "", ""
		if near := t.suggestion(name); near != "" {
			vi, en = " Có thể là cột “"+near+"”: hãy chọn ở bước ghép cột.", " It may be “"+near+"”: choose it where columns are matched."
		}
		t.refuse(t.head.line, name, "", "Thiếu cột “"+name+"”."+vi+" Dòng tiêu đề phải có: "+t.header(),
			"The column “"+name+"” is missing."+en+" The header must have: "+t.header())
	}
}

// suggestion is the heading that is left out and looks most like a column; "" when none does.
func (t *table) suggestion(column string) string {
	best, least := "", 4
	for i, heading := range t.head.headings {
		if t.head.columns[i] != "" || heading == "" {
			continue
		}
		for _, name := range append([]string{column}, headings[t.file][column]...) {
			if d := distance([]rune(foldHeading(sheet.Shorten(heading, 60))), []rune(foldHeading(name))); d < least && d < utf8.RuneCountInString(name) {
				best, least = heading, d
			}
		}
	}
	return best
}

// header names the columns as people do.
func (t *table) header() string {
	var names []string
	for _, c := range t.columns {
		names = append(names, append(headings[t.file][c], c)[0])
	}
	return strings.Join(names, ", ")
}

func (t *table) readRow(r sheet.Record) {
	next := &row{line: r.Line, end: r.End, cells: map[string]string{}}
	t.rows = append(t.rows, next)
	if r.Broken {
		t.bad(next, "", "Dấu ngoặc kép đặt sai hoặc chưa đóng; không đọc được từ dòng này đến chỗ lỗi. Ô có dấu ngoặc kép phải nằm trong \"…\" và viết mỗi dấu hai lần.",
			"A quotation mark is out of place or not closed; nothing could be read from this line up to it. Put a cell with quotation marks between \"…\" and write each of them twice.")
		return
	}
	if len(r.Cells) != len(t.head.columns) {
		t.bad(next, "", "Số ô của dòng khác số cột của tiêu đề. Ô có chứa dấu phân cách phải nằm trong \"…\".",
			"The row has not as many cells as the header has columns. Put a cell that holds the separator between \"…\".")
		return
	}
	for i, name := range t.head.columns {
		if name == "" {
			continue
		}
		next.cells[name] = sheet.Clean(r.Cells[i])
		if name == "established" {
			next.cells[name] = t.source.Day(r, i)
		}
		t.checkText(next, name, r.Cells[i])
	}
}

// checkText refuses what is no readable text; JSON on the way here turns wrong bytes into U+FFFD.
func (t *table) checkText(r *row, column, raw string) {
	if !utf8.ValidString(raw) || strings.ContainsRune(raw, utf8.RuneError) {
		t.bad(r, column, "Ô này không phải văn bản UTF-8. Hãy lưu tệp theo định dạng “CSV UTF-8” rồi nhập lại.",
			"This cell is not UTF-8 text. Save the file as “CSV UTF-8” and import it again.")
	} else if t.source.Sheet != "" && slices.Contains(cellErrors, raw) {
		t.bad(r, column, "Công thức trong ô này bị lỗi ("+raw+"). Hãy sửa công thức hoặc gõ giá trị.",
			"The formula of this cell fails ("+raw+"). Mend it or type the value.")
	} else if strings.ContainsFunc(r.cells[column], unicode.IsControl) {
		t.bad(r, column, "Ô này có ký tự điều khiển không nhìn thấy. Hãy xóa nội dung ô và gõ lại.",
			"This cell holds an invisible control character. Clear the cell and type it again.")
	}
}

// cellErrors are what a workbook shows for a formula that fails.
var cellErrors = []string{"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}

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
	t.problems = append(t.problems, RowProblem{File: t.file, Line: line, Column: column, Value: sheet.Shorten(value, 100), Vi: vi, En: en})
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
		case isDoubtful:
			c.Doubtful++
		case isBad, undecided:
			c.Bad++
		}
	}
	if t.refused {
		c.Bad++
	}
	return c
}

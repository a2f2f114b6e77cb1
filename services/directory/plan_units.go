package directory

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"khuevan/platform/sheet"
	"khuevan/platform/vietnamese"
)

// unitRow is a row of a unit that can be understood.
type unitRow struct {
	*row
	code, name, kind, parent, on string
	fields                       []FieldChange // what differs from the directory
}

// checkUnits gives the good rows, level by level: parents before children. It marks every other row as bad.
func checkUnits(t *table, k known, named unitNames) [][]*unitRow {
	var rows []*unitRow
	parents := newUnitNames(known{}) // names may mean units of the same file
	for code := range named.codes {
		parents.codes[code] = true
	}
	for name, codes := range named.names {
		parents.names[name] = slices.Clone(codes)
	}
	for _, r := range t.rows {
		parents.add(strings.ToUpper(r.cells["code"]), r.cells["name"])
	}
	for _, r := range t.rows {
		if r.fate == isBad {
			continue
		}
		u := &unitRow{row: r, code: strings.ToUpper(r.cells["code"]), name: r.cells["name"], kind: r.cells["kind"], on: plainDay(r.cells["established"])}
		if u.parent = strings.ToUpper(r.cells["parent"]); !parents.codes[u.parent] {
			if same := parents.names[vietnamese.Fold(r.cells["parent"])]; len(same) > 0 {
				u.parent, _ = t.unitIn(r, "parent", parents) // of no unit at all the levels tell
			}
		}
		if kind, ok := term(kindWords, u.kind); ok {
			u.kind = kind
		}
		t.checkUnit(u, k)
		rows = append(rows, u)
	}
	unique(t, rows, "code", func(u *unitRow) (*row, string) { return u.row, u.code })
	levels := placeUnits(t, rows, k)
	for _, level := range levels {
		for _, u := range level {
			u.compare(k)
		}
	}
	return levels
}

func (t *table) checkUnit(u *unitRow, k known) {
	t.checkCode(u.row, u.code, unitCode)
	t.checkName(u.row)
	switch n := utf8.RuneCountInString(u.kind); {
	case n == 0:
		vi, en := allowed(kindTerms, "")
		t.bad(u.row, "kind", "Thiếu loại đơn vị."+vi, "The kind of the unit is missing."+en)
	case n > 60:
		t.bad(u.row, "kind", "Loại đơn vị dài quá 60 ký tự.", "The kind of the unit is longer than 60 characters.")
	}
	if _, err := time.Parse(time.DateOnly, u.on); err != nil {
		t.bad(u.row, "established", "Ngày thành lập viết theo dạng ngày/tháng/năm, ví dụ 01/07/2025, hoặc năm-tháng-ngày, ví dụ 2025-07-01.",
			"The day of establishment is written day/month/year, for example 01/07/2025, or year-month-day, for example 2025-07-01.")
	}
	if now, ok := k.units[u.code]; ok && k.codes[now.Parent] != u.parent {
		t.bad(u.row, "parent", "Đơn vị này đang trực thuộc “"+k.codes[now.Parent]+"”. Nhập tệp không chuyển đơn vị sang đơn vị cấp trên khác; hãy giữ nguyên mã cũ.",
			"The unit stands under “"+k.codes[now.Parent]+"”. An import does not move units; keep the code it has.")
	}
}

func (t *table) checkCode(r *row, code string, pattern *regexp.Regexp) {
	if !pattern.MatchString(code) {
		t.bad(r, "code", "Mã chỉ gồm chữ không dấu, chữ số và dấu gạch ngang (mã đơn vị: cả dấu chấm), dài 1 đến 40 ký tự, bắt đầu bằng chữ hoặc số.",
			"A code has plain letters, digits and hyphens (of a unit: dots, too), 1 to 40 characters, and starts with a letter or digit.")
	}
}

func (t *table) checkName(r *row) {
	switch n := utf8.RuneCountInString(r.cells["name"]); {
	case n == 0:
		t.bad(r, "name", "Thiếu tên.", "The name is missing.")
	case n > longest:
		t.bad(r, "name", "Tên dài quá 300 ký tự.", "The name is longer than 300 characters.")
	}
}

// unique marks all rows that share a value, for nobody knows which of them is meant.
func unique[R any](t *table, rows []R, column string, of func(R) (*row, string)) {
	lines := map[string][]int{}
	for _, r := range rows {
		at, value := of(r)
		lines[value] = append(lines[value], at.line)
	}
	for _, r := range rows {
		at, value := of(r)
		if others := lines[value]; value != "" && len(others) > 1 {
			other := others[0]
			if other == at.line {
				other = others[1]
			}
			t.badTwice(at, column, other)
		}
	}
}

func (u *unitRow) compare(k known) {
	now, ok := k.units[u.code]
	if !ok {
		u.fate = isNew
		return
	}
	u.fields = differing([]string{"name", "kind", "established"}, []string{now.Name, now.Kind, now.On}, []string{u.name, u.kind, u.on})
	u.fate = isSame
	if len(u.fields) > 0 {
		u.fate = isChanged
	}
}

func differing(columns, now, next []string) []FieldChange {
	var fields []FieldChange
	for i, c := range columns {
		if now[i] != next[i] {
			fields = append(fields, FieldChange{c, now[i], next[i]})
		}
	}
	return fields
}

// plainDay writes day/month/year as year-month-day.
func plainDay(text string) string {
	if on, err := time.Parse("2/1/2006", text); err == nil {
		return on.Format(time.DateOnly)
	}
	return text
}

// placeUnits gives the rows that are good and whose parents are there or come first.
func placeUnits(t *table, rows []*unitRow, k known) [][]*unitRow {
	children := map[string][]*unitRow{}
	var first []*unitRow
	for _, u := range rows {
		_, there := k.units[u.code]
		_, below := k.units[u.parent]
		switch {
		case u.fate == isBad:
		case there || below || u.parent == "":
			first = append(first, u)
		default:
			children[u.parent] = append(children[u.parent], u)
		}
	}
	var levels [][]*unitRow
	for level := first; len(level) > 0; {
		levels = append(levels, level)
		var next []*unitRow
		for _, u := range level {
			next = append(next, children[u.code]...)
			delete(children, u.code)
		}
		level = next
	}
	orphans(t, rows, children)
	return levels
}

// orphans says of each row that found no place why: its parent is not there, or wrong, or they stand in a circle.
func orphans(t *table, rows []*unitRow, children map[string][]*unitRow) {
	refused, good := refusedCodes(t), map[string]bool{}
	for _, u := range rows {
		good[u.code] = good[u.code] || u.fate != isBad
	}
	var missing []string
	for parent := range children {
		if !good[parent] {
			missing = append(missing, parent)
		}
	}
	for len(missing) > 0 {
		parent := missing[0]
		missing = missing[1:]
		for _, u := range children[parent] {
			t.badParent(u, refused[parent] || good[parent])
			missing = append(missing, u.code)
		}
		delete(children, parent)
	}
	for _, circle := range children {
		for _, u := range circle {
			t.bad(u.row, "parent", "Các đơn vị trực thuộc lẫn nhau thành vòng. Hãy sửa mã đơn vị cấp trên.",
				"The units stand under each other in a circle. Correct the codes of the parents.")
		}
	}
}

func (t *table) badParent(u *unitRow, listed bool) {
	parent := sheet.Shorten(u.parent, 40)
	if listed {
		t.bad(u.row, "parent", "Dòng của đơn vị cấp trên “"+parent+"” có lỗi. Hãy sửa dòng đó trước.",
			"The row of the parent “"+parent+"” is wrong. Correct that row first.")
		return
	}
	t.bad(u.row, "parent", "Không có đơn vị cấp trên với mã “"+parent+"” trong tệp hay trong danh bạ. Hãy thêm đơn vị đó hoặc sửa mã.",
		"There is no parent with the code “"+parent+"” in the file or in the directory. Add that unit or correct the code.")
}

func (t *table) badTwice(r *row, column string, other int) {
	if column == "email" {
		t.bad(r, column, "Địa chỉ này cũng có ở dòng "+strconv.Itoa(other)+". Mỗi người cần một địa chỉ riêng.",
			"Line "+strconv.Itoa(other)+" has this address, too. Every person needs an address of their own.")
		return
	}
	t.bad(r, column, "Mã này cũng có ở dòng "+strconv.Itoa(other)+". Hãy giữ lại một dòng.",
		"Line "+strconv.Itoa(other)+" has this code, too. Keep one of the lines.")
}

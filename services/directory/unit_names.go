package directory

import (
	"slices"
	"strings"

	"khuevan/platform/sheet"
	"khuevan/platform/vietnamese"
)

// unitNames tells which unit a cell of a file means, by code or by name: those that are there and those that the same import
// establishes. Refused are the codes on its bad rows.
type unitNames struct {
	codes, refused map[string]bool
	names          map[string][]string // folded name → codes
}

func newUnitNames(k known) unitNames {
	n := unitNames{codes: map[string]bool{}, refused: map[string]bool{}, names: map[string][]string{}}
	for code, u := range k.units {
		n.codes[code] = true
		if u.Ended == "" {
			n.add(code, u.Name)
		}
	}
	return n
}

func (n unitNames) add(code, name string) {
	n.codes[code] = true
	if key := vietnamese.Fold(name); !slices.Contains(n.names[key], code) {
		n.names[key] = append(n.names[key], code)
	}
}

// unitIn reads the cell of a column that names a unit, and notes what is wrong with it. An empty cell is not noted.
func (t *table) unitIn(r *row, column string, n unitNames) (code string, ok bool) {
	text := r.cells[column]
	code = strings.ToUpper(text)
	short := sheet.Shorten(text, 60)
	if n.codes[code] {
		return code, true
	}
	same := n.names[vietnamese.Fold(text)]
	switch {
	case text == "":
		return "", false
	case n.refused[code]:
		t.bad(r, column, "Dòng của đơn vị “"+short+"” trong tệp đơn vị có lỗi. Hãy sửa dòng đó trước.",
			"The row of the unit “"+short+"” in the file of units is wrong. Correct that row first.")
	case len(same) == 1:
		return same[0], true
	case len(same) > 1:
		slices.Sort(same)
		t.bad(r, column, "Có nhiều đơn vị tên “"+short+"”. Hãy ghi mã: "+strings.Join(same, "; ")+".", "Several units are called “"+short+"”. Write the code: "+strings.Join(same, "; ")+".")
	default:
		t.bad(r, column, "Không có đơn vị nào mang mã hoặc tên “"+short+"” trong tệp đơn vị hay trong danh bạ.",
			"No unit has the code or name “"+short+"”, in the file of units or in the directory.")
	}
	return code, false
}

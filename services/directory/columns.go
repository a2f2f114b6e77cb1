package directory

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"khuevan/platform/sheet"
	"khuevan/platform/vietnamese"
)

// needed are the columns that a file cannot do without; the others may be missing and are then empty.
func needed(file string) []string {
	if file == "units" {
		return unitColumns
	}
	return []string{"code", "name", "email", "unit", "post"}
}

// headings are the ways people head a column, besides its own name.
var headings = map[string]map[string][]string{
	"units": {
		"code":        {"mã", "mã đơn vị", "mã cơ quan", "mã định danh", "unit code"},
		"name":        {"tên", "tên đơn vị", "tên cơ quan", "đơn vị", "unit name", "unit"},
		"kind":        {"loại", "loại đơn vị", "loại hình", "type"},
		"parent":      {"cấp trên", "đơn vị cấp trên", "mã đơn vị cấp trên", "mã cấp trên", "trực thuộc", "parent code", "parent unit"},
		"established": {"ngày thành lập", "thành lập", "ngày hiệu lực", "hiệu lực từ", "established on", "since"},
	},
	"people": {
		"code":       {"mã", "mã cán bộ", "mã số cán bộ", "mã nhân sự", "mã nhân viên", "mã cccvc", "số hiệu", "số hiệu công chức", "personnel code", "employee code"},
		"name":       {"tên", "họ và tên", "họ tên", "họ và tên cán bộ", "full name"},
		"email":      {"e-mail", "thư điện tử", "địa chỉ thư điện tử", "thư công vụ", "email công vụ", "e-mail address", "email address"},
		"birth_year": {"năm sinh", "birth year", "year of birth"},
		"unit":       {"đơn vị", "mã đơn vị", "đơn vị mã", "cơ quan", "mã cơ quan", "unit code"},
		"post":       {"chức danh", "chức vụ", "vị trí việc làm", "position"},
		"roles":      {"vai trò", "quyền", "role"},
	},
}

// columnOf is the column that a heading means; "" for none.
func columnOf(file, heading string) string {
	folded := foldHeading(heading)
	for column, names := range headings[file] {
		if folded == column || slices.ContainsFunc(names, func(n string) bool { return foldHeading(n) == folded }) {
			return column
		}
	}
	return ""
}

func sameHeading(a, b string) bool { return b != "" && foldHeading(a) == foldHeading(b) }

// foldHeading is vietnamese.Fold, which leaves the underline of a column's own name alone, without an asterisk or a colon.
func foldHeading(s string) string {
	return strings.ReplaceAll(vietnamese.Fold(strings.Trim(sheet.Clean(s), " *:.()")), "birth year", "birth_year")
}

// header is the heading row of a grid, and which column each heading stands for.
type header struct {
	at       int      // index of the record
	line     int      // of the file
	headings []string // as the file has them
	columns  []string // the column of each; "" for one that is left out
}

// findHeader takes the row that names the most columns, of the first that any row can; a file without one has its first
// row for a header. Two rows make one header where the upper one's merged cells group the lower one's.
func findHeader(g sheet.Grid, file string) header {
	best := header{at: 0}
	most := 0
	for i, r := range g.Records[:min(len(g.Records), sheet.HeaderWithin)] {
		if r.Broken {
			continue
		}
		names := make([]string, len(r.Cells))
		for j, cell := range r.Cells {
			names[j] = sheet.Clean(cell)
		}
		tries := [][]string{names}
		if i > 0 && g.Records[i-1].Line == r.Line-1 {
			tries = append(tries, grouped(g.Records[i-1].Cells, names, file))
		}
		for _, try := range tries {
			if n := recognised(file, try); n > most || n == most && n > 0 && g.Sheet != "" && best.at == i-1 {
				best, most = header{at: i, line: r.Line, headings: try}, n
			}
		}
	}
	if most == 0 {
		best.line = g.Records[0].Line
		for _, cell := range g.Records[0].Cells {
			best.headings = append(best.headings, sheet.Clean(cell))
		}
	}
	return best
}

// grouped joins the headings of two rows: a lower one that means nothing alone takes the upper one before it.
func grouped(upper, lower []string, file string) []string {
	names := slices.Clone(lower)
	for j, name := range lower {
		if j >= len(upper) || sheet.Clean(upper[j]) == name {
			continue
		}
		if joined := sheet.Clean(upper[j] + " " + name); name == "" || columnOf(file, joined) != "" {
			names[j] = joined
		}
	}
	return names
}

func recognised(file string, names []string) int {
	seen := map[string]bool{}
	for _, name := range names {
		if c := columnOf(file, name); c != "" {
			seen[c] = true
		}
	}
	return len(seen)
}

// signature names a header: the same headings in the same order, whatever their case and spelling.
func (h header) signature(file string) string {
	folded := []string{file}
	for _, name := range h.headings {
		folded = append(folded, foldHeading(name))
	}
	sum := sha256.Sum256([]byte(strings.Join(folded, "\x1f")))
	return hex.EncodeToString(sum[:16])
}

// assign gives each heading its column: the one that was chosen for it or, where nothing was chosen, the one it means.
// chosen goes from column to heading.
func (h *header) assign(file string, chosen map[string]string) {
	h.columns = make([]string, len(h.headings))
	taken := map[string]bool{}
	for column, heading := range chosen {
		taken[column] = true // chosen to be left out, when there is no such heading
		if at := slices.IndexFunc(h.headings, func(n string) bool { return sameHeading(n, heading) }); at >= 0 {
			h.columns[at] = column
		}
	}
	for i, name := range h.headings {
		if c := columnOf(file, name); h.columns[i] == "" && c != "" && !taken[c] {
			h.columns[i] = c
		}
	}
}

// ColumnHelp says what a column of a file holds.
type ColumnHelp struct {
	Column  string
	Needed  bool
	Vi, En  string
	Example string
}

// ImportColumns describes the columns of a file, in their order; nil for a file that is no import.
func ImportColumns(file string) []ColumnHelp {
	list := func(all []Term, vi bool) string {
		var names []string
		for _, t := range all {
			name := t.En
			if vi {
				name = t.Vi
			}
			names = append(names, name)
		}
		return strings.Join(names, "; ")
	}
	code := ColumnHelp{Column: "code", Needed: true, Vi: "Chữ không dấu, chữ số, gạch ngang; mỗi mã một dòng", En: "Plain letters, digits, hyphens; one row each"}
	name := ColumnHelp{Column: "name", Needed: true, Vi: "Tối đa 300 ký tự", En: "At most 300 characters"}
	switch file {
	case "units":
		code.Example, name.Example = "XA-01", "Xã Ví Dụ (giả định)"
		return []ColumnHelp{code, name,
			{"kind", true, "Một trong: " + list(kindTerms, true) + "; hoặc tên loại khác", "One of: " + list(kindTerms, false) + "; or another name", "Xã"},
			{"parent", false, "Mã hoặc tên của đơn vị cấp trên; để trống cho đơn vị cao nhất", "Code or name of the unit above; empty for the topmost", "TINH"},
			{"established", true, "Ngày/tháng/năm", "Day/month/year", "01/07/2025"}}
	case "people":
		code.Example, name.Example = "CB-0001", "Nguyễn Văn Ví Dụ"
		return []ColumnHelp{code, name,
			{"email", true, "Địa chỉ thư công vụ; mỗi người một địa chỉ", "Official address; one each", "vidu@coquan.example"},
			{"birth_year", false, "Bốn chữ số; giúp phân biệt người trùng tên", "Four digits; tells people of one name apart", "1970"},
			{"unit", true, "Mã đơn vị, hoặc tên khi chỉ có một đơn vị mang tên đó", "Code of the unit, or its name where only one has it", "XA-01"},
			{"post", true, "Một trong: " + list(postTerms, true), "One of: " + list(postTerms, false), "Chuyên viên"},
			{"roles", false, "Cách nhau bằng dấu chấm phẩy: " + list(roleTerms, true) + ". Ai cũng là học viên", "Separated by semicolons: " + list(roleTerms, false) + ". Everybody is a learner", "Thủ trưởng đơn vị"}}
	}
	return nil
}

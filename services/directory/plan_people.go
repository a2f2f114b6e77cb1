package directory

import (
	"context"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"khuevan/events"
)

// Posts and roles as content/README.md lists them. The years keep typing errors out, not people.
var (
	posts = []string{"leader", "deputy", "officer", "it-officer", "clerk", "portal-editor"}
	roles = []string{events.RoleLearner, events.RoleHead, events.RoleTrainer, events.RoleAnalyst, events.RoleAdmin}
)

const firstYear, lastYear = 1940, 2010

// personRow is a row of a person that can be understood.
type personRow struct {
	*row
	code, name, email, year, unit, post string
	roles                               []string // sorted, with learner
	emailKey                            string
	now                                 *personDoc // nil for a new person
	id, why                             string     // of a new person; why it may be one of maybe
	maybe                               []string
	fields                              []string // that differ from the directory
}

// checkPeople gives the rows that are good by themselves and among each other; it marks all others as bad.
// coming are the units that the same import establishes, refused those whose rows are bad.
func checkPeople(t *table, k known, coming, refused map[string]bool, m *readModel) []*personRow {
	var rows []*personRow
	for _, r := range t.rows {
		if r.fate == isBad {
			continue
		}
		p := &personRow{row: r, code: strings.ToUpper(r.cells["code"]), name: r.cells["name"], email: strings.ToLower(r.cells["email"]),
			year: r.cells["birth_year"], unit: strings.ToUpper(r.cells["unit"]), post: strings.ToLower(r.cells["post"])}
		t.checkCode(r, p.code, personCode)
		t.checkName(r)
		t.checkParticulars(p)
		t.checkPlace(p, k, coming, refused)
		p.emailKey, p.now = m.emailKey(p.email), k.byKey[m.codeKey(p.code)]
		rows = append(rows, p)
	}
	unique(t, rows, "code", func(p *personRow) (*row, string) { return p.row, p.code })
	rows = slices.DeleteFunc(rows, func(p *personRow) bool { return p.fate == isBad })
	unique(t, rows, "email", func(p *personRow) (*row, string) { return p.row, p.email })
	rows = slices.DeleteFunc(rows, func(p *personRow) bool { return p.fate == isBad })
	t.findDoubts(rows, k, m)
	t.checkTaken(rows, k)
	return slices.DeleteFunc(rows, func(p *personRow) bool { return p.fate == isBad })
}

func (t *table) checkParticulars(p *personRow) {
	if !isAddress(p.email) {
		t.bad(p.row, "email", "Địa chỉ thư điện tử phải có dạng ten@coquan.gov.vn.", "The e-mail address must look like name@agency.gov.vn.")
	}
	year, err := strconv.Atoi(p.year)
	if p.year != "" && (err != nil || len(p.year) != 4 || year < firstYear || year > lastYear) {
		t.bad(p.row, "birth_year", "Năm sinh là bốn chữ số từ 1940 đến 2010, hoặc để trống.",
			"The birth year has four digits, from 1940 to 2010, or is left empty.")
	}
}

// isAddress holds for plain addresses in ASCII under a domain with a dot.
func isAddress(s string) bool {
	if len(s) > 254 || strings.ContainsFunc(s, func(c rune) bool { return c > unicode.MaxASCII || c == '[' || c == '"' }) {
		return false
	}
	address, err := mail.ParseAddress(s)
	return err == nil && address.Address == s && strings.Contains(s[strings.LastIndexByte(s, '@')+1:], ".")
}

func (t *table) checkPlace(p *personRow, k known, coming, refused map[string]bool) {
	_, there := k.units[p.unit]
	unit := shorten(p.unit, 40)
	switch {
	case there || coming[p.unit]:
	case refused[p.unit]:
		t.bad(p.row, "unit", "Dòng của đơn vị “"+unit+"” trong tệp đơn vị có lỗi. Hãy sửa dòng đó trước.",
			"The row of the unit “"+unit+"” in the file of units is wrong. Correct that row first.")
	default:
		t.bad(p.row, "unit", "Không có đơn vị với mã “"+unit+"” trong tệp đơn vị hay trong danh bạ.",
			"There is no unit with the code “"+unit+"” in the file of units or in the directory.")
	}
	if !slices.Contains(posts, p.post) {
		t.bad(p.row, "post", "Không có chức danh này; gần nhất là “"+nearest(shorten(p.post, 40), posts)+"”. Các chức danh: "+strings.Join(posts, ", ")+".",
			"There is no such post; the nearest is “"+nearest(shorten(p.post, 40), posts)+"”. The posts: "+strings.Join(posts, ", ")+".")
	}
	t.checkRoles(p)
}

func (t *table) checkRoles(p *personRow) {
	p.roles = []string{events.RoleLearner}
	for _, role := range strings.FieldsFunc(strings.ToLower(p.cells["roles"]), func(c rune) bool { return c == ';' || c == ',' || c == ' ' }) {
		if !slices.Contains(roles, role) {
			near := nearest(shorten(role, 40), roles)
			t.bad(p.row, "roles", "Không có vai trò “"+shorten(role, 40)+"”; gần nhất là “"+near+"”. Các vai trò, cách nhau bằng dấu chấm phẩy: "+strings.Join(roles, "; ")+".",
				"There is no role “"+shorten(role, 40)+"”; the nearest is “"+near+"”. The roles, separated by semicolons: "+strings.Join(roles, "; ")+".")
		} else if !slices.Contains(p.roles, role) {
			p.roles = append(p.roles, role)
		}
	}
	slices.Sort(p.roles)
}

// checkTaken marks the rows whose address somebody else keeps. Whoever is marked keeps her old address, which may
// take that from another row; so it goes on until nobody is left to ask.
func (t *table) checkTaken(rows []*personRow, k known) {
	wants, moving := map[string][]*personRow{}, map[*personDoc]bool{}
	for _, p := range rows {
		if p.fate != isBad && p.fate != isDoubtful {
			wants[p.emailKey] = append(wants[p.emailKey], p)
			moving[p.now] = true
		}
	}
	var keeping []*personDoc
	for key := range wants {
		for _, d := range k.mails[key] {
			if !moving[d] {
				keeping = append(keeping, d)
			}
		}
	}
	for len(keeping) > 0 {
		d := keeping[0]
		keeping = keeping[1:]
		for _, p := range wants[d.EmailKey] {
			if p.fate == isBad || p.now == d {
				continue
			}
			t.bad(p.row, "email", "Địa chỉ này đã thuộc về một người khác trong danh bạ.", "This address belongs to somebody else in the directory.")
			if p.now != nil {
				keeping = append(keeping, p.now)
			}
		}
	}
}

// compare decides whether a good row says something new.
func (m *readModel) compare(ctx context.Context, t *table, p *personRow, k known) error {
	if p.fate == isDoubtful {
		return nil
	}
	if p.now == nil {
		p.fate = isNew
		return nil
	}
	placed := differing([]string{"unit", "post", "roles"}, []string{k.codes[p.now.Unit], p.now.Post, rolesOf(p.now)},
		[]string{p.unit, p.post, strings.Join(p.roles, ";")})
	if len(placed) == 0 && p.now.Print == m.print(p.now.ID, p.name, p.email, p.year) {
		p.fate = isSame
		return nil
	}
	was, err := m.reveal(ctx, *p.now)
	if err != nil {
		return err
	}
	if was.code == "" {
		t.bad(p.row, "code", "Dữ liệu cá nhân của người này đã được xóa và không thể nhập lại dưới mã cũ.",
			"This person's data were erased and cannot be imported again under the old code.")
		return nil
	}
	p.fields = append(differing([]string{"name", "email", "birth_year"}, []string{was.name, was.email, was.year},
		[]string{p.name, p.email, p.year}), placed...)
	p.fate = isSame
	if len(p.fields) > 0 {
		p.fate = isChanged
	}
	return nil
}

// rolesOf lists the roles that a person holds, as a row would: sorted, each once.
func rolesOf(d *personDoc) string {
	var all []string
	for _, g := range d.Grants {
		all = append(all, g.Role)
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ";")
}

package directory

import (
	"context"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"khuevan/events"

	"khuevan/platform/sheet"
)

// The years keep typing errors out, not people.
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
	fields                              []FieldChange // what differs from the directory
}

// checkPeople gives the rows that are good by themselves and among each other; it marks all others as bad.
func checkPeople(t *table, k known, named unitNames, m *readModel) []*personRow {
	var rows []*personRow
	for _, r := range t.rows {
		if r.fate == isBad {
			continue
		}
		p := &personRow{row: r, code: strings.ToUpper(r.cells["code"]), name: r.cells["name"], email: strings.ToLower(r.cells["email"]),
			year: r.cells["birth_year"]}
		t.checkCode(r, p.code, personCode)
		t.checkName(r)
		t.checkParticulars(p)
		t.checkPlace(p, named)
		p.emailKey, p.now = m.emailKey(p.email), k.byKey[m.codeKey(p.code)]
		p.id = m.newID(k, p.code)
		if was := k.open[p.id]; p.now == nil && was.State == doubtSame {
			p.now = k.people[was.Person] // under another code, as somebody has said
		}
		rows = append(rows, p)
	}
	unique(t, rows, "code", func(p *personRow) (*row, string) { return p.row, p.code })
	rows = slices.DeleteFunc(rows, func(p *personRow) bool { return p.fate == isBad })
	unique(t, rows, "email", func(p *personRow) (*row, string) { return p.row, p.email })
	rows = slices.DeleteFunc(rows, func(p *personRow) bool { return p.fate == isBad })
	unique(t, rows, "code", func(p *personRow) (*row, string) {
		if p.now == nil {
			return p.row, ""
		}
		return p.row, p.now.ID
	})
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

func (t *table) checkPlace(p *personRow, named unitNames) {
	var ok bool
	if p.unit, ok = t.unitIn(p.row, "unit", named); !ok && p.cells["unit"] == "" {
		t.bad(p.row, "unit", "Thiếu đơn vị công tác. Ghi mã đơn vị, hoặc tên khi tên chỉ có một.", "The unit is missing. Write its code, or its name where only one has it.")
	}
	if p.post, ok = term(postWords, p.cells["post"]); !ok {
		vi, en := allowed(postTerms, p.cells["post"])
		what := sheet.Shorten(p.cells["post"], 40)
		if t.bad(p.row, "post", "Không có chức vụ “"+what+"”."+vi, "There is no post “"+what+"”."+en); what == "" {
			t.problems[len(t.problems)-1].Vi, t.problems[len(t.problems)-1].En = "Thiếu chức vụ."+vi, "The post is missing."+en
		}
	}
	t.checkRoles(p)
}

func (t *table) checkRoles(p *personRow) {
	p.roles = []string{events.RoleLearner}
	for _, text := range strings.FieldsFunc(p.cells["roles"], func(c rune) bool { return c == ';' || c == ',' }) {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		role, ok := term(roleWords, text)
		if !ok {
			vi, en := allowed(roleTerms, text)
			t.bad(p.row, "roles", "Không có vai trò “"+sheet.Shorten(text, 40)+"”; các vai trò cách nhau bằng dấu chấm phẩy."+vi,
				"There is no role “"+sheet.Shorten(text, 40)+"”; roles are separated by semicolons."+en)
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

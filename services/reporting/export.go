package reporting

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/keyring"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// ExportCompletion gives who has completed what, in parts that a client writes one after the other.
var ExportCompletion = rpc.Query[ExportRequest, ExportPart]("reporting.export-completion", "Gives the completion of courses, person by person, as parts of a CSV file or as an XLSX workbook.", events.RoleHead, events.RoleAnalyst).About(rpc.UnitOrOwn("unit"), rpc.Logged)

// Forms of an export.
const (
	FormPeople  = "people"  // a line for each person, a column for each course
	FormPeriods = "periods" // a line for each person and course that was asked of them
)

// Formats of an export.
const (
	FormatCSV  = "csv"
	FormatXLSX = "xlsx"
)

// ExportRequest names a unit with all below it ("" for the whole of what the caller may see), and what the file shall say.
type ExportRequest struct {
	Unit    string   `json:"unit,omitempty"`
	Courses []string `json:"courses,omitempty"` // all on offer where none is named
	Form    string   `json:"form,omitempty"`    // people (also ""), periods
	Format  string   `json:"format,omitempty"`  // csv (also ""), xlsx
	Lang    string   `json:"lang,omitempty"`
	After   string   `json:"after,omitempty"` // Next of the part before
}

// ExportPart is a piece of the file; the whole is all of them in order. A workbook comes in one.
type ExportPart struct {
	Name string `json:"name"`
	Type string `json:"type"` // media type
	Body []byte `json:"body"`
	Next string `json:"next,omitempty"` // "" in the last
}

// Bounds of an export: a part is a message on the bus, and a workbook is made in memory.
const (
	mostCourses   = 200
	cellsInPart   = 15_000 // people × courses
	peopleInPart  = 2_000
	mostInBook    = 1_000_000 // cells
	mostBookBytes = 5 << 20
)

// export is what one export writes, whatever the format.
type export struct {
	ExportRequest
	en      bool
	api     *api
	tree    *tree
	units   []string
	own     map[string]counts // of the units
	people  int               // in all of them
	courses []string          // by code
	titles  map[string]string // of the courses
	now     int64
}

func (a *api) exportCompletion(ctx context.Context, req ExportRequest) (ExportPart, error) {
	if err := req.check(); err != nil {
		return ExportPart{}, err
	}
	t, unit, err := a.see(ctx, req.Unit, 0, ExportCompletion.Allow)
	if err != nil {
		return ExportPart{}, err
	}
	x, err := a.export(ctx, req, t, unit)
	if err != nil {
		return ExportPart{}, err
	}
	p := ExportPart{Name: x.name(unit)}
	if req.Format == FormatXLSX {
		p.Type = workbookType
		p.Body, err = x.book(ctx)
		return p, err
	}
	p.Type = "text/csv; charset=utf-8"
	p.Body, p.Next, err = x.part(ctx, min(peopleInPart, max(1, cellsInPart/len(x.courses))))
	return p, err
}

// export prepares what is written of a unit and all below it.
func (a *api) export(ctx context.Context, req ExportRequest, t *tree, unit string) (*export, error) {
	x := &export{ExportRequest: req, en: req.Lang == "en", api: a, tree: t, units: t.subtree(unit), now: a.d.Clock.Now().Unix()}
	if err := x.choose(ctx); err != nil {
		return nil, err
	}
	var err error
	x.own, err = a.views.own(ctx, x.units, "")
	for _, c := range x.own {
		x.people += c.People
	}
	return x, err
}

func (req *ExportRequest) check() error {
	if req.Form == "" {
		req.Form = FormPeople
	}
	if req.Format == "" {
		req.Format = FormatCSV
	}
	bad := fault.New(fault.Invalid, "Chưa xuất được tệp: lựa chọn không hợp lệ.", "The file cannot be made: a choice is not valid.")
	switch {
	case req.Form != FormPeople && req.Form != FormPeriods:
		return bad.With("form", "Chọn people (mỗi người một dòng) hoặc periods (mỗi lượt giao một dòng).", "Choose people (a line for each person) or periods (a line for each that is assigned).")
	case req.Format != FormatCSV && req.Format != FormatXLSX:
		return bad.With("format", "Chọn csv hoặc xlsx.", "Choose csv or xlsx.")
	case len(req.Courses) > mostCourses:
		return bad.With("courses", "Tối đa 200 khóa học trong một tệp.", "At most 200 courses in one file.")
	}
	return nil
}

// choose finds the courses of the export.
func (x *export) choose(ctx context.Context) error {
	all := map[string]courseDoc{}
	err := x.api.views.courses.Each(ctx, readmodel.Query{}, func(d courseDoc) error {
		all[d.Course] = d
		if len(x.Courses) == 0 && !d.Withdrawn {
			x.courses = append(x.courses, d.Course)
		}
		return nil
	})
	if err != nil {
		return err
	}
	x.courses = append(x.courses, x.Courses...)
	slices.Sort(x.courses)
	x.courses = slices.Compact(x.courses)
	x.titles = map[string]string{}
	for _, course := range x.courses {
		d, known := all[course]
		if !known {
			return fault.New(fault.Invalid, "Chưa xuất được tệp: có khóa học không tồn tại.", "The file cannot be made: a course does not exist.").
				With("courses", "Không có khóa học “"+course+"”.", "There is no course “"+course+"”.")
		}
		x.titles[course] = say(x.en, d.Title)
	}
	if len(x.courses) == 0 {
		return fault.New(fault.Invalid, "Chưa có khóa học nào để xuất kết quả. Hãy công bố một khóa học trước.", "There is no course to export yet. Publish one first.")
	}
	return nil
}

func (x *export) words(vi, en string) string { return say(x.en, events.Words{Vi: vi, En: en}) }

// name is plain ASCII: the unit's code and the day.
func (x *export) name(unit string) string {
	u := x.tree.units[unit]
	if unit == "" {
		u.Code = "tat-ca"
	}
	return fileName(x.words("ket-qua-hoan-thanh-", "completion-"), u, clock.Local(x.api.d.Clock.Now()), "."+x.Format)
}

// part writes some people as CSV, from where the part before has ended.
func (x *export) part(ctx context.Context, limit int) (body []byte, next string, err error) {
	out := newCSV(x.en)
	if x.After == "" {
		out.begin()
		x.head(out)
	}
	people, next, err := x.read(ctx, limit)
	if err == nil {
		err = x.write(ctx, out, people)
	}
	return out.bytes(), next, err
}

// read gives the next sheets. The cursor is the unit to go on with and the store's cursor within it.
func (x *export) read(ctx context.Context, limit int) (people []sheetDoc, next string, err error) {
	at, inner := 0, ""
	if unit, rest, going := strings.Cut(x.After, "|"); going {
		if at, inner = slices.Index(x.units, unit), rest; at < 0 {
			return nil, "", fault.New(fault.Conflict, "Cơ cấu tổ chức vừa thay đổi; vui lòng xuất lại từ đầu.", "The units have changed meanwhile; please export again.")
		}
	}
	for ; at < len(x.units); at++ {
		if x.own[x.units[at]].People == 0 {
			continue
		}
		if len(people) == limit {
			return people, x.units[at] + "|", nil
		}
		q := readmodel.Query{Index: "unit", Equal: []any{x.units[at]}, After: inner, Limit: limit - len(people)}
		page, err := x.api.views.sheets.Find(ctx, q)
		if err != nil {
			return nil, "", err
		}
		people, inner = append(people, page.Items...), ""
		if page.Next != "" {
			return people, x.units[at] + "|" + page.Next, nil
		}
	}
	return people, "", nil
}

// table is what lines are written into, cell by cell.
type table interface {
	text(text string)
	word(word string) // text of ours
	number(n int)
	mark(mark float64)
	day(seconds int64) // 0 for none
	end() error        // of the line
}

// head writes the first line.
func (x *export) head(out table) {
	out.word(x.words("Họ và tên", "Name"))
	out.word(x.words("Mã cán bộ", "Personnel code"))
	out.word(x.words("Đơn vị", "Unit"))
	if x.Form == FormPeople {
		for _, course := range x.courses {
			out.text(x.titles[course])
		}
	} else {
		for _, w := range [][2]string{{"Khóa học", "Course"}, {"Phiên bản", "Version"}, {"Kỳ", "Period"}, {"Hạn", "Due"}, {"Ngày hoàn thành", "Completed on"}, {"Điểm", "Mark"}, {"Trạng thái", "State"}} {
			out.word(x.words(w[0], w[1]))
		}
	}
	_ = out.end() // a heading is no more than one line
}

// write writes the lines of some people.
func (x *export) write(ctx context.Context, out table, people []sheetDoc) error {
	ids := make([]string, len(people))
	for i, d := range people {
		ids[i] = d.Person
	}
	if err := x.api.d.Keys.Gather(ctx, ids, max(x.people, len(people))); err != nil {
		return err
	}
	line := x.periods
	if x.Form == FormPeople {
		line = x.person
	}
	for _, d := range people {
		who, err := x.open(ctx, d)
		if err == nil {
			err = line(out, who, d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// identity is what a line says of who it is about.
type identity struct{ name, code, unit string }

func (x *export) open(ctx context.Context, d sheetDoc) (who identity, err error) {
	who.unit = x.tree.name(d.Unit)
	if who.name, err = x.reveal(ctx, d.Person, "name", d.Name); err == nil {
		who.code, err = x.reveal(ctx, d.Person, "code", d.Code)
	}
	return who, err
}

func (x *export) reveal(ctx context.Context, person, field, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	plain, err := x.api.d.Keys.Reveal(ctx, person, field, sealed)
	if errors.Is(err, keyring.ErrDestroyed) {
		return "", nil
	}
	return plain, err
}

func (x *export) who(out table, who identity) {
	if who.name == "" {
		out.word(x.words("(đã xóa)", "(erased)"))
	} else {
		out.text(who.name)
	}
	out.text(who.code)
	out.text(who.unit)
}

// person writes a line with a column for each course.
func (x *export) person(out table, who identity, d sheetDoc) error {
	x.who(out, who)
	for _, course := range x.courses {
		at := slices.IndexFunc(d.Cells, func(c cell) bool { return c.course == course })
		switch {
		case at < 0:
			out.word(x.words("Không yêu cầu", "Not asked"))
		case d.Cells[at].state == stateCompleted:
			out.day(d.Cells[at].completed)
		default:
			out.word(x.stateWord(d.Cells[at].stateOn(x.now)))
		}
	}
	return out.end()
}

// periods writes a line for each course that is asked of a person.
func (x *export) periods(out table, who identity, d sheetDoc) error {
	for _, course := range x.courses {
		at := slices.IndexFunc(d.Cells, func(c cell) bool { return c.course == course })
		if at < 0 {
			continue
		}
		c := d.Cells[at]
		x.who(out, who)
		out.text(x.titles[course])
		out.number(c.version)
		out.number(c.period)
		out.day(c.due)
		out.day(c.completed)
		if c.state == stateCompleted || c.state == statePassed {
			out.mark(c.mark)
		} else {
			out.word("")
		}
		out.word(x.stateWord(c.stateOn(x.now)))
		if err := out.end(); err != nil {
			return err
		}
	}
	return nil
}

func (x *export) stateWord(state string) string {
	switch state {
	case stateAssigned:
		return x.words("Chưa bắt đầu", "Not started")
	case stateStarted:
		return x.words("Đang học", "In progress")
	case statePassed:
		return x.words("Đạt bài kiểm tra", "Quiz passed")
	case stateCompleted:
		return x.words("Hoàn thành", "Completed")
	case stateExcused:
		return x.words("Được miễn", "Excused")
	default:
		return x.words("Quá hạn", "Overdue")
	}
}

// book writes everybody into a workbook.
func (x *export) book(ctx context.Context) (body []byte, err error) {
	tooLarge := fault.New(fault.Invalid, "Bảng tính Excel sẽ quá lớn. Hãy chọn đơn vị nhỏ hơn, ít khóa học hơn, hoặc tải tệp CSV.",
		"The workbook would be too large. Choose a smaller unit or fewer courses, or take the CSV file.")
	if x.people*(len(x.courses)+3) > mostInBook {
		return nil, tooLarge
	}
	out, err := newBook(x.words("Kết quả", "Completion"), x.words("dd/mm/yyyy", "yyyy-mm-dd"), x.widths())
	if err != nil {
		return nil, err
	}
	defer out.close()
	x.head(out)
	for more := true; more; more = x.After != "" {
		people, next, err := x.read(ctx, peopleInPart)
		if err == nil {
			err = x.write(ctx, out, people)
		}
		if err != nil {
			return nil, err
		}
		x.After = next
	}
	if body, err = out.bytes(); len(body) > mostBookBytes {
		return nil, tooLarge
	}
	return body, err
}

// widths are those of the columns, in characters.
func (x *export) widths() []float64 {
	widths := []float64{30, 16, 44}
	if x.Form == FormPeriods {
		return append(widths, 44, 10, 8, 12, 14, 8, 18)
	}
	return append(widths, slices.Repeat([]float64{16}, len(x.courses))...)
}

// fileName is plain ASCII.
func fileName(begin string, unit unitDoc, at time.Time, end string) string {
	code := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '-'
	}, strings.ToLower(unit.Code))
	return begin + code + "-" + at.Format("20060102") + end
}

package reporting

import (
	"context"
	"slices"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
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
	cellsInPart   = 48_000 // people × courses
	linesInPart   = 15_000 // for each person and course
	peopleInPart  = 4_000
	peopleAtOnce  = 250       // that one processor writes
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
	t, unit, err := a.see(ctx, req.Unit, 0, ExportCompletion.Signature.Allow)
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
	p.Body, p.Next, err = x.part(ctx, x.limit())
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

// limit is how many people are in a part.
func (x *export) limit() int {
	if x.Form == FormPeriods {
		return min(peopleInPart, max(1, linesInPart/len(x.courses)))
	}
	return min(peopleInPart, max(1, cellsInPart/len(x.courses)))
}

// part writes some people as CSV, with all processors, from where the part before has ended.
func (x *export) part(ctx context.Context, limit int) (body []byte, next string, err error) {
	out := newCSV(x.en)
	if x.After == "" {
		out.begin()
		x.head(out)
	}
	people, next, err := x.read(ctx, limit)
	if err != nil {
		return nil, "", err
	}
	shares := slices.Collect(slices.Chunk(people, peopleAtOnce))
	written := make([]*csvTable, len(shares))
	err = together(len(shares), func(i int) error {
		written[i] = newCSV(x.en)
		return x.write(ctx, written[i], shares[i])
	})
	for _, t := range written {
		out.out = append(out.out, t.out...)
	}
	return out.bytes(), next, err
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

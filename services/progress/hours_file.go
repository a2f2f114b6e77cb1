package progress

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"khuevan/platform/clock"
)

// DownloadHoursRequest is a UnitHoursRequest in a language.
type DownloadHoursRequest struct {
	Unit string `json:"unit,omitempty"`
	Year int    `json:"year,omitempty"`
	Lang string `json:"lang,omitempty"`
}

// Document is a file.
type Document struct {
	Name string `json:"name"`
	Type string `json:"type"` // media type
	Body []byte `json:"body"`
}

// fileLine is a row of the file; somebody who gained nothing has one without a course.
type fileLine struct {
	name, code, unit string
	HourLine
}

func (a hours) downloadHours(ctx context.Context, req DownloadHoursRequest) (Document, error) {
	s, err := a.scope(ctx, req.Unit, req.Year)
	if err != nil {
		return Document{}, err
	}
	var docs []hoursDoc
	t := s.tally()
	err = a.each(ctx, s, func(d hoursDoc) error {
		if _, ok := t.branch(d.Unit); ok {
			docs = append(docs, d)
		}
		return t.line(d)
	}, func(p learner) error {
		if _, known := t.members[p.Person]; !known {
			if _, ok := t.branch(p.Unit); ok {
				docs = append(docs, hoursDoc{Person: p.Person, Unit: p.Unit})
			}
		}
		return nil
	})
	if err != nil {
		return Document{}, err
	}
	lines := make([]fileLine, len(docs))
	for i, d := range docs {
		if lines[i], err = a.fileLine(ctx, d); err != nil {
			return Document{}, err
		}
	}
	sortByName(lines, func(l fileLine) (string, string) { return l.name, l.code + l.Course })
	return Document{Name: "gio-hoc-" + strconv.Itoa(s.year) + ".csv", Type: "text/csv; charset=utf-8", Body: hoursFile(lines, req.Lang)}, nil
}

func (a hours) fileLine(ctx context.Context, d hoursDoc) (fileLine, error) {
	p, _, err := a.people.Get(ctx, d.Person)
	if err != nil {
		return fileLine{}, err
	}
	l := fileLine{}
	if l.name, err = a.reveal(ctx, d.Person, "name", p.Name); err != nil {
		return l, err
	}
	if l.code, err = a.reveal(ctx, d.Person, "code", p.Code); err != nil {
		return l, err
	}
	if l.unit, err = a.structure.Name(ctx, d.Unit, cmp.Or(d.Day, dayOf(a.Clock.Now()))); err != nil || d.Course == "" {
		return l, err
	}
	l.HourLine, err = a.line(ctx, d)
	return l, err
}

// hoursFile writes the rows as a spreadsheet program in Vietnam opens them: UTF-8 with a mark, days as people write them.
func hoursFile(lines []fileLine, lang string) []byte {
	head := []string{"Mã cán bộ", "Họ và tên", "Đơn vị", "Mã khóa học", "Khóa học", "Lần học", "Ngày hoàn thành", "Số tiết", "Phút mở trang", "Phút hoạt động", "Phút được tính", "Số chứng nhận"}
	if lang == "en" {
		head = []string{"Personnel code", "Name", "Unit", "Course code", "Course", "Period", "Completed on", "Hours (45 min)", "Minutes in sight", "Minutes active", "Minutes counted", "Certificate"}
	}
	out := bytes.NewBufferString("\ufeff")
	w := csv.NewWriter(out)
	w.UseCRLF = true
	rows := [][]string{head}
	for _, l := range lines {
		row := []string{l.code, l.name, l.unit, l.Course, cmp.Or(map[string]string{"en": l.Title.En}[lang], l.Title.Vi), "", "", strconv.Itoa(l.Hours),
			minutes(l.Time.Visible), minutes(l.Time.Active), minutes(l.Time.Counted), l.Certificate}
		if l.Course != "" {
			row[5] = strconv.Itoa(l.Period)
		}
		if !l.Completed.IsZero() {
			row[6] = clock.Local(l.Completed).Format("02/01/2006")
		}
		for i := range row {
			row[i] = plainCell(row[i])
		}
		rows = append(rows, row)
	}
	_ = w.WriteAll(rows) // into memory
	return out.Bytes()
}

func minutes(seconds int) string {
	return strconv.Itoa(int((time.Duration(seconds) * time.Second).Round(time.Minute) / time.Minute))
}

// plainCell keeps a spreadsheet program from taking a text for a formula.
func plainCell(s string) string {
	if strings.IndexAny(s, "=+-@\t\r") == 0 {
		return "'" + s
	}
	return s
}

// sortByName sorts as Vietnamese lists do: by the given name, which stands last, and then by the whole.
func sortByName[T any](all []T, of func(T) (name, id string)) {
	alphabet := collate.New(language.Vietnamese)
	given := func(name string) string { return name[strings.LastIndexByte(name, ' ')+1:] }
	slices.SortStableFunc(all, func(a, b T) int {
		x, xid := of(a)
		y, yid := of(b)
		return cmp.Or(alphabet.CompareString(given(x), given(y)), alphabet.CompareString(x, y), cmp.Compare(xid, yid))
	})
}

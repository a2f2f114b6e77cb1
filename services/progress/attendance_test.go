package progress

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"khuevan/platform/fault"
	"khuevan/platform/sheet"
)

var class = map[string]attendee{"CB-1": {"lan", "Lan Chi", "CB-1"}, "CB-2": {"minh", "Minh", "CB-2"}, "CB-3": {"hoa", "Hoa", "CB-3"}}

func planOf(text string) attendancePlan {
	return planAttendance(sheet.FromCSV(text), session{}.Evolve(meeting).Evolve(list(1, was("minh", 30))), class, 0.8)
}

func TestAnAttendanceListIsReadAsPeopleWriteIt(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"minutes":                {"code,minutes\ncb-1,85\nCB-2,30\nCB-3,0\n", "lan 85 completes; minh 30 known; hoa 0 known"},
		"a title and Vietnamese": {"DANH SÁCH ĐIỂM DANH\n\nSTT;Mã cán bộ;Họ tên;Số phút\n1;CB-1;Lan;71,9 phút\n2;CB-3;Hoa;1:12\n", "lan 71; hoa 72 completes"},
		"marks":                  {"Mã,Có mặt\nCB-1,x\nCB-2,vắng\nCB-3,\n", "lan 90 completes; minh 0; hoa 0 known"},
		"minutes before a mark":  {"Mã,Có mặt,Số phút\nCB-1,x,10\nCB-2,có,\n", "lan 10; minh 90 completes"},
		"longer than it lasted":  {"Mã,Số phút\nCB-1,200\n", "lan 90 completes"},
	} {
		p := planOf(c.text)
		var got []string
		for _, r := range p.rows {
			text := fmt.Sprintf("%s %d", r.Person, r.Minutes)
			if r.Completes {
				text += " completes"
			}
			if r.Known {
				text += " known"
			}
			got = append(got, text)
		}
		if text := strings.Join(got, "; "); text != c.want || len(p.problems) > 0 {
			t.Errorf("%s: %s, want %s; %+v", name, text, c.want, p.problems)
		}
	}
}

func TestEveryWrongRowIsNamedWithItsRemedy(t *testing.T) {
	for text, want := range map[string]struct {
		line   int
		column string
		remedy string
	}{
		"họ tên,phút\nLan,3\n":               {0, "code", "Cần cột “Mã cán bộ”"},
		"mã,họ tên\nCB-1,Lan\n":              {0, "code", "“Số phút” hoặc “Có mặt”"},
		"mã,phút\nCB-1,3\nCB-9,3\n":          {3, "code", "giao khóa học cho người này trước"},
		"mã,phút\nCB-1,3\n,3\n":              {3, "code", "Hãy ghi mã"},
		"mã,phút\nCB-1,3\nCB-2,3\ncb-1,4\n":  {4, "code", "dòng 2"},
		"mã,phút\nCB-1,nhiều\n":              {2, "minutes", "từ 0 đến 1440"},
		"mã,phút\nCB-1,-3\n":                 {2, "minutes", "từ 0 đến 1440"},
		"mã,phút\nCB-1,1:99\n":               {2, "minutes", "1:25"},
		"mã,phút\nCB-1,NaN\n":                {2, "minutes", "từ 0 đến 1440"},
		"mã,phút\nCB-1,\n":                   {2, "minutes", "0 nếu vắng"},
		"mã,có mặt\nCB-1,chắc là có\n":       {2, "present", "“x”"},
		"mã,phút\nCB-1,3\nCB-\"2,3\n":        {3, "", "ngoặc kép"},
		"mã,phút\nCB-1,3\nCB-2,5,thừa\nx,\n": {4, "code", "kiểm tra mã"},
	} {
		p := planOf(text)
		if len(p.problems) != 1 {
			t.Errorf("%q: %+v", text, p.problems)
			continue
		}
		if got := p.problems[0]; got.Line != want.line || got.Column != want.column || !strings.Contains(got.Vi, want.remedy) || got.En == "" {
			t.Errorf("%q: %+v, want line %d, column %q, %q", text, got, want.line, want.column, want.remedy)
		}
	}
}

func TestAWorkbookOfAttendance(t *testing.T) {
	f := excelize.NewFile()
	for i, cells := range [][]any{{"Lớp an toàn thông tin"}, {"Mã cán bộ", "Thời gian tham dự (phút)"}, {"CB-1", 85}, {"CB-3", 20}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &cells); err != nil {
			t.Fatal(err)
		}
	}
	data, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	g, err := sheet.Open(data.Bytes(), "")
	if err != nil {
		t.Fatal(err)
	}
	if p := planAttendance(g, session{}.Evolve(meeting), class, 0.8); len(p.changes()) != 2 || p.rows[0].Minutes != 85 || p.rows[1].Line != 4 {
		t.Errorf("%+v", p)
	}
}

// The digest is of what was seen: another list, or another list before it, has another.
func TestADigestNamesWhatWasPreviewed(t *testing.T) {
	s := session{}.Evolve(meeting)
	plan := func(text string) attendancePlan { return planAttendance(sheet.FromCSV(text), s, class, 0.8) }
	one := plan("mã,phút\nCB-1,85\n").digest(s)
	if again := plan("mã,phút\nCB-1,85\n").digest(s); again != one {
		t.Error("the same list has two digests")
	}
	if other := plan("mã,phút\nCB-1,84\n").digest(s); other == one {
		t.Error("two lists have one digest")
	}
	if later := plan("mã,phút\nCB-1,85\n").digest(s.Evolve(list(1, was("minh", 30))).Evolve(meeting)); later == one {
		t.Error("a list that came between changes nothing")
	}
	if !fault.Is(notPreviewed(), fault.Conflict) {
		t.Error("whoever confirms something else is not told so")
	}
}

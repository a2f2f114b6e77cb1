package progress

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/sheet"
	"khuevan/platform/vietnamese"
)

// Columns of an attendance list, with the ways people head them.
const (
	codeColumn    = "code"
	minutesColumn = "minutes"
	presentColumn = "present"
)

var attendanceHeadings = map[string][]string{
	codeColumn:    {"code", "mã", "mã cán bộ", "mã số cán bộ", "mã nhân sự", "mã nhân viên", "mã cccvc", "số hiệu", "số hiệu công chức", "personnel code", "employee code"},
	minutesColumn: {"minutes", "phút", "số phút", "số phút tham dự", "thời gian (phút)", "thời gian tham dự", "thời gian tham dự (phút)", "duration", "duration (minutes)"},
	presentColumn: {"present", "có mặt", "điểm danh", "tham dự", "dự", "attended", "attendance"},
}

// Words for having been there, with their marks or without; what is neither is an error, never a guess.
var (
	wordsPresent = []string{"x", "có", "co", "có mặt", "co mat", "có dự", "co du", "dự", "1", "yes", "y", "present", "true", "✓"}
	wordsAbsent  = []string{"", "0", "không", "khong", "vắng", "vang", "vắng mặt", "vang mat", "-", "no", "n", "absent", "false", "p", "k"}
)

// mostMinutes is more than any session lasts.
const mostMinutes = 24 * 60

// RowProblem is what is wrong with a row of a file; line 0 is the file as a whole.
type RowProblem struct {
	Line   int    `json:"line"`
	Column string `json:"column,omitempty"`
	Value  string `json:"value,omitempty"`
	Vi     string `json:"vi"`
	En     string `json:"en"`
}

// AttendanceRow is what a row of a list would change.
type AttendanceRow struct {
	Line      int    `json:"line"`
	Person    string `json:"person"`
	Name      string `json:"name"`
	Code      string `json:"code"`
	Minutes   int    `json:"minutes"`
	Was       int    `json:"was"`
	Known     bool   `json:"known"`     // the list says nothing new of this person
	Completes bool   `json:"completes"` // it is enough for the lesson
}

// attendancePlan is a list taken apart.
type attendancePlan struct {
	rows     []AttendanceRow
	problems []RowProblem
}

func (p *attendancePlan) bad(line int, column, value, vi, en string) {
	p.problems = append(p.problems, RowProblem{Line: line, Column: column, Value: sheet.Shorten(value, 60), Vi: vi, En: en})
}

// attendee is somebody of whom a list may speak.
type attendee struct{ person, name, code string }

// planAttendance reads a list for a session of people by their codes.
func planAttendance(g sheet.Grid, s session, people map[string]attendee, share float64) attendancePlan {
	var p attendancePlan
	at, columns := attendanceHeader(g)
	if at < 0 {
		p.bad(0, codeColumn, "", "Không tìm thấy dòng tiêu đề. Cần cột “Mã cán bộ” và cột “Số phút” hoặc “Có mặt”.",
			"There is no header. A column “Personnel code” and one of “Minutes” or “Present” are needed.")
		return p
	}
	seen := map[string]int{}
	for _, r := range g.Records[at+1:] {
		p.row(r, columns, s, people, share, seen)
	}
	return p
}

// attendanceHeader is the first row that names the columns, and where they stand; -1 where none does.
func attendanceHeader(g sheet.Grid) (at int, columns map[string]int) {
	for i, r := range g.Records[:min(len(g.Records), sheet.HeaderWithin)] {
		columns = map[string]int{}
		for j, cell := range r.Cells {
			for column, names := range attendanceHeadings {
				folded := foldHeading(cell)
				if _, taken := columns[column]; !taken && slices.ContainsFunc(names, func(n string) bool { return foldHeading(n) == folded }) {
					columns[column] = j
				}
			}
		}
		_, code := columns[codeColumn]
		_, minutes := columns[minutesColumn]
		_, present := columns[presentColumn]
		if code && (minutes || present) {
			return i, columns
		}
	}
	return -1, nil
}

func foldHeading(s string) string { return vietnamese.Fold(strings.Trim(sheet.Clean(s), " *:.")) }

func (p *attendancePlan) row(r sheet.Record, columns map[string]int, s session, people map[string]attendee, share float64, seen map[string]int) {
	if r.Broken {
		p.bad(r.Line, "", "", "Dấu ngoặc kép đặt sai hoặc chưa đóng. Ô có dấu ngoặc kép phải nằm trong \"…\" và viết mỗi dấu hai lần.",
			"A quotation mark is out of place or not closed. Put a cell with quotation marks between \"…\" and write each of them twice.")
		return
	}
	cell := func(column string) (text string, there bool) {
		at, ok := columns[column]
		if !ok || at >= len(r.Cells) {
			return "", false
		}
		return sheet.Clean(r.Cells[at]), true
	}
	code, _ := cell(codeColumn)
	who, known := people[strings.ToUpper(code)]
	switch first := seen[strings.ToUpper(code)]; {
	case code == "":
		p.bad(r.Line, codeColumn, "", "Thiếu mã cán bộ. Hãy ghi mã, hoặc xóa dòng này.", "The personnel code is missing. Write it, or delete the row.")
		return
	case !utf8.ValidString(code) || strings.ContainsRune(code, utf8.RuneError):
		p.bad(r.Line, codeColumn, code, "Ô này không phải văn bản UTF-8. Hãy lưu tệp theo định dạng “CSV UTF-8”.", "This cell is not UTF-8 text. Save the file as “CSV UTF-8”.")
		return
	case first > 0:
		p.bad(r.Line, codeColumn, code, "Mã này đã có ở dòng "+strconv.Itoa(first)+". Hãy để lại một dòng.", "This code stands at line "+strconv.Itoa(first)+" already. Leave one row.")
		return
	case !known:
		p.bad(r.Line, codeColumn, code, "Không có ai mang mã này trong danh sách học viên của buổi học. Hãy kiểm tra mã, hoặc giao khóa học cho người này trước.",
			"Nobody with this code is among the session's learners. Check the code, or assign the course to the person first.")
		return
	}
	seen[strings.ToUpper(code)] = r.Line
	minutes, ok := p.minutes(r.Line, cell, length(s.scheduled))
	if !ok {
		return
	}
	was := s.known()[who.person]
	p.rows = append(p.rows, AttendanceRow{Line: r.Line, Person: who.person, Name: who.name, Code: who.code, Minutes: minutes, Was: was, Known: was == minutes,
		Completes: percentAttended(events.LessonAttended{Minutes: minutes, Of: length(s.scheduled)}) >= percentOf(share)})
}

// minutes is how long a row says that somebody was there: the minutes, or the whole of the session for who is marked.
func (p *attendancePlan) minutes(line int, cell func(string) (string, bool), all int) (int, bool) {
	if text, there := cell(minutesColumn); there && text != "" {
		n, ok := readMinutes(text)
		if !ok {
			p.bad(line, minutesColumn, text, "Số phút phải là số từ 0 đến 1440, ví dụ 85, hoặc giờ:phút như 1:25.", "Minutes must be a number from 0 to 1440, such as 85, or hours:minutes such as 1:25.")
		}
		return min(n, all), ok
	}
	text, there := cell(presentColumn)
	says := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return vietnamese.Fold(w) == vietnamese.Fold(text) })
	}
	switch {
	case says(wordsPresent):
		return all, true
	case there && says(wordsAbsent):
		return 0, true
	case !there:
		p.bad(line, minutesColumn, "", "Thiếu số phút tham dự. Hãy ghi số phút, 0 nếu vắng.", "The minutes are missing. Write them, 0 for absent.")
		return 0, false
	}
	p.bad(line, presentColumn, text, "Không hiểu giá trị này. Hãy ghi “x” hoặc “có” cho người có mặt, để trống hoặc “vắng” cho người vắng.",
		"This value is not understood. Write “x” or “yes” for present, nothing or “absent” for absent.")
	return 0, false
}

// readMinutes reads 85, 85,5, 85 phút or 1:25.
func readMinutes(text string) (int, bool) {
	text = strings.TrimSpace(strings.NewReplacer("phút", "", "phut", "", "minutes", "", "min", "", ",", ".").Replace(strings.ToLower(text)))
	if hours, rest, ok := strings.Cut(text, ":"); ok {
		h, err1 := strconv.Atoi(hours)
		m, err2 := strconv.Atoi(rest)
		return 60*h + m, err1 == nil && err2 == nil && h >= 0 && h < 24 && m >= 0 && m < 60
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= 0 && n <= mostMinutes) {
		return 0, false
	}
	return int(n), true
}

// changes are the rows that say something new.
func (p attendancePlan) changes() (rows []events.Attendance) {
	for _, r := range p.rows {
		if !r.Known {
			rows = append(rows, events.Attendance{Person: r.Person, Minutes: r.Minutes})
		}
	}
	return rows
}

// digest names what would be written, to what is known: who confirms it confirms what they saw.
func (p attendancePlan) digest(s session) string {
	text, _ := json.Marshal(struct { //nolint:errchkjson // texts and numbers only
		Session string
		Imports int
		Rows    []AttendanceRow
	}{s.scheduled.Session, len(s.imports), p.rows})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func notPreviewed() error {
	return fault.New(fault.Conflict, "Dữ liệu đã thay đổi kể từ khi xem trước. Hãy xem trước lại rồi xác nhận.", "Something has changed since the preview. Preview again, and confirm.")
}

package catalog

import (
	"fmt"
	"slices"

	"khuevan/events"
	"khuevan/platform/fault"
)

// Bounds of a programme.
const (
	maxParts       = 20
	maxPartCourses = 50
	maxEquivalents = 10
)

// standing is what the offer says of a course.
type standing int

const (
	notOffered standing = iota
	offered
	wasWithdrawn
)

// programmeChecker notes what makes no programme. Fields are named as in the fact, such as parts.0.courses.2.course.
type programmeChecker struct {
	course func(string) standing
	found  []fault.Field
}

// checkProgramme refuses what makes no programme. A withdrawn course may stand as an equivalent, so that those who completed it
// keep what they have.
func checkProgramme(p events.ProgrammePublished, course func(string) standing) error {
	c := &programmeChecker{course: course}
	if !idPattern.MatchString(p.Programme) {
		c.add("programme", "Mã phải gồm chữ thường không dấu, chữ số và dấu gạch nối, tối đa 40 ký tự, ví dụ cntt-co-ban.",
			"The code must be lower-case letters, digits and hyphens, at most 40 characters, such as cntt-co-ban.")
	}
	c.title("title", p.Title)
	c.short("summary", p.Summary, maxSummary)
	if len(p.Parts) == 0 {
		c.add("parts", "Chương trình cần ít nhất một phần; hãy thêm một phần.", "A programme needs at least one part; add one.")
	}
	c.parts("parts", p.Parts)
	c.parts("again", p.Again)
	if p.ValidityMonths < 0 || p.ValidityMonths > maxValidity {
		c.add("validity_months", "Số tháng phải từ 0 (không thời hạn) đến %d.", "The months must be from 0 (unlimited) to %d.", maxValidity)
	}
	c.short("certificate_title", p.CertificateTitle, maxTitle)
	if p.CertificateTitle.Vi == "" && p.CertificateTitle.En != "" {
		c.add("certificate_title.vi", "Cần có tên tiếng Việt trên giấy chứng nhận; hãy nhập vào ô này.", "The certificate's Vietnamese title is needed; fill this field in.")
	}
	switch p.Certificate {
	case "", events.CertificateAuto, events.CertificateOrdered:
	default:
		c.add("certificate", "Hãy chọn cách cấp giấy chứng nhận: không cấp (none), cấp ngay (auto) hoặc cấp theo đợt (ordered).",
			"Choose how certificates are issued: none, at once (auto) or in batches (ordered).")
	}
	if len(c.found) == 0 {
		return nil
	}
	f := fault.Newf(fault.Invalid, "Chương trình có %[1]d chỗ cần sửa. %[2]s", "The programme has %[1]d thing(s) to mend. %[3]s", len(c.found), c.found[0].Vi, c.found[0].En)
	f.Fields = c.found
	return f
}

func (c *programmeChecker) add(name, vi, en string, args ...any) {
	if len(c.found) < 100 { // as many as a page can show
		c.found = append(c.found, fault.Field{Name: name, Vi: fmt.Sprintf(vi, args...), En: fmt.Sprintf(en, args...)})
	}
}

func (c *programmeChecker) title(name string, w events.Words) {
	if w.Vi == "" {
		c.add(name+".vi", "Cần có tên tiếng Việt; hãy nhập vào ô này.", "The Vietnamese title is needed; fill this field in.")
	}
	c.short(name, w, maxTitle)
}

func (c *programmeChecker) short(name string, w events.Words, limit int) {
	if len(w.Vi) > limit {
		c.add(name+".vi", "Dài quá %d byte; hãy viết ngắn hơn.", "Longer than %d bytes; shorten it.", limit)
	}
	if len(w.En) > limit {
		c.add(name+".en", "Dài quá %d byte; hãy viết ngắn hơn.", "Longer than %d bytes; shorten it.", limit)
	}
}

func (c *programmeChecker) parts(list string, parts []events.ProgrammePart) {
	if len(parts) > maxParts {
		c.add(list, "Tối đa %d phần; hãy gộp hoặc bỏ bớt.", "At most %d parts; join some or take some out.", maxParts)
		return
	}
	seen := map[string]bool{}
	for i, p := range parts {
		at := fmt.Sprintf("%s.%d", list, i)
		if !idPattern.MatchString(p.ID) || seen[p.ID] {
			c.add(at+".id", "Mã phần “%s” phải gồm chữ thường không dấu, chữ số, gạch nối, và không trùng phần khác; hãy đặt mã khác.",
				"The id “%s” of the part must be lower-case letters, digits, hyphens, and no other part's; choose another.", p.ID)
		}
		seen[p.ID] = true
		c.title(at+".title", p.Title)
		c.part(at, p)
	}
}

func (c *programmeChecker) part(at string, p events.ProgrammePart) {
	n := len(p.Courses)
	if n == 0 || n > maxPartCourses {
		c.add(at+".courses", "Một phần có từ 1 đến %d khóa học; phần này có %d.", "A part has 1 to %d courses; this one has %d.", maxPartCourses, n)
	} else if p.AtLeast < 0 || p.AtLeast > n {
		c.add(at+".at_least", "Phần này có %[1]d khóa học: hãy chọn tất cả, hoặc từ 1 đến %[1]d khóa.", "The part has %[1]d course(s): choose all, or 1 to %[1]d of them.", n)
	}
	seen := map[string]bool{}
	for i, x := range p.Courses {
		field := fmt.Sprintf("%s.courses.%d", at, i)
		if seen[x.Course] {
			c.add(field+".course", "Khóa học “%s” đã có trong phần này; hãy bỏ một trong hai.", "The course “%s” stands in this part already; take one of them out.", x.Course)
		}
		seen[x.Course] = true
		switch c.course(x.Course) {
		case notOffered:
			c.add(field+".course", "Danh mục không có khóa học “%s”; hãy xuất bản khóa học đó trước, hoặc bỏ nó ra.", "The offer has no course “%s”; publish it first, or take it out.", x.Course)
		case wasWithdrawn:
			c.add(field+".course", "Khóa học “%s” đã rút khỏi danh mục; hãy xuất bản lại hoặc thay bằng khóa học khác.", "The course “%s” was withdrawn; publish it again or put another in its place.", x.Course)
		}
		c.equivalents(field+".equivalents", x)
	}
}

func (c *programmeChecker) equivalents(field string, x events.ProgrammeCourse) {
	if len(x.Equivalents) > maxEquivalents {
		c.add(field, "Tối đa %d khóa học tương đương.", "At most %d equivalents.", maxEquivalents)
	}
	for i, e := range x.Equivalents {
		switch {
		case e == x.Course:
			c.add(field, "Khóa học không thể tương đương với chính nó; hãy bỏ “%s”.", "A course is no equivalent of itself; take “%s” out.", e)
		case slices.Contains(x.Equivalents[:i], e):
			c.add(field, "“%s” được nêu hai lần; hãy bỏ một.", "“%s” stands twice; take one out.", e)
		case c.course(e) == notOffered:
			c.add(field, "Không có khóa học “%s”; hãy chọn khóa học khác.", "There is no course “%s”; choose another.", e)
		}
	}
}

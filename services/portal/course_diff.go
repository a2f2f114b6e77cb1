package portal

import (
	"cmp"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/services/catalog"
)

// courseParts takes a version of a course apart in reading order, under names that its versions share.
func (v *view) courseParts(c catalog.Course) []part {
	var order []string
	for _, l := range c.Content {
		order = append(order, l.Title.Vi)
	}
	number := func(n int) string { return strconv.Itoa(n) }
	all := []part{{v.t("Tên khóa học", "Title"), c.Title.Vi}, {v.t("Tên tiếng Anh", "English title"), c.Title.En}, {v.t("Tóm tắt", "Summary"), c.Summary.Vi}, {v.t("Tóm tắt tiếng Anh", "English summary"), c.Summary.En},
		{v.t("Thời lượng (tiết)", "Hours (periods of 45 minutes)"), number(c.Hours)}, {v.t("Năng lực", "Competencies"), strings.Join(c.Tags, ", ")},
		{v.t("Hiệu lực chứng nhận (tháng, 0 là không thời hạn)", "Validity of the certificate (months, 0 for no end)"), number(c.ValidityMonths)},
		{v.t("Cách cấp chứng nhận", "How certificates are issued"), v.certificateRule(c.Certificate)},
		{v.t("Bài kiểm tra: số câu", "Quiz: questions"), number(c.Quiz.Items)}, {v.t("Bài kiểm tra: điểm đạt", "Quiz: pass mark"), v.number(c.Quiz.Pass, 2)},
		{v.t("Bài kiểm tra: số phút", "Quiz: minutes"), number(c.Quiz.Minutes)}, {v.t("Bài kiểm tra: số lượt (0 là không giới hạn)", "Quiz: attempts (0 for no limit)"), number(c.Quiz.Attempts)},
		{v.t("Thứ tự các bài", "Order of the lessons"), strings.Join(order, " · ")}}
	for _, l := range c.Content {
		name := v.t("Bài ", "Lesson ") + l.ID
		all = append(all, part{name + v.t(": tên", ": title"), l.Title.Vi}, part{name + v.t(": số phút", ": minutes"), number(l.Minutes)}, part{name + v.t(": loại", ": kind"), v.kindAndMedia(l)}, part{name + v.t(": nội dung", ": text"), l.Markdown})
	}
	return all
}

// kindAndMedia says what a lesson is, what it shows and what completes it.
func (v *view) kindAndMedia(l events.Lesson) string {
	all := []string{cmp.Or(v.lessonKind(l.Kind), v.t("bài đọc", "text"))}
	if l.Media != nil {
		all = append(all, l.Media.File+l.Media.Link, l.Media.Digest)
	}
	if l.Share > 0 {
		all = append(all, v.number(100*l.Share, 0)+"%")
	}
	return strings.TrimRight(strings.Join(all, " · "), " ·")
}

// comparePage shows a trainer two versions of a course side by side, the newest two where none are named.
func (p *Portal) comparePage(v *view) (page, error) {
	course := v.r.PathValue("course")
	latest, err := catalog.GetCourse.Call(v.ctx(), p.d.RPC, catalog.GetCourseRequest{Course: course})
	if err != nil {
		return page{}, err
	}
	chosen := func(name string, otherwise int) int {
		if n, err := strconv.Atoi(v.r.URL.Query().Get(name)); err == nil && n >= 1 && n <= latest.Version {
			return n
		}
		return otherwise
	}
	from, to := chosen("from", max(1, latest.Version-1)), chosen("to", latest.Version)
	was, err := v.course(course, from)
	if err != nil {
		return page{}, err
	}
	is, err := v.course(course, to)
	if err != nil {
		return page{}, err
	}
	var all []entry
	for n := latest.Version; n >= 1; n-- {
		all = append(all, entry{strconv.Itoa(n), v.t("Phiên bản ", "Version ") + strconv.Itoa(n)})
	}
	title := v.t("So sánh các phiên bản", "Versions compared")
	body := g.Node(h.P(v.text("Khóa học mới chỉ có một phiên bản, chưa có gì để so sánh.", "There is one version only, and nothing to compare.")))
	if latest.Version > 1 {
		body = g.Group{
			h.Form(h.Class("inline"), h.Method("get"), h.Action("/courses/"+course+"/compare"),
				field("from", v.t("Từ", "From"), h.Select(h.ID("from"), h.Name("from"), choose(strconv.Itoa(from), all...))),
				field("to", v.t("Đến", "To"), h.Select(h.ID("to"), h.Name("to"), choose(strconv.Itoa(to), all...))),
				h.Div(h.Class("field"), h.Button(h.Class("btn"), h.Type("submit"), v.text("So sánh", "Compare")))),
			v.differences(changes(v.courseParts(was), v.courseParts(is)), from, to),
		}
	}
	return page{Title: title, Section: "/courses", Body: []g.Node{
		v.crumbs(title, crumb{"/courses", v.t("Khóa học", "Courses")}), h.H1(g.Text(v.words(latest.Title))),
		h.P(h.Class("lead"), v.text("Phiên bản đã xuất bản không bao giờ đổi; người đang học giữ phiên bản của mình.", "A published version never changes; people in the course keep theirs.")), body,
	}}, nil
}

package portal

import (
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/services/enrolment"
)

// moveField asks who goes over to a new version, and says how many each choice concerns; nothing while nobody is in the course.
func (v *view) moveField(course string, in enrolment.MovePreview) g.Node {
	if in.NotStarted+in.Started == 0 {
		return nil
	}
	id := "move-" + course
	people := func(n int) string {
		if n == 1 {
			return v.t("1 người", "1 person")
		}
		return v.t(strconv.Itoa(n)+" người", strconv.Itoa(n)+" people")
	}
	return field(id, v.t("Người đang học phiên bản trước", "People in an earlier version"), h.Select(h.ID(id), h.Name("move"), choose("",
		entry{"", v.t("Ai cũng học tiếp phiên bản của mình", "Everybody keeps their version")},
		entry{events.MoveNotStarted, v.t("Chuyển người chưa mở bài nào: ", "Move those who have opened no lesson: ") + people(in.NotStarted)},
		entry{events.MoveAll, v.t("Chuyển tất cả: ", "Move all: ") + people(in.NotStarted+in.Started)})),
		hint(v.t("Đang học dở: "+people(in.Started)+". Bài đã học xong mà nội dung không đổi vẫn được tính; bài có nội dung mới phải học lại.",
			"Under way: "+people(in.Started)+". Lessons done whose text is unchanged still count; those with a new text are to be done again.")))
}

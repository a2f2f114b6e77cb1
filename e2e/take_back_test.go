package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/rpc"
	"khuevan/services/directory"
	"khuevan/services/enrolment"
)

// TestATrainerTakesBackWhatARuleOpened ends an assignment made by mistake. The page names beforehand who keeps the course and why: who
// has begun, is excused, or is asked by another rule. Afterwards nobody else owes it, and the unit's numbers say so by themselves.
func TestATrainerTakesBackWhatARuleOpened(t *testing.T) {
	t.Parallel()
	h := open(t, together, false)
	chrome := chromium(t)
	learner := h.visit(chrome, "Lan", phone()).as("Cán bộ học viên").opensUntil("/learn", courseTitle).opens("/learn/" + course + "/lessons/mat-khau").sees("Bài 1/")
	head := h.visit(chrome, "head", desktop()).as("Thủ trưởng đơn vị").opensUntil("/unit", "Đinh Sông Mã")
	head.until("all nine are assigned", stat("Được giao")+` === "9"`)
	api := h.api("DEMO-0002")
	asked, excused := coded(t, api, "DEMO-0210"), coded(t, api, "DEMO-0211")
	must[enrolment.Assigned](t, api, "enrolment/assign-course", enrolment.AssignCourseRequest{Course: course, Unit: unitOf(t, api, commune), Due: time.Now().AddDate(0, 2, 0), Audience: events.Audience{People: []string{asked.Person}}})
	must[rpc.Receipt](t, api, "enrolment/excuse", enrolment.ExcuseRequest{Person: excused.Person, Course: course, Why: events.ExcusedLeave})

	trainer := h.visit(chrome, "trainer", desktop()).as("Người phụ trách đào tạo").opensUntil("/assignments", "Thu hồi…")
	trainer.hits("a", "Thu hồi…").sees("Trước khi thu hồi").reads("Sẽ thu hồi", "6").
		row(lan, "Giữ: đã bắt đầu học").row(asked.Name, "Giữ: lần giao khác cũng yêu cầu").row(excused.Name, "Giữ: đang được miễn").row("Giàng Núi Xanh", "Thu hồi").row("Đinh Sông Mã", "Thu hồi").
		clicks("Dừng và thu hồi").sees("Chọn lý do").
		fills("Lý do", "Giao nhầm khóa học, đơn vị hoặc người").clicks("Dừng và thu hồi").opensUntil("/assignments", "Đã thu hồi 6")
	head.until("the numbers follow without reloading", stat("Được giao")+` === "3"`)
	head.opensUntil("/inbox", "Không phải học nữa: "+courseTitle).opens("/learn").sees("Bạn chưa được giao khóa học nào")
	learner.opens("/learn").sees("Hạn hoàn thành")
	for code, owes := range map[string]bool{asked.Code: true, excused.Code: true, "DEMO-0212": false} {
		if got := len(must[[]enrolment.Enrolment](t, h.api(code), "enrolment/my-enrolments", struct{}{})); owes != (got == 1) {
			t.Errorf("%s has %d courses", code, got)
		}
	}
}

// coded finds a person by their code.
func coded(t *testing.T, trainer *client, code string) directory.Named {
	t.Helper()
	found := must[[]directory.Named](t, trainer, "directory/name-people", directory.NamePeopleRequest{Codes: []string{code}})
	if len(found) != 1 {
		t.Fatalf("%s is found as %+v", code, found)
	}
	return found[0]
}

// unitOf finds a unit by its name.
func unitOf(t *testing.T, c *client, name string) string {
	t.Helper()
	units := must[[]directory.Unit](t, c, "directory/list-units", struct{}{})
	at := slices.IndexFunc(units, func(u directory.Unit) bool { return u.Name == name })
	if at < 0 {
		t.Fatalf("there is no unit %s", name)
	}
	return units[at].ID
}

// row waits for a row of a table that holds all of these.
func (b *browser) row(texts ...string) *browser {
	b.t.Helper()
	found := `[...document.querySelectorAll("tbody tr")]`
	for _, text := range texts {
		found += `.filter(r => r.innerText.normalize().includes(` + js(text) + `))`
	}
	b.until("a row of "+strings.Join(texts, ", "), found+`.length === 1`)
	return b
}

// reads waits for a fact of a page to have a value.
func (b *browser) reads(name, value string) *browser {
	b.t.Helper()
	b.until(name+" "+value, `[...document.querySelectorAll("dt")].find(d => d.innerText.normalize() === `+js(name)+`)?.parentElement.querySelector("dd").innerText.trim() === `+js(value))
	return b
}

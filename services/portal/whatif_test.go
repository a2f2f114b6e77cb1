package portal_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"khuevan/events"
)

// dryRun is the link of a dry run of the shipped course in the commune, each Monday at nine, due in ten days.
func dryRun(h *house) string {
	return "/campaigns/new?" + url.Values{"step": {"3"}, "title": {"Nhắc lại"}, "course": {course}, "unit": {h.unit("MN-XDM")}, "cron": {"0 9 * * 1"}, "due_n": {"10"}}.Encode()
}

// A trainer sees what is expected of a campaign, by an assumption at first; once it runs, what was foretold stands beside what came.
func TestACampaignIsForetoldAndCompared(t *testing.T) {
	h := newHouse(t)
	trainer := signIn(t, h.open(), "DEMO-0002")
	trainer.get(dryRun(h)).sees(t, "Dự báo trước khi chạy", "Chưa có số liệu từ các kỳ đã kết thúc", "Giờ cao điểm", "giả định 60.000 VND mỗi giờ", `role="img"`, `id="whatif-chart"`,
		"Số liệu của biểu đồ", "Nếu giao lệch ngày", "Mọi người đều ở một đơn vị", "Chưa có số liệu cho thấy ai dễ trễ hạn")

	tick, person, unit := h.Clock.Now(), h.person("DEMO-0100"), h.unit("MN-XDM")
	plan := events.CampaignScheduled{Campaign: "c1", Title: "Nhắc lại", Course: course, Unit: unit, Cron: "0 9 * * 1", Zone: "Asia/Ho_Chi_Minh", From: tick, DueDays: 10}
	h.Append("scheduler.campaign.c1", plan)
	h.Settle()
	trainer.get("/campaigns/c1").sees(t, "Dự báo và thực tế", "Chưa có số liệu: dự báo được ghi lại khi một kỳ chạy")
	h.Append("scheduler.campaign.c1", events.CampaignTicked{Campaign: "c1", Due: tick, Title: "Nhắc lại", Course: course, Unit: unit, Deadline: tick.AddDate(0, 0, 10)})
	h.Settle()
	h.Append("progress.course."+person+"_"+course+"_1", events.LessonStarted{Person: person, Course: course, Period: 1, Lesson: "a", At: tick.Add(2 * time.Hour)})
	h.Settle()
	trainer.get("/campaigns/c1").sees(t, `id="outcome-chart"`, "chưa đến hạn", "Cột rộng, nhạt là dự báo", "10:00 23/11")

	h.Clock.Set(tick.AddDate(0, 0, 11))
	trainer = signIn(t, h.open(), "DEMO-0002")
	trainer.get("/campaigns/c1").sees(t, "thấp hơn dự báo")
	trainer.get(dryRun(h)).sees(t, "Học từ 1 kỳ đã kết thúc: 2 lượt người được giao, 1 lượt đã bắt đầu")
}

// Whose own past makes it likelier that they are late is named to the trainer, and the look is recorded.
func TestWhoMayBeLateIsNamedAndTheLookRecorded(t *testing.T) {
	h := newHouse(t)
	person := h.person("DEMO-0100")
	for period := 2; period < 6; period++ { // each missed
		h.Append("enrolment.enrolment."+person+"_"+course, events.PersonEnrolled{Person: person, Course: course, Period: period, Version: 1, Due: h.Clock.Now().Add(time.Hour), Assignment: "x"})
	}
	h.Clock.Set(h.Clock.Now().AddDate(0, 0, 1))
	h.Settle()
	trainer := signIn(t, h.open(), "DEMO-0002")
	page := trainer.get(dryRun(h))
	page.sees(t, "Ai dễ trễ hạn", "1 trong 1 người", "Nguyễn Thị Lan Chi", "0/4")
	h.Settle()
	lan := signIn(t, h.open(), "DEMO-0100")
	lan.get("/account").sees(t, "Trần Hoa Mộc", "Dự báo của đợt nhắc học, ai dễ trễ hạn")
	if a := lan.get(dryRun(h)); a.status != http.StatusForbidden {
		t.Errorf("a learner sees a dry run: %d", a.status)
	}
}

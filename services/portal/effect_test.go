package portal_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
	"khuevan/services/catalog"
	"khuevan/services/enrolment"
	"khuevan/services/scheduler"
)

// heldOut is a house in which a campaign has held half of some sixty people out; enrolment drew them by the seed that the scheduler
// recorded. It tells who was asked.
func heldOut(t *testing.T) (h *house, asked []string) {
	t.Helper()
	h = bareHouse(t)
	call(h, catalog.PublishCourse, catalog.PublishCourseRequest{Package: call(h, catalog.ListPackages, rpc.Empty{})[0].Name})
	unit := h.unit("MN-XDM")
	for i := range 60 {
		p := "p" + strconv.Itoa(i)
		h.Append("directory.person."+p, events.MembershipBegan{Person: p, Unit: unit})
	}
	plan := scheduler.ScheduleCampaignRequest{Campaign: "c1", Title: "Nhắc đầu năm", Course: course, Unit: h.unit("MN"), Cron: "0 9 1 1 *", DueDays: 7, HoldOut: 50}
	call(h, scheduler.ScheduleCampaign, plan)
	h.Settle()
	past, err := h.Journal.Load(t.Context(), "scheduler.campaign.c1")
	if err != nil {
		t.Fatal(err)
	}
	seed := past[0].Event.(events.CampaignScheduled).Seed
	h.Append("scheduler.campaign.c1", events.CampaignTicked{Campaign: "c1", Due: hosttest.Start, Title: plan.Title, Course: course, Unit: plan.Unit, DueDays: 7, HoldOut: 50, Seed: seed,
		Deadline: time.Date(2026, 11, 30, 16, 59, 59, 0, time.UTC)})
	h.Settle()
	for i := range 60 {
		p := "p" + strconv.Itoa(i)
		mine, err := enrolment.MyEnrolments.Call(h.As(p), h.Client, enrolment.MineRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if len(mine) > 0 {
			asked = append(asked, p)
		}
	}
	if len(asked) < 25 || len(asked) > 35 {
		t.Fatalf("%d of 60 are asked", len(asked))
	}
	return h, asked
}

// completed lets people complete the course two days after the tick.
func (h *house) completed(people []string) {
	for _, p := range people {
		h.Append("enrolment.enrolment."+p+"_"+course, events.EnrolmentCompleted{Person: p, Course: course, Period: 1, Version: 1, At: hosttest.Start.AddDate(0, 0, 2)})
	}
	h.Settle()
}

// passes lets the deadline pass, for all but the loops of the house.
func (h *house) passes() { h.Clock.Set(time.Date(2026, 11, 30, 17, 30, 0, 0, time.UTC)) }

func TestACampaignTellsWhetherItWorks(t *testing.T) {
	h, asked := heldOut(t)
	h.completed(asked[:20])
	site := h.open()
	trainer := signIn(t, site, "DEMO-0002")
	page := trainer.get("/campaigns/c1")
	page.sees(t, "Có tác dụng không?", "đang chạy đến hết ngày", "30/11/2026")
	page.hides(t, "chart-effect", "Nhóm giao sau", "hoàn thành đúng hạn")

	h.passes()
	trainer = signIn(t, site, "DEMO-0002") // a week later
	page = trainer.get("/campaigns/c1")
	page.sees(t, "Có tác dụng: cứ 100 người được giao thì thêm", `role="img"`, "chart-effect is-clear", "Khoảng tin cậy 95%", "Nhóm giao sau", fmt.Sprintf("(20 trên %d người)", h.drawnToBeAsked()), "Chưa so được điểm", "Cách đọc kết quả")
	page.hides(t, "đang chạy đến hết ngày", "p1", "p59")
	trainer.get("/lang?to=en&back=/")
	trainer.get("/campaigns/c1").sees(t, "It works: of 100 people asked", "95% interval")
}

// drawnToBeAsked is how many people of all units the draw did not hold out.
func (h *house) drawnToBeAsked() (n int) {
	h.t.Helper()
	past, err := h.Journal.Load(h.t.Context(), "enrolment.trial.c1_"+strconv.FormatInt(hosttest.Start.Unix(), 10))
	if err != nil || len(past) != 1 {
		h.t.Fatalf("%v, %v", past, err)
	}
	for _, u := range past[0].Event.(events.ArmsDrawn).Units {
		n += u.People - u.Held
	}
	return n
}

func TestNoEffectIsSaidAsNone(t *testing.T) {
	h, _ := heldOut(t)
	h.passes()
	signIn(t, h.open(), "DEMO-0002").get("/campaigns/c1").sees(t, "Không thấy khác biệt: cứ 100 người được giao thì chênh 0 người", "có chứa số 0", `class="chart-effect"`)
}

func TestACampaignWithoutAHoldOutSaysHowToMeasure(t *testing.T) {
	h := newHouse(t)
	call(h, scheduler.ScheduleCampaign, scheduler.ScheduleCampaignRequest{Campaign: "c2", Title: "Cho tất cả", Course: course, Unit: h.unit("MN"), Cron: "0 9 1 1 *"})
	signIn(t, h.open(), "DEMO-0002").get("/campaigns/c2").sees(t, "không có ai để so sánh", "Tỷ lệ nhóm đối chứng")
}

func TestAnAuditorHasTheDrawRecomputed(t *testing.T) {
	h, asked := heldOut(t)
	site := h.open()
	analyst, admin := signIn(t, site, "DEMO-0003"), signIn(t, site, "DEMO-0001")
	analyst.get("/report").sees(t, `href="/trials"`)
	admin.get("/system").sees(t, `href="/trials"`)
	for _, who := range []*reader{analyst, admin} {
		who.get("/trials").sees(t, "Nhắc đầu năm", "50%", `href="/trials/c1"`)
		page := who.get("/trials/c1")
		page.sees(t, "Mọi việc bốc thăm đều khớp", "Khớp")
		page.hides(t, asked[0], "Không khớp")
	}
	analyst.get("/trials/c1").shows(t, "Có tác dụng không?")
	admin.get("/trials/c1").hides(t, "Có tác dụng không?")
	if a := signIn(t, site, "DEMO-0002").get("/trials/c1"); a.status != http.StatusForbidden {
		t.Errorf("a trainer sees the check: %d", a.status)
	}
	unit := h.unit("MN-XDM")
	h.Append("enrolment.enrolment.planted_"+course, events.PersonHeldOut{Person: "planted", Course: course, Campaign: "c1", Tick: hosttest.Start, Unit: unit, DueDays: 7})
	h.Settle()
	page := analyst.get("/trials/c1")
	page.sees(t, "điểm không khớp với số gốc", "Không khớp", "Xã Đỉnh Mây: ", "chỉ ")
	page.hides(t, "planted", "Mọi việc bốc thăm đều khớp")
}

func TestNoHoldOutIsToldToAuditors(t *testing.T) {
	signIn(t, bareHouse(t).open(), "DEMO-0003").get("/trials").sees(t, "Chưa có đợt nhắc học nào đặt nhóm đối chứng")
}

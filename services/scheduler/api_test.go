package scheduler

import (
	"slices"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

var trainer = rpc.Grant{Role: events.RoleTrainer}

func office(t *testing.T) *hosttest.House {
	t.Helper()
	h := hosttest.Run(t, events.All(), build)
	h.Append("directory.unit.root", events.UnitEstablished{Unit: "root", Name: "UBND tỉnh (giả định)"})
	h.Append("directory.unit.so", events.UnitEstablished{Unit: "so", Name: "Sở (giả định)", Parent: "root"})
	h.Append("directory.unit.xa", events.UnitEstablished{Unit: "xa", Name: "Xã (giả định)", Parent: "root"})
	h.Append("catalog.course.attt", events.CoursePublished{Course: "attt", Version: 1})
	h.Append("catalog.course.old", events.CoursePublished{Course: "old", Version: 1}, events.CourseWithdrawn{Course: "old"})
	return h
}

func request() ScheduleCampaignRequest {
	return ScheduleCampaignRequest{Title: "Nhắc lại hằng tuần", Course: "attt", Unit: "so", Cron: "0 8 * * 1", From: hosttest.Start.Add(time.Hour)}
}

func TestACampaignIsScheduledListedTickedAndStopped(t *testing.T) {
	h := office(t)
	lan := h.As("lan", trainer)
	done, err := ScheduleCampaign.Call(lan, h.Client, request())
	if err != nil {
		t.Fatal(err)
	}
	again, err := ScheduleCampaign.Call(lan, h.Client, request()) // the same request, sent twice
	if err != nil || again != done {
		t.Errorf("again: %+v, %v; want %+v", again, err, done)
	}
	list, err := ListCampaigns.Call(lan, h.Client, ListCampaignsRequest{After: done.Seq})
	if err != nil || len(list) != 1 || !list[0].Next.Equal(weeks(1)) || list[0].Campaign != done.Campaign {
		t.Fatalf("list: %+v, %v", list, err)
	}
	h.Clock.AwaitWaiters(1)
	h.Clock.Set(weeks(1))
	h.Clock.AwaitWaiters(1)
	h.Settle()
	list, err = ListCampaigns.Call(lan, h.Client, ListCampaignsRequest{})
	if err != nil || list[0].Ticks != 1 || !list[0].Last.Equal(weeks(1)) || !list[0].Next.Equal(weeks(2)) {
		t.Fatalf("after a week: %+v, %v", list, err)
	}
	stop, err := StopCampaign.Call(h.As("lan", trainer), h.Client, CampaignRequest{Campaign: done.Campaign})
	if err != nil {
		t.Fatal(err)
	}
	list, err = ListCampaigns.Call(lan, h.Client, ListCampaignsRequest{After: stop.Seq})
	if err != nil || list[0].State != Stopped || !list[0].Next.IsZero() {
		t.Errorf("stopped: %+v, %v", list, err)
	}
}

func TestOnlyTrainersOfTheUnitScheduleAndStop(t *testing.T) {
	h := office(t)
	ofXa := rpc.Grant{Role: events.RoleTrainer, Unit: "xa"}
	_, err := ScheduleCampaign.Call(h.As("minh"), h.Client, request())
	hosttest.Refused(t, err, fault.Denied)
	_, err = ScheduleCampaign.Call(h.As("binh", ofXa), h.Client, request())
	hosttest.Refused(t, err, fault.Denied)
	if got := []string{h.Denied(), h.Denied()}; !slices.Contains(got, "binh scheduler.schedule-campaign") {
		t.Errorf("denials: %v", got)
	}
	done, err := ScheduleCampaign.Call(h.As("lan", rpc.Grant{Role: events.RoleTrainer, Unit: "root"}), h.Client, request())
	if err != nil {
		t.Fatal(err)
	}
	_, err = StopCampaign.Call(h.As("binh", ofXa), h.Client, CampaignRequest{Campaign: done.Campaign})
	hosttest.Refused(t, err, fault.Denied)
	list, err := ListCampaigns.Call(h.As("binh", ofXa), h.Client, ListCampaignsRequest{After: done.Seq})
	if err != nil || len(list) != 0 {
		t.Errorf("a trainer of another unit sees %+v, %v", list, err)
	}
}

func TestRequestsThatNameNothingKnownAreRefused(t *testing.T) {
	h := office(t)
	lan := func(change func(*ScheduleCampaignRequest)) error {
		r := request()
		change(&r)
		_, err := ScheduleCampaign.Call(h.As("lan", trainer), h.Client, r)
		return err
	}
	hosttest.Refused(t, lan(func(r *ScheduleCampaignRequest) { r.Unit = "none" }), fault.NotFound)
	hosttest.Refused(t, lan(func(r *ScheduleCampaignRequest) { r.Course = "none" }), fault.NotFound)
	hosttest.Refused(t, lan(func(r *ScheduleCampaignRequest) { r.Course = "old" }), fault.Conflict)
	hosttest.Refused(t, lan(func(r *ScheduleCampaignRequest) { r.Cron = "* * * * * *" }), fault.Invalid)
	for _, id := range []string{"A", "a b", "a.b", "a_b", "*", ">", "ă", strings.Repeat("a", 65)} {
		hosttest.Refused(t, lan(func(r *ScheduleCampaignRequest) { r.Campaign = id }), fault.Invalid)
		_, err := StopCampaign.Call(h.As("lan", trainer), h.Client, CampaignRequest{Campaign: id})
		hosttest.Refused(t, err, fault.NotFound)
	}
	_, err := StopCampaign.Call(h.As("lan", trainer), h.Client, CampaignRequest{Campaign: "none"})
	hosttest.Refused(t, err, fault.NotFound)
	if err := lan(func(r *ScheduleCampaignRequest) { r.Campaign = "attt2027" }); err != nil {
		t.Error(err)
	}
}

func TestAPreviewShowsTheNextFive(t *testing.T) {
	h := office(t)
	p, err := PreviewSchedule.Call(h.As("lan", trainer), h.Client, ScheduleCampaignRequest{Cron: " 0 8  * * 1 "})
	want := []time.Time{monday, weeks(1), weeks(2), weeks(3), weeks(4)}
	if err != nil || !slices.EqualFunc(p.Next, want, func(n PlannedTick, w time.Time) bool { return n.Due.Equal(w) }) {
		t.Errorf("preview: %v, %v", p.Next, err)
	}
	_, err = PreviewSchedule.Call(h.As("lan", trainer), h.Client, ScheduleCampaignRequest{Cron: "0 8 30 2 *"})
	hosttest.Refused(t, err, fault.Invalid)
	_, err = PreviewSchedule.Call(h.As("lan", trainer), h.Client, ScheduleCampaignRequest{Cron: "TZ=0"})
	hosttest.Refused(t, err, fault.Invalid)
}

func TestAPreviewSaysWhatIsMovedOffHolidaysAndWhy(t *testing.T) {
	h := office(t)
	p, err := PreviewSchedule.Call(h.As("lan", trainer), h.Client, ScheduleCampaignRequest{Cron: "0 8 6 * *", From: at(t, "2027-02-01T00:00:00+07:00"),
		OffDays: events.OffDaysNext, DueWorkdays: 5, Reminders: []int{1, 3}, EscalateDays: 1})
	if err != nil {
		t.Fatal(err)
	}
	first := p.Next[0]
	day := func(text string) time.Time { return at(t, text+"T08:00:00+07:00") }
	if !first.Due.Equal(day("2027-02-12")) || len(first.Moved) != 1 || !first.Moved[0].Unsure || first.Moved[0].Name.Vi != "Tết Nguyên đán Đinh Mùi" {
		t.Errorf("Tết moves it to %+v", first)
	}
	if !first.Deadline.Equal(at(t, "2027-02-19T23:59:59+07:00")) || !slices.EqualFunc(first.Reminders, []time.Time{day("2027-02-16"), day("2027-02-18")}, time.Time.Equal) ||
		!first.Escalates.Equal(day("2027-02-22")) { // the 20th is a Saturday
		t.Errorf("deadline, reminders and escalation: %+v", first)
	}
	if second := p.Next[1]; !second.Due.Equal(day("2027-03-08")) || len(second.Moved) != 1 || second.Moved[0].Name.Vi != "" { // the 6th is a Saturday
		t.Errorf("a weekend moves it to %+v", second)
	}
	if len(p.Years) != 1 || !p.Years[0].Known || p.Years[0].Citation.Vi == "" {
		t.Errorf("sources: %+v", p.Years)
	}
}

func TestACampaignIsPausedResumedAndShown(t *testing.T) {
	h := office(t)
	done, err := ScheduleCampaign.Call(h.As("lan", trainer), h.Client, request())
	if err != nil {
		t.Fatal(err)
	}
	c := CampaignRequest{done.Campaign}
	paused, err := PauseCampaign.Call(h.As("lan", trainer), h.Client, c)
	if err != nil {
		t.Fatal(err)
	}
	h.Clock.Set(weeks(2))
	resumed, err := ResumeCampaign.Call(h.As("lan", trainer), h.Client, c)
	if err != nil || resumed.Seq <= paused.Seq {
		t.Fatalf("resumed at %d: %v", resumed.Seq, err)
	}
	h.Clock.Set(weeks(3))
	h.Clock.AwaitWaiters(1)
	h.Settle()
	page, err := GetCampaign.Call(h.As("lan", trainer), h.Client, GetCampaignRequest{Campaign: done.Campaign, After: resumed.Seq})
	if err != nil || page.State != Running || len(page.Latest) != 1 || !page.Latest[0].Due.Equal(weeks(3)) || page.Latest[0].Missed != 0 {
		t.Errorf("after the pause: %+v, %v", page, err)
	}
	ofXa := rpc.Grant{Role: events.RoleTrainer, Unit: "xa"}
	for _, call := range []func() error{
		func() error { _, err := PauseCampaign.Call(h.As("binh", ofXa), h.Client, c); return err },
		func() error { _, err := ResumeCampaign.Call(h.As("binh", ofXa), h.Client, c); return err },
		func() error {
			_, err := GetCampaign.Call(h.As("binh", ofXa), h.Client, GetCampaignRequest{Campaign: done.Campaign})
			return err
		},
	} {
		hosttest.Refused(t, call(), fault.Denied)
	}
	_, err = GetCampaign.Call(h.As("lan", trainer), h.Client, GetCampaignRequest{Campaign: "none"})
	hosttest.Refused(t, err, fault.NotFound)
}

func TestContentIsWhatTheOfferHas(t *testing.T) {
	h := office(t)
	read := []events.Lesson{{ID: "quy-che", Kind: events.LessonRead}}
	h.Append("catalog.course.quyche", events.CoursePublished{Course: "quyche", Version: 1, Lessons: read})
	h.Append("catalog.programme.canbo", events.ProgrammePublished{Programme: "canbo", Version: 1})
	h.Append("catalog.programme.cu", events.ProgrammePublished{Programme: "cu", Version: 1}, events.ProgrammeWithdrawn{Programme: "cu"})
	for _, c := range []struct {
		course, programme, content string
		want                       fault.Kind
	}{
		{"quyche", "", events.ContentAcknowledgement, ""}, {"attt", "", events.ContentAcknowledgement, fault.Invalid},
		{"", "canbo", "", ""}, {"", "cu", "", fault.Conflict}, {"", "none", "", fault.NotFound},
	} {
		r := request()
		r.Course, r.Programme, r.Content = c.course, c.programme, c.content
		_, err := ScheduleCampaign.Call(h.As("lan", trainer), h.Client, r)
		hosttest.Refused(t, err, c.want)
	}
}

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
	stop, err := StopCampaign.Call(h.As("lan", trainer), h.Client, StopCampaignRequest{Campaign: done.Campaign})
	if err != nil {
		t.Fatal(err)
	}
	list, err = ListCampaigns.Call(lan, h.Client, ListCampaignsRequest{After: stop.Seq})
	if err != nil || !list[0].Stopped || !list[0].Next.IsZero() {
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
	_, err = StopCampaign.Call(h.As("binh", ofXa), h.Client, StopCampaignRequest{Campaign: done.Campaign})
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
		_, err := StopCampaign.Call(h.As("lan", trainer), h.Client, StopCampaignRequest{Campaign: id})
		hosttest.Refused(t, err, fault.NotFound)
	}
	_, err := StopCampaign.Call(h.As("lan", trainer), h.Client, StopCampaignRequest{Campaign: "none"})
	hosttest.Refused(t, err, fault.NotFound)
	if err := lan(func(r *ScheduleCampaignRequest) { r.Campaign = "attt2027" }); err != nil {
		t.Error(err)
	}
}

func TestAPreviewShowsTheNextFive(t *testing.T) {
	h := office(t)
	p, err := PreviewSchedule.Call(h.As("lan", trainer), h.Client, PreviewScheduleRequest{Cron: " 0 8  * * 1 "})
	want := []time.Time{monday, weeks(1), weeks(2), weeks(3), weeks(4)}
	if err != nil || !slices.EqualFunc(p.Next, want, time.Time.Equal) {
		t.Errorf("preview: %v, %v", p.Next, err)
	}
	p, err = PreviewSchedule.Call(h.As("lan", trainer), h.Client, PreviewScheduleRequest{Cron: "0 8 30 2 *"})
	if err != nil || len(p.Next) != 0 {
		t.Errorf("30 February: %v, %v", p.Next, err)
	}
	_, err = PreviewSchedule.Call(h.As("lan", trainer), h.Client, PreviewScheduleRequest{Cron: "TZ=0"})
	hosttest.Refused(t, err, fault.Invalid)
}

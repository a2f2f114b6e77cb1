package scheduler

import (
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

var monday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC) // 8:00 in Ha Noi

func asked() events.CampaignScheduled {
	return events.CampaignScheduled{Campaign: "attt", Title: "An toàn thông tin hằng tuần", Course: "attt-co-ban", Unit: "u1", Cron: "0 8 * * 1"}
}

func weekly() events.CampaignScheduled {
	plan := asked()
	plan.Zone, plan.From, plan.DueDays = "Asia/Ho_Chi_Minh", monday, 14
	return plan
}

func weeks(n int) time.Time { return monday.AddDate(0, 0, 7*n) }

func ticked(due time.Time, missed int) events.CampaignTicked {
	p := weekly()
	return events.CampaignTicked{Campaign: p.Campaign, Due: due, Missed: missed, Title: p.Title, Course: p.Course, Unit: p.Unit, DueDays: p.DueDays}
}

func TestSchedulingTakesDefaults(t *testing.T) {
	eventtest.Given[campaign](t).When(scheduleCampaign{Plan: asked(), Now: monday}).Then(weekly())
}

func TestACampaignNeverBeginsBeforeItWasScheduled(t *testing.T) {
	plan := asked()
	plan.From = monday.AddDate(-1, 0, 0)
	eventtest.Given[campaign](t).When(scheduleCampaign{Plan: plan, Now: monday}).Then(weekly())
}

func TestSchedulingTidiesText(t *testing.T) {
	plan := asked()
	plan.Title, plan.Cron = "  "+plan.Title+"\n", " 0  8 * * 1 "
	eventtest.Given[campaign](t).When(scheduleCampaign{Plan: plan, Now: monday}).Then(weekly())
}

func TestSchedulingTheSameAgainDecidesNothing(t *testing.T) {
	later := monday.Add(time.Hour)
	eventtest.Given[campaign](t, weekly()).When(scheduleCampaign{Plan: asked(), Now: later}).ThenNothing()
	eventtest.Given[campaign](t, weekly(), events.CampaignStopped{Campaign: "attt"}).When(scheduleCampaign{Plan: asked(), Now: later}).ThenNothing()

	future := weekly()
	future.From = weeks(3)
	again := asked()
	again.From = weeks(3)
	eventtest.Given[campaign](t, future).When(scheduleCampaign{Plan: again, Now: later}).ThenNothing()
}

func TestAnIdStandsForOneSchedule(t *testing.T) {
	for name, change := range map[string]func(*events.CampaignScheduled){
		"title": func(p *events.CampaignScheduled) { p.Title = "Khác" },
		"cron":  func(p *events.CampaignScheduled) { p.Cron = "0 9 * * 1" },
		"unit":  func(p *events.CampaignScheduled) { p.Unit = "u2" },
		"due":   func(p *events.CampaignScheduled) { p.DueDays = 7 },
		"until": func(p *events.CampaignScheduled) { p.Until = weeks(9) },
		"from":  func(p *events.CampaignScheduled) { p.From = weeks(2) },
	} {
		t.Run(name, func(t *testing.T) {
			other := asked()
			change(&other)
			eventtest.Given[campaign](t, weekly()).When(scheduleCampaign{Plan: other, Now: monday.Add(time.Hour)}).ThenRefused(fault.Conflict)
		})
	}
}

func TestWhatCannotBeACampaignIsRefused(t *testing.T) {
	for name, change := range map[string]func(*events.CampaignScheduled){
		"no title":              func(p *events.CampaignScheduled) { p.Title = " \t" },
		"a long title":          func(p *events.CampaignScheduled) { p.Title = strings.Repeat("ữ", 201) },
		"a broken title":        func(p *events.CampaignScheduled) { p.Title = "\xff" },
		"negative time":         func(p *events.CampaignScheduled) { p.DueDays = -1 },
		"more than a year":      func(p *events.CampaignScheduled) { p.DueDays = 366 },
		"no cron":               func(p *events.CampaignScheduled) { p.Cron = "" },
		"every second":          func(p *events.CampaignScheduled) { p.Cron = "* * * * * *" },
		"an unknown zone":       func(p *events.CampaignScheduled) { p.Zone = "Asia/Khue_Van" },
		"30 February":           func(p *events.CampaignScheduled) { p.Cron = "0 8 30 2 *" },
		"over before it is due": func(p *events.CampaignScheduled) { p.Cron, p.Until = "0 9 * * 1", monday.Add(time.Minute) },
		"an end before start":   func(p *events.CampaignScheduled) { p.From, p.Until = weeks(3), weeks(2) },
	} {
		t.Run(name, func(t *testing.T) {
			plan := asked()
			change(&plan)
			eventtest.Given[campaign](t).When(scheduleCampaign{Plan: plan, Now: monday}).ThenRefused(fault.Invalid)
		})
	}
}

func TestLimitsThemselvesAreAllowed(t *testing.T) {
	plan := asked()
	plan.Title, plan.DueDays, plan.Until = strings.Repeat("ữ", 200), 365, monday // due once: at its start
	want := weekly()
	want.Title, want.DueDays, want.Until = plan.Title, 365, monday
	eventtest.Given[campaign](t).When(scheduleCampaign{Plan: plan, Now: monday}).Then(want)
}

func TestADueTimeIsTickedOnce(t *testing.T) {
	eventtest.Given[campaign](t, weekly()).When(tick{"attt", monday}).Then(ticked(monday, 0))
	eventtest.Given[campaign](t, weekly(), ticked(monday, 0)).When(tick{"attt", monday}).ThenNothing()
	eventtest.Given[campaign](t, weekly(), ticked(monday, 0)).When(tick{"attt", weeks(1)}).Then(ticked(weeks(1), 0))
}

func TestAClockSetBackTicksNothingAgain(t *testing.T) {
	past := []time.Time{monday, weeks(1), weeks(2)}
	for _, due := range past {
		eventtest.Given[campaign](t, weekly(), ticked(weeks(2), 2)).When(tick{"attt", due}).ThenNothing()
	}
}

func TestADowntimeCollapsesIntoOneTick(t *testing.T) {
	eventtest.Given[campaign](t, weekly()).When(tick{"attt", weeks(3)}).Then(ticked(weeks(3), 3))
	eventtest.Given[campaign](t, weekly(), ticked(monday, 0)).When(tick{"attt", weeks(3)}).Then(ticked(weeks(3), 2))
}

// A replica that found week 3 due, while another had just ticked week 2, counts from what the stream says.
func TestMissedIsCountedOnTheStream(t *testing.T) {
	eventtest.Given[campaign](t, weekly(), ticked(monday, 0), ticked(weeks(2), 1)).When(tick{"attt", weeks(3)}).Then(ticked(weeks(3), 0))
}

func TestOnlyDueTimesAreTicked(t *testing.T) {
	ends := weekly()
	ends.Until = weeks(2)
	eventtest.Given[campaign](t).When(tick{"attt", monday}).ThenRefused(fault.NotFound)
	eventtest.Given[campaign](t, ends).When(tick{"attt", monday.Add(time.Second)}).ThenRefused(fault.Conflict)
	eventtest.Given[campaign](t, ends).When(tick{"attt", weeks(-1)}).ThenRefused(fault.Conflict)
	eventtest.Given[campaign](t, ends).When(tick{"attt", weeks(3)}).ThenRefused(fault.Conflict)
	eventtest.Given[campaign](t, ends, events.CampaignStopped{Campaign: "attt"}).When(tick{"attt", monday}).ThenNothing()
}

func TestStopping(t *testing.T) {
	stopped := events.CampaignStopped{Campaign: "attt"}
	eventtest.Given[campaign](t, weekly()).When(stopCampaign{"attt"}).Then(stopped)
	eventtest.Given[campaign](t, weekly(), stopped).When(stopCampaign{"attt"}).ThenNothing()
	eventtest.Given[campaign](t).When(stopCampaign{"attt"}).ThenRefused(fault.NotFound)
}

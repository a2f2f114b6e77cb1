package scheduler

import (
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
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
	return tickOf(weekly(), due, missed, due)
}

// tickOf is the tick of a plan for a due time, written at a time.
func tickOf(p events.CampaignScheduled, due time.Time, missed int, at time.Time) events.CampaignTicked {
	return events.CampaignTicked{ID: tickID(p.Campaign, due), Campaign: p.Campaign, Due: due, Missed: missed, At: at, Title: p.Title, Course: p.Course, Unit: p.Unit,
		DueDays: p.DueDays, Deadline: clock.EndOfDay(due.AddDate(0, 0, p.DueDays)), Reminders: p.Reminders, EscalateDays: p.EscalateDays, HoldOut: p.HoldOut, Seed: p.Seed}
}

// ticks is a tick on time.
func ticks(due time.Time) tick { return tick{Campaign: "attt", Due: due, Now: due} }

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
		"no title":        func(p *events.CampaignScheduled) { p.Title = " \t" },
		"a long title":    func(p *events.CampaignScheduled) { p.Title = strings.Repeat("ữ", 201) },
		"a broken title":  func(p *events.CampaignScheduled) { p.Title = "\xff" },
		"no course":       func(p *events.CampaignScheduled) { p.Course = "" },
		"two things":      func(p *events.CampaignScheduled) { p.Programme = "p" },
		"unknown content": func(p *events.CampaignScheduled) { p.Content = "song" },
		"a read programme": func(p *events.CampaignScheduled) {
			p.Course, p.Programme, p.Content = "", "p", events.ContentAcknowledgement
		},
		"two ways to be due":    func(p *events.CampaignScheduled) { p.DueDays, p.DueWorkdays = 3, 3 },
		"too many workdays":     func(p *events.CampaignScheduled) { p.DueWorkdays = 251 },
		"the 32nd":              func(p *events.CampaignScheduled) { p.DueMonthDay = 32 },
		"days off":              func(p *events.CampaignScheduled) { p.OffDays = "later" },
		"catching up":           func(p *events.CampaignScheduled) { p.CatchUp = "most" },
		"moved twice a day":     func(p *events.CampaignScheduled) { p.Cron, p.OffDays = "0 8,14 * * *", events.OffDaysNext },
		"only days off":         func(p *events.CampaignScheduled) { p.Cron, p.OffDays = "0 8 * * 0", events.OffDaysSkip },
		"a reminder too early":  func(p *events.CampaignScheduled) { p.Reminders = []int{14} },
		"a reminder of the day": func(p *events.CampaignScheduled) { p.Reminders = []int{0} },
		"six reminders":         func(p *events.CampaignScheduled) { p.Reminders = []int{1, 2, 3, 4, 5, 6} },
		"a late escalation":     func(p *events.CampaignScheduled) { p.EscalateDays = 91 },
		"most held out":         func(p *events.CampaignScheduled) { p.HoldOut = 51 },
		"held out of a programme": func(p *events.CampaignScheduled) {
			p.Course, p.Programme, p.HoldOut = "", "p", 10
		},
		"a thousand and one":    func(p *events.CampaignScheduled) { p.Audience.People = make([]string, 1001) },
		"long ago":              func(p *events.CampaignScheduled) { p.Audience.JoinedDays = 4000 },
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
	eventtest.Given[campaign](t, weekly()).When(ticks(monday)).Then(ticked(monday, 0))
	eventtest.Given[campaign](t, weekly(), ticked(monday, 0)).When(ticks(monday)).ThenNothing()
	eventtest.Given[campaign](t, weekly(), ticked(monday, 0)).When(ticks(weeks(1))).Then(ticked(weeks(1), 0))
}

func TestAClockSetBackTicksNothingAgain(t *testing.T) {
	past := []time.Time{monday, weeks(1), weeks(2)}
	for _, due := range past {
		eventtest.Given[campaign](t, weekly(), ticked(weeks(2), 2)).When(ticks(due)).ThenNothing()
	}
}

func TestADowntimeCollapsesIntoOneTick(t *testing.T) {
	eventtest.Given[campaign](t, weekly()).When(ticks(weeks(3))).Then(ticked(weeks(3), 3))
	eventtest.Given[campaign](t, weekly(), ticked(monday, 0)).When(ticks(weeks(3))).Then(ticked(weeks(3), 2))
}

// A replica that found week 3 due, while another had just ticked week 2, counts from what the stream says.
func TestMissedIsCountedOnTheStream(t *testing.T) {
	eventtest.Given[campaign](t, weekly(), ticked(monday, 0), ticked(weeks(2), 1)).When(ticks(weeks(3))).Then(ticked(weeks(3), 0))
}

func TestOnlyTheDueTimeOfTheMomentIsTicked(t *testing.T) {
	ends := weekly()
	ends.Until = weeks(2)
	eventtest.Given[campaign](t).When(ticks(monday)).ThenRefused(fault.NotFound)
	for name, c := range map[string]tick{
		"a time that is none":        ticks(monday.Add(time.Second)),
		"before the start":           ticks(weeks(-1)),
		"after the end":              ticks(weeks(3)),
		"one that is not yet due":    {Campaign: "attt", Due: weeks(1), Now: weeks(1).Add(-time.Second)},
		"one that is not the latest": {Campaign: "attt", Due: weeks(1), Now: weeks(2)},
	} {
		t.Run(name, func(t *testing.T) { eventtest.Given[campaign](t, ends).When(c).ThenNothing() })
	}
	eventtest.Given[campaign](t, ends, events.CampaignStopped{Campaign: "attt"}).When(ticks(monday)).ThenNothing()
}

func TestStopping(t *testing.T) {
	stopped := events.CampaignStopped{Campaign: "attt"}
	eventtest.Given[campaign](t, weekly()).When(stopCampaign{"attt"}).Then(stopped)
	eventtest.Given[campaign](t, weekly(), stopped).When(stopCampaign{"attt"}).ThenNothing()
	eventtest.Given[campaign](t).When(stopCampaign{"attt"}).ThenRefused(fault.NotFound)
}

func TestPausingAndResuming(t *testing.T) {
	paused := events.CampaignPaused{Campaign: "attt", By: "lan"}
	resumed := events.CampaignResumed{Campaign: "attt", At: weeks(2).Add(time.Hour), By: "lan"}
	stopped := events.CampaignStopped{Campaign: "attt"}
	pause := pauseCampaign{"attt", "lan"}
	resume := resumeCampaign{"attt", "lan", resumed.At}
	eventtest.Given[campaign](t, weekly()).When(pause).Then(paused)
	eventtest.Given[campaign](t, weekly(), paused).When(pause).ThenNothing()
	eventtest.Given[campaign](t, weekly(), paused).When(ticks(weeks(1))).ThenNothing()
	eventtest.Given[campaign](t, weekly(), paused).When(resume).Then(resumed)
	eventtest.Given[campaign](t, weekly()).When(resume).ThenNothing()
	eventtest.Given[campaign](t, weekly(), stopped).When(pause).ThenRefused(fault.Conflict)
	eventtest.Given[campaign](t, weekly(), paused, stopped).When(resume).ThenRefused(fault.Conflict)
	eventtest.Given[campaign](t).When(pause).ThenRefused(fault.NotFound)
	eventtest.Given[campaign](t).When(resume).ThenRefused(fault.NotFound)
	// What fell due in the pause is neither ticked nor counted as missed.
	eventtest.Given[campaign](t, weekly(), ticked(monday, 0), paused, resumed).When(ticks(weeks(2))).ThenNothing()
	eventtest.Given[campaign](t, weekly(), ticked(monday, 0), paused, resumed).When(ticks(weeks(3))).Then(ticked(weeks(3), 0))
}

func TestACloneIsACampaignOfItsOwn(t *testing.T) {
	plan := asked()
	plan.Campaign, plan.Cloned, plan.HoldOut, plan.Seed, plan.Reminders = "b", "attt", 10, 7, []int{1, 7, 1}
	want := weekly()
	want.Campaign, want.Cloned, want.HoldOut, want.Seed, want.Reminders = "b", "attt", 10, 7, []int{7, 1}
	eventtest.Given[campaign](t).When(scheduleCampaign{Plan: plan, Now: monday}).Then(want)
	again := plan
	again.Seed = 8 // each request draws its own
	eventtest.Given[campaign](t, want).When(scheduleCampaign{Plan: again, Now: monday}).ThenNothing()
}

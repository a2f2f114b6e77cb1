package evaluation

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"khuevan/content"
	"khuevan/events"
	"khuevan/forecast"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

func build(d host.Deps) (host.Service, error) { return New(d, content.FS) }

var everywhere = rpc.Grant{Role: events.RoleTrainer}

// itself is a structure in which nothing stands below anything.
type itself struct{}

func (itself) Above(_ context.Context, o rpc.Object) ([]string, error) { return []string{o.ID}, nil }

// province has people n1, n2 … in each of two communes, and the course attt of four tiết.
func province(t *testing.T, each int) *hosttest.House {
	t.Helper()
	h := hosttest.Bus(t, events.All())
	h.Structure = itself{}
	h.Serve(build)
	h.Append("directory.unit.tinh", events.UnitEstablished{Unit: "tinh", Name: "Tỉnh Mây Ngàn", On: "2025-07-01"})
	for _, unit := range []string{"xa", "phuong"} {
		h.Append("directory.unit."+unit, events.UnitEstablished{Unit: unit, Name: unit, Parent: "tinh", On: "2025-07-01"})
		for i := range each {
			person := fmt.Sprintf("%s%d", unit, i)
			h.Append("directory.person."+person, events.MembershipBegan{Person: person, Membership: "m", Unit: unit, Kind: events.MembershipMain, On: "2026-01-01"})
		}
	}
	h.Append("catalog.course.attt", events.CoursePublished{Course: "attt", Version: 1, Hours: 4, Title: events.Words{Vi: "An toàn thông tin"}})
	h.Settle()
	return h
}

// foresees asks what a tick now, due in a week, would bring.
func foresees(t *testing.T, h *hosttest.House, unit string) WhatIf {
	t.Helper()
	now := h.Clock.Now()
	w, err := AskWhatIf.Call(h.As("dao", everywhere), h.Client, WhatIfRequest{Course: "attt", Unit: unit, At: now, Deadline: now.AddDate(0, 0, 7)})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// campaign lets a tick ask everybody of the province now; whoever comes is told by when they begin, and finishes an hour later. It
// ends with the clock behind its deadline.
func campaign(h *hosttest.House, id string, period int, people []string, comes func(i int) (after time.Duration, ok bool)) {
	start := h.Clock.Now()
	tick := events.CampaignTicked{Campaign: id, Due: start, Course: "attt", Unit: "tinh", Deadline: start.AddDate(0, 0, 7)}
	h.Append("scheduler.campaign."+id, tick)
	h.Settle()
	for _, p := range people {
		h.Append("enrolment.enrolment."+p+"_attt", events.PersonEnrolled{Person: p, Course: "attt", Period: period, Version: 1, Due: tick.Deadline, Campaign: id, Tick: start})
	}
	for i, p := range people {
		after, ok := comes(i)
		if !ok {
			continue
		}
		begun := start.Add(after)
		stream := fmt.Sprintf("progress.course.%s_attt_%d", p, period)
		h.Append(stream, events.LessonStarted{Person: p, Course: "attt", Period: period, Lesson: "a", At: begun})
		h.Append(stream, events.CourseCompleted{Person: p, Course: "attt", Period: period, Version: 1, At: begun.Add(time.Hour), Seconds: 1800})
		h.Append("enrolment.enrolment."+p+"_attt", events.EnrolmentCompleted{Person: p, Course: "attt", Period: period, Version: 1, At: begun.Add(time.Hour)})
	}
	h.Clock.Set(start.AddDate(0, 0, 14))
	h.Settle()
}

func everyone(each int) (all []string) {
	for i := range each {
		all = append(all, fmt.Sprintf("xa%d", i), fmt.Sprintf("phuong%d", i))
	}
	return all
}

func TestWithoutAPastItIsWhatIsAssumed(t *testing.T) {
	h := province(t, 20)
	w := foresees(t, h, "tinh")
	if w.People != 40 || w.Asked != 40 || w.Basis.Ticks != 0 || w.Basis.Assumed <= 0 || w.Seats.From != SeatsCourse || w.Seats.Each != 3 {
		t.Errorf("%+v", w)
	}
	if math.Abs(w.Starters-0.85*40) > 0.01 || w.Finishers.Value <= 0 || w.Finishers.Low >= w.Finishers.Value || w.Finishers.High <= w.Finishers.Value {
		t.Errorf("%.2f start, %+v finish", w.Starters, w.Finishers)
	}
	if math.Abs(w.Seats.Cost-w.Finishers.Value*3*w.Seats.PerHour) > 0.01 || w.Seats.PerHour <= 0 {
		t.Errorf("hours and cost: %+v", w.Seats)
	}
	if w.Missing != 0 { // of whom nothing is known nobody is suspected
		t.Errorf("%d may miss it: %+v", w.Missing, w.MayMiss)
	}
	if len(w.Staggered) != 2 || w.Staggered[0].Peak != w.Peak || w.Staggered[1].Peak.Starts >= 0.8*w.Peak.Starts || w.Staggered[1].Largest != 20 {
		t.Errorf("staggered: %+v, the peak was %+v", w.Staggered, w.Peak)
	}
	if one := foresees(t, h, "xa"); one.Asked != 20 {
		t.Errorf("of one commune %d", one.Asked)
	}
}

// Sixty people have come on the third working day at ten in campaign after campaign; xa0 never does.
func TestThePastIsLearntAndAForecastIsProved(t *testing.T) {
	h := province(t, 30)
	third := 2*24*time.Hour + 2*time.Hour // Wednesday at ten
	for i := range 8 {
		campaign(h, fmt.Sprintf("c%d", i), i+1, everyone(30), func(i int) (time.Duration, bool) { return third, i > 0 })
	}
	w := foresees(t, h, "tinh")
	if w.Basis.Ticks != 8 || w.Basis.Asked != 480 || w.Basis.Started != 472 || w.Basis.Same != 472 {
		t.Errorf("learnt from %+v", w.Basis)
	}
	if peak := w.Peak.At.In(time.FixedZone("+07", 7*3600)); peak.Weekday() != time.Wednesday || peak.Hour() != 10 || w.Peak.Starts < 15 {
		t.Errorf("the peak is %+v", w.Peak)
	}
	if w.Seats.From != SeatsMeasured || w.Seats.Each != 0.5 {
		t.Errorf("it takes %+v", w.Seats)
	}
	if len(w.MayMiss) != 1 || w.MayMiss[0].Person != "xa0" || w.MayMiss[0].Habit != (forecast.Habit{Asked: 8}) || w.Missing != 1 {
		t.Errorf("%d may miss it: %+v", w.Missing, w.MayMiss)
	}

	got, err := GetPredictedActual.Call(h.As("dao", everywhere), h.Client, PredictedActualRequest{Campaign: "c7"})
	if err != nil || len(got.Ticks) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	o := got.Ticks[0]
	if !o.Over || o.Foretold.IsZero() || o.Expected != 60 || o.Asked != 60 || o.Started != 59 || o.InTime != 59 || o.Basis.Ticks != 7 {
		t.Errorf("%+v", o)
	}
	if p := o.Hours[2*24+10]; p.Actual != 59 || p.Predicted < 10 || o.Days[2].Actual != 59 {
		t.Errorf("on Wednesday at ten: %+v of %+v", p, o.Days[2])
	}
	if want := 59.0/60 - o.Finishers.Value/60; math.Abs(o.Error-want) > 1e-9 {
		t.Errorf("off by %g, want %g", o.Error, want)
	}
}

// Of what was learnt nothing counts that came after the tick, and it is told once.
func TestAForecastIsOfBefore(t *testing.T) {
	h := province(t, 5)
	now := h.Clock.Now()
	h.Append("enrolment.enrolment.xa0_attt", events.PersonEnrolled{Person: "xa0", Course: "attt", Period: 1, Version: 1, Due: now.AddDate(0, 0, 7), Campaign: "c1", Tick: now})
	tick := events.CampaignTicked{Campaign: "c1", Due: now, Course: "attt", Unit: "tinh", Deadline: now.AddDate(0, 0, 7), HoldOut: 20}
	for range 2 {
		h.Append("scheduler.campaign.c1", tick)
		h.Settle()
	}
	history, err := h.Journal.Load(t.Context(), foretell{events.ForecastMade{Campaign: "c1", Tick: now}}.Stream())
	if err != nil || len(history) != 1 {
		t.Fatalf("%d forecasts, %v", len(history), err)
	}
	fact := history[0].Event.(events.ForecastMade)
	sum := 0.0
	for _, n := range fact.Days {
		sum += n
	}
	if fact.Asked != 8 || math.Abs(sum-0.85*8) > 0.01 || fact.Finishers.Value <= 0 || len(fact.Hours) != shownHours {
		t.Errorf("%+v", fact)
	}
}

func TestATrainerForeseesOnlyTheirUnits(t *testing.T) {
	h := province(t, 3)
	campaign(h, "c1", 1, everyone(3), func(int) (time.Duration, bool) { return time.Hour, true })
	mine, now := h.As("binh", rpc.Grant{Role: events.RoleTrainer, Unit: "xa"}), h.Clock.Now()
	_, err := AskWhatIf.Call(mine, h.Client, WhatIfRequest{Course: "attt", Unit: "phuong", At: now, Deadline: now.AddDate(0, 0, 7)})
	hosttest.Refused(t, err, fault.Denied)
	_, err = GetPredictedActual.Call(mine, h.Client, PredictedActualRequest{Campaign: "c1"})
	hosttest.Refused(t, err, fault.Denied)
	if _, err := AskWhatIf.Call(mine, h.Client, WhatIfRequest{Course: "attt", Unit: "xa", At: now, Deadline: now.AddDate(0, 0, 7)}); err != nil {
		t.Error(err)
	}
}

func TestARequestThatCannotBeForetoldIsRefused(t *testing.T) {
	h := province(t, 1)
	now := h.Clock.Now()
	good := WhatIfRequest{Course: "attt", Unit: "tinh", At: now, Deadline: now.AddDate(0, 0, 7)}
	for field, change := range map[string]func(*WhatIfRequest){
		"course":   func(r *WhatIfRequest) { r.Programme = "x" },
		"at":       func(r *WhatIfRequest) { r.At = time.Time{} },
		"deadline": func(r *WhatIfRequest) { r.Deadline = now },
		"hold_out": func(r *WhatIfRequest) { r.HoldOut = 60 },
	} {
		req := good
		change(&req)
		_, err := AskWhatIf.Call(h.As("dao", everywhere), h.Client, req)
		hosttest.Refused(t, err, fault.Invalid)
		if why := fault.Of(err); why != nil && (len(why.Fields) != 1 || why.Fields[0].Name != field) {
			t.Errorf("%s: %+v", field, why.Fields)
		}
	}
}

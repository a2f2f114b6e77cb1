package evaluation_test

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"khuevan/content"
	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
	"khuevan/services/evaluation"
	"khuevan/trial"
)

const seed = 7

var (
	trainer  = rpc.Grant{Role: events.RoleTrainer, Unit: "tinh"}
	auditor  = rpc.Grant{Role: events.RoleAnalyst}
	deadline = time.Date(2026, 11, 30, 16, 59, 59, 0, time.UTC)
)

// world is a campaign's tick, with what enrolment makes of it.
type world struct {
	*hosttest.House
	t     *testing.T
	drawn events.ArmsDrawn
	units map[string][]string
	arm   map[string]bool // held out, by person
}

// launched has a campaign that holds a share out of each unit, scheduled and ticked; nobody is drawn yet.
func launched(t *testing.T, sizes ...int) *world {
	t.Helper()
	w := &world{House: hosttest.Run(t, events.All(), func(d host.Deps) (host.Service, error) { return evaluation.New(d, content.FS) }), t: t,
		units: map[string][]string{}, arm: map[string]bool{}}
	for i, n := range sizes {
		unit := "u" + strconv.Itoa(i)
		for j := range n {
			w.units[unit] = append(w.units[unit], fmt.Sprintf("p%d-%d", i, j))
		}
	}
	w.Append("scheduler.campaign.c1", events.CampaignScheduled{Campaign: "c1", Title: "An toàn", Course: "attt", Unit: "tinh", DueDays: 7, HoldOut: 50, Seed: seed},
		events.CampaignTicked{Campaign: "c1", Due: hosttest.Start, Course: "attt", Unit: "tinh", DueDays: 7, Deadline: deadline, HoldOut: 50, Seed: seed})
	return w
}

// draws draws the arms and treats everybody as drawn, but those whom forge puts elsewhere.
func (w *world) draws(forge func(person string, held bool) bool) *world {
	w.t.Helper()
	w.drawn = events.ArmsDrawn{Campaign: "c1", Tick: hosttest.Start, Seed: trial.SeedOf(seed, hosttest.Start), Share: 0.5}
	for _, d := range trial.Draw(w.drawn.Seed, 0.5, w.units) {
		w.drawn.Units = append(w.drawn.Units, events.DrawnUnit{Unit: d.Stratum, People: d.People, Held: d.Held, Cut: d.Cut})
	}
	w.Append("enrolment.trial.c1_1", w.drawn)
	for _, u := range w.drawn.Units {
		for _, p := range w.units[u.Unit] {
			held := trial.IsHeld(w.drawn.Seed, p, u.Cut)
			if forge != nil {
				held = forge(p, held)
			}
			w.treats(p, u.Unit, held)
		}
	}
	return w
}

func (w *world) treats(person, unit string, held bool) {
	w.t.Helper()
	w.arm[person] = held
	if held {
		w.Append(stream(person), events.PersonHeldOut{Person: person, Course: "attt", Campaign: "c1", Tick: hosttest.Start, Unit: unit, Until: deadline, DueDays: 7})
		return
	}
	w.Append(stream(person), events.PersonEnrolled{Person: person, Course: "attt", Period: 1, Version: 1, Due: deadline, Campaign: "c1", Tick: hosttest.Start, Unit: unit})
}

func stream(person string) string { return "enrolment.enrolment." + person + "_attt" }

func (w *world) completes(person string, at time.Time) {
	w.Append(stream(person), events.EnrolmentCompleted{Person: person, Course: "attt", Period: 1, At: at})
}

func (w *world) scores(person string, at time.Time, m float64) {
	id := person + "_attt_" + strconv.FormatInt(at.Unix(), 10)
	w.Append("quiz.attempt."+id, events.AttemptSubmitted{Attempt: id, Person: person, Course: "attt", Period: 1, Number: 1, At: at, Mark: m})
}

// does lets a share of each arm do something, one after the other.
func (w *world) does(asked, held float64, do func(person string)) {
	seen := map[bool]int{}
	for i := range len(w.units) {
		for _, p := range w.units["u"+strconv.Itoa(i)] {
			out := w.arm[p]
			share := asked
			if out {
				share = held
			}
			seen[out]++
			if n := float64(seen[out]); math.Floor(n*share) > math.Floor((n-1)*share) {
				do(p)
			}
		}
	}
}

// ends settles the house and lets the deadline pass.
func (w *world) ends() *world {
	w.Settle()
	w.Clock.Set(deadline.Add(time.Minute))
	return w
}

func (w *world) effect() evaluation.Effects {
	w.t.Helper()
	got, err := evaluation.Effect.Call(w.As("trang", trainer), w.Client, evaluation.EffectRequest{Campaign: "c1"})
	if err != nil || got.Campaign != "c1" || got.Course != "attt" || got.HoldOut != 50 || len(got.Ticks) != 1 || !got.Ticks[0].Tick.Equal(hosttest.Start) || !got.Ticks[0].Until.Equal(deadline) {
		w.t.Fatalf("%+v, %v", got, err)
	}
	return got
}

func TestASeededEffectIsFound(t *testing.T) {
	w := launched(t, 40, 30, 20, 9, 1).draws(nil)
	in := hosttest.Start.AddDate(0, 0, 2)
	w.does(0.8, 0.3, func(p string) { w.completes(p, in) })
	w.ends()
	e := w.effect().Ticks[0]
	c := e.Completion
	if e.Running || c == nil || c.Verdict != evaluation.Better || c.Low <= 0 || c.NAsked != 50 || c.NHeld != 50 || c.YesAsked != 40 || c.YesHeld != 15 ||
		math.Abs(c.Value-0.5) > 0.05 || math.Abs(c.Asked-c.Held-c.Value) > 1e-9 {
		t.Errorf("an effect of one half is told as %+v", c)
	}
	if e.Marks == nil || e.Marks.Verdict != evaluation.TooFew {
		t.Errorf("marks that nobody had are told as %+v", e.Marks)
	}
}

func TestNoEffectIsShownAsNone(t *testing.T) {
	w := launched(t, 40, 40).draws(nil)
	w.does(0.5, 0.5, func(p string) { w.completes(p, hosttest.Start.AddDate(0, 0, 1)) })
	w.ends()
	if c := w.effect().Ticks[0].Completion; c.Verdict != evaluation.None || math.Abs(c.Value) > 0.03 || c.Low >= 0 || c.High <= 0 || c.YesAsked != 20 || c.YesHeld != 20 {
		t.Errorf("no effect is told as %+v", c)
	}
}

func TestAHarmfulEffectIsToldToo(t *testing.T) {
	w := launched(t, 60, 60).draws(nil)
	w.does(0.1, 0.6, func(p string) { w.completes(p, hosttest.Start.AddDate(0, 0, 1)) })
	w.ends()
	if c := w.effect().Ticks[0].Completion; c.Verdict != evaluation.Worse || c.High >= 0 {
		t.Errorf("told as %+v", c)
	}
}

func TestMarksBeforeAndAfter(t *testing.T) {
	w := launched(t, 40, 40).draws(nil)
	n := 0
	w.does(1, 1, func(p string) { // everybody has a mark of before, whatever the arm
		n++
		w.scores(p, hosttest.Start.AddDate(0, -6, 0), float64(4+n%3))
	})
	w.does(1, 0, func(p string) { w.scores(p, hosttest.Start.AddDate(0, 0, 3), 9) })
	w.scores("p9-9", hosttest.Start.AddDate(0, 0, 3), 0) // of nobody who was drawn
	w.ends()
	m := w.effect().Ticks[0].Marks
	if m.Verdict != evaluation.Better || m.NAsked != 40 || m.NHeld != 40 || math.Abs(m.Asked-9) > 0.5 || m.Value < 3 || m.YesAsked != 0 {
		t.Errorf("told as %+v", m)
	}
	if c := w.effect().Ticks[0].Completion; c.Verdict != evaluation.None || c.Value != 0 {
		t.Errorf("a course that nobody completed is told as %+v", c)
	}
}

func TestTooFewAreNotTold(t *testing.T) {
	w := launched(t, 5, 3).draws(nil)
	w.does(1, 0, func(p string) { w.completes(p, hosttest.Start.AddDate(0, 0, 1)) })
	w.ends()
	if c := w.effect().Ticks[0].Completion; c.Verdict != evaluation.TooFew || c.NAsked+c.NHeld+c.YesAsked != 0 || c.Value != 0 {
		t.Errorf("four people are told as %+v", c)
	}
}

// Whoever moves stays in the unit of the draw and in the arm, also when asked in the new unit later.
func TestWhoMovesKeepsTheUnitOfTheDraw(t *testing.T) {
	w := launched(t, 30, 30).draws(nil)
	before := w.arms()
	for p, held := range w.arm {
		w.Append("directory.person."+p, events.MembershipBegan{Person: p, Unit: "elsewhere"})
		if held {
			w.Append(stream(p), events.EnrolmentReminded{Person: p, Course: "attt", Period: 1, Campaign: "c1", Tick: hosttest.Start, Days: 3, Unit: "elsewhere"})
		}
	}
	w.does(0.8, 0.3, func(p string) { w.completes(p, hosttest.Start.AddDate(0, 0, 2)) })
	w.ends()
	for p, held := range w.arm {
		if held { // as enrolment asks them now
			w.Append(stream(p), events.PersonEnrolled{Person: p, Course: "attt", Period: 2, Version: 1, Due: deadline.AddDate(0, 0, 7), Campaign: "c1", Tick: hosttest.Start})
		}
	}
	w.Settle()
	if after := w.arms(); len(after.Ticks) != 1 || len(after.Ticks[0].Faults) != 0 || fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("the check tells %+v, before %+v", after, before)
	}
	if c := w.effect().Ticks[0].Completion; c.NAsked != 30 || c.NHeld != 30 || c.YesAsked != 24 || c.YesHeld != 9 {
		t.Errorf("told as %+v", c)
	}
}

func (w *world) arms() evaluation.ArmsReport {
	w.t.Helper()
	w.Settle()
	got, err := evaluation.CheckArms.Call(w.As("an", auditor), w.Client, evaluation.CheckArmsRequest{Campaign: "c1"})
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

// text is an answer as it goes over the wire.
func text(t *testing.T, answer any) string {
	t.Helper()
	b, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Until the deadline the answer is the same whatever the arms are and whatever people do; and no answer, then or later, tells a person,
// the seed or a cut.
func TestNothingTellsAnArm(t *testing.T) {
	empty := launched(t)
	empty.Settle()
	want := text(t, empty.effect())
	w := launched(t, 40, 30).draws(nil)
	w.does(0.8, 0.3, func(p string) { w.completes(p, hosttest.Start.AddDate(0, 0, 2)) })
	w.Settle()
	w.Clock.Set(deadline)
	if got := text(t, w.effect()); got != want || !strings.Contains(got, `"running":true`) {
		t.Errorf("before the end it is told %s, of nobody %s", got, want)
	}
	w.Clock.Set(deadline.Add(time.Second))
	list, err := evaluation.ListTrials.Call(w.As("an", auditor), w.Client, evaluation.ListTrialsRequest{})
	if err != nil || len(list) != 1 || list[0].Ticks != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	person := regexp.MustCompile(`p\d-\d`)
	for _, answer := range []any{w.effect(), w.arms(), list} {
		got := text(t, answer)
		if person.MatchString(got) || strings.Contains(got, w.drawn.Seed) || strings.Contains(got, w.drawn.Units[0].Cut) || strings.Contains(got, "seed") {
			t.Errorf("it is told %s", got)
		}
	}
}

func TestWhoMayAsk(t *testing.T) {
	w := launched(t, 3).draws(nil).ends()
	for name, c := range map[string]struct {
		grant rpc.Grant
		call  func(ctx rpc.Grant, campaign string) error
		want  fault.Kind
	}{
		"a trainer of the unit asks for the effect": {trainer, w.asksEffect, ""},
		"an analyst asks for the effect":            {auditor, w.asksEffect, ""},
		"a head asks for the effect":                {rpc.Grant{Role: events.RoleHead, Unit: "tinh"}, w.asksEffect, fault.Denied},
		"an analyst has the arms checked":           {auditor, w.asksArms, ""},
		"an administrator has the arms checked":     {rpc.Grant{Role: events.RoleAdmin}, w.asksArms, ""},
		"a trainer has the arms checked":            {rpc.Grant{Role: events.RoleTrainer}, w.asksArms, fault.Denied},
		"an analyst of a unit has the arms checked": {rpc.Grant{Role: events.RoleAnalyst, Unit: "tinh"}, w.asksArms, fault.Denied},
	} {
		if err := c.call(c.grant, "c1"); fault.KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	hosttest.Refused(t, w.asksEffect(trainer, "c2"), fault.NotFound)
	hosttest.Refused(t, w.asksArms(auditor, "c2"), fault.NotFound)
}

func (w *world) asksEffect(g rpc.Grant, campaign string) error {
	_, err := evaluation.Effect.Call(w.As("x", g), w.Client, evaluation.EffectRequest{Campaign: campaign})
	return err
}

func (w *world) asksArms(g rpc.Grant, campaign string) error {
	_, err := evaluation.CheckArms.Call(w.As("x", g), w.Client, evaluation.CheckArmsRequest{Campaign: campaign})
	return err
}

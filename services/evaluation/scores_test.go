package evaluation

import (
	"reflect"
	"testing"
	"time"

	"khuevan/trial"
)

var (
	tick  = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	until = time.Date(2026, 11, 30, 16, 59, 59, 0, time.UTC)
)

func TestTheCourseIsDoneBetweenTheTickAndTheDeadline(t *testing.T) {
	for at, want := range map[time.Time]bool{tick: false, tick.Add(time.Second): true, until: true, until.Add(time.Second): false} {
		h := history{Completed: []time.Time{at}}
		if got := h.standing(part{Tick: tick, Until: until}).Done; got != want {
			t.Errorf("completed at %s: %v", at, got)
		}
	}
}

func TestWhatCountsIsTheLatestMarkShownByTheDeadline(t *testing.T) {
	at := func(attempt string, days int, m float64) mark { return mark{attempt, tick.AddDate(0, 0, days), m} }
	for name, c := range map[string]struct {
		marks []mark
		want  trial.Score
	}{
		"no mark":           {nil, trial.Score{}},
		"none before":       {[]mark{at("a", 2, 8)}, trial.Score{}},
		"none since":        {[]mark{at("a", -300, 4), at("b", -200, 5)}, trial.Score{Before: 5, Known: true, After: 5}},
		"one since":         {[]mark{at("a", -200, 5), at("b", 2, 8)}, trial.Score{Before: 5, Known: true, After: 8}},
		"a worse one later": {[]mark{at("a", -200, 5), at("b", 2, 8), at("c", 3, 7)}, trial.Score{Before: 5, Known: true, After: 7}},
		"one too late":      {[]mark{at("a", -200, 5), at("b", 30, 8)}, trial.Score{Before: 5, Known: true, After: 5}},
		"heard out of turn": {[]mark{at("b", 2, 8), at("a", -200, 5)}, trial.Score{Before: 5, Known: true, After: 8}},
	} {
		if got := (history{Marks: c.marks}).standing(part{Tick: tick, Until: until}).Score; got != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestAnAttemptMarkedAnewWasShownWhenItWas(t *testing.T) {
	was := history{}.with(mark{"a", tick.AddDate(0, 0, -9), 4})
	now := was.with(mark{"a", tick.AddDate(0, 0, 40), 6})
	if want := []mark{{"a", tick.AddDate(0, 0, -9), 6}}; !reflect.DeepEqual(now.Marks, want) || was.Marks[0].Mark != 4 {
		t.Errorf("%+v, of %+v", now, was)
	}
}

func TestTheFirstArmStays(t *testing.T) {
	out := part{Trial: "c_1", Unit: "xa", Held: true, Tick: tick, Until: until}
	asked := part{Trial: "c_1", Unit: "so", Tick: tick, Until: until}
	early := out
	early.Early = true
	for name, c := range map[string]struct {
		first, then part
		at          time.Time
		want        []part
	}{
		"asked after the end":              {out, asked, until, []part{out}},
		"asked before the end":             {out, asked, until.Add(-time.Second), []part{early}},
		"asked again":                      {asked, asked, tick, []part{asked}},
		"held out after having been asked": {asked, out, tick, []part{asked}},
	} {
		was := history{}.joined(c.first, tick)
		if got := was.joined(c.then, c.at).Places; !reflect.DeepEqual(got, c.want) || was.Places[0] != c.first {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := (history{}).joined(part{Trial: "c_1"}, tick); len(got.Places) != 0 {
		t.Errorf("without a unit: %+v", got)
	}
}

package quiz

import (
	"math"
	"slices"
	"testing"
	"time"

	"khuevan/events"
)

func TestCheckRules(t *testing.T) {
	row := func(items int, tags ...string) events.BlueprintRow {
		return events.BlueprintRow{Items: items, Tags: tags}
	}
	adaptive := func(least, most int, confidence float64) func(*events.QuizRules) {
		return func(r *events.QuizRules) {
			r.Behaviour, r.Adaptive = Adaptive, &events.AdaptiveRules{Least: least, Most: most, Confidence: confidence}
		}
	}
	for name, c := range map[string]struct {
		change func(*events.QuizRules)
		want   []string // fields that are wrong
	}{
		"plain":                   {func(*events.QuizRules) {}, nil},
		"no items":                {func(r *events.QuizRules) { r.Items = 0 }, []string{"items"}},
		"too many items":          {func(r *events.QuizRules) { r.Items = maxDrawn + 1 }, []string{"items"}},
		"most items":              {func(r *events.QuizRules) { r.Items = maxDrawn }, nil},
		"negative pass mark":      {func(r *events.QuizRules) { r.Pass = -0.1 }, []string{"pass"}},
		"pass mark over ten":      {func(r *events.QuizRules) { r.Pass = 10.1 }, []string{"pass"}},
		"pass mark of no number":  {func(r *events.QuizRules) { r.Pass = math.NaN() }, []string{"pass"}},
		"nobody fails":            {func(r *events.QuizRules) { r.Pass = 0 }, nil},
		"no time":                 {func(r *events.QuizRules) { r.Minutes = 0 }, []string{"minutes"}},
		"more than a day":         {func(r *events.QuizRules) { r.Minutes = maxMinutes + 1 }, []string{"minutes"}},
		"negative attempts":       {func(r *events.QuizRules) { r.Attempts = -1 }, []string{"attempts"}},
		"unknown behaviour":       {func(r *events.QuizRules) { r.Behaviour = "oral" }, []string{"behaviour"}},
		"certainty":               {func(r *events.QuizRules) { r.Behaviour = Certainty }, nil},
		"immediate":               {func(r *events.QuizRules) { r.Behaviour, r.Tries, r.TryPenalty = Immediate, maxTries, 1 }, nil},
		"too many tries":          {func(r *events.QuizRules) { r.Tries = maxTries + 1 }, []string{"tries"}},
		"a try that pays":         {func(r *events.QuizRules) { r.TryPenalty = -0.5 }, []string{"try_penalty"}},
		"a try that costs double": {func(r *events.QuizRules) { r.TryPenalty = 2 }, []string{"try_penalty"}},
		"unseen":                  {func(r *events.QuizRules) { r.Unseen = maxUnseen + 1 }, []string{"unseen"}},
		"cooling for ever":        {func(r *events.QuizRules) { r.CoolingHours = maxCooling + 1 }, []string{"cooling_hours"}},
		"long grace":              {func(r *events.QuizRules) { r.GraceSeconds = maxGrace + 1 }, []string{"grace_seconds"}},
		"negative grace":          {func(r *events.QuizRules) { r.GraceSeconds = -1 }, []string{"grace_seconds"}},
		"rows":                    {func(r *events.QuizRules) { r.Blueprint = []events.BlueprintRow{row(2, "IU14"), row(8, "IU01", "de")} }, nil},
		"rows ask for too much":   {func(r *events.QuizRules) { r.Blueprint = []events.BlueprintRow{row(2, "IU14"), row(9, "IU01")} }, []string{"blueprint"}},
		"a row without a tag":     {func(r *events.QuizRules) { r.Blueprint = []events.BlueprintRow{row(2)} }, []string{"blueprint"}},
		"a row of nothing":        {func(r *events.QuizRules) { r.Blueprint = []events.BlueprintRow{row(0, "IU14")} }, []string{"blueprint"}},
		"difficulty upside down": {func(r *events.QuizRules) {
			r.Blueprint = []events.BlueprintRow{{Items: 1, Tags: []string{"a"}, MinDifficulty: 0.6, MaxDifficulty: 0.5}}
		}, []string{"blueprint"}},
		"difficulty over one": {func(r *events.QuizRules) {
			r.Blueprint = []events.BlueprintRow{{Items: 1, Tags: []string{"a"}, MaxDifficulty: 1.5}}
		}, []string{"blueprint"}},
		"too many rows": {func(r *events.QuizRules) {
			r.Items = 100
			r.Blueprint = slices.Repeat([]events.BlueprintRow{row(1, "a")}, maxRows+1)
		}, []string{"blueprint"}},
		"adaptive":                       {adaptive(10, 30, 0.95), nil},
		"adaptive without its rules":     {func(r *events.QuizRules) { r.Behaviour = Adaptive }, []string{"adaptive"}},
		"adaptive of nothing":            {adaptive(0, 30, 0.95), []string{"adaptive"}},
		"adaptive upside down":           {adaptive(10, 9, 0.95), []string{"adaptive"}},
		"adaptive and too long":          {adaptive(10, maxDrawn+1, 0.95), []string{"adaptive"}},
		"adaptive and quite certain":     {adaptive(10, 30, 1), []string{"adaptive"}},
		"adaptive on the toss of a coin": {adaptive(10, 30, 0.4), []string{"adaptive"}},
		"adaptive and no number":         {adaptive(10, 30, math.NaN()), []string{"adaptive"}},
		"everything":                     {func(r *events.QuizRules) { *r = events.QuizRules{Pass: 11, Attempts: -1} }, []string{"items", "pass", "minutes", "attempts"}},
	} {
		r := events.QuizRules{Items: 10, Pass: 5, Minutes: 20, Attempts: 3}
		c.change(&r)
		var fields []string
		for _, w := range checkRules(r) {
			fields = append(fields, w.Field)
			if w.Vi == "" || w.En == "" {
				t.Errorf("%s: no remedy for %s", name, w.Field)
			}
		}
		if !slices.Equal(fields, c.want) {
			t.Errorf("%s: wrong are %v, want %v", name, fields, c.want)
		}
	}
}

func TestWhatRulesDoNotSay(t *testing.T) {
	var r events.QuizRules
	if behaviour(r) != Deferred || grace(r) != 15*time.Second || tries(r) != 1 || mostDifficulty(events.BlueprintRow{}) != 1 {
		t.Errorf("behaviour %s, grace %v, tries %d", behaviour(r), grace(r), tries(r))
	}
	r = events.QuizRules{Behaviour: Immediate, GraceSeconds: 40, Tries: 3}
	if behaviour(r) != Immediate || grace(r) != 40*time.Second || tries(r) != 3 {
		t.Errorf("behaviour %s, grace %v, tries %d", behaviour(r), grace(r), tries(r))
	}
}

package portal

import (
	"math"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/services/quiz"
)

func TestAComparisonHoldsBothTextsAndMarksTheDifference(t *testing.T) {
	word := rapid.SampledFrom([]string{"mật", "khẩu", "dài", "ngắn", "hơn"})
	rapid.Check(t, func(t *rapid.T) {
		was, is := strings.Join(rapid.SliceOfN(word, 0, 12).Draw(t, "was"), " "), strings.Join(rapid.SliceOfN(word, 0, 12).Draw(t, "is"), " ")
		var left, right []string
		for _, s := range compare(was, is) {
			if s.sign != '+' {
				left = append(left, s.text)
			}
			if s.sign != '-' {
				right = append(right, s.text)
			}
			if was == is && s.sign != ' ' {
				t.Fatalf("%q is the same and %q is marked", was, s.text)
			}
		}
		if strings.Join(left, " ") != was || strings.Join(right, " ") != is {
			t.Fatalf("%q and %q are told as %q and %q", was, is, left, right)
		}
	})
}

func TestChangesNameWhatCameAndWhatWent(t *testing.T) {
	got := changes([]part{{"a", "1"}, {"b", "2"}, {"c", "3"}}, []part{{"a", "1"}, {"b", "9"}, {"d", "4"}})
	if want := []change{{"b", "2", "9"}, {"d", "", "4"}, {"c", "3", ""}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTheFormOfRulesGivesThemBack(t *testing.T) {
	hundredth := rapid.Map(rapid.IntRange(0, 100), func(n int) float64 { return float64(n) / 100 })
	tags := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"mat-khau", "su-co", "IU14"}), 1, 3, rapid.ID)
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string) int { return rapid.IntRange(0, 300).Draw(t, name) }
		want := events.QuizRules{Items: n("items"), Pass: float64(rapid.IntRange(0, 1000).Draw(t, "pass")) / 100, Minutes: n("minutes"), Attempts: n("attempts"),
			Behaviour: rapid.SampledFrom([]string{"", quiz.Immediate, quiz.Certainty, quiz.Adaptive}).Draw(t, "behaviour"), Fixed: rapid.Bool().Draw(t, "fixed"),
			Unseen: n("unseen"), CoolingHours: n("cooling"), GraceSeconds: n("grace"), Tries: n("tries"), TryPenalty: hundredth.Draw(t, "penalty")}
		if want.Behaviour == quiz.Adaptive {
			want.Adaptive = &events.AdaptiveRules{Least: n("least"), Most: n("most"), Confidence: hundredth.Draw(t, "confidence")}
		}
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			want.Blueprint = append(want.Blueprint, events.BlueprintRow{Tags: tags.Draw(t, "tags"), Items: n("row"), MinDifficulty: hundredth.Draw(t, "min"), MaxDifficulty: hundredth.Draw(t, "max")})
		}
		got, wrong := rulesForm(quiz.Rules{Rules: want}).read()
		if wrong != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v %v\nwant %+v", got, wrong, want)
		}
	})
}

func FuzzTheFormOfRules(f *testing.F) {
	f.Add("items=10&pass=6,5&rows=2&tags-0=a,+b&items-0=3")
	f.Add("items=NaN&pass=1e400&rows=-9&behaviour=adaptive&least=1.5")
	f.Fuzz(func(t *testing.T, sent string) {
		values, _ := url.ParseQuery(sent) // what there is of it
		form := ruleForm{values}
		rules, wrong := form.read()
		if len(rules.Blueprint) > mostRows || wrong == nil && (math.IsNaN(rules.Pass) || rules.Items > 1e6) {
			t.Errorf("%q is read as %+v", sent, rules)
		}
		if wrong != nil && len(wrong.Fields) == 0 {
			t.Errorf("%q is refused without naming a field", sent)
		}
	})
}

func TestTheHeadingIsAddedAndTakenOff(t *testing.T) {
	text := "## a\n\nHỏi?\n"
	if got := withoutHeading(withHeading(text)); got != text {
		t.Errorf("got %q", got)
	}
	if lines := strings.Split(withHeading(text), "\n"); slices.Index(lines, "## a") != 1 {
		t.Errorf("lines are shifted by other than one: %q", lines)
	}
}

package portal

import (
	"math"
	"net/url"
	"strconv"
	"strings"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/quiz"
)

// ruleForm is rules as the form holds them: what was typed stays, also where it is no number.
type ruleForm struct{ url.Values }

func (f ruleForm) get(name string) string { return strings.TrimSpace(f.Get(name)) }

// mostRows is how many rows of a blueprint the form can hold; the service bounds them too.
const mostRows = 30

// spareRows stand empty below those in use.
const spareRows = 2

func rowField(part string, row int) string { return part + "-" + strconv.Itoa(row) }

// rows is how many rows of the blueprint the form shows.
func (f ruleForm) rows() int {
	n, _ := strconv.Atoi(f.get("rows")) // none where it is no number
	return min(max(n, 0), mostRows)
}

// postedRules is the form as it was sent, with more empty rows where they are wanted.
func (v *view) postedRules() ruleForm {
	_ = v.r.ParseForm() // what cannot be read stays empty and is refused as such
	f := ruleForm{v.r.PostForm}
	if f.get("more") != "" {
		f.Set("rows", strconv.Itoa(f.rows()+spareRows))
	}
	return f
}

// rulesForm fills the form with rules.
func rulesForm(r quiz.Rules) ruleForm {
	f, rules := ruleForm{url.Values{}}, r.Rules
	whole := func(name string, n int) { f.Set(name, strconv.Itoa(n)) }
	decimal := func(name string, x float64) { f.Set(name, strconv.FormatFloat(math.Round(x*1e6)/1e6, 'f', -1, 64)) }
	whole("version", r.Version)
	whole("revision", r.Revision)
	whole("items", rules.Items)
	whole("minutes", rules.Minutes)
	decimal("pass", rules.Pass)
	whole("attempts", rules.Attempts)
	whole("unseen", rules.Unseen)
	whole("cooling_hours", rules.CoolingHours)
	whole("grace_seconds", rules.GraceSeconds)
	whole("tries", rules.Tries)
	decimal("try_penalty", 100*rules.TryPenalty)
	f.Set("behaviour", rules.Behaviour)
	if rules.Behaviour == "" {
		f.Set("behaviour", quiz.Deferred)
	}
	if rules.Fixed {
		f.Set("fixed", "yes")
	}
	if a := rules.Adaptive; a != nil {
		whole("least", a.Least)
		whole("most", a.Most)
		decimal("confidence", 100*a.Confidence)
	}
	for i, row := range rules.Blueprint {
		f.Set(rowField("tags", i), strings.Join(row.Tags, ", "))
		whole(rowField("items", i), row.Items)
		decimal(rowField("min", i), row.MinDifficulty)
		if row.MaxDifficulty > 0 {
			decimal(rowField("max", i), row.MaxDifficulty)
		}
	}
	whole("rows", len(rules.Blueprint)+spareRows)
	return f
}

// ruleReader reads numbers and keeps what was none.
type ruleReader struct {
	ruleForm
	wrong *fault.Error
}

func (r *ruleReader) refuse(name, vi, en string) {
	if r.wrong == nil {
		r.wrong = fault.New(fault.Invalid, "Có ô chưa đúng. Hãy sửa các ô được đánh dấu.", "Something is not right. Mend the marked fields.")
	}
	r.wrong = r.wrong.With(name, vi, en)
}

// number reads a number, with a point or a comma; an empty field is 0. The error is told at the field at.
func (r *ruleReader) number(name, at string) float64 {
	text := strings.Replace(r.get(name), ",", ".", 1)
	if text == "" {
		return 0
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		r.refuse(at, "“"+r.get(name)+"” không phải là số.", "“"+r.get(name)+"” is no number.")
		return 0
	}
	return x
}

func (r *ruleReader) whole(name, at string) int {
	x := r.number(name, at)
	if x != math.Trunc(x) || math.Abs(x) > 1e6 {
		r.refuse(at, "Cần một số nguyên.", "A whole number is needed.")
		return 0
	}
	return int(x)
}

// read makes rules of the form; whether they can hold is the service's to say.
func (f ruleForm) read() (events.QuizRules, *fault.Error) {
	r := &ruleReader{ruleForm: f}
	rules := events.QuizRules{Items: r.whole("items", "items"), Pass: r.number("pass", "pass"), Minutes: r.whole("minutes", "minutes"), Attempts: r.whole("attempts", "attempts"),
		Behaviour: f.get("behaviour"), Fixed: f.get("fixed") == "yes", Unseen: r.whole("unseen", "unseen"), CoolingHours: r.whole("cooling_hours", "cooling_hours"),
		GraceSeconds: r.whole("grace_seconds", "grace_seconds"), Tries: r.whole("tries", "tries"), TryPenalty: r.number("try_penalty", "try_penalty") / 100}
	if rules.Behaviour == quiz.Deferred {
		rules.Behaviour = "" // the same, as courses say it
	}
	if rules.Behaviour == quiz.Adaptive {
		rules.Adaptive = &events.AdaptiveRules{Least: r.whole("least", "adaptive"), Most: r.whole("most", "adaptive"), Confidence: r.number("confidence", "adaptive") / 100}
	}
	for i := range f.rows() {
		tags := splitTags(f.get(rowField("tags", i)))
		row := events.BlueprintRow{Tags: tags, Items: r.whole(rowField("items", i), "blueprint"),
			MinDifficulty: r.number(rowField("min", i), "blueprint"), MaxDifficulty: r.number(rowField("max", i), "blueprint")}
		if len(tags) > 0 || row.Items != 0 {
			rules.Blueprint = append(rules.Blueprint, row)
		}
	}
	return rules, r.wrong
}

// splitTags reads tags with commas between them.
func splitTags(text string) []string {
	var all []string
	for tag := range strings.SplitSeq(text, ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			all = append(all, tag)
		}
	}
	return all
}

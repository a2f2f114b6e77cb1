package notification

import (
	"slices"
	"strings"
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

// Every template that a message may have says something in both languages, and nothing that could not be written out.
func TestShippedTextsAreWhole(t *testing.T) {
	for _, name := range []string{templateEnrolled, textAsked, templateReminded, templateReminders, templateDigest, templateCertified, templateInvited, templateSessionChanged, templateSessionCancelled,
		templateCodesOn, templateCodesOff, templatePasskeyAdded, templatePasskeyGone, templateCodeSpent, templateLinkUsed, templateStandInGiven, templateStandInGotten, templateExcused,
		templateAskedAgain, templateToApprove, templateNotApproved} {
		if !slices.Contains(templateNames(), name) {
			t.Errorf("%s says nothing", name)
		}
	}
	for name, s := range shipped() {
		if err := s.check(s.texts()); err != nil || s.About.Vi == "" || s.About.En == "" {
			t.Errorf("%s: %v %+v", name, err, s.About)
		}
		for _, lang := range []string{"vi", "en"} {
			x := write(lang, asShipped, sample(name, morning), "Lan", base)
			if strings.ContainsAny(x.Subject+x.Body, "{}[]") || strings.Contains(x.Subject+x.Body, "–\n") || !strings.Contains(x.Body, base+"/") {
				t.Errorf("%s in %s:\n%s\n%s", name, lang, x.Subject, x.Body)
			}
		}
	}
}

func TestPlacesAreFilledAndWhatHasNoValueIsLeftOut(t *testing.T) {
	for text, want := range map[string]string{
		"Khóa {course}":                    "Khóa An toàn",
		"{course}[, hạn {due}].":           "An toàn.",
		"{course}[ ở {place}][ hạn {due}]": "An toàn ở Hội trường",
		"[{due} và {place}]":               "",
		"không có gì":                      "không có gì",
	} {
		if got := filled(text, map[string]string{"course": "An toàn", "place": "Hội trường"}); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
	if got := filled("{course}", map[string]string{"course": "{due}[{x}]"}); got != "{due}[{x}]" {
		t.Errorf("a value is no text: %q", got)
	}
}

func TestRevisingATemplate(t *testing.T) {
	enrolled := shipped()[templateEnrolled]
	with := func(change func(*events.MessageTexts)) events.MessageTexts {
		texts := enrolled.texts()
		change(&texts)
		return texts
	}
	good := with(func(x *events.MessageTexts) { x.Vi.Subject = "Mời học {course}[ trước {due}]" })
	made := events.TemplateRevised{Template: templateEnrolled, Revision: 1, Texts: good, By: "moc"}
	back := events.TemplateReset{Template: templateEnrolled, By: "moc"}
	given := func(past ...events.TemplateRevised) eventtest.Scenario[revised] {
		if len(past) == 0 {
			return eventtest.Given[revised](t)
		}
		return eventtest.Given[revised](t, past[0])
	}
	given().When(revise{enrolled, good, "moc"}).Then(made)
	given(made).When(revise{enrolled, good, "moc"}).ThenNothing()
	given().When(revise{enrolled, enrolled.texts(), "moc"}).ThenNothing()
	given().When(reset{templateEnrolled, "moc"}).ThenNothing()
	given(made).When(reset{templateEnrolled, "moc"}).Then(back)
	again := made
	again.Revision = 2
	eventtest.Given[revised](t, made, back).When(revise{enrolled, good, "moc"}).Then(again)
	for text, remedy := range map[string]string{
		"{cousre}":       "Không có chỗ điền {cousre}",
		"{code}":         "Không có chỗ điền {code}", // of another template
		"{course":        "phải đủ cặp",
		"[tùy ý]":        "phải có một chỗ điền",
		"[[{due}]]":      "không lồng nhau",
		" ":              "Hãy ghi nội dung",
		"hai\ndòng":      "một dòng",
		"{due} [{due}":   "không lồng nhau",
		"{} rỗng {name}": "Không có chỗ điền {}",
	} {
		err := enrolled.check(with(func(x *events.MessageTexts) { x.En.Subject = text }))
		if !fault.Is(err, fault.Invalid) || len(fault.Of(err).Fields) == 0 || fault.Of(err).Fields[0].Name != "subject_en" || !strings.Contains(fault.Of(err).Fields[0].Vi, remedy) {
			t.Errorf("%q: %+v", text, err)
		}
	}
}

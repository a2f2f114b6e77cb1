package notification

import (
	"maps"
	"strings"
	"testing"

	"khuevan/events"
)

func TestARefresherIsOneMessageWithItsLink(t *testing.T) {
	o, ok := occasionOf(events.RefresherOffered{Person: "lan", Offer: "lan_7", Number: 7, Questions: make([]events.RefresherQuestion, 4)})
	if !ok {
		t.Fatal("a refresher is told to nobody")
	}
	q := o.queue(courseDoc{}, delivery{}, 0, morning)
	want := map[string]string{valueOffer: "lan_7", valueQuestions: "4"}
	if q.Message != "lan_refresher-7" || !maps.Equal(q.Values, want) {
		t.Errorf("queued %+v", q.MessageQueued)
	}
	for lang, words := range map[string][2]string{"vi": {"Ôn tập nhanh 2 phút", "4 câu hỏi, khoảng 2 phút"}, "en": {"A refresher of 2 minutes", "4 questions, about 2 minutes"}} {
		got := write(lang, asShipped, message{template: templateRefresher, values: want}, "Lan", base)
		if got.Subject != words[0] || !strings.Contains(got.Body, words[1]) || !strings.Contains(got.Body, base+"/refreshers/lan_7") {
			t.Errorf("%s\n%s", got.Subject, got.Body)
		}
	}
}

package notification

import (
	"maps"
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

func TestOccasions(t *testing.T) {
	title := events.Words{Vi: "An toàn thông tin"}
	for _, c := range []struct {
		fact   eventsource.Event
		id     string
		values map[string]string
	}{
		{events.PersonEnrolled{Person: "lan", Course: "attt-co-ban", Period: 2, Due: morning}, "lan_enrolled-attt-co-ban-2",
			map[string]string{valueCourse: "attt-co-ban", valueTitleVi: title.Vi, valueDue: "2026-11-23T01:00:00Z"}},
		{events.EnrolmentReminded{Person: "lan", Course: "attt", Period: 1, Tick: morning}, "lan_reminded-attt-1-20261123",
			map[string]string{valueCourse: "attt", valueTitleVi: title.Vi}},
		{events.CertificateIssued{Person: "lan", Course: "attt", Period: 1, Code: "KV-1"}, "lan_certified-attt-1",
			map[string]string{valueCourse: "attt", valueTitleVi: title.Vi, valueCode: "KV-1"}},
	} {
		o, ok := occasionOf(c.fact)
		if !ok {
			t.Fatalf("%T is no occasion", c.fact)
		}
		q := o.queue(courseDoc{Title: title}, delivery{email: true}, 0, morning)
		if q.Message != c.id || q.Person != "lan" || !q.Email || !q.At.Equal(morning) || !maps.Equal(q.Values, c.values) {
			t.Errorf("%T: %+v", c.fact, q.MessageQueued)
		}
		if !eventsource.ValidStream(q.Stream()) {
			t.Errorf("%q is no stream", q.Stream())
		}
	}
	if _, ok := occasionOf(events.CourseWithdrawn{}); ok {
		t.Error("a withdrawn course is written to nobody")
	}
}

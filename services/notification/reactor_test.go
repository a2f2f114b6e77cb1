package notification

import (
	"maps"
	"slices"
	"strings"
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

// A programme is told once, and of the courses that it opens nothing more; of one that its person chose, as ever.
func TestAProgrammeIsToldOnce(t *testing.T) {
	o := open(t, Config{}, nil)
	o.Append("catalog.programme.so", events.ProgrammePublished{Programme: "so", Version: 1, Title: events.Words{Vi: "Kỹ năng số", En: "Digital skills"}})
	enrolled := events.ProgrammeEnrolled{Person: "lan", Programme: "so", Period: 1, Version: 1, Due: morning}
	o.Append("enrolment.programme.lan_so", enrolled)
	o.Append("enrolment.enrolment.lan_attt", events.PersonEnrolled{Person: "lan", Course: "attt", Period: 1, Programme: "so", Due: morning})
	o.Append("enrolment.programme.lan_so", enrolled) // told again
	o.Settle()
	said := func() (subjects []string) {
		for _, m := range o.inbox(t, "lan").Messages {
			subjects = append(subjects, m.Subject+" "+m.Link)
		}
		slices.Sort(subjects)
		return subjects
	}
	if got := said(); len(got) != 1 || got[0] != "Thông báo tham gia chương trình “Kỹ năng số” /learn" {
		t.Fatalf("said %q", got)
	}
	if m := o.inbox(t, "lan").Messages[0]; !strings.Contains(m.Body, "chậm nhất vào ngày 23/11/2026") {
		t.Errorf("body %q", m.Body)
	}
	o.Append("enrolment.enrolment.lan_attt", events.EnrolmentReminded{Person: "lan", Course: "attt", Period: 1, Tick: morning})
	o.Append("enrolment.programme.lan_so", events.ProgrammeCompleted{Person: "lan", Programme: "so", Period: 1, Version: 1, At: morning})
	o.Append("certification.certificate.lan_programme_so_1", events.CertificateIssued{Person: "lan", Programme: "so", Period: 1, Code: "KV-1"})
	o.Settle()
	want := []string{"Giấy chứng nhận hoàn thành chương trình “Kỹ năng số” /verify/KV-1", "Nhắc hoàn thành khóa học “An toàn thông tin cơ bản” /learn/attt",
		"Thông báo tham gia chương trình “Kỹ năng số” /learn", "Đã hoàn thành chương trình “Kỹ năng số” /learn"}
	if got := said(); !slices.Equal(got, want) {
		t.Errorf("said %q", got)
	}
	for _, m := range o.inbox(t, "lan").Messages {
		if strings.HasPrefix(m.Subject, "Nhắc") && !strings.Contains(m.Body, "Hạn hoàn thành là ngày 23/11/2026") {
			t.Errorf("a reminder without its date: %q", m.Body)
		}
	}
	chosen := eventsource.Recorded{Fact: eventsource.Fact{Event: events.PersonEnrolled{Person: "lan", Course: "a", Programme: "so"}, Meta: eventsource.Meta{Actor: "lan"}}}
	if openedByProgramme(chosen) {
		t.Error("what she chose is told by nobody")
	}
}

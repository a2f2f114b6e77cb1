package notification

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

// calendarOf is what ical.js reads in the calendar of a letter.
func calendarOf(t *testing.T, m Mail) (c struct {
	Method, UID, Status, Summary, Location, Attendee, Name, Organizer, Why string
	Sequence                                                               int
	Start, End                                                             time.Time
}) {
	t.Helper()
	in, err := json.Marshal([]string{m.Calendar})
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "read.mjs")
	node.Dir, node.Stdin = "../../platform/ical", bytes.NewReader(in)
	out, err := node.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(bytes.Trim(bytes.TrimSpace(out), "[]"), &c); err != nil || c.Why != "" {
		t.Fatalf("%s: %v", out, err)
	}
	return c
}

// Given a session, when it is scheduled, moved and cancelled, then the letters carry one event that a calendar follows.
func TestTheCalendarOfASessionFollowsIt(t *testing.T) {
	server := startMail(t, "127.0.0.1:0")
	o := open(t, Config{SMTPAddr: server.addr}, func(h *hosttest.House) {
		h.Append("catalog.course.attt", events.CoursePublished{Course: "attt", Version: 2, Title: events.Words{Vi: "An toàn thông tin cơ bản", En: "Basic information security"},
			Lessons: []events.Lesson{{ID: "buoi", Kind: events.LessonLive, Title: events.Words{Vi: "Diễn tập ứng cứu sự cố mất an toàn thông tin mạng, có sự tham gia của các xã, phường"}}}})
	})
	start := hosttest.Start.Add(48 * time.Hour)
	e := events.SessionInvited{Person: "lan", Session: "s1", Course: "attt", Lesson: "buoi", Start: start, End: start.Add(time.Hour), Place: "Hội trường, tầng 2"}
	o.Append("progress.invitation.lan_s1", e)
	o.Settle()
	e.Again, e.Revision, e.Start, e.End, e.Place, e.Link = true, 1, start.Add(24*time.Hour), start.Add(25*time.Hour), "", "https://hop.example/s1"
	o.Append("progress.invitation.lan_s1", e)
	o.Settle()
	o.Append("progress.invitation.lan_s1", events.SessionUninvited{Person: "lan", Session: "s1", Course: "attt", Lesson: "buoi", Revision: 2, Start: e.Start, End: e.End, Link: e.Link})
	o.Settle()
	all := server.letters()
	if len(all) != 3 {
		t.Fatalf("%s", subjects(all))
	}
	for i, want := range []struct{ method, status, subject, place, body string }{
		{"REQUEST", "CONFIRMED", "Mời dự buổi học “Diễn tập", "Hội trường, tầng 2", "từ 08:00 ngày 25/11/2026 đến 09:00.\n\nĐịa điểm: Hội trường, tầng 2\n"},
		{"REQUEST", "CONFIRMED", "Thay đổi buổi học “Diễn tập", "https://hop.example/s1", "từ 08:00 ngày 26/11/2026 đến 09:00.\n\nHọp trực tuyến: https://hop.example/s1\n"},
		{"CANCEL", "CANCELLED", "Hủy buổi học “Diễn tập", "https://hop.example/s1", "đã bị hủy"},
	} {
		m := all[i]
		c := calendarOf(t, m)
		if c.Method != want.method || c.Status != want.status || c.Sequence != i || c.UID != "session-s1@daotao.tinh.example" || c.Location != want.place ||
			c.Attendee != "mailto:lan@dt.example" || c.Name != "Nguyễn Thị Lan" || c.Organizer != "mailto:khuevan@dt.example" ||
			c.Summary != "Diễn tập ứng cứu sự cố mất an toàn thông tin mạng, có sự tham gia của các xã, phường (An toàn thông tin cơ bản)" {
			t.Errorf("letter %d: %+v", i, c)
		}
		if at := start.Add(time.Duration(min(i, 1)) * 24 * time.Hour); !c.Start.Equal(at) || !c.End.Equal(at.Add(time.Hour)) {
			t.Errorf("letter %d: %v to %v", i, c.Start, c.End)
		}
		if !strings.HasPrefix(m.Subject, want.subject) || !strings.Contains(m.Body, want.body) || m.Unsubscribe != "" {
			t.Errorf("letter %d: %s\n%s", i, m.Subject, m.Body)
		}
	}
}

// Given a letter that may be refused, when its link is used twice, then no more are sent, and a duty still is.
func TestALetterIsRefusedAtAClick(t *testing.T) {
	server := startMail(t, "127.0.0.1:0")
	o := open(t, Config{SMTPAddr: server.addr}, nil)
	certified := func(period int) {
		o.Append("certification.certificate.lan_attt_1", events.CertificateIssued{Person: "lan", Course: "attt", Period: period, Code: "KV-1"})
		o.Settle()
	}
	certified(1)
	all := server.letters()
	token, ok := strings.CutPrefix(all[0].Unsubscribe, base+"/unsubscribe/")
	if len(all) != 1 || !ok || !strings.Contains(all[0].Body, all[0].Unsubscribe) {
		t.Fatalf("%+v", all)
	}
	for range 2 {
		got, err := Unsubscribe.Call(rpc.With(t.Context(), rpc.Request{ID: o.Clock.Now().String()}), o.Client, UnsubscribeRequest{token})
		if err != nil || !got.Done || got.Title.Vi != "Giấy chứng nhận" {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	o.Settle()
	certified(2)
	o.enrol("lan", 3)
	if got := server.letters(); len(got) != 2 || got[1].Unsubscribe != "" {
		t.Errorf("%s", subjects(got))
	}
	_, err := Unsubscribe.Call(rpc.With(t.Context(), rpc.Request{}), o.Client, UnsubscribeRequest{token + "x"})
	hosttest.Refused(t, err, "not_found")
	mine, err := MyPreferences.Call(o.As("lan"), o.Client, MyPreferencesRequest{})
	if err != nil || len(mine) != len(kinds) || mine[7].Kind != "certificate" || mine[7].Way != wayInbox {
		t.Errorf("%+v, %v", mine, err)
	}
}

// Given a template that a trainer changed, when letters are queued before, after and after a reset, then each keeps its words.
func TestALetterKeepsTheWordsOfItsTime(t *testing.T) {
	server := startMail(t, "127.0.0.1:0")
	o := open(t, Config{SMTPAddr: server.addr}, nil)
	o.enrol("lan", 1)
	texts := shipped()[templateEnrolled].texts()
	texts.Vi.Subject = "Mời {name} học {course}"
	moc := rpc.Grant{Role: events.RoleTrainer}
	if _, err := ReviseTemplate.Call(o.As("moc", moc), o.Client, ReviseTemplateRequest{templateEnrolled, texts}); err != nil {
		t.Fatal(err)
	}
	o.Settle()
	o.enrol("lan", 2)
	got, err := GetTemplate.Call(o.As("moc", moc), o.Client, TemplateRequest{Template: templateEnrolled})
	if err != nil || got.Revision != 1 || got.Vi.Subject != "Mời Nguyễn Văn Mẫu học Khóa học mẫu" || !strings.HasPrefix(got.Letter.Body, "Kính gửi ông/bà Nguyễn Văn Mẫu,") {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := ResetTemplate.Call(o.As("moc", moc), o.Client, TemplateRequest{Template: templateEnrolled}); err != nil {
		t.Fatal(err)
	}
	o.Settle()
	o.enrol("lan", 3)
	shippedSubject := "Thông báo tham gia khóa học “An toàn thông tin cơ bản”"
	if got := subjects(server.letters()); got != shippedSubject+" | Mời Nguyễn Thị Lan học An toàn thông tin cơ bản | "+shippedSubject {
		t.Error(got)
	}
	in := o.inbox(t, "lan")
	if in.Messages[1].Subject != "Mời Nguyễn Thị Lan học An toàn thông tin cơ bản" || in.Messages[0].Subject != shippedSubject {
		t.Errorf("the inbox: %s, %s", in.Messages[1].Subject, in.Messages[0].Subject)
	}
	for _, name := range templateNames() {
		if _, err := GetTemplate.Call(o.As("moc", moc), o.Client, TemplateRequest{Template: name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = ReviseTemplate.Call(o.As("lan"), o.Client, ReviseTemplateRequest{templateEnrolled, texts})
	hosttest.Refused(t, err, "denied")
	_ = o.Denied()
}

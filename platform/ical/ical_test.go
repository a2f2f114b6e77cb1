package ical

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// shown is what ical.js makes of a calendar.
type shown struct {
	Method, UID, Zone, Status, Summary, Location, Description, URL, Organizer, Attendee, Name, Alarm, Why string
	Sequence, Offset                                                                                      int
	Start, End, Stamp                                                                                     time.Time
}

// outside has calendars read by the library of others, in a process of its own.
func outside(t *testing.T, calendars ...[]byte) []shown {
	t.Helper()
	texts := make([]string, len(calendars))
	for i, c := range calendars {
		texts[i] = string(c)
	}
	in, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "read.mjs")
	node.Stdin = bytes.NewReader(in)
	var said bytes.Buffer
	node.Stderr = &said
	out, err := node.Output()
	if err != nil {
		t.Fatalf("the reader: %v\n%s", err, said.String())
	}
	var all []shown
	if err := json.Unmarshal(out, &all); err != nil || len(all) != len(calendars) {
		t.Fatalf("%v: %s", err, out)
	}
	return all
}

var (
	start  = time.Date(2026, 12, 31, 18, 30, 0, 0, time.UTC) // 1:30 of New Year's Day in the province
	lesson = Event{
		UID: "s1@hoc.example", Sequence: 2, Stamp: start.Add(-72 * time.Hour), Start: start, End: start.Add(90 * time.Minute),
		Summary:     "Tập huấn an toàn thông tin; nhận biết thư lừa đảo, phần mềm độc hại và cách ứng cứu sự cố tại các xã, phường miền núi",
		Location:    `Hội trường tầng 2, trụ sở Ủy ban nhân dân; phòng "Đỉnh Mây" \ cánh phải`,
		Description: strings.Repeat("Kính mời ông/bà dự buổi học đúng giờ. ", 20) + "\nMang theo máy tính.\r\nTrân trọng;",
		URL:         "https://hoc.example/learn/attt/lessons/buoi?a=1,2;3", Remind: 30 * time.Minute,
		Organizer: Party{"Khuê Văn", "khuevan@hoc.example"}, Attendee: Party{`Nguyễn Thị "Lan" Chi; Sở Nội vụ, tỉnh Mây Ngàn: d'Arc`, "lan.chi@hoc.example"},
	}
)

func TestOthersReadWhatIsWritten(t *testing.T) {
	got := outside(t, lesson.Write(Request), lesson.Write(Cancel), lesson.Write(Publish))
	want := shown{Method: "REQUEST", UID: "s1@hoc.example", Sequence: 2, Zone: "Asia/Ho_Chi_Minh", Offset: 7 * 3600, Status: "CONFIRMED", Summary: lesson.Summary,
		Location: lesson.Location, Description: strings.ReplaceAll(lesson.Description, "\r\n", "\n"), URL: lesson.URL, Organizer: "mailto:khuevan@hoc.example",
		Attendee: "mailto:lan.chi@hoc.example", Name: `Nguyễn Thị 'Lan' Chi; Sở Nội vụ, tỉnh Mây Ngàn: d'Arc`, Alarm: "-PT30M", Start: lesson.Start, End: lesson.End, Stamp: lesson.Stamp}
	if got[0] != want {
		t.Errorf("invited:\n%+v\nwant\n%+v", got[0], want)
	}
	want.Method, want.Status, want.Alarm = "CANCEL", "CANCELLED", ""
	if got[1] != want {
		t.Errorf("cancelled:\n%+v\nwant\n%+v", got[1], want)
	}
	want.Method, want.Status, want.Alarm, want.Attendee, want.Name = "PUBLISH", "CONFIRMED", "-PT30M", "", ""
	if got[2] != want {
		t.Errorf("published:\n%+v\nwant\n%+v", got[2], want)
	}
}

// The reader is of use only if it tells a wrong calendar from a right one.
func TestTheReaderSeesWhatIsWrong(t *testing.T) {
	right := lesson.Write(Request)
	unfolded := bytes.ReplaceAll(right, []byte("\r\n "), []byte("\r\n"))
	zoneless := bytes.ReplaceAll(right, []byte("TZOFFSETTO:+0700"), []byte("TZOFFSETTO:+0800"))
	got := outside(t, unfolded, zoneless, right[:len(right)/2])
	if got[0].Why == "" && got[0].Summary == lesson.Summary {
		t.Error("lines that do not go on were read")
	}
	if got[1].Start.Equal(lesson.Start) {
		t.Error("the zone is not what makes the hour")
	}
	if got[2].Why == "" && got[2].Description != "" && got[2].Status != "" {
		t.Error("half a calendar was read")
	}
}

func TestLinesAreFoldedBetweenCharacters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := lesson
		e.Summary = rapid.String().Draw(t, "summary")
		e.Attendee.Name = rapid.String().Draw(t, "name")
		out := string(e.Write(Request))
		if !strings.HasSuffix(out, "END:VCALENDAR\r\n") {
			t.Fatal("the end is missing")
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(out, "\r\n"), "\r\n") {
			if len(line) > longest || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
				t.Fatalf("%d octets: %q", len(line), line)
			}
		}
		whole := strings.ReplaceAll(out, "\r\n ", "")
		if n := strings.Count(whole, "\r\n"); n != strings.Count(string(lesson.Write(Request)), "\r\n")-folds(lesson) && e.Attendee.named() != "" && text(e.Summary) != "" {
			t.Fatalf("%d properties\n%s", n, out)
		}
	})
}

func folds(e Event) int { return strings.Count(string(e.Write(Request)), "\r\n ") }

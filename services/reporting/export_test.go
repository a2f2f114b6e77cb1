package reporting

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/keyring"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

func published(course, title string) events.Event {
	return events.CoursePublished{Course: course, Version: 1, Title: events.Words{Vi: title, En: title + " (en)"}}
}

// whole reads an export as a client does, part by part.
func whole(ctx context.Context, t testing.TB, h *hosttest.House, req ExportRequest) (first ExportPart, text string) {
	t.Helper()
	for {
		p, err := ExportCompletion.Call(ctx, h.Client, req)
		if err != nil {
			t.Fatal(err)
		}
		if text == "" {
			first = p
		}
		text += string(p.Body)
		if req.After = p.Next; p.Next == "" {
			return first, text
		}
	}
}

// Given somebody who completed, somebody erased, and somebody whose name is a formula, when a head exports, then the file says so.
func TestTheCompletionOverTheBus(t *testing.T) {
	h := serve(t, append(past(), published("attt", "An toàn, bảo mật"), published("cds", "=Chuyển đổi số"), published("cu", "Khóa cũ"), events.CourseWithdrawn{Course: "cu"},
		began("hoa", "so"), events.PersonEnrolled{Person: "hoa", Course: "cds", Period: 1, Version: 3, Due: morning.AddDate(0, 1, 0)}, excused("hoa", "cds", 1))...)
	for person, name := range map[string]string{"lan": "Nguyễn Thị Lan", "minh": "Trần Minh", "hoa": `=HYPERLINK("http://x.example")`} {
		name, err1 := h.Keys.Seal(t.Context(), person, "name", name)
		code, err2 := h.Keys.Seal(t.Context(), person, "code", "MN-"+person)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		h.Append("directory.person."+person, events.PersonRegistered{Person: person, Name: events.Sealed(name), Code: events.Sealed(code)})
	}
	h.Append("directory.person.minh", events.PersonErased{Person: "minh", At: morning})
	if err := h.Keys.Destroy(t.Context(), "minh"); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	head := h.As("head", headSo)
	first, text := whole(head, t, h, ExportRequest{})
	want := "\ufeffHọ và tên,Mã cán bộ,Đơn vị,\"An toàn, bảo mật\",'=Chuyển đổi số\r\n" +
		"\"'=HYPERLINK(\"\"http://x.example\"\")\",MN-hoa,Đơn vị so,Không yêu cầu,Được miễn\r\n" +
		"(đã xóa),,Đơn vị so,Đang học,Không yêu cầu\r\n" +
		"Nguyễn Thị Lan,MN-lan,Đơn vị phong,23/11/2026,Không yêu cầu\r\n"
	if text != want || first.Name != "ket-qua-hoan-thanh-so-20261123.csv" || first.Type != "text/csv; charset=utf-8" {
		t.Errorf("%+v\n%s", first, text)
	}
	_, text = whole(head, t, h, ExportRequest{Form: FormPeriods, Lang: "en", Courses: []string{"attt", "cds", "cds"}})
	want = "\ufeffName,Personnel code,Unit,Course,Version,Period,Due,Completed on,Mark,State\r\n" +
		"\"'=HYPERLINK(\"\"http://x.example\"\")\",MN-hoa,Đơn vị so,'=Chuyển đổi số (en),3,1,2026-12-23,,,Excused\r\n" +
		"(erased),,Đơn vị so,\"An toàn, bảo mật (en)\",0,1,,,,In progress\r\n" +
		"Nguyễn Thị Lan,MN-lan,Đơn vị phong,\"An toàn, bảo mật (en)\",0,1,2026-12-23,2026-11-23,8.5,Completed\r\n"
	if text != want {
		t.Error(text)
	}
	if _, text = whole(head, t, h, ExportRequest{Form: FormPeriods}); !strings.Contains(text, `23/11/2026,"8,5",Hoàn thành`) {
		t.Error(text)
	}
	book, err := ExportCompletion.Call(head, h.Client, ExportRequest{Form: FormPeriods, Format: FormatXLSX})
	if err != nil || book.Name != "ket-qua-hoan-thanh-so-20261123.xlsx" || book.Next != "" {
		t.Fatalf("%+v, %v", book, err)
	}
	f := openBook(t, book.Body)
	cells(t, f, "Kết quả", map[string]string{"A1": "Họ và tên", "A2": `=HYPERLINK("http://x.example")`, "D2": "=Chuyển đổi số", "E2": "3", "G2": "23/12/2026", "H2": "", "J2": "Được miễn",
		"A3": "(đã xóa)", "A4": "Nguyễn Thị Lan", "H4": "23/11/2026", "I4": "8.50", "A5": ""}, false)
	cells(t, f, "Kết quả", map[string]string{"I4": "8.5", "E2": "3"}, true)
	if formula, err := f.GetCellFormula("Kết quả", "A2"); err != nil || formula != "" {
		t.Errorf("a formula: %q, %v", formula, err)
	}
}

func TestWhatAnExportRefuses(t *testing.T) {
	h := serve(t, append(past(), published("attt", "An toàn"))...)
	head := h.As("head", headSo)
	for name, c := range map[string]struct {
		req  ExportRequest
		kind fault.Kind
	}{
		"another unit":                 {ExportRequest{Unit: "tinh"}, fault.Denied},
		"an unknown course":            {ExportRequest{Courses: []string{"attt", "khong-co"}}, fault.Invalid},
		"an unknown form":              {ExportRequest{Form: "heap"}, fault.Invalid},
		"an unknown format":            {ExportRequest{Format: "pdf"}, fault.Invalid},
		"too many courses":             {ExportRequest{Courses: make([]string, mostCourses+1)}, fault.Invalid},
		"a unit that is no more of it": {ExportRequest{After: "tinh|"}, fault.Conflict},
	} {
		_, err := ExportCompletion.Call(head, h.Client, c.req)
		t.Log(name)
		hosttest.Refused(t, err, c.kind)
	}
	_, err := ExportCompletion.Call(h.As("quan", rpc.Grant{Role: events.RoleTrainer}), h.Client, ExportRequest{})
	hosttest.Refused(t, err, fault.Denied)
	empty := serve(t, past()...)
	_, err = ExportCompletion.Call(empty.As("an", analyst), empty.Client, ExportRequest{})
	hosttest.Refused(t, err, fault.Invalid)
}

// Texts that a spreadsheet would run are led in by an apostrophe; all others come back as they were.
func TestCellsComeBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		texts := rapid.SliceOfN(rapid.OneOf(rapid.StringMatching(`[=+\-@＝"',;\r\n\t a-zĐ]{0,6}`), rapid.String()), 2, 5).Draw(rt, "texts")
		out := newCSV(false)
		for _, text := range texts {
			out.text(text)
		}
		if err := out.end(); err != nil {
			rt.Fatal(err)
		}
		read, err := csv.NewReader(bytes.NewReader(out.bytes())).Read()
		if err != nil || len(read) != len(texts) {
			rt.Fatalf("%q: %q, %v", out.bytes(), read, err)
		}
		for i, text := range texts {
			want := strings.ReplaceAll(text, "\r\n", "\n") // as the reader gives line ends
			if commands(text) {
				want = strings.ReplaceAll("'"+text, "\r\n", "\n")
			}
			if read[i] != want || strings.IndexAny(read[i], "=+-@\t\r") == 0 {
				rt.Errorf("%q is read as %q", text, read[i])
			}
		}
	})
}

func TestCellsOfASheetAreReadAsWritten(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		all := courseCells(rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) cell {
			return cell{rapid.String().Draw(rt, "course"), rapid.SampledFrom([]string{stateAssigned, stateExcused}).Draw(rt, "state"), rapid.Int().Draw(rt, "version"),
				rapid.Int().Draw(rt, "period"), rapid.Int64().Draw(rt, "due"), rapid.Int64().Draw(rt, "completed"), rapid.Float64().Draw(rt, "mark")}
		}), 0, 4).Draw(rt, "cells"))
		text, err := all.MarshalText()
		var back courseCells
		if err != nil || back.UnmarshalText(text) != nil || !slices.Equal(back, all) {
			rt.Errorf("%+v, %q, %+v, %v", all, text, back, err)
		}
		if at := bytes.LastIndexByte(text, ' '); at > 0 && back.UnmarshalText(text[:rapid.IntRange(1, at-1).Draw(rt, "cut")]) == nil && len(back) == len(all) {
			rt.Errorf("%q was cut and is taken for whole: %+v", text, back)
		}
	})
}

// recounted tells what an export shall say, from the facts alone.
type recounted struct {
	*tally
	names     map[string]string
	structure interface{ Above(string) string }
	now       time.Time
}

func recounting(t testing.TB, s story, day string, now time.Time) recounted {
	r := recounted{tally: recountAll(t, s), names: map[string]string{}, now: now}
	r.structure = organisation.Structured(r.units).Whole(day)
	for _, f := range s {
		if e, ok := f.Event.(events.PersonRegistered); ok {
			r.names[e.Person] = "Tên " + e.Person
		}
	}
	return r
}

// below reports whether a unit is another one or stands below it.
func (r recounted) below(unit, other string) bool {
	seen := map[string]bool{}
	for ; unit != "" && !seen[unit]; unit = r.structure.Above(unit) {
		if unit == other {
			return true
		}
		seen[unit] = true
	}
	return other == ""
}

// lines are those of both forms, each without what follows from nothing random.
func (r recounted) lines(unit string, courses []string) (people, periods []string) {
	for person, career := range r.careers {
		home, serves := career.Home(r.days[person])
		if !serves || !r.below(home.Unit, unit) {
			continue
		}
		name := r.names[person]
		if r.erased[person] || name == "" {
			name = "(đã xóa)"
		}
		line := name + "," + home.Unit
		for _, course := range courses {
			period := slices.Max(append([]int{0}, r.periods[person][course]...))
			state := r.state(person, course, period)
			if period > 0 {
				periods = append(periods, fmt.Sprintf("%s,%s,%s,%d,%s", name, home.Unit, course, period, state))
			}
			if state == "Hoàn thành" {
				state = "23/11/2026"
			}
			line += "," + state
		}
		people = append(people, line)
	}
	slices.Sort(people)
	slices.Sort(periods)
	return people, periods
}

func (r recounted) state(person, course string, period int) string {
	m := r.marks[periodKey{person, course, period}]
	switch {
	case period == 0:
		return "Không yêu cầu"
	case m["completed"] == 1:
		return "Hoàn thành"
	case m["excused"] == 1:
		return "Được miễn"
	case !r.erased[person] && r.now.After(morning.AddDate(0, 1, 0)):
		return "Quá hạn"
	case m["passed"] == 1:
		return "Đạt bài kiểm tra"
	case m["started"] == 1:
		return "Đang học"
	default:
		return "Chưa bắt đầu"
	}
}

// withNames registers some of a story's people, at random places, under names that the ring seals. The units stay in front: facts
// about them that are withdrawn later are named by their number.
func withNames(t *rapid.T, keys *keyring.Ring, all []events.Event) []events.Event {
	first := slices.IndexFunc(append(all, nil), func(e events.Event) bool { _, unit := e.(events.UnitEstablished); return !unit })
	for i := range 5 {
		if person := fmt.Sprintf("p%d", i); rapid.Bool().Draw(t, "registered") {
			name, err := keys.Seal(context.Background(), person, "name", "Tên "+person)
			if err != nil {
				t.Fatal(err)
			}
			all = slices.Insert(all, rapid.IntRange(first, len(all)).Draw(t, "at"), events.Event(events.PersonRegistered{Person: person, Name: events.Sealed(name)}))
		}
	}
	return append(all, published("attt", "attt"), published("cds", "cds"))
}

// exported reads a whole export in parts of any size, and leaves of each line what the recount says too.
func exported(t *rapid.T, a *api, tree *tree, unit string, form string, columns ...int) (lines []string) {
	req := ExportRequest{Form: form}
	var text []byte
	for more := true; more; more = req.After != "" {
		x, err := a.export(context.Background(), req, tree, unit)
		if err != nil {
			t.Fatal(err)
		}
		body, next, err := x.part(context.Background(), rapid.IntRange(1, 3).Draw(t, "people in a part"))
		if err != nil {
			t.Fatal(err)
		}
		text, req.After = append(text, body...), next
	}
	read, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range read[1:] {
		var kept []string
		for _, c := range columns {
			kept = append(kept, line[c])
		}
		lines = append(lines, strings.Join(kept, ","))
	}
	slices.Sort(lines)
	return lines
}

// Whatever happens and wherever the program dies, an export says what a recount of the facts says: everybody who counts in the
// unit once, and everything that was asked of them once.
func TestAnExportEqualsTheRecountWhateverHappens(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		now := clock.NewTest(rapid.SampledFrom([]time.Time{morning, morning.AddDate(0, 2, 0)}).Draw(rt, "now"))
		keys, err := keyring.Open(t.Context(), make([]byte, 32), keyring.Memory(), now)
		if err != nil {
			rt.Fatal(err)
		}
		s := tell(t, withNames(rt, keys, drawStory(rt))...)
		v := runThroughCrashes(rt, s, &brittle{Store: readmodel.NewMemory(), t: rt, crashes: 6})
		structure := project(t, s, readmodel.NewMemory())
		v.units, v.courses = structure.units, structure.courses
		for _, f := range s {
			if e, ok := f.Event.(events.PersonErased); ok {
				if err := keys.Destroy(t.Context(), e.Person); err != nil {
					rt.Fatal(err)
				}
			}
		}
		day := fmt.Sprintf("2026-01-0%d", rapid.IntRange(1, 9).Draw(rt, "day"))
		tree, err := structure.treeOn(t.Context(), day)
		if err != nil {
			rt.Fatal(err)
		}
		unit := rapid.SampledFrom([]string{"", "u0", "u1"}).Draw(rt, "unit")
		if !tree.has(unit) {
			unit = ""
		}
		a := &api{d: host.Deps{Keys: keys, Clock: now}, views: v}
		people, periods := recounting(t, s, day, now.Now()).lines(unit, []string{"attt", "cds"})
		named := map[string]string{}
		for _, line := range people {
			id := strings.Split(line, ",")[1]
			named[id] = tree.name(id)
		}
		restate := func(lines []string) []string {
			for i, line := range lines {
				parts := strings.Split(line, ",")
				parts[1] = named[parts[1]]
				lines[i] = strings.Join(parts, ",")
			}
			slices.Sort(lines)
			return lines
		}
		if got, want := exported(rt, a, tree, unit, FormPeople, 0, 2, 3, 4), restate(people); !slices.Equal(got, want) {
			rt.Errorf("people of %q:\n%q, the facts say\n%q", unit, got, want)
		}
		if got, want := exported(rt, a, tree, unit, FormPeriods, 0, 2, 3, 5, 9), restate(periods); !slices.Equal(got, want) {
			rt.Errorf("periods of %q:\n%q, the facts say\n%q", unit, got, want)
		}
	})
}

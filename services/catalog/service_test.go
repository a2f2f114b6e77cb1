package catalog_test

import (
	"context"
	"strings"
	"testing"

	"khuevan/content"
	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
	"khuevan/services/catalog"
)

var trainer = rpc.Grant{Role: events.RoleTrainer}

func run(t *testing.T) *hosttest.House {
	return hosttest.Run(t, events.All(), func(d host.Deps) (host.Service, error) { return catalog.New(d, content.FS) })
}

func TestPublishingOverTheBus(t *testing.T) {
	h := run(t)
	minh := h.As("minh", trainer)
	first, err := catalog.PublishCourse.Call(minh, h.Client, catalog.PublishCourseRequest{Package: "attt-co-ban"})
	if err != nil || first.Course != "attt-co-ban" || first.Version != 1 || first.Seq == 0 {
		t.Fatalf("published %+v, %v", first, err)
	}
	for name, asking := range map[string]context.Context{"repeated request": minh, "new request": h.As("minh", trainer)} {
		again, err := catalog.PublishCourse.Call(asking, h.Client, catalog.PublishCourseRequest{Package: "attt-co-ban"})
		if err != nil || again != first {
			t.Errorf("%s: published %+v, %v; want %+v", name, again, err, first)
		}
	}
	lan := h.As("lan")
	course, err := catalog.GetCourse.Call(lan, h.Client, catalog.GetCourseRequest{Course: "attt-co-ban", After: first.Seq})
	if err != nil || course.Version != 1 || len(course.Content) != 7 || course.Content[0].Markdown == "" {
		t.Fatalf("reads version %d with %d lessons, %v", course.Version, len(course.Content), err)
	}
	packages, err := catalog.ListPackages.Call(minh, h.Client, rpc.Empty{})
	if err != nil || len(packages) != 1 || packages[0].Published != 1 || packages[0].Changed || packages[0].Items != 44 {
		t.Errorf("packages %d, %v", len(packages), err)
	}
}

// trainerAsks publishes and lists under fresh request ids.
type trainerAsks struct {
	t *testing.T
	h *hosttest.House
}

func (a trainerAsks) publish(files map[string]string) catalog.Published {
	a.t.Helper()
	p, err := catalog.PublishCourse.Call(a.h.As("minh", trainer), a.h.Client, catalog.PublishCourseRequest{Files: files})
	if err != nil {
		a.t.Fatal(err)
	}
	return p
}

func (a trainerAsks) list(after uint64) []catalog.CourseCard {
	a.t.Helper()
	cards, err := catalog.ListCourses.Call(a.h.As("minh", trainer), a.h.Client, catalog.ListCoursesRequest{After: after})
	if err != nil {
		a.t.Fatal(err)
	}
	return cards
}

func TestWithdrawingOverTheBus(t *testing.T) {
	h := run(t)
	minh := trainerAsks{t, h}
	files := map[string]string{"lessons/a.md": "Nội dung.\n",
		"course.yaml": "code: thu\ntitle: {vi: Thử}\nsummary: {vi: Thử}\nhours: 1\nlanguage: vi\nlessons: [{id: a, minutes: 1, title: {vi: A}}]\n"}
	if got := minh.publish(files); got.Version != 1 {
		t.Fatalf("published %+v", got)
	}
	receipt, err := catalog.WithdrawCourse.Call(h.As("minh", trainer), h.Client, catalog.WithdrawCourseRequest{Course: "thu"})
	if err != nil {
		t.Fatal(err)
	}
	if cards := minh.list(receipt.Seq); len(cards) != 1 || !cards[0].Withdrawn {
		t.Errorf("listed %+v, want the course withdrawn", cards)
	}
	back := minh.publish(files)
	if cards := minh.list(back.Seq); back.Version != 1 || cards[0].Withdrawn {
		t.Errorf("came back as %+v: %+v", back, cards)
	}
	files["lessons/a.md"] += "Thêm.\n"
	if got := minh.publish(files); got.Version != 2 {
		t.Errorf("changed content is %+v, want version 2", got)
	}
}

func TestRefusalsOverTheBus(t *testing.T) {
	h := run(t)
	_, err := catalog.PublishCourse.Call(h.As("lan"), h.Client, catalog.PublishCourseRequest{Package: "attt-co-ban"})
	hosttest.Refused(t, err, fault.Denied)
	if got := h.Denied(); got != "lan catalog.publish-course" {
		t.Errorf("recorded the denial as %q", got)
	}
	for name, c := range map[string]struct {
		req  catalog.PublishCourseRequest
		kind fault.Kind
	}{
		"nothing":         {catalog.PublishCourseRequest{}, fault.Invalid},
		"both":            {catalog.PublishCourseRequest{Package: "attt-co-ban", Files: map[string]string{"course.yaml": ""}}, fault.Invalid},
		"unknown package": {catalog.PublishCourseRequest{Package: "khac"}, fault.NotFound},
		"unknown tag":     {catalog.PublishCourseRequest{Files: tagged("IU99")}, fault.Invalid},
		"broken package":  {catalog.PublishCourseRequest{Files: map[string]string{"course.yaml": "code: ["}}, fault.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := catalog.PublishCourse.Call(h.As("minh", trainer), h.Client, c.req)
			hosttest.Refused(t, err, c.kind)
		})
	}
	for _, course := range []string{"khac", "a.b>", ""} {
		_, err = catalog.WithdrawCourse.Call(h.As("minh", trainer), h.Client, catalog.WithdrawCourseRequest{Course: course})
		hosttest.Refused(t, err, fault.NotFound)
	}
	if _, err = catalog.GetCourse.Call(h.As("lan"), h.Client, catalog.GetCourseRequest{Course: "khac"}); !strings.Contains(err.Error(), "khac") {
		t.Errorf("got %v, want a refusal that names the course", err)
	}
}

// tagged is a good package but for its tag.
func tagged(tag string) map[string]string {
	return map[string]string{"course.yaml": "code: thu\ntitle: {vi: Thử}\nsummary: {vi: Thử.}\nhours: 1\nlanguage: vi\ntags: [" + tag + "]\nlessons:\n  - {id: bai, minutes: 5, title: {vi: Bài}}\n",
		"lessons/bai.md": "Nội dung.\n"}
}

func TestATagOfAFrameworkIsTaken(t *testing.T) {
	h := run(t)
	if _, err := catalog.PublishCourse.Call(h.As("minh", trainer), h.Client, catalog.PublishCourseRequest{Files: tagged("IU13")}); err != nil {
		t.Error(err)
	}
}

func TestFilesOfLessonsOverTheBus(t *testing.T) {
	h := run(t)
	req := catalog.PublishCourseRequest{Media: map[string][]byte{"mau.pdf": []byte("%PDF-1.7")}, Files: map[string]string{"lessons/a.md": "Biểu mẫu.\n", "course.yaml": `code: bieu-mau
title: {vi: Biểu mẫu}
summary: {vi: Một biểu mẫu.}
hours: 1
language: vi
lessons:
  - {id: a, kind: file, file: mau.pdf, minutes: 5, title: {vi: Biểu mẫu}}
`}}
	done, err := catalog.PublishCourse.Call(h.As("minh", trainer), h.Client, req)
	if err != nil {
		t.Fatal(err)
	}
	course, err := catalog.GetCourse.Call(h.As("lan"), h.Client, catalog.GetCourseRequest{Course: "bieu-mau", After: done.Seq})
	if err != nil || course.Content[0].Media == nil {
		t.Fatalf("%+v, %v", course.Content, err)
	}
	file, err := catalog.GetFile.Call(h.As("lan"), h.Client, catalog.GetFileRequest{Digest: course.Content[0].Media.Digest})
	if err != nil || string(file.Data) != "%PDF-1.7" || file.Type != "application/pdf" {
		t.Errorf("%q %s, %v", file.Data, file.Type, err)
	}
	for _, digest := range []string{"", strings.Repeat("0", 64), "../x", strings.Repeat("*", 64)} {
		_, err := catalog.GetFile.Call(h.As("lan"), h.Client, catalog.GetFileRequest{Digest: digest})
		hosttest.Refused(t, err, fault.NotFound)
	}
}

package catalog_test

import (
	"testing"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
	"khuevan/services/catalog"
)

func withTitle(title string) *events.ProgrammePublished {
	return &events.ProgrammePublished{Programme: "thu", Title: events.Words{Vi: " " + title + " "}, Parts: []events.ProgrammePart{
		{ID: "p1", Title: events.Words{Vi: "Phần"}, AtLeast: 1, Courses: []events.ProgrammeCourse{{Course: "attt-co-ban"}}},
	}}
}

func TestProgrammesOverTheBus(t *testing.T) {
	h := run(t)
	ask := func(req catalog.PublishProgrammeRequest) (catalog.PublishedProgramme, error) {
		return catalog.PublishProgramme.Call(h.As("minh", trainer), h.Client, req)
	}
	_, err := ask(catalog.PublishProgrammeRequest{Content: withTitle("Một")})
	hosttest.Refused(t, err, fault.Invalid) // its course is not in the offer yet
	course, err := catalog.PublishCourse.Call(h.As("minh", trainer), h.Client, catalog.PublishCourseRequest{Package: "attt-co-ban"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		title   string
		seen    int
		dry     bool
		version int
	}{{"Một", 0, true, 1}, {"Một", 0, false, 1}, {"Một", 1, false, 1}, {"Hai", 1, true, 2}, {"Hai", 1, false, 2}} {
		p, err := ask(catalog.PublishProgrammeRequest{Content: withTitle(c.title), Seen: c.seen, DryRun: c.dry})
		if err != nil || p.Version != c.version || p.Programme != "thu" {
			t.Fatalf("%+v: %+v, %v", c, p, err)
		}
		if c.dry {
			continue
		}
		read, err := catalog.GetProgramme.Call(h.As("lan"), h.Client, catalog.GetProgrammeRequest{Programme: "thu", After: max(p.Seq, course.Seq)})
		if err != nil || read.Version != c.version || read.Title.Vi != c.title || read.LeastHours != 3 || read.MostHours != 3 || len(read.History) != c.version || read.History[0].Published.IsZero() {
			t.Fatalf("%+v reads %+v, %v", c, read, err)
		}
	}
	_, err = ask(catalog.PublishProgrammeRequest{Content: withTitle("Ba"), Seen: 1})
	hosttest.Refused(t, err, fault.Conflict)
	if old, err := catalog.GetProgramme.Call(h.As("lan"), h.Client, catalog.GetProgrammeRequest{Programme: "thu", Version: 1}); err != nil || old.Title.Vi != "Một" {
		t.Errorf("version 1 reads %+v, %v", old, err)
	}
	gone, err := catalog.WithdrawProgramme.Call(h.As("minh", trainer), h.Client, catalog.WithdrawProgrammeRequest{Programme: "thu"})
	if err != nil {
		t.Fatal(err)
	}
	if all, err := catalog.ListProgrammes.Call(h.As("lan"), h.Client, catalog.ListProgrammesRequest{After: gone.Seq}); err != nil || len(all) != 1 || !all[0].Withdrawn {
		t.Errorf("listed %+v, %v", all, err)
	}
}

func TestShippedProgrammesOverTheBus(t *testing.T) {
	h := run(t)
	list := func() catalog.ProgrammePackage {
		t.Helper()
		all, err := catalog.ListProgrammePackages.Call(h.As("minh", trainer), h.Client, rpc.Empty{})
		if err != nil || len(all) != 1 {
			t.Fatalf("%+v, %v", all, err)
		}
		return all[0]
	}
	if p := list(); len(p.Missing) != 1 || p.Published != 0 {
		t.Errorf("before its course: %+v", p)
	}
	if _, err := catalog.PublishCourse.Call(h.As("minh", trainer), h.Client, catalog.PublishCourseRequest{Package: "attt-co-ban"}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if p, err := catalog.PublishProgramme.Call(h.As("minh", trainer), h.Client, catalog.PublishProgrammeRequest{Package: "attt-nen-tang"}); err != nil || p.Version != 1 {
			t.Fatalf("published %+v, %v", p, err)
		}
	}
	h.Settle()
	if p := list(); len(p.Missing) != 0 || p.Published != 1 || p.Changed {
		t.Errorf("after: %+v", p)
	}
}

func TestRefusedProgrammesOverTheBus(t *testing.T) {
	h := run(t)
	_, err := catalog.PublishProgramme.Call(h.As("lan"), h.Client, catalog.PublishProgrammeRequest{Package: "attt-nen-tang"})
	hosttest.Refused(t, err, fault.Denied)
	for name, c := range map[string]struct {
		req  catalog.PublishProgrammeRequest
		kind fault.Kind
	}{
		"nothing":         {catalog.PublishProgrammeRequest{}, fault.Invalid},
		"both":            {catalog.PublishProgrammeRequest{Package: "attt-nen-tang", Content: withTitle("A")}, fault.Invalid},
		"unknown package": {catalog.PublishProgrammeRequest{Package: "khac"}, fault.NotFound},
		"dry and wrong":   {catalog.PublishProgrammeRequest{Content: withTitle(""), DryRun: true}, fault.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := catalog.PublishProgramme.Call(h.As("minh", trainer), h.Client, c.req)
			hosttest.Refused(t, err, c.kind)
		})
	}
	for _, programme := range []string{"khac", "a.b>", ""} {
		_, err = catalog.WithdrawProgramme.Call(h.As("minh", trainer), h.Client, catalog.WithdrawProgrammeRequest{Programme: programme})
		hosttest.Refused(t, err, fault.NotFound)
	}
}

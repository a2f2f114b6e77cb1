package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"khuevan/content"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
	"khuevan/platform/readmodel"
)

func programmeOf(title string, version int) events.ProgrammePublished {
	return events.ProgrammePublished{Programme: "cntt", Version: version, Title: events.Words{Vi: title}, Parts: []events.ProgrammePart{
		{ID: "p1", Title: events.Words{Vi: "Cơ bản"}, Courses: []events.ProgrammeCourse{{Course: "a"}, {Course: "b", Equivalents: []string{"old"}}}},
		{ID: "p2", Title: events.Words{Vi: "Nâng cao"}, AtLeast: 1, Courses: []events.ProgrammeCourse{{Course: "c"}, {Course: "d"}}},
	}}
}

func TestPublishingAProgramme(t *testing.T) {
	given := func(past ...eventsource.Event) eventtest.Scenario[programmeOffer] {
		return eventtest.Given[programmeOffer](t, past...)
	}
	asked := func(title string, seen int) publishProgramme {
		return publishProgramme{Content: programmeOf(title, 0), Seen: seen}
	}
	shipped := publishProgramme{Content: programmeOf("B", 0), Shipped: true}
	first, gone := programmeOf("A", 1), events.ProgrammeWithdrawn{Programme: "cntt"}
	given().When(asked("A", 0)).Then(first)
	given(first).When(asked("A", 1)).ThenNothing()
	given(first).When(asked("A", 0)).ThenNothing() // sent again under another request
	given(first).When(asked("B", 1)).Then(programmeOf("B", 2))
	given(first).When(asked("B", 0)).ThenRefused(fault.Conflict)
	given(first, programmeOf("B", 2)).When(asked("C", 1)).ThenRefused(fault.Conflict)
	given().When(asked("A", 1)).ThenRefused(fault.Conflict)
	given(first, gone).When(asked("A", 1)).Then(first)
	given(first, gone).When(asked("B", 1)).Then(programmeOf("B", 2))
	given(first).When(shipped).Then(programmeOf("B", 2))
	given(first, programmeOf("B", 2)).When(shipped).ThenNothing()
}

func TestWithdrawingAProgramme(t *testing.T) {
	first, gone := programmeOf("A", 1), events.ProgrammeWithdrawn{Programme: "cntt"}
	eventtest.Given[programmeOffer](t, first).When(withdrawProgramme{"cntt"}).Then(gone)
	eventtest.Given[programmeOffer](t, first, gone).When(withdrawProgramme{"cntt"}).ThenNothing()
	eventtest.Given[programmeOffer](t).When(withdrawProgramme{"cntt"}).ThenRefused(fault.NotFound)
}

// Whatever is published and withdrawn in whatever order, a number always means one content.
func TestAVersionOfAProgrammeMeansOneContent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var o programmeOffer
		meaning := map[int]string{}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			var decided []eventsource.Event
			var err error
			if o.latest.Version > 0 && rapid.Bool().Draw(t, "withdraw") {
				decided, err = withdrawProgramme{"cntt"}.Decide(o)
			} else {
				content := programmeOf(rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "content"), 0)
				decided, err = publishProgramme{Content: content, Seen: o.latest.Version}.Decide(o)
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range decided {
				if e, ok := e.(events.ProgrammePublished); ok {
					if was, known := meaning[e.Version]; known && was != e.Title.Vi || e.Version > o.latest.Version+1 {
						t.Fatalf("version %d was %q, now %q", e.Version, was, e.Title.Vi)
					}
					meaning[e.Version] = e.Title.Vi
				}
				o = o.Evolve(e)
			}
		}
	})
}

// offer of the tests: "old" was withdrawn.
func standsIn(course string) standing {
	switch {
	case course == "old":
		return wasWithdrawn
	case len(course) == 1 || strings.HasPrefix(course, "khoa-"):
		return offered
	}
	return notOffered
}

func TestWhatMakesNoProgramme(t *testing.T) {
	if err := checkProgramme(programmeOf("A", 0), standsIn); err != nil {
		t.Fatalf("a good one: %v", err)
	}
	courses := func(n int) (all []events.ProgrammeCourse) {
		for i := range n {
			all = append(all, events.ProgrammeCourse{Course: fmt.Sprint("khoa-", i)})
		}
		return all
	}
	for name, c := range map[string]struct {
		change func(*events.ProgrammePublished)
		fields []string
	}{
		"code":                  {func(p *events.ProgrammePublished) { p.Programme = "Có dấu" }, []string{"programme"}},
		"no title":              {func(p *events.ProgrammePublished) { p.Title.Vi = "" }, []string{"title.vi"}},
		"long title":            {func(p *events.ProgrammePublished) { p.Title.En = strings.Repeat("a", 301) }, []string{"title.en"}},
		"no parts":              {func(p *events.ProgrammePublished) { p.Parts = nil }, []string{"parts"}},
		"many parts":            {func(p *events.ProgrammePublished) { p.Again = slices.Repeat(p.Parts, 11) }, []string{"again"}},
		"an id twice":           {func(p *events.ProgrammePublished) { p.Parts[1].ID = "p1" }, []string{"parts.1.id"}},
		"a part without title":  {func(p *events.ProgrammePublished) { p.Parts[1].Title.Vi = "" }, []string{"parts.1.title.vi"}},
		"a part without course": {func(p *events.ProgrammePublished) { p.Parts[1].Courses = nil }, []string{"parts.1.courses"}},
		"many courses":          {func(p *events.ProgrammePublished) { p.Parts[1].Courses = courses(51) }, []string{"parts.1.courses"}},
		"more than there are":   {func(p *events.ProgrammePublished) { p.Parts[1].AtLeast = 3 }, []string{"parts.1.at_least"}},
		"less than none":        {func(p *events.ProgrammePublished) { p.Parts[1].AtLeast = -1 }, []string{"parts.1.at_least"}},
		"a course twice":        {func(p *events.ProgrammePublished) { p.Parts[1].Courses[1].Course = "c" }, []string{"parts.1.courses.1.course"}},
		"an unknown course":     {func(p *events.ProgrammePublished) { p.Parts[0].Courses[1].Course = "khac" }, []string{"parts.0.courses.1.course"}},
		"a withdrawn course":    {func(p *events.ProgrammePublished) { p.Parts[0].Courses[0].Course = "old" }, []string{"parts.0.courses.0.course"}},
		"itself":                {func(p *events.ProgrammePublished) { p.Parts[0].Courses[0].Equivalents = []string{"a"} }, []string{"parts.0.courses.0.equivalents"}},
		"an equivalent twice":   {func(p *events.ProgrammePublished) { p.Parts[0].Courses[0].Equivalents = []string{"c", "c"} }, []string{"parts.0.courses.0.equivalents"}},
		"no such equivalent":    {func(p *events.ProgrammePublished) { p.Parts[0].Courses[0].Equivalents = []string{"khac"} }, []string{"parts.0.courses.0.equivalents"}},
		"many equivalents": {func(p *events.ProgrammePublished) {
			p.Parts[0].Courses[0].Equivalents = strings.Split("b,c,d,e,f,g,h,i,j,k,l", ",")
		}, []string{"parts.0.courses.0.equivalents"}},
		"certificate": {func(p *events.ProgrammePublished) { p.Certificate, p.CertificateTitle.En = "sometimes", "Only" }, []string{"certificate_title.vi", "certificate"}},
		"validity":    {func(p *events.ProgrammePublished) { p.ValidityMonths = 601 }, []string{"validity_months"}},
		"again too": {func(p *events.ProgrammePublished) {
			p.Again = []events.ProgrammePart{{ID: "p1", Title: events.Words{Vi: "Ôn"}, Courses: []events.ProgrammeCourse{{Course: "khac"}}}}
		}, []string{"again.0.courses.0.course"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := programmeOf("A", 0)
			c.change(&p)
			err := checkProgramme(p, standsIn)
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			var named []string
			for _, f := range fault.Of(err).Fields {
				named = append(named, f.Name)
			}
			if !slices.Equal(named, c.fields) {
				t.Errorf("names %v, want %v", named, c.fields)
			}
		})
	}
}

func TestHoursOfAProgramme(t *testing.T) {
	hours := map[string]int{"a": 1, "b": 8, "old": 3, "c": 4, "d": 10}
	for _, c := range []struct {
		name        string
		parts       []events.ProgrammePart
		least, most int
	}{
		{"all, and one of two", programmeOf("A", 1).Parts, 1 + 3 + 4, 1 + 8 + 10},
		{"all", programmeOf("A", 1).Parts[:1], 1 + 3, 1 + 8},
		{"nothing", nil, 0, 0},
	} {
		if least, most := hoursOf(c.parts, func(course string) int { return hours[course] }); least != c.least || most != c.most {
			t.Errorf("%s: %d–%d, want %d–%d", c.name, least, most, c.least, c.most)
		}
	}
}

func TestEveryVersionOfAProgrammeStaysReadable(t *testing.T) {
	v := newProgrammeView()
	if err := v.projection.Open(t.Context(), readmodel.NewMemory(), "catalog"); err != nil {
		t.Fatal(err)
	}
	gone := events.ProgrammeWithdrawn{Programme: "cntt"}
	past := twice{programmeOf("A", 1), programmeOf("B", 2), gone, programmeOf("B", 2), gone}
	if err := v.projection.Run(t.Context(), past); err != nil {
		t.Fatal(err)
	}
	hour := func(string) int { return 1 }
	for version, title := range map[int]string{0: "B", 1: "A", 2: "B"} {
		p, err := v.get(t.Context(), "cntt", version, hour)
		if err != nil || p.Title.Vi != title || !p.Withdrawn || len(p.Parts) != 2 || p.LeastHours != 3 {
			t.Errorf("version %d reads %+v, %v", version, p, err)
		}
		if len(p.History) != 2 || p.History[0].Version != 2 || p.History[1].Version != 1 {
			t.Errorf("the history of version %d is %v", version, p.History)
		}
	}
	for programme, version := range map[string]int{"cntt": 3, "khac": 0} {
		if _, err := v.get(t.Context(), programme, version, hour); !fault.Is(err, fault.NotFound) {
			t.Errorf("version %d of %s: %v", version, programme, err)
		}
	}
	if all, err := v.list(t.Context(), hour); err != nil || len(all) != 1 || all[0].Version != 2 || !all[0].Withdrawn || all[0].PartCount != 2 {
		t.Errorf("listed %+v, %v", all, err)
	}
}

func TestShippedProgrammes(t *testing.T) {
	courses, err := readBundles(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	if all, err := readProgrammes(content.FS, courses); err != nil || len(all) == 0 {
		t.Fatalf("%d shipped, %v", len(all), err)
	}
	const good = "code: thu\ntitle: {vi: Thử}\nparts: [{id: p1, title: {vi: P}, at_least: 1, courses: [{course: attt-co-ban}]}]\n"
	for name, c := range map[string]struct{ file, text, says string }{
		"good":           {"thu.yaml", good, ""},
		"another name":   {"khac.yaml", good, `code "thu"`},
		"unknown field":  {"thu.yaml", good + "khac: 1\n", "khac"},
		"unknown course": {"thu.yaml", strings.Replace(good, "attt-co-ban", "khac", 1), "khac"},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := readProgrammes(fstest.MapFS{"programmes/" + c.file: {Data: []byte(c.text)}}, courses)
			if c.says == "" {
				if err != nil || !slices.Equal(slices.Collect(maps.Keys(all)), []string{"thu"}) || all["thu"].Parts[0].AtLeast != 1 {
					t.Errorf("read %v, %v", all, err)
				}
			} else if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), strings.TrimSuffix(c.file, ".yaml")) {
				t.Errorf("got %v", err)
			}
		})
	}
}

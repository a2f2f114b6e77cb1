package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"khuevan/events"
)

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		of   []float64
		want float64
	}{{[]float64{3}, 3}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 1, 2, 9}, 3}} {
		given := slices.Clone(c.of)
		if got := median(c.of); got != c.want || !slices.Equal(given, c.of) {
			t.Errorf("median of %v: %v, want %v", given, got, c.want)
		}
	}
	if !math.IsNaN(median(nil)) {
		t.Error("nothing has a median")
	}
}

func TestPercentile(t *testing.T) {
	of := make([]float64, 200)
	for i := range of {
		of[i] = float64(200 - i)
	}
	for p, want := range map[float64]float64{0: 1, 0.5: 1, 50: 100, 99: 198, 99.5: 199, 100: 200} {
		if got := percentile(of, p); got != want {
			t.Errorf("%v %%: %v, want %v", p, got, want)
		}
	}
	if !math.IsNaN(percentile(nil, 50)) {
		t.Error("nothing has a percentile")
	}
}

func TestAlternate(t *testing.T) {
	var order strings.Builder
	figure := func(name string, values ...float64) turn {
		return func(context.Context) (float64, error) {
			order.WriteString(name)
			v := values[0]
			values = values[1:]
			return v, nil
		}
	}
	got, err := alternate(t.Context(), 3, figure("A", 100, 1, 2, 9), figure("B", 0, 7, 5, 6))
	if err != nil || !slices.Equal(got, []float64{2, 6}) {
		t.Errorf("got %v, %v; the first round must not count", got, err)
	}
	if order.String() != "ABBAABBA" {
		t.Errorf("order %s", order.String())
	}
	broken := errors.New("broken")
	if _, err := alternate(t.Context(), 1, func(context.Context) (float64, error) { return 0, broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestCrowdStopsAtTheFirstError(t *testing.T) {
	broken := errors.New("broken")
	err := crowd(t.Context(), 5, func(ctx context.Context, i int) error {
		if i == 3 {
			return broken
		}
		<-ctx.Done()
		return ctx.Err()
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestGoal(t *testing.T) {
	for _, c := range []struct {
		g     goal
		ratio float64
		want  bool
	}{{atLeast(0.6), 0.6, true}, {atLeast(0.6), 0.59, false}, {atMost(1), 1, true}, {atMost(1), 1.01, false}, {goal{}, 100, true}} {
		if got := c.g.met(c.ratio); got != c.want {
			t.Errorf("%v at %v: %v", c.g, c.ratio, got)
		}
	}
}

func TestFlags(t *testing.T) {
	f, err := parse([]string{"-json", "-quick", "-only", "append, start", "-only=visible.p99"}, io.Discard)
	if err != nil || !f.json || !f.quick || f.list || !slices.Equal(f.only, []string{"append", "start", "visible.p99"}) {
		t.Errorf("got %+v, %v", f, err)
	}
	for _, args := range [][]string{{"-slow"}, {"append"}} {
		if _, err := parse(args, io.Discard); err == nil {
			t.Errorf("%v is taken", args)
		}
	}
}

func TestChoose(t *testing.T) {
	figures := func(names ...string) []string {
		chosen, err := choose(measures(), names)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, c := range chosen {
			for _, f := range c.figures {
				if _, ok := c.wanted[f.name]; ok {
					all = append(all, f.name)
				}
			}
		}
		return all
	}
	if got, want := figures("visible.p99", "append.durable.64"), []string{"append.durable.64.batch", "append.durable.64.plain", "visible.p99"}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if got := figures("start"); !slices.Equal(got, []string{"start"}) {
		t.Errorf("got %v", got)
	}
	every := 0
	for _, m := range measures() {
		every += len(m.figures)
	}
	if got := figures(); len(got) != every || slices.Contains(got, "") {
		t.Errorf("%d of %d: %v", len(got), every, got)
	}
	if _, err := choose(measures(), []string{"append", "appendix"}); err == nil || !strings.Contains(err.Error(), "appendix") {
		t.Errorf("got %v", err)
	}
}

func TestPrint(t *testing.T) {
	var out bytes.Buffer
	printer{out: &out, json: true}.row(row("append.single", "µs p50", 30, 20), atMost(1.5))
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 5 || got["name"] != "append.single" || got["unit"] != "µs p50" || got["value"] != 30.0 || got["limit"] != 20.0 || got["ratio"] != 1.5 {
		t.Errorf("got %v", got)
	}
	out.Reset()
	p := printer{out: &out}
	p.head()
	p.row(row("append.single", "µs p50", 30, 20), atMost(1.4))
	head, line, _ := strings.Cut(strings.TrimRight(out.String(), "\n"), "\n")
	if strings.Index(head, "goal") != strings.Index(strings.ReplaceAll(strings.ReplaceAll(line, "µ", "u"), "≤", "<"), "< 1.4") || !strings.HasSuffix(line, "missed") {
		t.Errorf("not aligned:\n%s\n%s", head, line)
	}
}

// TestStory: what projections are measured with is as many facts as promised, each person's in order.
func TestStory(t *testing.T) {
	told := story(300)
	if len(told) != 300*perPerson {
		t.Fatalf("%d facts", len(told))
	}
	people := map[string]*learner{}
	for _, f := range told {
		person := personOf(f.event)
		if people[person] == nil {
			if _, first := f.event.(events.CourseOpened); !first {
				t.Fatalf("%s begins with %s", person, f.event.EventType())
			}
			people[person] = &learner{}
		}
		people[person].apply(f.event)
	}
	for id, l := range people {
		if l.Person != id || !l.Completed || l.Done != len(lessons) {
			t.Fatalf("%+v", l)
		}
	}
	if len(people) != 300 {
		t.Errorf("%d people", len(people))
	}
}

func TestResidentMemory(t *testing.T) {
	got, err := residentOf("Name:\tkhuevan\nVmPeak:\t  999999 kB\nVmRSS:\t  131072 kB\n")
	if err != nil || got != 128 {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := residentOf("Name:\tkhuevan\n"); err == nil {
		t.Error("no memory is found in a text without it")
	}
}

// TestTwinsStandAlone: a raw twin that used the platform would measure it against itself.
func TestTwinsStandAlone(t *testing.T) {
	files, err := filepath.Glob("raw_*.go")
	if err != nil || len(files) < 4 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, im := range f.Imports {
			if strings.HasPrefix(im.Path.Value, `"khuevan/`) {
				t.Errorf("%s imports %s", name, im.Path.Value)
			}
		}
	}
}

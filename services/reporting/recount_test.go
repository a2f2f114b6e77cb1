package reporting

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"khuevan/events"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/jetstream"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

func past() []events.Event {
	return []events.Event{
		unit("tinh", ""), unit("so", "tinh"), unit("phong", "so"),
		began("lan", "phong"), began("minh", "so"), enrolled("lan", "attt", 1), enrolled("minh", "attt", 1),
		started("lan", "attt", 1), passed("lan", "attt", 1), completed("lan", "attt", 1), certified("lan", "attt", 1),
		attempted("minh", "attt", 1),
	}
}

// bench is the service's parts over a real record, with the store in the test's hands.
type bench struct {
	*hosttest.House
	api   *api
	store readmodel.Store
}

func newBench(t *testing.T, all ...events.Event) *bench {
	t.Helper()
	h := hosttest.Bus(t, events.All())
	for _, e := range all {
		h.Append(streamOf(t, e), e)
	}
	b := &bench{House: h, store: readmodel.NewMemory(), api: &api{d: h.Deps, views: newViews(), scan: h.Journal.Scan}}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{}, 2)
	for _, p := range []*readmodel.Projection{b.api.views.structure, b.api.views.rollups} {
		if err := p.Open(ctx, b.store, "reporting"); err != nil {
			t.Fatal(err)
		}
		go func() { _ = p.Run(ctx, h.Journal); done <- struct{}{} }()
	}
	t.Cleanup(func() { cancel(); <-done; <-done })
	return b
}

func (b *bench) compare(t *testing.T) RecountReport {
	t.Helper()
	report, err := b.api.compare(rpc.AsSystem(t.Context(), "recount"))
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestARecountOfSoundReadModelsFindsNothing(t *testing.T) {
	all := past()
	b := newBench(t, all...)
	b.Append("notification.message.lan_x", events.MessageQueued{Message: "lan_x", Person: "lan"}) // counted, followed by none
	if got := b.compare(t); got.Events != len(all)+1 || got.Upto != uint64(len(all)+1) || got.Lines != 4 || len(got.Differences)+len(got.Broken) > 0 {
		t.Errorf("%+v", got)
	}
}

func TestARecountOfNothing(t *testing.T) {
	if got := newBench(t).compare(t); got.Events != 0 || got.Lines != 0 || got.Differences == nil || got.Broken == nil {
		t.Errorf("%+v", got)
	}
}

// falsify writes a document past the projection, as a mistake or a hand in the store would.
func (b *bench) falsify(t *testing.T, position uint64, c *readmodel.Collection[lineDoc], line lineDoc) {
	t.Helper()
	spec := readmodel.Spec{Service: "reporting", Name: "lines", Version: 6, Indexes: []readmodel.Index{{Name: "course", Fields: []string{"course", "unit"}}}}
	body := []byte(`{"unit":"` + line.Unit + `","course":"` + line.Course + `","assigned":7}`)
	doc := readmodel.Stored{ID: lineID(line.Unit, line.Course), Seq: position + 1, Body: body,
		Keys: []readmodel.Key{{Field: "course", Value: line.Course}, {Field: "unit", Value: line.Unit}}}
	err := b.store.Commit(t.Context(), readmodel.Commit{Projection: b.api.views.rollups.Name(), Position: position,
		Writes: []readmodel.Write{{Spec: spec, Docs: []readmodel.Stored{doc}}}})
	if err != nil {
		t.Fatal(err)
	}
	if got, _, err := c.Get(t.Context(), doc.ID); err != nil || got.Assigned != 7 {
		t.Fatalf("the wrong line was not taken: %+v, %v", got, err)
	}
}

func TestARecountFindsAWrongLine(t *testing.T) {
	b := newBench(t, past()...)
	b.compare(t)
	b.falsify(t, b.api.views.rollups.Position(), b.api.views.lines, lineDoc{Unit: "so", Course: "attt"})
	got := b.compare(t)
	want := []Difference{{"so", "attt", "assigned", 7, 1}, {"so", "attt", "started", 0, 1}}
	if len(got.Differences) != 2 || got.Differences[0] != want[0] || got.Differences[1] != want[1] || len(got.Broken) > 0 {
		t.Errorf("%+v", got)
	}
}

func TestARecountFindsAWrongTree(t *testing.T) {
	s := tell(t, past()...)
	v := project(t, s, readmodel.NewMemory())
	lines, err := (&api{views: v}).linesNow()
	if err != nil {
		t.Fatal(err)
	}
	told := shown{day: "2026-01-01", tree: newTree([]unitDoc{{Unit: "tinh"}, {Unit: "so", Parent: "tinh"}, {Unit: "phong", Parent: "tinh"}}), lines: lines}
	if _, diff := differences(told, recountAll(t, s)); len(diff) != 6 || diff[0] != (Difference{"so", "", "people", 1, 2}) {
		t.Errorf("%+v", diff)
	}
}

func TestARecountFindsWhatWasDoneToTheRecord(t *testing.T) {
	b := newBench(t, past()...)
	for name, c := range map[string]struct {
		touch func(*jetstream.Raw) (gone bool)
		want  string
	}{
		"an edited fact": {func(r *jetstream.Raw) bool {
			if r.Seq == 9 {
				r.Body = []byte(strings.Replace(string(r.Body), "8.5", "9.5", 1))
			}
			return false
		}, "#9 progress.course.lan_attt_1 progress.quiz-passed.v1: không khớp chuỗi băm"},
		"a fact of another stream": {func(r *jetstream.Raw) bool {
			if r.Seq == 6 {
				r.Stream = "enrolment.enrolment.an_attt"
			}
			return false
		}, "#6 enrolment.enrolment.an_attt"},
		"a dropped fact":     {func(r *jetstream.Raw) bool { return r.Seq == 9 }, "#9–#9: thiếu"},
		"a fact after a gap": {func(r *jetstream.Raw) bool { return r.Seq == 9 }, "#10 progress.course.lan_attt_1"},
		"an unreadable fact": {func(r *jetstream.Raw) bool {
			r.Type = strings.Replace(r.Type, "quiz-passed.v1", "quiz-passed.v9", 1)
			return false
		}, "không đọc được"},
		"a damaged JSON body": {func(r *jetstream.Raw) bool { r.Body = r.Body[:len(r.Body)-1]; return false }, "#1 directory.unit.tinh"},
	} {
		b.api.scan = func(ctx context.Context, after uint64, follow bool, fn func(jetstream.Raw) error) error {
			return b.Journal.Scan(ctx, after, follow, func(r jetstream.Raw) error {
				if c.touch(&r) {
					return nil
				}
				return fn(r)
			})
		}
		if got := b.compare(t); !strings.Contains(strings.Join(got.Broken, "\n"), c.want) {
			t.Errorf("%s: %q lacks %q", name, got.Broken, c.want)
		}
	}
}

func TestARecountGoesOnWhereAProjectionStopped(t *testing.T) {
	b := newBench(t, past()...)
	m := nats.NewMsg("events.0.enrolment.enrolment.an_attt.person-vanished")
	m.Data = []byte(`{}`)
	m.Header.Set("Kv-Type", "enrolment.person-vanished.v1")
	m.Header.Set("Kv-Time", "2026-11-23T01:00:00Z")
	m.Header.Set("Kv-Chain", "made-up")
	if _, err := b.Journal.JetStream().PublishMsg(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	b.Append("enrolment.enrolment.lan_cds", enrolled("lan", "cds", 1))
	got := b.compare(t)
	broken := strings.Join(got.Broken, "\n")
	for _, want := range []string{"#13 enrolment.enrolment.an_attt enrolment.person-vanished.v1: không khớp chuỗi băm", "person-vanished.v1: không đọc được", "projection has stopped"} {
		if !strings.Contains(broken, want) {
			t.Errorf("%q is missing in\n%s", want, broken)
		}
	}
	if got.Events != len(past())+2 || len(got.Differences) > 0 {
		t.Errorf("%+v", got)
	}
}

func TestARecountEndsAtWhatTheReadModelsWereAskedToShow(t *testing.T) {
	s := tell(t, past()...)
	c, err := newTally()
	if err != nil {
		t.Fatal(err)
	}
	err = s.scan(t.Context(), 0, false, func(r jetstream.Raw) error { return c.take(r, shown{rollupsAt: 8, structureAt: 3}) })
	if !errors.Is(err, errBeyond) || c.upto != 8 || c.events != 8 {
		t.Errorf("%v after #%d", err, c.upto)
	}
}

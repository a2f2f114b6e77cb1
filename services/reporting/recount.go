package reporting

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/jetstream"
	"khuevan/platform/readmodel"
)

// Scan calls fn with every stored fact after a sequence, readable or not, up to the present head;
// (*jetstream.Journal).Scan is one.
type Scan func(ctx context.Context, after uint64, follow bool, fn func(jetstream.Raw) error) error

// tries bounds how often the read models are read until they stand still meanwhile.
const tries = 10

// shown is what the read models say, at positions up to which they tell everything.
type shown struct {
	tree        *tree
	day         string // of the tree
	lines       map[lineKey]counts
	rollupsAt   uint64
	structureAt uint64
	stopped     []error // projections that go no further; their position is final
}

type lineKey struct{ unit, course string }

// compare recounts the whole record and holds the read models against it.
func (a *api) compare(ctx context.Context) (RecountReport, error) {
	s, err := a.readShown(ctx)
	if err != nil {
		return RecountReport{}, err
	}
	t, err := newTally()
	if err != nil {
		return RecountReport{}, err
	}
	if err := a.scan(ctx, 0, false, func(raw jetstream.Raw) error { return t.take(raw, s) }); err != nil && !errors.Is(err, errBeyond) {
		return RecountReport{}, err
	}
	report := RecountReport{Events: t.events, Upto: t.upto, Differences: []Difference{}, Broken: append([]string{}, t.broken...)}
	for _, stopped := range s.stopped {
		report.Broken = append(report.Broken, stopped.Error())
	}
	report.Lines, report.Differences = differences(s, t)
	return report, nil
}

// readShown reads the lines and the tree at one position each, at or after everything that the record holds now.
func (a *api) readShown(ctx context.Context) (shown, error) {
	for range tries {
		s := shown{lines: map[lineKey]counts{}, day: a.today()}
		for _, p := range []*readmodel.Projection{a.views.rollups, a.views.structure} {
			head, err := a.d.Journal.Head(ctx, p.Nouns())
			if err != nil {
				return shown{}, err
			}
			err = p.Await(ctx, head)
			if errors.Is(err, readmodel.ErrStopped) {
				s.stopped = append(s.stopped, err)
			} else if err != nil {
				return shown{}, err
			}
		}
		s.rollupsAt, s.structureAt = a.views.rollups.Position(), a.views.structure.Position()
		err := a.views.lines.Each(ctx, readmodel.Query{}, func(d lineDoc) error {
			s.lines[lineKey{d.Unit, d.Course}] = d.counts
			return nil
		})
		if err != nil {
			return shown{}, err
		}
		if s.tree, err = a.views.treeOn(ctx, s.day); err != nil {
			return shown{}, err
		}
		if s.rollupsAt == a.views.rollups.Position() && s.structureAt == a.views.structure.Position() {
			return s, nil
		}
	}
	return shown{}, fault.New(fault.Unavailable, "Số liệu đang thay đổi liên tục nên chưa kiểm đếm được. Vui lòng thử lại khi vắng người dùng hơn.",
		"The numbers keep changing, so they cannot be recounted now. Please try again at a quieter time.")
}

// errBeyond ends a scan at the first fact that the read models were not asked to show yet.
var errBeyond = errors.New("reporting: beyond the read models")

// tally recounts the record in plain maps. It shares no code with the projections but what the organisation tells of a day.
type tally struct {
	registry *eventsource.Registry
	chains   map[string]string // stream → hash of its last fact
	events   int
	upto     uint64
	broken   []string

	units   []organisation.Known           // all facts about units
	careers map[string]organisation.Career // by person
	days    map[string]string              // the latest that has come for a person
	periods map[string]map[string][]int    // person → course → periods that stand
	erased  map[string]bool                // who counts on as she did when she was erased
	marks   map[periodKey]map[string]int   // what happened in a period, by the name of the number
}

type periodKey struct {
	person, course string
	period         int
}

func newTally() (*tally, error) {
	registry, err := eventsource.NewRegistry(allEvents()...)
	if err != nil {
		return nil, err
	}
	return &tally{registry: registry, chains: map[string]string{}, careers: map[string]organisation.Career{}, days: map[string]string{},
		periods: map[string]map[string][]int{}, erased: map[string]bool{}, marks: map[periodKey]map[string]int{}}, nil
}

func allEvents() []eventsource.Event {
	var all []eventsource.Event
	for _, e := range events.All() {
		all = append(all, e)
	}
	return all
}

// take checks a fact and counts it, as far as the read models claim to show it.
func (t *tally) take(raw jetstream.Raw, s shown) error {
	limit, counted := s.limit(raw)
	if counted && raw.Seq > limit && len(s.stopped) == 0 {
		return errBeyond
	}
	t.check(raw)
	e, err := t.registry.Decode(raw.Type, raw.Body)
	if err != nil {
		t.broken = append(t.broken, fmt.Sprintf("#%d %s %s: không đọc được (cannot be read): %v", raw.Seq, raw.Stream, raw.Type, err))
		return nil
	}
	if counted && raw.Seq <= limit {
		at, err := time.Parse(time.RFC3339Nano, raw.Time)
		if err != nil {
			t.broken = append(t.broken, fmt.Sprintf("#%d %s: không đọc được thời điểm (its time cannot be read)", raw.Seq, raw.Stream))
			return nil
		}
		t.count(raw.Seq, at, e)
	}
	return nil
}

// limit is the position of the read models that follow a fact; counted is false for facts that none follows.
func (s shown) limit(raw jetstream.Raw) (limit uint64, counted bool) {
	if readmodel.Named(structureNouns, raw.Stream, raw.Type) {
		return s.structureAt, true
	}
	return s.rollupsAt, readmodel.Named(rollupNouns, raw.Stream, raw.Type)
}

// check follows the numbering of the record and the hash chain of the fact's stream.
func (t *tally) check(raw jetstream.Raw) {
	if missing := raw.Seq - t.upto - 1; missing > 0 {
		t.broken = append(t.broken, fmt.Sprintf("#%d–#%d: thiếu (missing)", t.upto+1, raw.Seq-1))
	}
	if want := eventsource.Chain(t.chains[raw.Stream], raw.Stream, raw.Type, raw.Body); raw.Chain != want {
		t.broken = append(t.broken, fmt.Sprintf("#%d %s %s: không khớp chuỗi băm (breaks the hash chain)", raw.Seq, raw.Stream, raw.Type))
	}
	t.chains[raw.Stream] = raw.Chain
	t.events++
	t.upto = raw.Seq
}

func (t *tally) count(seq uint64, at time.Time, e eventsource.Event) {
	switch e := e.(type) {
	case events.PersonErased:
		t.erased[e.Person] = true
	case events.PersonEnrolled:
		if t.erased[e.Person] {
			return
		}
		if t.periods[e.Person] == nil {
			t.periods[e.Person] = map[string][]int{}
		}
		t.periods[e.Person][e.Course] = append(t.periods[e.Person][e.Course], e.Period)
	case events.EnrolmentWithdrawn:
		if all := t.periods[e.Person]; all != nil {
			all[e.Course] = slices.DeleteFunc(all[e.Course], func(p int) bool { return p == e.Period })
		}
	case events.LessonStarted:
		t.mark(periodKey{e.Person, e.Course, e.Period}, "started")
	case events.AttemptStarted:
		t.mark(periodKey{e.Person, e.Course, e.Period}, "started")
	case events.QuizPassed:
		t.mark(periodKey{e.Person, e.Course, e.Period}, "started", "passed")
	case events.CourseCompleted:
		t.mark(periodKey{e.Person, e.Course, e.Period}, "started", "completed")
	case events.CertificateIssued:
		if e.Course == "" {
			return // of a programme, which no line counts
		}
		t.mark(periodKey{e.Person, e.Course, e.Period}, "certified")
	case events.PersonExcused:
		t.mark(periodKey{e.Person, e.Course, e.Period}, "excused")
	case events.ExcuseWithdrawn:
		delete(t.marks[periodKey{e.Person, e.Course, e.Period}], "excused")
	case events.CareerDayCame:
		if !t.erased[e.Person] {
			t.days[e.Person] = max(t.days[e.Person], e.On)
		}
	default:
		k := organisation.Known{Seq: seq, At: at, Fact: e}
		if organisation.UnitOf(e) != "" {
			t.units = append(t.units, k)
		} else if person := organisation.Of(e); person != "" && !t.erased[person] {
			t.careers[person] = t.careers[person].With(k)
			t.days[person] = max(t.days[person], clock.Local(at).Format(time.DateOnly))
		}
	}
}

func (t *tally) mark(key periodKey, names ...string) {
	if t.marks[key] == nil {
		t.marks[key] = map[string]int{}
	}
	for _, n := range names {
		t.marks[key][n] = 1
	}
}

// lines builds every line anew: person by person, course by course.
func (t *tally) lines() map[lineKey]counts {
	lines := map[lineKey]counts{}
	for person, career := range t.careers {
		home, ok := career.Home(t.days[person])
		if !ok {
			continue
		}
		all := lines[lineKey{home.Unit, ""}]
		all.People++
		lines[lineKey{home.Unit, ""}] = all
		t.add(lines, person, home.Unit)
	}
	return lines
}

// add counts the courses of a person in a unit.
func (t *tally) add(lines map[lineKey]counts, person, unit string) {
	all := lines[lineKey{unit, ""}]
	for course, periods := range t.periods[person] {
		if len(periods) == 0 {
			continue // all were withdrawn
		}
		m := t.marks[periodKey{person, course, slices.Max(periods)}]
		line := lines[lineKey{unit, course}]
		for _, c := range []*counts{&all, &line} {
			c.Assigned++
			c.Started += m["started"]
			c.Passed += m["passed"]
			c.Completed += m["completed"]
			c.Certified += m["certified"]
			c.Excused += m["excused"] * (1 - m["completed"])
		}
		lines[lineKey{unit, course}] = line
	}
	lines[lineKey{unit, ""}] = all
}

// branches adds the lines of all courses together to every unit above them on a day, each from below upwards.
func (t *tally) branches(lines map[lineKey]counts, day string) map[lineKey]counts {
	whole := organisation.Structured(t.units).Whole(day)
	sums := map[lineKey]counts{}
	for key, c := range lines {
		seen := map[string]bool{}
		for unit := key.unit; key.course == "" && unit != "" && !seen[unit]; unit = whole.Above(unit) {
			seen[unit] = true
			sums[lineKey{unit, ""}] = sums[lineKey{unit, ""}].plus(c)
		}
	}
	return sums
}

// differences compares the units' own lines and, once these agree, what the pages show of whole branches.
func differences(s shown, t *tally) (compared int, found []Difference) {
	counted := t.lines()
	compared, found = differ(s.lines, counted)
	if len(found) > 0 {
		return compared, found
	}
	own := map[string]counts{}
	for key, c := range s.lines {
		if key.course == "" {
			own[key.unit] = c
		}
	}
	branches := map[lineKey]counts{}
	for unit, c := range s.tree.totals("", own) {
		if unit != "" {
			branches[lineKey{unit, ""}] = c
		}
	}
	_, found = differ(branches, t.branches(counted, s.day))
	return compared, found
}

func differ(shown, counted map[lineKey]counts) (compared int, found []Difference) {
	keys := map[lineKey]bool{}
	for k := range shown {
		keys[k] = true
	}
	for k := range counted {
		keys[k] = true
	}
	found = []Difference{}
	sorted := slices.SortedFunc(maps.Keys(keys), func(a, b lineKey) int {
		return slices.Compare([]string{a.unit, a.course}, []string{b.unit, b.course})
	})
	for _, k := range sorted {
		for _, n := range numbers() {
			if a, b := n.of(shown[k]), n.of(counted[k]); a != b {
				found = append(found, Difference{Unit: k.unit, Course: k.course, Number: n.name, Shown: a, Events: b})
			}
		}
	}
	return len(keys), found
}

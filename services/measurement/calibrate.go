package measurement

import (
	"context"
	"time"

	"khuevan/assessment/measure"
	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// calibrateNightly calibrates every bank that has new first attempts, each night. Nights missed in a downtime collapse
// into one.
func (s *service) calibrateNightly(ctx context.Context) error {
	schedule, err := clock.ParseSchedule(nightly, "")
	if err != nil {
		return err
	}
	if err := s.caughtUp(ctx); err != nil {
		return err
	}
	due := schedule.Next(s.Clock.Now().Add(-24 * time.Hour)) // the latest night, in case it was missed
	for {
		if err := s.Clock.WaitUntil(ctx, due); err != nil {
			return err
		}
		if err := s.calibrateAll(ctx, due); err != nil {
			return err
		}
		due = schedule.Next(s.Clock.Now())
	}
}

// caughtUp waits until the read models show what was recorded before the call: after a rebuild they are empty at first,
// and a night that was missed would find nothing to calibrate.
func (s *service) caughtUp(ctx context.Context) error {
	head, err := s.Journal.Head(ctx, s.view.projection.Nouns())
	if err != nil {
		return err
	}
	return s.view.projection.Await(ctx, head)
}

func (s *service) calibrateAll(ctx context.Context, due time.Time) error {
	return s.view.tests.Each(ctx, readmodel.Query{}, func(d testDoc) error {
		if d.New == 0 {
			return nil
		}
		last, _, err := s.view.banks.Get(ctx, d.Course)
		if err != nil || !due.After(last.Due) {
			return err
		}
		ctx := rpc.AsSystem(ctx, "calibrate/"+d.Course+"/"+due.Format(time.RFC3339))
		if _, err := s.calibrateCourse(ctx, d.Course, due); err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "calibrate a bank", "course", d.Course, "err", err)
		}
		return ctx.Err()
	})
}

// versionID names an item version within a course.
type versionID struct {
	Item    string
	Version int
}

// sheet is first attempts in the form that calibration takes.
type sheet struct {
	answers *measure.Answers
	places  map[versionID]int
	items   []versionID
}

func newSheet(capacity int) (*sheet, error) {
	answers, err := measure.NewAnswers(maxVersions, 0, capacity)
	return &sheet{answers: answers, places: map[versionID]int{}}, err
}

// maxVersions bounds the item versions of a course.
const maxVersions = 20000

func (h *sheet) add(d responseDoc) error {
	h.answers.Person()
	for _, m := range d.Marks {
		id := versionID{m.Item, m.Version}
		at, known := h.places[id]
		if !known {
			at = len(h.items)
			h.places[id], h.items = at, append(h.items, id)
		}
		if err := h.answers.Add(at, m.Mark); err != nil {
			return err
		}
	}
	return nil
}

// calibrateCourse calibrates one bank and records what it found; false where no item has enough answers.
func (s *service) calibrateCourse(ctx context.Context, course string, due time.Time) (bool, error) {
	all, err := s.sheets(ctx, course)
	if err != nil {
		return false, err
	}
	rules := measure.DefaultCalibration()
	estimates, report, err := measure.Calibrate(ctx, all.whole.answers, rules)
	if err != nil || report.Items == 0 {
		return false, err
	}
	e := events.BankCalibrated{Course: course, Due: due.UTC(), At: s.Clock.Now(), People: report.People, Answers: all.whole.answers.Len(),
		Steps: report.Steps, Converged: report.Converged}
	drifts, shift, err := all.drift(ctx, rules)
	if err != nil {
		return false, err
	}
	e.Shift = shift
	for i, est := range estimates {
		if i >= len(all.whole.items) || !est.OK {
			continue
		}
		id := all.whole.items[i]
		p := events.ItemParameters{Item: id.Item, Version: id.Version, A: est.A, B: est.B, AError: est.AError, BError: est.BError, N: est.N}
		if d, ok := drifts[id]; ok {
			p.Drift, p.Drifted = d.Change, d.Flagged
		}
		e.Items = append(e.Items, p)
	}
	_, err = host.Do(ctx, s.Deps, calibrateBank{e})
	return err == nil, err
}

// sheets are the first attempts of a course: all, and parted by when they were.
type sheets struct{ whole, fresh, before *sheet }

func (s *service) sheets(ctx context.Context, course string) (all sheets, err error) {
	if all.whole, err = newSheet(0); err != nil {
		return all, err
	}
	if all.fresh, err = newSheet(0); err != nil {
		return all, err
	}
	if all.before, err = newSheet(0); err != nil {
		return all, err
	}
	from := freshFrom(s.Clock.Now())
	err = s.view.responses.Each(ctx, readmodel.Query{Index: "course", Equal: []any{course}}, func(d responseDoc) error {
		part := all.before
		if d.Day >= from {
			part = all.fresh
		}
		if err := part.add(d); err != nil {
			return err
		}
		return all.whole.add(d)
	})
	return all, err
}

// drift calibrates the fresh attempts and those before apart and compares the items that both know.
func (all sheets) drift(ctx context.Context, rules measure.Calibration) (map[versionID]measure.Drift, float64, error) {
	if all.before.answers.People() == 0 || all.fresh.answers.People() == 0 {
		return nil, 0, nil
	}
	before, _, err := measure.Calibrate(ctx, all.before.answers, rules)
	if err != nil {
		return nil, 0, err
	}
	fresh, _, err := measure.Calibrate(ctx, all.fresh.answers, rules)
	if err != nil {
		return nil, 0, err
	}
	var pairs []measure.Pairing
	ids := map[string]versionID{}
	for i, id := range all.before.items {
		if j, known := all.fresh.places[id]; known {
			name := itemKey("", id.Item, id.Version)
			ids[name] = id
			pairs = append(pairs, measure.Pairing{ID: name, Before: before[i], After: fresh[j]})
		}
	}
	drifts, shift := measure.Drifts(pairs, measure.DefaultDriftLimits())
	found := map[versionID]measure.Drift{}
	for _, d := range drifts {
		found[ids[d.ID]] = d
	}
	return found, shift, nil
}

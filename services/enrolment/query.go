package enrolment

import (
	"context"
	"slices"
	"time"

	"khuevan/platform/readmodel"
)

// people are the members, on a day, of a unit and those below it, former ones that mergers led there included; each
// once, by id. Whoever has left the service is no member.
func (v view) people(ctx context.Context, u unit, day string) ([]string, error) {
	w, err := v.structure.On(ctx, day)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, id := range w.Subtree(u.Unit) {
		err := v.members.Each(ctx, readmodel.Query{Index: "unit", Equal: []any{id}}, func(m member) error {
			if m.on(day) {
				seen[m.Person] = true
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	err = v.absences.Each(ctx, readmodel.Query{}, func(a absence) error {
		if a.Career.IsRetired(day) {
			delete(seen, a.Person)
		}
		return nil
	})
	all := make([]string, 0, len(seen))
	for p := range seen {
		all = append(all, p)
	}
	slices.Sort(all)
	return all, err
}

// running are the assignments not due before a time, by due time.
func (v view) running(ctx context.Context, at time.Time) ([]Assignment, error) {
	return collect(ctx, v.assignments, readmodel.Query{Index: "due", From: at})
}

// made are all assignments, newest first.
func (v view) made(ctx context.Context) ([]Assignment, error) {
	return collect(ctx, v.assignments, readmodel.Query{Index: "made", Desc: true})
}

// mine are a person's enrolments, by due time.
func (v view) mine(ctx context.Context, person string) ([]Enrolment, error) {
	records, err := collect(ctx, v.enrolments, readmodel.Query{Index: "person", Equal: []any{person}})
	all := make([]Enrolment, len(records))
	for i, x := range records {
		all[i] = x.Enrolment
	}
	return all, err
}

// standing tells who has been enrolled in a course, and whether the latest period is open.
func (v view) standing(ctx context.Context, course string) (map[string]bool, error) {
	open := map[string]bool{}
	err := v.enrolments.Each(ctx, readmodel.Query{Index: "course", Equal: []any{course}}, func(x record) error {
		open[x.Person] = x.Completed.IsZero()
		return nil
	})
	return open, err
}

func collect[D any](ctx context.Context, c *readmodel.Collection[D], q readmodel.Query) ([]D, error) {
	all := []D{}
	err := c.Each(ctx, q, func(d D) error {
		all = append(all, d)
		return nil
	})
	return all, err
}

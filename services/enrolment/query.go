package enrolment

import (
	"context"
	"slices"
	"time"

	"khuevan/platform/readmodel"
)

// people are the members, on a day, of a unit and those below it, former ones that mergers led there included, each with
// the memberships that make it one, the oldest first. Whoever has left the service is no member.
func (v view) people(ctx context.Context, u unit, day string) (map[string][]member, error) {
	w, err := v.structure.On(ctx, day)
	if err != nil {
		return nil, err
	}
	all := map[string][]member{}
	for _, id := range w.Subtree(u.Unit) {
		err := v.members.Each(ctx, readmodel.Query{Index: "unit", Equal: []any{id}}, func(m member) error {
			if m.on(day) {
				all[m.Person] = append(all[m.Person], m)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for _, held := range all {
		slices.SortFunc(held, byAge)
	}
	return all, v.absences.Each(ctx, readmodel.Query{}, func(a absence) error {
		if a.Career.IsRetired(day) {
			delete(all, a.Person)
		}
		return nil
	})
}

// running are the assignments that enrol people at a time, with what they ask for; what is withdrawn is asked of nobody.
func (v view) running(ctx context.Context, at time.Time) ([]rule, error) {
	made, err := collect(ctx, v.assignments, readmodel.Query{Index: "until", From: at})
	if err != nil {
		return nil, err
	}
	var all []rule
	for _, a := range made {
		if !a.Ended.IsZero() {
			continue
		}
		if a.Programme != "" {
			p, _, err := v.pathways.Get(ctx, a.Programme)
			if err != nil {
				return nil, err
			}
			if p.Version > 0 && !p.Withdrawn {
				all = append(all, rule{Assignment: a, path: p})
			}
			continue
		}
		c, _, err := v.courses.Get(ctx, a.Course)
		if err != nil {
			return nil, err
		}
		if c.Version > 0 && !c.Withdrawn {
			all = append(all, rule{Assignment: a, version: c.Version})
		}
	}
	return all, nil
}

// made are all assignments, newest first.
func (v view) made(ctx context.Context) ([]Assignment, error) {
	return collect(ctx, v.assignments, readmodel.Query{Index: "made", Desc: true})
}

// mine are a person's enrolments, by due time.
func (v view) mine(ctx context.Context, person string) ([]Enrolment, error) {
	records, err := collect(ctx, v.enrolments, readmodel.Query{Index: "person", Equal: []any{person}})
	all := make([]Enrolment, 0, len(records))
	for _, x := range records {
		if x.Period > 0 {
			all = append(all, x.Enrolment)
		}
	}
	return all, err
}

func collect[D any](ctx context.Context, c *readmodel.Collection[D], q readmodel.Query) ([]D, error) {
	all := []D{}
	err := c.Each(ctx, q, func(d D) error {
		all = append(all, d)
		return nil
	})
	return all, err
}

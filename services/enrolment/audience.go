package enrolment

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// candidate is somebody whom a rule is about, with the membership that made it so.
type candidate struct {
	Person string
	By     member
}

// choose picks the membership by which a rule is about a person on a day, or says why it is not. held are the
// memberships in its unit, the oldest first; holds tells of the competencies that the person has.
func choose(a events.Audience, person string, held []member, day string, holds func(tag string) bool) (by member, out string) {
	serving := make([]organisation.Serving, len(held))
	for i, m := range held {
		serving[i] = organisation.Serving{Post: m.Post, From: m.From}
	}
	i, out := organisation.Choose(a, person, serving, day, holds)
	return held[i], out
}

// abilities are the people who have shown a competency, by its tag.
type abilities map[string]map[string]bool

func (h abilities) holds(person string) func(tag string) bool {
	return func(tag string) bool { return h[tag][person] }
}

// abilities finds, for each competency, who has completed a course with it whose validity has not run out on a day.
func (v view) abilities(ctx context.Context, tags []string, at time.Time) (abilities, error) {
	h := abilities{}
	for _, tag := range tags {
		h[tag] = map[string]bool{}
	}
	if len(tags) == 0 {
		return h, nil
	}
	courses, err := collect(ctx, v.courses, readmodel.Query{})
	if err != nil {
		return h, err
	}
	for _, c := range courses {
		if !c.shows(tags) {
			continue
		}
		err := v.enrolments.Each(ctx, readmodel.Query{Index: "course", Equal: []any{c.Course}}, func(x record) error {
			for _, tag := range c.shown(x, at) {
				if people := h[tag]; people != nil {
					people[x.Person] = true
				}
			}
			return nil
		})
		if err != nil {
			return h, err
		}
	}
	return h, nil
}

// shows reports whether any version shows one of some competencies.
func (c course) shows(tags []string) bool {
	for _, w := range c.Worth {
		if slices.ContainsFunc(w.Tags, func(tag string) bool { return slices.Contains(tags, tag) }) {
			return true
		}
	}
	return false
}

// counts reports whether what somebody passed still counts at a time: by the version that was passed, as the certificate says.
func (c course) counts(x record, at time.Time) bool {
	return !x.Passed.IsZero() && clock.Holds(x.Passed, c.Worth[x.PassedIn].Months, at)
}

// shown are the competencies that somebody has shown by the course and still has at a time.
func (c course) shown(x record, at time.Time) []string {
	if !c.counts(x, at) {
		return nil
	}
	return c.Worth[x.PassedIn].Tags
}

// leftOut is a member of a unit whom a rule is not about, with the oldest membership there.
type leftOut struct {
	candidate
	Why string // people, post, joined, holds
}

// divide tells of those of a unit and the units below it whom a rule is about on the day of a time, and who is left out why;
// both by id.
func (v view) divide(ctx context.Context, u unit, a events.Audience, at time.Time) (in []candidate, out []leftOut, err error) {
	day := clock.Date(at)
	people, err := v.people(ctx, u, day)
	if err != nil {
		return nil, nil, err
	}
	h, err := v.abilities(ctx, a.Lacks, at)
	if err != nil {
		return nil, nil, err
	}
	for person, held := range people {
		by, why := choose(a, person, held, day, h.holds(person))
		if why != "" {
			out = append(out, leftOut{candidate{person, held[0]}, why})
			continue
		}
		in = append(in, candidate{person, by})
	}
	slices.SortFunc(in, func(a, b candidate) int { return cmp.Compare(a.Person, b.Person) })
	slices.SortFunc(out, func(a, b leftOut) int { return cmp.Compare(a.Person, b.Person) })
	return in, out, nil
}

// chosen are those whom a rule is about on the day of a time.
func (v view) chosen(ctx context.Context, u unit, a events.Audience, at time.Time) ([]candidate, error) {
	in, _, err := v.divide(ctx, u, a, at)
	return in, err
}

// rule is an assignment that runs, with the version of its course, or its programme as it is now.
type rule struct {
	Assignment
	version int
	path    pathway
}

// what is the course or the programme that it asks for.
func (r rule) what() string { return cmp.Or(r.Course, "programme "+r.Programme) }

func (r rule) terms() terms { return terms{r.Due, r.DueDays, r.Renewal} }

// enrols is the command that a rule of a course has for a person on the day of a time.
func (r rule) enrols(person string, at time.Time) enrol {
	return enrol{
		Opening: events.PersonEnrolled{Person: person, Course: r.Course, Version: r.version, Assignment: r.ID},
		Terms:   r.terms(), At: at,
	}
}

// request is what a rule asks of a person who stands somewhere, on the day of a time.
func (r rule) request(person string, s standing, at time.Time) eventsource.Request {
	if r.Programme == "" {
		c := r.enrols(person, at)
		c.First = s.period == 0
		return c.request()
	}
	return undertake{
		Opening: events.ProgrammeEnrolled{Person: person, Programme: r.Programme, Version: r.path.Version, Parts: r.path.Parts, Assignment: r.ID},
		Again:   r.path.Again, Terms: r.terms(), At: at, First: s.period == 0,
	}.request()
}

// wanted are the enrolments that a rule asks for on the day of a time, among those of its unit or of one below it.
func (v view) wanted(ctx context.Context, r rule, among unit, at time.Time) ([]eventsource.Request, error) {
	chosen, err := v.chosen(ctx, among, r.Audience, at)
	if err != nil {
		return nil, err
	}
	stands, err := v.standings(ctx, r.Course, r.Programme, chosen)
	if err != nil {
		return nil, err
	}
	var all []eventsource.Request
	for _, c := range chosen {
		s := stands[c.Person]
		if _, asked := r.terms().asks(s, at); asked {
			all = append(all, r.request(c.Person, s, at))
		}
	}
	return all, nil
}

// few people are looked up one by one, more of them in one reading of the course.
const few = 200

// standings tells where people stand in a course or a programme; whoever was never enrolled is not among them.
func (v view) standings(ctx context.Context, course, programme string, people []candidate) (map[string]standing, error) {
	all := map[string]standing{}
	if len(people) <= few {
		for _, c := range people {
			s, err := v.standingOf(ctx, c.Person, course, programme)
			if err != nil {
				return nil, err
			}
			if s.period > 0 {
				all[c.Person] = s
			}
		}
		return all, nil
	}
	if programme != "" {
		return all, v.undertakings.Each(ctx, readmodel.Query{Index: "programme", Equal: []any{programme}}, func(u Undertaking) error {
			all[u.Person] = u.standing()
			return nil
		})
	}
	return all, v.enrolments.Each(ctx, readmodel.Query{Index: "course", Equal: []any{course}}, func(x record) error {
		all[x.Person] = x.standing()
		return nil
	})
}

// standingOf tells where one person stands in a course or a programme.
func (v view) standingOf(ctx context.Context, person, course, programme string) (standing, error) {
	if programme != "" {
		u, _, err := v.undertakings.Get(ctx, person+"_"+programme)
		return u.standing(), err
	}
	x, _, err := v.enrolments.Get(ctx, person+"_"+course)
	return x.standing(), err
}

// wantedOf are the enrolments that running rules ask for of one person on the day of a time. Of several for one course the
// one holds that is due first.
func (v view) wantedOf(ctx context.Context, person string, running []rule, at time.Time) ([]eventsource.Request, error) {
	held, err := v.heldBy(ctx, person, clock.Date(at))
	if err != nil || len(held) == 0 {
		return nil, err
	}
	type wish struct {
		due time.Time
		q   eventsource.Request
	}
	first := map[string]wish{}
	for _, r := range running {
		if about, err := v.isAbout(ctx, r, person, held, at); err != nil {
			return nil, err
		} else if !about {
			continue
		}
		s, err := v.standingOf(ctx, person, r.Course, r.Programme)
		if err != nil {
			return nil, err
		}
		due, asked := r.terms().asks(s, at)
		if known, has := first[r.what()]; asked && (!has || due.Before(known.due)) {
			first[r.what()] = wish{due, r.request(person, s, at)}
		}
	}
	all := make([]eventsource.Request, 0, len(first))
	for _, what := range slices.Sorted(maps.Keys(first)) {
		all = append(all, first[what].q)
	}
	return all, nil
}

// isAbout tells whether a rule is about a person who holds some posts, on the day of a time.
func (v view) isAbout(ctx context.Context, r rule, person string, held []placed, at time.Time) (bool, error) {
	var in []member
	for _, p := range held {
		if p.unit.within(r.Unit) {
			in = append(in, p.member)
		}
	}
	if len(in) == 0 {
		return false, nil
	}
	h, err := v.shown(ctx, person, r.Audience.Lacks, at)
	if err != nil {
		return false, err
	}
	_, out := choose(r.Audience, person, in, clock.Date(at), h.holds(person))
	return out == "", nil
}

// placed is a membership with the unit in which it is today.
type placed struct {
	member
	unit unit
}

// heldBy are a person's memberships of a day, the oldest first; none for whoever has left the service.
func (v view) heldBy(ctx context.Context, person, day string) ([]placed, error) {
	gone, _, err := v.absences.Get(ctx, person)
	if err != nil || gone.Career.IsRetired(day) {
		return nil, err
	}
	members, err := collect(ctx, v.members, readmodel.Query{Index: "person", Equal: []any{person}})
	if err != nil {
		return nil, err
	}
	var all []placed
	for _, m := range members {
		u, found, err := v.unit(ctx, m.Unit, day)
		if err != nil {
			return nil, err
		}
		if found && m.on(day) {
			all = append(all, placed{m, u})
		}
	}
	slices.SortFunc(all, func(a, b placed) int { return byAge(a.member, b.member) })
	return all, nil
}

// shown tells which of some competencies a person has shown.
func (v view) shown(ctx context.Context, person string, tags []string, at time.Time) (abilities, error) {
	h := abilities{}
	if len(tags) == 0 {
		return h, nil
	}
	records, err := collect(ctx, v.enrolments, readmodel.Query{Index: "person", Equal: []any{person}})
	if err != nil {
		return nil, err
	}
	for _, x := range records {
		c, _, err := v.courses.Get(ctx, x.Course)
		if err != nil {
			return nil, err
		}
		for _, tag := range c.shown(x, at) {
			h[tag] = map[string]bool{person: true}
		}
	}
	return h, nil
}

// byAge puts the older membership first.
func byAge(a, b member) int {
	return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.Unit, b.Unit))
}

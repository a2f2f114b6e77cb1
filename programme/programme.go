// Package programme tells what somebody who completed some courses has of a programme.
//
// A part has a place for each of its courses; the course itself or one of its equivalents fills it. A part needs all of
// its places filled, or n of them. One completed course fills at most one place of the whole programme: a course that
// stands in two parts, or counts for two others, counts once.
//
// Where a course could fill several places, the assignment is chosen that fills most of what is needed (a matching of
// largest size between courses and places, found by augmenting paths). So nobody misses a programme because a course was
// counted in the wrong part, the order of completions plays no role, and completing more never takes anything away.
// Of several assignments of that size the one found first in the order of the parts is told, the course itself before its equivalents.
package programme

import "khuevan/events"

// PartStanding is what somebody has of a part.
type PartStanding struct {
	ID     string
	Needed int               // places to fill
	Done   int               // places filled, never more than needed: a course that is not needed here stays free for other parts
	By     map[string]string // which completed course filled the place of which course
}

// Standing is what somebody who completed these courses has of each part, in their order.
func Standing(parts []events.ProgrammePart, done func(course string) bool) []PartStanding {
	m := newMatching(parts, done)
	standings := make([]PartStanding, 0, len(parts))
	for i, p := range parts {
		s := PartStanding{ID: p.ID, Needed: Needed(p), By: map[string]string{}}
		for s.Done < s.Needed && m.fillOneMore(i) {
			s.Done++
		}
		standings = append(standings, s)
	}
	for i, places := range m.parts {
		for _, p := range places {
			if course, filled := m.filledBy[p]; filled {
				standings[i].By[p.course] = course
			}
		}
	}
	return standings
}

// Holds tells whether every part has what it needs. Nobody holds a programme without parts.
func Holds(parts []events.ProgrammePart, done func(course string) bool) bool {
	for _, s := range Standing(parts, done) {
		if s.Done < s.Needed {
			return false
		}
	}
	return len(parts) > 0
}

// Needed is the number of courses that a part asks for.
func Needed(p events.ProgrammePart) int {
	if p.AtLeast > 0 {
		return p.AtLeast
	}
	return len(p.Courses)
}

// place is where a course is asked for.
type place struct {
	part   int
	course string
	by     []string // completed courses that could fill it
}

// matching fills places with courses.
type matching struct {
	parts    [][]*place
	filledBy map[*place]string
	fills    map[string]*place // the other way round
}

func newMatching(parts []events.ProgrammePart, done func(course string) bool) matching {
	m := matching{filledBy: map[*place]string{}, fills: map[string]*place{}}
	for i, part := range parts {
		var places []*place
		for _, c := range part.Courses {
			p := &place{part: i, course: c.Course}
			for _, course := range append([]string{c.Course}, c.Equivalents...) {
				if done(course) {
					p.by = append(p.by, course)
				}
			}
			places = append(places, p)
		}
		m.parts = append(m.parts, places)
	}
	return m
}

// search looks for one way to fill one place more; what it has tried it does not try again.
type search struct {
	matching
	tried  map[string]bool
	walked map[*place]bool
}

// fillOneMore fills one more place of a part, if need be by giving courses other places. Every other part keeps its number.
func (m matching) fillOneMore(part int) bool {
	return search{m, map[string]bool{}, map[*place]bool{}}.fillOneOf(part)
}

func (s search) fillOneOf(part int) bool {
	for _, p := range s.parts[part] {
		if _, filled := s.filledBy[p]; !filled && s.fill(p) {
			return true
		}
	}
	return false
}

// fill puts a course into a place: one that is free, or that its present place can spare.
func (s search) fill(p *place) bool {
	if s.walked[p] {
		return false
	}
	s.walked[p] = true
	for _, course := range p.by {
		if s.tried[course] {
			continue
		}
		s.tried[course] = true
		if present := s.fills[course]; present == nil || s.spare(present) {
			s.filledBy[p], s.fills[course] = course, p
			return true
		}
	}
	return false
}

// spare takes a place its course: the place gets another, or its part fills another place.
func (s search) spare(p *place) bool {
	if s.fill(p) {
		return true
	}
	if s.fillOneOf(p.part) {
		delete(s.filledBy, p)
		return true
	}
	return false
}

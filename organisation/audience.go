package organisation

import (
	"slices"
	"time"

	"khuevan/events"
)

// Why a rule leaves somebody of its unit out.
const (
	OutPeople = "people" // is none of those that it names
	OutPost   = "post"   // holds none of its posts
	OutJoined = "joined" // has been there for longer
	OutHolds  = "holds"  // has shown the competency
)

// Serving is a membership as an audience looks at it.
type Serving struct {
	Post string
	From string // day since when in the unit, whatever the post was
}

// Choose picks the membership by which an audience is about a person on a day, or says why it is not. held are the memberships
// in its unit, the oldest first, at least one; holds tells of the competencies that the person has.
func Choose(a events.Audience, person string, held []Serving, day string, holds func(tag string) bool) (by int, out string) {
	if len(a.People) > 0 && !slices.Contains(a.People, person) {
		return 0, OutPeople
	}
	out = OutPost
	for i, m := range held {
		switch {
		case len(a.Posts) > 0 && !slices.Contains(a.Posts, m.Post):
		case a.JoinedDays > 0 && m.From <= daysBefore(day, a.JoinedDays):
			out = OutJoined
		default:
			if len(a.Lacks) > 0 && !slices.ContainsFunc(a.Lacks, func(tag string) bool { return !holds(tag) }) {
				return i, OutHolds
			}
			return i, ""
		}
	}
	return 0, out
}

// daysBefore is the date so many days before one; "" for what is no date.
func daysBefore(day string, days int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, -days).Format(time.DateOnly)
}

// Since is the day since which the person has been in the unit of a membership without a break, whatever the post was.
func (c Career) Since(m Membership) string {
	from := m.From
	for again := true; again; {
		again = false
		for _, other := range c.Memberships {
			if other.Unit == m.Unit && other.From < from && (other.Until == "" || other.Until >= from) {
				from, again = other.From, true
			}
		}
	}
	return from
}

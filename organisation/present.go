package organisation

import (
	"khuevan/events"
)

// Present is where a person counts on the latest day that has come, for services that keep only that. What is recorded
// ahead of its day waits for CareerDayCame.
type Present struct {
	Career Career `json:"career"`
	Day    string `json:"day,omitempty"`  // the latest that has come, as far as facts about the person tell
	Next   string `json:"next,omitempty"` // the earliest day whose coming is still to be told; "" for none
	Unit   string `json:"unit"`           // "" for somebody who serves nowhere
	Post   string `json:"post"`
}

// After is the present once a fact about the career is recorded on a day.
func (p Present) After(recorded string, e events.Event) Present {
	next := p.Next
	if came, ok := e.(events.CareerDayCame); ok {
		recorded, next = came.On, p.Career.nextDay(came.On)
	} else {
		p.Career = p.Career.After(e)
		if next == "" || next > recorded || !p.Career.Turns(next) {
			next = p.Career.nextDay(recorded)
		}
	}
	p.Day, p.Next = max(p.Day, recorded), next
	home, _ := p.Career.Home(p.Day)
	p.Unit, p.Post = home.Unit, home.Post
	return p
}

// days gives each day on which the person may begin or cease to count somewhere.
func (c Career) days(yield func(string) bool) {
	for _, m := range c.Memberships {
		if !yield(m.From) || !yield(m.Until) {
			return
		}
	}
	for _, a := range c.Retired {
		if !yield(a.From) || !yield(a.Until) {
			return
		}
	}
}

// Turns reports whether a membership or a retirement begins or ends on a day.
func (c Career) Turns(day string) bool {
	for d := range c.days {
		if d == day {
			return true
		}
	}
	return false
}

// nextDay is the first such day after one; "" for none.
func (c Career) nextDay(after string) (next string) {
	for d := range c.days {
		if d > after && (next == "" || d < next) {
			next = d
		}
	}
	return next
}

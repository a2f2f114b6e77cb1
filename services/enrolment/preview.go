package enrolment

import "time"

// previewRows is how many people one preview names.
const previewRows = 50

// preview tells where each of those stands whom a rule or a campaign is about, and what it would ask of them now; of those who are
// being compared only that they are.
func preview(chosen []candidate, left []leftOut, stands map[string]standing, compared map[string]bool, asks func(standing) (due time.Time, asked bool), after string) AssignPreview {
	p := AssignPreview{People: len(chosen), Left: map[string]int{}, Rows: []Reached{}}
	for _, l := range left {
		p.Left[l.Why]++
	}
	for _, c := range chosen {
		r := c.reached()
		if compared[c.Person] {
			p.Compared++
			r.State = "compared"
		} else {
			p.tell(&r, stands[c.Person], asks)
		}
		p.name(r, after)
	}
	return p
}

func (c candidate) reached() Reached {
	return Reached{Person: c.Person, Unit: c.By.Unit, Post: c.By.Post, Since: c.By.From}
}

// tell counts somebody by where she stands.
func (p *AssignPreview) tell(r *Reached, s standing, asks func(standing) (time.Time, bool)) {
	due, asked := asks(s)
	switch {
	case asked && s.period == 0:
		p.New++
		r.State, r.Due = "new", due
	case asked:
		p.Again++
		r.State, r.Due = "again", due
	case s.open && s.free:
		p.Free++
		r.State, r.Due = "free", s.due
	case s.open:
		p.Open++
		r.State, r.Due = "open", s.due
	case s.period == 0:
		p.Passed++
		r.State = "later"
	default:
		p.Passed++
		r.State = "passed"
	}
}

// name puts somebody on the page that begins after a person, while there is room.
func (p *AssignPreview) name(r Reached, after string) {
	switch {
	case r.Person <= after:
	case len(p.Rows) == previewRows:
		p.Next = p.Rows[previewRows-1].Person
	default:
		p.Rows = append(p.Rows, r)
	}
}

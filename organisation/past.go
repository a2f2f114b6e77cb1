package organisation

import (
	"slices"
	"time"

	"khuevan/events"
)

// Told is a fact as read models keep it; one of the pointers is set.
type Told struct {
	Seq         uint64                      `json:"seq"`
	At          time.Time                   `json:"at"`
	Established *events.UnitEstablished     `json:"established,omitempty"`
	Renamed     *events.UnitRenamed         `json:"renamed,omitempty"`
	Moved       *events.UnitMoved           `json:"moved,omitempty"`
	Ended       *events.UnitEnded           `json:"ended,omitempty"`
	Withdrawn   *events.UnitFactWithdrawn   `json:"withdrawn,omitempty"`
	Began       *events.MembershipBegan     `json:"began,omitempty"`
	Left        *events.MembershipEnded     `json:"left,omitempty"`
	Restated    *events.MembershipRestated  `json:"restated,omitempty"`
	Never       *events.MembershipWithdrawn `json:"never,omitempty"`
	Leave       *events.LeaveBegan          `json:"leave,omitempty"`
	Back        *events.LeaveEnded          `json:"back,omitempty"`
	Retired     *events.PersonRetired       `json:"retired,omitempty"`
	Returned    *events.PersonReturned      `json:"returned,omitempty"`
}

// Of is the unit or the person whose past a fact belongs to; "" for a fact that no past holds.
func Of(e events.Event) string {
	of, _ := tell(Known{Fact: e})
	return of
}

func tell(k Known) (of string, d Told) {
	d = Told{Seq: k.Seq, At: k.At}
	switch e := k.Fact.(type) {
	case events.UnitEstablished:
		of, d.Established = e.Unit, &e
	case events.UnitRenamed:
		of, d.Renamed = e.Unit, &e
	case events.UnitMoved:
		of, d.Moved = e.Unit, &e
	case events.UnitEnded:
		of, d.Ended = e.Unit, &e
	case events.UnitFactWithdrawn:
		of, d.Withdrawn = e.Unit, &e
	case events.MembershipBegan:
		of, d.Began = e.Person, &e
	case events.MembershipEnded:
		of, d.Left = e.Person, &e
	case events.MembershipRestated:
		of, d.Restated = e.Person, &e
	case events.MembershipWithdrawn:
		of, d.Never = e.Person, &e
	case events.LeaveBegan:
		of, d.Leave = e.Person, &e
	case events.LeaveEnded:
		of, d.Back = e.Person, &e
	case events.PersonRetired:
		of, d.Retired = e.Person, &e
	case events.PersonReturned:
		of, d.Returned = e.Person, &e
	}
	return of, d
}

// Known gives the fact back.
func (d Told) Known() Known {
	k := Known{Seq: d.Seq, At: d.At}
	switch {
	case d.Established != nil:
		k.Fact = *d.Established
	case d.Renamed != nil:
		k.Fact = *d.Renamed
	case d.Moved != nil:
		k.Fact = *d.Moved
	case d.Ended != nil:
		k.Fact = *d.Ended
	case d.Withdrawn != nil:
		k.Fact = *d.Withdrawn
	case d.Began != nil:
		k.Fact = *d.Began
	case d.Left != nil:
		k.Fact = *d.Left
	case d.Restated != nil:
		k.Fact = *d.Restated
	case d.Never != nil:
		k.Fact = *d.Never
	case d.Leave != nil:
		k.Fact = *d.Leave
	case d.Back != nil:
		k.Fact = *d.Back
	case d.Retired != nil:
		k.Fact = *d.Retired
	case d.Returned != nil:
		k.Fact = *d.Returned
	}
	return k
}

// Past is everything that was told of a unit, or of where a person stands, as a document.
type Past struct {
	ID    string `json:"id"`
	Facts []Told `json:"facts"`
}

// Add notes a fact; one that is noted already is not noted again.
func (p *Past) Add(id string, k Known) {
	p.ID = id
	if n := len(p.Facts); n == 0 || p.Facts[n-1].Seq < k.Seq {
		_, t := tell(k)
		p.Facts = append(slices.Clone(p.Facts), t)
	}
}

// Known gives the facts back.
func (p Past) Known() []Known {
	all := make([]Known, len(p.Facts))
	for i, t := range p.Facts {
		all[i] = t.Known()
	}
	return all
}

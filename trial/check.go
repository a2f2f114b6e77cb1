package trial

import (
	"maps"
	"slices"
)

// Arms are the people of a stratum as they were treated.
type Arms struct{ Asked, Held []string }

func (a Arms) people() int { return len(a.Asked) + len(a.Held) }

// What of a draw does not follow from its seed.
const (
	FaultSeats   = "seats"   // the draw holds out another number than the seed says
	FaultUnknown = "unknown" // people were asked or held out of a stratum that was not in the draw
	FaultMore    = "more"    // more people were asked or held out than were drawn
	FaultArm     = "arm"     // people stand in the arm in which the draw did not put them
	FaultHeld    = "held"    // so many cannot be held out, whoever is in neither arm
)

// Fault is something of a draw that does not follow from its seed. It names no person.
type Fault struct {
	What    string `json:"what"`
	Stratum string `json:"stratum"`
	Found   int    `json:"found"`   // people
	Follows int    `json:"follows"` // people, by the seed
}

// Check tells what of a draw, and of how people were treated, does not follow from the seed. Who was drawn may be in neither arm,
// having been excused; that is no fault.
func Check(seed string, share float64, drawn []Drawn, treated map[string]Arms) (faults []Fault) {
	sizes := map[string]int{}
	for _, d := range drawn {
		sizes[d.Stratum] = d.People
	}
	seats := Seats(seed, share, sizes)
	for _, d := range drawn {
		if d.Held != seats[d.Stratum] {
			faults = append(faults, Fault{FaultSeats, d.Stratum, d.Held, seats[d.Stratum]})
		}
		faults = append(faults, d.check(seed, treated[d.Stratum])...)
	}
	for _, s := range slices.Sorted(maps.Keys(treated)) {
		if _, ok := sizes[s]; !ok && treated[s].people() > 0 {
			faults = append(faults, Fault{FaultUnknown, s, treated[s].people(), 0})
		}
	}
	return faults
}

// check tells what of how the people of a stratum were treated does not follow from its cut.
func (d Drawn) check(seed string, a Arms) (faults []Fault) {
	if n := a.people(); n > d.People {
		faults = append(faults, Fault{FaultMore, d.Stratum, n, d.People})
	}
	wrong := 0
	for _, p := range a.Asked {
		if IsHeld(seed, p, d.Cut) {
			wrong++
		}
	}
	for _, p := range a.Held {
		if !IsHeld(seed, p, d.Cut) {
			wrong++
		}
	}
	if wrong > 0 {
		faults = append(faults, Fault{FaultArm, d.Stratum, wrong, 0})
	}
	// A cut that was set by hand puts everybody on the right side of itself, but not the right number of people.
	if n := len(a.Held); wrong == 0 && (n > d.Held || n < d.Held-max(d.People-a.people(), 0)) {
		faults = append(faults, Fault{FaultHeld, d.Stratum, n, d.Held})
	}
	return faults
}

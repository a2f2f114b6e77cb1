package measure

import "math"

// Pairing is one item version in two calibrations.
type Pairing struct {
	ID            string
	Before, After ItemEstimate
}

// Drift says how an item's difficulty moved between two calibrations.
type Drift struct {
	ID      string  `json:"id"`
	Change  float64 `json:"change"` // of B, without the shift that all items share
	Error   float64 `json:"error"`  // √(error before² + error after²)
	Flagged bool    `json:"flagged"`
}

// DriftLimits say from where on an item drifts: both must be exceeded.
type DriftLimits struct {
	Change float64 // of B
	Errors float64 // standard errors
}

// DefaultDriftLimits are half a logit and three standard errors.
func DefaultDriftLimits() DriftLimits { return DriftLimits{Change: 0.5, Errors: 3} }

// Drifts compares two calibrations of the same item versions, each by other people, and gives the changes in the order
// of the pairs, and the shift that was taken out.
//
// As each calibration calls its own people's mean 0, abler people make every item look easier by as much. The shift is the
// mean change of B over the items that are not flagged: taken over all at first, then anew without the flagged ones
// until these stay the same, as a few that drifted far would otherwise make the others seem to drift. A change of the
// spread of ability is not taken out. Pairs with an item that is not calibrated are left out.
func Drifts(pairs []Pairing, l DriftLimits) (drifts []Drift, shift float64) {
	for _, p := range pairs {
		if p.Before.OK && p.After.OK {
			drifts = append(drifts, Drift{ID: p.ID, Change: p.After.B - p.Before.B, Error: math.Hypot(p.Before.BError, p.After.BError)})
		}
	}
	const most = 10
	for range most {
		more, ok := meanOfSteady(drifts)
		if !ok {
			break
		}
		shift += more
		same := true
		for i := range drifts {
			d := &drifts[i]
			d.Change -= more
			flagged := math.Abs(d.Change) > l.Change && math.Abs(d.Change) > l.Errors*d.Error
			same = same && flagged == d.Flagged
			d.Flagged = flagged
		}
		if same {
			break
		}
	}
	return drifts, shift
}

// meanOfSteady is the mean change of what is not flagged.
func meanOfSteady(drifts []Drift) (float64, bool) {
	sum, n := 0.0, 0
	for _, d := range drifts {
		if !d.Flagged {
			sum, n = sum+d.Change, n+1
		}
	}
	if n == 0 {
		return 0, false
	}
	return sum / float64(n), true
}

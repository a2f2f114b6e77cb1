package events

// How a unit ends.
const (
	UnitMerged    = "merged"    // into one other, which carries its people and what stands below it
	UnitSplit     = "split"     // into several; its people must be placed
	UnitDissolved = "dissolved" // into nothing; its people must be placed
)

// UnitEstablished says that a unit exists from a day on; said again, it restates name, code and kind from that day on.
// Stream directory.unit.<unit>.
type UnitEstablished struct {
	Unit   string `json:"unit"`
	Code   string `json:"code"` // as the province's own lists have it; unique
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Parent string `json:"parent,omitempty"` // unit; "" for the root
	On     string `json:"on"`               // date, 2006-01-02
	Step   string `json:"step,omitempty"`   // reorganisation step that it is part of
}

// EventType implements Event.
func (UnitEstablished) EventType() string { return "directory.unit-established.v1" }

// UnitRenamed says that a unit has another name, code or kind from a day on. Only what changes is set.
type UnitRenamed struct {
	Unit string `json:"unit"`
	Name string `json:"name,omitempty"`
	Code string `json:"code,omitempty"`
	Kind string `json:"kind,omitempty"`
	On   string `json:"on"` // date
	Step string `json:"step,omitempty"`
}

// EventType implements Event.
func (UnitRenamed) EventType() string { return "directory.unit-renamed.v1" }

// UnitMoved says that a unit stands under another parent from a day on.
type UnitMoved struct {
	Unit   string `json:"unit"`
	Parent string `json:"parent,omitempty"` // "" makes it a root
	On     string `json:"on"`               // date
	Step   string `json:"step,omitempty"`
}

// EventType implements Event.
func (UnitMoved) EventType() string { return "directory.unit-moved.v1" }

// UnitEnded says that a unit is no more from a day on.
type UnitEnded struct {
	Unit string   `json:"unit"`
	How  string   `json:"how"`            // merged, split, dissolved
	Into []string `json:"into,omitempty"` // one unit when merged, several when split
	On   string   `json:"on"`             // date
	Step string   `json:"step,omitempty"`
}

// EventType implements Event.
func (UnitEnded) EventType() string { return "directory.unit-ended.v1" }

// UnitFactWithdrawn says that an earlier fact of the unit was wrong and holds on no day.
type UnitFactWithdrawn struct {
	Unit string `json:"unit"`
	Fact uint64 `json:"fact"` // its sequence
}

// EventType implements Event.
func (UnitFactWithdrawn) EventType() string { return "directory.unit-fact-withdrawn.v1" }

// UnitDayCame says that a day has come for which something was recorded of a unit ahead.
type UnitDayCame struct {
	Unit string `json:"unit"`
	On   string `json:"on"` // date
}

// EventType implements Event.
func (UnitDayCame) EventType() string { return "directory.unit-day-came.v1" }

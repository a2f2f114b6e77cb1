package directory

import (
	"khuevan/events"
	"khuevan/platform/rpc"
)

// Methods about the organisation over time.
var (
	ListUnits         = rpc.Query[ListUnitsRequest, []Unit]("directory.list-units", "Lists all units of a day, parents before children.", rpc.SignedIn).About(rpc.Nothing())
	ListBelow         = rpc.Query[BelowRequest, Below]("directory.list-below", "Lists the units right below one on a day, with what a tree needs to be opened level by level.", rpc.SignedIn).About(rpc.Nothing())
	FindUnits         = rpc.Query[FindUnitsRequest, []FoundUnit]("directory.find-units", "Finds units by name or code, also former ones by what they were called.", rpc.SignedIn).About(rpc.Nothing())
	GetUnit           = rpc.Query[UnitRequest, UnitHistory]("directory.get-unit", "Tells the names, the lineage and the facts of a unit.", events.RoleAdmin).About(rpc.UnitIn("unit"), rpc.Logged, UnitHistory.people)
	ListChanges       = rpc.Query[ChangesRequest, Changed]("directory.list-changes", "Lists what changed in the structure on some days.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin))
	PreviewReorganise = rpc.Query[Step, StepPreview]("directory.preview-reorganise", "Shows what a step of a reorganisation would change; writes nothing.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin))
	Reorganise        = rpc.Command[Step, StepDone]("directory.reorganise", "Establishes, renames, moves, merges, splits or dissolves units from a day on.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)
	Withdraw          = rpc.Command[WithdrawRequest, rpc.Receipt]("directory.withdraw", "Withdraws a step of a reorganisation, or one fact of a unit: it then holds on no day.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)
)

// Moment says which day is asked about, and as known when. Empty is today, as known now.
type Moment struct {
	On    string `json:"on,omitempty"`    // date
	Known string `json:"known,omitempty"` // RFC 3339
	After uint64 `json:"after,omitempty"` // the fact whose effect must be seen
}

// ListUnitsRequest asks for the units of a day.
type ListUnitsRequest struct{ Moment }

// BelowRequest asks for the units right below one; "" for the roots.
type BelowRequest struct {
	Moment
	Unit string `json:"unit,omitempty"`
}

// Below is some of the tree of a day.
type Below struct {
	On    string `json:"on"`
	All   int    `json:"all"`   // units of the day
	Path  []Node `json:"path"`  // from the root to the unit
	Units []Node `json:"units"` // right below it, by name
}

// Node is a unit in a tree.
type Node struct {
	ID     string `json:"id"`
	Code   string `json:"code"`
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	People int    `json:"people"` // of the unit itself
	Leaf   bool   `json:"leaf"`   // nothing stands below it
}

// FindUnitsRequest asks for units by a text in the name or the code, whatever the case and the place of tone marks.
type FindUnitsRequest struct {
	Moment
	Text string `json:"text"`
}

// FoundUnit is a unit with what tells it from others of its name.
type FoundUnit struct {
	Node
	Path   []string `json:"path"`             // names of the units above it
	Former bool     `json:"former,omitempty"` // it does not exist on the day
	Became []Node   `json:"became,omitempty"` // where a former one leads
	Came   []string `json:"came,omitempty"`   // names of the units that it came of
	From   string   `json:"from"`
}

// UnitRequest asks for one unit.
type UnitRequest struct {
	Moment
	Unit string `json:"unit"`
}

// UnitHistory is all that is known of a unit.
type UnitHistory struct {
	Unit   Node       `json:"unit"` // on the day, or its last state before, or its first
	Exists bool       `json:"exists"`
	Path   []Node     `json:"path"`
	States []State    `json:"states"`
	Came   []Descent  `json:"came"`
	Became []Descent  `json:"became"`
	Facts  []UnitFact `json:"facts"`  // newest first
	People []Placed   `json:"people"` // on the day
}

// State is how a unit was during some days.
type State struct {
	From   string `json:"from"`
	Until  string `json:"until,omitempty"`
	Code   string `json:"code"`
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Parent string `json:"parent,omitempty"` // name
	Ended  string `json:"ended,omitempty"`
}

// Descent is a unit that became others.
type Descent struct {
	From Node   `json:"from"`
	How  string `json:"how"`
	On   string `json:"on"`
	Into []Node `json:"into"`
}

// UnitFact is a fact about a unit in words.
type UnitFact struct {
	Seq       uint64 `json:"seq"`
	At        string `json:"at"` // RFC 3339
	On        string `json:"on"`
	Unit      string `json:"unit"`
	Name      string `json:"name"`
	Code      string `json:"code"`
	What      string `json:"what"` // established, renamed, moved, or how it ended
	Vi        string `json:"vi"`
	En        string `json:"en"`
	Step      string `json:"step,omitempty"`
	Withdrawn bool   `json:"withdrawn,omitempty"`
}

// ChangesRequest asks for the changes from one day to another.
type ChangesRequest struct {
	Moment        // Known and After
	From   string `json:"from"`
	To     string `json:"to"`
}

// Changed is what changed, with all days on which anything ever changes.
type Changed struct {
	Facts []UnitFact `json:"facts"` // at most 200
	Count int        `json:"count"`
	Days  []Day      `json:"days"`
}

// Day is a day with how many facts hold from it on.
type Day struct {
	On    string `json:"on"`
	Facts int    `json:"facts"`
}

// Step is a step of a reorganisation. How says which: establish (New), rename (Units, and Name, Code or Kind), move (Units,
// Parent), merge (Units into one of Into or New), split (one of Units into several of Into and New), dissolve (Units).
type Step struct {
	How    string    `json:"how"`
	Units  []string  `json:"units,omitempty"`
	Into   []string  `json:"into,omitempty"`
	New    []NewUnit `json:"new,omitempty"`
	Name   string    `json:"name,omitempty"`
	Code   string    `json:"code,omitempty"`
	Kind   string    `json:"kind,omitempty"`
	Parent string    `json:"parent,omitempty"`
	On     string    `json:"on"`
}

// NewUnit is a unit that a step establishes.
type NewUnit struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Parent string `json:"parent,omitempty"`
}

// StepPreview tells what a step would do on its day.
type StepPreview struct {
	Facts   int          `json:"facts"`
	Units   []UnitChange `json:"units"`
	Carried int          `json:"carried"`  // people who go on in another unit by themselves
	ToPlace int          `json:"to_place"` // people who must be placed
}

// UnitChange is a unit before and after a step.
type UnitChange struct {
	Unit   string   `json:"unit"`
	Was    string   `json:"was,omitempty"` // name; "" for a new one
	Is     string   `json:"is"`
	Code   string   `json:"code"`
	Parent string   `json:"parent,omitempty"` // name
	Ended  string   `json:"ended,omitempty"`
	Into   []string `json:"into,omitempty"` // names
}

// StepDone tells what a step is called, for undoing it, and which units it established.
type StepDone struct {
	Seq  uint64   `json:"seq"`
	Step string   `json:"step"`
	New  []string `json:"new"`
}

// WithdrawRequest names a step, or one fact by its sequence.
type WithdrawRequest struct {
	Step string `json:"step,omitempty"`
	Fact uint64 `json:"fact,omitempty"`
}

package events

// AccessDenied records that someone asked for what they may not do. Stream access.person.<person>_<day>.
type AccessDenied struct {
	Person string `json:"person"`           // who asked; visitors are not recorded
	Method string `json:"method"`           // "quiz.save-answer"
	Object string `json:"object,omitempty"` // what it was about, when the request says so
}

// EventType implements Event.
func (AccessDenied) EventType() string { return "access.access-denied.v1" }

// StandInGiven says that somebody lends one of their roles, in a unit, to another for some days. It takes effect and
// ends by the day without anybody doing anything. Stream access.delegation.<stand-in>.
type StandInGiven struct {
	StandIn string `json:"stand_in"`
	Giver   string `json:"giver"`
	Person  string `json:"person"` // who stands in
	Role    string `json:"role"`
	Unit    string `json:"unit"`   // and those below it
	From    string `json:"from"`   // first day, 2006-01-02
	Until   string `json:"until"`  // last day
	Reason  string `json:"reason"` // leave, mission, training, vacancy, other
}

// EventType implements Event.
func (StandInGiven) EventType() string { return "access.stand-in-given.v1" }

// StandInEnded says that a stand-in is over before its last day, at once.
type StandInEnded struct {
	StandIn string `json:"stand_in"`
	On      string `json:"on"` // day
}

// EventType implements Event.
func (StandInEnded) EventType() string { return "access.stand-in-ended.v1" }

// DataRead says that somebody looked at what is another's, or a unit's people. One fact stands for all such looks of an
// hour. Stream access.reads.<reader>_<hour>.
type DataRead struct {
	Reader   string `json:"reader"`
	OnBehalf string `json:"on_behalf,omitempty"` // whose role it stood on
	Method   string `json:"method"`              // "quiz.get-trail"
	Kind     string `json:"kind"`                // person, unit
	Object   string `json:"object"`              // id; "" for all units
	Hour     string `json:"hour"`                // 2006010215, province time
}

// EventType implements Event.
func (DataRead) EventType() string { return "access.data-read.v1" }

package events

// AccessDenied records that someone asked for what they may not do. Stream access.person.<person>_<day>.
type AccessDenied struct {
	Person string `json:"person"`           // who asked; visitors are not recorded
	Method string `json:"method"`           // "quiz.save-answer"
	Object string `json:"object,omitempty"` // what it was about, when the request says so
}

// EventType implements Event.
func (AccessDenied) EventType() string { return "access.access-denied.v1" }

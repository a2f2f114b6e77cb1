package enrolment

import (
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// requestDays is how many days after the last approval a course that somebody asked for is due.
const requestDays = 30

// Where a request stands.
const (
	RequestWaits     = "waiting"
	RequestApproved  = "approved"
	RequestRefused   = "refused"
	RequestWithdrawn = "withdrawn"
)

// asking is a person's latest request for a course; zero before the first.
type asking struct {
	events.EnrolmentRequested
	taken int // steps
	state string
}

// Evolve implements eventsource.State.
func (a asking) Evolve(e eventsource.Event) asking {
	switch e := e.(type) {
	case events.EnrolmentRequested:
		a = asking{EnrolmentRequested: e, state: RequestWaits}
		if len(e.Steps) == 0 {
			a.state = RequestApproved
		}
	case events.EnrolmentApproved:
		a.taken = e.Step
		if e.Last {
			a.state = RequestApproved
		}
	case events.EnrolmentRefused:
		a.state = RequestRefused
	case events.RequestWithdrawn:
		a.state = RequestWithdrawn
	}
	return a
}

func requestStream(person, course string) string { return "enrolment.request." + person + "_" + course }

// ask asks for a course.
type ask struct{ Asking events.EnrolmentRequested }

// Stream implements eventsource.Command.
func (c ask) Stream() string { return requestStream(c.Asking.Person, c.Asking.Course) }

// Decide implements eventsource.Command.
func (c ask) Decide(a asking) ([]eventsource.Event, error) {
	if a.state == RequestWaits {
		return nil, fault.New(fault.Conflict, "Bạn đã xin học khóa này; yêu cầu đang chờ duyệt.", "You have asked for this course; the request waits for approval.")
	}
	return []eventsource.Event{c.Asking}, nil
}

// withdrawRequest takes a request back before it is decided.
type withdrawRequest struct{ Person, Course string }

// Stream implements eventsource.Command.
func (c withdrawRequest) Stream() string { return requestStream(c.Person, c.Course) }

// Decide implements eventsource.Command.
func (c withdrawRequest) Decide(a asking) ([]eventsource.Event, error) {
	switch a.state {
	case RequestWaits:
		return []eventsource.Event{events.RequestWithdrawn{Person: c.Person, Course: c.Course, Request: a.Request}}, nil
	case RequestWithdrawn:
		return nil, nil
	case "":
		return nil, notAsked()
	}
	return nil, decided()
}

// approve takes a step of a request; whether it is the last is not set yet.
type approve struct{ Fact events.EnrolmentApproved }

// Stream implements eventsource.Command.
func (c approve) Stream() string { return requestStream(c.Fact.Person, c.Fact.Course) }

// Decide implements eventsource.Command.
func (c approve) Decide(a asking) ([]eventsource.Event, error) {
	e := c.Fact
	if a.Request == e.Request && e.Step >= 1 && e.Step <= a.taken {
		return nil, nil // somebody else has taken it
	}
	if err := a.awaits(e.Request, e.Step, e.By); err != nil {
		return nil, err
	}
	if e.Last = e.Step == len(a.Steps); e.Last {
		e.Approvers = nil
	}
	return []eventsource.Event{e}, nil
}

// refuse ends a request at a step.
type refuse struct{ Fact events.EnrolmentRefused }

// Stream implements eventsource.Command.
func (c refuse) Stream() string { return requestStream(c.Fact.Person, c.Fact.Course) }

// Decide implements eventsource.Command.
func (c refuse) Decide(a asking) ([]eventsource.Event, error) {
	if a.Request == c.Fact.Request && a.state == RequestRefused {
		return nil, nil
	}
	if err := a.awaits(c.Fact.Request, c.Fact.Step, c.Fact.By); err != nil {
		return nil, err
	}
	return []eventsource.Event{c.Fact}, nil
}

// awaits refuses a step that a request does not wait for, and whoever asked.
func (a asking) awaits(request string, step int, by string) error {
	switch {
	case a.Request != request || a.state == "":
		return notAsked()
	case by == a.Person:
		return ownRequest()
	case a.state != RequestWaits:
		return decided()
	case step != a.taken+1:
		return fault.New(fault.Conflict, "Yêu cầu chưa đến bước này, hoặc bước này đã qua. Hãy tải lại trang.", "The request does not wait for this step. Reload the page.")
	}
	return nil
}

func notAsked() error {
	return fault.New(fault.NotFound, "Không có yêu cầu học này.", "There is no such request for a course.")
}

func ownRequest() error {
	return fault.New(fault.Denied, "Không tự duyệt yêu cầu của chính mình được.", "Nobody decides on their own request.")
}

func decided() error {
	return fault.New(fault.Conflict, "Yêu cầu này đã được rút hoặc đã có quyết định.", "This request was withdrawn or decided already.")
}

// admit enrols a person whose request was approved. Whoever is in the course by then is left alone.
type admit struct{ Opening events.PersonEnrolled }

// Stream implements eventsource.Command.
func (c admit) Stream() string { return enrolmentStream(c.Opening.Person, c.Opening.Course) }

// Decide implements eventsource.Command.
func (c admit) Decide(s enrolment) ([]eventsource.Event, error) {
	if s.open {
		return nil, nil
	}
	e := c.Opening
	e.Period = s.latest + 1
	return []eventsource.Event{e}, nil
}

// forApproval enrols the person of a request that nobody need approve any more; ok is false while somebody must.
func forApproval(e eventsource.Event, at time.Time) (c admit, ok bool) {
	var person, course, request string
	switch e := e.(type) {
	case events.EnrolmentRequested:
		person, course, request, ok = e.Person, e.Course, e.Request, len(e.Steps) == 0
	case events.EnrolmentApproved:
		person, course, request, ok = e.Person, e.Course, e.Request, e.Last
	}
	return admit{events.PersonEnrolled{Person: person, Course: course, Request: request, Due: endOfDay(at, requestDays)}}, ok
}

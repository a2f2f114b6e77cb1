package quiz

import (
	"context"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods of trainers who watch over attempts.
var (
	ListAttempts   = rpc.Query[ListAttemptsRequest, AttemptPage]("quiz.list-attempts", "Lists the attempts of a course, open or closed, latest first.", events.RoleTrainer).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleTrainer))
	GetTrail       = rpc.Query[GetTrailRequest, Trail]("quiz.get-trail", "Tells everything that happened in an attempt, with both times.", events.RoleTrainer).About(rpc.OwnerIn("attempt", ownerOf), rpc.Logged)
	ExtendDeadline = rpc.Command[ExtendDeadlineRequest, rpc.Receipt]("quiz.extend-deadline", "Gives a running attempt more time.", events.RoleTrainer).About(rpc.OwnerIn("attempt", ownerOf))
)

// ListAttemptsRequest names a course and a state.
type ListAttemptsRequest struct {
	Course string `json:"course"`
	State  string `json:"state"`           // open, closed
	Page   string `json:"page,omitempty"`  // Next of the page before
	Limit  int    `json:"limit,omitempty"` // 50 where it does not say
	After  uint64 `json:"after,omitempty"`
}

// AttemptPage is a page of attempts.
type AttemptPage struct {
	Attempts []ListedAttempt `json:"attempts"`
	Next     string          `json:"next,omitempty"`
}

// ListedAttempt is an attempt as trainers see it in a list.
type ListedAttempt struct {
	AttemptRow
	Person   string    `json:"person"`
	Period   int       `json:"period"`
	Deadline time.Time `json:"deadline"`
	Remarks  int       `json:"remarks,omitempty"`
}

// GetTrailRequest names an attempt.
type GetTrailRequest struct {
	Attempt string `json:"attempt"`
	After   uint64 `json:"after,omitempty"`
}

// Trail is what happened in an attempt, oldest first.
type Trail struct {
	ListedAttempt
	Course string `json:"course"`
	Extra  int    `json:"extra,omitempty"` // per cent of time added for the person
	Steps  []Step `json:"steps"`
}

// Step is one thing that happened. What was typed is not shown.
type Step struct {
	Seq     uint64    `json:"seq"`
	Fact    string    `json:"fact"` // such as quiz.answer-saved.v1
	At      time.Time `json:"at"`   // server
	Given   time.Time `json:"given,omitzero"`
	Device  string    `json:"device,omitempty"`
	Item    string    `json:"item,omitempty"`
	Number  int       `json:"number,omitempty"` // of the item in the attempt, from 1
	Choice  []string  `json:"choice,omitempty"`
	Typed   bool      `json:"typed,omitempty"`
	Seconds float64   `json:"seconds,omitempty"`
	What    string    `json:"what,omitempty"` // what the browser noticed; why time was added; who handed in
	Minutes int       `json:"minutes,omitempty"`
	Mark    *float64  `json:"mark,omitempty"`
	Actor   string    `json:"actor,omitempty"` // who did it, where it was not the person
}

// ExtendDeadlineRequest gives a running attempt more time.
type ExtendDeadlineRequest struct {
	Attempt string `json:"attempt"`
	Minutes int    `json:"minutes"`
	Reason  string `json:"reason"` // technical, health, other
}

func (a api) listAttempts(ctx context.Context, req ListAttemptsRequest) (AttemptPage, error) {
	if err := a.Await(ctx, a.attempts.projection, req.After); err != nil {
		return AttemptPage{}, err
	}
	const usual = 50
	state := stateClosed
	if req.State == stateOpen {
		state = stateOpen
	}
	limit := req.Limit
	if limit == 0 {
		limit = usual
	}
	page, err := a.attempts.attempts.Find(ctx, readmodel.Query{Index: "course", Equal: []any{req.Course, state}, Desc: true, Limit: limit, After: req.Page})
	out := AttemptPage{Attempts: []ListedAttempt{}, Next: page.Next}
	for _, d := range page.Items {
		out.Attempts = append(out.Attempts, listed(d))
	}
	return out, err
}

func listed(d attemptDoc) ListedAttempt {
	return ListedAttempt{AttemptRow: d.AttemptRow, Person: d.Person, Period: d.Period, Deadline: d.Deadline, Remarks: d.Remarks}
}

func (a api) getTrail(ctx context.Context, req GetTrailRequest) (Trail, error) {
	if _, ok := parseAttemptID(req.Attempt); !ok {
		return Trail{}, errNoAttempt
	}
	history, err := a.Journal.Load(ctx, attemptStream(req.Attempt))
	if err != nil {
		return Trail{}, err
	}
	s := eventsource.Fold[attemptState](history)
	if !s.exists() {
		return Trail{}, errNoAttempt
	}
	st := s.Started
	t := Trail{ListedAttempt: ListedAttempt{AttemptRow: s.row(), Person: st.Person, Period: st.Period, Deadline: s.Deadline, Remarks: s.Remarks}, Course: st.Course, Extra: st.Extra}
	for _, r := range history {
		t.Steps = append(t.Steps, s.step(r))
	}
	return t, nil
}

// step tells a fact of the attempt.
func (s attemptState) step(r eventsource.Recorded) Step {
	p := Step{Seq: r.Seq, Fact: r.Event.EventType(), At: r.Time}
	if r.Actor != s.Started.Person {
		p.Actor = r.Actor
	}
	switch e := r.Event.(type) {
	case events.AttemptStarted:
		p.Device = e.Device
	case events.AnswerSaved:
		p.Given, p.Device, p.Item, p.Choice, p.Typed, p.Seconds, p.Mark = e.Given, e.Device, e.Item, e.Choice, e.Text != "", e.Seconds, e.Mark
	case events.AnswerCameLate:
		p.Given, p.Device, p.Item, p.Choice, p.Typed = e.Given, e.Device, e.Item, e.Choice, e.Text != ""
	case events.ItemFlagged:
		p.Item, p.What = e.Item, "unflagged"
		if e.Flagged {
			p.What = "flagged"
		}
	case events.AttemptObserved:
		p.Given, p.Device, p.What = e.Given, e.Device, e.What
	case events.DeadlineExtended:
		p.Minutes, p.What = e.Minutes, e.Reason
	case events.AttemptSubmitted:
		p.What, p.Mark = string(e.By), &e.Mark
	case events.AttemptRemarked:
		p.Mark = &e.Mark
	}
	if p.Item != "" {
		p.Number = s.find(p.Item) + 1
	}
	return p
}

func (a api) extendDeadline(ctx context.Context, req ExtendDeadlineRequest) (rpc.Receipt, error) {
	who, err := caller(ctx)
	if err != nil {
		return rpc.Receipt{}, err
	}
	if _, ok := parseAttemptID(req.Attempt); !ok {
		return rpc.Receipt{}, errNoAttempt
	}
	out, err := host.DoRecent(ctx, a.Deps, extendDeadline{Attempt: req.Attempt, Minutes: req.Minutes, Reason: req.Reason, By: who, At: a.Clock.Now()})
	return rpc.Receipt{Seq: out.Seq}, err
}

package enrolment

import (
	"context"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods about what campaigns ask of people.
var (
	PreviewRound = rpc.Query[PreviewRoundRequest, AssignPreview]("enrolment.preview-round", "Tells whom a campaign's tick would reach now, and why not the others; writes nothing.", events.RoleTrainer).About(rpc.UnitIn("unit"))
	ListRounds   = rpc.Query[ListRoundsRequest, []Round]("enrolment.list-rounds", "Counts how far the latest ticks of a campaign have come.", events.RoleTrainer).About(rpc.Kept(rpc.AboutUnit))
)

// PreviewRoundRequest describes a campaign's tick that would come now.
type PreviewRoundRequest struct {
	Course    string          `json:"course,omitempty"`
	Programme string          `json:"programme,omitempty"` // instead of a course
	Unit      string          `json:"unit"`
	Audience  events.Audience `json:"audience,omitzero"`
	Deadline  time.Time       `json:"deadline"`
	LeftOut   bool            `json:"left_out,omitempty"` // name those whom it would not reach
	After     string          `json:"after,omitempty"`    // the person after whom the list goes on
}

// ListRoundsRequest names a campaign, as it stands after a fact.
type ListRoundsRequest struct {
	Campaign string `json:"campaign"`
	After    uint64 `json:"after,omitempty"`
}

// shownRounds is how many rounds are counted at once.
const shownRounds = 50

// Round is how far what a tick gave has come.
type Round struct {
	Tick      time.Time `json:"tick"`
	Given     int       `json:"given"`     // people for whom it opened a period
	Started   int       `json:"started"`   // of these, who have begun, whether completed or not
	Completed int       `json:"completed"` // of these
	Excused   int       `json:"excused"`   // of these
	Overdue   int       `json:"overdue"`   // of these, neither completed nor excused in time
	Open      int       `json:"open"`      // other people who had an open period already and were reminded
	Reminded  int       `json:"reminded"`  // reminders before the deadline
	Escalated int       `json:"escalated"` // overdue people of whom heads were told
	Heads     int       `json:"heads"`     // who were told
}

func (a api) previewRound(ctx context.Context, req PreviewRoundRequest) (AssignPreview, error) {
	u, err := a.target(ctx, AssignCourseRequest{Course: req.Course, Programme: req.Programme, Unit: req.Unit})
	if err != nil {
		return AssignPreview{}, err
	}
	if err := checkAudience(req.Audience); err != nil {
		return AssignPreview{}, err
	}
	chosen, left, err := a.view.divide(ctx, u, req.Audience, a.Clock.Now())
	if err != nil {
		return AssignPreview{}, err
	}
	stands, hidden, err := a.stand(ctx, req.Course, req.Programme, chosen)
	p := preview(chosen, left, stands, hidden, func(s standing) (time.Time, bool) { return req.Deadline, !s.open }, req.After)
	if req.LeftOut {
		p.Rows, p.Next = []Reached{}, ""
		for _, l := range left {
			r := l.reached()
			r.State = l.Why
			p.name(r, req.After)
		}
	}
	return p, err
}

func (a api) listRounds(ctx context.Context, req ListRoundsRequest) ([]Round, error) {
	if err := a.view.await(ctx, req.After, a.Await); err != nil {
		return nil, err
	}
	page, err := a.view.rounds.Find(ctx, readmodel.Query{Index: "campaign", Equal: []any{req.Campaign}, Desc: true, Limit: shownRounds})
	if err != nil {
		return nil, err
	}
	all := make([]Round, len(page.Items))
	for i, x := range page.Items {
		u, _, err := a.view.unit(ctx, x.Unit, localDay(a.Clock.Now()))
		if err != nil {
			return nil, err
		}
		if !mayTrain(ctx, u) {
			return nil, fault.New(fault.Denied, "Bạn không phụ trách đào tạo ở đơn vị này.", "You are not a trainer of this unit.")
		}
		if all[i], err = a.view.counted(ctx, x, a.Clock.Now()); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// counted counts the places of a round.
func (v roundView) counted(ctx context.Context, x round, now time.Time) (r Round, err error) {
	id := roundID(x.Campaign, x.Tick)
	in := map[string]int{}
	for _, state := range []string{placeGiven, placeStarted, placeCompleted, placeExcused} {
		if in[state], err = v.places.Count(ctx, readmodel.Query{Index: "state", Equal: []any{id, state}}); err != nil {
			return r, err
		}
		r.Given += in[state]
	}
	r.Overdue, err = v.places.Count(ctx, readmodel.Query{Index: "waits", Equal: []any{id, true}, To: now})
	r.Tick, r.Started, r.Completed, r.Excused = x.Tick, in[placeStarted]+in[placeCompleted], in[placeCompleted], in[placeExcused]
	r.Open, r.Reminded, r.Escalated, r.Heads = x.Open, x.Reminded, x.Escalated, x.Heads
	return r, err
}

package enrolment

import (
	"context"
	"strconv"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// roundID names what a campaign's tick has set going.
func roundID(campaign string, tick time.Time) string {
	return campaign + "_" + strconv.FormatInt(tick.Unix(), 10)
}

// round is a campaign's tick with what cannot be counted from its places.
type round struct {
	Campaign  string    `json:"campaign"`
	Tick      time.Time `json:"tick"`
	Unit      string    `json:"unit"`
	Open      int       `json:"open"`      // people who had an open period already and were reminded
	Reminded  int       `json:"reminded"`  // reminders before the deadline
	Escalated int       `json:"escalated"` // overdue people of whom heads were told
	Heads     int       `json:"heads"`     // who were told
}

// States of a place.
const (
	placeGiven     = "given"
	placeStarted   = "started"
	placeCompleted = "completed"
	placeExcused   = "excused"
)

// place is a person in a round: the period that it opened.
type place struct {
	Round  string    `json:"round"`
	Person string    `json:"person"`
	Period int       `json:"period"`
	State  string    `json:"state"`
	Begun  bool      `json:"begun"` // whatever the state
	Waits  bool      `json:"waits"` // neither completed nor excused
	Due    time.Time `json:"due"`
}

// be puts the place into a state.
func (p *place) be(state string) {
	p.State, p.Waits = state, state == placeGiven || state == placeStarted
}

// opening is the round that opened a period of a person.
type opening struct {
	Round  string `json:"round"`
	Period int    `json:"period"`
}

// roundView is how far campaigns have come with people.
type roundView struct {
	tracking *readmodel.Projection
	rounds   *readmodel.Collection[round]   // by <campaign>_<tick>
	places   *readmodel.Collection[place]   // by <round>_<person>
	openings *readmodel.Collection[opening] // by what the person is in: the latest period that a round opened
}

func newRoundView() roundView {
	index := func(name string, fields ...string) readmodel.Index {
		return readmodel.Index{Name: name, Fields: fields}
	}
	v := roundView{
		rounds:   readmodel.NewCollection[round]("rounds", index("campaign", "campaign", "tick")),
		places:   readmodel.NewCollection[place]("places", index("state", "round", "state"), index("waits", "round", "waits", "due")),
		openings: readmodel.NewCollection[opening]("openings"),
	}
	v.tracking = readmodel.NewProjection("rounds", 1, []string{"scheduler.campaign.campaign-ticked", "enrolment.enrolment", "enrolment.programme", "enrolment.escalation",
		"progress.course.lesson-started", "progress.course.lesson-completed", "quiz.attempt.attempt-started"}, v.apply, v.rounds, v.places, v.openings)
	return v
}

func (v roundView) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.CampaignTicked:
		return v.rounds.Update(b, roundID(e.Campaign, e.Due), func(x *round) { x.Campaign, x.Tick, x.Unit = e.Campaign, e.Due, e.Unit })
	case events.PersonEnrolled:
		return v.open(b, e.Campaign, e.Tick, byCourse(e.Person, e.Course), place{Person: e.Person, Period: e.Period, Due: e.Due})
	case events.ProgrammeEnrolled:
		return v.open(b, e.Campaign, e.Tick, byProgramme(e.Person, e.Programme), place{Person: e.Person, Period: e.Period, Due: e.Due})
	case events.EnrolmentReminded:
		return v.rounds.Update(b, roundID(e.Campaign, e.Tick), func(x *round) {
			if e.Days == 0 {
				x.Open++
				return
			}
			x.Reminded++
		})
	case events.OverdueEscalated:
		return v.rounds.Update(b, roundID(e.Campaign, e.Tick), func(x *round) { x.Escalated, x.Heads = x.Escalated+e.People, x.Heads+len(e.Heads) })
	case events.LessonStarted:
		return v.begin(b, byCourse(e.Person, e.Course), e.Person, e.Period)
	case events.LessonCompleted:
		return v.begin(b, byCourse(e.Person, e.Course), e.Person, e.Period)
	case events.AttemptStarted:
		return v.begin(b, byCourse(e.Person, e.Course), e.Person, e.Period)
	case events.ProgrammeCourseCounted:
		return v.begin(b, byProgramme(e.Person, e.Programme), e.Person, e.Period)
	case events.EnrolmentCompleted:
		return v.change(b, byCourse(e.Person, e.Course), e.Person, e.Period, func(p *place) { p.be(placeCompleted) })
	case events.ProgrammeCompleted:
		return v.change(b, byProgramme(e.Person, e.Programme), e.Person, e.Period, func(p *place) { p.be(placeCompleted) })
	case events.PersonExcused:
		return v.change(b, byCourse(e.Person, e.Course), e.Person, e.Period, func(p *place) {
			if p.Waits {
				p.be(placeExcused)
			}
		})
	case events.ExcuseWithdrawn:
		return v.change(b, byCourse(e.Person, e.Course), e.Person, e.Period, func(p *place) {
			if p.State == placeExcused {
				p.again()
			}
		})
	}
	return nil
}

func byCourse(person, course string) string       { return person + "_" + course }
func byProgramme(person, programme string) string { return person + "_programme_" + programme }

// again puts a place back to where it was before an excuse.
func (p *place) again() {
	if p.Begun {
		p.be(placeStarted)
		return
	}
	p.be(placeGiven)
}

func (v roundView) open(b *readmodel.Batch, campaign string, tick time.Time, in string, p place) error {
	if campaign == "" {
		return nil
	}
	p.Round = roundID(campaign, tick)
	p.be(placeGiven)
	if err := v.places.Update(b, p.Round+"_"+p.Person, func(d *place) { *d = p }); err != nil {
		return err
	}
	return v.openings.Update(b, in, func(d *opening) { *d = opening{p.Round, p.Period} })
}

func (v roundView) begin(b *readmodel.Batch, in, person string, period int) error {
	return v.change(b, in, person, period, func(p *place) {
		p.Begun = true
		if p.State == placeGiven {
			p.be(placeStarted)
		}
	})
}

// change changes the place of a period, if a round opened it.
func (v roundView) change(b *readmodel.Batch, in, person string, period int, fn func(*place)) error {
	o, found, err := v.openings.Peek(b, in)
	if err != nil || !found || o.Period != period {
		return err
	}
	return v.places.Update(b, o.Round+"_"+person, fn)
}

// unfinished are the people of a round who have neither completed nor been excused.
func (v roundView) unfinished(ctx context.Context, round string) ([]place, error) {
	return collect(ctx, v.places, readmodel.Query{Index: "waits", Equal: []any{round, true}})
}

package evaluation

import (
	"context"
	"strconv"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// planDoc is a campaign that holds people out, as it was scheduled.
type planDoc struct {
	Campaign string `json:"campaign"`
	Title    string `json:"title"`
	Course   string `json:"course"`
	Unit     string `json:"unit"`
	HoldOut  int    `json:"hold_out"` // percent
	Seed     uint64 `json:"seed"`
}

// trialDoc is a tick that holds people out.
type trialDoc struct {
	Campaign string    `json:"campaign"`
	Tick     time.Time `json:"tick"`
	Until    time.Time `json:"until"` // when those asked are due
}

func (d trialDoc) id() string { return trialID(d.Campaign, d.Tick) }

func trialID(campaign string, tick time.Time) string {
	return campaign + "_" + strconv.FormatInt(tick.Unix(), 10)
}

// stratumDoc is the people of a trial who were drawn in one unit.
type stratumDoc struct {
	Trial  string              `json:"trial"`
	Unit   string              `json:"unit"`
	People map[string]standing `json:"people"`
}

// arms is the read model of who is in which arm, and of what became of them.
type arms struct {
	projection *readmodel.Projection
	strata     *readmodel.Collection[stratumDoc]       // by <trial>_<unit>
	histories  *readmodel.Collection[history]          // by <person>_<course>
	trials     *readmodel.Collection[trialDoc]         // by trial
	draws      *readmodel.Collection[events.ArmsDrawn] // by trial
	plans      *readmodel.Collection[planDoc]          // by campaign
}

func newArms() arms {
	a := arms{
		strata:    readmodel.NewCollection[stratumDoc]("strata", readmodel.Index{Name: "trial", Fields: []string{"trial"}}),
		histories: readmodel.NewCollection[history]("histories"),
		trials:    readmodel.NewCollection[trialDoc]("trials", readmodel.Index{Name: "campaign", Fields: []string{"campaign", "tick"}}),
		draws:     readmodel.NewCollection[events.ArmsDrawn]("draws"),
		plans:     readmodel.NewCollection[planDoc]("plans"),
	}
	// strata follow from histories, and these from trials: see readmodel.Collection.Peek
	a.projection = readmodel.NewProjection("arms", 1, []string{"scheduler.campaign.campaign-scheduled", "scheduler.campaign.campaign-ticked", "enrolment.trial",
		"enrolment.enrolment.person-held-out", "enrolment.enrolment.person-enrolled", "enrolment.enrolment.enrolment-reminded", "enrolment.enrolment.enrolment-completed",
		"quiz.attempt.attempt-submitted", "quiz.attempt.attempt-remarked"}, a.apply, a.strata, a.histories, a.trials, a.draws, a.plans)
	return a
}

func (a arms) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.CampaignScheduled:
		if e.HoldOut > 0 {
			return a.plans.Update(b, e.Campaign, func(d *planDoc) { *d = planDoc{e.Campaign, e.Title, e.Course, e.Unit, e.HoldOut, e.Seed} })
		}
	case events.CampaignTicked:
		if e.HoldOut > 0 {
			return a.trials.Update(b, trialID(e.Campaign, e.Due), func(d *trialDoc) { *d = trialDoc{e.Campaign, e.Due, untilOf(e)} })
		}
	case events.ArmsDrawn:
		return a.draws.Update(b, trialID(e.Campaign, e.Tick), func(d *events.ArmsDrawn) { *d = e })
	case events.PersonHeldOut:
		return a.join(b, e.Person, e.Course, trialDoc{Campaign: e.Campaign, Tick: e.Tick}, part{Unit: e.Unit, Held: true}, r.Time)
	case events.PersonEnrolled:
		return a.join(b, e.Person, e.Course, trialDoc{Campaign: e.Campaign, Tick: e.Tick}, part{Unit: e.Unit}, r.Time)
	case events.EnrolmentReminded:
		if e.Days == 0 { // by the tick itself, which found the course open
			return a.join(b, e.Person, e.Course, trialDoc{Campaign: e.Campaign, Tick: e.Tick}, part{Unit: e.Unit}, r.Time)
		}
	case events.EnrolmentCompleted:
		return a.change(b, e.Person, e.Course, func(h history) history {
			h.Completed = append(h.Completed[:len(h.Completed):len(h.Completed)], e.At)
			return h
		})
	case events.AttemptSubmitted:
		return a.change(b, e.Person, e.Course, func(h history) history { return h.with(mark{e.Attempt, e.At, e.Mark}) })
	case events.AttemptRemarked:
		return a.change(b, e.Person, e.Course, func(h history) history { return h.with(mark{e.Attempt, e.At, e.Mark}) })
	}
	return nil
}

// untilOf is when what a tick gives is due; old facts tell days only.
func untilOf(e events.CampaignTicked) time.Time {
	if e.Deadline.IsZero() {
		return clock.EndOfDay(clock.Midnight(e.Due).AddDate(0, 0, e.DueDays))
	}
	return e.Deadline
}

// join puts a person into an arm of a tick, if that tick holds people out.
func (a arms) join(b *readmodel.Batch, person, course string, of trialDoc, p part, at time.Time) error {
	if of.Campaign == "" {
		return nil
	}
	t, found, err := a.trials.Peek(b, of.id())
	if err != nil || !found {
		return err
	}
	p.Trial, p.Tick, p.Until = t.id(), t.Tick, t.Until
	return a.change(b, person, course, func(h history) history { return h.joined(p, at) })
}

// change changes a person's history in a course, and how they stand in each trial whose outcome that touches. fn leaves the history
// that it is given as it is.
func (a arms) change(b *readmodel.Batch, person, course string, fn func(history) history) error {
	id := person + "_" + course
	was, _, err := a.histories.Peek(b, id)
	if err != nil {
		return err
	}
	now := fn(was)
	for i, p := range now.Places {
		s := now.standing(p)
		if i < len(was.Places) && s == was.standing(was.Places[i]) {
			continue
		}
		err := a.strata.Update(b, p.Trial+"_"+p.Unit, func(d *stratumDoc) {
			if d.People == nil {
				d.Trial, d.Unit, d.People = p.Trial, p.Unit, map[string]standing{}
			}
			d.People[person] = s
		})
		if err != nil {
			return err
		}
	}
	return a.histories.Update(b, id, func(h *history) { *h = now })
}

// strataOf are the people of a trial, unit by unit.
func (a arms) strataOf(ctx context.Context, trial string) (all []stratumDoc, err error) {
	return all, a.strata.Each(ctx, readmodel.Query{Index: "trial", Equal: []any{trial}}, func(d stratumDoc) error {
		all = append(all, d)
		return nil
	})
}

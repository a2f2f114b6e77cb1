package evaluation

import (
	"context"
	"math"
	"time"

	"khuevan/events"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
	"khuevan/trial"
)

// Methods of auditors.
var (
	ListTrials = rpc.Query[ListTrialsRequest, []Trial]("evaluation.list-trials", "Lists the campaigns that hold people out.", events.RoleAnalyst, events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAnalyst, events.RoleAdmin))
	CheckArms  = rpc.Query[CheckArmsRequest, ArmsReport]("evaluation.check-arms", "Recomputes from the recorded seed who of a campaign is held out, and tells in numbers what does not follow from it.", events.RoleAnalyst, events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAnalyst, events.RoleAdmin))
)

// ListTrialsRequest asks for the list as it stands after a fact.
type ListTrialsRequest struct {
	After uint64 `json:"after,omitempty"`
}

// Trial is a campaign that holds people out.
type Trial struct {
	Campaign string `json:"campaign"`
	Title    string `json:"title"`
	Course   string `json:"course"`
	Unit     string `json:"unit"`
	HoldOut  int    `json:"hold_out"` // percent
	Ticks    int    `json:"ticks"`    // that came so far
}

// CheckArmsRequest names a campaign, as it stands after a fact.
type CheckArmsRequest struct {
	Campaign string `json:"campaign"`
	After    uint64 `json:"after,omitempty"`
}

// ArmsReport is what a check of a campaign's arms found, tick by tick, the oldest first.
type ArmsReport struct {
	Campaign string      `json:"campaign"`
	Title    string      `json:"title"`
	Ticks    []ArmsCheck `json:"ticks"`
}

// ArmsCheck is what the check of one tick found. Everything follows from the seed where there is no fault.
type ArmsCheck struct {
	Tick    time.Time     `json:"tick"`
	Until   time.Time     `json:"until"`
	Drawn   bool          `json:"drawn"`   // false before enrolment has heard the tick, and of a withdrawn course
	Units   int           `json:"units"`   // in which people were drawn
	People  int           `json:"people"`  // who were drawn
	Neither int           `json:"neither"` // of these, in neither arm: excused, not handled yet, or asked before facts told the unit
	Faults  []trial.Fault `json:"faults"`
}

// Faults of a whole tick, and of a person, beside those of package trial.
const (
	FaultSeed  = "seed"  // the draw was made by another seed than was recorded when the campaign was scheduled
	FaultShare = "share" // or with another share
	FaultDraw  = "draw"  // people were asked or held out, and no draw was recorded
	FaultEarly = "early" // people were held out and asked all the same before the end
)

func (s *service) listTrials(ctx context.Context, req ListTrialsRequest) ([]Trial, error) {
	if err := s.Await(ctx, s.arms.projection, req.After); err != nil {
		return nil, err
	}
	all := []Trial{}
	return all, s.arms.plans.Each(ctx, readmodel.Query{}, func(d planDoc) error {
		n, err := s.arms.trials.Count(ctx, readmodel.Query{Index: "campaign", Equal: []any{d.Campaign}})
		all = append(all, Trial{d.Campaign, d.Title, d.Course, d.Unit, d.HoldOut, n})
		return err
	})
}

func (s *service) checkArms(ctx context.Context, req CheckArmsRequest) (ArmsReport, error) {
	if err := s.Await(ctx, s.arms.projection, req.After); err != nil {
		return ArmsReport{}, err
	}
	plan, found, err := s.arms.plans.Get(ctx, req.Campaign)
	if err != nil {
		return ArmsReport{}, err
	}
	if !found {
		return ArmsReport{}, errNoTrial()
	}
	report := ArmsReport{Campaign: plan.Campaign, Title: plan.Title, Ticks: []ArmsCheck{}}
	return report, s.arms.trials.Each(ctx, readmodel.Query{Index: "campaign", Equal: []any{req.Campaign}}, func(d trialDoc) error {
		drawn, _, err := s.arms.draws.Get(ctx, d.id()) // before the people, who follow from it
		if err != nil {
			return err
		}
		strata, err := s.arms.strataOf(ctx, d.id())
		if err != nil {
			return err
		}
		report.Ticks = append(report.Ticks, checkTick(plan, d, drawn, strata))
		return nil
	})
}

// checkTick holds the arms of a tick against the seed of the campaign.
func checkTick(plan planDoc, d trialDoc, drawn events.ArmsDrawn, strata []stratumDoc) ArmsCheck {
	c := ArmsCheck{Tick: d.Tick, Until: d.Until, Drawn: drawn.Campaign != "", Units: len(drawn.Units), Faults: []trial.Fault{}}
	treated, early, people := map[string]trial.Arms{}, 0, 0
	for _, x := range strata {
		var a trial.Arms
		for person, p := range x.People {
			if p.Early {
				early++
			}
			if p.Held {
				a.Held = append(a.Held, person)
			} else {
				a.Asked = append(a.Asked, person)
			}
		}
		treated[x.Unit], people = a, people+len(x.People)
	}
	if !c.Drawn {
		if people > 0 {
			c.Faults = append(c.Faults, trial.Fault{What: FaultDraw, Found: people})
		}
		return c
	}
	seed, share := trial.SeedOf(plan.Seed, d.Tick), float64(plan.HoldOut)/100
	if drawn.Seed != seed {
		c.Faults = append(c.Faults, trial.Fault{What: FaultSeed})
	}
	if math.Abs(drawn.Share-share) > 1e-9 {
		c.Faults = append(c.Faults, trial.Fault{What: FaultShare, Found: int(math.Round(100 * drawn.Share)), Follows: plan.HoldOut})
	}
	if early > 0 {
		c.Faults = append(c.Faults, trial.Fault{What: FaultEarly, Found: early})
	}
	lines := make([]trial.Drawn, len(drawn.Units))
	for i, u := range drawn.Units {
		lines[i] = trial.Drawn{Stratum: u.Unit, People: u.People, Held: u.Held, Cut: u.Cut}
		c.People += u.People
	}
	c.Neither = max(c.People-people, 0)
	c.Faults = append(c.Faults, trial.Check(seed, share, lines, treated)...)
	return c
}

package evaluation

import (
	"context"
	"maps"
	"slices"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
	"khuevan/trial"
)

// Effect tells what difference the ticks of a campaign made.
var Effect = rpc.Query[EffectRequest, Effects]("evaluation.effect", "Tells what difference the ticks of a campaign made, once those asked are due; never who is in which arm.", events.RoleTrainer, events.RoleAnalyst).About(rpc.Kept(rpc.AboutUnit))

// EffectRequest names a campaign, as it stands after a fact.
type EffectRequest struct {
	Campaign string `json:"campaign"`
	After    uint64 `json:"after,omitempty"`
}

// Effects is what a campaign's latest ticks made of people, the newest first.
type Effects struct {
	Campaign string       `json:"campaign"`
	Title    string       `json:"title"`
	Course   string       `json:"course"`
	HoldOut  int          `json:"hold_out"` // percent
	Ticks    []TickEffect `json:"ticks"`
}

// TickEffect is what one tick made. While it runs nothing is told of it but until when.
type TickEffect struct {
	Tick       time.Time `json:"tick"`
	Until      time.Time `json:"until"`
	Running    bool      `json:"running,omitempty"`
	Completion *Outcome  `json:"completion,omitempty"` // shares of people, 0 to 1, who completed the course in time
	Marks      *Outcome  `json:"marks,omitempty"`      // out of 10, of those who had a mark before
}

// Outcome is a difference between the arms, and what it says.
type Outcome struct {
	trial.Effect
	Verdict  string `json:"verdict"`             // too-few, none, better, worse
	YesAsked int    `json:"yes_asked,omitempty"` // people, of a share
	YesHeld  int    `json:"yes_held,omitempty"`
}

// What an outcome says.
const (
	TooFew = "too-few" // an arm is too small to tell anything
	None   = "none"    // no difference was seen: the interval has zero in it
	Better = "better"  // of those asked, surely more
	Worse  = "worse"   // surely fewer
)

// shownTrials is how many ticks are told of at once.
const shownTrials = 12

func (s *service) effect(ctx context.Context, req EffectRequest) (Effects, error) {
	if err := s.Await(ctx, s.arms.projection, req.After); err != nil {
		return Effects{}, err
	}
	plan, found, err := s.arms.plans.Get(ctx, req.Campaign)
	if err != nil {
		return Effects{}, err
	}
	if !found {
		return Effects{}, errNoTrial()
	}
	if err := rpc.Reaches(ctx, rpc.Object{Kind: rpc.AboutUnit, ID: plan.Unit}); err != nil {
		return Effects{}, err
	}
	page, err := s.arms.trials.Find(ctx, readmodel.Query{Index: "campaign", Equal: []any{req.Campaign}, Desc: true, Limit: shownTrials})
	if err != nil {
		return Effects{}, err
	}
	all := Effects{Campaign: plan.Campaign, Title: plan.Title, Course: plan.Course, HoldOut: plan.HoldOut, Ticks: []TickEffect{}}
	for _, d := range page.Items {
		e := TickEffect{Tick: d.Tick, Until: d.Until, Running: !s.Clock.Now().After(d.Until)}
		if !e.Running {
			strata, err := s.arms.strataOf(ctx, d.id())
			if err != nil {
				return Effects{}, err
			}
			e.Completion, e.Marks = completionOf(strata), marksOf(strata)
		}
		all.Ticks = append(all.Ticks, e)
	}
	return all, nil
}

func errNoTrial() error {
	return fault.New(fault.NotFound, "Không có đợt nào mang mã này giữ lại nhóm đối chứng.", "No campaign of this id holds people out.").
		With("campaign", "Chọn một đợt có nhóm đối chứng", "Choose a campaign with a hold-out")
}

// completionOf compares how many of each arm completed the course in time.
func completionOf(strata []stratumDoc) *Outcome {
	all := make([]trial.Stratum, len(strata))
	var asked, held int
	for i, d := range strata {
		t := trial.Stratum{Name: d.Unit}
		for _, p := range d.People {
			c := &t.Asked
			if p.Held {
				c = &t.Held
			}
			c.N++
			if p.Done {
				c.Yes++
			}
		}
		all[i], asked, held = t, asked+t.Asked.Yes, held+t.Held.Yes
	}
	o := outcome(trial.Difference(all))
	if !o.TooFew {
		o.YesAsked, o.YesHeld = asked, held
	}
	return o
}

// marksOf compares the latest marks of those who had one before.
func marksOf(strata []stratumDoc) *Outcome {
	var asked, held []trial.Score
	for _, d := range strata {
		for _, person := range slices.Sorted(maps.Keys(d.People)) { // in one order, so that sums come out the same
			switch p := d.People[person]; {
			case !p.Score.Known:
			case p.Held:
				held = append(held, p.Score)
			default:
				asked = append(asked, p.Score)
			}
		}
	}
	return outcome(trial.Means(asked, held))
}

func outcome(e trial.Effect) *Outcome {
	o := &Outcome{Effect: e, Verdict: None}
	switch {
	case e.TooFew:
		o.Verdict = TooFew
	case e.Low > 0:
		o.Verdict = Better
	case e.High < 0:
		o.Verdict = Worse
	}
	return o
}

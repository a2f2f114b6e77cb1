package enrolment

import (
	"context"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// While a tick that holds people out runs, a preview would tell by who is in the course already in which arm everybody is. So
// previews say of whoever is in one of the arms only that they are being compared.

// comparison is a tick that holds people out.
type comparison struct {
	Round  string    `json:"round"`
	Course string    `json:"course"`
	Until  time.Time `json:"until"` // when those asked are due
}

// compared is a person in one of its arms.
type compared struct {
	Round  string `json:"round"`
	Person string `json:"person"`
}

// comparedView keeps who is being compared, whatever the arm.
type comparedView struct {
	comparing   *readmodel.Projection
	comparisons *readmodel.Collection[comparison] // by round
	compared    *readmodel.Collection[compared]   // by <round>_<person>
}

func newComparedView() comparedView {
	v := comparedView{
		comparisons: readmodel.NewCollection[comparison]("comparisons", readmodel.Index{Name: "course", Fields: []string{"course", "until"}}),
		compared:    readmodel.NewCollection[compared]("compared", readmodel.Index{Name: "round", Fields: []string{"round"}}),
	}
	v.comparing = readmodel.NewProjection("compared", 1, []string{"scheduler.campaign.campaign-ticked", "enrolment.enrolment.person-held-out", "enrolment.enrolment.person-enrolled",
		"enrolment.enrolment.enrolment-reminded"}, v.applyCompared, v.comparisons, v.compared)
	return v
}

func (v comparedView) applyCompared(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.CampaignTicked:
		if e.HoldOut > 0 {
			id := roundID(e.Campaign, e.Due)
			return v.comparisons.Update(b, id, func(d *comparison) { *d = comparison{id, e.Course, deadline(e)} })
		}
	case events.PersonHeldOut:
		return v.compare(b, e.Person, e.Campaign, e.Tick)
	case events.PersonEnrolled:
		if e.Unit != "" {
			return v.compare(b, e.Person, e.Campaign, e.Tick)
		}
	case events.EnrolmentReminded:
		if e.Unit != "" {
			return v.compare(b, e.Person, e.Campaign, e.Tick)
		}
	}
	return nil
}

func (v comparedView) compare(b *readmodel.Batch, person, campaign string, tick time.Time) error {
	round := roundID(campaign, tick)
	return v.compared.Update(b, round+"_"+person, func(d *compared) { *d = compared{round, person} })
}

// comparedIn are the people of a course who are being compared now.
func (v comparedView) comparedIn(ctx context.Context, course string, now time.Time) (map[string]bool, error) {
	all := map[string]bool{}
	return all, v.comparisons.Each(ctx, readmodel.Query{Index: "course", Equal: []any{course}, From: now}, func(c comparison) error {
		return v.compared.Each(ctx, readmodel.Query{Index: "round", Equal: []any{c.Round}}, func(d compared) error {
			all[d.Person] = true
			return nil
		})
	})
}

// stand tells where people stand, and of whom that is not to be told.
func (a api) stand(ctx context.Context, course, programme string, people []candidate) (map[string]standing, map[string]bool, error) {
	stands, err := a.view.standings(ctx, course, programme, people)
	if err != nil || course == "" {
		return stands, nil, err
	}
	if err := a.Await(ctx, a.view.comparing, a.view.projection.Position()); err != nil { // as far as where they stand is known
		return nil, nil, err
	}
	hidden, err := a.view.comparedIn(ctx, course, a.Clock.Now())
	return stands, hidden, err
}

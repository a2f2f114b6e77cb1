package quiz

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"khuevan/events"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods of trainers for how quizzes are taken.
var (
	GetRules        = rpc.Query[GetRulesRequest, Rules]("quiz.get-rules", "Gives a quiz's rules and where its bank is thin; tries other rules against the bank.", events.RoleTrainer).About(rpc.Nothing())
	ReviseQuiz      = rpc.Command[ReviseQuizRequest, rpc.Receipt]("quiz.revise-quiz", "Gives a quiz new rules; attempts that were started keep theirs.", events.RoleTrainer).About(rpc.Nothing())
	ScheduleSitting = rpc.Command[ScheduleSittingRequest, ScheduledSitting]("quiz.schedule-sitting", "Fixes when everybody takes a quiz.", events.RoleTrainer).About(rpc.Nothing())
	ListSittings    = rpc.Query[ListSittingsRequest, []Sitting]("quiz.list-sittings", "Lists the sittings of a course, latest first.", events.RoleTrainer).About(rpc.Nothing())
	CancelSitting   = rpc.Command[CancelSittingRequest, rpc.Receipt]("quiz.cancel-sitting", "Gives a quiz free again.", events.RoleTrainer).About(rpc.Nothing())
	GrantExtraTime  = rpc.Command[GrantExtraTimeRequest, rpc.Receipt]("quiz.grant-extra-time", "Lengthens the attempts that a person starts from now on.", events.RoleTrainer).About(rpc.PersonIn("person"))
)

func (a api) getRules(ctx context.Context, req GetRulesRequest) (Rules, error) {
	if err := a.awaitAll(ctx, req.After); err != nil {
		return Rules{}, err
	}
	if !validID(req.Course) {
		return Rules{}, errNoQuiz
	}
	doc, found, err := a.rules.quizzes.Get(ctx, req.Course)
	if err != nil {
		return Rules{}, err
	}
	if !found || len(doc.Versions) == 0 {
		return Rules{}, errNoQuiz
	}
	newest := doc.Versions[len(doc.Versions)-1]
	r := Rules{Course: req.Course, Version: newest.Version, Revision: newest.Revision, Rules: newest.Rules, Before: newest.Before}
	if req.Try != nil {
		r.Rules = *req.Try
		for _, w := range checkRules(r.Rules) {
			r.Wrong = append(r.Wrong, events.Words{Vi: w.Vi, En: w.En})
		}
	}
	bank, err := a.stock.drawable(ctx, req.Course)
	if err != nil {
		return Rules{}, err
	}
	r.Live, r.Tags, r.Thin = len(bank), tagCounts(bank), thinRows(r.Rules, bank)
	r.Calibrated, err = a.calibrated(ctx, req.Course, bank)
	return r, err
}

func tagCounts(bank []Drawable) []TagCount {
	counts := map[string]int{}
	for _, it := range bank {
		for _, tag := range it.Tags {
			counts[tag]++
		}
	}
	all := make([]TagCount, 0, len(counts))
	for tag, n := range counts {
		all = append(all, TagCount{Tag: tag, Items: n})
	}
	slices.SortFunc(all, func(x, y TagCount) int { return cmp.Compare(x.Tag, y.Tag) })
	return all
}

// reviseQuiz also draws the form of a quiz that is the same for everybody.
func (a api) reviseQuiz(ctx context.Context, req ReviseQuizRequest) (rpc.Receipt, error) {
	who, err := caller(ctx)
	if err != nil {
		return rpc.Receipt{}, err
	}
	if !validID(req.Course) {
		return rpc.Receipt{}, errNoQuiz
	}
	rules := req.Rules
	rules.Form = nil
	if rules.Fixed && len(checkRules(rules)) == 0 {
		bank, err := a.stock.drawable(ctx, req.Course)
		if err != nil {
			return rpc.Receipt{}, err
		}
		rules.Form = Draw(a.seed(), rules, bank, nil)
	}
	out, err := host.Do(ctx, a.Deps, reviseQuiz{Course: req.Course, Version: req.Version, Revision: req.Revision, Rules: rules, By: who, At: a.Clock.Now()})
	return rpc.Receipt{Seq: out.Seq}, err
}

func (a api) scheduleSitting(ctx context.Context, req ScheduleSittingRequest) (ScheduledSitting, error) {
	who, err := caller(ctx)
	if err != nil {
		return ScheduledSitting{}, err
	}
	if _, found, err := a.rules.quizzes.Get(ctx, req.Course); err != nil || !found {
		return ScheduledSitting{}, cmp.Or[error](err, errNoQuiz)
	}
	sitting := a.sittingOf(rpc.From(ctx).ID)
	out, err := host.Do(ctx, a.Deps, scheduleSitting{events.SittingScheduled{Sitting: sitting, Course: req.Course, Opens: req.Opens.UTC(), Closes: req.Closes.UTC(),
		By: who, At: a.Clock.Now()}})
	return ScheduledSitting{Receipt: rpc.Receipt{Seq: out.Seq}, Sitting: sitting}, err
}

// sittingOf chooses a sitting's id by the request, so that a request sent again means the same sitting.
func (a api) sittingOf(request string) string {
	if request == "" {
		return a.NewID()
	}
	sum := sha256.Sum256([]byte("quiz.sitting\x00" + request))
	return "s" + hex.EncodeToString(sum[:10])
}

func (a api) listSittings(ctx context.Context, req ListSittingsRequest) ([]Sitting, error) {
	if err := a.Await(ctx, a.rules.projection, req.After); err != nil {
		return nil, err
	}
	all := []Sitting{}
	err := a.rules.sittings.Each(ctx, readmodel.Query{Index: "course", Equal: []any{req.Course}, Desc: true}, func(d sittingDoc) error {
		all = append(all, Sitting{Sitting: d.Sitting, Course: d.Course, Opens: d.Opens, Closes: d.Closes, Ready: d.Ready, Prepared: d.Prepared, Cancelled: d.Cancelled})
		return nil
	})
	return all, err
}

func (a api) cancelSitting(ctx context.Context, req CancelSittingRequest) (rpc.Receipt, error) {
	who, err := caller(ctx)
	if err != nil {
		return rpc.Receipt{}, err
	}
	if !validID(req.Sitting) {
		return rpc.Receipt{}, errNoSitting
	}
	out, err := host.Do(ctx, a.Deps, cancelSitting{events.SittingCancelled{Sitting: req.Sitting, By: who, At: a.Clock.Now()}})
	return rpc.Receipt{Seq: out.Seq}, err
}

func (a api) grantExtraTime(ctx context.Context, req GrantExtraTimeRequest) (rpc.Receipt, error) {
	who, err := caller(ctx)
	if err != nil {
		return rpc.Receipt{}, err
	}
	if err := person(req.Person); err != nil {
		return rpc.Receipt{}, err
	}
	if req.Course != "" && !validID(req.Course) {
		return rpc.Receipt{}, errCourseID
	}
	out, err := host.Do(ctx, a.Deps, grantExtraTime{events.ExtraTimeGranted{Person: req.Person, Course: req.Course, Percent: req.Percent, By: who, At: a.Clock.Now()}})
	return rpc.Receipt{Seq: out.Seq}, err
}

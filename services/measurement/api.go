package measurement

import (
	"context"
	"regexp"

	"khuevan/assessment/measure"
	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	GetAnalysis     = rpc.Query[AnalysisRequest, Analysis]("measurement.get-analysis", "Tells what the attempts at a quiz say of its items.", events.RoleTrainer).About(rpc.Nothing())
	GetItemAnalysis = rpc.Query[ItemAnalysisRequest, ItemAnalysis]("measurement.get-item-analysis", "Tells everything that is known of an item version: distractors, trace line, characteristic curve.", events.RoleTrainer).About(rpc.Nothing())
	Calibrate       = rpc.Command[CalibrateRequest, Calibrated]("measurement.calibrate", "Calibrates a bank now instead of at night.", events.RoleTrainer).About(rpc.Nothing())
)

type service struct {
	host.Deps
	view view
}

var plainID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func checkCourse(course string) error {
	if len(course) > 64 || !plainID.MatchString(course) {
		return fault.New(fault.Invalid, "Mã khóa học không hợp lệ.", "The course's id is not valid.").With("course", "Ví dụ: attt-co-ban", "For example: attt-co-ban")
	}
	return nil
}

func (s *service) getAnalysis(ctx context.Context, req AnalysisRequest) (Analysis, error) {
	if err := checkCourse(req.Course); err != nil {
		return Analysis{}, err
	}
	if err := s.Await(ctx, s.view.projection, req.After); err != nil {
		return Analysis{}, err
	}
	test, _, err := s.view.tests.Get(ctx, req.Course)
	if err != nil {
		return Analysis{}, err
	}
	bank, _, err := s.view.banks.Get(ctx, req.Course)
	if err != nil {
		return Analysis{}, err
	}
	counted := test.First
	if req.All {
		counted = test.All
	}
	a := Analysis{Course: req.Course, Attempts: counted.Marks.N, Adaptive: test.Adaptive, Calibrated: bank.At, People: bank.People, Converged: bank.Converged, Items: []ItemFigures{}}
	if a.Mean = counted.Marks.Mean(); a.Mean.OK {
		a.Mean.Value *= 10
	}
	var tallies []measure.ItemTally
	err = s.view.items.Each(ctx, readmodel.Query{Index: "course", Equal: []any{req.Course}}, func(d itemDoc) error {
		figures, err := s.figures(ctx, d, test, bank, req.All)
		a.Items = append(a.Items, figures)
		tallies = append(tallies, d.tally(req.All).ItemTally)
		return err
	})
	if err != nil {
		return Analysis{}, err
	}
	r := counted.Reliability(tallies)
	a.Alpha, a.Error = r.Alpha, r.Error
	a.Error.Value *= 10
	return a, nil
}

func (d itemDoc) tally(all bool) tally {
	if all {
		return d.All
	}
	return d.First
}

func (s *service) figures(ctx context.Context, d itemDoc, test testDoc, bank bankDoc, all bool) (ItemFigures, error) {
	t := d.tally(all)
	f := ItemFigures{Item: d.Item, Version: d.Version, N: t.N(), Facility: t.Facility(), Discrimination: t.Discrimination(),
		Seconds: t.Times.Quantile(0.5), Slow: t.Times.Quantile(0.9), Elo: d.Elo}
	if test.Given > 0 {
		f.Exposure = measure.Figure{Value: float64(d.Given) / float64(test.Given), OK: true}
	}
	for _, p := range bank.Items {
		if p.Item == d.Item && p.Version == d.Version {
			f.Parameters = &p
		}
	}
	keys, err := s.keysFor(ctx, d.Course, d.Item, d.Version)
	f.Findings = t.Findings(keys.Choices, keys.Keys, measure.DefaultLimits())
	return f, err
}

// keysFor gives the choices of an item version and the keys by which its attempts are marked now.
func (s *service) keysFor(ctx context.Context, course, item string, version int) (keysDoc, error) {
	own, _, err := s.view.keys.Get(ctx, itemKey(course, item, version))
	if err != nil || own.MarkedBy == 0 {
		return own, err
	}
	by, found, err := s.view.keys.Get(ctx, itemKey(course, item, own.MarkedBy))
	if found {
		own.Keys = by.Keys
	}
	return own, err
}

func (s *service) getItemAnalysis(ctx context.Context, req ItemAnalysisRequest) (ItemAnalysis, error) {
	if err := checkCourse(req.Course); err != nil {
		return ItemAnalysis{}, err
	}
	if err := s.Await(ctx, s.view.projection, req.After); err != nil {
		return ItemAnalysis{}, err
	}
	d, found, err := s.view.items.Get(ctx, itemKey(req.Course, req.Item, req.Version))
	if err != nil {
		return ItemAnalysis{}, err
	}
	if !found {
		return ItemAnalysis{}, fault.New(fault.NotFound, "Chưa có lượt làm bài nào có phiên bản câu hỏi này.", "No attempt has had this version of the question yet.")
	}
	test, _, err := s.view.tests.Get(ctx, req.Course)
	if err != nil {
		return ItemAnalysis{}, err
	}
	bank, _, err := s.view.banks.Get(ctx, req.Course)
	if err != nil {
		return ItemAnalysis{}, err
	}
	keys, err := s.keysFor(ctx, req.Course, req.Item, req.Version)
	if err != nil {
		return ItemAnalysis{}, err
	}
	figures, err := s.figures(ctx, d, test, bank, req.All)
	t := d.tally(req.All)
	a := ItemAnalysis{ItemFigures: figures, Choices: choicesOf(t, keys), Trace: traceOf(t, bank)}
	if p := figures.Parameters; p != nil {
		a.Curve = curveOf(measure.Item{A: p.A, B: p.B})
	}
	return a, err
}

func (s *service) calibrate(ctx context.Context, req CalibrateRequest) (Calibrated, error) {
	if err := checkCourse(req.Course); err != nil {
		return Calibrated{}, err
	}
	done, err := s.calibrateCourse(ctx, req.Course, s.Clock.Now())
	if err != nil {
		return Calibrated{}, err
	}
	if !done {
		return Calibrated{}, fault.Newf(fault.Conflict, "Chưa câu hỏi nào đủ %d lượt làm lần đầu để hiệu chuẩn.", "No item has the %d first attempts that calibration needs.",
			measure.DefaultCalibration().Least)
	}
	seen, err := host.See[bankState](ctx, s.Deps, calibrateBank{events.BankCalibrated{Course: req.Course}}.Stream())
	return Calibrated{Receipt: rpc.Receipt{Seq: seen.Last}, Items: len(seen.State.Items), People: seen.State.People}, err
}

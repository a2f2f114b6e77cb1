package quiz

import (
	"context"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods of learners.
var (
	GetQuiz       = rpc.Query[GetQuizRequest, Quiz]("quiz.get-quiz", "Tells the rules of a course's quiz and what the caller has done of it.", rpc.SignedIn).About(rpc.Nothing())
	StartAttempt  = rpc.Command[StartAttemptRequest, Attempt]("quiz.start-attempt", "Draws items for a new attempt of the caller, or gives the one that is open.", rpc.SignedIn).About(rpc.Nothing())
	GetAttempt    = rpc.Query[GetAttemptRequest, Attempt]("quiz.get-attempt", "Gives an attempt of the caller; keys and explanations only once it is closed.", rpc.SignedIn).About(rpc.OwnerIn("attempt", ownerOf))
	SaveAnswer    = rpc.Command[SaveAnswerRequest, Saved]("quiz.save-answer", "Saves an answer, durably, as it is given.", rpc.SignedIn).About(rpc.OwnerIn("attempt", ownerOf))
	FlagItem      = rpc.Command[FlagItemRequest, rpc.Receipt]("quiz.flag-item", "Marks an item of the caller's attempt to come back to.", rpc.SignedIn).About(rpc.OwnerIn("attempt", ownerOf))
	Observe       = rpc.Command[ObserveRequest, rpc.Receipt]("quiz.observe", "Notes what the browser noticed during the caller's attempt.", rpc.SignedIn).About(rpc.OwnerIn("attempt", ownerOf))
	SubmitAttempt = rpc.Command[SubmitAttemptRequest, rpc.Receipt]("quiz.submit-attempt", "Closes an attempt of the caller and marks it.", rpc.SignedIn).About(rpc.OwnerIn("attempt", ownerOf))
	GetPicture    = rpc.Query[GetPictureRequest, Picture]("quiz.get-picture", "Gives a picture of a question.", rpc.SignedIn).About(rpc.Nothing())
)

// api answers the methods.
type api struct {
	host.Deps
	bank     bankView
	rules    rulesView
	attempts attemptsView
	scales   scalesView
	before   beforeView
	stock    *stock
	papers   *papers
	seed     func() uint64
	shipped  Shipped
}

// caller is the person who asks.
func caller(ctx context.Context) (string, error) {
	if person := rpc.From(ctx).Identity.Person; person != "" {
		return person, nil
	}
	return "", fault.New(fault.Denied, "Vui lòng đăng nhập.", "Please sign in.")
}

// own checks that an attempt is the caller's. It is told from the id alone, so that nobody learns which attempts exist.
func own(ctx context.Context, attempt string) error {
	person, err := caller(ctx)
	if err != nil {
		return err
	}
	id, ok := parseAttemptID(attempt)
	if !ok {
		return errNoAttempt
	}
	if id.Person != person {
		return fault.New(fault.Denied, "Đây là lượt làm bài của người khác.", "This is another person's attempt.")
	}
	return nil
}

// awaitAll waits until the read models show everything up to a sequence.
func (a api) awaitAll(ctx context.Context, seq uint64) error {
	for _, p := range []*readmodel.Projection{a.bank.projection, a.rules.projection, a.attempts.projection, a.scales.projection, a.before.projection} {
		if err := a.Await(ctx, p, seq); err != nil {
			return err
		}
	}
	return nil
}

func (a api) getQuiz(ctx context.Context, req GetQuizRequest) (Quiz, error) {
	person, err := caller(ctx)
	if err != nil {
		return Quiz{}, err
	}
	if err := a.awaitAll(ctx, req.After); err != nil {
		return Quiz{}, err
	}
	s, err := a.standing(ctx, person, req.Course)
	if err != nil {
		return Quiz{}, err
	}
	r := s.Rules
	q := Quiz{Course: req.Course, Items: r.Items, Pass: r.Pass, Minutes: r.Minutes + r.Minutes*s.extra/100, Attempts: r.Attempts, Behaviour: behaviour(r),
		Tries: tries(r), Penalty: r.TryPenalty, Cooling: r.CoolingHours, Extra: s.extra, Adaptive: r.Adaptive, Opens: s.sitting.Opens, Closes: s.sitting.Closes, Mine: []AttemptRow{}, Open: s.open(), CanStart: true}
	for _, d := range s.mine {
		q.Mine = append(q.Mine, d.AttemptRow)
	}
	if f := s.refusal(); f != nil {
		q.CanStart, q.Why = false, events.Words{Vi: f.Vi, En: f.En}
		q.Waits = s.barred() == nil
	}
	return q, nil
}

func (a api) startAttempt(ctx context.Context, req StartAttemptRequest) (Attempt, error) {
	person, err := caller(ctx)
	if err != nil {
		return Attempt{}, err
	}
	at, err := a.start(ctx, person, req.Course, device(req.Device))
	if err != nil {
		return Attempt{}, err
	}
	a.papers.keep(at.Started)
	if req.Brief {
		return Attempt{Seq: at.seq, Attempt: at.Started.Attempt, Course: at.Started.Course, Period: at.Started.Period, Number: at.Started.Number,
			Started: at.Started.At, Deadline: at.Deadline, Pass: at.Started.Pass, Closed: at.closed(), Questions: []Question{}}, nil
	}
	return a.show(ctx, at)
}

// getAttempt reads the attempt's own stream: what was acknowledged is there, on whatever page or device it is asked for.
func (a api) getAttempt(ctx context.Context, req GetAttemptRequest) (Attempt, error) {
	if err := own(ctx, req.Attempt); err != nil {
		return Attempt{}, err
	}
	if err := a.Await(ctx, a.attempts.projection, req.After); err != nil {
		return Attempt{}, err
	}
	at, err := a.load(ctx, req.Attempt)
	if err != nil {
		return Attempt{}, err
	}
	if !at.exists() {
		return Attempt{}, errNoAttempt
	}
	return a.show(ctx, at)
}

func (a api) submitAttempt(ctx context.Context, req SubmitAttemptRequest) (rpc.Receipt, error) {
	if err := own(ctx, req.Attempt); err != nil {
		return rpc.Receipt{}, err
	}
	at, err := a.load(ctx, req.Attempt)
	if err != nil {
		return rpc.Receipt{}, err
	}
	if !at.exists() {
		return rpc.Receipt{}, errNoAttempt
	}
	at, err = a.submit(ctx, at)
	return rpc.Receipt{Seq: at.seq}, err
}

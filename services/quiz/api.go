package quiz

import (
	"context"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	ImportItems   = rpc.Command[ImportItemsRequest, ImportReport]("quiz.import-items", "Reads questions in our Markdown into a course's bank; a dry run writes nothing.", events.RoleTrainer)
	ListItems     = rpc.Query[ListItemsRequest, []Item]("quiz.list-items", "Lists the newest versions of a course's items, with keys.", events.RoleTrainer)
	GetQuiz       = rpc.Query[GetQuizRequest, Quiz]("quiz.get-quiz", "Tells the rules of a course's quiz and what the caller has done of it.", rpc.SignedIn)
	StartAttempt  = rpc.Command[StartAttemptRequest, Attempt]("quiz.start-attempt", "Draws items for a new attempt of the caller, or gives the one that is open.", rpc.SignedIn)
	GetAttempt    = rpc.Query[GetAttemptRequest, Attempt]("quiz.get-attempt", "Gives an attempt of the caller; keys and explanations only once it is closed.", rpc.SignedIn)
	SaveAnswer    = rpc.Command[SaveAnswerRequest, rpc.Receipt]("quiz.save-answer", "Saves an answer, durably, as it is given.", rpc.SignedIn)
	SubmitAttempt = rpc.Command[SubmitAttemptRequest, rpc.Receipt]("quiz.submit-attempt", "Closes an attempt of the caller and marks it.", rpc.SignedIn)
)

// api answers the methods.
type api struct {
	host.Deps
	bank     bankView
	rules    rulesView
	attempts attemptsView
	stock    *stock
	seed     func() uint64
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
	for _, p := range []*readmodel.Projection{a.bank.projection, a.rules.projection, a.attempts.projection} {
		if err := a.Await(ctx, p, seq); err != nil {
			return err
		}
	}
	return nil
}

func (a api) listItems(ctx context.Context, req ListItemsRequest) ([]Item, error) {
	if err := a.Await(ctx, a.bank.projection, req.After); err != nil {
		return nil, err
	}
	items := []Item{}
	err := a.bank.each(ctx, req.Course, func(e events.ItemWritten) error {
		items = append(items, Item{Item: e.Item, Version: e.Version, Kind: e.Kind, Stem: e.Stem, Choices: e.Choices, Tags: e.Tags, Difficulty: e.Difficulty})
		return nil
	})
	return items, err
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
	q := Quiz{Course: req.Course, Items: s.rules.Items, Pass: s.rules.Pass, Minutes: s.rules.Minutes, Attempts: s.rules.Attempts,
		Mine: s.mine, Open: s.open(), CanStart: true}
	if f := s.refusal(); f != nil {
		q.CanStart, q.Why = false, events.Words{Vi: f.Vi, En: f.En}
	}
	return q, nil
}

func (a api) startAttempt(ctx context.Context, req StartAttemptRequest) (Attempt, error) {
	person, err := caller(ctx)
	if err != nil {
		return Attempt{}, err
	}
	at, err := a.start(ctx, person, req.Course)
	if err != nil {
		return Attempt{}, err
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

func (a api) saveAnswer(ctx context.Context, req SaveAnswerRequest) (rpc.Receipt, error) {
	if err := own(ctx, req.Attempt); err != nil {
		return rpc.Receipt{}, err
	}
	out, err := host.DoRecent(ctx, a.Deps, saveAnswer{Attempt: req.Attempt, Item: req.Item, Choice: req.Choice, At: a.Clock.Now()})
	return rpc.Receipt{Seq: out.Seq}, err
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

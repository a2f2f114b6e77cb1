package quiz

import (
	"context"
	"math"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// standing is what decides whether a person may begin an attempt.
type standing struct {
	person, course string
	period         periodDoc
	rules          events.QuizDefined
	mine           []AttemptRow // of the period, oldest first
	bank           []Drawable
}

var (
	errNoQuiz      = fault.New(fault.NotFound, "Khóa học này không có bài kiểm tra.", "This course has no quiz.")
	errNotEnrolled = fault.New(fault.Conflict, "Bạn chưa được ghi danh vào khóa học này.", "You are not enrolled in this course.")
	errPeriodOver  = fault.New(fault.Conflict, "Bạn đã hoàn thành khóa học trong đợt này.", "You have completed the course in this period.")
	errPassed      = fault.New(fault.Conflict, "Bạn đã đạt bài kiểm tra trong đợt này.", "You have passed the quiz in this period.")
	errIsOpen      = fault.New(fault.Conflict, "Bạn có một lượt làm bài chưa nộp. Hãy làm tiếp lượt đó.", "You have an attempt that is not submitted. Go on with it.")
)

// refusal says why no attempt may begin, nil when one may.
func (s standing) refusal() *fault.Error {
	switch {
	case s.period.Period == 0:
		return errNotEnrolled
	case s.passed():
		return errPassed
	case !s.period.Open:
		return errPeriodOver
	case s.open() != "":
		return errIsOpen
	case s.rules.Attempts > 0 && len(s.mine) >= s.rules.Attempts:
		return fault.Newf(fault.Conflict, "Bạn đã dùng hết %d lượt làm bài của đợt này.", "You have used all %d attempts of this period.", s.rules.Attempts)
	case len(s.bank) < s.rules.Items:
		return fault.Newf(fault.Conflict,
			"Ngân hàng câu hỏi mới có %d câu, bài kiểm tra cần %d câu. Vui lòng báo người phụ trách đào tạo.",
			"The question bank holds %d questions, the quiz needs %d. Please tell the trainer.", len(s.bank), s.rules.Items)
	}
	return nil
}

func (s standing) passed() bool {
	for _, row := range s.mine {
		if row.Passed {
			return true
		}
	}
	return false
}

// open is the attempt that is not submitted, "" for none.
func (s standing) open() string {
	for _, row := range s.mine {
		if row.Submitted.IsZero() {
			return row.Attempt
		}
	}
	return ""
}

// last is the number of the latest attempt, 0 for none.
func (s standing) last() int {
	if len(s.mine) == 0 {
		return 0
	}
	return s.mine[len(s.mine)-1].Number
}

// note takes in what the stream of the latest attempt, or of the one after it, says.
func (s *standing) note(row AttemptRow) {
	if n := len(s.mine); n > 0 && s.mine[n-1].Number == row.Number {
		s.mine = s.mine[:n-1]
	}
	s.mine = append(s.mine, row)
}

// standing reads how a person stands in a course, from the read models.
func (a api) standing(ctx context.Context, person, course string) (standing, error) {
	s := standing{person: person, course: course, mine: []AttemptRow{}}
	if !validID(course) {
		return s, errNoQuiz
	}
	quiz, found, err := a.rules.quizzes.Get(ctx, course)
	if err != nil {
		return s, err
	}
	if !found || len(quiz.Versions) == 0 {
		return s, errNoQuiz
	}
	if s.period, _, err = a.rules.periods.Get(ctx, periodKey(person, course)); err != nil {
		return s, err
	}
	s.rules = quiz.Versions[len(quiz.Versions)-1]
	if s.period.Period > 0 {
		if s.rules, found = rulesOf(quiz.Versions, s.period.Version); !found {
			return s, errNoQuiz
		}
		if s.mine, err = a.attempts.mine(ctx, person, course, s.period.Period); err != nil {
			return s, err
		}
	}
	s.bank, err = a.stock.drawable(ctx, course)
	return s, err
}

// freshly is standing once the read models show everything that was recorded before the call.
func (a api) freshly(ctx context.Context, person, course string) (standing, error) {
	if err := a.awaitAll(ctx, math.MaxUint64); err != nil {
		return standing{}, err
	}
	return a.standing(ctx, person, course)
}

// start gives the attempt that a person goes on with: the open one, or a new one.
//
// The read models may lag, so they only say where to begin to look. Attempts count without gaps, each on a stream of its
// own: the streams from the last known number on tell the truth, up to the first empty one. A new attempt is decided on
// that one; of two starts at once one begins it and the other finds it begun.
func (a api) start(ctx context.Context, person, course string) (loaded, error) {
	s, err := a.standing(ctx, person, course)
	if fault.Is(err, fault.NotFound) || (err == nil && s.refusal() != nil && s.open() == "") {
		s, err = a.freshly(ctx, person, course) // nobody is turned away by an old picture
	}
	if err != nil {
		return loaded{}, err
	}
	if s.period.Period == 0 {
		return loaded{}, errNotEnrolled
	}
	going, err := a.goOn(ctx, &s)
	if err != nil || going.exists() {
		return going, err
	}
	if f := s.refusal(); f != nil {
		return loaded{}, f
	}
	return a.begin(ctx, s)
}

// goOn brings the attempts of a period up to what their streams say. It gives the one that is open, or that this very
// request has started before; one that does not exist when there is neither.
func (a api) goOn(ctx context.Context, s *standing) (loaded, error) {
	for number := max(1, s.last()); ; number++ {
		id := attemptID{Person: s.person, Course: s.course, Period: s.period.Period, Number: number}
		at, err := a.load(ctx, id.String())
		if err != nil || !at.exists() {
			return loaded{}, err
		}
		if at.over(a.Clock.Now()) {
			if at, err = a.submit(ctx, at); err != nil {
				return loaded{}, err
			}
		}
		if request := rpc.From(ctx).ID; !at.closed() || (request != "" && at.cause == request) {
			return at, nil
		}
		s.note(at.row())
	}
}

func (a api) begin(ctx context.Context, s standing) (loaded, error) {
	id := attemptID{Person: s.person, Course: s.course, Period: s.period.Period, Number: s.last() + 1}
	seed, now := a.seed(), a.Clock.Now()
	out, err := host.DoRecent(ctx, a.Deps, startAttempt{ID: id, Items: Draw(seed, s.rules.Items, s.bank), Seed: seed, Pass: s.rules.Pass,
		At: now, Deadline: now.Add(time.Duration(s.rules.Minutes) * time.Minute)})
	if err != nil {
		return loaded{}, err
	}
	if len(out.Events) == 0 {
		return a.load(ctx, id.String())
	}
	return loaded{attemptState: attemptState{}.Evolve(out.Events[0]), first: out.Seq, seq: out.Seq}, nil
}

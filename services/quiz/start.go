package quiz

import (
	"context"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// standing is what decides whether a person may begin an attempt.
type standing struct {
	person, course string
	period         periodDoc
	ruleset
	mine    []attemptDoc // of the period, oldest first
	bank    []Drawable
	sitting sittingDoc     // the next one that has not closed; none where its Sitting is ""
	extra   int            // per cent of time added for this person
	missing []events.Words // titles of courses to be completed before
	now     time.Time
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
	if f := s.barred(); f != nil {
		return f
	}
	return sittingRefusal(s.sitting, s.now)
}

// barred says why no attempt may begin, were the sitting open.
func (s standing) barred() *fault.Error {
	switch {
	case s.period.Period == 0:
		return errNotEnrolled
	case s.passed():
		return errPassed
	case !s.period.Open:
		return errPeriodOver
	case s.open() != "":
		return errIsOpen
	case len(s.missing) > 0:
		return notYet(s.missing)
	case s.Rules.Attempts > 0 && len(s.mine) >= s.Rules.Attempts:
		return fault.Newf(fault.Conflict, "Bạn đã dùng hết %d lượt làm bài của đợt này.", "You have used all %d attempts of this period.", s.Rules.Attempts)
	case s.now.Before(s.cool()):
		at := clock.Local(s.cool()).Format("15:04 02/01/2006")
		return fault.Newf(fault.Conflict, "Bạn làm lại được từ %s. Hãy dùng thời gian này để ôn bài.", "You can try again from %s. Use the time to read the lessons again.", at)
	case behaviour(s.Rules) != Adaptive && s.short() != nil:
		return s.short()
	}
	return nil
}

// short says that the bank has too few items for a plain attempt, nil when it has enough.
func (s standing) short() *fault.Error {
	if len(s.bank) >= s.Rules.Items {
		return nil
	}
	return fault.Newf(fault.Conflict,
		"Ngân hàng câu hỏi mới có %d câu, bài kiểm tra cần %d câu. Vui lòng báo người phụ trách đào tạo.",
		"The question bank holds %d questions, the quiz needs %d. Please tell the trainer.", len(s.bank), s.Rules.Items)
}

// cool is until when a person must wait after the last attempt.
func (s standing) cool() time.Time {
	if len(s.mine) == 0 || s.Rules.CoolingHours == 0 {
		return time.Time{}
	}
	return s.mine[len(s.mine)-1].Submitted.Add(time.Duration(s.Rules.CoolingHours) * time.Hour)
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
	s.mine = append(s.mine, attemptDoc{AttemptRow: row})
}

// standing reads how a person stands in a course, from the read models: a bounded number of documents, and the bank from
// memory.
func (a api) standing(ctx context.Context, person, course string) (standing, error) {
	s := standing{person: person, course: course, mine: []attemptDoc{}, now: a.Clock.Now()}
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
	s.ruleset = quiz.Versions[len(quiz.Versions)-1]
	if s.period.Period > 0 {
		if s.ruleset, found = rulesOf(quiz.Versions, s.period.Version); !found {
			return s, errNoQuiz
		}
		if s.mine, err = a.attempts.mine(ctx, person, course, s.period.Period); err != nil {
			return s, err
		}
		if s.missing, err = a.before.missing(ctx, s.period, s.now); err != nil {
			return s, err
		}
	}
	if s.sitting, err = a.rules.sitting(ctx, course, s.now); err != nil {
		return s, err
	}
	if s.extra, err = a.extraTime(ctx, person, course); err != nil {
		return s, err
	}
	s.bank, err = a.stock.drawable(ctx, course)
	return s, err
}

// extraTime is what a person is granted in a course, in per cent.
func (a api) extraTime(ctx context.Context, person, course string) (int, error) {
	granted, _, err := a.rules.accommodations.Get(ctx, person)
	return max(granted.Percent[""], granted.Percent[course]), err
}

// freshly is standing once the read models show everything that was recorded before the call.
func (a api) freshly(ctx context.Context, person, course string) (standing, error) {
	if err := a.awaitAll(ctx, readmodel.Present); err != nil {
		return standing{}, err
	}
	return a.standing(ctx, person, course)
}

// start gives the attempt that a person goes on with: the open one, or a new one.
//
// The read models may lag, so they only say where to begin to look. Attempts count without gaps, each on a stream of its
// own: the streams from the last known number on tell the truth, up to the first empty one. A new attempt is decided on
// that one; of two starts at once one begins it and the other finds it begun.
func (a api) start(ctx context.Context, person, course, device string) (loaded, error) {
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
	return a.begin(ctx, s, going.Prepared, device)
}

// goOn brings the attempts of a period up to what their streams say. It gives the one that is open, or that this very
// request has started before; when there is neither, the one that comes next, which may be prepared but does not exist.
func (a api) goOn(ctx context.Context, s *standing) (loaded, error) {
	for number := max(1, s.last()); ; number++ {
		id := attemptID{Person: s.person, Course: s.course, Period: s.period.Period, Number: number}
		at, err := a.load(ctx, id.String())
		if err != nil || !at.exists() {
			return at, err
		}
		if at.over(a.Clock.Now()) {
			if at, err = a.submit(ctx, at); err != nil {
				return loaded{}, err
			}
		}
		if !at.closed() {
			return at, nil
		}
		if again, err := a.startedBy(ctx, id.String(), rpc.From(ctx).ID); err != nil || again {
			return at, err
		}
		s.note(at.row())
	}
}

// begin starts the next attempt: as it was prepared for the sitting that is open, or drawn now.
func (a api) begin(ctx context.Context, s standing, ready events.AttemptPrepared, device string) (loaded, error) {
	cmd := startAttempt{ID: attemptID{Person: s.person, Course: s.course, Period: s.period.Period, Number: s.last() + 1},
		Extra: s.extra, Device: device, At: a.Clock.Now(), Sitting: s.sitting.Sitting}
	if ready.Attempt != "" && ready.Sitting == s.sitting.Sitting {
		cmd.Items, cmd.Seed, cmd.Rules = ready.Items, ready.Seed, ready.Rules
	} else {
		var err error
		cmd.Seed = a.seed()
		if cmd.Items, cmd.Rules, err = a.draw(ctx, s, cmd.Seed); err != nil {
			return loaded{}, err
		}
	}
	out, err := host.DoRecent(ctx, a.Deps, cmd)
	if err != nil {
		return loaded{}, err
	}
	if len(out.Events) == 0 {
		return a.load(ctx, cmd.ID.String())
	}
	return loaded{attemptState: attemptState{}.Evolve(out.Events[0]), first: out.Seq, seq: out.Seq}, nil
}

// draw gives the items of an attempt, and the rules that hold for it: an adaptive test without enough calibrated items
// becomes a plain one.
func (a api) draw(ctx context.Context, s standing, seed uint64) ([]events.DrawnItem, events.QuizRules, error) {
	rules := s.Rules
	if behaviour(rules) == Adaptive {
		first, ok, err := a.firstItem(ctx, s, seed)
		if err != nil || ok {
			return first, rules, err
		}
		if f := s.short(); f != nil {
			return nil, rules, f
		}
		rules.Behaviour, rules.Adaptive = Deferred, nil
	}
	if rules.Fixed && len(rules.Form) > 0 {
		return Arrange(seed, rules.Form, s.bank), rules, nil
	}
	seen, err := a.attempts.seen(ctx, s.person, s.course, rules.Unseen)
	if err != nil {
		return nil, rules, err
	}
	return Draw(seed, rules, s.bank, seen), rules, nil
}

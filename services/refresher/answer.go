package refresher

import (
	"slices"
	"time"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// answer answers a question of the open offer; the last answer finishes it.
type answer struct {
	Offer    string
	Question int // from 1
	Choice   []string
	Content  events.ItemContent // of the version that is asked
	Now      time.Time
	Rules    *rules
}

// Stream implements eventsource.Command.
func (c answer) Stream() string { return personStream(personOf(c.Offer)) }

// Decide implements eventsource.Command.
func (c answer) Decide(s person) ([]eventsource.Event, error) {
	if _, err := s.question(c.Offer, c.Question); err != nil {
		return nil, err
	}
	given, err := item.FormOf(c.Content).Answer(c.Choice)
	if err != nil {
		return nil, err
	}
	if len(given) == 0 {
		return nil, fault.New(fault.Invalid, "Bạn chưa chọn phương án nào.", "You have not chosen an answer.").
			With("choice", "Chọn một phương án rồi bấm Trả lời.", "Choose an answer, then press Answer.")
	}
	if was, answered := s.Offer.Answers[c.Question]; answered {
		if slices.Equal(was.Choice, given) {
			return nil, nil
		}
		return nil, fault.New(fault.Conflict, "Câu này đã trả lời và đã hiện đáp án, nên không đổi được nữa.",
			"This question was answered and what is right was shown, so it cannot be changed.")
	}
	if !s.Offer.open() {
		return nil, fault.New(fault.Conflict, "Đợt ôn tập này đã hết hạn vì đã có đợt mới.", "This refresher has expired: there is a newer one.")
	}
	e := events.QuestionAnswered{Person: s.Offer.Person, Offer: c.Offer, Question: c.Question, Choice: given, Mark: item.Mark(c.Content, given), At: c.Now}
	s = s.Evolve(e)
	if len(s.Offer.Answers) < len(s.Offer.Questions) {
		return []eventsource.Event{e}, nil
	}
	reviews, err := c.reviews(s)
	if err != nil {
		return nil, err
	}
	return []eventsource.Event{e, events.RefresherFinished{Person: s.Offer.Person, Offer: c.Offer, At: c.Now, Reviews: reviews}}, nil
}

// question finds a question of the latest offer.
func (s person) question(id string, number int) (events.RefresherQuestion, error) {
	if s.Offer.Offer != id {
		return events.RefresherQuestion{}, errNoOffer()
	}
	if number < 1 || number > len(s.Offer.Questions) {
		return events.RefresherQuestion{}, fault.New(fault.NotFound, "Đợt ôn tập này không có câu đó.", "This refresher has no such question.")
	}
	return s.Offer.Questions[number-1], nil
}

func errNoOffer() error {
	return fault.New(fault.NotFound, "Không có đợt ôn tập này, hoặc đã có đợt mới thay thế.", "There is no such refresher, or a newer one has taken its place.")
}

// reviews reviews each competency of a finished offer by the share of its questions that were answered right.
func (c answer) reviews(s person) ([]events.RecallReview, error) {
	var all []events.RecallReview
	for i, q := range s.Offer.Questions {
		at := slices.IndexFunc(all, func(r events.RecallReview) bool { return r.Competency == q.Competency })
		if at < 0 {
			at = len(all)
			all = append(all, events.RecallReview{Competency: q.Competency})
		}
		all[at].Asked++
		if s.Offer.Answers[i+1].Mark >= 1 {
			all[at].Right++
		}
	}
	for i, r := range all {
		done, err := c.Rules.review(r.Competency, s.Memories[r.Competency], c.Rules.grade(r.Right, r.Asked), c.Now)
		if err != nil {
			return nil, err
		}
		done.Asked, done.Right = r.Asked, r.Right
		all[i] = done
	}
	return all, nil
}

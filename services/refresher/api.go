package refresher

import (
	"cmp"
	"context"
	"slices"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	MyRecall     = rpc.Query[MyRecallRequest, Mine]("refresher.my-recall", "Gives what the caller remembers, when it is asked again, and the refresher that waits.", rpc.SignedIn).About(rpc.Nothing())
	GetRefresher = rpc.Query[GetRefresherRequest, Refresher]("refresher.get-refresher", "Gives a refresher with its questions, and of those answered what is right.", rpc.SignedIn).About(rpc.OwnerIn("offer", personOf))
	Answer       = rpc.Command[AnswerRequest, rpc.Receipt]("refresher.answer", "Answers a question of a refresher for good.", rpc.SignedIn).About(rpc.OwnerIn("offer", personOf))
	GetRecall    = rpc.Query[GetRecallRequest, Recall]("refresher.get-recall", "Gives predicted recall by competency and unit, and what was answered beside what was predicted.", events.RoleTrainer, events.RoleAnalyst).About(rpc.UnitOrOwn("unit"))
)

// MyRecallRequest asks for what the caller remembers.
type MyRecallRequest struct{}

// Mine is what a person remembers.
type Mine struct {
	Waiting  *Waiting     `json:"waiting,omitempty"` // nil for none
	Memories []Remembered `json:"memories"`          // what is asked next first
}

// Waiting is an open refresher.
type Waiting struct {
	Offer     string    `json:"offer"`
	At        time.Time `json:"at"`
	Questions int       `json:"questions"`
	Answered  int       `json:"answered"`
}

// Remembered is what somebody remembers of a competency.
type Remembered struct {
	Competency string    `json:"competency"`
	Recall     float64   `json:"recall"` // predicted for today, 0 to 1
	Next       time.Time `json:"next"`   // weekly time at which it is asked again, if there are questions
}

// GetRefresherRequest names a refresher of the caller.
type GetRefresherRequest struct {
	Offer string `json:"offer"`
}

// Refresher is a refresher as its owner sees it.
type Refresher struct {
	Offer     string     `json:"offer"`
	At        time.Time  `json:"at"`
	State     string     `json:"state"` // open, finished, expired
	Answered  int        `json:"answered"`
	Questions []Question `json:"questions"`
	Reviewed  []Reviewed `json:"reviewed,omitempty"` // once it is finished
}

// Question is a question of a refresher. What tells of keys is there only once it is answered.
type Question struct {
	Competency  string   `json:"competency"`
	Kind        string   `json:"kind"` // single, multiple, true-false
	Stem        string   `json:"stem"` // Markdown
	Options     []Option `json:"options"`
	Answered    bool     `json:"answered,omitempty"`
	Chosen      []string `json:"chosen,omitempty"`
	Mark        float64  `json:"mark"` // 0 to 1
	Explanation string   `json:"explanation,omitempty"`
}

// Option is a choice; Key and Explanation only once the question is answered.
type Option struct {
	ID          string `json:"id"`
	Text        string `json:"text"`
	Key         bool   `json:"key,omitempty"`
	Explanation string `json:"explanation,omitempty"`
}

// Reviewed is what a finished refresher made of a memory.
type Reviewed struct {
	Competency string    `json:"competency"`
	Grade      string    `json:"grade"` // again, hard, good, easy
	Asked      int       `json:"asked"`
	Right      int       `json:"right"`
	Next       time.Time `json:"next"` // weekly time at which it is asked again
}

// AnswerRequest answers a question, by the ids of choices.
type AnswerRequest struct {
	Offer    string   `json:"offer"`
	Question int      `json:"question"` // from 1
	Choice   []string `json:"choice"`
}

type service struct {
	host.Deps
	rules  *rules
	bank   bank
	people people
	units  units
}

// see reads a person's stream as it is now.
func (s *service) see(ctx context.Context, id string) (person, error) {
	seen, err := host.See[person](ctx, s.Deps, personStream(id))
	return seen.State, err
}

// next is the weekly time at which something is asked again that was reviewed at a time; offered is the week of the latest refresher.
func (s *service) next(due, reviewed, offered time.Time) time.Time {
	from := later(later(due.Add(-week), reviewed), offered)
	return s.rules.weekly.Next(later(from, s.Clock.Now()))
}

func (s *service) myRecall(ctx context.Context, _ MyRecallRequest) (Mine, error) {
	p, err := s.see(ctx, rpc.From(ctx).Identity.Person)
	if err != nil {
		return Mine{}, err
	}
	mine, now := Mine{Memories: []Remembered{}}, s.Clock.Now()
	if o := p.Offer; o.open() {
		mine.Waiting = &Waiting{Offer: o.Offer, At: o.At, Questions: len(o.Questions), Answered: len(o.Answers)}
	}
	for competency, m := range p.Memories {
		mine.Memories = append(mine.Memories, Remembered{Competency: competency, Recall: s.rules.model.Recall(m.Memory, float64(daysBetween(m.At, now))),
			Next: s.next(m.Due, m.At, p.Offer.Week)})
	}
	slices.SortFunc(mine.Memories, func(a, b Remembered) int {
		return cmp.Or(a.Next.Compare(b.Next), cmp.Compare(a.Competency, b.Competency))
	})
	return mine, nil
}

func (s *service) getRefresher(ctx context.Context, req GetRefresherRequest) (Refresher, error) {
	p, err := s.see(ctx, personOf(req.Offer))
	if err != nil {
		return Refresher{}, err
	}
	o := p.Offer
	if o.Offer != req.Offer {
		return Refresher{}, errNoOffer()
	}
	r := Refresher{Offer: o.Offer, At: o.At, State: cmp.Or(o.Ended, "open"), Answered: len(o.Answers)}
	for i, q := range o.Questions {
		content, err := s.content(ctx, q)
		if err != nil {
			return Refresher{}, err
		}
		r.Questions = append(r.Questions, shown(q, content, o.Answers[i+1]))
	}
	for _, v := range o.Reviews {
		r.Reviewed = append(r.Reviewed, Reviewed{Competency: v.Competency, Grade: v.Grade, Asked: v.Asked, Right: v.Right,
			Next: s.next(v.Due, p.Memories[v.Competency].At, o.Week)})
	}
	return r, nil
}

// content is the item version that a question asks.
func (s *service) content(ctx context.Context, q events.RefresherQuestion) (events.ItemContent, error) {
	w, found, err := s.bank.versions.Get(ctx, versionKey(q.Course, q.Item, q.Version))
	if err == nil && !found { // offered by a replica that has seen more
		err = fault.New(fault.Unavailable, "Câu hỏi đang được tải. Xin thử lại sau giây lát.", "The question is being loaded. Please try again in a moment.")
	}
	return w.ItemContent, err
}

// shown is a question as its reader may see it.
func shown(q events.RefresherQuestion, c events.ItemContent, a events.QuestionAnswered) Question {
	v := Question{Competency: q.Competency, Kind: q.Kind, Stem: c.Stem, Answered: a.Question > 0, Chosen: a.Choice, Mark: a.Mark}
	for _, id := range q.Order {
		at := slices.IndexFunc(c.Choices, func(c events.Choice) bool { return c.ID == id })
		o := Option{ID: id, Text: c.Choices[at].Text}
		if v.Answered {
			o.Key, o.Explanation = c.Choices[at].Key, c.Choices[at].Explanation
		}
		v.Options = append(v.Options, o)
	}
	if v.Answered {
		v.Explanation = c.Feedback
	}
	return v
}

func (s *service) answer(ctx context.Context, req AnswerRequest) (rpc.Receipt, error) {
	p, err := s.see(ctx, personOf(req.Offer))
	if err != nil {
		return rpc.Receipt{}, err
	}
	q, err := p.question(req.Offer, req.Question)
	if err != nil {
		return rpc.Receipt{}, err
	}
	content, err := s.content(ctx, q)
	if err != nil {
		return rpc.Receipt{}, err
	}
	out, err := host.DoRecent(ctx, s.Deps, eventsource.Command[person](answer{Offer: req.Offer, Question: req.Question, Choice: req.Choice,
		Content: content, Now: s.Clock.Now(), Rules: s.rules}))
	return rpc.Receipt{Seq: out.Seq}, err
}

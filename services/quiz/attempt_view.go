package quiz

import (
	"context"
	"time"

	"khuevan/events"
	"khuevan/platform/host"
)

// AttemptRow is an attempt in a list.
type AttemptRow struct {
	Attempt   string    `json:"attempt"`
	Number    int       `json:"number"`
	Started   time.Time `json:"started"`
	Submitted time.Time `json:"submitted,omitzero"`
	Mark      float64   `json:"mark"`
	Passed    bool      `json:"passed"`
}

// StartAttemptRequest names a course in which the caller has an open period.
type StartAttemptRequest struct {
	Course string `json:"course"`
}

// GetAttemptRequest names an attempt.
type GetAttemptRequest struct {
	Attempt string `json:"attempt"`
	After   uint64 `json:"after,omitempty"`
}

// Attempt is an attempt as its owner sees it.
type Attempt struct {
	Seq       uint64     `json:"seq"`
	Attempt   string     `json:"attempt"`
	Course    string     `json:"course"`
	Period    int        `json:"period"`
	Number    int        `json:"number"`
	Started   time.Time  `json:"started"`
	Deadline  time.Time  `json:"deadline"`
	Questions []Question `json:"questions"`
	Answered  int        `json:"answered"`
	Closed    bool       `json:"closed"`
	Submitted time.Time  `json:"submitted,omitzero"`
	Late      bool       `json:"late,omitempty"` // closed by the deadline, not by the person
	Mark      float64    `json:"mark"`           // out of 10; once closed
	Pass      float64    `json:"pass"`           // marks needed
	Passed    bool       `json:"passed"`
}

// Question is an item as the owner of an attempt sees it.
type Question struct {
	Item     string   `json:"item"`
	Multiple bool     `json:"multiple"` // several choices may be right
	Stem     string   `json:"stem"`
	Choices  []Option `json:"choices"` // in the attempt's order
	Chosen   []string `json:"chosen,omitempty"`
	Mark     float64  `json:"mark"` // 0 to 1; once closed
}

// Option is a choice as the owner of an attempt sees it; Key and Explanation only once it is closed.
type Option struct {
	ID          string `json:"id"`
	Text        string `json:"text"`
	Key         bool   `json:"key,omitempty"`
	Explanation string `json:"explanation,omitempty"`
}

// SaveAnswerRequest gives an answer; no choice takes it back.
type SaveAnswerRequest struct {
	Attempt string   `json:"attempt"`
	Item    string   `json:"item"`
	Choice  []string `json:"choice"`
}

// SubmitAttemptRequest names an attempt.
type SubmitAttemptRequest struct {
	Attempt string `json:"attempt"`
}

// loaded is an attempt read from its stream.
type loaded struct {
	attemptState
	cause string // the request that started it; "" when it was started just now
	first uint64 // sequence of its first fact
	seq   uint64 // of its last
}

// load reads an attempt; one without facts does not exist.
func (a api) load(ctx context.Context, attempt string) (loaded, error) {
	seen, err := host.See[attemptState](ctx, a.Deps, attemptStream(attempt))
	return loaded{attemptState: seen.State, cause: seen.Cause, first: seen.First, seq: seen.Last}, err
}

// submit closes an attempt that exists and gives it as it stands then. A closed one is given as it is.
func (a api) submit(ctx context.Context, at loaded) (loaded, error) {
	if at.closed() {
		return at, nil
	}
	st := at.Started
	keys, err := a.stock.written(ctx, st.Course, st.Items, at.first)
	if err != nil {
		return loaded{}, err
	}
	if _, err := host.DoRecent(ctx, a.Deps, submitAttempt{Attempt: st.Attempt, Keys: keys, At: a.Clock.Now()}); err != nil {
		return loaded{}, err
	}
	return a.load(ctx, st.Attempt)
}

// row is the attempt in a list.
func (s attemptState) row() AttemptRow {
	return AttemptRow{Attempt: s.Started.Attempt, Number: s.Started.Number, Started: s.Started.At,
		Submitted: s.Submitted.At, Mark: s.Submitted.Mark, Passed: s.Submitted.Passed}
}

// show is the attempt as its owner sees it.
func (a api) show(ctx context.Context, at loaded) (Attempt, error) {
	written, err := a.stock.written(ctx, at.Started.Course, at.Started.Items, at.first)
	if err != nil {
		return Attempt{}, err
	}
	return viewOf(at, written), nil
}

// viewOf composes the view. Marks, keys and explanations enter it only when the attempt is closed.
func viewOf(at loaded, written []events.ItemWritten) Attempt {
	st := at.Started
	v := Attempt{Seq: at.seq, Attempt: st.Attempt, Course: st.Course, Period: st.Period, Number: st.Number,
		Started: st.At, Deadline: st.Deadline, Pass: st.Pass, Questions: make([]Question, len(st.Items)), Closed: at.closed()}
	for i, d := range st.Items {
		q := Question{Item: d.Item, Multiple: d.Multiple, Stem: written[i].Stem, Chosen: at.Chosen[i], Choices: options(d, written[i], v.Closed)}
		if len(q.Chosen) > 0 {
			v.Answered++
		}
		if v.Closed {
			q.Mark = at.Submitted.Marks[i].Mark
		}
		v.Questions[i] = q
	}
	if v.Closed {
		s := at.Submitted
		v.Submitted, v.Late, v.Mark, v.Passed = s.At, s.By == events.SubmittedByDeadline, s.Mark, s.Passed
	}
	return v
}

func options(d events.DrawnItem, written events.ItemWritten, closed bool) []Option {
	byID := make(map[string]events.Choice, len(written.Choices))
	for _, c := range written.Choices {
		byID[c.ID] = c
	}
	all := make([]Option, len(d.Order))
	for i, id := range d.Order {
		c := byID[id]
		all[i] = Option{ID: id, Text: c.Text}
		if closed {
			all[i].Key, all[i].Explanation = c.Key, c.Explanation
		}
	}
	return all
}

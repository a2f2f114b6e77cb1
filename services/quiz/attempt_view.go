package quiz

import (
	"slices"
	"time"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/rpc"
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
	Device string `json:"device,omitempty"` // the browser's own random name
	Brief  bool   `json:"brief,omitempty"`  // without the questions, for who asks for the attempt next anyway
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
	Behaviour string     `json:"behaviour"`
	Tries     int        `json:"tries,omitempty"` // of an item, with immediate feedback
	Least     int        `json:"least,omitempty"` // items that an adaptive test asks
	Most      int        `json:"most,omitempty"`  // items that an adaptive test may ask
	Done      bool       `json:"done,omitempty"`  // an adaptive test asks nothing more
	Started   time.Time  `json:"started"`
	Deadline  time.Time  `json:"deadline"`
	Extra     int        `json:"extra,omitempty"` // minutes added while it ran
	Questions []Question `json:"questions"`
	Answered  int        `json:"answered"`
	Closed    bool       `json:"closed"`
	Submitted time.Time  `json:"submitted,omitzero"`
	Late      bool       `json:"late,omitempty"` // closed by the deadline, not by the person
	Mark      float64    `json:"mark"`           // out of 10; once closed
	Pass      float64    `json:"pass"`           // marks needed
	Passed    bool       `json:"passed"`
	Remarked  bool       `json:"remarked,omitempty"` // marked anew after a key was corrected
	CameLate  int        `json:"came_late,omitempty"`
}

// Question is an item as the owner of an attempt sees it. What tells of keys is there only once the item is revealed:
// the attempt is closed, or the answer was checked for good.
type Question struct {
	Item        string   `json:"item"`
	Kind        string   `json:"kind"`
	Multiple    bool     `json:"multiple"` // several choices may be right
	Stem        string   `json:"stem"`
	Choices     []Option `json:"choices"`        // in the attempt's order
	Rows        []Row    `json:"rows,omitempty"` // prompts to match, gaps to fill
	Chosen      []string `json:"chosen,omitempty"`
	Flagged     bool     `json:"flagged,omitempty"`
	Certainty   int      `json:"certainty,omitempty"`
	Checked     int      `json:"checked,omitempty"` // tries so far, with immediate feedback
	Left        int      `json:"left,omitempty"`    // tries left, with immediate feedback
	Final       bool     `json:"final,omitempty"`   // it can no longer be changed
	Right       bool     `json:"right,omitempty"`   // the last check found it wholly right
	Revealed    bool     `json:"revealed,omitempty"`
	Mark        float64  `json:"mark"` // 0 to 1; once revealed
	Explanation string   `json:"explanation,omitempty"`
}

// Option is a choice as the owner of an attempt sees it; Key, Place and Explanation only once the item is revealed.
type Option struct {
	ID          string `json:"id"`
	Text        string `json:"text"`
	Key         bool   `json:"key,omitempty"`
	Place       int    `json:"place,omitempty"` // right place of an ordering item, from 1
	Explanation string `json:"explanation,omitempty"`
}

// Row is a part of an item that is answered by itself; Right, Mark and Explanation only once the item is revealed.
type Row struct {
	ID          string   `json:"id"`
	Kind        string   `json:"kind"` // match; or that of the gap: choice, text, numeric
	Text        string   `json:"text,omitempty"`
	Options     []Option `json:"options,omitempty"` // of a gap with choices
	Given       string   `json:"given,omitempty"`   // text, or an option's id
	Right       string   `json:"right,omitempty"`   // text, or an option's id
	Mark        float64  `json:"mark,omitempty"`
	Explanation string   `json:"explanation,omitempty"`
}

// SaveAnswerRequest gives an answer; nothing given takes it back.
type SaveAnswerRequest struct {
	Attempt   string    `json:"attempt"`
	Item      string    `json:"item"`
	Choice    []string  `json:"choice"` // ids as shown; "<row>=<id or text>" where there are rows
	Given     time.Time `json:"given,omitzero"`
	Seconds   float64   `json:"seconds,omitempty"`
	Certainty int       `json:"certainty,omitempty"`
	Device    string    `json:"device,omitempty"`
	Check     bool      `json:"check,omitempty"` // mark it now; with immediate feedback and in adaptive tests
}

// Saved tells what became of an answer.
type Saved struct {
	rpc.Receipt
	Question *Question `json:"question,omitempty"` // as it stands, where it was checked
	Done     bool      `json:"done,omitempty"`     // an adaptive test asks nothing more
}

// FlagItemRequest marks an item to come back to, or takes the mark away.
type FlagItemRequest struct {
	Attempt string `json:"attempt"`
	Item    string `json:"item"`
	Flagged bool   `json:"flagged"`
}

// ObserveRequest tells what the browser noticed.
type ObserveRequest struct {
	Attempt string    `json:"attempt"`
	What    string    `json:"what"` // opened, left, returned, offline, online
	Device  string    `json:"device,omitempty"`
	Given   time.Time `json:"given,omitzero"`
}

// SubmitAttemptRequest names an attempt.
type SubmitAttemptRequest struct {
	Attempt string `json:"attempt"`
}

// row is the attempt in a list.
func (s attemptState) row() AttemptRow {
	return AttemptRow{Attempt: s.Started.Attempt, Number: s.Started.Number, Started: s.Started.At,
		Submitted: s.Submitted.At, Mark: s.Submitted.Mark, Passed: s.Submitted.Passed}
}

// viewOf composes the view. written are the item versions as drawn, keys those whose keys marked them, opened what was typed.
func viewOf(at loaded, written, keys []events.ItemWritten, opened [][]string) Attempt {
	st, rules := at.Started, at.rules()
	v := Attempt{Seq: at.seq, Attempt: st.Attempt, Course: st.Course, Period: st.Period, Number: st.Number, Behaviour: behaviour(rules),
		Started: st.At, Deadline: at.Deadline, Extra: at.Extended, Pass: st.Pass, Questions: make([]Question, len(at.Items)), Closed: at.closed()}
	for i, d := range at.Items {
		v.Questions[i] = questionOf(at, i, d, written[i], keys[i], opened[i])
		if at.Answers[i].given() {
			v.Answered++
		}
	}
	switch v.Behaviour {
	case Immediate:
		v.Tries = tries(rules)
	case Adaptive:
		v.Least, v.Most, v.Done = rules.Adaptive.Least, rules.Adaptive.Most, at.asked()
	}
	if v.Closed {
		s := at.Submitted
		v.Submitted, v.Late, v.Mark, v.Passed = s.At, s.By == events.SubmittedByDeadline, s.Mark, s.Passed
		v.Remarked, v.CameLate = at.Remarks > 0, at.Late
	}
	return v
}

// asked reports whether an adaptive test has no further item: its last one is answered for good and named no other.
func (s attemptState) asked() bool {
	return len(s.Answers) > 0 && s.Answers[len(s.Answers)-1].Final
}

func questionOf(at loaded, i int, d events.DrawnItem, written, keys events.ItemWritten, opened []string) Question {
	a := at.Answers[i]
	given := a.Choice
	if a.Text != "" {
		given = opened
	}
	q := Question{Item: d.Item, Kind: form(d).Kind, Multiple: d.Multiple, Stem: written.Stem, Chosen: mask(at.Started.Seed, d, written.ItemContent, given),
		Flagged: a.Flagged, Certainty: a.Certainty, Checked: a.Tries, Final: a.Final}
	adaptive := behaviour(at.rules()) == Adaptive
	q.Revealed = at.closed() || a.Final && !adaptive
	q.Choices = options(d, keys.Choices, q.Revealed)
	q.Rows = rows(at.Started.Seed, d, keys.ItemContent, given, q.Revealed)
	q.Right = a.Final && !adaptive && item.Mark(keys.ItemContent, given) >= 1 // an answer that may yet change was not checked
	if behaviour(at.rules()) == Immediate && !a.Final {
		q.Left = max(0, tries(at.rules())-a.Tries)
	}
	if at.closed() {
		q.Mark = at.Submitted.Marks[i].Mark
	} else if q.Revealed {
		q.Mark = a.Best
	}
	if q.Revealed {
		q.Explanation = keys.Feedback
	}
	return q
}

func options(d events.DrawnItem, choices []events.Choice, revealed bool) []Option {
	all := make([]Option, len(d.Order))
	for i, id := range d.Order {
		at := slices.IndexFunc(choices, func(c events.Choice) bool { return c.ID == id })
		if at < 0 {
			continue
		}
		all[i] = Option{ID: id, Text: choices[at].Text}
		if aliased(d) {
			all[i].ID = alias(i)
		}
		if !revealed {
			continue
		}
		all[i].Key, all[i].Explanation = choices[at].Key, choices[at].Explanation
		if d.Kind == item.Ordering {
			all[i].Place = at + 1
		}
	}
	return all
}

// rows gives the parts of an item that are answered by themselves.
func rows(seed uint64, d events.DrawnItem, c events.ItemContent, given []string, revealed bool) []Row {
	var all []Row
	filled := map[string]string{}
	for _, s := range mask(seed, d, c, given) {
		if part, value, ok := item.Pair(s); ok {
			filled[part] = value
		}
	}
	kept := map[string]string{}
	for _, s := range given {
		if part, value, ok := item.Pair(s); ok {
			kept[part] = value
		}
	}
	for _, id := range d.Rows {
		for _, p := range c.Prompts {
			if p.ID == id {
				all = append(all, promptRow(d, p, filled[id], kept[id], revealed))
			}
		}
		for _, g := range c.Gaps {
			if g.ID == id {
				all = append(all, gapRow(seed, d, g, filled[id], kept[id], revealed))
			}
		}
	}
	return all
}

func promptRow(d events.DrawnItem, p events.Prompt, shown, given string, revealed bool) Row {
	r := Row{ID: p.ID, Kind: "match", Text: p.Text, Given: shown}
	if revealed {
		r.Right, r.Explanation = alias(slices.Index(d.Order, p.Match)), p.Explanation
		if given == p.Match {
			r.Mark = 1
		}
	}
	return r
}

func gapRow(seed uint64, d events.DrawnItem, g events.Gap, shown, given string, revealed bool) Row {
	r := Row{ID: g.ID, Kind: g.Kind, Given: shown}
	if g.Kind == item.GapChoice {
		order := gapOrder(seed, d.Item, g)
		for i, id := range order {
			at := slices.IndexFunc(g.Choices, func(c events.Choice) bool { return c.ID == id })
			r.Options = append(r.Options, Option{ID: alias(i), Text: g.Choices[at].Text})
			if revealed && g.Choices[at].Key {
				r.Right = alias(i)
			}
		}
	}
	if revealed {
		r.Mark, r.Explanation = item.MarkGap(g, given)
		if g.Kind != item.GapChoice {
			r.Right = item.Accepted(g)
		}
	}
	return r
}

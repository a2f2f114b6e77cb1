package progress

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// textOf is the same for lessons that say and show the same, whatever they are called.
func textOf(l events.Lesson) string {
	l.ID, l.Title, l.Minutes = "", events.Words{}, 0
	said, _ := json.Marshal(l) // words and numbers only
	sum := sha256.Sum256(said)
	return hex.EncodeToString(sum[:8])
}

// keptOf are the lessons of a version that stand in another with the same text.
func keptOf(from, to version) []string {
	var same []string
	for i, id := range to.Lessons {
		if at := slices.Index(from.Lessons, id); at >= 0 && from.Texts[at] == to.Texts[i] {
			same = append(same, id)
		}
	}
	return same
}

// moved leaves of the lessons what counts in the other version.
func (p period) moved(e events.CourseMoved) period {
	p.opened.Version, p.opened.Lessons, p.opened.Quiz, p.opened.Rules = e.To, e.Lessons, e.Quiz, e.Rules
	lessons := map[string]lesson{}
	for id, l := range p.lessons {
		if slices.Contains(e.Kept, id) {
			lessons[id] = l
		}
	}
	p.lessons = lessons
	return p
}

// moved is the same for what is read.
func (c Course) moved(e events.CourseMoved) Course {
	was := c.Lessons
	c.Version, c.Quiz, c.Done, c.Lessons = e.To, e.Quiz, 0, make([]Lesson, len(e.Lessons))
	for i, id := range e.Lessons {
		c.Lessons[i].ID = id
		if at := slices.IndexFunc(was, func(l Lesson) bool { return l.ID == id }); at >= 0 && slices.Contains(e.Kept, id) {
			c.Lessons[i] = was[at]
		}
		if !c.Lessons[i].Completed.IsZero() {
			c.Done++
		}
	}
	return c
}

// move takes a period to another version; where that leaves nothing to do, the course is completed by it.
type move struct{ Moving events.CourseMoved }

// Stream implements eventsource.Command.
func (c move) Stream() string {
	return periodStream(c.Moving.Person, c.Moving.Course, c.Moving.Period)
}

// Decide implements eventsource.Command.
func (c move) Decide(p period) ([]eventsource.Event, error) {
	if p.opened.Course == "" { // the move was faster than the opening; unavailable makes the fact come again
		return nil, fault.New(fault.Unavailable, "Tiến độ của khóa học chưa được mở. Vui lòng thử lại.", "The progress of the course is not open yet. Please try again.")
	}
	if p.completed || p.opened.Version >= c.Moving.To {
		return nil, nil
	}
	return p.and(c.Moving, c.Moving.At), nil
}

func (x reactors) moved(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	e, ok := r.Event.(events.PeriodMoved)
	if !ok {
		return nil, nil
	}
	if err := x.AwaitFor(ctx, x.view.projection, r.Seq); err != nil {
		return nil, err
	}
	from, hasFrom, err := x.view.versions.Get(ctx, versionID(e.Course, e.From))
	if err != nil {
		return nil, err
	}
	to, hasTo, err := x.view.versions.Get(ctx, versionID(e.Course, e.To))
	if err != nil {
		return nil, err
	}
	if !hasFrom || !hasTo {
		return nil, fault.Newf(fault.NotFound, "Khóa học “%s” không có phiên bản %d hoặc %d.", "The course “%s” has no version %d or %d.", e.Course, e.From, e.To)
	}
	return []eventsource.Request{eventsource.Prepare(move{events.CourseMoved{Person: e.Person, Course: e.Course, Period: e.Period, From: e.From, To: e.To,
		At: r.Time, Lessons: to.Lessons, Quiz: to.Quiz, Kept: keptOf(from, to), Rules: to.Rules}})}, nil
}

package progress

import (
	"context"
	"math/bits"
	"slices"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// seen is which parts of a video were watched: a bit for each percent of its length.
type seen [2]uint64

// whole is all of a video or session, in percent.
const whole = 100

// with adds a part; what lies outside a video is left out.
func (s seen) with(part events.WatchedPart) seen {
	for i := max(part.From, 0); i < min(part.To, whole); i++ {
		s[i/64] |= 1 << (i % 64)
	}
	return s
}

// without are the parts of s that other has not.
func (s seen) without(other seen) seen { return seen{s[0] &^ other[0], s[1] &^ other[1]} }

func (s seen) percent() int { return bits.OnesCount64(s[0]) + bits.OnesCount64(s[1]) }

func (s seen) parts() (all []events.WatchedPart) {
	for i := range whole {
		if s[i/64]&(1<<(i%64)) == 0 {
			continue
		}
		if last := len(all) - 1; last >= 0 && all[last].To == i {
			all[last].To++
			continue
		}
		all = append(all, events.WatchedPart{From: i, To: i + 1})
	}
	return all
}

// ruleOf is what completes a lesson; the zero value is that of a text.
func (p period) ruleOf(lesson string) events.LessonRule {
	if at := slices.IndexFunc(p.opened.Rules, func(r events.LessonRule) bool { return r.Lesson == lesson }); at >= 0 {
		return p.opened.Rules[at]
	}
	return events.LessonRule{Lesson: lesson}
}

// mayFinish refuses a lesson that is not finished by saying so.
func (p period) mayFinish(lesson string) error {
	switch r := p.ruleOf(lesson); r.Kind {
	case events.LessonVideo:
		if got, want := p.lessons[lesson].seen.percent(), percentOf(r.Share); got < want {
			return fault.Newf(fault.Conflict, "Bạn mới xem %d%% video; cần xem ít nhất %d%% để hoàn thành bài này.",
				"You have watched %d%% of the video; at least %d%% completes the lesson.", got, want)
		}
	case events.LessonRead:
		return fault.New(fault.Conflict, "Bài này hoàn thành khi bạn xác nhận đã đọc và hiểu.", "This lesson is completed by confirming that you have read and understood it.")
	case events.LessonLive:
		return fault.New(fault.Conflict, "Bài này hoàn thành khi bạn có tên trong điểm danh của một buổi học.", "This lesson is completed by attending a session.")
	}
	return nil
}

// percentOf is a share in whole percent; 0.29 of a hundred is 29, whatever a computer makes of it.
func percentOf(share float64) int { return int(share*whole + 0.5) }

// watch notes parts of a video that were watched.
type watch struct {
	step
	Parts []events.WatchedPart
}

// Decide implements eventsource.Command. Only what is new is worth a fact, so there are at most a hundred.
func (c watch) Decide(p period) ([]eventsource.Event, error) {
	if err := p.knows(c.Lesson); err != nil {
		return nil, err
	}
	if p.ruleOf(c.Lesson).Kind != events.LessonVideo {
		return nil, fault.New(fault.Invalid, "Bài này không có video.", "This lesson has no video.")
	}
	var told seen
	for _, part := range c.Parts {
		told = told.with(part)
	}
	fresh := told.without(p.lessons[c.Lesson].seen)
	if fresh == (seen{}) {
		return nil, nil
	}
	return []eventsource.Event{events.LessonWatched{Person: c.Person, Course: c.Course, Period: c.Period, Lesson: c.Lesson, Parts: fresh.parts(), At: c.At}}, nil
}

// confirmReading says that a person has read and understood the text with this hash.
type confirmReading struct {
	step
	Digest string
}

// Decide implements eventsource.Command.
func (c confirmReading) Decide(p period) ([]eventsource.Event, error) {
	if err := p.knows(c.Lesson); err != nil {
		return nil, err
	}
	r := p.ruleOf(c.Lesson)
	switch {
	case r.Kind != events.LessonRead:
		return nil, fault.New(fault.Invalid, "Bài này không cần xác nhận.", "This lesson asks for no confirmation.")
	case c.Digest != r.Digest:
		return nil, fault.New(fault.Conflict, "Văn bản bạn xác nhận không phải văn bản của phiên bản bạn đang học. Hãy tải lại trang, đọc lại rồi xác nhận.",
			"The text that you confirmed is not that of your version. Reload the page, read it again and confirm.")
	case p.lessons[c.Lesson].done:
		return nil, nil
	}
	confirmed := events.ReadingConfirmed{Person: c.Person, Course: c.Course, Period: c.Period, Version: p.opened.Version, Lesson: c.Lesson, Digest: c.Digest, At: c.At}
	return append([]eventsource.Event{confirmed}, p.and(c.completion(p), c.At)...), nil
}

// completion is the fact that the lesson is finished.
func (s step) completion(p period) events.LessonCompleted {
	return events.LessonCompleted{Person: s.Person, Course: s.Course, Period: s.Period, Lesson: s.Lesson, At: s.At, Seconds: seconds(p.lessons[s.Lesson].started, s.At)}
}

// Methods of lessons that are no texts.
var (
	NoteWatched    = rpc.Command[NoteWatchedRequest, NotedWatched]("progress.note-watched", "Notes which parts of a video the caller has watched.", rpc.SignedIn).About(rpc.Nothing())
	ConfirmReading = rpc.Command[ConfirmReadingRequest, rpc.Receipt]("progress.confirm-reading", "Notes that the caller has read and understood a text.", rpc.SignedIn).About(rpc.Nothing())
)

// NoteWatchedRequest names parts of a lesson's video.
type NoteWatchedRequest struct {
	Course string               `json:"course"`
	Lesson string               `json:"lesson"`
	Parts  []events.WatchedPart `json:"parts"`
}

// NotedWatched tells how much of the video is watched by now.
type NotedWatched struct {
	Seq     uint64 `json:"seq"`
	Percent int    `json:"percent"`
}

// ConfirmReadingRequest names a lesson and the SHA-256 of its text, in hex, as the page showed it.
type ConfirmReadingRequest struct {
	Course string `json:"course"`
	Lesson string `json:"lesson"`
	Digest string `json:"digest"`
}

func (a api) noteWatched(ctx context.Context, req NoteWatchedRequest) (NotedWatched, error) {
	s, err := a.step(ctx, LessonRequest{Course: req.Course, Lesson: req.Lesson})
	if err != nil {
		return NotedWatched{}, err
	}
	done, err := host.DoRecent(ctx, a.Deps, watch{s, req.Parts})
	if err != nil {
		return NotedWatched{}, err
	}
	now, err := host.See[period](ctx, a.Deps, s.Stream())
	return NotedWatched{Seq: done.Seq, Percent: now.State.lessons[req.Lesson].seen.percent()}, err
}

func (a api) confirmReading(ctx context.Context, req ConfirmReadingRequest) (rpc.Receipt, error) {
	s, err := a.step(ctx, LessonRequest{Course: req.Course, Lesson: req.Lesson})
	if err != nil {
		return rpc.Receipt{}, err
	}
	done, err := host.DoRecent(ctx, a.Deps, confirmReading{s, req.Digest})
	return rpc.Receipt{Seq: done.Seq}, err
}

// rulesOf are the rules of a version's lessons that are no texts.
func rulesOf(e events.CoursePublished) (rules []events.LessonRule) {
	for _, l := range e.Lessons {
		if l.Kind != "" {
			rules = append(rules, events.LessonRule{Lesson: l.ID, Kind: l.Kind, Share: l.Share, Digest: l.Digest})
		}
	}
	return rules
}

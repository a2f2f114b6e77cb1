package quiz

import (
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// sittingState is a sitting as its facts tell it.
type sittingState struct {
	events.SittingScheduled
	Prepared  bool
	Cancelled bool
}

// Evolve implements eventsource.State.
func (s sittingState) Evolve(e eventsource.Event) sittingState {
	switch e := e.(type) {
	case events.SittingScheduled:
		s.SittingScheduled = e
	case events.SittingPrepared:
		s.Prepared = true
	case events.SittingCancelled:
		s.Cancelled = true
	}
	return s
}

func sittingStream(sitting string) string { return "quiz.sitting." + sitting }

// longestSitting bounds the time in which attempts of a sitting start.
const longestSitting = 7 * 24 * time.Hour

// scheduleSitting fixes when everybody takes a quiz.
type scheduleSitting struct{ events.SittingScheduled }

// Stream implements eventsource.Command.
func (c scheduleSitting) Stream() string { return sittingStream(c.Sitting) }

// Decide implements eventsource.Command.
func (c scheduleSitting) Decide(s sittingState) ([]eventsource.Event, error) {
	switch {
	case s.Sitting != "":
		return nil, nil
	case !c.Opens.After(c.At):
		return nil, fault.New(fault.Invalid, "Giờ mở phải ở tương lai.", "The opening time must lie ahead.").With("opens", "Chọn một thời điểm sau bây giờ", "Choose a time after now")
	case !c.Closes.After(c.Opens) || c.Closes.Sub(c.Opens) > longestSitting:
		return nil, fault.New(fault.Invalid, "Giờ đóng phải sau giờ mở, muộn nhất 7 ngày.", "The closing time must come after the opening, at most 7 days later.").
			With("closes", "Chọn một thời điểm sau giờ mở", "Choose a time after the opening")
	}
	return []eventsource.Event{c.SittingScheduled}, nil
}

// notePrepared says that everybody's items are drawn.
type notePrepared struct{ events.SittingPrepared }

// Stream implements eventsource.Command.
func (c notePrepared) Stream() string { return sittingStream(c.Sitting) }

// Decide implements eventsource.Command.
func (c notePrepared) Decide(s sittingState) ([]eventsource.Event, error) {
	if s.Sitting == "" || s.Prepared || s.Cancelled {
		return nil, nil
	}
	return []eventsource.Event{c.SittingPrepared}, nil
}

// cancelSitting gives the quiz free again. Attempts that were started go on.
type cancelSitting struct{ events.SittingCancelled }

// Stream implements eventsource.Command.
func (c cancelSitting) Stream() string { return sittingStream(c.Sitting) }

// Decide implements eventsource.Command.
func (c cancelSitting) Decide(s sittingState) ([]eventsource.Event, error) {
	switch {
	case s.Sitting == "":
		return nil, errNoSitting
	case s.Cancelled:
		return nil, nil
	case !c.At.Before(s.Closes):
		return nil, fault.New(fault.Conflict, "Kỳ thi đã đóng.", "The sitting is over.")
	}
	return []eventsource.Event{c.SittingCancelled}, nil
}

// sittingRefusal says why an attempt cannot start now because of a sitting; nil where it can.
func sittingRefusal(s sittingDoc, now time.Time) *fault.Error {
	if s.Sitting == "" || !now.Before(s.Opens) {
		return nil
	}
	at := clock.Local(s.Opens).Format("15:04 02/01/2006")
	return fault.Newf(fault.Conflict, "Kỳ thi mở lúc %s. Trang này tự mở khi đến giờ.", "The sitting opens at %s. This page opens by itself then.", at)
}

// accommodationState is what a person is granted, by course; "" stands for all courses.
type accommodationState struct{ Percent map[string]int }

// Evolve implements eventsource.State.
func (s accommodationState) Evolve(e eventsource.Event) accommodationState {
	if g, ok := e.(events.ExtraTimeGranted); ok {
		next := map[string]int{g.Course: g.Percent}
		for course, percent := range s.Percent {
			if course != g.Course {
				next[course] = percent
			}
		}
		s.Percent = next
	}
	return s
}

// mostExtra bounds the time that a person is granted, in per cent of the quiz's.
const mostExtra = 200

// grantExtraTime lengthens the attempts that a person starts from now on; 0 per cent takes it back.
type grantExtraTime struct{ events.ExtraTimeGranted }

// Stream implements eventsource.Command.
func (c grantExtraTime) Stream() string { return "quiz.accommodation." + c.Person }

// Decide implements eventsource.Command.
func (c grantExtraTime) Decide(s accommodationState) ([]eventsource.Event, error) {
	switch {
	case c.Percent < 0 || c.Percent > mostExtra:
		return nil, fault.Newf(fault.Invalid, "Thời gian cộng thêm từ 0 đến %d%%.", "0 to %d per cent can be added.", mostExtra).With("percent", "Ví dụ: 50", "For example: 50")
	case s.Percent[c.Course] == c.Percent:
		return nil, nil
	}
	return []eventsource.Event{c.ExtraTimeGranted}, nil
}

var errNoSitting = fault.New(fault.NotFound, "Không có kỳ thi này.", "There is no such sitting.")

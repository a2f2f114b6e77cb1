package progress

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// The rules by which a course is completed, as CourseCompleted names them.
const (
	allLessons        = "all-lessons"
	allLessonsAndQuiz = "all-lessons-and-quiz"
)

// longest is the most time that a lesson counts.
const longest = time.Hour

// period is the progress of a person in one period of a course.
type period struct {
	opened    events.CourseOpened // its course is "" before
	lessons   map[string]lesson
	seconds   int // over all lessons
	passed    bool
	mark      float64
	completed bool
}

// lesson is when a lesson was started; it is zero when it was completed at once.
type lesson struct {
	started time.Time
	done    bool
	seen    seen // of a video

	seconds  int            // that its completion counts
	attended map[string]int // percent of each session of a live lesson
}

// Evolve implements eventsource.State.
func (p period) Evolve(e eventsource.Event) period {
	switch e := e.(type) {
	case events.CourseOpened:
		p.opened = e
	case events.CourseMoved:
		p = p.moved(e)
	case events.LessonStarted:
		p = p.with(e.Lesson, func(l *lesson) { l.started = e.At })
	case events.LessonCompleted:
		p = p.with(e.Lesson, func(l *lesson) { l.done, l.seconds = true, e.Seconds })
		p.seconds += e.Seconds
	case events.LessonReopened:
		p.seconds -= p.lessons[e.Lesson].seconds
		p = p.with(e.Lesson, func(l *lesson) { l.done, l.seconds = false, 0 })
	case events.LessonAttended:
		p = p.with(e.Lesson, func(l *lesson) { l.attended = attended(l.attended, e) })
	case events.LessonWatched:
		p = p.with(e.Lesson, func(l *lesson) {
			for _, part := range e.Parts {
				l.seen = l.seen.with(part)
			}
		})
	case events.QuizPassed:
		p.passed, p.mark = true, e.Mark
	case events.CourseCompleted:
		p.completed = true
	}
	return p
}

func (p period) with(id string, change func(*lesson)) period {
	lessons := maps.Clone(p.lessons)
	if lessons == nil {
		lessons = map[string]lesson{}
	}
	l := lessons[id]
	change(&l)
	lessons[id] = l
	p.lessons = lessons
	return p
}

// rule names the rule that completes the course, and whether it holds.
func (p period) rule() (name string, holds bool) {
	holds = p.opened.Course != "" && !slices.ContainsFunc(p.opened.Lessons, func(id string) bool { return !p.lessons[id].done })
	if !p.opened.Quiz {
		return allLessons, holds
	}
	return allLessonsAndQuiz, holds && p.passed
}

// and decides an event, followed by the completion of the course if that was the last thing needed.
func (p period) and(e eventsource.Event, at time.Time) []eventsource.Event {
	after := p.Evolve(e)
	rule, holds := after.rule()
	if !holds || after.completed {
		return []eventsource.Event{e}
	}
	o := after.opened
	return []eventsource.Event{e, events.CourseCompleted{
		Person: o.Person, Course: o.Course, Period: o.Period, Version: o.Version, At: at,
		Mark: after.mark, Seconds: after.seconds, Rule: rule,
	}}
}

// knows refuses a lesson that the course version does not have.
func (p period) knows(id string) error {
	if p.opened.Course == "" {
		return notEnrolled()
	}
	if !slices.Contains(p.opened.Lessons, id) {
		return noLesson()
	}
	return nil
}

func noLesson() error {
	return fault.New(fault.NotFound, "Khóa học không có bài học này.", "The course has no such lesson.").
		With("lesson", "Hãy mở lại trang khóa học.", "Open the page of the course again.")
}

func notEnrolled() error {
	return fault.New(fault.NotFound, "Bạn chưa được ghi danh vào khóa học này.", "You are not enrolled in this course.")
}

func periodStream(person, course string, period int) string {
	return "progress.course." + person + "_" + course + "_" + strconv.Itoa(period)
}

// open begins the progress of a period.
type open struct{ Opening events.CourseOpened }

// Stream implements eventsource.Command.
func (c open) Stream() string {
	return periodStream(c.Opening.Person, c.Opening.Course, c.Opening.Period)
}

// Decide implements eventsource.Command.
func (c open) Decide(p period) ([]eventsource.Event, error) {
	if p.opened.Course != "" {
		return nil, nil
	}
	return []eventsource.Event{c.Opening}, nil
}

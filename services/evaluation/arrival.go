package evaluation

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"khuevan/events"
	"khuevan/forecast"
	"khuevan/organisation"
	"khuevan/platform/clock"
)

// roundID names a campaign's tick.
func roundID(campaign string, tick time.Time) string {
	return campaign + "_" + strconv.FormatInt(tick.Unix(), 10)
}

// arrivalRound is a campaign's tick: what was foretold of it, and who came.
type arrivalRound struct {
	Campaign string         `json:"campaign"`
	Tick     time.Time      `json:"tick"`
	From     time.Time      `json:"from"` // midnight in the province's zone before it came
	Unit     string         `json:"unit"`
	Content  string         `json:"content"`
	Due      time.Time      `json:"due"`     // until when what it gives must be completed
	Counted  bool           `json:"counted"` // somebody was to be asked, or was
	Tally    forecast.Tally `json:"tally"`
	InTime   int            `json:"in_time"` // of those asked, who finished until then
	Starts   map[int]int    `json:"starts"`  // by hours since From
	Foretold *foretold      `json:"foretold,omitempty"`
}

// foretold is the forecast that was recorded of a tick.
type foretold struct {
	At   time.Time           `json:"at"`
	Fact events.ForecastMade `json:"fact"`
}

// mostHours bounds the hours in which starts are counted: later ones are in the tally only.
const mostHours = 24 * 120

// asked counts somebody who is asked.
func (d *arrivalRound) asked() { d.Tally.Asked, d.Counted = d.Tally.Asked+1, true }

// began counts somebody who was asked at a time and begins.
func (d *arrivalRound) began(asked, at time.Time, days forecast.Calendar) {
	at = clock.Local(at)
	d.Tally.Began(clock.Local(asked), at, days)
	hour := int(at.Sub(d.From) / time.Hour)
	if hour < 0 || hour >= mostHours {
		return
	}
	starts := map[int]int{}
	maps.Copy(starts, d.Starts)
	starts[hour]++
	d.Starts = starts
}

// finished counts somebody who began and finishes.
func (d *arrivalRound) finished(began, at time.Time, seconds int, days forecast.Calendar) {
	d.Tally.Done(clock.Local(began), clock.Local(at), seconds, days)
	if !at.After(d.Due) {
		d.InTime++
	}
}

// place is where somebody stands in a course or a programme.
type place struct {
	Person  string    `json:"person"`
	Content string    `json:"content"`
	Period  int       `json:"period"`
	Open    bool      `json:"open,omitempty"`
	Free    bool      `json:"free,omitempty"` // excused
	Began   time.Time `json:"began,omitzero"`
	Seconds int       `json:"seconds,omitempty"` // at it, once it is completed
	Round   string    `json:"round,omitempty"`   // tick that asked last
	Asked   time.Time `json:"asked,omitzero"`    // when
	Held    string    `json:"held,omitempty"`    // tick out of which the person is held

	Passed   time.Time `json:"passed,omitzero"` // the latest completion, of whichever period
	PassedIn int       `json:"passed_in,omitempty"`
}

// open opens a period. What a tick asks of those it held out is asked too late to count in it.
func (p *place) open(person, content string, period int, round string, at time.Time) {
	if round == p.Held {
		round = ""
	}
	*p = place{Person: person, Content: content, Period: period, Open: true, Round: round, Asked: at, Held: p.Held, Passed: p.Passed, PassedIn: p.PassedIn}
}

// waits reports whether a tick that comes now asks the person: it opens a period, or reminds of one that is not begun. Of an
// open programme nobody is reminded.
func (p place) waits() bool {
	return !p.Open || !p.Free && p.Began.IsZero() && !isProgramme(p.Content)
}

const programmePrefix = "programme_"

// contentOf names a course or a programme among what campaigns give.
func contentOf(course, programme string) string {
	if programme != "" {
		return programmePrefix + programme
	}
	return course
}

func isProgramme(content string) bool {
	return len(content) > len(programmePrefix) && content[:len(programmePrefix)] == programmePrefix
}

// study is the period of a course: of which programme it is a part, and how long the person was at each lesson.
type study struct {
	Period    int            `json:"period"`
	Programme string         `json:"programme,omitempty"`
	Noted     map[string]int `json:"noted,omitempty"` // seconds, by lesson
}

// note adds seconds at a lesson, which counts at most so many.
func (s *study) note(e events.LessonTimeNoted) {
	noted := map[string]int{}
	maps.Copy(noted, s.Noted)
	noted[e.Lesson] += e.Visible
	if e.Most > 0 {
		noted[e.Lesson] = min(noted[e.Lesson], e.Most)
	}
	s.Noted = noted
}

// seconds are what pages measured; where they measured nothing, what the server's clock says.
func (s study) seconds(otherwise int) int {
	sum := 0
	for _, n := range s.Noted {
		sum += n
	}
	if sum == 0 {
		return otherwise
	}
	return sum
}

// comer is somebody with where they serve and what they did with earlier requests.
type comer struct {
	Person   string              `json:"person"`
	Career   organisation.Career `json:"career"`
	Gone     bool                `json:"gone,omitempty"` // erased, or never was
	Requests []request           `json:"requests,omitempty"`
}

// request is a period that was asked of somebody, with a due time.
type request struct {
	Content string    `json:"content"`
	Period  int       `json:"period"`
	Due     time.Time `json:"due"`
	Done    time.Time `json:"done,omitzero"`
}

// mostRequests is how many of somebody's requests are remembered, the latest.
const mostRequests = 20

func (c *comer) asked(r request) {
	if r.Due.IsZero() {
		return
	}
	c.Requests = append(slices.Clone(c.Requests), r)
	c.Requests = c.Requests[max(0, len(c.Requests)-mostRequests):]
}

func (c *comer) done(content string, period int, at time.Time) {
	c.Requests = slices.Clone(c.Requests)
	for i := range c.Requests {
		if r := &c.Requests[i]; r.Content == content && r.Period == period && r.Done.IsZero() {
			r.Done = at
		}
	}
}

func (c *comer) forget(content string, period int) {
	c.Requests = slices.DeleteFunc(slices.Clone(c.Requests), func(r request) bool { return r.Content == content && r.Period == period })
}

// habit is what somebody did with the requests that were due, or done, before a time.
func (c comer) habit(at time.Time) (h forecast.Habit) {
	for _, r := range c.Requests {
		inTime := !r.Done.IsZero() && !r.Done.After(r.Due)
		if inTime || r.Due.Before(at) {
			h.Asked++
		}
		if inTime {
			h.InTime++
		}
	}
	return h
}

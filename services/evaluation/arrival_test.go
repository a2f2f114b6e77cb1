package evaluation

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/forecast"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// monday is at eight in the morning of Ha Noi.
var monday = time.Date(2026, 11, 30, 1, 0, 0, 0, time.UTC)

const c1Round = "c1_1796000400"

// tell gives the read model of some facts; each comes twice, and nothing may count twice.
func tell(t *testing.T, facts ...eventsource.Recorded) *arrivals {
	t.Helper()
	a := newArrivals(nil)
	if err := a.projection.Open(t.Context(), readmodel.NewMemory(), "evaluation"); err != nil {
		t.Fatal(err)
	}
	for i := range facts {
		facts[i].Seq = uint64(i + 1)
	}
	if err := a.projection.Run(t.Context(), twice(facts)); !errors.Is(err, errEnd) {
		t.Fatal(err)
	}
	return a
}

// errEnd ends a reading where the story does.
var errEnd = errors.New("the end of the story")

// twice is a source in which every fact comes twice.
type twice []eventsource.Recorded

func (s twice) Read(_ context.Context, _ uint64, _ []string, fn func([]eventsource.Recorded) error) error {
	for _, r := range s {
		if err := fn([]eventsource.Recorded{r, r}); err != nil {
			return err
		}
	}
	return errEnd
}

func (s twice) Head(context.Context, []string) (uint64, error) { return uint64(len(s)), nil }

func happened(at time.Time, e eventsource.Event) eventsource.Recorded {
	return eventsource.Recorded{Fact: eventsource.Fact{Event: e, Meta: eventsource.Meta{Time: at}}}
}

func ticked() events.CampaignTicked {
	return events.CampaignTicked{Campaign: "c1", Due: monday, Course: "attt", Unit: "tinh", DueDays: 7, Deadline: monday.AddDate(0, 0, 7)}
}

func asks(person string) events.PersonEnrolled {
	return events.PersonEnrolled{Person: person, Course: "attt", Period: 1, Version: 1, Due: monday.AddDate(0, 0, 7), Campaign: "c1", Tick: monday}
}

func begins(person string, at time.Time) eventsource.Recorded {
	return happened(at, events.LessonStarted{Person: person, Course: "attt", Period: 1, Lesson: "a", At: at})
}

// finishes completes a course and closes the period.
func finishes(person string, seconds int, at time.Time) []eventsource.Recorded {
	return []eventsource.Recorded{
		happened(at, events.CourseCompleted{Person: person, Course: "attt", Period: 1, At: at, Seconds: seconds}),
		happened(at, events.EnrolmentCompleted{Person: person, Course: "attt", Period: 1, Version: 1, At: at}),
	}
}

func (a *arrivals) round(t *testing.T, id string) arrivalRound {
	t.Helper()
	d, found, err := a.rounds.Get(t.Context(), id)
	if err != nil || !found {
		t.Fatalf("the round %s: %t, %v", id, found, err)
	}
	return d
}

// lan begins on Tuesday at nine and finishes on Wednesday, minh begins late, hoa never, tam is excused, vinh held out.
func TestARoundCountsWhoWasAskedAndCame(t *testing.T) {
	tuesday := monday.AddDate(0, 0, 1).Add(time.Hour)
	facts := []eventsource.Recorded{happened(monday, ticked())}
	for _, person := range []string{"lan", "minh", "hoa", "tam"} {
		facts = append(facts, happened(monday, asks(person)))
	}
	facts = append(facts, happened(monday, events.PersonHeldOut{Person: "vinh", Course: "attt", Campaign: "c1", Tick: monday}),
		begins("lan", tuesday), begins("lan", tuesday.Add(time.Hour)),
		happened(tuesday, events.LessonTimeNoted{Person: "lan", Course: "attt", Period: 1, Lesson: "a", Visible: 500, Most: 900}),
		happened(tuesday, events.LessonTimeNoted{Person: "lan", Course: "attt", Period: 1, Lesson: "a", Visible: 500, Most: 900}))
	facts = append(facts, finishes("lan", 3600, tuesday.AddDate(0, 0, 1))...)
	facts = append(facts, happened(tuesday, events.PersonExcused{Person: "tam", Course: "attt", Period: 1}),
		begins("minh", monday.AddDate(0, 0, 8)))
	facts = append(facts, finishes("minh", 600, monday.AddDate(0, 0, 9))...)
	late := asks("vinh")
	late.Due = monday.AddDate(0, 0, 14)
	facts = append(facts, happened(late.Due.AddDate(0, 0, -6), late), begins("vinh", late.Due))

	a := tell(t, facts...)
	d := a.round(t, c1Round)
	if d.Tally.Asked != 4 || d.Tally.Started != 2 || d.Tally.Finished != 2 || d.InTime != 1 {
		t.Errorf("%d asked, %d started, %d finished, %d in time", d.Tally.Asked, d.Tally.Started, d.Tally.Finished, d.InTime)
	}
	if d.Tally.Days[1] != 1 || d.Tally.Days[6] != 1 || d.Tally.Working[9] != 1 || d.Tally.Finish[1] != 2 {
		t.Errorf("starts by day %v, by hour %v, finishes %v", d.Tally.Days, d.Tally.Working, d.Tally.Finish)
	}
	if d.Tally.Seconds != 900+600 { // as measured, at most what a lesson counts; else by the clock
		t.Errorf("%d seconds", d.Tally.Seconds)
	}
	if want := map[int]int{24 + 9: 1, 8*24 + 8: 1}; !reflect.DeepEqual(d.Starts, want) {
		t.Errorf("starts by hour %v, want %v", d.Starts, want)
	}
	for person, want := range map[string]forecast.Habit{"lan": {Asked: 1, InTime: 1}, "minh": {Asked: 1}, "hoa": {Asked: 1}, "tam": {}} {
		c, _, err := a.people.Get(t.Context(), person)
		if got := c.habit(monday.AddDate(0, 0, 20)); err != nil || got != want {
			t.Errorf("%s: %+v, want %+v (%v)", person, got, want, err)
		}
	}
}

// A second tick asks who has not begun once more: a start counts for it. Who has begun is not asked.
func TestAReminderIsAnAsking(t *testing.T) {
	again := monday.AddDate(0, 0, 3)
	second := ticked()
	second.Due, second.Deadline = again, again.AddDate(0, 0, 7)
	reminds := func(person string, days int) eventsource.Recorded {
		return happened(again, events.EnrolmentReminded{Person: person, Course: "attt", Period: 1, Campaign: "c1", Tick: again, Days: days})
	}
	a := tell(t, happened(monday, ticked()), happened(monday, asks("lan")), happened(monday, asks("minh")), begins("minh", monday),
		happened(again, second), reminds("lan", 0), reminds("minh", 0), reminds("lan", 2), begins("lan", again.Add(time.Hour)))
	if first := a.round(t, c1Round); first.Tally.Asked != 2 || first.Tally.Started != 1 {
		t.Errorf("the first tick: %d asked, %d started", first.Tally.Asked, first.Tally.Started)
	}
	if d := a.round(t, roundID("c1", again)); d.Tally.Asked != 1 || d.Tally.Started != 1 || d.Tally.Days[0] != 1 {
		t.Errorf("the second tick: %+v", d.Tally)
	}
}

// A programme begins with the first lesson of one of its courses, and takes as long as these.
func TestAProgrammeBeginsWithItsCourses(t *testing.T) {
	tick := ticked()
	tick.Course, tick.Programme = "", "ky-nang"
	begun := monday.Add(2 * time.Hour)
	facts := []eventsource.Recorded{happened(monday, tick),
		happened(monday, events.ProgrammeEnrolled{Person: "lan", Programme: "ky-nang", Period: 1, Due: tick.Deadline, Campaign: "c1", Tick: monday}),
		happened(monday, events.PersonEnrolled{Person: "lan", Course: "attt", Period: 1, Due: tick.Deadline, Programme: "ky-nang", Campaign: "c1", Tick: monday}),
		begins("lan", begun)}
	facts = append(facts, finishes("lan", 700, begun)...)
	facts = append(facts, happened(begun, events.ProgrammeCompleted{Person: "lan", Programme: "ky-nang", Period: 1, At: begun}))
	a := tell(t, facts...)
	if d := a.round(t, c1Round); d.Tally.Asked != 1 || d.Tally.Started != 1 || d.InTime != 1 || d.Tally.Seconds != 700 || d.Content != "programme_ky-nang" {
		t.Errorf("%+v", d)
	}
}

func TestWhomATickWouldAsk(t *testing.T) {
	for name, c := range map[string]struct {
		p    place
		want bool
	}{
		"never in it":       {place{}, true},
		"completed":         {place{Period: 1, Passed: monday}, true},
		"not begun":         {place{Period: 1, Open: true}, true},
		"begun":             {place{Period: 1, Open: true, Began: monday}, false},
		"excused":           {place{Period: 1, Open: true, Free: true}, false},
		"in a programme":    {place{Period: 1, Open: true, Content: "programme_x"}, false},
		"asked by the tick": {place{Period: 1, Open: true, Round: "c1_1", Began: monday}, true},
		"held out of it":    {place{Period: 1, Open: true, Free: true, Held: "c1_1"}, true},
	} {
		if got := (summons{Round: "c1_1"}).asks(c.p); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

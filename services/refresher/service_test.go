package refresher

import (
	"slices"
	"testing"
	"time"

	"khuevan/content"
	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

func build(d host.Deps) (host.Service, error) { return New(d, content.FS) }

// loopOnly is another replica in the same process: the bus lets a reactor stand there once.
func loopOnly(d host.Deps) (host.Service, error) {
	s, err := build(d)
	s.Reactors = nil
	return s, err
}

// writes puts n approved items about a competency into the bank of a course.
func writes(h *hosttest.House, course, competency string, n int) {
	for _, it := range stock(course, n, competency)[course] {
		c := question()
		c.Tags, c.Feedback = []string{competency, "chu-de"}, "Vì vậy."
		h.Append("quiz.item."+itemKey(course, it.Item), events.ItemWritten{Course: course, Item: it.Item, Version: 1, ItemContent: c})
	}
}

// passesQuiz lets a person pass the quiz of a course.
func passesQuiz(h *hosttest.House, person, course string, period int) {
	stream := "progress.course." + person + "_" + course + "_" + string(rune('0'+period))
	h.Append(stream, events.CourseOpened{Person: person, Course: course, Period: period, Version: 1, Quiz: true})
	h.Append(stream, events.QuizPassed{Person: person, Course: course, Period: period, Mark: 8, At: h.Clock.Now()})
}

// replicas are processes over one journal, in a province of one unit with a course of IU14, on the day after a weekly time.
func replicas(t *testing.T, n int, people ...string) *hosttest.House {
	t.Helper()
	h := hosttest.Bus(t, events.All())
	h.Clock.Advance(24 * time.Hour)
	h.Append("directory.unit.xa", events.UnitEstablished{Unit: "xa", Name: "Xã Đỉnh Mây"})
	h.Append("catalog.course.attt", events.CoursePublished{Course: "attt", Version: 1, Tags: []string{"IU14"}, Title: events.Words{Vi: "An toàn"}})
	writes(h, "attt", "IU14", 4)
	for _, p := range people {
		h.Append("directory.person."+p, events.MembershipBegan{Person: p, Membership: "m", Unit: "xa", Kind: "main", On: "2026-01-01"})
	}
	h.Serve(append([]hosttest.Build{build}, slices.Repeat([]hosttest.Build{loopOnly}, n-1)...)...)
	h.Clock.AwaitWaiters(n)
	for _, p := range people {
		passesQuiz(h, p, "attt", 1)
	}
	h.Settle()
	return h
}

// on moves the clock and returns when every loop has seen to it.
func on(h *hosttest.House, n int, by time.Duration) {
	h.Clock.Advance(by)
	h.Clock.AwaitWaiters(n)
	h.Settle()
}

// story is the facts of a person's stream.
func story(t *testing.T, h *hosttest.House, id string) (types []string, s person) {
	t.Helper()
	history, err := h.Journal.Load(t.Context(), personStream(id))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range history {
		s = s.Evolve(r.Event)
		types = append(types, r.Event.EventType())
	}
	return types, s
}

const (
	factPassed  = "refresher.competencies-passed.v1"
	factOffered = "refresher.refresher-offered.v1"
	factExpired = "refresher.refresher-expired.v1"
)

func TestThreeReplicasAskOnceAWeek(t *testing.T) {
	h := replicas(t, 3, "lan", "minh")
	want := []string{factPassed}
	for i := range 4 {
		on(h, 3, week)
		if i > 0 {
			want = append(want, factExpired)
		}
		want = append(want, factOffered)
	}
	for _, p := range []string{"lan", "minh"} {
		if got, _ := story(t, h, p); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", p, got, want)
		}
	}
}

func TestWeeksOfADowntimeBecomeOne(t *testing.T) {
	h := replicas(t, 1, "lan")
	on(h, 1, 5*week+time.Hour)
	got, s := story(t, h, "lan")
	if !slices.Equal(got, []string{factPassed, factOffered}) || !s.Offer.Week.Equal(hosttest.Start.Add(5*week)) {
		t.Errorf("after five weeks %v, the last for %s", got, s.Offer.Week)
	}
}

func TestNothingIsAskedOfWhoLeftWasErasedOrExcused(t *testing.T) {
	away := map[string]events.Event{
		"nghi":   events.PersonRetired{Person: "nghi", On: "2026-11-25"},
		"phep":   events.LeaveBegan{Person: "phep", On: "2026-11-25", Until: "2027-11-25"},
		"di":     events.MembershipEnded{Person: "di", Membership: "m", On: "2026-11-25"},
		"xoa":    events.PersonErased{Person: "xoa"},
		"mien":   events.PersonExcused{Person: "mien", Course: "attt", Period: 2, Why: events.ExcusedIllness},
		"tro-ve": events.PersonExcused{Person: "tro-ve", Course: "attt", Period: 2, Why: events.ExcusedLeave},
	}
	people := []string{"lan"}
	for p := range away {
		people = append(people, p)
	}
	h := replicas(t, 1, people...)
	h.Clock.Advance(24 * time.Hour)
	for p, e := range away {
		switch e.(type) {
		case events.PersonExcused:
			h.Append("enrolment.enrolment."+p+"_attt", e)
		default:
			h.Append("directory.person."+p, e)
		}
	}
	h.Append("enrolment.enrolment.tro-ve_attt", events.ExcuseWithdrawn{Person: "tro-ve", Course: "attt", Period: 2})
	h.Settle()
	on(h, 1, week)
	for _, p := range people {
		_, s := story(t, h, p)
		if want := p == "lan" || p == "tro-ve"; s.Offer.open() != want {
			t.Errorf("%s was asked: %v", p, s.Offer.open())
		}
	}
}

func TestARefresherIsAnsweredOverTheBus(t *testing.T) {
	h := replicas(t, 1, "lan", "minh")
	on(h, 1, week)
	lan := asker{t, h, "lan"}
	mine := lan.mine()
	if mine.Waiting == nil || mine.Waiting.Questions != 3 || len(mine.Memories) != 1 || !(mine.Memories[0].Recall > 0.5 && mine.Memories[0].Recall < 0.9) {
		t.Fatalf("lan has %+v", mine)
	}
	offer := mine.Waiting.Offer
	before := lan.refresher(offer)
	for _, q := range before.Questions {
		if q.Answered || q.Explanation != "" || q.Options[0].Key || q.Options[1].Key {
			t.Errorf("before it is answered a question shows %+v", q)
		}
	}
	for n := range 3 {
		if _, err := Answer.Call(h.As("lan"), h.Client, AnswerRequest{Offer: offer, Question: n + 1, Choice: []string{"a"}}); err != nil {
			t.Fatal(err)
		}
		if q := lan.refresher(offer).Questions[n]; !q.Answered || q.Mark != 1 || q.Explanation != "Vì vậy." || !q.Options[slices.IndexFunc(q.Options, func(o Option) bool { return o.ID == "a" })].Key {
			t.Errorf("once it is answered a question shows %+v", q)
		}
	}
	done := lan.refresher(offer)
	if done.State != finished || len(done.Reviewed) != 1 || done.Reviewed[0].Grade != "good" || !done.Reviewed[0].Next.After(h.Clock.Now().Add(week)) {
		t.Errorf("it ends as %+v", done)
	}
	if mine := lan.mine(); mine.Waiting != nil || !mine.Memories[0].Next.Equal(done.Reviewed[0].Next) {
		t.Errorf("afterwards lan has %+v", mine)
	}
	_, reading := GetRefresher.Call(h.As("minh"), h.Client, GetRefresherRequest{Offer: offer})
	_, answering := Answer.Call(h.As("minh"), h.Client, AnswerRequest{Offer: offer, Question: 1, Choice: []string{"a"}})
	if !fault.Is(reading, fault.Denied) || !fault.Is(answering, fault.Denied) {
		t.Errorf("minh reads lan's: %v, answers it: %v", reading, answering)
	}
	for again := done.Reviewed[0].Next; h.Clock.Now().Before(again); on(h, 1, week) { // nothing is asked before it is due
		if got, _ := story(t, h, "lan"); slices.Contains(got[2:], factOffered) {
			t.Fatalf("asked again at %s, before %s: %v", h.Clock.Now(), again, got)
		}
	}
	if got, s := story(t, h, "lan"); s.Offer.Number != 2 {
		t.Errorf("when it was due again: %v", got)
	}
}

// asker asks in somebody's name.
type asker struct {
	t   *testing.T
	h   *hosttest.House
	who string
}

func (c asker) mine() Mine {
	c.t.Helper()
	m, err := MyRecall.Call(c.h.As(c.who), c.h.Client, MyRecallRequest{})
	if err != nil {
		c.t.Fatal(err)
	}
	return m
}

func (c asker) refresher(offer string) Refresher {
	c.t.Helper()
	r, err := GetRefresher.Call(c.h.As(c.who), c.h.Client, GetRefresherRequest{Offer: offer})
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func TestTrainersSeeMeansOfGroupsAndWhatLacks(t *testing.T) {
	h := replicas(t, 1, "a", "b", "c", "d", "e", "f")
	h.Append("directory.unit.nho", events.UnitEstablished{Unit: "nho", Name: "Tổ nhỏ", Parent: "xa"})
	h.Append("directory.person.g", events.MembershipBegan{Person: "g", Membership: "m", Unit: "nho", Kind: "main", On: "2026-01-01"})
	passesQuiz(h, "g", "attt", 1)
	h.Append("catalog.course.khac", events.CoursePublished{Course: "khac", Version: 1, Tags: []string{"IU06"}, Title: events.Words{Vi: "Khác"}})
	h.Settle()
	on(h, 1, week)
	for i, p := range []string{"a", "b", "c", "d", "e"} {
		for n := 1; n <= 3; n++ {
			choice := "a"
			if n <= i {
				choice = "b"
			}
			if _, err := Answer.Call(h.As(p), h.Client, AnswerRequest{Offer: p + "_1", Question: n, Choice: []string{choice}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	h.Settle()
	dao := rpc.Grant{Role: events.RoleTrainer}
	r, err := GetRecall.Call(h.As("dao", dao), h.Client, GetRecallRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Competencies, []string{"IU14"}) || r.Unit.Unit != "xa" || r.Unit.Means[0].People != 7 || !(r.Unit.Means[0].Recall > 0.8) {
		t.Errorf("the unit: %+v", r.Unit)
	}
	if nho := r.Below[0]; nho.Unit != "nho" || nho.Means[0] != (GroupMean{Masked: true}) || r.Directly.Means[0] != (GroupMean{Masked: true}) {
		t.Errorf("one person alone: %+v, beside %+v", nho, r.Directly)
	}
	if len(r.Calibration) != 1 || r.Calibration[0].People != 5 || r.Calibration[0].Asked != 15 || r.Calibration[0].Right != 6.0/15 || r.Calibration[0].From != 0.8 && r.Calibration[0].From != 0.7 {
		t.Errorf("calibration: %+v", r.Calibration)
	}
	if len(r.Weeks) != 1 || r.Weeks[0].Offered != 7 || r.Weeks[0].Finished != 5 {
		t.Errorf("weeks: %+v", r.Weeks)
	}
	if len(r.Lacking) != 1 || r.Lacking[0].Course != "khac" || r.Lacking[0].Competency != "IU06" || r.Lacking[0].Items != 0 {
		t.Errorf("lacking: %+v", r.Lacking)
	}
	if p := r.Parameters; p.Retention != 0.9 || len(p.Weights) != 21 || p.Source == "" {
		t.Errorf("parameters: %+v", p)
	}
	if _, err := GetRecall.Call(h.As("lan"), h.Client, GetRecallRequest{}); !fault.Is(err, fault.Denied) {
		t.Errorf("a learner sees it: %v", err)
	}
}

package notification

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
)

// office is the service on a bus, with a person, a course, and the service's own hands.
type office struct {
	*hosttest.House
	t       *testing.T
	service host.Service
	post    *post
	loops   int // that wait for the clock
}

func open(t *testing.T, c Config, before func(*hosttest.House)) *office {
	t.Helper()
	h := hosttest.Bus(t, events.All())
	h.Append("directory.person.lan", events.PersonRegistered{Person: "lan",
		Name: sealed(t, h.Keys, "lan", "name", "Nguyễn Thị Lan"), Email: sealed(t, h.Keys, "lan", "email", "lan@dt.example")})
	h.Append("directory.person.minh", events.PersonRegistered{Person: "minh", Name: sealed(t, h.Keys, "minh", "name", "Trần Văn Minh")})
	h.Append("catalog.course.attt", events.CoursePublished{Course: "attt", Version: 1, Title: events.Words{Vi: "An toàn thông tin cơ bản", En: "Basic information security"}})
	if before != nil {
		before(h)
	}
	c.From, c.BaseURL, c.TLS = "Khuê Văn <khuevan@dt.example>", base+"/", "none"
	o := &office{House: h, t: t}
	h.Serve(func(d host.Deps) (host.Service, error) {
		s, p, err := assemble(d, c)
		o.service, o.post = s, p
		return s, err
	})
	if c.mails() {
		o.loops = 2 // post and release
	}
	if c.BounceDir != "" {
		o.loops++
	}
	h.Clock.AwaitWaiters(o.loops) // the first look at the waiting letters is over
	o.Settle()
	return o
}

// Settle waits, besides what the house waits for, until each reactor has acknowledged the last fact it hears (a consumer may hear of
// a fact a moment after the append was answered, and look idle until then), and until the post has nothing under way.
func (o *office) Settle() {
	for {
		before := o.head()
		for o.House.Settle(); !o.acknowledged(); o.House.Settle() {
			runtime.Gosched()
		}
		o.post.rests()
		if o.head() == before {
			return
		}
	}
}

// rests waits until nothing is under way.
func (p *post) rests() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.underWay) > 0 || p.looking || p.more {
		p.idle.Wait()
	}
}

func (o *office) head() uint64 {
	stream, err := o.Journal.JetStream().Stream(o.t.Context(), "EVENTS")
	if err != nil {
		o.t.Fatal(err)
	}
	return stream.CachedInfo().State.LastSeq
}

func (o *office) acknowledged() bool {
	js := o.Journal.JetStream()
	stream, err := js.Stream(o.t.Context(), "EVENTS")
	if err != nil {
		o.t.Fatal(err)
	}
	for _, r := range o.service.Reactors {
		consumer, err := js.Consumer(o.t.Context(), "EVENTS", "notification-"+r.Name)
		if err != nil {
			o.t.Fatal(err)
		}
		info := consumer.CachedInfo()
		for _, subject := range info.Config.FilterSubjects {
			last, err := stream.GetLastMsgForSubject(o.t.Context(), subject)
			if err == nil && info.AckFloor.Stream < last.Sequence {
				return false
			}
		}
	}
	return true
}

func (o *office) enrol(person string, period int) uint64 {
	seq := o.Append("enrolment.enrolment."+person+"_attt", events.PersonEnrolled{Person: person, Course: "attt", Period: period, Version: 1, Due: hosttest.Start.AddDate(0, 1, 0)})
	o.Settle()
	return seq
}

// nextRound lets the waiting letters be looked at once more.
func (o *office) nextRound() { o.after(round) }

// after lets so much time pass.
func (o *office) after(d time.Duration) {
	o.Clock.AwaitWaiters(o.loops)
	o.Clock.Advance(d)
	o.Clock.AwaitWaiters(o.loops)
	o.Settle()
}

func (o *office) inbox(t *testing.T, person string) Inbox {
	t.Helper()
	in, err := MyMessages.Call(o.As(person), o.Client, MyMessagesRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// facts gives the written types of a message's facts, without service and version.
func (o *office) facts(t *testing.T, id string) string {
	t.Helper()
	history, err := o.Journal.Load(t.Context(), streamOf(id))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range history {
		_, fact, _, _ := eventsource.SplitType(r.Event.EventType())
		names = append(names, fact)
	}
	return strings.Join(names, " ")
}

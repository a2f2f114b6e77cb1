package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/services/directory"
	"khuevan/services/enrolment"
	"khuevan/services/webhook"
)

// leastTold is how many events the test below needs to mean anything.
const leastTold = 250

// cut is a kill while an event was on its way.
type cut struct {
	id       string
	before   int  // different events that had come, this one included
	answered bool // the receiver had just said that it has it; else nobody ever told the sender
}

// TestAKilledProcessMissesNoWebhook enrols a province and kills the process four times, each time while the receiver holds an event:
// twice before it answers, twice as it answers. In the end each event came, in the order of the journal; those behind a kill too.
func TestAKilledProcessMissesNoWebhook(t *testing.T) {
	h := open(t, together, false)
	addr := strings.TrimPrefix(h.url, "http://")
	other := hears(t)
	done := must[webhook.Registered](t, h.api("DEMO-0001"), "webhook/register",
		webhook.RegisterRequest{Name: "Kho dữ liệu", URL: other.url, Types: []string{"khuevan.course.assigned.v1"}, From: "0"})
	other.knows(done.Secret)
	trainer := h.api("DEMO-0002")
	units := must[[]directory.Unit](t, trainer, "directory/list-units", struct{}{})
	province := units[slices.IndexFunc(units, func(u directory.Unit) bool { return u.Parent == "" })].ID
	other.holds(30)
	must[enrolment.Assigned](t, trainer, "enrolment/assign-course", enrolment.AssignCourseRequest{Course: course, Unit: province, Due: time.Now().Add(240 * time.Hour)})
	var cuts []cut
	for _, next := range []int{100, 170, 240, 0} {
		now := awaitHeld(t, other)
		keepsWaiting(t, h.api("DEMO-0001"), done.Endpoint, other)
		c := cut{now.id, different(other.all()), len(cuts)%2 == 1}
		if c.answered {
			close(now.answer)
		}
		h.procs[0].kill()
		cuts = append(cuts, c)
		other.holds(next)
		h.again()
		h.awaitReady(addr)
	}
	upToDate(t, h.api("DEMO-0001"), done.Endpoint)
	h.procs[0].stop(t)
	want := assignedIn(h.journal(t))
	if len(want) < leastTold {
		t.Errorf("only %d events; the load was too light to mean anything", len(want))
	}
	for _, wrong := range slices.Concat(gaps(want, other.all()), idleCuts(cuts, other.all())) {
		t.Error(wrong)
	}
	t.Logf("%d events, %d deliveries; killed after %+v", len(want), len(other.all()), cuts)
}

func awaitHeld(t *testing.T, o *otherSystem) holding {
	t.Helper()
	select {
	case h := <-o.held:
		return h
	case <-time.After(patience):
		t.Fatalf("nothing more came after %d events", different(o.all()))
		return holding{}
	}
}

// keepsWaiting looks a while, long enough for the platform to have written down where it is, that nothing comes while an event is held.
func keepsWaiting(t *testing.T, admin *client, id string, o *otherSystem) {
	t.Helper()
	before := len(o.all())
	for range 30 {
		if waiting := endpointOf(t, admin, id).Waiting; waiting == 0 {
			t.Fatal("the platform takes for delivered what was not answered")
		}
		if now := len(o.all()); now != before {
			t.Fatalf("%d events came while one was held", now-before)
		}
		breathe()
	}
}

// assignedIn are the places in the journal of the facts that the receiver is told of.
func assignedIn(journal []recorded) (places []string) {
	for _, r := range journal {
		if r.Type == (events.PersonEnrolled{}).EventType() {
			places = append(places, fmt.Sprint(r.Seq))
		}
	}
	return places
}

// gaps names what is wrong with the ids of the events that came: each place of the journal at least once, first seen in that order,
// and always under one id.
func gaps(want, came []string) (wrong []string) {
	var first []string
	known := map[string]string{}
	for _, id := range came {
		place, _, _ := strings.Cut(id, "-")
		if known[place] == "" {
			known[place] = id
			first = append(first, place)
		}
		if known[place] != id {
			wrong = append(wrong, known[place]+" came again as "+id)
		}
	}
	for _, place := range want {
		if known[place] == "" {
			wrong = append(wrong, place+" never came")
		}
	}
	if len(wrong) == 0 && !slices.Equal(first, want) {
		wrong = append(wrong, fmt.Sprintf("the order is %v", first))
	}
	return wrong
}

// idleCuts names the kills that interrupted nothing: nothing came before or behind them, or what was never answered did not come again.
func idleCuts(cuts []cut, came []string) (wrong []string) {
	for i, c := range cuts {
		times := 0
		for _, id := range came {
			if id == c.id {
				times++
			}
		}
		switch {
		case c.before < 2 || c.before >= different(came):
			wrong = append(wrong, fmt.Sprintf("kill %d fell behind %d of %d events", i+1, c.before, different(came)))
		case !c.answered && times < 2:
			wrong = append(wrong, fmt.Sprintf("kill %d left %s unanswered, and it came %d times", i+1, c.id, times))
		}
	}
	if len(cuts) == 0 {
		wrong = append(wrong, "nothing was killed")
	}
	return wrong
}

func TestACheckerOfEventsSeesAGap(t *testing.T) {
	want := []string{"1", "2", "3"}
	for name, c := range map[string]struct {
		came []string
		good bool
	}{"all": {[]string{"1-a", "2-b", "3-c"}, true}, "repeated": {[]string{"1-a", "2-b", "1-a", "2-b", "3-c", "3-c"}, true}, "one missing": {[]string{"1-a", "3-c"}, false},
		"the last missing": {[]string{"1-a", "2-b"}, false}, "out of order": {[]string{"2-b", "1-a", "3-c"}, false}, "a stranger": {[]string{"1-a", "9-x", "2-b", "3-c"}, false},
		"again under another name": {[]string{"1-a", "2-b", "2-x", "3-c"}, false}} {
		if wrong := gaps(want, c.came); (len(wrong) == 0) != c.good {
			t.Errorf("%s: %v", name, wrong)
		}
	}
}

func TestACheckerOfKillsSeesThatNothingWasInterrupted(t *testing.T) {
	came := []string{"1-a", "2-b", "2-b", "3-c"}
	for name, c := range map[string]struct {
		cuts []cut
		good bool
	}{"while an event was on its way": {[]cut{{"2-b", 2, false}}, true}, "as it was answered": {[]cut{{"2-b", 2, true}}, true}, "nobody killed": {nil, false},
		"before anything else came": {[]cut{{"1-a", 1, true}}, false}, "behind the last": {[]cut{{"3-c", 3, true}}, false}, "and it never came again": {[]cut{{"3-c", 2, false}}, false}} {
		if wrong := idleCuts(c.cuts, came); (len(wrong) == 0) != c.good {
			t.Errorf("%s: %v", name, wrong)
		}
	}
}

func upToDate(t *testing.T, admin *client, id string) {
	t.Helper()
	for until := time.Now().Add(patience); ; breathe() {
		e := endpointOf(t, admin, id)
		if e.Waiting == 0 && e.Last != nil && e.Last.Taken() {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("not up to date: %+v", e)
		}
	}
}

func endpointOf(t *testing.T, admin *client, id string) webhook.Endpoint {
	t.Helper()
	all := must[[]webhook.Endpoint](t, admin, "webhook/list-endpoints", struct{}{})
	at := slices.IndexFunc(all, func(e webhook.Endpoint) bool { return e.Endpoint == id })
	if at < 0 {
		t.Fatalf("there is no endpoint %s in %+v", id, all)
	}
	return all[at]
}

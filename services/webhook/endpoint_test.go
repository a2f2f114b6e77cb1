package webhook

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

const completed = "khuevan.course.completed.v1"

var monday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func plan() events.EndpointRegistered {
	return events.EndpointRegistered{Endpoint: "w1", Name: "Kho dữ liệu", URL: "https://nhan.example/kv", Types: []string{completed}, After: 7, Secret: "s1", By: "a1"}
}

func TestAnEndpointIsRegisteredOnce(t *testing.T) {
	asked := plan()
	asked.Name, asked.Types = "  Kho dữ liệu ", []string{completed, "khuevan.certificate.issued.v1", completed}
	want := plan()
	want.Types = []string{"khuevan.certificate.issued.v1", completed}
	eventtest.Given[endpoint](t).When(registerEndpoint{asked, 7}).Then(want)
	eventtest.Given[endpoint](t, plan()).When(registerEndpoint{plan(), 7}).ThenRefused(fault.Conflict)
}

func TestWhatCannotBeRegisteredIsRefusedByField(t *testing.T) {
	for name, spoil := range map[string]func(*events.EndpointRegistered){
		"name":  func(e *events.EndpointRegistered) { e.Name = strings.Repeat("á", 101) },
		"types": func(e *events.EndpointRegistered) { e.Types = nil },
		"Types": func(e *events.EndpointRegistered) { e.Types = []string{"khuevan.secret.v1"} },
		"from":  func(e *events.EndpointRegistered) { e.After = 8 },
	} {
		bad := plan()
		spoil(&bad)
		_, err := registerEndpoint{bad, 7}.Decide(endpoint{})
		why := fault.Of(err)
		if why == nil || why.Kind != fault.Invalid || len(why.Fields) != 1 || why.Fields[0].Name != strings.ToLower(name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPauseSuspendAndResume(t *testing.T) {
	paused, resumed := events.EndpointPaused{Endpoint: "w1", By: "a1"}, events.EndpointResumed{Endpoint: "w1", By: "a1"}
	failing := events.EndpointFailing{Endpoint: "w1", Since: monday}
	suspended := events.EndpointSuspended{Endpoint: "w1", Name: "Kho dữ liệu", Why: whyGone, Tell: []string{"a1"}}
	eventtest.Given[endpoint](t, plan()).When(pause("w1", "a1")).Then(paused)
	eventtest.Given[endpoint](t, plan(), paused).When(pause("w1", "a1")).ThenNothing()
	eventtest.Given[endpoint](t, plan(), paused).When(resume("w1", "a1")).Then(resumed)
	eventtest.Given[endpoint](t, plan()).When(resume("w1", "a1")).ThenNothing()
	eventtest.Given[endpoint](t, plan(), failing).When(resume("w1", "a1")).Then(resumed) // try now
	eventtest.Given[endpoint](t, plan(), failing).When(noteFailing("w1", monday)).ThenNothing()
	eventtest.Given[endpoint](t, plan(), failing).When(noteRecovered("w1")).Then(events.EndpointRecovered{Endpoint: "w1"})
	eventtest.Given[endpoint](t, plan(), failing, resumed).When(noteRecovered("w1")).ThenNothing()
	eventtest.Given[endpoint](t, plan()).When(suspend("w1", whyGone, []string{"a1"})).Then(suspended)
	eventtest.Given[endpoint](t, plan(), paused).When(suspend("w1", whyGone, nil)).ThenNothing()
	eventtest.Given[endpoint](t, plan(), suspended).When(resume("w1", "a1")).Then(resumed)
}

func TestWhatWasRemovedIsGone(t *testing.T) {
	removed := events.EndpointRemoved{Endpoint: "w1", By: "a1"}
	eventtest.Given[endpoint](t, plan()).When(remove("w1", "a1")).Then(removed)
	for _, c := range []change{remove("w1", "a1"), pause("w1", "a1"), resume("w1", "a1"), rewind("w1", 0, 9, "a1"), rotate("w1", "s2", 1, monday, "a1")} {
		eventtest.Given[endpoint](t, plan(), removed).When(c).ThenRefused(fault.NotFound)
		eventtest.Given[endpoint](t).When(c).ThenRefused(fault.NotFound)
	}
}

func TestAReplayBeginsAnewAndAnOldPlaceIsForgotten(t *testing.T) {
	rewound := events.EndpointRewound{Endpoint: "w1", After: 3, By: "a1"}
	eventtest.Given[endpoint](t, plan()).When(rewind("w1", 3, 9, "a1")).Then(rewound)
	eventtest.Given[endpoint](t, plan()).When(rewind("w1", 10, 9, "a1")).ThenRefused(fault.Invalid)
	reached := events.EndpointReached{Endpoint: "w1", Seq: 20, At: monday}
	eventtest.Given[endpoint](t, plan()).When(noteReached("w1", 0, 20, monday)).Then(reached)
	eventtest.Given[endpoint](t, plan(), rewound).When(noteReached("w1", 0, 20, monday)).ThenNothing() // said by the courier before
	eventtest.Given[endpoint](t, plan(), rewound, reached).When(noteReached("w1", 1, 20, monday)).ThenNothing()
}

func TestASecretIsRotatedWithAnOverlap(t *testing.T) {
	rotated := events.EndpointSecretRotated{Endpoint: "w1", Secret: "s2", OldUntil: monday.Add(24 * time.Hour), By: "a1"}
	eventtest.Given[endpoint](t, plan()).When(rotate("w1", "s2", 24, monday, "a1")).Then(rotated)
	for _, hours := range []int{-1, 169} {
		eventtest.Given[endpoint](t, plan()).When(rotate("w1", "s2", hours, monday, "a1")).ThenRefused(fault.Invalid)
	}
	s := endpoint{}.Evolve(plan()).Evolve(rotated)
	if s.Secret != "s2" || s.Old != "s1" || !s.OldUntil.Equal(rotated.OldUntil) {
		t.Errorf("after the rotation: %+v", s)
	}
}

// TestOnlyOrdersSendAnotherCourier holds what decides whether a delivery under way goes on.
func TestOnlyOrdersSendAnotherCourier(t *testing.T) {
	s := endpoint{}.Evolve(plan())
	seen := s.Evolve(events.EndpointFailing{Endpoint: "w1", Since: monday}).Evolve(events.EndpointRecovered{Endpoint: "w1"}).Evolve(events.EndpointReached{Endpoint: "w1", Seq: 9, At: monday})
	if seen.Orders != s.Orders {
		t.Errorf("what was seen counts as an order: %d, %d", s.Orders, seen.Orders)
	}
	if ordered := s.Evolve(events.EndpointResumed{Endpoint: "w1"}); ordered.Orders != s.Orders+1 {
		t.Errorf("an order counts %d", ordered.Orders-s.Orders)
	}
}

func TestPausesGrowUpToHours(t *testing.T) {
	for try, want := range map[int]time.Duration{1: 5 * time.Second, 2: 10 * time.Second, 5: 80 * time.Second, 13: longestPause, 1000: longestPause} {
		if got := pauseAfter(try, 0); got != want {
			t.Errorf("after try %d: %v, want %v", try, got, want)
		}
		if got := pauseAfter(try, 1); got != want/2 {
			t.Errorf("after try %d at most jitter: %v, want %v", try, got, want/2)
		}
	}
}

func TestOnlyPublicAddressesAndNamedNetworksAreCalled(t *testing.T) {
	r, err := newReach([]string{"10.1.0.0/16"}, false)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"93.184.216.34": true, "2606:2800:220:1::1": true, "10.1.2.3": true, "::ffff:10.1.2.3": true,
		"10.2.0.1": false, "127.0.0.1": false, "::1": false, "::ffff:127.0.0.1": false, "169.254.169.254": false, "fe80::1": false, "fd00::1": false,
		"192.168.1.1": false, "172.16.0.1": false, "100.64.0.1": false, "0.0.0.0": false, "::": false, "224.0.0.1": false, "255.255.255.255": false,
		"64:ff9b::a9fe:a9fe": false, "2002:7f00:1::": false, "::127.0.0.1": false, "198.18.0.1": false, "ff02::1": false,
	} {
		if got := r.may(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	if _, err := newReach([]string{"10.1.0.0"}, false); err == nil {
		t.Error("a network without a length was taken")
	}
}

func TestAnAddressIsCheckedBeforeItIsRegistered(t *testing.T) {
	home, _ := newReach([]string{"127.0.0.0/8"}, false)
	plain, _ := newReach([]string{"10.0.0.0/8"}, true)
	for _, c := range []struct {
		r    reach
		url  string
		good bool
	}{
		{home, "https://127.0.0.1/x", true}, {home, "http://127.0.0.1:9000/x", true}, {plain, "http://10.0.0.1/x", true},
		{home, "http://93.184.216.34/x", false}, {home, "ftp://127.0.0.1/x", false}, {home, "https://10.0.0.1/", false}, {home, "https://169.254.169.254/latest", false},
		{home, "https://user:pass@127.0.0.1/", false}, {home, "https://127.0.0.1/#x", false}, {home, "/x", false}, {home, "https://", false},
		{home, "https://khong-co.invalid/", false}, {home, "https://127.0.0.1/" + strings.Repeat("x", maxURL), false},
	} {
		if err := c.r.check(t.Context(), c.url); (err == nil) != c.good {
			t.Errorf("%s: %v, want good %v", c.url, err, c.good)
		} else if err != nil && (fault.KindOf(err) != fault.Invalid || fault.Of(err).Fields[0].Name != "url") {
			t.Errorf("%s: refused as %v", c.url, err)
		}
	}
}

package catalog

import (
	"testing"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

func version(n int, digest string) events.CoursePublished {
	return events.CoursePublished{Course: "attt", Version: n, Digest: digest}
}

func publishing(digest string) publish { return publish{Content: version(0, digest)} }

func given(t *testing.T, past ...eventsource.Event) eventtest.Scenario[offer] {
	return eventtest.Given[offer](t, past...)
}

func TestPublishing(t *testing.T) {
	gone := events.CourseWithdrawn{Course: "attt"}
	given(t).When(publishing("d1")).Then(version(1, "d1"))
	given(t, version(1, "d1")).When(publishing("d1")).ThenNothing()
	given(t, version(1, "d1")).When(publishing("d2")).Then(version(2, "d2"))
	given(t, version(1, "d1"), version(2, "d2")).When(publishing("d1")).Then(version(3, "d1"))
	given(t, version(1, "d1"), gone).When(publishing("d1")).Then(version(1, "d1"))
	given(t, version(1, "d1"), gone).When(publishing("d2")).Then(version(2, "d2"))
	given(t, version(1, "d1"), gone, version(1, "d1")).When(publishing("d1")).ThenNothing()
}

func TestWithdrawing(t *testing.T) {
	gone := events.CourseWithdrawn{Course: "attt"}
	given(t, version(1, "d1")).When(withdraw{Course: "attt"}).Then(gone)
	given(t, version(1, "d1"), gone).When(withdraw{Course: "attt"}).ThenNothing()
	given(t).When(withdraw{Course: "attt"}).ThenRefused(fault.NotFound)
}

// Whatever is published and withdrawn in whatever order: a number always means one content, numbers grow by at most
// one, and after publishing the course is on offer with what was published.
func TestAVersionMeansOneContent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var o offer
		meaning := map[int]string{}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			if o.version > 0 && rapid.Bool().Draw(t, "withdraw") {
				decided, err := withdraw{Course: "attt"}.Decide(o)
				if err != nil {
					t.Fatal(err)
				}
				o = evolve(o, decided)
				continue
			}
			before, digest := o.version, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "content")
			decided, err := publishing(digest).Decide(o)
			if err != nil {
				t.Fatal(err)
			}
			o = evolve(o, decided)
			if o.digest != digest || o.withdrawn || o.version > before+1 {
				t.Fatalf("after publishing %q over version %d the offer is %+v", digest, before, o)
			}
			if known, ok := meaning[o.version]; ok && known != digest {
				t.Fatalf("version %d means %q and %q", o.version, known, digest)
			}
			meaning[o.version] = digest
		}
	})
}

func evolve(o offer, decided []eventsource.Event) offer {
	for _, e := range decided {
		o = o.Evolve(e)
	}
	return o
}

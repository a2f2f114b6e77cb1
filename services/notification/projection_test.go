package notification

import (
	"context"
	"errors"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/keyring"
	"khuevan/platform/readmodel"
)

// told is a source that tells its facts twice, then ends.
type told []eventsource.Recorded

var errEnd = errors.New("the end")

func (s told) Read(_ context.Context, _ uint64, _ []string, fn func([]eventsource.Recorded) error) error {
	for range 2 {
		for _, r := range s {
			if err := fn([]eventsource.Recorded{r}); err != nil {
				return err
			}
		}
	}
	return errEnd
}

func (s told) Head(context.Context, []string) (uint64, error) { return uint64(len(s)), nil }

func recorded(stream string, all ...eventsource.Event) told {
	s := make(told, len(all))
	for i, e := range all {
		s[i] = eventsource.Recorded{Fact: eventsource.Fact{Event: e, Meta: eventsource.Meta{Time: morning.Add(time.Minute)}}, Seq: uint64(i + 1), Stream: stream}
	}
	return s
}

func fill(t *testing.T, p *readmodel.Projection, s told) {
	t.Helper()
	if err := p.Open(t.Context(), readmodel.NewMemory(), "notification"); err != nil {
		t.Fatal(err)
	}
	if err := p.Run(t.Context(), s); !errors.Is(err, errEnd) {
		t.Fatal(err)
	}
}

func testRing(t *testing.T) *keyring.Ring {
	t.Helper()
	ring, err := keyring.Open(t.Context(), make([]byte, 32), keyring.Memory(), clock.NewTest(morning))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func sealed(t *testing.T, ring *keyring.Ring, person, field, plain string) events.Sealed {
	t.Helper()
	s, err := ring.Seal(t.Context(), person, field, plain)
	if err != nil {
		t.Fatal(err)
	}
	return events.Sealed(s)
}

func TestTheInboxFollowsAMessage(t *testing.T) {
	for name, c := range map[string]struct {
		after []eventsource.Event
		mail  string
		read  bool
		why   string
	}{
		"queued":            {nil, mailQueued, false, ""},
		"read":              {[]eventsource.Event{events.MessageRead{}}, mailQueued, true, ""},
		"begun":             {[]eventsource.Event{begun}, mailBegun, false, ""},
		"taken":             {[]eventsource.Event{begun, taken}, mailHandedOver, false, ""},
		"flagged":           {[]eventsource.Event{begun, flagged}, mailFlagged, false, reasonUnknown},
		"flagged but taken": {[]eventsource.Event{begun, flagged, taken}, mailHandedOver, false, ""},
	} {
		v := newViews(testRing(t))
		fill(t, v.inbox, recorded(streamOf(queued.Message), append([]eventsource.Event{queued}, c.after...)...))
		d, found, err := v.messages.Get(t.Context(), queued.Message)
		if err != nil || !found || d.Mail != c.mail || d.Read != c.read || d.Reason != c.why || d.Flagged.IsZero() != (c.why == "") {
			t.Errorf("%s: %+v, %v, %v", name, d, found, err)
		}
	}
}

func TestContactsAreSealedCorrectedAndErased(t *testing.T) {
	ring := testRing(t)
	v := newViews(ring)
	fill(t, v.contacts, recorded("directory.person.lan",
		events.PersonRegistered{Person: "lan", Name: sealed(t, ring, "lan", "name", "Lan"), Email: sealed(t, ring, "lan", "email", "lan@dt.example")},
		events.PersonCorrected{Person: "lan", Email: sealed(t, ring, "lan", "email", "lan.nt@dt.example")}))
	if got, err := v.contact(t.Context(), "lan"); err != nil || got != (contact{name: "Lan", email: "lan.nt@dt.example", since: 2}) {
		t.Errorf("%+v, %v", got, err)
	}
	if d, _, _ := v.people.Get(t.Context(), "lan"); d.Email == "lan.nt@dt.example" {
		t.Error("the read model holds a readable address")
	}
	if err := ring.Destroy(t.Context(), "lan"); err != nil {
		t.Fatal(err)
	}
	if got, err := v.contact(t.Context(), "lan"); err != nil || got.name != "" || got.email != "" {
		t.Errorf("after erasure: %+v, %v", got, err)
	}
}

package organisation_test

import (
	"testing"

	"khuevan/events"
	"khuevan/organisation"
)

// TestAnAudience: somebody is a clerk since 2020 and an officer since this spring, and has shown IU14.
func TestAnAudience(t *testing.T) {
	held := []organisation.Serving{{Post: "clerk", From: "2020-01-01"}, {Post: "officer", From: "2026-03-01"}}
	holds := func(tag string) bool { return tag == "IU14" }
	for _, c := range []struct {
		name string
		a    events.Audience
		by   int
		out  string
	}{
		{"everyone", events.Audience{}, 0, ""},
		{"named", events.Audience{People: []string{"lan"}}, 0, ""},
		{"not named", events.Audience{People: []string{"minh"}}, 0, organisation.OutPeople},
		{"of a post", events.Audience{Posts: []string{"officer"}}, 1, ""},
		{"of no such post", events.Audience{Posts: []string{"leader"}}, 0, organisation.OutPost},
		{"joined lately", events.Audience{JoinedDays: 90}, 1, ""},
		{"joined long ago", events.Audience{Posts: []string{"clerk"}, JoinedDays: 90}, 0, organisation.OutJoined},
		{"has shown it", events.Audience{Lacks: []string{"IU14"}}, 0, organisation.OutHolds},
		{"lacks another", events.Audience{Lacks: []string{"IU14", "IU15"}}, 0, ""},
	} {
		if by, out := organisation.Choose(c.a, "lan", held, "2026-05-01", holds); by != c.by || out != c.out {
			t.Errorf("%s: membership %d, left out for %q", c.name, by, out)
		}
	}
}

func TestAnotherPostIsNoNewcomer(t *testing.T) {
	var c organisation.Career
	for _, e := range []events.Event{
		events.MembershipBegan{Person: "lan", Membership: "m", Unit: "xa", Post: "clerk", On: "2020-01-01"},
		events.MembershipBegan{Person: "lan", Membership: "m", Unit: "xa", Post: "officer", On: "2026-03-01"},
		events.MembershipBegan{Person: "lan", Membership: "n", Unit: "so", Post: "officer", On: "2026-04-01"},
	} {
		c = c.After(e)
	}
	for unit, want := range map[string]string{"xa": "2020-01-01", "so": "2026-04-01"} {
		for _, m := range c.Held("2026-05-01") {
			if got := c.Since(m); m.Unit == unit && got != want {
				t.Errorf("in %s since %s, want %s", unit, got, want)
			}
		}
	}
}

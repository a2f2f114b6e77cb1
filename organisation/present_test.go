package organisation_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/organisation"
)

// Whoever tells each day that comes up as the next one, shows on every day what the career says of that day.
func TestThePresentIsTheCareersOnEveryDay(t *testing.T) {
	day := func(n int) string { return fmt.Sprintf("2026-%02d-%02d", 1+n/28, 1+n%28) }
	rapid.Check(t, func(t *rapid.T) {
		var p organisation.Present
		var c organisation.Career
		for today := range 40 {
			for range rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "facts") {
				on := day(rapid.IntRange(0, 45).Draw(t, "on"))
				unit := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "unit")
				e := rapid.SampledFrom([]events.Event{
					events.MembershipBegan{Person: "p", Unit: unit, Post: "clerk", On: on},
					events.MembershipBegan{Person: "p", Unit: unit, Post: "clerk", On: on, Kind: events.MembershipSecondment, Until: day(rapid.IntRange(0, 45).Draw(t, "until"))},
					events.MembershipEnded{Person: "p", Unit: unit, On: on},
					events.MembershipRestated{Person: "p", Membership: unit, Unit: "d", Post: "clerk", On: on},
					events.MembershipWithdrawn{Person: "p", Membership: unit},
					events.PersonRetired{Person: "p", On: on},
					events.PersonReturned{Person: "p", On: on},
				}).Draw(t, "fact")
				p, c = p.After(day(today), e), c.After(e)
			}
			for p.Next != "" && p.Next <= day(today) {
				p = p.After(day(today), events.CareerDayCame{Person: "p", On: p.Next})
			}
			home, _ := c.Home(day(today))
			if p.Unit != home.Unit || p.Post != home.Post {
				t.Fatalf("on %s present %+v, but the career says %+v", day(today), p, home)
			}
		}
	})
}

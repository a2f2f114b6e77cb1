package catalog

import (
	"slices"

	"khuevan/events"
	"khuevan/programme"
)

// hoursOf is how many hours somebody learns who fulfils parts in the shortest and in the longest way, without more than is needed.
func hoursOf(parts []events.ProgrammePart, hours func(course string) int) (least, most int) {
	for _, p := range parts {
		var shortest, longest []int // of each place
		for _, c := range p.Courses {
			low, high := hours(c.Course), hours(c.Course)
			for _, e := range c.Equivalents {
				low, high = min(low, hours(e)), max(high, hours(e))
			}
			shortest, longest = append(shortest, low), append(longest, high)
		}
		slices.Sort(shortest)
		slices.Sort(longest)
		slices.Reverse(longest)
		for i := range min(programme.Needed(p), len(p.Courses)) {
			least, most = least+shortest[i], most+longest[i]
		}
	}
	return least, most
}

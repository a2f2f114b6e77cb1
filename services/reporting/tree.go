package reporting

import (
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// tree is the units with those below them; it does not change once made. The id "" stands above all.
type tree struct {
	units map[string]unitDoc
	below map[string][]string // by name, in Vietnamese order
}

func newTree(units []unitDoc) *tree {
	t := &tree{units: make(map[string]unitDoc, len(units)), below: map[string][]string{}}
	for _, u := range units {
		t.units[u.Unit] = u
	}
	for _, u := range units {
		parent := u.Parent
		if _, known := t.units[parent]; !known {
			parent = ""
		}
		t.below[parent] = append(t.below[parent], u.Unit)
	}
	order := collate.New(language.Vietnamese)
	for _, ids := range t.below {
		slices.SortFunc(ids, func(a, b string) int {
			if n := order.CompareString(t.units[a].Name, t.units[b].Name); n != 0 {
				return n
			}
			return strings.Compare(a, b)
		})
	}
	return t
}

// top is the one unit above all others, or "" where there are several.
func (t *tree) top() string {
	if roots := t.below[""]; len(roots) == 1 {
		return roots[0]
	}
	return ""
}

func (t *tree) has(unit string) bool {
	_, known := t.units[unit]
	return known
}

func (t *tree) name(unit string) string {
	if unit == "" {
		return "Toàn bộ các đơn vị"
	}
	return t.units[unit].Name
}

// carried reports whether a former unit stands below the one into which it was merged.
func (t *tree) carried(unit string) bool {
	u := t.units[unit]
	return u.Former && t.has(u.Parent) && u.Name == t.units[u.Parent].Name
}

// path leads from the top to a unit, the unit included.
func (t *tree) path(unit string) []string {
	var path []string
	for t.has(unit) && !slices.Contains(path, unit) {
		path = append(path, unit)
		unit = t.units[unit].Parent
	}
	slices.Reverse(path)
	return path
}

// within reports whether a unit is another one or stands below it.
func (t *tree) within(unit, other string) bool { return slices.Contains(t.path(unit), other) }

// subtree lists a unit and all below it, each before those below it.
func (t *tree) subtree(unit string) []string {
	var all []string
	var walk func(string)
	walk = func(id string) {
		if id != "" {
			all = append(all, id)
		}
		for _, child := range t.below[id] {
			walk(child)
		}
	}
	walk(unit)
	return all
}

// totals gives, for a unit and all below it, the numbers of each with those below it.
func (t *tree) totals(unit string, own map[string]counts) map[string]counts {
	all := map[string]counts{}
	var walk func(string) counts
	walk = func(id string) counts {
		sum := own[id]
		for _, child := range t.below[id] {
			sum = sum.plus(walk(child))
		}
		all[id] = sum
		return sum
	}
	walk(unit)
	return all
}

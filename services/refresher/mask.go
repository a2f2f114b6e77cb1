package refresher

// leastGroup is the number of people below which nothing is told of a group.
const leastGroup = 5

// part is a unit with everything below it, or only those who stand in it directly.
type part struct {
	unit  string
	alone bool
}

// hierarchy gives the units right below one.
type hierarchy func(unit string) []string

// mask tells of which parts of a tree nothing may be told: groups under five people, and as many others as it takes that none
// of these can be found by subtraction. A whole is the sum of its parts, so of each such sum either nothing is left out or at
// least two terms are. Every page of the tree leaves out the same.
func mask(root string, below hierarchy, count map[part]int) map[part]bool {
	m := masking{below: below, count: count, hidden: map[part]bool{}}
	whole := part{unit: root}
	m.hidden[whole] = m.small(whole)
	m.walk(root)
	return m.hidden
}

type masking struct {
	below  hierarchy
	count  map[part]int
	hidden map[part]bool
}

func (m masking) small(p part) bool { return m.count[p] > 0 && m.count[p] < leastGroup }

// walk decides about the parts of a unit, of which it is known whether the whole is told.
func (m masking) walk(unit string) {
	below := m.below(unit)
	if len(below) == 0 {
		m.hidden[part{unit, true}] = m.hidden[part{unit: unit}]
		return
	}
	parts := []part{{unit, true}}
	for _, b := range below {
		parts = append(parts, part{unit: b})
	}
	terms := 0
	if m.hidden[part{unit: unit}] {
		terms++
	}
	for _, p := range parts {
		if m.hidden[p] = m.small(p); m.hidden[p] {
			terms++
		}
	}
	if terms == 1 {
		m.hideSmallest(parts)
	}
	for _, b := range below {
		m.walk(b)
	}
}

// hideSmallest hides the smallest part that is told and has anybody in it.
func (m masking) hideSmallest(parts []part) {
	best := -1
	for i, p := range parts {
		if !m.hidden[p] && m.count[p] > 0 && (best < 0 || m.count[p] < m.count[parts[best]]) {
			best = i
		}
	}
	if best >= 0 {
		m.hidden[parts[best]] = true
	}
}

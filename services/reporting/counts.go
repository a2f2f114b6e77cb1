package reporting

// counts are the numbers of some people, or a change of such numbers.
type counts struct {
	People    int `json:"people,omitempty"`
	Assigned  int `json:"assigned,omitempty"`
	Started   int `json:"started,omitempty"`
	Passed    int `json:"passed,omitempty"`
	Completed int `json:"completed,omitempty"`
	Certified int `json:"certified,omitempty"`
	Excused   int `json:"excused,omitempty"`
}

func (c counts) plus(o counts) counts {
	return counts{c.People + o.People, c.Assigned + o.Assigned, c.Started + o.Started, c.Passed + o.Passed,
		c.Completed + o.Completed, c.Certified + o.Certified, c.Excused + o.Excused}
}

func (c counts) minus(o counts) counts {
	return counts{c.People - o.People, c.Assigned - o.Assigned, c.Started - o.Started, c.Passed - o.Passed,
		c.Completed - o.Completed, c.Certified - o.Certified, c.Excused - o.Excused}
}

func (c counts) line(unit, name string) Line {
	return Line{Unit: unit, Name: name, People: c.People, Assigned: c.Assigned, Started: c.Started, Passed: c.Passed,
		Completed: c.Completed, Certified: c.Certified, Excused: c.Excused}
}

// number is one of the counts by its name.
type number struct {
	name string
	of   func(counts) int
}

func numbers() []number {
	return []number{
		{"people", func(c counts) int { return c.People }},
		{"assigned", func(c counts) int { return c.Assigned }},
		{"started", func(c counts) int { return c.Started }},
		{"passed", func(c counts) int { return c.Passed }},
		{"completed", func(c counts) int { return c.Completed }},
		{"certified", func(c counts) int { return c.Certified }},
		{"excused", func(c counts) int { return c.Excused }},
	}
}

package progress

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/keyring"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods of the ledger of hours.
var (
	GetHours      = rpc.Query[HoursRequest, Hours]("progress.get-hours", "Gives the hours of a person by year.", rpc.SignedIn, events.RoleHead, events.RoleTrainer).About(rpc.PersonIn("person"), rpc.Logged)
	GetUnitHours  = rpc.Query[UnitHoursRequest, UnitHours]("progress.get-unit-hours", "Gives the hours of a unit and those below it in a year.", events.RoleHead, events.RoleTrainer).About(rpc.UnitOrOwn("unit"), rpc.Logged, UnitHours.people)
	DownloadHours = rpc.Query[DownloadHoursRequest, Document]("progress.download-hours", "Gives the hours of a unit in a year as a CSV file.", events.RoleHead, events.RoleTrainer).About(rpc.UnitOrOwn("unit"), rpc.Logged)
)

// HoursRequest names a person, the caller where it names none, and a year; 0 is the present one.
type HoursRequest struct {
	Person string `json:"person,omitempty"`
	Year   int    `json:"year,omitempty"`
	After  uint64 `json:"after,omitempty"`
}

// Hours is the ledger of a person.
type Hours struct {
	Person string     `json:"person"`
	Name   string     `json:"name"`
	Year   int        `json:"year"`
	Years  []YearSum  `json:"years"` // with something in them, latest first
	Lines  []HourLine `json:"lines"` // of the year
}

// YearSum is what was gained in a year.
type YearSum struct {
	Year  int  `json:"year"`
	Hours int  `json:"hours"` // tiết of 45 minutes, of completed courses
	Time  Time `json:"time"`
}

// HourLine is what was gained in a year by one period of a course.
type HourLine struct {
	Course      string       `json:"course"`
	Title       events.Words `json:"title"`
	Period      int          `json:"period"`
	Hours       int          `json:"hours"` // 0 where the course was not completed in the year
	Completed   time.Time    `json:"completed,omitzero"`
	Time        Time         `json:"time"`
	Certificate string       `json:"certificate,omitempty"` // code
}

// UnitHoursRequest names a unit, one of the caller's own where it names none, and a year; 0 is the present one.
type UnitHoursRequest struct {
	Unit  string `json:"unit,omitempty"`
	Year  int    `json:"year,omitempty"`
	After uint64 `json:"after,omitempty"`
}

// UnitHours is the ledger of a unit with all units below it. Hours belong to the unit that the person held on the day of completion.
type UnitHours struct {
	Unit    UnitSum     `json:"unit"`
	Year    int         `json:"year"`
	Years   []int       `json:"years"`             // that can be asked for, latest first
	Below   []UnitSum   `json:"below"`             // the units right below
	Members []PersonSum `json:"members,omitempty"` // by name; none where they are too many to read
	TooMany bool        `json:"too_many,omitempty"`
}

// people are those shown by name.
func (u UnitHours) people() (all []string) {
	for _, m := range u.Members {
		all = append(all, m.Person)
	}
	return all
}

// UnitSum is the sums of a unit with all units below it.
type UnitSum struct {
	Unit   string `json:"unit"`
	Name   string `json:"name"`
	People int    `json:"people"` // members today
	Gained int    `json:"gained"` // people with hours in the year
	Hours  int    `json:"hours"`
	Time   Time   `json:"time"`
}

// PersonSum is what a person gained in a unit in a year.
type PersonSum struct {
	Person  string `json:"person"`
	Name    string `json:"name"` // "" once the person's data were erased
	Courses int    `json:"courses"`
	Hours   int    `json:"hours"`
	Time    Time   `json:"time"`
}

func (t Time) plus(o Time) Time {
	return Time{t.Visible + o.Visible, t.Active + o.Active, t.Counted + o.Counted}
}

// hours answers the methods of the ledger.
type hours struct {
	host.Deps
	ledger
}

func (a hours) await(ctx context.Context, after uint64) error {
	for _, p := range []*readmodel.Projection{a.projection, a.structure.Projection} {
		if err := a.Await(ctx, p, after); err != nil {
			return err
		}
	}
	return nil
}

func (a hours) getHours(ctx context.Context, req HoursRequest) (Hours, error) {
	if err := a.await(ctx, req.After); err != nil {
		return Hours{}, err
	}
	person := cmp.Or(req.Person, caller(ctx))
	p, _, err := a.people.Get(ctx, person)
	if err != nil {
		return Hours{}, err
	}
	h := Hours{Person: person, Year: cmp.Or(req.Year, yearOf(a.Clock.Now())), Years: []YearSum{}, Lines: []HourLine{}}
	if h.Name, err = a.reveal(ctx, person, "name", p.Name); err != nil {
		return Hours{}, err
	}
	err = a.lines.Each(ctx, readmodel.Query{Index: "person", Equal: []any{person}, Desc: true}, func(d hoursDoc) error {
		if at := len(h.Years) - 1; at < 0 || h.Years[at].Year != d.Year {
			h.Years = append(h.Years, YearSum{Year: d.Year})
		}
		sum := &h.Years[len(h.Years)-1]
		sum.Hours, sum.Time = sum.Hours+d.Hours, sum.Time.plus(d.Time)
		if d.Year != h.Year {
			return nil
		}
		line, err := a.line(ctx, d)
		h.Lines = append(h.Lines, line)
		return err
	})
	slices.SortStableFunc(h.Lines, func(a, b HourLine) int {
		return cmp.Or(a.Completed.Compare(b.Completed), cmp.Compare(a.Course, b.Course), cmp.Compare(a.Period, b.Period))
	})
	return h, err
}

// line names the course as its completed version does, or as it is called now.
func (a hours) line(ctx context.Context, d hoursDoc) (HourLine, error) {
	version := d.Course
	if d.Version > 0 {
		version = versionID(d.Course, d.Version)
	}
	worth, _, err := a.credits.Get(ctx, version)
	return HourLine{Course: d.Course, Title: worth.Title, Period: d.Period, Hours: d.Hours, Completed: d.Completed, Time: d.Time, Certificate: d.Certificate}, err
}

// reveal opens a sealed text; "" for an erased person.
func (a hours) reveal(ctx context.Context, person, field, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	plain, err := a.Keys.Reveal(ctx, person, field, sealed)
	if errors.Is(err, keyring.ErrDestroyed) || errors.Is(err, keyring.ErrNotFound) {
		return "", nil
	}
	return plain, err
}

// scope is what a request about a unit speaks of.
type scope struct {
	unit, day string
	year      int
	tree      *organisation.Tree
	whole     *organisation.Whole
}

// scope finds the unit: whoever holds a role everywhere begins at the top, others at the first unit of their grants.
func (a hours) scope(ctx context.Context, unit string, year int) (s scope, err error) {
	now := a.Clock.Now()
	s = scope{unit: unit, day: dayOf(now), year: cmp.Or(year, yearOf(now))}
	structure, err := a.structure.Structure(ctx)
	if err != nil {
		return s, err
	}
	if s.whole, err = a.structure.On(ctx, s.day); err != nil {
		return s, err
	}
	s.tree = structure.On(s.day)
	if s.unit == "" {
		s.unit = s.first(rpc.From(ctx).Identity)
	}
	if _, ok := s.tree.Unit(s.unit); !ok {
		return s, fault.New(fault.NotFound, "Không có đơn vị này.", "There is no such unit.")
	}
	return s, nil
}

func (s scope) first(who rpc.Identity) string {
	var granted []string
	for _, role := range []string{events.RoleHead, events.RoleTrainer} {
		units, all := who.Units(role)
		if top := s.tree.Below(""); all && len(top) > 0 {
			return top[0].ID
		}
		granted = append(granted, units...)
	}
	slices.Sort(granted)
	for _, u := range granted {
		if s.whole.Has(u) {
			return u
		}
	}
	return ""
}

// branch is the unit right below the scope's through which another hangs: "" for the scope's own, and not ok outside.
func (s scope) branch(unit string) (branch string, ok bool) {
	for at := unit; at != ""; at = s.whole.Above(at) {
		if at == s.unit {
			return branch, true
		}
		branch = at
	}
	return "", false
}

// mostQueried is in how many units lines and people are looked up one by one; beyond, all of them are read.
const mostQueried = 200

// each gives the lines of the year and the members of today.
func (a hours) each(ctx context.Context, s scope, line func(hoursDoc) error, member func(learner) error) error {
	units := s.whole.Subtree(s.unit)
	lines, people := []readmodel.Query{{Index: "year", Equal: []any{s.year}}}, []readmodel.Query{{}}
	if len(units) <= mostQueried {
		lines, people = nil, nil
		for _, u := range units {
			lines = append(lines, readmodel.Query{Index: "year", Equal: []any{s.year, u}})
			people = append(people, readmodel.Query{Index: "unit", Equal: []any{u}})
		}
	}
	for i := range lines {
		if err := a.lines.Each(ctx, lines[i], line); err != nil {
			return err
		}
		if err := a.people.Each(ctx, people[i], member); err != nil {
			return err
		}
	}
	return nil
}

// tally counts a unit's year.
type tally struct {
	scope
	sums    map[string]*UnitSum // by branch; "" is the unit's own
	members map[string]*PersonSum
	gained  map[string]map[string]bool // people with hours, by branch
}

func (s scope) tally() tally {
	return tally{scope: s, sums: map[string]*UnitSum{}, members: map[string]*PersonSum{}, gained: map[string]map[string]bool{}}
}

func (t tally) sum(branch string) *UnitSum {
	if t.sums[branch] == nil {
		t.sums[branch], t.gained[branch] = &UnitSum{}, map[string]bool{}
	}
	return t.sums[branch]
}

func (t tally) member(person string) *PersonSum {
	if t.members[person] == nil {
		t.members[person] = &PersonSum{Person: person}
	}
	return t.members[person]
}

func (t tally) line(d hoursDoc) error {
	branch, ok := t.branch(d.Unit)
	if !ok {
		return nil
	}
	sum, m := t.sum(branch), t.member(d.Person)
	sum.Hours, sum.Time = sum.Hours+d.Hours, sum.Time.plus(d.Time)
	m.Hours, m.Time = m.Hours+d.Hours, m.Time.plus(d.Time)
	if d.Hours > 0 {
		m.Courses++
		t.gained[branch][d.Person] = true
	}
	return nil
}

func (t tally) person(p learner) error {
	if branch, ok := t.branch(p.Unit); ok {
		t.sum(branch).People++
		t.member(p.Person)
	}
	return nil
}

// mostNamed is how many people of a unit are named on one page; larger ones are read unit by unit, or as a file.
const mostNamed = 300

func (a hours) getUnitHours(ctx context.Context, req UnitHoursRequest) (UnitHours, error) {
	if err := a.await(ctx, req.After); err != nil {
		return UnitHours{}, err
	}
	s, err := a.scope(ctx, req.Unit, req.Year)
	if err != nil {
		return UnitHours{}, err
	}
	t := s.tally()
	if err := a.each(ctx, s, t.line, t.person); err != nil {
		return UnitHours{}, err
	}
	u := UnitHours{Year: s.year, Below: []UnitSum{}}
	u.Unit, u.Below = t.units()
	if u.Years, err = a.years(ctx, s.year); err != nil {
		return u, err
	}
	if u.TooMany = len(t.members) > mostNamed; u.TooMany {
		return u, nil
	}
	u.Members, err = a.named(ctx, t)
	return u, err
}

// units are the sums of the unit and of those right below it; somebody with hours in two of them counts once in the whole.
func (t tally) units() (all UnitSum, below []UnitSum) {
	unit, _ := t.tree.Unit(t.unit)
	all = UnitSum{Unit: t.unit, Name: unit.Name}
	gained := map[string]bool{}
	for branch, sum := range t.sums {
		all.People, all.Hours, all.Time = all.People+sum.People, all.Hours+sum.Hours, all.Time.plus(sum.Time)
		maps.Copy(gained, t.gained[branch])
	}
	all.Gained, below = len(gained), []UnitSum{}
	for _, u := range t.tree.Below(t.unit) {
		sum := *t.sum(u.ID)
		sum.Unit, sum.Name, sum.Gained = u.ID, u.Name, len(t.gained[u.ID])
		below = append(below, sum)
	}
	return all, below
}

// named gives the members with their names, in the order of given names.
func (a hours) named(ctx context.Context, t tally) ([]PersonSum, error) {
	all := make([]PersonSum, 0, len(t.members))
	for _, m := range t.members {
		p, _, err := a.people.Get(ctx, m.Person)
		if err != nil {
			return nil, err
		}
		if m.Name, err = a.reveal(ctx, m.Person, "name", p.Name); err != nil {
			return nil, err
		}
		all = append(all, *m)
	}
	sortByName(all, func(m PersonSum) (string, string) { return m.Name, m.Person })
	return all, nil
}

// years are those from the first with anything in it to the present one, and the one that is asked for.
func (a hours) years(ctx context.Context, asked int) ([]int, error) {
	now := yearOf(a.Clock.Now())
	first := now
	page, err := a.lines.Find(ctx, readmodel.Query{Index: "year", Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(page.Items) > 0 {
		first = min(first, page.Items[0].Year)
	}
	years := []int{}
	for y := now; y >= first; y-- {
		years = append(years, y)
	}
	if !slices.Contains(years, asked) {
		years = append(years, asked)
	}
	return years, nil
}

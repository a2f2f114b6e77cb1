package reporting

import (
	"context"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	GetRollup          = rpc.Query[RollupRequest, Rollup]("reporting.get-rollup", "Gives the numbers of a unit and of the units right below it.", events.RoleHead, events.RoleAnalyst, events.RoleTrainer, events.RoleAdmin).About(rpc.UnitOrOwn("unit"))
	ListRows           = rpc.Query[ListRowsRequest, RowPage]("reporting.list-rows", "Lists the people behind the numbers of a unit.", events.RoleHead, events.RoleAnalyst, events.RoleAdmin).About(rpc.UnitOrOwn("unit"), rpc.Logged, RowPage.people)
	DownloadCompetency = rpc.Query[DownloadRequest, Document]("reporting.download-competency", "Gives the competency report as an XLSX workbook.", events.RoleHead, events.RoleAnalyst).About(rpc.UnitOrOwn("unit"), rpc.Logged)
	Recount            = rpc.Query[rpc.Empty, RecountReport]("reporting.recount", "Recounts every rollup from the events and compares.", events.RoleAdmin, events.RoleAnalyst).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin, events.RoleAnalyst))
)

// RollupRequest names a unit ("" for the whole of what the caller may see) and a course ("" for all courses together).
type RollupRequest struct {
	Unit   string `json:"unit,omitempty"`
	Course string `json:"course,omitempty"`
	After  uint64 `json:"after,omitempty"`
}

// Rollup is the numbers of a unit with all units below it, and of those right below it.
type Rollup struct {
	Unit  Line   `json:"unit"`
	Path  []Line `json:"path"`  // from the root to the unit, names only
	Below []Line `json:"below"` // each with all units below it, by name
}

// Line is the numbers of a unit with all units below it. A person counts in a unit while a member of it.
type Line struct {
	Unit      string `json:"unit"`
	Name      string `json:"name"`
	People    int    `json:"people"`    // members
	Assigned  int    `json:"assigned"`  // latest periods of members in the course
	Started   int    `json:"started"`   // of these, with a lesson started or an attempt begun
	Passed    int    `json:"passed"`    // of these, with the quiz passed
	Completed int    `json:"completed"` // of these, completed
	Certified int    `json:"certified"` // of these, with a certificate
	Excused   int    `json:"excused"`   // of these, excused and not completed: no rate counts them as owing
}

// ListRowsRequest asks for people of a unit and those below it, a page at a time.
type ListRowsRequest struct {
	Unit   string `json:"unit"`
	Course string `json:"course,omitempty"`
	State  string `json:"state,omitempty"` // one of Row.State; "" for all
	After  string `json:"after,omitempty"`
	Limit  int    `json:"limit,omitempty"`
}

// RowPage is some rows; Next continues.
type RowPage struct {
	Items []Row  `json:"items"`
	Next  string `json:"next,omitempty"`
}

// people are those on the page.
func (p RowPage) people() (all []string) {
	for _, r := range p.Items {
		all = append(all, r.Person)
	}
	return all
}

// Row is a person in the latest period of a course.
type Row struct {
	Person      string    `json:"person"`
	Name        string    `json:"name"` // "" once the person's data were erased
	Unit        string    `json:"unit"`
	UnitName    string    `json:"unit_name"`
	Course      string    `json:"course"`
	Period      int       `json:"period"`
	State       string    `json:"state"` // assigned, started, passed, completed, excused
	Due         time.Time `json:"due"`
	Mark        float64   `json:"mark"` // out of 10; of the passed attempt
	Completed   time.Time `json:"completed,omitzero"`
	Certificate string    `json:"certificate,omitempty"` // code
}

// DownloadRequest names what the report covers, like RollupRequest.
type DownloadRequest struct {
	Unit   string `json:"unit,omitempty"`
	Course string `json:"course,omitempty"`
	Lang   string `json:"lang,omitempty"`
}

// Document is a file.
type Document struct {
	Name string `json:"name"`
	Type string `json:"type"` // media type
	Body []byte `json:"body"`
}

// RecountReport tells whether every rollup equals a recount from the events.
type RecountReport struct {
	Events      int          `json:"events"` // recounted
	Upto        uint64       `json:"upto"`   // sequence of the last
	Lines       int          `json:"lines"`  // compared
	Differences []Difference `json:"differences"`
	Broken      []string     `json:"broken"` // facts that cannot be read or break their stream's hash chain
}

// Difference is a number that does not equal its recount.
type Difference struct {
	Unit   string `json:"unit"`
	Course string `json:"course"`
	Number string `json:"number"` // people, assigned, …
	Shown  int    `json:"shown"`
	Events int    `json:"events"` // what the events say
}

// api answers the methods.
type api struct {
	d     host.Deps
	views *views
	scan  Scan
}

// see gives the tree and the unit that a request is about, once the caller may look at it.
func (a *api) see(ctx context.Context, unit string, after uint64, roles []string) (*tree, string, error) {
	for _, p := range []*readmodel.Projection{a.views.structure, a.views.rollups} {
		if err := a.d.Await(ctx, p, after); err != nil {
			return nil, "", err
		}
	}
	t, err := a.views.treeOn(ctx, a.today())
	if err != nil {
		return nil, "", err
	}
	unit, err = scope(rpc.From(ctx).Identity, t, unit, roles)
	return t, unit, err
}

// today is the present day in the province's zone.
func (a *api) today() string { return clock.Local(a.d.Clock.Now()).Format(time.DateOnly) }

func (a *api) getRollup(ctx context.Context, req RollupRequest) (Rollup, error) {
	t, unit, err := a.see(ctx, req.Unit, req.After, GetRollup.Signature.Allow)
	if err != nil {
		return Rollup{}, err
	}
	own, err := a.views.own(ctx, t.subtree(unit), req.Course)
	if err != nil {
		return Rollup{}, err
	}
	totals := t.totals(unit, own)
	r := Rollup{Unit: totals[unit].line(unit, t.name(unit)), Path: []Line{}, Below: []Line{}}
	for _, id := range t.path(unit) {
		r.Path = append(r.Path, Line{Unit: id, Name: t.name(id)})
	}
	for _, id := range t.below[unit] {
		if t.units[id].Former && (t.carried(id) || totals[id] == (counts{})) {
			continue // its numbers stand with its successor
		}
		r.Below = append(r.Below, totals[id].line(id, t.name(id)))
	}
	return r, nil
}

func (a *api) listRows(ctx context.Context, req ListRowsRequest) (RowPage, error) {
	switch req.State {
	case "", stateAssigned, stateStarted, statePassed, stateCompleted, stateExcused:
	default:
		return RowPage{}, fault.New(fault.Invalid, "Không có trạng thái này.", "There is no such state.").
			With("state", "assigned, started, passed, completed hoặc excused", "assigned, started, passed, completed or excused")
	}
	t, unit, err := a.see(ctx, req.Unit, 0, ListRows.Signature.Allow)
	if err != nil {
		return RowPage{}, err
	}
	units := t.subtree(unit)
	own, err := a.views.own(ctx, units, req.Course)
	if err != nil {
		return RowPage{}, err
	}
	found, next, err := a.views.pageOfRows(ctx, units, own, req)
	if err != nil {
		return RowPage{}, err
	}
	page := RowPage{Items: make([]Row, len(found)), Next: next}
	names := newNames(a.d.Keys, a.views)
	for i, r := range found {
		if page.Items[i], err = names.row(ctx, t, r); err != nil {
			return RowPage{}, err
		}
	}
	return page, nil
}

func (a *api) download(ctx context.Context, req DownloadRequest) (Document, error) {
	t, unit, err := a.see(ctx, req.Unit, 0, DownloadCompetency.Signature.Allow)
	if err != nil {
		return Document{}, err
	}
	c, err := a.competency(ctx, t, unit, req)
	if err != nil {
		return Document{}, err
	}
	body, err := c.workbook()
	if err != nil {
		return Document{}, err
	}
	return Document{Name: c.fileName(), Type: workbookType, Body: body}, nil
}

func (a *api) recount(ctx context.Context, _ rpc.Empty) (RecountReport, error) {
	return a.compare(ctx)
}

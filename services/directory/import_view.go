package directory

import (
	"fmt"
	"maps"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// importDoc is one import in the list of all.
type importDoc struct {
	ID       string    `json:"id"`
	Order    string    `json:"order"` // sorts by the place of the first fact
	At       time.Time `json:"at"`
	Moved    time.Time `json:"moved"` // when it last got on
	By       string    `json:"by,omitempty"`
	Phase    string    `json:"phase"` // planning, writing, done, undoing, undone
	Units    int       `json:"units"`
	People   int       `json:"people"`
	Refused  int       `json:"refused"`
	Doubtful int       `json:"doubtful,omitempty"`
	Done     int       `json:"done"` // of units and people, in the phase that goes on
	Planned  bool      `json:"planned"`

	KeptUnits  []string `json:"kept_units,omitempty"`
	KeptPeople []string `json:"kept_people,omitempty"`
}

// Phases of an import.
const (
	phaseWriting = "writing"
	phaseDone    = "done"
	phaseUndoing = "undoing"
	phaseUndone  = "undone"
)

// mappingDoc is what was chosen for a header.
type mappingDoc struct {
	ID      string            `json:"id"`
	Columns map[string]string `json:"columns"`
}

// doubtDoc is a row that may speak of somebody known.
type doubtDoc struct {
	ID     string                 `json:"id"` // the candidate
	Import string                 `json:"import"`
	State  string                 `json:"state"`
	Person string                 `json:"person,omitempty"` // who the row's person is, if somebody known
	At     time.Time              `json:"at"`
	Fact   events.IdentityDoubted `json:"fact"`
}

// States of a doubt.
const (
	doubtOpen  = "open"
	doubtSame  = "same"
	doubtOther = "other"
	doubtGone  = "gone"
)

func (m *readModel) openImports() {
	m.imports = readmodel.NewCollection[importDoc]("imports", readmodel.Index{Name: "order", Fields: []string{"order"}})
	m.chosen = readmodel.NewCollection[mappingDoc]("mappings")
	m.doubts = readmodel.NewCollection[doubtDoc]("doubts", readmodel.Index{Name: "state", Fields: []string{"state"}}, readmodel.Index{Name: "import", Fields: []string{"import", "state"}})
	m.story = readmodel.NewProjection("imports", 2, []string{"directory.import", "directory.mapping", "directory.doubt"}, m.applyImport,
		m.imports, m.chosen, m.doubts)
}

func (m *readModel) applyImport(b *readmodel.Batch, r eventsource.Recorded) error {
	change := func(id string, fn func(*importDoc)) error {
		return m.imports.Update(b, id, func(d *importDoc) {
			if d.ID == "" {
				d.ID, d.Order, d.At = id, fmt.Sprintf("%016d", r.Seq), r.Time
			}
			d.Moved = r.Time
			fn(d)
		})
	}
	switch e := r.Event.(type) {
	case events.ImportAccepted:
		return change(e.Import, func(d *importDoc) {
			d.Phase, d.By, d.Planned = phaseWriting, e.By, true
			d.Units, d.People, d.Refused, d.Doubtful = e.Units, e.People, e.Refused, e.Doubtful
		})
	case events.ImportAdvanced:
		return change(e.Import, func(d *importDoc) { d.Done = e.Done })
	case events.ImportConfirmed:
		return change(e.Import, func(d *importDoc) {
			d.Phase, d.Done = phaseDone, 0
			if !d.Planned {
				d.By, d.Units, d.People, d.Refused = r.Actor, e.Units, e.People, e.Refused
			}
		})
	case events.ImportUndoBegan:
		return change(e.Import, func(d *importDoc) { d.Phase, d.Done = phaseUndoing, 0 })
	case events.ImportUndone:
		return change(e.Import, func(d *importDoc) { d.Phase, d.KeptUnits, d.KeptPeople = phaseUndone, e.Units, e.People })
	case events.MappingChosen:
		id := mappingID(e.Organisation, e.Signature)
		return m.chosen.Update(b, id, func(d *mappingDoc) { *d = mappingDoc{ID: id, Columns: e.Columns} })
	case events.IdentityDoubted:
		return m.doubts.Update(b, e.Candidate, func(d *doubtDoc) {
			*d = doubtDoc{ID: e.Candidate, Import: e.Import, State: doubtOpen, At: r.Time, Fact: e}
		})
	case events.IdentityDecided:
		return m.doubts.Update(b, e.Candidate, func(d *doubtDoc) {
			if d.State = doubtOther; e.Person != "" {
				d.State = doubtSame
			}
			d.Person, d.Fact = e.Person, withoutRow(d.Fact)
		})
	case events.IdentityDropped:
		return m.doubts.Update(b, e.Candidate, func(d *doubtDoc) { d.State, d.Person, d.Fact = doubtGone, "", withoutRow(d.Fact) })
	}
	return nil
}

// withoutRow is a doubt that is over: what the row said cannot be read any more.
func withoutRow(d events.IdentityDoubted) events.IdentityDoubted {
	d.Code, d.Name, d.Email, d.BirthYear = "", "", "", ""
	return d
}

func equalColumns(a, b map[string]string) bool { return maps.Equal(a, b) }

package directory

import (
	"fmt"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// imported is an import as its facts tell. An import of before there were plans has Confirmed only.
type imported struct {
	Accepted  *events.ImportAccepted
	Confirmed bool
	Undoing   *events.ImportUndoBegan
	Undone    bool
	Done      int // of the work that goes on
}

// Evolve implements eventsource.State.
func (i imported) Evolve(e eventsource.Event) imported {
	switch e := e.(type) {
	case events.ImportAccepted:
		i.Accepted = &e
	case events.ImportAdvanced:
		i.Done = e.Done
	case events.ImportConfirmed:
		i.Confirmed, i.Done = true, 0
	case events.ImportUndoBegan:
		i.Undoing = &e
	case events.ImportUndone:
		i.Undone = true
	}
	return i
}

// part is one part of a plan, once it is recorded.
type part struct {
	Recorded bool
	Units    []events.UnitStep
	People   []events.PersonStep
	Problems []events.ImportProblem
}

// Evolve implements eventsource.State.
func (p part) Evolve(e eventsource.Event) part {
	if e, ok := e.(events.ImportPlanned); ok {
		return part{true, e.Units, e.People, e.Problems}
	}
	return p
}

func partStream(id string, n int) string { return fmt.Sprintf("directory.plan.%s_%d", id, n) }

func importStream(id string) string { return "directory.import." + id }

// planImport records one part of a plan.
type planImport struct{ Fact events.ImportPlanned }

// Stream implements eventsource.Command.
func (c planImport) Stream() string { return partStream(c.Fact.Import, c.Fact.Part) }

// Decide implements eventsource.Command.
func (c planImport) Decide(p part) ([]eventsource.Event, error) {
	if p.Recorded {
		return nil, nil
	}
	return []eventsource.Event{c.Fact}, nil
}

// acceptImport says that the plan is whole.
type acceptImport struct{ Fact events.ImportAccepted }

// Stream implements eventsource.Command.
func (c acceptImport) Stream() string { return importStream(c.Fact.Import) }

// Decide implements eventsource.Command.
func (c acceptImport) Decide(i imported) ([]eventsource.Event, error) {
	if i.Accepted != nil {
		return nil, nil
	}
	return []eventsource.Event{c.Fact}, nil
}

// advanceImport tells how far the work is; it never goes back.
type advanceImport struct{ Fact events.ImportAdvanced }

// Stream implements eventsource.Command.
func (c advanceImport) Stream() string { return importStream(c.Fact.Import) }

// Decide implements eventsource.Command.
func (c advanceImport) Decide(i imported) ([]eventsource.Event, error) {
	if c.Fact.Done <= i.Done || i.Undone || i.Confirmed && i.Undoing == nil {
		return nil, nil
	}
	return []eventsource.Event{c.Fact}, nil
}

// endImport says that every row of the plan stands in the directory.
type endImport struct{ Import string }

// Stream implements eventsource.Command.
func (c endImport) Stream() string { return importStream(c.Import) }

// Decide implements eventsource.Command.
func (c endImport) Decide(i imported) ([]eventsource.Event, error) {
	if i.Accepted == nil || i.Confirmed {
		return nil, nil
	}
	a := i.Accepted
	return []eventsource.Event{events.ImportConfirmed{Import: c.Import, Digest: a.Digest, Units: a.Units, People: a.People, Refused: a.Refused}}, nil
}

// undoImport begins to take an import back.
type undoImport struct{ Fact events.ImportUndoBegan }

// Stream implements eventsource.Command.
func (c undoImport) Stream() string { return importStream(c.Fact.Import) }

// Decide implements eventsource.Command.
func (c undoImport) Decide(i imported) ([]eventsource.Event, error) {
	switch {
	case i.Undoing != nil:
		return nil, nil
	case i.Confirmed && i.Accepted == nil:
		return nil, fault.New(fault.Conflict, "Lần nhập này có từ trước khi hệ thống ghi nhớ từng thay đổi, nên không hoàn tác được.",
			"This import is older than the record of what imports change; it cannot be taken back.")
	case i.Accepted == nil:
		return nil, fault.New(fault.NotFound, "Không có lần nhập này.", "There is no such import.")
	case !i.Confirmed:
		return nil, fault.New(fault.Conflict, "Lần nhập đang được ghi. Hãy đợi ghi xong rồi hoàn tác.", "The import is still being written. Take it back when it is done.")
	}
	return []eventsource.Event{c.Fact}, nil
}

// endUndo says what of an import could not be taken back.
type endUndo struct{ Fact events.ImportUndone }

// Stream implements eventsource.Command.
func (c endUndo) Stream() string { return importStream(c.Fact.Import) }

// Decide implements eventsource.Command.
func (c endUndo) Decide(i imported) ([]eventsource.Event, error) {
	if i.Undoing == nil || i.Undone {
		return nil, nil
	}
	return []eventsource.Event{c.Fact}, nil
}

// chooseMapping remembers which headings stand for which columns.
type chooseMapping struct{ Fact events.MappingChosen }

// mapping is what was chosen last for a header.
type mapping struct{ Columns map[string]string }

// Evolve implements eventsource.State.
func (m mapping) Evolve(e eventsource.Event) mapping {
	if e, ok := e.(events.MappingChosen); ok {
		m.Columns = e.Columns
	}
	return m
}

// Stream implements eventsource.Command.
func (c chooseMapping) Stream() string {
	return "directory.mapping." + mappingID(c.Fact.Organisation, c.Fact.Signature)
}

// Decide implements eventsource.Command.
func (c chooseMapping) Decide(m mapping) ([]eventsource.Event, error) {
	if m.Columns != nil && equalColumns(m.Columns, c.Fact.Columns) {
		return nil, nil
	}
	return []eventsource.Event{c.Fact}, nil
}

func mappingID(organisation, signature string) string { return organisation + "-" + signature }

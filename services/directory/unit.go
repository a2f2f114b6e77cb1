package directory

import (
	"cmp"
	"reflect"
	"slices"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// unit is a unit as it was last stated, whatever the days; Code "" is before the first fact.
type unit struct {
	Code, Name, Kind, Parent, On string
	Ended                        string
	Unsure                       bool // a fact was withdrawn: what was last stated is for the read model to tell
	Told                         []eventsource.Event
}

// Evolve implements eventsource.State.
func (u unit) Evolve(e eventsource.Event) unit {
	u.Told = append(slices.Clone(u.Told), e)
	switch e := e.(type) {
	case events.UnitEstablished:
		if u.Code == "" {
			u.Parent = e.Parent
		}
		u.Code, u.Name, u.Kind, u.On, u.Ended, u.Unsure = e.Code, e.Name, e.Kind, e.On, "", false
	case events.UnitRenamed:
		u.Code, u.Name, u.Kind = cmp.Or(e.Code, u.Code), cmp.Or(e.Name, u.Name), cmp.Or(e.Kind, u.Kind)
	case events.UnitMoved:
		u.Parent = e.Parent
	case events.UnitEnded:
		u.Ended = e.How
	case events.UnitFactWithdrawn:
		u.Unsure = true
	}
	return u
}

// told reports whether a fact has been recorded already.
func (u unit) told(e eventsource.Event) bool {
	return slices.ContainsFunc(u.Told, func(other eventsource.Event) bool { return reflect.DeepEqual(other, e) })
}

// tell decides a fact about a known unit; whether it fits the structure of its day is checked for a step as a whole.
func (u unit) tell(e eventsource.Event) ([]eventsource.Event, error) {
	switch {
	case u.told(e):
		return nil, nil
	case u.Code == "":
		return nil, noUnit()
	}
	return []eventsource.Event{e}, nil
}

func noUnit() error {
	return fault.New(fault.NotFound, "Không có đơn vị này.", "There is no such unit.")
}

// EstablishUnit states a unit as it is from a day on: a new one, or a known one under another name or kind.
type EstablishUnit struct {
	Unit, Code, Name, Kind, Parent, On string
	Step                               string
}

// Stream implements eventsource.Command.
func (c EstablishUnit) Stream() string { return unitStream(c.Unit) }

// Decide implements eventsource.Command.
func (c EstablishUnit) Decide(u unit) ([]eventsource.Event, error) {
	if u.Code == c.Code && u.Name == c.Name && u.Kind == c.Kind && u.Parent == c.Parent && u.On == c.On && u.Ended == "" && !u.Unsure {
		return nil, nil
	}
	said := events.UnitEstablished{Unit: c.Unit, Code: c.Code, Name: c.Name, Kind: c.Kind, Parent: c.Parent, On: c.On, Step: c.Step}
	switch {
	case u.Code == "":
		return []eventsource.Event{said}, nil
	case u.Code != c.Code && !u.Unsure:
		return nil, fault.New(fault.Conflict, "Mã của đơn vị không thể thay đổi.", "The code of a unit cannot change.")
	case u.Parent != c.Parent && !u.Unsure:
		return nil, fault.New(fault.Conflict,
			"Đơn vị đã có đơn vị cấp trên khác; không thể chuyển bằng cách nhập tệp.",
			"The unit stands under another parent; an import cannot move it.")
	case u.Ended != "" && !u.Unsure:
		return nil, fault.New(fault.Conflict, "Đơn vị “"+u.Name+"” ("+u.Code+") đã kết thúc; hãy bỏ dòng này khỏi tệp.",
			"The unit “"+u.Name+"” ("+u.Code+") has ended; take its row out of the file.")
	}
	return []eventsource.Event{said}, nil
}

func unitStream(id string) string { return "directory.unit." + id }

// RenameUnit gives a unit another name, code or kind from a day on.
type RenameUnit struct{ Fact events.UnitRenamed }

// Stream implements eventsource.Command.
func (c RenameUnit) Stream() string { return unitStream(c.Fact.Unit) }

// Decide implements eventsource.Command.
func (c RenameUnit) Decide(u unit) ([]eventsource.Event, error) { return u.tell(c.Fact) }

// MoveUnit places a unit under another parent from a day on.
type MoveUnit struct{ Fact events.UnitMoved }

// Stream implements eventsource.Command.
func (c MoveUnit) Stream() string { return unitStream(c.Fact.Unit) }

// Decide implements eventsource.Command.
func (c MoveUnit) Decide(u unit) ([]eventsource.Event, error) { return u.tell(c.Fact) }

// EndUnit ends a unit from a day on: merged, split or dissolved.
type EndUnit struct{ Fact events.UnitEnded }

// Stream implements eventsource.Command.
func (c EndUnit) Stream() string { return unitStream(c.Fact.Unit) }

// Decide implements eventsource.Command.
func (c EndUnit) Decide(u unit) ([]eventsource.Event, error) { return u.tell(c.Fact) }

// WithdrawUnitFacts says that facts about a unit, by their sequences, hold on no day.
type WithdrawUnitFacts struct {
	Unit  string
	Facts []uint64
}

// Stream implements eventsource.Command.
func (c WithdrawUnitFacts) Stream() string { return unitStream(c.Unit) }

// Decide implements eventsource.Command.
func (c WithdrawUnitFacts) Decide(u unit) ([]eventsource.Event, error) {
	var all []eventsource.Event
	for _, seq := range c.Facts {
		facts, err := u.tell(events.UnitFactWithdrawn{Unit: c.Unit, Fact: seq})
		if err != nil {
			return nil, err
		}
		all = append(all, facts...)
	}
	return all, nil
}

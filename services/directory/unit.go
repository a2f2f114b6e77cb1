package directory

import (
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// unit is a unit as its facts tell it; Code "" is before the first.
type unit struct {
	Code, Name, Kind, Parent, On string
}

// Evolve implements eventsource.State.
func (u unit) Evolve(e eventsource.Event) unit {
	if e, ok := e.(events.UnitEstablished); ok {
		return unit{Code: e.Code, Name: e.Name, Kind: e.Kind, Parent: e.Parent, On: e.On}
	}
	return u
}

// EstablishUnit states a unit as it is from a day on: a new one, or a known one under another name or kind.
type EstablishUnit struct {
	Unit, Code, Name, Kind, Parent, On string
}

// Stream implements eventsource.Command.
func (c EstablishUnit) Stream() string { return "directory.unit." + c.Unit }

// Decide implements eventsource.Command.
func (c EstablishUnit) Decide(u unit) ([]eventsource.Event, error) {
	if u == (unit{Code: c.Code, Name: c.Name, Kind: c.Kind, Parent: c.Parent, On: c.On}) {
		return nil, nil
	}
	if u.Code != "" && u.Code != c.Code {
		return nil, fault.New(fault.Conflict, "Mã của đơn vị không thể thay đổi.", "The code of a unit cannot change.")
	}
	if u.Code != "" && u.Parent != c.Parent {
		return nil, fault.New(fault.Conflict,
			"Đơn vị đã có đơn vị cấp trên khác; không thể chuyển bằng cách nhập tệp.",
			"The unit stands under another parent; an import cannot move it.")
	}
	return []eventsource.Event{events.UnitEstablished{Unit: c.Unit, Code: c.Code, Name: c.Name, Kind: c.Kind, Parent: c.Parent, On: c.On}}, nil
}

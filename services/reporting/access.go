package reporting

import (
	"cmp"
	"slices"

	"khuevan/platform/fault"
	"khuevan/platform/rpc"
)

// scope finds the unit that a request is about ("" for the whole of what the caller may see) and sees to it that one
// of the roles lets the caller look at it.
func scope(who rpc.Identity, t *tree, unit string, roles []string) (string, error) {
	var granted []string
	everywhere := false
	for _, role := range roles {
		units, all := who.Units(role)
		granted, everywhere = append(granted, units...), everywhere || all
	}
	if everywhere {
		if unit != "" && !t.has(unit) {
			return "", fault.New(fault.NotFound, "Không có đơn vị này.", "There is no such unit.")
		}
		return cmp.Or(unit, t.top()), nil
	}
	granted = slices.DeleteFunc(granted, func(u string) bool { return !t.has(u) })
	if unit == "" && len(granted) > 0 {
		return slices.MinFunc(granted, func(a, b string) int {
			return cmp.Or(cmp.Compare(len(t.path(a)), len(t.path(b))), cmp.Compare(a, b))
		}), nil
	}
	if unit != "" && slices.ContainsFunc(granted, func(g string) bool { return t.within(unit, g) }) {
		return unit, nil
	}
	return "", fault.New(fault.Denied, "Bạn chỉ xem được số liệu của đơn vị mình phụ trách và các đơn vị trực thuộc.",
		"You may see the numbers of your own unit and of those below it only.")
}

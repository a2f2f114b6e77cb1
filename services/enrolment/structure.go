package enrolment

import (
	"context"
	"strings"

	"khuevan/platform/readmodel"
)

// unit is a unit of a day; found is false for one that never was.
func (v view) unit(ctx context.Context, id, day string) (u unit, found bool, err error) {
	w, err := v.structure.On(ctx, day)
	if err != nil || !w.Has(id) {
		return unit{}, false, err
	}
	var path []string
	for at := id; at != ""; at = w.Above(at) {
		path = append([]string{at}, path...)
	}
	return unit{Unit: id, Path: "/" + strings.Join(path, "/") + "/"}, true, nil
}

// projections are what the view is made of.
func (v view) projections() []*readmodel.Projection {
	return []*readmodel.Projection{v.projection, v.structure.Projection, v.asking, v.holding, v.comparing, v.tracking}
}

// await waits for every projection of the view with one of the two ways of waiting.
func (v view) await(ctx context.Context, seq uint64, wait func(context.Context, *readmodel.Projection, uint64) error) error {
	for _, p := range v.projections() {
		if err := wait(ctx, p, seq); err != nil {
			return err
		}
	}
	return nil
}

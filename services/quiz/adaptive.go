package quiz

import (
	"context"

	"khuevan/events"
)

// firstItem begins an adaptive test; false where too few items are calibrated.
func (a api) firstItem(context.Context, standing, uint64) ([]events.DrawnItem, bool, error) { return nil, false, nil }

func (a api) scaleOf(context.Context, string) (scale, error) { return nil, nil }

func (a api) chooserOf(context.Context, loaded) (chooser, error) { return nil, nil }

func (a api) calibrated(context.Context, string, []Drawable) (int, error) { return 0, nil }

package main

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"time"
)

// median is the middle of some values, the mean of the two middle ones of an even number; NaN of none.
func median(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// percentile is the smallest value that at least p percent of the values do not exceed (nearest rank); NaN of none.
func percentile(values []float64, p float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// rate is how many per second.
func rate(n int, took time.Duration) float64 { return float64(n) / took.Seconds() }

// turn does some work once and gives its figure.
type turn func(ctx context.Context) (float64, error)

// alternate lets several kinds of work take turns, each in a changing place, and gives the median figure of each.
// So all of them meet the same busy neighbours and the same growing files. A first round warms up and is not counted.
func alternate(ctx context.Context, rounds int, turns ...turn) ([]float64, error) {
	figures := make([][]float64, len(turns))
	for round := range rounds + 1 {
		for i := range turns {
			at := (i + round) % len(turns)
			runtime.GC()
			v, err := turns[at](ctx)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				figures[at] = append(figures[at], v)
			}
		}
	}
	medians := make([]float64, len(turns))
	for i, f := range figures {
		medians[i] = median(f)
	}
	return medians, nil
}

// crowd runs n of fn side by side and returns the first error after all have ended.
func crowd(ctx context.Context, n int, fn func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var going sync.WaitGroup
	for i := range n {
		going.Go(func() {
			if err := fn(ctx, i); err != nil {
				cancel(err)
			}
		})
	}
	going.Wait()
	return context.Cause(ctx)
}

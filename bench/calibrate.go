package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	assess "khuevan/assessment/measure"
)

const (
	calibrateItems  = 2000
	calibrateWithin = 300.0  // seconds, the stated limit for all people
	calibrateMost   = 1024.0 // MiB, the stated limit for all people
)

// measureCalibrate calibrates a bank from a full matrix of answers, everybody having answered every item, and looks at
// the heap meanwhile, the answers included. A quick run has fewer people, and limits that are lower by as much.
func measureCalibrate(ctx context.Context, w *work) ([]Row, error) {
	const all = 30000
	people := w.some(all, 1500)
	part := float64(people) / all
	answers, truth, err := matrix(people)
	if err != nil {
		return nil, err
	}
	heap := watchHeap()
	begun := time.Now()
	items, report, err := assess.Calibrate(ctx, answers, assess.DefaultCalibration())
	took := time.Since(begun).Seconds()
	peak := heap()
	if err != nil {
		return nil, err
	}
	if !report.Converged || report.Items != len(truth) {
		return nil, fmt.Errorf("the calibration did not end well: %+v", report)
	}
	if off := distance(items, truth); off > 0.15 {
		return nil, fmt.Errorf("difficulties are off by %.2f (root mean square)", off)
	}
	return []Row{
		row("quiz.calibrate", "s", took, calibrateWithin*part),
		row("quiz.calibrate.memory", "MiB", peak, calibrateMost*part),
	}, nil
}

// matrix lets people answer every item of a made-up bank: ln A ~ N(0, 0.35), B ~ N(0, 1), ability ~ N(0, 1).
func matrix(people int) (*assess.Answers, []assess.Item, error) {
	draw := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // made-up answers, the same each time
	truth := make([]assess.Item, calibrateItems)
	for i := range truth {
		truth[i] = assess.Item{A: math.Exp(0.35 * draw.NormFloat64()), B: draw.NormFloat64()}
	}
	answers, err := assess.NewAnswers(calibrateItems, people, people*calibrateItems)
	if err != nil {
		return nil, nil, err
	}
	for range people {
		answers.Person()
		theta := draw.NormFloat64()
		for i, it := range truth {
			mark := 0.0
			if draw.Float64() < it.P(theta) {
				mark = 1
			}
			err = errors.Join(err, answers.Add(i, mark))
		}
	}
	return answers, truth, err
}

// distance is the root mean square of what the difficulties are off.
func distance(found []assess.ItemEstimate, truth []assess.Item) float64 {
	sum := 0.0
	for i, it := range truth {
		sum += (found[i].B - it.B) * (found[i].B - it.B)
	}
	return math.Sqrt(sum / float64(len(truth)))
}

// watchHeap looks at the heap twenty times a second until the returned function is called, which gives the most, in MiB.
func watchHeap() (end func() float64) {
	runtime.GC()
	stop := make(chan struct{})
	var watching sync.WaitGroup
	most := uint64(0)
	look := func() {
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		most = max(most, now.HeapInuse)
	}
	watching.Go(func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			look()
			select {
			case <-tick.C:
			case <-stop:
				return
			}
		}
	})
	return func() float64 {
		close(stop)
		watching.Wait()
		look()
		return float64(most) / (1 << 20)
	}
}

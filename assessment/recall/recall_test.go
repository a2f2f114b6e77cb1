package recall

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// published are the default weights of FSRS-6.
var published = []float64{0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
	1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542}

func model(t *testing.T, p Parameters) Model {
	t.Helper()
	m, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestGolden(t *testing.T) {
	m := model(t, Parameters{Weights: published, Retention: 0.9, Longest: 36500})
	want := []struct {
		grade     Grade
		stability string
		interval  int
	}{{Good, "2.307", 3}, {Good, "13.827", 14}, {Good, "56.957", 57}, {Again, "3.188", 3}, {Good, "8.081", 8}}
	var memory Memory
	days := 0
	for i, w := range want {
		var err error
		if memory, days, err = m.Review(memory, w.grade, days); err != nil {
			t.Fatal(err)
		}
		if s := fmt.Sprintf("%.3f", memory.Stability); s != w.stability || days != w.interval {
			t.Errorf("review %d: stability %s, %d days; want %s, %d", i+1, s, days, w.stability, w.interval)
		}
	}
}

func TestAMemoryIsRecalledByNineOfTenAfterItsStability(t *testing.T) {
	m := model(t, Parameters{Weights: published, Retention: 0.9, Longest: 36500})
	of := Memory{Stability: 12.5, Difficulty: 5}
	for days, want := range map[float64]float64{0: 1, 12.5: 0.9, -3: 1} {
		if got := m.Recall(of, days); math.Abs(got-want) > 1e-12 {
			t.Errorf("after %v days %v, want %v", days, got, want)
		}
	}
	if got := m.Recall(Memory{}, 0); got != 0 {
		t.Errorf("what was never learnt is recalled with %v", got)
	}
}

type reviewed struct {
	Grade      Grade   `json:"grade,omitempty"`
	Days       int     `json:"days"`
	Stability  float64 `json:"stability"`
	Difficulty float64 `json:"difficulty"`
	Interval   int     `json:"interval"`
	Recall     float64 `json:"recall"`
}

// histories are random: grades mostly good, days from the same one to years.
func histories(n int) [][]reviewed {
	dice := rand.New(rand.NewPCG(6, 21))
	grades := []Grade{Again, Hard, Good, Good, Good, Easy}
	all := make([][]reviewed, n)
	for i := range all {
		all[i] = make([]reviewed, 1+dice.IntN(15))
		for j := range all[i] {
			all[i][j] = reviewed{Grade: grades[dice.IntN(len(grades))], Days: int(math.Exp(dice.Float64()*8)) - 1}
		}
	}
	return all
}

// reference reviews histories with ts-fsrs.
func reference(t *testing.T, p Parameters, all [][]reviewed) [][]reviewed {
	t.Helper()
	in, err := json.Marshal(map[string]any{"weights": p.Weights, "retention": p.Retention, "longest": p.Longest, "histories": all})
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "reference.mjs")
	var said bytes.Buffer
	node.Stdin, node.Stderr = bytes.NewReader(in), &said
	out, err := node.Output()
	if err != nil {
		t.Fatalf("ts-fsrs: %v\n%s", err, said.String())
	}
	var results [][]reviewed
	if err := json.Unmarshal(out, &results); err != nil || len(results) != len(all) {
		t.Fatalf("%v: %.200s", err, out)
	}
	return results
}

// differences counts the reviews in which the model and the reference differ by more than a millionth, and shows the first.
func differences(m Model, all, want [][]reviewed) (n int, first string) {
	far := func(a, b float64) bool { return !(math.Abs(a-b) <= 1e-6*math.Max(1, math.Abs(b))) }
	for i, history := range all {
		var memory Memory
		for j, r := range history {
			recalled := m.Recall(memory, float64(r.Days))
			after, interval, err := m.Review(memory, r.Grade, r.Days)
			memory = after
			w := want[i][j]
			if err != nil || far(after.Stability, w.Stability) || far(after.Difficulty, w.Difficulty) || far(recalled, w.Recall) || interval != w.Interval {
				if n++; n == 1 {
					first = fmt.Sprintf("history %d, review %d (%s after %d days): %+v, %d days, recalled %v, %v; want %+v", i, j, r.Grade, r.Days, after, interval, recalled, err, w)
				}
			}
		}
	}
	return n, first
}

func TestTenThousandHistoriesAgreeWithTheReference(t *testing.T) {
	all := histories(10_000)
	for _, p := range []Parameters{{published, 0.9, 36500}, {published, 0.85, 365}} {
		want := reference(t, p, all)
		if n, first := differences(model(t, p), all, want); n > 0 {
			t.Errorf("%d reviews differ at retention %v; %s", n, p.Retention, first)
		}
		if p.Retention != 0.9 {
			continue
		}
		for i := range Weights { // the comparison can fail: any weight that the long-term form uses shows
			changed := slices.Clone(p.Weights)
			changed[i] *= 1.001
			n, _ := differences(model(t, Parameters{changed, p.Retention, p.Longest}), all[:200], want[:200])
			if steps := i >= 17 && i <= 19; (n > 0) == steps { // w17 to w19 are of reviews within a day
				t.Errorf("with another w%d %d reviews differ", i, n)
			}
		}
	}
}

func TestParametersOutsideOfTheModelAreRefused(t *testing.T) {
	with := func(i int, w float64) []float64 {
		changed := slices.Clone(published)
		changed[i] = w
		return changed
	}
	for want, p := range map[string]Parameters{
		"21 weights": {published[:19], 0.9, 365},
		"w20":        {with(20, 0), 0.9, 365},
		"w4":         {with(4, 11), 0.9, 365},
		"w8":         {with(8, math.NaN()), 0.9, 365},
		"retention":  {published, 1, 365},
		"longest":    {published, 0.9, 0},
	} {
		if _, err := New(p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	m := model(t, Parameters{published, 0.9, 365})
	if _, _, err := m.Review(Memory{}, "perfect", 0); err == nil {
		t.Error("an unknown grade was taken")
	}
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"khuevan/services/evaluation"
	"khuevan/trial"
)

// answers are what methods answer, whatever they are asked.
type answers map[string]any

func (a answers) Call(_ context.Context, method string, _ []byte) ([]byte, error) {
	return json.Marshal(a[method])
}

func TestVerifyTellsArmsThatDoNotFollow(t *testing.T) {
	tick := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		faults []trial.Fault
		want   string
		err    error
	}{
		"honest":  {nil, "arms of 1 ticks recomputed from their seeds, 0 faults\n", nil},
		"planted": {[]trial.Fault{{What: trial.FaultHeld, Stratum: "xa", Found: 5, Follows: 4}}, "ARMS     campaign c1 tick 2026-11-23T01:00:00Z unit \"xa\" held: found 5, the seed says 4\n", errDisagree},
	} {
		var out strings.Builder
		err := checkArms(t.Context(), &env{out: &out}, answers{
			evaluation.ListTrials.Signature.Name: []evaluation.Trial{{Campaign: "c1"}},
			evaluation.CheckArms.Signature.Name:  evaluation.ArmsReport{Campaign: "c1", Ticks: []evaluation.ArmsCheck{{Tick: tick, Faults: c.faults}}},
		})
		if !errors.Is(err, c.err) || !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: %v\n%s", name, err, out.String())
		}
	}
}

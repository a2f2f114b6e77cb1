package measure

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os/exec"
	"testing"
)

// What the script reads and writes; see testdata/jscat.mjs.
type (
	jscatItem struct {
		ID string  `json:"id"`
		A  float64 `json:"a"`
		B  float64 `json:"b"`
	}
	jscatAnswer struct {
		At   int     `json:"at"`
		Mark float64 `json:"mark"`
	}
	jscatInput struct {
		Bank     []jscatItem     `json:"bank"`
		Sessions [][]jscatAnswer `json:"sessions"`
	}
	jscatStep struct {
		Next  string   `json:"next"`
		EAP   float64  `json:"eap"`
		Error float64  `json:"error"`
		MLE   *float64 `json:"mle"`
		Top   *float64 `json:"top"`
	}
	jscatSession struct {
		First string      `json:"first"`
		Steps []jscatStep `json:"steps"`
	}
)

// replayByJSCAT asks jscat about the sessions. Node and the module are needed, and their lack is a failure.
func replayByJSCAT(t *testing.T, in jscatInput) []jscatSession {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "node", "testdata/jscat.mjs")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(body), &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("node with @bdelab/jscat (have `npm ci` run at the root of the repository): %v\n%s", err, errs.String())
	}
	var sessions []jscatSession
	if err := json.Unmarshal(out.Bytes(), &sessions); err != nil {
		t.Fatal(err)
	}
	return sessions
}

// jscatRules are jscat's defaults: EAP over N(0, 1) from −6 to 6 in tenths, the most informative item, no draw.
func jscatRules() Rules { return Rules{Max: 30, Among: 1, MostRate: 1, Prior: DefaultPrior()} }

func TestAgreesWithJSCAT(t *testing.T) {
	const sessions, length = 40, 30
	truth := newTruth(21, 120, sessions)
	bank := make([]Candidate, 120)
	in := jscatInput{}
	for i := range bank {
		it := truth.items[i]
		if i%10 == 9 {
			it = truth.items[i-1] // equals, to see which one is taken first
			truth.items[i] = it
		}
		bank[i] = Candidate{ID: fmt.Sprintf("item-%d", i), Item: it}
		in.Bank = append(in.Bank, jscatItem{bank[i].ID, it.A, it.B})
	}
	taken := make([]Session, sessions)
	for p := range sessions {
		var session []jscatAnswer
		for range length {
			at, ok := Next(taken[p], bank, jscatRules(), 0)
			if !ok {
				t.Fatal("nothing to give")
			}
			mark := truth.mark(p, at)
			session = append(session, jscatAnswer{at, mark})
			taken[p].Taken = append(taken[p].Taken, Taken{ID: bank[at].ID, Item: bank[at].Item, Mark: mark})
		}
		in.Sessions = append(in.Sessions, session)
	}
	compared := 0
	var farEAP, farError, farTop, farMLE, steepest float64
	for p, theirs := range replayByJSCAT(t, in) {
		if len(theirs.Steps) != length {
			t.Fatalf("%d steps", len(theirs.Steps))
		}
		next := theirs.First
		var given []Given
		var items []Item
		for i, step := range theirs.Steps {
			if ours := taken[p].Taken[i].ID; ours != next {
				t.Fatalf("session %d, item %d: ours %s, theirs %s", p, i, ours, next)
			}
			next = step.Next
			given = append(given, Given{taken[p].Taken[i].Item, taken[p].Taken[i].Mark})
			items = append(items, taken[p].Taken[i].Item)
			ours := EAP(given, jscatRules().Prior)
			farEAP = math.Max(farEAP, math.Abs(ours.Theta-step.EAP))
			farError = math.Max(farError, math.Abs(1/math.Sqrt(Information(items, ours.Theta))-step.Error))
			if step.MLE == nil {
				continue
			}
			ml, ok := ML(given)
			if !ok {
				t.Fatalf("session %d, item %d: no greatest likelihood, theirs is at %v", p, i, *step.MLE)
			}
			compared++
			farTop = math.Max(farTop, math.Abs(ml.Theta-*step.Top))
			farMLE = math.Max(farMLE, math.Abs(ml.Theta-*step.MLE))
			steepest = math.Max(steepest, math.Abs(slope(given, *step.MLE)))
			if LogLikelihood(given, ml.Theta) < LogLikelihood(given, *step.MLE)-1e-12 {
				t.Errorf("session %d, item %d: our %v is less likely than their %v", p, i, ml.Theta, *step.MLE)
			}
		}
	}
	t.Logf("%d items chosen alike; %d likelihoods; largest distance: EAP %.2g, its error %.2g, top of the likelihood %.2g; their MLE %.2g with a slope of %.2g left",
		sessions*length, compared, farEAP, farError, farTop, farMLE, steepest)
	if compared < 3*sessions {
		t.Errorf("only %d likelihoods compared", compared)
	}
	if farEAP > 1e-6 || farError > 1e-6 || farTop > 1e-6 {
		t.Error("more than 1e-6 apart")
	}
	// Their optimiser stops once the slope is below 0.01 (eps in optimization-js); one step more is still taken.
	if steepest > 0.011 {
		t.Errorf("a slope of %v is left at their estimate", steepest)
	}
}

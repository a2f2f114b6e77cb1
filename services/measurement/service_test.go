package measurement

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"khuevan/assessment/measure"
	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

var trainer = rpc.Grant{Role: events.RoleTrainer}

// 300 people answer a bank in which one item has the wrong key. The analysis names that one and no other.
func TestTheAnalysisFindsTheWrongKey(t *testing.T) {
	const miskeyed = 9
	w := newWorld(11, 20)
	h := house(t, append(w.bank(miskeyed), w.answered(300, "p", eight, miskeyed)...)...)
	h.Clock.AwaitWaiters(1) // the night that was missed is done
	h.Settle()
	a, err := GetAnalysis.Call(h.As("trang", trainer), h.Client, AnalysisRequest{Course: "attt"})
	if err != nil || a.Attempts != 300 || len(a.Items) != 20 || a.People != 300 || !a.Converged {
		t.Fatalf("%+v %v", a, err)
	}
	if !a.Alpha.OK || a.Alpha.Value < 0.6 || a.Alpha.Value > 0.95 || !a.Mean.OK || a.Mean.Value < 3 || a.Mean.Value > 7 || !a.Error.OK || a.Error.Value < 0.5 || a.Error.Value > 1.5 {
		t.Errorf("mean %+v, alpha %+v, error %+v", a.Mean, a.Alpha, a.Error)
	}
	for i, f := range a.Items {
		var blamed []string
		for _, x := range f.Findings {
			if x.Flag == measure.Miskeyed {
				blamed = append(blamed, x.Choice)
			}
		}
		if want := map[bool][]string{true: {"a"}}[i == miskeyed]; !slices.Equal(blamed, want) {
			t.Errorf("%s: %+v", f.Item, f.Findings)
		}
		if f.N != 300 || f.Parameters == nil || !f.Exposure.OK || f.Exposure.Value != 1 || f.Seconds.Value < 10 || f.Slow.Value < f.Seconds.Value {
			t.Errorf("%s: %+v", f.Item, f)
		}
	}
	it, err := GetItemAnalysis.Call(h.As("trang", trainer), h.Client, ItemAnalysisRequest{Course: "attt", Item: itemName(miskeyed), Version: 1})
	if err != nil || len(it.Choices) != 4 || len(it.Trace) == 0 || len(it.Curve) == 0 {
		t.Fatalf("%+v %v", it, err)
	}
	n, high := int64(0), 0.0
	for _, c := range it.Choices {
		if n += c.N; c.Choice == "a" {
			high = c.High
		}
		if c.Key != (c.Choice == "b") {
			t.Errorf("the key is said to be %+v", c)
		}
	}
	if n != 300 || high < 0.5 {
		t.Errorf("%d answers, and %.2f of the best third take the right choice", n, high)
	}
	people := int64(0)
	for _, p := range it.Trace {
		people += p.N
		if p.Mark < 0 || p.Mark > 1 || p.Theta == nil {
			t.Errorf("a point of the trace line: %+v", p)
		}
	}
	if people != 300 {
		t.Errorf("the trace line has %d people", people)
	}
	_, err = GetItemAnalysis.Call(h.As("trang", trainer), h.Client, ItemAnalysisRequest{Course: "attt", Item: itemName(0), Version: 2})
	hosttest.Refused(t, err, fault.NotFound)
}

func TestCalibratingNowIsCalibratingOnce(t *testing.T) {
	w := newWorld(12, 10)
	h := house(t)
	h.Clock.AwaitWaiters(1)
	tell(h, w.answered(210, "p", eight, nobody)...)
	h.Settle()
	for range 2 { // the second one finds the first
		done, err := Calibrate.Call(h.As("trang", trainer), h.Client, CalibrateRequest{Course: "attt"})
		if err != nil || done.Items != 10 || done.People != 210 || done.Seq == 0 {
			t.Errorf("got %+v %v", done, err)
		}
	}
	if all := nights(t, h); len(all) != 1 || !all[0].Due.Equal(h.Clock.Now()) {
		t.Errorf("%d calibrations", len(all))
	}
}

// All attempts or first ones only: whoever comes again knows the items.
func TestFirstAttemptsAndAll(t *testing.T) {
	h := house(t, taken("lan", 1, 1, right("x"), wrong("y")), taken("lan", 1, 2, wrong("x"), right("y")), taken("hoa", 1, 1, right("x"), right("y")))
	for all, want := range map[bool]int64{false: 2, true: 3} {
		a, err := GetAnalysis.Call(h.As("trang", trainer), h.Client, AnalysisRequest{Course: "attt", All: all})
		if err != nil || a.Attempts != want || a.Items[0].N != want {
			t.Errorf("all %v: %+v %v", all, a, err)
		}
	}
	a, err := GetAnalysis.Call(h.As("trang", trainer), h.Client, AnalysisRequest{Course: "khac"})
	if err != nil || a.Attempts != 0 || len(a.Items) != 0 || a.Mean.OK || a.Alpha.OK {
		t.Errorf("of nothing: %+v %v", a, err)
	}
	_, err = GetAnalysis.Call(h.As("trang", trainer), h.Client, AnalysisRequest{Course: "Khóa học"})
	hosttest.Refused(t, err, fault.Invalid)
}

func TestOnlyTrainersLookAtMeasurements(t *testing.T) {
	h := house(t, taken("lan", 1, 1, right("x"), wrong("y")))
	rows := map[string]string{
		GetAnalysis.Signature.Name:     `{"course":"attt"}`,
		GetItemAnalysis.Signature.Name: `{"course":"attt","item":"x","version":1}`,
		Calibrate.Signature.Name:       `{"course":"attt"}`,
	}
	callers := map[string]context.Context{"nobody": rpc.With(t.Context(), rpc.Request{}), "lan": h.As("lan"), "trang": h.As("trang", trainer)}
	for _, role := range []string{events.RoleHead, events.RoleAnalyst, events.RoleAdmin} {
		callers[role] = h.As("hoa", rpc.Grant{Role: role})
	}
	for _, e := range New(h.Deps).Endpoints {
		body, ok := rows[e.Name]
		if !ok {
			t.Errorf("%s has no row: say here who may call it", e.Name)
			continue
		}
		for who, ctx := range callers {
			_, err := h.Client.Call(ctx, e.Name, []byte(body))
			if denied := who != "trang"; fault.Is(err, fault.Denied) != denied {
				t.Errorf("%s calls %s: %v", who, e.Name, err)
			}
			h.Denied()
		}
		delete(rows, e.Name)
	}
	if len(rows) > 0 {
		t.Error(fmt.Sprint("not served: ", rows))
	}
}

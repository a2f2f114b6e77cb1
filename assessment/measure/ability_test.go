package measure

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func drawItem(rt *rapid.T) Item {
	return Item{A: rapid.Float64Range(0.2, 3).Draw(rt, "a"), B: rapid.Float64Range(-3, 3).Draw(rt, "b")}
}

func drawGiven(rt *rapid.T) Given {
	return Given{drawItem(rt), rapid.SampledFrom([]float64{0, 0.5, 1}).Draw(rt, "mark")}
}

func TestAbilityIsMonotoneInMarks(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		given := rapid.SliceOfN(rapid.Custom(drawGiven), 1, 30).Draw(rt, "given")
		at := rapid.IntRange(0, len(given)-1).Draw(rt, "at")
		eap := EAP(given, DefaultPrior())
		ml, _ := ML(given)
		given[at].Mark = math.Min(1, given[at].Mark+0.5)
		if EAP(given, DefaultPrior()).Theta < eap.Theta-1e-12 {
			rt.Fatal("a better mark lowers EAP")
		}
		if more, _ := ML(given); more.Theta < ml.Theta-1e-9 {
			rt.Fatal("a better mark lowers ML")
		}
	})
}

func TestMLIsTheTopOfTheLikelihood(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		given := rapid.SliceOfN(rapid.Custom(drawGiven), 1, 30).Draw(rt, "given")
		ml, ok := ML(given)
		if ok && math.Abs(slope(given, ml.Theta)) > 1e-9 {
			rt.Fatalf("a slope of %v is left at %v", slope(given, ml.Theta), ml.Theta)
		}
		for _, other := range []float64{Lowest, -2, 0, 1, Highest, ml.Theta - 1e-3, ml.Theta + 1e-3} {
			if other >= Lowest && other <= Highest && LogLikelihood(given, other) > LogLikelihood(given, ml.Theta)+1e-12 {
				rt.Fatalf("%v is likelier than %+v", other, ml)
			}
		}
	})
}

func TestAbilityWithoutAnswers(t *testing.T) {
	if e := EAP(nil, DefaultPrior()); math.Abs(e.Theta) > 1e-12 || math.Abs(e.Error-1) > 1e-6 {
		t.Errorf("got %+v, want the prior", e)
	}
	if e := EAP(nil, Prior{Mean: 1.5, SD: 0.5, From: -4, To: 6, Step: 0.05}); math.Abs(e.Theta-1.5) > 1e-6 || math.Abs(e.Error-0.5) > 1e-6 {
		t.Errorf("got %+v, want the prior", e)
	}
	if e, ok := ML(nil); ok || e.Theta != 0 {
		t.Errorf("got %+v, %v", e, ok)
	}
	if e, ok := ML([]Given{{Item{1, 0}, 1}, {Item{1, 1}, 1}}); ok || e.Theta != Highest || math.IsInf(e.Error, 0) {
		t.Errorf("all right gives %+v, %v", e, ok)
	}
	if e, ok := ML([]Given{{Item{1, 0}, 0}}); ok || e.Theta != Lowest {
		t.Errorf("all wrong gives %+v, %v", e, ok)
	}
}

func TestErrorsAreThoseOfTheEstimates(t *testing.T) {
	truth := newTruth(19, 25, 4000)
	var ofEAP, ofML Sums
	for p, theta := range truth.abilities {
		var given []Given
		for i, it := range truth.items {
			given = append(given, Given{it, truth.mark(p, i)})
		}
		eap := EAP(given, DefaultPrior())
		ofEAP.add((eap.Theta-theta)/eap.Error, 1)
		if ml, ok := ML(given); ok && math.Abs(theta) < 1 {
			ofML.add((ml.Theta-theta)/ml.Error, 1)
		}
	}
	eap, ml := math.Sqrt(ofEAP.Variance().Value), math.Sqrt(ofML.Variance().Value)
	t.Logf("estimates scatter by %.3f (EAP), %.3f (ML) of their errors", eap, ml)
	if math.Abs(eap-1) > 0.05 || math.Abs(ml-1) > 0.1 {
		t.Error("want about 1")
	}
}

func TestCutForIsTheInverseOfTheMark(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		bank := rapid.SliceOfN(rapid.Custom(drawItem), 1, 50).Draw(rt, "bank")
		pass := rapid.Float64Range(0, 10).Draw(rt, "pass")
		cut := CutFor(bank, pass)
		reached := MarkOutOf10(bank, Lowest) <= pass && pass <= MarkOutOf10(bank, Highest)
		if cut.OK != reached {
			rt.Fatalf("cut %+v for %v", cut, pass)
		}
		if cut.OK && math.Abs(MarkOutOf10(bank, cut.Value)-pass) > 1e-9 {
			rt.Fatalf("%v is worth %v, not %v", cut.Value, MarkOutOf10(bank, cut.Value), pass)
		}
	})
}

func TestInformationIsTheSquaredSlope(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		it, theta := drawItem(rt), rapid.Float64Range(-4, 4).Draw(rt, "theta")
		const h = 1e-5
		slope := (it.P(theta+h) - it.P(theta-h)) / (2 * h)
		want := slope * slope / (it.P(theta) * (1 - it.P(theta)))
		if got := it.Information(theta); math.Abs(got-want) > 1e-6*(1+want) {
			rt.Fatalf("%v, want %v", got, want)
		}
	})
}

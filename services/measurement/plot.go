package measurement

import (
	"slices"

	"khuevan/assessment/measure"
)

// choicesOf is the distractor table: a line for every choice, also those that nobody took.
func choicesOf(t tally, keys keysDoc) []ChoiceFigures {
	table := t.Table()
	all := int64(0)
	for _, n := range t.Bins {
		all += n
	}
	third := float64(all) / 3
	var lines []ChoiceFigures
	for _, id := range keys.Choices {
		line := ChoiceFigures{Choice: id, Key: slices.Contains(keys.Keys, id), Share: measure.Figure{OK: t.N() > 0}}
		for _, c := range table {
			if c.Choice != id {
				continue
			}
			line.N, line.Share, line.Rest = c.N, c.Share, c.Rest
			if third > 0 {
				line.Low, line.Middle, line.High = c.Low/third, c.Middle/third, c.High/third
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// traceOf is the trace line: the mean mark of people by tenths of what they got for the other items. On a calibrated bank
// each tenth also stands at the ability that is worth such a mark.
func traceOf(t tally, bank bankDoc) []TracePoint {
	scale := make([]measure.Item, len(bank.Items))
	for i, p := range bank.Items {
		scale[i] = measure.Item{A: p.A, B: p.B}
	}
	points := []TracePoint{}
	for i, n := range t.Bins {
		if n == 0 {
			continue
		}
		p := TracePoint{Rest: (float64(i) + 0.5) / tenths, N: n, Mark: t.Traced[i] / float64(n)}
		if at := measure.CutFor(scale, 10*p.Rest); at.OK {
			p.Theta = &at.Value
		}
		points = append(points, p)
	}
	return points
}

// curveOf is the item characteristic curve.
func curveOf(it measure.Item) []CurvePoint {
	const from, to, step = -4.0, 4.0, 0.25
	var points []CurvePoint
	for theta := from; theta <= to; theta += step {
		points = append(points, CurvePoint{Theta: theta, Mark: it.P(theta)})
	}
	return points
}

package portal

import (
	"math"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/clock"
)

// columnChart is numbers over time, a column for each hour or day: what was predicted is a hollow column, what came a narrow full
// one within it. Drawn for a phone's width, so that its words can be read there.
type columnChart struct {
	title  string
	number func(x float64, decimals int) string
	slots  []columnSlot
	mark   string // said of the highest predicted column
}

// columnSlot is a time with its numbers.
type columnSlot struct {
	at                time.Time
	predicted, actual float64
}

const (
	columnsWidth, columnsHeight            = 360.0, 210.0
	columnsLeft, columnsTop, columnsBottom = 34.0, 30.0, 26.0
	mostLines                              = 5 // of the grid
)

// niceStep parts a scale up to a number into at most mostLines steps of 1, 2 or 5 times a power of ten.
func niceStep(most float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(most/mostLines)))
	for _, n := range []float64{1, 2, 5} {
		if n*power*mostLines >= most {
			return n * power
		}
	}
	return 10 * power
}

func (c columnChart) draw(id string) g.Node {
	most, highest := 0.5, 0 // a scale of less would make much of little
	for i, s := range c.slots {
		most = max(most, s.predicted, s.actual)
		if s.predicted > c.slots[highest].predicted {
			highest = i
		}
	}
	step := niceStep(most)
	top := step * math.Ceil(most/step)
	y := func(n float64) float64 {
		return columnsHeight - columnsBottom - n/top*(columnsHeight-columnsTop-columnsBottom)
	}
	var nodes []g.Node
	for n := 0.0; n <= top+step/2; n += step {
		nodes = append(nodes, svgLine("chart-grid", columnsLeft, y(n), columnsWidth, y(n)), svgText("chart-text", "end", columnsLeft-5, y(n)+4, c.number(n, 1)))
	}
	wide := (columnsWidth - columnsLeft) / float64(max(len(c.slots), 1))
	for i, s := range c.slots {
		x := columnsLeft + wide*float64(i)
		nodes = append(nodes, c.day(x, i, wide), g.If(s.predicted > most/200, upright("chart-bar chart-bar-2", x+wide*0.08, wide*0.84, y(s.predicted), y(0))),
			g.If(s.actual > 0, upright("chart-bar chart-bar-3", x+wide*0.3, wide*0.4, y(s.actual), y(0))))
	}
	nodes = append(nodes, svgLine("chart-axis", columnsLeft, y(0), columnsWidth, y(0)))
	if c.mark != "" {
		x, from, anchor := columnsLeft+wide*(float64(highest)+0.5), columnsLeft, "start"
		if x > columnsWidth/2 {
			from, anchor = columnsWidth, "end"
		}
		nodes = append(nodes, svgLine("chart-axis", x, columnsTop-8, x, y(c.slots[highest].predicted)), svgText("chart-label", anchor, from, columnsTop-14, c.mark))
	}
	return h.Div(h.Class("chart-small"), svg(id, c.title, columnsWidth, columnsHeight, nodes...))
}

func upright(class string, x, wide, from, to float64) g.Node {
	return g.El("rect", h.Class(class), g.Attr("x", coordinate(x)), g.Attr("y", coordinate(from)), g.Attr("width", coordinate(wide)), g.Attr("height", coordinate(to-from)))
}

// day says at a slot that begins a day which it is, where there is room for the words.
func (c columnChart) day(x float64, i int, wide float64) g.Node {
	at := clock.Local(c.slots[i].at)
	const room = 38.0
	every := max(1, int(math.Ceil(room/wide)))
	switch hourly := len(c.slots) > 1 && c.slots[1].at.Sub(c.slots[0].at) < 24*time.Hour; {
	case hourly && at.Hour() == 0:
		return g.Group{svgLine("chart-grid", x, columnsTop, x, columnsHeight-columnsBottom+6), svgText("chart-text", "start", x+3, columnsHeight-8, at.Format("02/01"))}
	case hourly && at.Hour() == 12:
		return svgText("chart-text", "middle", x, columnsHeight-8, strings.TrimPrefix(at.Format("15h"), "0"))
	case !hourly && i%every == 0:
		return svgText("chart-text", "middle", x+wide/2, columnsHeight-8, at.Format("02/01"))
	}
	return g.Group{}
}

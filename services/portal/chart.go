package portal

import (
	"fmt"
	"math"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// Charts are SVG in the page: they print, grow with the text and need no script. What they show in colour they also say in
// shape and words, and the numbers stand in a table beside them.

// axis is a scale of numbers.
type axis struct {
	from, to, step float64
	label          string
}

// chart is a plane with two axes; lengths in the units of its view box.
type chart struct {
	w, h, left, bottom float64
	title              string
	x, y               axis
	number             func(x float64, decimals int) string
}

const (
	chartTop   = 12.0
	chartRight = 12.0
)

func (c chart) px(x float64) float64 {
	return c.left + (min(max(x, c.x.from), c.x.to)-c.x.from)/(c.x.to-c.x.from)*(c.w-c.left-chartRight)
}

func (c chart) py(y float64) float64 {
	return c.h - c.bottom - (min(max(y, c.y.from), c.y.to)-c.y.from)/(c.y.to-c.y.from)*(c.h-c.bottom-chartTop)
}

func coordinate(x float64) string { return fmt.Sprintf("%.1f", x) }

func svgLine(class string, x1, y1, x2, y2 float64) g.Node {
	return g.El("line", h.Class(class), g.Attr("x1", coordinate(x1)), g.Attr("y1", coordinate(y1)), g.Attr("x2", coordinate(x2)), g.Attr("y2", coordinate(y2)))
}

func svgText(class, anchor string, x, y float64, text string) g.Node {
	return g.El("text", h.Class(class), g.Attr("text-anchor", anchor), g.Attr("x", coordinate(x)), g.Attr("y", coordinate(y)), g.Text(text))
}

// circle is a point whose size says how many it stands for.
func (c chart) circle(x, y, r float64) g.Node {
	return g.El("circle", h.Class("chart-point"), g.Attr("cx", coordinate(c.px(x))), g.Attr("cy", coordinate(c.py(y))), g.Attr("r", coordinate(r)))
}

// circleSize makes areas proportional to numbers, and the smallest ones visible.
func circleSize(n, all int64) float64 {
	if all == 0 {
		return 0
	}
	const least, most = 3.0, 16.0
	return least + (most-least)*math.Sqrt(float64(n)/float64(all))
}

func (c chart) line(points [][2]float64) g.Node {
	var d strings.Builder
	for i, p := range points {
		op := "L"
		if i == 0 {
			op = "M"
		}
		d.WriteString(op + coordinate(c.px(p[0])) + " " + coordinate(c.py(p[1])))
	}
	return g.El("path", h.Class("chart-line"), g.Attr("d", d.String()))
}

// draw gives the figure; id must be the only one of its kind on the page.
func (c chart) draw(id string, marks ...g.Node) g.Node {
	var grid []g.Node
	const hair = 1e-9
	for y := c.y.from; y <= c.y.to+hair; y += c.y.step {
		grid = append(grid, svgLine("chart-grid", c.left, c.py(y), c.w-chartRight, c.py(y)), svgText("chart-text", "end", c.left-6, c.py(y)+4, c.number(y, 2)))
	}
	for x := c.x.from; x <= c.x.to+hair; x += c.x.step {
		grid = append(grid, svgText("chart-text", "middle", c.px(x), c.h-c.bottom+18, c.number(x, 1)))
	}
	return svg(id, c.title, c.w, c.h, g.Group(grid), svgLine("chart-axis", c.left, c.py(c.y.from), c.w-chartRight, c.py(c.y.from)),
		svgText("chart-label", "middle", (c.left+c.w)/2, c.h-8, c.x.label), g.Group(marks))
}

func svg(id, title string, w, height float64, inner ...g.Node) g.Node {
	return h.Div(h.Class("chart"), g.El("svg", g.Attr("viewBox", fmt.Sprintf("0 0 %.0f %.0f", w, height)), h.Role("img"), h.Aria("labelledby", id),
		g.El("title", h.ID(id), g.Text(title)), g.Group(inner)))
}

// bars are groups of horizontal bars from 0 to 1, one for each name; shape and words tell them apart.
type bars struct {
	title  string
	groups []string
	number func(x float64, decimals int) string
	lines  []barLine
}

type barLine struct {
	name   string
	strong bool
	values []float64
}

func (b *bars) add(name string, strong bool, values ...float64) {
	b.lines = append(b.lines, barLine{name, strong, values})
}

func (b *bars) draw(id string) g.Node {
	const width, left, thick, gap, right = 480.0, 150.0, 16.0, 14.0, 52.0
	y := 4.0
	var marks []g.Node
	for _, l := range b.lines {
		class := "chart-name"
		if l.strong {
			class = "chart-name is-key"
		}
		y += thick
		marks = append(marks, svgText(class, "start", 0, y-5, l.name))
		for i, x := range l.values {
			w := max(1, x*(width-left-right))
			marks = append(marks, svgText("chart-text", "end", left-6, y+thick-4, b.groups[i]),
				g.El("rect", h.Class(fmt.Sprintf("chart-bar chart-bar-%d", i+1)), g.Attr("x", coordinate(left)), g.Attr("y", coordinate(y+1)),
					g.Attr("width", coordinate(w)), g.Attr("height", coordinate(thick-3))),
				svgText("chart-text", "start", left+w+5, y+thick-4, b.number(100*x, 0)+"%"))
			y += thick
		}
		y += gap
	}
	return svg(id, b.title, width, y, g.Group(marks))
}

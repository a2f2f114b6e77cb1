package portal

import (
	"crypto/rand"
	"regexp"
	"strconv"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/web"
)

// Small parts that several pages share.

// words picks the reader's language where a text has it.
func (v *view) words(w events.Words) string {
	if v.lang == "en" && w.En != "" {
		return w.En
	}
	return w.Vi
}

// moment shows a time of day in the province's zone; the zero time shows as a dash.
func (v *view) moment(t time.Time) g.Node { return timeNode(t, "02/01/2006 15:04") }

// day shows a date in the province's zone.
func (v *view) day(t time.Time) g.Node { return timeNode(t, "02/01/2006") }

func timeNode(t time.Time, layout string) g.Node {
	if t.IsZero() {
		return g.Text("–")
	}
	return h.Time(h.DateTime(t.UTC().Format(time.RFC3339)), g.Text(clock.Local(t).Format(layout)))
}

// number writes a number with at most the given decimals, as the reader's language does.
func (v *view) number(x float64, decimals int) string {
	text := strconv.FormatFloat(x, 'f', decimals, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return web.T(v.lang, strings.ReplaceAll(text, ".", ","), text)
}

// outOfTen writes a mark, such as 8,5/10.
func (v *view) outOfTen(mark float64) string { return v.number(mark, 2) + "/10" }

// bar is a progress bar; label says what it measures for those who do not see it.
func bar(done, all int, label string) g.Node {
	return h.Progress(h.Class("progress"), h.Value(strconv.Itoa(done)), h.Max(strconv.Itoa(max(all, 1))), h.Aria("label", label))
}

// badge is a state in words; kind is ok, warn, bad, info or "".
func badge(kind, text string) g.Node {
	class := "badge"
	if kind != "" {
		class += " badge-" + kind
	}
	return h.Span(h.Class(class), g.Text(text))
}

// crumb is a page above the present one; without a path the reader may not go there.
type crumb struct{ path, title string }

// crumbs lead back up; here is the present page.
func (v *view) crumbs(here string, above ...crumb) g.Node {
	return h.Nav(h.Class("crumbs"), h.Aria("label", v.t("Vị trí trang", "Breadcrumb")), h.Ol(
		g.Map(above, func(c crumb) g.Node {
			if c.path == "" {
				return h.Li(g.Text(c.title))
			}
			return h.Li(h.A(h.Href(c.path), g.Text(c.title)))
		}),
		h.Li(h.Span(h.Aria("current", "page"), g.Text(here)))))
}

// newOnce is once with a fresh id.
func (v *view) newOnce() g.Node { return v.once(rand.Text()) }

// fact is a row of <dl class="facts">.
func fact(name string, value ...g.Node) g.Node {
	return h.Div(h.Dt(g.Text(name)), h.Dd(value...))
}

// empty is what a list shows when there is nothing in it: what is so, and what to do next.
func empty(what string, next ...g.Node) g.Node {
	return h.Div(h.Class("empty"), h.P(g.Text(what)), g.Group(next))
}

// counted writes a number with an English noun; Vietnamese nouns do not change.
func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// mostLetters is how many letters of a text a list shows.
const mostLetters = 100

// firstLine is the beginning of a Markdown text in plain letters, cut between words.
func firstLine(s string) string {
	s = escapedMark.ReplaceAllString(s, "$1")
	line, rest, _ := strings.Cut(strings.TrimSpace(s), "\n")
	letters := []rune(strings.TrimSpace(line))
	if len(letters) <= mostLetters {
		if strings.TrimSpace(rest) != "" {
			return string(letters) + " …"
		}
		return string(letters)
	}
	short := string(letters[:mostLetters])
	if at := strings.LastIndexByte(short, ' '); at > 0 {
		short = short[:at]
	}
	return strings.TrimRight(short, " ,;:.") + " …"
}

// escapedMark is a sign that Markdown would otherwise read.
var escapedMark = regexp.MustCompile(`\\([[:punct:]])`)

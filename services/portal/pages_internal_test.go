package portal

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/host"
	"khuevan/services/quiz"
)

func rendered(t *testing.T, render func(*strings.Builder) error) string {
	t.Helper()
	var out strings.Builder
	if err := render(&out); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out.String())
}

func TestMarkdownIsSafeAndFitsBelowThePagesHeading(t *testing.T) {
	all := newTexts()
	for _, c := range []struct{ name, source, want string }{
		{"raw HTML is left out", "a <b onclick=x>b</b>", "<p>a <!-- raw HTML omitted -->b<!-- raw HTML omitted --></p>"},
		{"no link to a script", "[x](javascript:alert(1))", `<p><a href="">x</a></p>`},
		{"an address is no link", "http://lua-dao.example/dang-nhap", "<p>http://lua-dao.example/dang-nhap</p>"},
		{"headings begin at level 2", "# A\n\n### B", "<h2>A</h2>\n<h4>B</h4>"},
		{"and also when they stand lower", "#### A\n\n##### B", "<h2>A</h2>\n<h3>B</h3>"},
		{"alignment without style", "| a |\n| -: |\n| 1 |", "<table>\n<thead>\n<tr>\n<th align=\"right\">a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td align=\"right\">1</td>\n</tr>\n</tbody>\n</table>"},
	} {
		if got := rendered(t, func(b *strings.Builder) error { return markdown(all.lesson, c.source).Render(b) }); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestAChoiceIsOneLine(t *testing.T) {
	all := newTexts()
	for source, want := range map[string]string{
		"`Nguyenlan1969` hay **không**": "<code>Nguyenlan1969</code> hay <strong>không</strong>",
		"# 1. không phải đề mục":        "# 1. không phải đề mục",
		"- <i>a</i> & b":                "- &lt;i&gt;a&lt;/i&gt; &amp; b",
		"[a](http://b.example)":         "[a](http://b.example)",
	} {
		if got := rendered(t, func(b *strings.Builder) error { return markdown(all.line, source).Render(b) }); got != want {
			t.Errorf("%q:\n got %s\nwant %s", source, got, want)
		}
	}
}

func TestTheDueDateIsCountedInDaysOfTheProvince(t *testing.T) {
	now := time.Date(2026, 11, 23, 16, 30, 0, 0, time.UTC) // 23:30 in Ha Noi
	v := &view{p: &Portal{d: host.Deps{Clock: clock.NewTest(now)}}, lang: "vi"}
	for _, c := range []struct {
		in   time.Duration
		want string
	}{
		{-26 * time.Hour, `<span class="badge badge-bad">Quá hạn 1 ngày</span>`},
		{-time.Minute, `<span class="badge badge-bad">Quá hạn từ hôm nay</span>`},
		{20 * time.Minute, `<span class="badge badge-warn">Hạn cuối là hôm nay</span>`},
		{40 * time.Minute, `<span class="badge badge-warn">Còn 1 ngày</span>`},
		{7 * 24 * time.Hour, `<span class="badge badge-warn">Còn 7 ngày</span>`},
		{8 * 24 * time.Hour, `<span class="badge badge-info">Còn 8 ngày</span>`},
	} {
		if got := rendered(t, func(b *strings.Builder) error { return v.dueBadge(now.Add(c.in)).Render(b) }); got != c.want {
			t.Errorf("in %v: got %s, want %s", c.in, got, c.want)
		}
	}
}

func TestNumbersAsTheReaderWritesThem(t *testing.T) {
	vi, en := &view{lang: "vi"}, &view{lang: "en"}
	for x, want := range map[float64][2]string{8.5: {"8,5", "8.5"}, 10: {"10", "10"}, 0: {"0", "0"}, 6.67: {"6,67", "6.67"}, 7.10: {"7,1", "7.1"}} {
		if got := [2]string{vi.number(x, 2), en.number(x, 2)}; got != want {
			t.Errorf("%v: got %v, want %v", x, got, want)
		}
	}
	if got := restText(19*time.Minute + 59*time.Second + time.Millisecond); got != "20:00" {
		t.Errorf("rest: %s", got)
	}
	if got := restText(-time.Second); got != "0:00" {
		t.Errorf("rest: %s", got)
	}
}

func TestPlainTextKeepsItsLines(t *testing.T) {
	got := rendered(t, func(b *strings.Builder) error { return plain("a\nb <c>\r\n\r\nd\n").Render(b) })
	if want := "<p>a<br>b &lt;c&gt;</p><p>d</p>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// answering is a bus on which every question has the same answer.
type answering string

func (a answering) Call(context.Context, string, []byte) ([]byte, error) { return []byte(a), nil }

func TestTheResultWaitsForTheCertificateOfItsPeriod(t *testing.T) {
	attempt := quiz.Attempt{Attempt: "lan_attt_2_1", Course: "attt", Period: 2}
	for issued, waits := range map[answering]bool{
		`[]`: true, `[{"code":"KV-1","course":"attt","period":1}]`: true, `[{"code":"KV-2","course":"attt","period":2}]`: false,
	} {
		v := &view{p: &Portal{d: host.Deps{RPC: issued}}, r: httptest.NewRequest("GET", "/attempts/lan_attt_2_1", nil), lang: "vi"}
		node, err := v.certificateNode(attempt)
		if err != nil {
			t.Fatal(err)
		}
		got := rendered(t, func(b *strings.Builder) error { return node.Render(b) })
		asks := strings.Contains(got, `hx-get="/attempts/lan_attt_2_1?part=certificate" hx-trigger="sse:changed, load delay:3s" hx-swap="outerHTML"`)
		if asks != waits || strings.Contains(got, `href="/certificates/KV-2/pdf"`) == waits || !strings.Contains(got, `href="/certificates`) {
			t.Errorf("%s: %s", issued, got)
		}
	}
}

func TestARenderedTextIsKeptAndTheirNumberBounded(t *testing.T) {
	line := newTexts().line
	for range 2 {
		if got, err := line.of("**một**"); err != nil || string(got) != "<strong>một</strong>" {
			t.Errorf("got %q, %v", got, err)
		}
	}
	if len(line.html) != 1 {
		t.Errorf("%d texts are kept", len(line.html))
	}
	long := strings.Repeat("dài ", mostRendered/16)
	for i := range 20 {
		if _, err := line.of(long + strings.Repeat("a", i)); err != nil {
			t.Fatal(err)
		}
		if line.size > mostRendered {
			t.Fatalf("%d bytes are kept", line.size)
		}
	}
}

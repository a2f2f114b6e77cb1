package portal

import (
	"context"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	g "maragu.dev/gomponents"

	"khuevan/assets"
	"khuevan/platform/clock"
	"khuevan/platform/host"
	"khuevan/platform/keyring"
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
	keys, err := keyring.Open(t.Context(), make([]byte, 32), keyring.Memory(), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	attempt := quiz.Attempt{Attempt: "lan_attt_2_1", Course: "attt", Period: 2}
	for issued, waits := range map[answering]bool{
		`[]`: true, `[{"code":"KV-1","course":"attt","period":1}]`: true, `[{"code":"KV-2","course":"attt","period":2}]`: false,
	} {
		v := &view{p: &Portal{d: host.Deps{RPC: issued, Keys: keys}}, r: httptest.NewRequest("GET", "/attempts/lan_attt_2_1", nil), lang: "vi"}
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

// twenty is an open attempt of twenty questions, as its owner sees it.
func twenty() quiz.Attempt {
	a := quiz.Attempt{Attempt: "lan_attt_1_1", Behaviour: quiz.Deferred, Started: time.Unix(0, 0), Deadline: time.Unix(1200, 0)}
	for i := range 20 {
		n := strconv.Itoa(i)
		q := quiz.Question{Item: "mk-" + n, Kind: "single", Stem: "Câu hỏi **số** " + n + ": mật khẩu nào là tốt?\n\nHãy nghĩ đến `độ dài`.", Chosen: []string{"b"}}
		for _, id := range []string{"a", "b", "c", "d"} {
			q.Choices = append(q.Choices, quiz.Option{ID: id, Text: "Phương án " + id + " của câu " + n + " với `mã` và **chữ đậm**"})
		}
		a.Questions = append(a.Questions, q)
	}
	return a
}

func BenchmarkAnAttemptOfTwentyQuestions(b *testing.B) {
	bundle, err := assets.Load()
	if err != nil {
		b.Fatal(err)
	}
	p := &Portal{d: host.Deps{Clock: clock.NewTest(time.Unix(60, 0))}, bundle: bundle, texts: newTexts()}
	v := &view{p: p, r: httptest.NewRequest("GET", "/attempts/lan_attt_1_1", nil), lang: "vi"}
	a := twenty()
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		w := httptest.NewRecorder()
		if err := p.render(w, v, 200, v.drawAttempt(a, 0, nil)); err != nil {
			b.Fatal(err)
		}
		size = w.Body.Len()
	}
	b.ReportMetric(float64(size), "bytes/page")
}

func TestGapsAreFilledOnlyInTheTextOfAStem(t *testing.T) {
	v := &view{p: &Portal{texts: newTexts()}, lang: "vi"}
	rows := []quiz.Row{{ID: "1"}, {ID: "2"}}
	gap := func(n int, _ quiz.Row) g.Node { return g.Text("<" + strconv.Itoa(n) + ">") }
	for stem, want := range map[string]string{
		"a {{1}} b {{2}}":          "<p>a &lt;1&gt; b &lt;2&gt;</p>",
		"{{2}} {{2}} {{3}}":        "<p>&lt;2&gt; {{2}} {{3}}</p>\n<p>&lt;1&gt;</p>",
		"**{{1}}** {{ {{2}}":       "<p><strong>&lt;1&gt;</strong> {{ &lt;2&gt;</p>",
		"[x](/a?b={{1}}) {{2}}}}1": "<p><a href=\"/a?b=%7B%7B1%7D%7D\">x</a> &lt;2&gt;}}1</p>\n<p>&lt;1&gt;</p>",
	} {
		if got := rendered(t, func(b *strings.Builder) error { return v.withGaps(stem, rows, gap).Render(b) }); got != want {
			t.Errorf("%q:\n got %s\nwant %s", stem, got, want)
		}
	}
}

func FuzzGapsNeverBreakAStem(f *testing.F) {
	f.Add("a {{1}} ![x](y) `{{2}}` {{")
	v := &view{p: &Portal{texts: newTexts()}, lang: "vi"}
	f.Fuzz(func(t *testing.T, stem string) {
		plain := rendered(t, func(b *strings.Builder) error { return markdown(v.p.texts.stem, stem).Render(b) })
		again := rendered(t, func(b *strings.Builder) error { return v.withGaps(stem, nil, nil).Render(b) })
		if plain != again {
			t.Errorf("%q:\n got %q\nwant %q", stem, again, plain)
		}
	})
}

func TestAnOptionIsTextWithoutTags(t *testing.T) {
	bare := newTexts().bare
	for source, want := range map[string]string{
		"`một` **hai** & <b>": "một hai &amp; &lt;b&gt;",
		"![sơ đồ \"mạng\"](picture:" + strings.Repeat("0a", 32) + ") ba": "sơ đồ &quot;mạng&quot; ba",
		"![ảnh](http://x.example/a.png)":                                 "![ảnh](http://x.example/a.png)",
	} {
		if got, err := bare.of(source); err != nil || string(got) != want {
			t.Errorf("%q: got %q, want %q %v", source, got, want, err)
		}
	}
}

func TestTheFirstLineIsCutBetweenWords(t *testing.T) {
	for text, want := range map[string]string{
		"Ngắn gọn":                "Ngắn gọn",
		"Một dòng\nhai":           "Một dòng …",
		`kèm\, và \*sao\*`:        "kèm, và *sao*",
		strings.Repeat("từ ", 60): strings.TrimSpace(strings.Repeat("từ ", 33)) + " …",
		strings.Repeat("ằ", 120):  strings.Repeat("ằ", 100) + " …",
	} {
		if got := firstLine(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

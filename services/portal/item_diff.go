package portal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/services/quiz"
)

// part is a piece of a question with a name for people, under which versions are compared.
type part struct{ name, text string }

// parts takes a question apart in reading order.
func (v *view) parts(c events.ItemContent) []part {
	all := []part{{v.t("Loại", "Kind"), v.kind(c.Kind)}, {v.t("Nội dung câu hỏi", "Text"), c.Stem}, {v.t("Thẻ", "Tags"), strings.Join(c.Tags, ", ")},
		{v.t("Độ khó", "Difficulty"), v.number(c.Difficulty, 2)}, {v.t("Cách chấm", "Scoring"), v.scoring(item.Scoring(c))}}
	all = append(all, v.choiceParts("", c.Choices, c.Kind != item.Matching && c.Kind != item.Ordering)...)
	for _, p := range c.Prompts {
		name := v.t("Vế trái ", "Prompt ") + p.ID
		all = append(all, part{name, p.Text}, part{name + v.t(": ghép với", ": belongs to"), p.Match}, part{name + v.t(": giải thích", ": explanation"), p.Explanation})
	}
	for _, gap := range c.Gaps {
		name := v.t("Chỗ trống ", "Gap ") + gap.ID
		all = append(all, v.choiceParts(name+": ", gap.Choices, true)...)
		for i, a := range gap.Answers {
			at := name + v.t(": đáp án ", ": answer ") + strconv.Itoa(i+1)
			all = append(all, part{at, v.answerText(gap, a) + " (" + v.percent(answerShare(a)) + ")"}, part{at + v.t(", giải thích", ", explanation"), a.Explanation})
		}
		all = append(all, part{name + v.t(": hệ số", ": weight"), v.number(gap.Weight, 2)}, part{name + v.t(": phân biệt hoa thường", ": case counts"), v.yes(gap.Exact)})
	}
	return append(all, part{v.t("Xáo trộn phương án", "Choices shuffled"), v.yes(!c.Unshuffled)}, part{v.t("Giải thích chung", "Feedback"), c.Feedback})
}

func (v *view) choiceParts(before string, choices []events.Choice, keyed bool) []part {
	var all []part
	for _, ch := range choices {
		name := before + v.t("Phương án ", "Choice ") + ch.ID
		all = append(all, part{name, ch.Text})
		if keyed {
			all = append(all, part{name + v.t(": là đáp án", ": is a key"), v.yes(ch.Key)})
		}
		if ch.Weight != 0 {
			all = append(all, part{name + v.t(": tỷ lệ điểm", ": share"), v.percent(ch.Weight)})
		}
		all = append(all, part{name + v.t(": giải thích", ": explanation"), ch.Explanation})
	}
	return all
}

func (v *view) yes(is bool) string {
	if is {
		return v.t("có", "yes")
	}
	return v.t("không", "no")
}

// change is a part that differs between two versions.
type change struct{ name, was, is string }

// changes lists what differs, in the order of the newer version; what is gone stands at the end.
func changes(was, is []part) []change {
	old := map[string]string{}
	for _, p := range was {
		old[p.name] = p.text
	}
	var all []change
	seen := map[string]bool{}
	for _, p := range is {
		if seen[p.name] = true; old[p.name] != p.text {
			all = append(all, change{p.name, old[p.name], p.text})
		}
	}
	for _, p := range was {
		if !seen[p.name] && p.text != "" {
			all = append(all, change{name: p.name, was: p.text})
		}
	}
	return all
}

// versionsSection lists the versions of a question and shows what changed between two of them, the newest two where
// the reader names none.
func (v *view) versionsSection(it quiz.ItemHistory, who names) g.Node {
	columns := []column{{v.t("Phiên bản", "Version"), false}, {v.t("Người soạn", "Author"), false}, {v.t("Tình trạng", "Stage"), false}}
	rows := g.Map(it.Versions, func(e events.ItemWritten) g.Node {
		return row(columns, itoa(e.Version), g.Text(v.named(who, e.Author)), v.versionState(it, e))
	})
	return h.Section(h.H2(v.text("Các phiên bản", "Versions")), table(v.t("Mới nhất trước; phiên bản đã ghi không bao giờ đổi", "Newest first; a version never changes"), columns, rows), v.comparison(it))
}

func (v *view) versionState(it quiz.ItemHistory, e events.ItemWritten) g.Node {
	switch {
	case e.Version == it.Live && it.Retired:
		return badge("", v.t("Ngừng dùng", "Retired"))
	case e.Version == it.Live:
		return badge("ok", v.t("Đang dùng", "In use"))
	case e.Version == it.Version:
		kind, text := v.stage(it.Stage)
		return badge(kind, text)
	}
	return badge("", v.t("Phiên bản cũ", "Older"))
}

func (v *view) comparison(it quiz.ItemHistory) g.Node {
	if len(it.Versions) < 2 {
		return h.P(h.Class("hint"), v.text("Câu hỏi mới chỉ có một phiên bản, chưa có gì để so sánh.", "There is one version only, and nothing to compare."))
	}
	q := v.r.URL.Query()
	from, to := versionOf(it, q.Get("from"), it.Versions[1]), versionOf(it, q.Get("to"), it.Versions[0])
	var all []entry
	for _, e := range it.Versions {
		all = append(all, entry{strconv.Itoa(e.Version), v.t("Phiên bản ", "Version ") + strconv.Itoa(e.Version)})
	}
	found := changes(v.parts(from.ItemContent), v.parts(to.ItemContent))
	return g.Group{
		h.H3(h.ID("diff"), v.text("So sánh hai phiên bản", "Two versions compared")),
		h.Form(h.Class("inline"), h.Method("get"), h.Action(coursePath(v.r.PathValue("course"), tabBank)+"/"+it.Item.Item+"#diff"),
			field("from", v.t("Từ", "From"), h.Select(h.ID("from"), h.Name("from"), choose(strconv.Itoa(from.Version), all...))),
			field("to", v.t("Đến", "To"), h.Select(h.ID("to"), h.Name("to"), choose(strconv.Itoa(to.Version), all...))),
			h.Div(h.Class("field"), h.Button(h.Class("btn"), h.Type("submit"), v.text("So sánh", "Compare")))),
		v.differences(found, from.Version, to.Version),
	}
}

// differences shows two versions side by side, as far as they differ.
func (v *view) differences(found []change, from, to int) g.Node {
	if len(found) == 0 {
		return h.P(v.text("Hai phiên bản giống nhau.", "The two versions are the same."))
	}
	columns := []column{{v.t("Phần", "Part"), false}, {fmt.Sprintf(v.t("Phiên bản %d", "Version %d"), from), false}, {fmt.Sprintf(v.t("Phiên bản %d", "Version %d"), to), false}}
	return h.Div(h.Class("diff"), table(v.t("Những phần khác nhau", "What differs"), columns, g.Map(found, func(c change) g.Node {
		spans := compare(c.was, c.is)
		return row(columns, g.Text(c.name), h.Div(h.Lang("vi"), marked(spans, '-')), h.Div(h.Lang("vi"), marked(spans, '+')))
	})))
}

// versionOf finds the version that the reader names.
func versionOf(it quiz.ItemHistory, named string, otherwise events.ItemWritten) events.ItemWritten {
	at := slices.IndexFunc(it.Versions, func(e events.ItemWritten) bool { return strconv.Itoa(e.Version) == named })
	if at < 0 {
		return otherwise
	}
	return it.Versions[at]
}

// span is a run of words that stand in one version or in both.
type span struct {
	sign rune // '-', '+', ' '
	text string
}

// maxCompared bounds the words of a text that are compared one by one; longer ones are shown as a whole.
const maxCompared = 600

// compare finds the words that were taken out and put in, by their longest common subsequence.
func compare(was, is string) []span {
	a, b := strings.Fields(was), strings.Fields(is)
	first, last := shared(a, b)
	a, b = a[len(first):len(a)-len(last)], b[len(first):len(b)-len(last)]
	if len(a) > maxCompared || len(b) > maxCompared {
		return slices.Concat(unchanged(first), []span{{'-', strings.Join(a, " ")}, {'+', strings.Join(b, " ")}}, unchanged(last))
	}
	longest := make([][]int, len(a)+1)
	for i := range longest {
		longest[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			if a[i] == b[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			}
		}
	}
	all := unchanged(first)
	say := func(sign rune, word string) {
		if n := len(all); n > 0 && all[n-1].sign == sign {
			all[n-1].text += " " + word
			return
		}
		all = append(all, span{sign, word})
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			say(' ', a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && longest[i+1][j] >= longest[i][j+1]:
			say('-', a[i])
			i++
		default:
			say('+', b[j])
			j++
		}
	}
	for _, word := range last {
		say(' ', word)
	}
	return all
}

// shared are the words with which both texts begin, and those with which both end.
func shared(a, b []string) (first, last []string) {
	head, tail := 0, 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		head++
	}
	for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	return a[:head], a[len(a)-tail:]
}

func unchanged(words []string) []span {
	if len(words) == 0 {
		return nil
	}
	return []span{{' ', strings.Join(words, " ")}}
}

// nearby is how many unchanged words are shown on either side of a change.
const nearby = 40

// around leaves out the middle of a long unchanged run.
func around(text string) string {
	words := strings.Fields(text)
	if len(words) <= 2*nearby {
		return text
	}
	return strings.Join(words[:nearby], " ") + " … " + strings.Join(words[len(words)-nearby:], " ")
}

// marked shows one side of a comparison: what is only there is marked.
func marked(spans []span, side rune) g.Node {
	var all []g.Node
	for _, s := range spans {
		switch {
		case s.sign == ' ':
			all = append(all, g.Text(around(s.text)+" "))
		case s.sign != side:
		case side == '-':
			all = append(all, h.Del(g.Text(s.text)), g.Text(" "))
		default:
			all = append(all, h.Ins(g.Text(s.text)), g.Text(" "))
		}
	}
	if len(all) == 0 {
		return g.Text("–")
	}
	return h.Span(all...)
}

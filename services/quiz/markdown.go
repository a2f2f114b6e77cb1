package quiz

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"khuevan/events"
)

// Bank is a file of questions in our Markdown, see content/README.md.
type Bank struct {
	Name  string // of the level-1 heading
	Items []ItemText

	lines []int // of each item's heading
}

// Limits of a file.
const (
	maxFile  = 2 << 20 // bytes
	maxItems = 5000
	// perItem bounds the problems told of one question, so that a report of 5,000 bad ones fits a message.
	perItem = 3
)

// unknownDifficulty is assumed where the author makes no guess.
const unknownDifficulty = 0.5

var (
	choiceLine = regexp.MustCompile(`^- \[([ xX])\][ \t]+(\S.*)$`)
	choiceLike = regexp.MustCompile(`^\s*[-*+]\s*\[.?\]`) // so near to a choice that it is a slip
)

// ParseMarkdown reads questions. A question that cannot be read is left out and listed with its line and the remedy; the
// good ones are kept, in the order of the file. Text is brought to NFC and line ends to "\n". WriteMarkdown is its inverse.
func ParseMarkdown(text string) (Bank, []ItemProblem) {
	if bad, ok := checkFile(text); !ok {
		return Bank{}, []ItemProblem{bad}
	}
	p := &parser{seen: map[string]int{}}
	lines := splitLines(text)
	start := 0
	for start < len(lines) && !isHeading(lines[start]) {
		start++
	}
	p.preamble(lines[:start])
	for count := 0; start < len(lines); count++ {
		if count == maxItems {
			p.tell(start+1, "", "Tệp có quá %d câu hỏi; các câu từ dòng này trở đi bị bỏ qua. Hãy chia thành nhiều tệp.",
				"The file has more than %d questions; those from this line on are left out. Split the file.", maxItems)
			break
		}
		end := start + 1
		for end < len(lines) && !isHeading(lines[end]) {
			end++
		}
		p.question(start+1, lines[start:end])
		start = end
	}
	return p.bank, p.problems
}

func checkFile(text string) (ItemProblem, bool) {
	switch {
	case len(text) > maxFile:
		return ItemProblem{Line: 1, Vi: "Tệp lớn hơn 2 MB. Hãy chia thành nhiều tệp nhỏ hơn.", En: "The file is larger than 2 MB. Split it."}, false
	case !utf8.ValidString(text):
		return ItemProblem{Line: 1, Vi: "Tệp không phải văn bản UTF-8. Hãy lưu lại với bảng mã UTF-8.", En: "The file is not UTF-8 text. Save it as UTF-8."}, false
	}
	return ItemProblem{}, true
}

func splitLines(text string) []string {
	text = strings.TrimPrefix(text, "\uFEFF")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	return strings.Split(norm.NFC.String(text), "\n")
}

// isHeading reports whether a line opens a question.
func isHeading(line string) bool { return line == "##" || strings.HasPrefix(line, "## ") }

type parser struct {
	bank     Bank
	problems []ItemProblem
	seen     map[string]int // line of each id
}

func (p *parser) tell(line int, item, vi, en string, args ...any) {
	p.problems = append(p.problems, problemf(line, item, vi, en, args...))
}

// preamble reads what stands before the first question: the name of the bank, and nothing else.
func (p *parser) preamble(lines []string) {
	named := false
	for i, line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if name, ok := strings.CutPrefix(line, "# "); ok && !named && strings.TrimSpace(name) != "" {
			p.bank.Name, named = strings.TrimSpace(name), true
			continue
		}
		if named {
			p.tell(i+1, "", "Có nội dung ngoài câu hỏi. Mỗi câu hỏi bắt đầu bằng một dòng “## mã-câu-hỏi”.",
				"There is text outside any question. Each question opens with a line “## question-id”.")
			return
		}
		break
	}
	if !named {
		p.tell(1, "", "Thiếu tên ngân hàng câu hỏi. Dòng đầu tiên phải có dạng “# Ngân hàng câu hỏi: tên”.",
			"The name of the bank is missing. The first line must read “# Ngân hàng câu hỏi: name”.")
	}
}

// question reads one item; lines[0] is its heading, at the given line of the file.
func (p *parser) question(at int, lines []string) {
	q := &question{at: at, text: ItemText{Item: strings.TrimSpace(lines[0][2:]), Difficulty: unknownDifficulty}}
	q.checkID()
	if first, twice := p.seen[q.text.Item]; twice {
		q.bad(at, "Mã câu hỏi bị trùng với câu ở dòng %d. Mỗi câu cần một mã riêng.", "The id is that of the question at line %d. Each question needs its own.", first)
	} else {
		p.seen[q.text.Item] = at
	}
	rest := q.header(1, lines)
	rest = q.stem(rest, lines)
	q.choices(rest, lines)
	q.check()
	if len(q.problems) > 0 {
		p.problems = append(p.problems, q.problems...)
		return
	}
	p.bank.Items, p.bank.lines = append(p.bank.Items, q.text), append(p.bank.lines, at)
}

// question is one item being read.
type question struct {
	at       int // line of the heading
	text     ItemText
	problems []ItemProblem
}

// header reads "key: value" lines up to the first empty one and gives the place behind them.
func (q *question) header(from int, lines []string) int {
	seen := map[string]bool{}
	for i := from; i < len(lines); i++ {
		line := lines[i]
		if strings.TrimSpace(line) == "" {
			return i + 1
		}
		key, value, pair := strings.Cut(line, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch {
		case pair && seen[key]:
			q.bad(q.at+i, "Dòng “%s” lặp lại. Chỉ giữ một dòng.", "The line “%s” is repeated. Keep one.", key)
		case pair && key == "tags":
			q.tags(q.at+i, value)
		case pair && key == "difficulty":
			q.difficulty(q.at+i, value)
		default:
			q.bad(q.at+i, "Không hiểu mục “%s”. Ngay dưới mã câu hỏi chỉ có “tags:” và “difficulty:”, rồi một dòng trống trước nội dung câu hỏi.",
				"“%s” is not understood. Below the id stand only “tags:” and “difficulty:”, then an empty line before the question's text.", shorten(key))
		}
		seen[key] = true
	}
	return len(lines)
}

func (q *question) tags(line int, value string) {
	if value == "" {
		return
	}
	for tag := range strings.SplitSeq(value, ",") {
		q.text.Tags = append(q.text.Tags, strings.TrimSpace(tag))
	}
	q.checkTags(line)
}

func (q *question) difficulty(line int, value string) {
	d, err := strconv.ParseFloat(value, 64)
	if err != nil || !(d >= 0 && d <= 1) {
		q.bad(line, "Độ khó “%s” không hợp lệ. Hãy viết một số từ 0 đến 1 với dấu chấm, ví dụ 0.3.",
			"The difficulty “%s” is not valid. Write a number from 0 to 1 with a point, such as 0.3.", shorten(value))
		return
	}
	q.text.Difficulty = d
}

// stem reads the question's text up to the first choice and gives the place of that choice.
func (q *question) stem(from int, lines []string) int {
	end := from
	for end < len(lines) && !choiceLike.MatchString(lines[end]) {
		end++
	}
	var stem []string
	for _, line := range lines[min(from, len(lines)):end] {
		if strings.TrimSpace(line) == "" {
			line = ""
		}
		stem = append(stem, line)
	}
	q.text.Stem = trimRight(strings.TrimLeft(strings.Join(stem, "\n"), "\n"))
	return end
}

// choices reads the rest: one choice on each line.
func (q *question) choices(from int, lines []string) {
	for i := from; i < len(lines); i++ {
		line := trimRight(lines[i])
		if line == "" {
			continue
		}
		m := choiceLine.FindStringSubmatch(line)
		if m == nil {
			q.bad(q.at+i, "Dòng này không phải phương án. Mỗi phương án viết trên một dòng: “- [ ] phương án :: giải thích”, phương án đúng dùng “[x]”.",
				"This line is not a choice. Each choice stands on one line: “- [ ] choice :: explanation”, a right one with “[x]”.")
			continue
		}
		text, explanation, ok := strings.Cut(m[2], " :: ")
		text, explanation = strings.TrimSpace(text), strings.TrimSpace(explanation)
		if !ok || text == "" || explanation == "" || strings.Contains(explanation, " :: ") {
			q.bad(q.at+i, "Phương án phải có đúng một dấu “ :: ” ở giữa, trước là phương án, sau là lời giải thích.",
				"A choice has exactly one “ :: ” in it: before it the choice, behind it the explanation.")
			continue
		}
		if len(q.text.Choices) == maxChoices {
			q.bad(q.at+i, "Câu hỏi có quá %d phương án. Hãy bỏ bớt.", "The question has more than %d choices. Remove some.", maxChoices)
			return
		}
		q.text.Choices = append(q.text.Choices, events.Choice{ID: choiceID(len(q.text.Choices)), Text: text, Key: m[1] != " ", Explanation: explanation})
		q.checkChoice(q.at + i)
	}
}

// choiceID names choices a, b, c, …; there are at most maxChoices.
func choiceID(n int) string { return string(rune('a' + n)) }

func trimRight(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) }

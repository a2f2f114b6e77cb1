package exchange

import (
	"regexp"
	"strconv"
	"strings"

	"khuevan/assessment/item"
	"khuevan/events"
)

// An answer stands on one line: "- [box] text :: explanation", in a cloze question "- {{gap}} [box] text".
var (
	answerLine = regexp.MustCompile(`^- (?:\{\{([a-z0-9]{1,8})\}\} )?\[([ xX=_#]|\d{1,2}|[_#]?[ \t]*[-+−]?[\d.,]+[ \t]*%)\][ \t]+(\S.*)$`)
	answerLike = regexp.MustCompile(`^\s*[-*+]\s*(\{\{[a-z0-9]{1,8}\}\}\s*)?\[(.?|\d\d|[_#]?\s*[-+−]?[\d.,]+\s*%)\]`) // so near to an answer that it is a slip
	gapHeader  = regexp.MustCompile(`^gap ([a-z0-9]{1,8})$`)
)

// readMarkdown reads our own form, content/README.md. A question that cannot be read is left out and listed with its
// line and the remedy; the good ones are kept, in the order of the file. writeMarkdown is its inverse.
func readMarkdown(in *intake, text string) {
	lines := in.takePictures(strings.Split(text, "\n"))
	start := 0
	for start < len(lines) && !isHeading(lines[start]) {
		start++
	}
	in.preamble(lines[:start])
	for start < len(lines) && !in.full {
		end := start + 1
		for end < len(lines) && !isHeading(lines[end]) {
			end++
		}
		in.markdownQuestion(start+1, lines[start:end])
		start = end
	}
}

// isHeading reports whether a line opens a question.
func isHeading(line string) bool { return line == "##" || strings.HasPrefix(line, "## ") }

// preamble reads what stands before the first question: the name of the bank, and nothing else.
func (in *intake) preamble(lines []string) {
	named := false
	for i, line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if name, ok := strings.CutPrefix(line, "# "); ok && !named && strings.TrimSpace(name) != "" {
			in.file.Name, named = strings.TrimSpace(name), true
			continue
		}
		if named {
			in.bad(i+1, "", "Có nội dung ngoài câu hỏi. Mỗi câu hỏi bắt đầu bằng một dòng “## mã-câu-hỏi”.",
				"There is text outside any question. Each question opens with a line “## question-id”.")
			return
		}
		break
	}
	if !named {
		in.bad(1, "", "Thiếu tên ngân hàng câu hỏi. Dòng đầu tiên phải có dạng “# Ngân hàng câu hỏi: tên”.",
			"The name of the bank is missing. The first line must read “# Ngân hàng câu hỏi: name”.")
	}
}

// markdownQuestion reads one item; lines[0] is its heading, at the given line of the file.
func (in *intake) markdownQuestion(at int, lines []string) {
	id := strings.TrimSpace(lines[0][2:])
	q := &question{draft: draft{line: at, source: id, label: id, parts: map[string]int{}, content: events.ItemContent{Difficulty: unknownDifficulty}}}
	if !validID(id) {
		q.refuse(at, "Mã câu hỏi không hợp lệ. Mã gồm chữ thường không dấu, chữ số và dấu gạch nối, tối đa %d ký tự, ví dụ “mk-01”.",
			"The id is not valid. It has lower-case letters a–z, digits and hyphens, at most %d characters, such as “mk-01”.", maxID)
	}
	rest := q.header(1, lines)
	rest = q.stem(rest, lines)
	rest = q.answers(rest, lines)
	q.feedback(rest, lines)
	q.finish()
	in.add(&q.draft)
}

// question is one item being read.
type question struct {
	draft
	rows []row
	gaps map[string]gapRule // what the header says of each gap
}

type gapRule struct {
	line   int
	weight float64
	exact  bool
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
			q.refuse(q.line+i, "Dòng “%s” lặp lại. Chỉ giữ một dòng.", "The line “%s” is repeated. Keep one.", shorten(key))
		case !pair || !q.key(q.line+i, key, value):
			q.refuse(q.line+i, "Không hiểu mục “%s”. Ngay dưới mã câu hỏi chỉ có “tags:”, “difficulty:”, “kind:”, “scoring:”, “language:”, “shuffle:”, “exact:”, “gap …:”, rồi một dòng trống trước nội dung câu hỏi.",
				"“%s” is not understood. Below the id stand only “tags:”, “difficulty:”, “kind:”, “scoring:”, “language:”, “shuffle:”, “exact:”, “gap …:”, then an empty line before the question's text.", shorten(key))
		}
		seen[key] = true
	}
	return len(lines)
}

// key reads one line of the header; false when there is no such key.
func (q *question) key(line int, key, value string) bool {
	q.parts[key] = line
	switch key {
	case "tags":
		q.tags(value)
	case "difficulty":
		q.difficulty(line, value)
	case "kind":
		q.content.Kind = value
		if item.Scorings(value) == nil {
			q.refuse(line, "Không có loại câu hỏi “%s”. Các loại: %s.", "There is no kind “%s” of question. The kinds are: %s.", shorten(value), strings.Join(item.Kinds(), ", "))
		}
	case "scoring":
		q.content.Scoring = value
	case "language":
		q.content.Language = value
	case "shuffle":
		q.content.Unshuffled = value == "no"
		q.yesOrNo(line, key, value)
	case "exact":
		q.rule("1", func(r *gapRule) { r.exact = value == "yes" })
		q.yesOrNo(line, key, value)
	default:
		m := gapHeader.FindStringSubmatch(key)
		if m == nil {
			return false
		}
		q.gapRules(line, m[1], value)
	}
	return true
}

func (q *question) yesOrNo(line int, key, value string) {
	if value != "yes" && value != "no" {
		q.refuse(line, "Dòng “%s” chỉ nhận “yes” hoặc “no”.", "The line “%s” takes “yes” or “no”.", key)
	}
}

func (q *question) rule(gap string, set func(*gapRule)) {
	if q.gaps == nil {
		q.gaps = map[string]gapRule{}
	}
	r := q.gaps[gap]
	set(&r)
	q.gaps[gap] = r
}

// gapRules reads "weight 2, exact".
func (q *question) gapRules(line int, gap, value string) {
	for part := range strings.SplitSeq(value, ",") {
		word, rest, _ := strings.Cut(strings.TrimSpace(part), " ")
		weight, ok := item.Number(rest)
		switch {
		case word == "exact" && rest == "":
			q.rule(gap, func(r *gapRule) { r.exact, r.line = true, line })
		case word == "weight" && ok && weight > 0:
			q.rule(gap, func(r *gapRule) { r.weight, r.line = weight, line })
		default:
			q.refuse(line, "Không hiểu “%s”. Sau “gap …:” viết “weight 2”, “exact”, cách nhau bằng dấu phẩy.",
				"“%s” is not understood. Behind “gap …:” stand “weight 2”, “exact”, with commas between them.", shorten(value))
			return
		}
	}
}

func (q *question) tags(value string) {
	if value == "" {
		return
	}
	for tag := range strings.SplitSeq(value, ",") {
		q.content.Tags = append(q.content.Tags, strings.TrimSpace(tag))
	}
}

func (q *question) difficulty(line int, value string) {
	d, err := strconv.ParseFloat(value, 64)
	if err != nil || !(d >= 0 && d <= 1) {
		q.refuse(line, "Độ khó “%s” không hợp lệ. Hãy viết một số từ 0 đến 1 với dấu chấm, ví dụ 0.3.",
			"The difficulty “%s” is not valid. Write a number from 0 to 1 with a point, such as 0.3.", shorten(value))
		return
	}
	q.content.Difficulty = d
}

// stem reads the question's text up to the first answer and gives the place of that answer.
func (q *question) stem(from int, lines []string) int {
	end := from
	for end < len(lines) && !answerLike.MatchString(lines[end]) {
		end++
	}
	q.content.Stem = strings.Join(lines[min(from, len(lines)):end], "\n")
	return end
}

// answers reads one answer on each line, up to the feedback, and gives its place.
func (q *question) answers(from int, lines []string) int {
	for i := from; i < len(lines); i++ {
		line := trimRight(lines[i])
		if line == "" {
			continue
		}
		if strings.HasPrefix(line, ">") {
			return i
		}
		m := answerLine.FindStringSubmatch(line)
		if m == nil {
			q.refuse(q.line+i, "Dòng này không phải phương án. Mỗi phương án viết trên một dòng: “- [ ] phương án :: giải thích”, phương án đúng dùng “[x]”.",
				"This line is not a choice. Each choice stands on one line: “- [ ] choice :: explanation”, a right one with “[x]”.")
			continue
		}
		if len(q.rows) == maxParts {
			q.refuse(q.line+i, "Câu hỏi có quá nhiều đáp án. Hãy bỏ bớt.", "The question has too many answers. Remove some.")
			break
		}
		q.row(q.line+i, m[1], m[2], m[3])
	}
	return len(lines)
}

// feedback reads the lines "> …" that close a question.
func (q *question) feedback(from int, lines []string) {
	var said []string
	for i := from; i < len(lines); i++ {
		line := lines[i]
		if strings.TrimSpace(line) == "" {
			continue
		}
		rest, ok := strings.CutPrefix(line, ">")
		if !ok {
			q.refuse(q.line+i, "Sau phần giải thích chung “> …” không còn nội dung nào khác.", "Nothing else follows the feedback “> …”.")
			return
		}
		if len(said) == 0 {
			q.parts["feedback"] = q.line + i
		}
		said = append(said, strings.TrimPrefix(rest, " "))
	}
	q.content.Feedback = strings.Join(said, "\n")
}

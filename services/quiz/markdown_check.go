package quiz

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"khuevan/events"
)

// Limits of a question, in characters where nothing else is said.
const (
	maxStem    = 4000
	maxChoice  = 1000 // also of an explanation
	maxChoices = 12
	maxTags    = 10
	maxTag     = 64
)

// The two choices by which a true/false item is known.
const (
	textTrue  = "Đúng"
	textFalse = "Sai"
)

var plainTag = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]*$`)

func problemf(line int, item, vi, en string, args ...any) ItemProblem {
	return ItemProblem{Line: line, Item: item, Vi: fmt.Sprintf(vi, args...), En: fmt.Sprintf(en, args...)}
}

// bad notes a problem of the question.
func (q *question) bad(line int, vi, en string, args ...any) {
	if len(q.problems) < perItem {
		q.problems = append(q.problems, problemf(line, shorten(q.text.Item), vi, en, args...))
	}
}

// shorten bounds what is quoted of a file.
func shorten(s string) string {
	if runes := []rune(s); len(runes) > maxID {
		return string(runes[:maxID]) + "…"
	}
	return s
}

func (q *question) checkID() {
	if !validID(q.text.Item) {
		q.bad(q.at, "Mã câu hỏi không hợp lệ. Mã gồm chữ thường không dấu, chữ số và dấu gạch nối, tối đa %d ký tự, ví dụ “mk-01”.",
			"The id is not valid. It has lower-case letters a–z, digits and hyphens, at most %d characters, such as “mk-01”.", maxID)
	}
}

func (q *question) checkTags(line int) {
	tags := q.text.Tags
	if len(tags) > maxTags {
		q.bad(line, "Có quá %d thẻ.", "There are more than %d tags.", maxTags)
		return
	}
	for i, tag := range tags {
		switch {
		case !plainTag.MatchString(tag) || utf8.RuneCountInString(tag) > maxTag:
			q.bad(line, "Thẻ “%s” không hợp lệ. Thẻ gồm chữ, chữ số, “-”, “_”, “.”, cách nhau bằng dấu phẩy.",
				"The tag “%s” is not valid. Tags have letters, digits, “-”, “_”, “.”, and commas between them.", shorten(tag))
		case slices.Contains(tags[:i], tag):
			q.bad(line, "Thẻ “%s” lặp lại. Chỉ giữ một.", "The tag “%s” is repeated. Keep one.", tag)
		}
	}
}

// checkChoice checks the choice read last.
func (q *question) checkChoice(line int) {
	last := len(q.text.Choices) - 1
	c := q.text.Choices[last]
	if utf8.RuneCountInString(c.Text) > maxChoice || utf8.RuneCountInString(c.Explanation) > maxChoice {
		q.bad(line, "Phương án hoặc lời giải thích dài hơn %d ký tự. Hãy viết ngắn lại.", "The choice or its explanation is longer than %d characters. Shorten it.", maxChoice)
	}
	if slices.ContainsFunc(q.text.Choices[:last], func(o events.Choice) bool { return o.Text == c.Text }) {
		q.bad(line, "Phương án này giống hệt một phương án ở trên. Hãy bỏ bớt hoặc viết khác đi.", "The choice is the same as one above. Remove or reword it.")
	}
	if hasControl(c.Text) || hasControl(c.Explanation) {
		q.bad(line, "Dòng này có ký tự điều khiển không nhìn thấy. Hãy gõ lại dòng này.", "The line has invisible control characters. Type it anew.")
	}
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\t' && r != '\n' })
}

// check checks the question as a whole and finds its kind.
func (q *question) check() {
	stem := utf8.RuneCountInString(q.text.Stem)
	switch {
	case stem == 0:
		q.bad(q.at, "Thiếu nội dung câu hỏi. Viết nội dung sau một dòng trống, trước các phương án.", "The question has no text. Write it behind an empty line, before the choices.")
	case stem > maxStem:
		q.bad(q.at, "Nội dung câu hỏi dài hơn %d ký tự. Hãy viết ngắn lại.", "The question's text is longer than %d characters. Shorten it.", maxStem)
	case hasControl(q.text.Stem):
		q.bad(q.at, "Nội dung câu hỏi có ký tự điều khiển không nhìn thấy. Hãy gõ lại.", "The question's text has invisible control characters. Type it anew.")
	}
	switch len(q.text.Choices) {
	case 0:
		q.bad(q.at, "Câu hỏi không có phương án nào. Cần ít nhất hai dòng “- [ ] phương án :: giải thích”.", "The question has no choices. It needs at least two lines “- [ ] choice :: explanation”.")
		return
	case 1:
		q.bad(q.at, "Câu hỏi chỉ có một phương án. Hãy thêm ít nhất một phương án nữa.", "The question has only one choice. Add at least one more.")
	}
	q.checkKeys()
}

func (q *question) checkKeys() {
	keys := 0
	for _, c := range q.text.Choices {
		if c.Key {
			keys++
		}
	}
	if keys == 0 {
		q.bad(q.at, "Chưa đánh dấu phương án đúng. Viết “[x]” ở phương án đúng.", "No choice is marked as right. Write “[x]” at the right one.")
	}
	q.text.Kind = kindOf(q.text.Choices, keys)
	if q.text.Kind == kindTrueFalse && keys > 1 {
		q.bad(q.at, "Câu Đúng/Sai chỉ có một phương án đúng.", "A true/false question has one right choice.")
	}
	if q.text.Kind == kindTrueFalse && q.text.Choices[0].Text != textTrue {
		q.bad(q.at, "Câu Đúng/Sai phải viết “Đúng” trước “Sai”.", "A true/false question has “Đúng” before “Sai”.")
	}
}

func kindOf(choices []events.Choice, keys int) string {
	is := func(text string) bool {
		return slices.ContainsFunc(choices, func(c events.Choice) bool { return c.Text == text })
	}
	switch {
	case len(choices) == 2 && is(textTrue) && is(textFalse):
		return kindTrueFalse
	case keys > 1:
		return kindMultiple
	default:
		return kindSingle
	}
}

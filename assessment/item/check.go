package item

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
	MaxStem     = 4000 // also of the feedback
	MaxChoice   = 1000 // also of a prompt, an accepted answer and an explanation
	MaxChoices  = 12   // of an item, and of a choice gap
	MaxPrompts  = 12
	MaxGaps     = 20
	MaxAnswers  = 20 // of a gap
	MaxTags     = 10
	MaxTag      = 64
	MaxPictures = 5 // in the stem and the feedback
	maxValue    = 1e15
)

var (
	plainTag = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]*$`)
	plainID  = regexp.MustCompile(`^[a-z0-9]{1,8}$`)
	language = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)
	mark     = regexp.MustCompile(`\{\{([^{}\n]*)\}\}`)
	picture  = regexp.MustCompile(`!\[[^\]\n]*\]\(picture:([0-9a-f]{64})\)`)
)

// Problem is one reason why a content is no question, with the remedy.
type Problem struct {
	Part   string // what it is about: kind, stem, tags, difficulty, language, scoring, feedback, choices, prompts, gaps, or "choice a", "prompt 1", "gap 1"
	Vi, En string
}

// Check lists what is wrong with a content, wherever it comes from; nothing for a question that can be asked and marked.
func Check(c events.ItemContent) []Problem {
	k := &checker{c: c}
	if Scorings(c.Kind) == nil {
		k.bad("kind", "Không có loại câu hỏi “%s”. Các loại: %s.", "There is no kind “%s” of question. The kinds are: %s.", shorten(c.Kind), strings.Join(Kinds(), ", "))
		return k.problems
	}
	k.header()
	k.text()
	k.parts()
	switch c.Kind {
	case Matching:
		k.matching()
	case Ordering:
		k.ordering()
	case Numeric, ShortText, Cloze:
		k.gaps()
	default:
		k.choices()
	}
	return k.problems
}

// Marks lists the gaps that a stem marks, in its order, one marked twice twice.
func Marks(stem string) []string { return submatches(mark, stem) }

// Pictures lists the digests of the pictures that a content shows, each once.
func Pictures(c events.ItemContent) []string {
	var all strings.Builder
	each(c, func(s string) { all.WriteString(s + "\n") })
	found := submatches(picture, all.String())
	slices.Sort(found)
	return slices.Compact(found)
}

func submatches(re *regexp.Regexp, s string) []string {
	var all []string
	for _, m := range re.FindAllStringSubmatch(s, -1) {
		all = append(all, m[1])
	}
	return all
}

// each visits the texts that are shown.
func each(c events.ItemContent, see func(string)) {
	choices := func(all []events.Choice) {
		for _, ch := range all {
			see(ch.Text)
			see(ch.Explanation)
		}
	}
	see(c.Stem)
	see(c.Feedback)
	choices(c.Choices)
	for _, p := range c.Prompts {
		see(p.Text)
		see(p.Explanation)
	}
	for _, g := range c.Gaps {
		choices(g.Choices)
		for _, a := range g.Answers {
			see(a.Explanation)
		}
	}
}

type checker struct {
	c        events.ItemContent
	problems []Problem
}

func (k *checker) bad(part, vi, en string, args ...any) {
	k.problems = append(k.problems, Problem{Part: part, Vi: fmt.Sprintf(vi, args...), En: fmt.Sprintf(en, args...)})
}

// shorten bounds what is quoted.
func shorten(s string) string {
	if runes := []rune(s); len(runes) > MaxTag {
		return string(runes[:MaxTag]) + "…"
	}
	return s
}

// header checks what is said about the question.
func (k *checker) header() {
	c := k.c
	if !(c.Difficulty >= 0 && c.Difficulty <= 1) {
		k.bad("difficulty", "Độ khó phải là một số từ 0 đến 1.", "The difficulty must be a number from 0 to 1.")
	}
	if c.Language != "" && !language.MatchString(c.Language) {
		k.bad("language", "Mã ngôn ngữ “%s” không hợp lệ. Ví dụ: vi, en.", "The language “%s” is not valid. For example: vi, en.", shorten(c.Language))
	}
	if c.Scoring != "" && !slices.Contains(Scorings(c.Kind), c.Scoring) {
		k.bad("scoring", "Cách chấm “%s” không dùng được cho loại câu hỏi này. Hãy chọn: %s.", "The scoring “%s” is not one of this kind of question. Choose: %s.",
			shorten(c.Scoring), strings.Join(Scorings(c.Kind), ", "))
	}
	if len(c.Tags) > MaxTags {
		k.bad("tags", "Có quá %d thẻ.", "There are more than %d tags.", MaxTags)
		return
	}
	for i, tag := range c.Tags {
		switch {
		case !plainTag.MatchString(tag) || utf8.RuneCountInString(tag) > MaxTag:
			k.bad("tags", "Thẻ “%s” không hợp lệ. Thẻ gồm chữ, chữ số, “-”, “_”, “.”, cách nhau bằng dấu phẩy.",
				"The tag “%s” is not valid. Tags have letters, digits, “-”, “_”, “.”, and commas between them.", shorten(tag))
		case slices.Contains(c.Tags[:i], tag):
			k.bad("tags", "Thẻ “%s” lặp lại. Chỉ giữ một.", "The tag “%s” is repeated. Keep one.", tag)
		}
	}
}

// text checks the stem and the feedback.
func (k *checker) text() {
	switch stem := k.c.Stem; {
	case strings.TrimSpace(stem) == "":
		k.bad("stem", "Thiếu nội dung câu hỏi. Viết nội dung sau một dòng trống, trước các phương án.", "The question has no text. Write it behind an empty line, before the choices.")
	case utf8.RuneCountInString(stem) > MaxStem:
		k.bad("stem", "Nội dung câu hỏi dài hơn %d ký tự. Hãy viết ngắn lại.", "The question's text is longer than %d characters. Shorten it.", MaxStem)
	case hasControl(stem):
		k.bad("stem", "Nội dung câu hỏi có ký tự điều khiển không nhìn thấy. Hãy gõ lại.", "The question's text has invisible control characters. Type it anew.")
	}
	switch feedback := k.c.Feedback; {
	case utf8.RuneCountInString(feedback) > MaxStem:
		k.bad("feedback", "Phần giải thích chung dài hơn %d ký tự. Hãy viết ngắn lại.", "The feedback is longer than %d characters. Shorten it.", MaxStem)
	case hasControl(feedback):
		k.bad("feedback", "Phần giải thích chung có ký tự điều khiển không nhìn thấy. Hãy gõ lại.", "The feedback has invisible control characters. Type it anew.")
	}
	if len(Pictures(k.c)) > MaxPictures {
		k.bad("stem", "Câu hỏi có quá %d hình. Hãy bỏ bớt.", "The question shows more than %d pictures. Remove some.", MaxPictures)
	}
}

// hasControl reports characters that cannot be seen, and bytes that are no text.
func hasControl(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\t' && r != '\n' })
}

// parts refuses what does not belong to the kind.
func (k *checker) parts() {
	gaps := Typed(k.c.Kind)
	if gaps && len(k.c.Choices) > 0 {
		k.bad("choices", "Loại câu hỏi này không có phương án chung. Hãy đặt phương án vào từng chỗ trống.", "This kind of question has no choices of its own. Put them into its gaps.")
	}
	if !gaps && len(k.c.Gaps) > 0 {
		k.bad("gaps", "Loại câu hỏi này không có chỗ trống.", "This kind of question has no gaps.")
	}
	if k.c.Kind != Matching && len(k.c.Prompts) > 0 {
		k.bad("prompts", "Chỉ câu ghép đôi có vế trái.", "Only a matching question has prompts.")
	}
}

// line checks a text that stands on one line; it may be empty where that is said.
func (k *checker) line(part, s string, empty bool) {
	switch {
	case strings.TrimSpace(s) == "" && !empty:
		k.bad(part, "Mục này trống. Hãy viết nội dung hoặc bỏ mục.", "The entry is empty. Write something or remove it.")
	case utf8.RuneCountInString(s) > MaxChoice:
		k.bad(part, "Phương án hoặc lời giải thích dài hơn %d ký tự. Hãy viết ngắn lại.", "The choice or its explanation is longer than %d characters. Shorten it.", MaxChoice)
	case hasControl(s):
		k.bad(part, "Dòng này có ký tự điều khiển không nhìn thấy. Hãy gõ lại dòng này.", "The line has invisible control characters. Type it anew.")
	case strings.Contains(s, "\n"):
		k.bad(part, "Phương án và lời giải thích phải nằm trên một dòng.", "A choice or explanation must stand on one line.")
	}
}

// ids checks the ids of parts.
func (k *checker) ids(part string, all []string) {
	for i, id := range all {
		if !plainID.MatchString(id) || slices.Contains(all[:i], id) {
			k.bad(part, "Ký hiệu “%s” không hợp lệ hoặc lặp lại. Ký hiệu gồm tối đa 8 chữ thường a–z và chữ số, mỗi ký hiệu một lần.",
				"The id “%s” is not valid or stands twice. Ids have at most 8 lower-case letters a–z and digits, each its own.", shorten(id))
		}
	}
}

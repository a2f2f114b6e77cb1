package exchange

import (
	"fmt"
	"regexp"
	"slices"

	"khuevan/assessment/item"
	"khuevan/events"
)

// outgoing is what is being written.
type outgoing struct {
	format    Format
	questions []Question
	pictures  map[string]Picture
	show      []string // digests of the pictures that the written questions show, in that order
	notes     []Note
}

// left tells that a question was left out.
func (o *outgoing) left(id, vi, en string, args ...any) {
	o.notes = append(o.notes, Note{Item: id, Vi: fmt.Sprintf(vi, args...), En: fmt.Sprintf(en, args...)})
}

// drop tells that a feature of a question was left out.
func (o *outgoing) drop(id, vi, en string, args ...any) {
	o.notes = append(o.notes, Note{Item: id, Dropped: true, Vi: fmt.Sprintf(vi, args...), En: fmt.Sprintf(en, args...)})
}

// reads reports whether a written question reads as it was meant, and tells when it does not.
func (o *outgoing) reads(q Question, text string) bool {
	back := Read(o.format, []byte(text)).Questions
	if len(back) == 1 && item.Same(back[0].Content, q.Content) && (o.format == Aiken || back[0].ID == q.ID) {
		return true
	}
	o.left(q.ID, "Câu hỏi có nội dung mà định dạng %s không ghi đúng được nên bị bỏ.", "The question has a text that %s cannot hold and was left out.", o.format.Label())
	return false
}

// used notes the pictures that a question shows. One whose file is missing is told; its mark stays where that is asked.
func (o *outgoing) used(id string, c events.ItemContent, stays bool) events.ItemContent {
	missing := map[string]bool{}
	for _, digest := range item.Pictures(c) {
		if _, ok := o.pictures[digest]; !ok {
			missing[digest] = true
			o.drop(id, "Thiếu tệp của hình %s….", "The file of the picture %s… is missing.", digest[:12])
			continue
		}
		if !slices.Contains(o.show, digest) {
			o.show = append(o.show, digest)
		}
	}
	if stays || len(missing) == 0 {
		return c
	}
	return mapTexts(c, func(s string) string {
		return pictureMark.ReplaceAllStringFunc(s, func(mark string) string {
			if p := pictureMark.FindStringSubmatch(mark); missing[p[2]] {
				return "[" + p[1] + "]"
			}
			return mark
		})
	})
}

// abilities is what a format can say beside the question itself.
type abilities struct {
	kinds      []string
	unshuffled []string // kinds whose choices may keep their order
	rules      func(kind, scoring string) bool

	tags, shares, explanations, feedback, exact, pictures, language bool
}

// reduce leaves out what a format cannot say, and tells it; false when it cannot say the question at all.
func (o *outgoing) reduce(q Question, can abilities) (Question, bool) {
	c := copyOf(q.Content)
	if !slices.Contains(can.kinds, c.Kind) {
		o.left(q.ID, "Định dạng %s không có loại câu hỏi “%s” nên câu này bị bỏ.", "%s has no questions of the kind “%s”; the question was left out.", o.format.Label(), c.Kind)
		return q, false
	}
	lose := func(is, able bool, vi, en string) bool {
		if is && !able {
			o.notes = append(o.notes, Note{Item: q.ID, Dropped: true,
				Vi: "Định dạng " + o.format.Label() + " không ghi được " + vi + ".", En: o.format.Label() + " cannot hold " + en + "."})
			return true
		}
		return false
	}
	if lose(c.Difficulty != unknownDifficulty, false, "độ khó", "the difficulty") {
		c.Difficulty = unknownDifficulty
	}
	if lose(c.Language != "", can.language, "ngôn ngữ của câu hỏi", "the question's language") {
		c.Language = ""
	}
	weights := c.Scoring == item.Weights
	if !weights && lose(c.Scoring != "", can.rules != nil && can.rules(c.Kind, c.Scoring), "cách chấm “"+c.Scoring+"”", "the scoring “"+c.Scoring+"”") ||
		weights && lose(true, can.shares, "tỷ lệ điểm của phương án", "the shares of choices") {
		c.Scoring = ""
	}
	if lose(len(c.Tags) > 0, can.tags, "thẻ", "tags") {
		c.Tags = nil
	}
	if lose(c.Feedback != "", can.feedback, "phần giải thích chung", "the feedback") {
		c.Feedback = ""
	}
	if lose(c.Unshuffled, slices.Contains(can.unshuffled, c.Kind), "yêu cầu giữ nguyên thứ tự phương án", "that choices keep their order") {
		c.Unshuffled = false
	}
	o.reduceParts(&c, can, lose)
	if len(item.Pictures(c)) > 0 && !can.pictures {
		lose(true, false, "hình", "pictures")
		c = mapTexts(c, withoutPictures)
	}
	c = o.used(q.ID, c, false)
	q.Content = normal(c)
	return q, true
}

func (o *outgoing) reduceParts(c *events.ItemContent, can abilities, lose func(is, able bool, vi, en string) bool) {
	said := c.Kind == item.Ordering || !can.explanations
	if said && slices.ContainsFunc(c.Choices, func(ch events.Choice) bool { return ch.Explanation != "" }) &&
		lose(true, false, "lời giải thích của phương án", "the explanations of choices") {
		for i := range c.Choices {
			c.Choices[i].Explanation = ""
		}
	}
	if slices.ContainsFunc(c.Prompts, func(p events.Prompt) bool { return p.Explanation != "" }) && lose(true, false, "lời giải thích của từng cặp", "the explanations of pairs") {
		for i := range c.Prompts {
			c.Prompts[i].Explanation = ""
		}
	}
	if slices.ContainsFunc(c.Gaps, func(g events.Gap) bool { return g.Exact }) && lose(true, can.exact, "yêu cầu phân biệt chữ hoa, chữ thường", "that upper and lower case differ") {
		for i := range c.Gaps {
			c.Gaps[i].Exact = false
		}
	}
}

// copyOf lets a content be changed without touching the original.
func copyOf(c events.ItemContent) events.ItemContent {
	c.Choices, c.Prompts, c.Gaps = slices.Clone(c.Choices), slices.Clone(c.Prompts), slices.Clone(c.Gaps)
	for i := range c.Gaps {
		c.Gaps[i].Choices, c.Gaps[i].Answers = slices.Clone(c.Gaps[i].Choices), slices.Clone(c.Gaps[i].Answers)
	}
	return c
}

// mapTexts changes every Markdown text of a content.
func mapTexts(c events.ItemContent, f func(string) string) events.ItemContent {
	c = copyOf(c)
	choices := func(all []events.Choice) {
		for i := range all {
			all[i].Text, all[i].Explanation = f(all[i].Text), f(all[i].Explanation)
		}
	}
	c.Stem, c.Feedback = f(c.Stem), f(c.Feedback)
	choices(c.Choices)
	for i := range c.Prompts {
		c.Prompts[i].Text, c.Prompts[i].Explanation = f(c.Prompts[i].Text), f(c.Prompts[i].Explanation)
	}
	for i := range c.Gaps {
		choices(c.Gaps[i].Choices)
		for j := range c.Gaps[i].Answers {
			c.Gaps[i].Answers[j].Explanation = f(c.Gaps[i].Answers[j].Explanation)
		}
	}
	return c
}

var pictureMark = regexp.MustCompile(`!\[([^\]\n]*)\]\(picture:([0-9a-f]{64})\)`)

// withoutPictures leaves what the pictures show, in words.
func withoutPictures(s string) string { return pictureMark.ReplaceAllString(s, "[$1]") }

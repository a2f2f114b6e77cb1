package item

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"khuevan/events"
)

// choiceTexts checks choices by themselves; parts of a gap are told under the gap's name.
func (k *checker) choiceTexts(part string, choices []events.Choice) {
	k.ids(part, ids(choices))
	for i, c := range choices {
		at := part
		if part == "choices" {
			at = "choice " + c.ID
		}
		k.line(at, c.Text, false)
		k.line(at, c.Explanation, true)
		if !(c.Weight >= -1 && c.Weight <= 1) {
			k.bad(at, "Tỷ lệ điểm phải từ −100%% đến 100%%.", "The share of the mark must be from −100%% to 100%%.")
		}
		if slices.ContainsFunc(choices[:i], func(o events.Choice) bool { return o.Text == c.Text }) {
			k.bad(at, "Phương án này giống hệt một phương án ở trên. Hãy bỏ bớt hoặc viết khác đi.", "The choice is the same as one above. Remove or reword it.")
		}
	}
}

func (k *checker) choices() {
	choices := k.c.Choices
	switch {
	case len(choices) == 0:
		k.bad("choices", "Câu hỏi không có phương án nào. Cần ít nhất hai dòng “- [ ] phương án :: giải thích”.", "The question has no choices. It needs at least two lines “- [ ] choice :: explanation”.")
		return
	case len(choices) == 1:
		k.bad("choices", "Câu hỏi chỉ có một phương án. Hãy thêm ít nhất một phương án nữa.", "The question has only one choice. Add at least one more.")
	case len(choices) > MaxChoices:
		k.bad("choices", "Câu hỏi có quá %d phương án. Hãy bỏ bớt.", "The question has more than %d choices. Remove some.", MaxChoices)
		return
	}
	k.choiceTexts("choices", choices)
	keys := 0
	for _, c := range choices {
		if c.Key {
			keys++
		}
	}
	switch {
	case Scoring(k.c) == Weights:
		k.weights(keys)
	case keys == 0:
		k.bad("choices", "Chưa đánh dấu phương án đúng. Viết “[x]” ở phương án đúng.", "No choice is marked as right. Write “[x]” at the right one.")
	case k.c.Kind == Single && keys > 1:
		k.bad("choices", "Câu chọn một chỉ có một phương án đúng.", "A question of a single choice has one right choice.")
	}
	if k.c.Kind == TrueFalse {
		k.trueFalse(keys)
	}
}

func (k *checker) trueFalse(keys int) {
	choices := k.c.Choices
	if len(choices) != 2 || choices[0].Text != TextTrue || choices[1].Text != TextFalse {
		k.bad("choices", "Câu Đúng/Sai phải viết “Đúng” trước “Sai”.", "A true/false question has “Đúng” before “Sai”.")
	}
	if keys > 1 {
		k.bad("choices", "Câu Đúng/Sai chỉ có một phương án đúng.", "A true/false question has one right choice.")
	}
}

// full reports whether a share is the whole mark.
func full(w float64) bool { return share(w) == 1 }

// weights checks that the keys are what earns the whole mark: of a single choice the choices of 100%, of a multiple
// one those with a positive share, which add up to 100%.
func (k *checker) weights(keys int) {
	sum := 0.0
	for _, c := range k.c.Choices {
		right := c.Weight > 0
		if k.c.Kind == Single {
			right = full(c.Weight)
		}
		if right != c.Key {
			k.bad("choice "+c.ID, "Dấu phương án đúng không khớp với tỷ lệ điểm của phương án.", "Whether the choice is right does not agree with its share of the mark.")
		}
		sum += math.Max(0, c.Weight)
	}
	switch {
	case sum == 0:
		k.bad("choices", "Câu hỏi chưa có đáp án đúng. Hãy đánh dấu phương án đúng (trong GIFT: dấu = trước phương án).", "The question has no right answer. Mark the right choice (in GIFT: = before it).")
	case k.c.Kind == Single && keys == 0:
		k.bad("choices", "Không phương án nào được 100%% điểm. Hãy cho phương án đúng 100%%.", "No choice earns 100%%. Give the right choice 100%%.")
	case k.c.Kind == Multiple && !full(sum):
		k.bad("choices", "Tổng tỷ lệ điểm của các phương án đúng chưa đủ 100%%. Hãy sửa các tỷ lệ.", "The shares of the right choices do not add up to 100%%. Correct them.")
	}
}

func (k *checker) matching() {
	c := k.c
	switch {
	case len(c.Prompts) < 2:
		k.bad("prompts", "Câu ghép đôi cần ít nhất hai vế trái.", "A matching question needs at least two prompts.")
	case len(c.Prompts) > MaxPrompts:
		k.bad("prompts", "Câu ghép đôi có quá %d vế trái. Hãy bỏ bớt.", "The question has more than %d prompts. Remove some.", MaxPrompts)
		return
	}
	switch {
	case len(c.Choices) < 2:
		k.bad("choices", "Câu ghép đôi cần ít nhất hai vế phải khác nhau.", "A matching question needs at least two different choices to match.")
	case len(c.Choices) > MaxChoices:
		k.bad("choices", "Câu hỏi có quá %d phương án. Hãy bỏ bớt.", "The question has more than %d choices. Remove some.", MaxChoices)
		return
	}
	k.choiceTexts("choices", c.Choices)
	known, rows := ids(c.Choices), make([]string, len(c.Prompts))
	for i, p := range c.Prompts {
		rows[i] = p.ID
		at := "prompt " + p.ID
		k.line(at, p.Text, false)
		k.line(at, p.Explanation, true)
		if !slices.Contains(known, p.Match) {
			k.bad(at, "Vế trái này chưa được ghép với vế phải nào có trong câu hỏi.", "The prompt belongs to no choice of the question.")
		}
		if slices.ContainsFunc(c.Prompts[:i], func(o events.Prompt) bool { return o.Text == p.Text }) {
			k.bad(at, "Vế trái này giống hệt một vế ở trên. Hãy bỏ bớt hoặc viết khác đi.", "The prompt is the same as one above. Remove or reword it.")
		}
	}
	k.ids("prompts", rows)
}

func (k *checker) ordering() {
	switch n := len(k.c.Choices); {
	case n < 2:
		k.bad("choices", "Câu sắp xếp cần ít nhất hai mục.", "An ordering question needs at least two entries.")
	case n > MaxChoices:
		k.bad("choices", "Câu hỏi có quá %d phương án. Hãy bỏ bớt.", "The question has more than %d choices. Remove some.", MaxChoices)
		return
	}
	k.choiceTexts("choices", k.c.Choices)
}

func (k *checker) gaps() {
	gaps := k.c.Gaps
	switch n := len(gaps); {
	case n == 0:
		k.bad("gaps", "Câu hỏi không có đáp án nào. Hãy viết ít nhất một đáp án.", "The question has no answer. Write at least one.")
		return
	case n > 1 && k.c.Kind != Cloze:
		k.bad("gaps", "Loại câu hỏi này chỉ có một ô trả lời.", "This kind of question has one gap only.")
	case n > MaxGaps:
		k.bad("gaps", "Câu hỏi có quá %d chỗ trống. Hãy bỏ bớt.", "The question has more than %d gaps. Remove some.", MaxGaps)
		return
	}
	rows := make([]string, len(gaps))
	for i, g := range gaps {
		rows[i] = g.ID
		k.gap("gap "+g.ID, g)
		if want := map[string]string{Numeric: GapNumeric, ShortText: GapText}[k.c.Kind]; want != "" && g.Kind != want {
			k.bad("gap "+g.ID, "Ô trả lời không đúng loại câu hỏi.", "The gap is not of the question's kind.")
		}
	}
	k.ids("gaps", rows)
	if k.c.Kind == Cloze {
		k.marks(rows)
	}
}

// marks checks that stem and gaps agree.
func (k *checker) marks(rows []string) {
	seen := map[string]int{}
	for _, id := range Marks(k.c.Stem) {
		seen[id]++
		if !slices.Contains(rows, id) {
			k.bad("stem", "Chỗ trống {{%s}} trong nội dung không có đáp án.", "The gap {{%s}} in the text has no answer.", shorten(id))
		}
	}
	for _, id := range rows {
		switch n := seen[id]; {
		case n == 0:
			k.bad("gap "+id, "Chỗ trống {{%s}} không có trong nội dung câu hỏi. Hãy viết {{%[1]s}} vào chỗ cần điền.", "The gap {{%s}} does not stand in the text. Write {{%[1]s}} where it belongs.", id)
		case n > 1:
			k.bad("stem", "Chỗ trống {{%s}} đứng hai lần trong nội dung. Chỉ giữ một.", "The gap {{%s}} stands twice in the text. Keep one.", id)
		}
	}
}

func (k *checker) gap(at string, g events.Gap) {
	if !(g.Weight >= 0 && g.Weight <= 1000) {
		k.bad(at, "Trọng số của chỗ trống phải từ 0 đến 1000.", "The weight of a gap must be from 0 to 1000.")
	}
	switch g.Kind {
	case GapChoice:
		switch n := len(g.Choices); {
		case n < 2:
			k.bad(at, "Chỗ trống này cần ít nhất hai phương án.", "The gap needs at least two choices.")
		case n > MaxChoices:
			k.bad(at, "Chỗ trống có quá %d phương án. Hãy bỏ bớt.", "The gap has more than %d choices. Remove some.", MaxChoices)
			return
		}
		k.choiceTexts(at, g.Choices)
		if !slices.ContainsFunc(g.Choices, func(c events.Choice) bool { return c.Key }) {
			k.bad(at, "Chưa đánh dấu phương án đúng. Viết “[x]” ở phương án đúng.", "No choice is marked as right. Write “[x]” at the right one.")
		}
	case GapText, GapNumeric:
		if len(g.Answers) > MaxAnswers {
			k.bad(at, "Ô trả lời có quá %d đáp án. Hãy bỏ bớt.", "The gap has more than %d answers. Remove some.", MaxAnswers)
			return
		}
		for _, a := range g.Answers {
			k.answer(at, g, a)
		}
		if !attainable(g) {
			k.bad(at, "Không đáp án nào được 100%% điểm, hoặc một đáp án đứng trước đã che nó. Hãy thêm hoặc đổi thứ tự.",
				"No answer earns 100%%, or one before it hides it. Add one or change their order.")
		}
	default:
		k.bad(at, "Không có loại chỗ trống “%s”. Các loại: choice, text, numeric.", "There is no kind “%s” of gap. The kinds are: choice, text, numeric.", shorten(g.Kind))
	}
	if g.Kind == GapChoice && len(g.Answers) > 0 || g.Kind != GapChoice && len(g.Choices) > 0 {
		k.bad(at, "Chỗ trống có phần không thuộc loại của nó.", "The gap has parts that do not belong to its kind.")
	}
}

func (k *checker) answer(at string, g events.Gap, a events.Answer) {
	if g.Kind == GapText {
		k.line(at, a.Text, false)
	} else {
		if !(math.Abs(a.Value) <= maxValue) || !(a.Tolerance >= 0 && a.Tolerance <= maxValue) {
			k.bad(at, "Giá trị hoặc sai số không hợp lệ. Sai số không được âm, số không lớn hơn 10^15.", "The value or its tolerance is not valid. A tolerance is not negative, and no number above 10^15.")
		}
	}
	k.line(at, a.Explanation, true)
	if !(a.Share >= -1 && a.Share <= 1) {
		k.bad(at, "Tỷ lệ điểm phải từ −100%% đến 100%%.", "The share of the mark must be from −100%% to 100%%.")
	}
}

// attainable reports whether some answer earns everything: one of the whole share that no answer before it hides.
func attainable(g events.Gap) bool {
	for _, a := range g.Answers {
		if a.Wrong || a.Share != 0 && !full(a.Share) {
			continue
		}
		typed := strings.ReplaceAll(a.Text, `\*`, "*")
		if g.Kind == GapNumeric {
			typed = strconv.FormatFloat(a.Value, 'e', -1, 64)
		}
		if worth, _ := MarkGap(g, typed); worth == 1 {
			return true
		}
	}
	return false
}

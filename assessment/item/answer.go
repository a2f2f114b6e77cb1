package item

import (
	"slices"
	"strings"
	"unicode/utf8"

	"khuevan/events"
	"khuevan/platform/fault"
)

// maxTyped bounds what can be typed into a gap, in characters.
const maxTyped = 1000

// Form is what must be known of an item to tell a possible answer from nonsense: no keys.
type Form struct {
	Kind    string
	Choices []string            // ids
	Rows    []string            // ids of prompts or gaps
	Options map[string][]string // ids of the choices of each choice gap
}

// FormOf reads the form of an item.
func FormOf(c events.ItemContent) Form {
	f := Form{Kind: c.Kind, Choices: ids(c.Choices)}
	for _, p := range c.Prompts {
		f.Rows = append(f.Rows, p.ID)
	}
	for _, g := range c.Gaps {
		f.Rows = append(f.Rows, g.ID)
		if g.Kind == GapChoice {
			if f.Options == nil {
				f.Options = map[string][]string{}
			}
			f.Options[g.ID] = ids(g.Choices)
		}
	}
	return f
}

func ids(choices []events.Choice) []string {
	all := make([]string, len(choices))
	for i, c := range choices {
		all[i] = c.ID
	}
	return all
}

// Answer brings an answer to the one form in which it is kept, or refuses what the item cannot be answered with.
// Rows without a content are left out.
func (f Form) Answer(given []string) ([]string, error) {
	out := []string{}
	for _, s := range given {
		if f.Kind == Matching || Typed(f.Kind) {
			kept, err := f.row(s)
			if err != nil {
				return nil, err
			}
			if kept != "" {
				out = append(out, kept)
			}
			continue
		}
		if !slices.Contains(f.Choices, s) {
			return nil, errNoChoice
		}
		out = append(out, s)
	}
	if f.Kind != Ordering {
		slices.Sort(out)
		out = slices.Compact(out)
	}
	return out, f.count(out)
}

// row is "<row>=<value>" without white space around the value; "" where the value says nothing.
func (f Form) row(s string) (string, error) {
	part, value, ok := Pair(s)
	if !ok || !slices.Contains(f.Rows, part) {
		return "", errNoRow
	}
	value = strings.TrimSpace(value)
	switch {
	case value == "":
		return "", nil
	case !f.takes(part, value):
		return "", errNoChoice
	case utf8.RuneCountInString(value) > maxTyped:
		return "", fault.Newf(fault.Invalid, "Câu trả lời dài quá %d ký tự.", "The answer is longer than %d characters.", maxTyped)
	}
	return part + "=" + value, nil
}

func (f Form) takes(row, value string) bool {
	if f.Kind == Matching {
		return slices.Contains(f.Choices, value)
	}
	options, bound := f.Options[row]
	return !bound || slices.Contains(options, value)
}

// count checks how much was answered.
func (f Form) count(out []string) error {
	switch f.Kind {
	case Single, TrueFalse:
		if len(out) > 1 {
			return fault.New(fault.Invalid, "Câu hỏi này chỉ được chọn một phương án.", "Only one choice may be chosen for this question.")
		}
	case Ordering:
		sorted := slices.Sorted(slices.Values(out))
		if len(out) > 0 && (len(out) != len(f.Choices) || len(slices.Compact(sorted)) != len(out)) {
			return fault.New(fault.Invalid, "Câu sắp xếp cần mỗi mục đúng một lần.", "An ordering question needs every entry exactly once.")
		}
	case Matching, Numeric, ShortText, Cloze:
		for i := 1; i < len(out); i++ {
			a, _, _ := Pair(out[i-1])
			if b, _, _ := Pair(out[i]); a == b {
				return fault.New(fault.Invalid, "Mỗi ô chỉ có một câu trả lời.", "Each row takes one answer.")
			}
		}
	}
	return nil
}

var (
	errNoChoice = fault.New(fault.Invalid, "Phương án đã chọn không có trong câu hỏi này.", "The chosen answer is not one of this question's choices.")
	errNoRow    = fault.New(fault.Invalid, "Ô trả lời không có trong câu hỏi này.", "The question has no such row to answer.")
)

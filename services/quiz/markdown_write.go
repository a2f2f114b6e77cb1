package quiz

import (
	"strconv"
	"strings"
)

// WriteMarkdown writes questions in the form that ParseMarkdown reads: reading it back gives the same bank, when the
// bank keeps the rules of the form. Every bank that ParseMarkdown gave does.
func WriteMarkdown(b Bank) string {
	var w strings.Builder
	w.WriteString("# " + b.Name + "\n")
	for _, t := range b.Items {
		w.WriteString("\n## " + t.Item + "\n")
		if len(t.Tags) > 0 {
			w.WriteString("tags: " + strings.Join(t.Tags, ", ") + "\n")
		}
		w.WriteString("difficulty: " + strconv.FormatFloat(t.Difficulty, 'g', -1, 64) + "\n\n")
		w.WriteString(t.Stem + "\n\n")
		for _, c := range t.Choices {
			box := "- [ ] "
			if c.Key {
				box = "- [x] "
			}
			w.WriteString(box + c.Text + " :: " + c.Explanation + "\n")
		}
	}
	return w.String()
}

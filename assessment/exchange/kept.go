package exchange

import (
	"khuevan/assessment/item"
	"khuevan/events"
)

// Kept is what a known question becomes when a file speaks of it: where the file says just what its format would make of the
// question, the question stays as it was, and with it all that the format cannot say.
func Kept(f Format, was, says events.ItemContent) events.ItemContent {
	if f == Markdown || f == "" || item.Same(was, says) {
		return says // it says everything
	}
	text, _ := Write(f, File{Name: "q", Questions: []Question{{ID: "q", Content: was}}})
	back := Read(f, text).Questions
	if len(back) != 1 || back[0].Content.Kind != says.Kind {
		return says
	}
	merged := merge(was, back[0].Content, says)
	if len(item.Check(merged)) > 0 {
		return says
	}
	return merged
}

// merge takes each part of a question from what it was where the file changed nothing in it.
func merge(was, said, says events.ItemContent) events.ItemContent {
	same := func(pick func(*events.ItemContent)) bool { // whether a part is as the format would write it
		a, b := said, says
		pick(&a)
		pick(&b)
		return item.Same(a, b)
	}
	only := func(set func(to *events.ItemContent, from events.ItemContent)) {
		if same(func(c *events.ItemContent) { from := *c; *c = events.ItemContent{}; set(c, from) }) {
			set(&says, was)
		}
	}
	only(func(to *events.ItemContent, c events.ItemContent) { to.Stem = c.Stem })
	only(func(to *events.ItemContent, c events.ItemContent) { to.Tags = c.Tags })
	only(func(to *events.ItemContent, c events.ItemContent) { to.Difficulty = c.Difficulty })
	only(func(to *events.ItemContent, c events.ItemContent) { to.Language = c.Language })
	only(func(to *events.ItemContent, c events.ItemContent) { to.Feedback = c.Feedback })
	only(func(to *events.ItemContent, c events.ItemContent) { to.Unshuffled = c.Unshuffled })
	// what marks belong to goes together
	only(func(to *events.ItemContent, c events.ItemContent) {
		to.Choices, to.Prompts, to.Gaps, to.Scoring = c.Choices, c.Prompts, c.Gaps, c.Scoring
	})
	return says
}

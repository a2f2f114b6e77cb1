package quiz

import (
	"regexp"
	"slices"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// Kinds of items, as they stand in facts.
const (
	kindSingle    = "single"
	kindMultiple  = "multiple"
	kindTrueFalse = "true-false"
)

// maxID bounds the ids of courses and items, in characters.
const maxID = 64

var plainID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// validID reports whether an id may stand in the name of a stream.
func validID(id string) bool { return len(id) <= maxID && plainID.MatchString(id) }

// ItemText is an item as an author writes it: without a version.
type ItemText struct {
	Item       string
	Kind       string
	Stem       string          // Markdown
	Choices    []events.Choice // in the author's order, with the ids a, b, …
	Tags       []string        // competency, topic, …
	Difficulty float64         // the author's guess of the share who get it wrong, 0 to 1
}

func (t ItemText) equal(o ItemText) bool {
	return t.Item == o.Item && t.Kind == o.Kind && t.Stem == o.Stem && t.Difficulty == o.Difficulty &&
		slices.Equal(t.Choices, o.Choices) && slices.Equal(t.Tags, o.Tags)
}

func textOf(e events.ItemWritten) ItemText {
	return ItemText{Item: e.Item, Kind: e.Kind, Stem: e.Stem, Choices: e.Choices, Tags: e.Tags, Difficulty: e.Difficulty}
}

// itemState is the newest version of an item; Version 0 is none.
type itemState struct {
	Course  string
	Version int
	Text    ItemText
}

// Evolve implements eventsource.State.
func (s itemState) Evolve(e eventsource.Event) itemState {
	if w, ok := e.(events.ItemWritten); ok {
		return itemState{Course: w.Course, Version: w.Version, Text: textOf(w)}
	}
	return s
}

// writeItem makes a text the newest version of an item.
type writeItem struct {
	Course string
	Text   ItemText
}

// Stream implements eventsource.Command.
func (c writeItem) Stream() string { return "quiz.item." + itemKey(c.Course, c.Text.Item) }

// itemKey names an item across courses. Hyphens stand in both parts, so two courses may arrive at one key; writeItem
// refuses the second.
func itemKey(course, item string) string { return course + "-" + item }

// Decide implements eventsource.Command.
func (c writeItem) Decide(s itemState) ([]eventsource.Event, error) {
	if s.Version > 0 && s.Course != c.Course {
		return nil, fault.Newf(fault.Conflict,
			"Mã câu hỏi này trùng với câu “%[2]s” của khóa học “%[1]s”. Hãy đặt mã khác.",
			"This id collides with the question “%[2]s” of the course “%[1]s”. Choose another id.", s.Course, s.Text.Item)
	}
	if s.Version > 0 && s.Text.equal(c.Text) {
		return nil, nil
	}
	t := c.Text
	return []eventsource.Event{events.ItemWritten{Course: c.Course, Item: t.Item, Version: s.Version + 1, Kind: t.Kind,
		Stem: t.Stem, Choices: t.Choices, Tags: t.Tags, Difficulty: t.Difficulty}}, nil
}

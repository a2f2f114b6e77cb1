package quiz

import (
	"testing"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

var choices = []events.Choice{{ID: "a", Text: "một", Key: true, Explanation: "vì"}, {ID: "b", Text: "hai", Explanation: "vì"}}

func content(stem string) events.ItemContent {
	return events.ItemContent{Kind: item.Single, Stem: stem, Choices: choices, Tags: []string{"IU14", "mat-khau"}, Difficulty: 0.3}
}

// ships writes an item as the platform does, without an author.
func ships(course, id string) writeItem {
	return writeItem{Course: course, Item: id, Content: content("Hỏi?")}
}

func written(course, id, stem string, version int) events.ItemWritten {
	return events.ItemWritten{Course: course, Item: id, Version: version, ItemContent: content(stem)}
}

func TestWriteItem(t *testing.T) {
	eventtest.Given[itemState](t).When(ships("attt", "mk-01")).Then(written("attt", "mk-01", "Hỏi?", 1))
}

func TestAnUnchangedItemDecidesNothing(t *testing.T) {
	eventtest.Given[itemState](t, written("attt", "mk-01", "Hỏi?", 1)).When(ships("attt", "mk-01")).ThenNothing()
}

func TestAnyChangeMakesTheNextVersion(t *testing.T) {
	past := []events.ItemWritten{written("attt", "mk-01", "Cũ?", 1), written("attt", "mk-01", "Hỏi?", 2)}
	for name, change := range map[string]func(*events.ItemWritten){
		"stem":        func(w *events.ItemWritten) { w.Stem = "Cũ?" },
		"key":         func(w *events.ItemWritten) { w.Choices = []events.Choice{choices[1], choices[0]} },
		"explanation": func(w *events.ItemWritten) { w.Choices = []events.Choice{choices[0], {ID: "b", Text: "hai"}} },
		"tags":        func(w *events.ItemWritten) { w.Tags = nil },
		"difficulty":  func(w *events.ItemWritten) { w.Difficulty = 0.4 },
		"kind":        func(w *events.ItemWritten) { w.Kind = item.Multiple },
	} {
		t.Run(name, func(t *testing.T) {
			want := past[1]
			change(&want)
			cmd := writeItem{Course: "attt", Item: want.Item, Content: want.ItemContent}
			want.Version = 3
			eventtest.Given[itemState](t, past[0], past[1]).When(cmd).Then(want)
		})
	}
}

func TestAnIdThatAnotherCourseArrivesAtIsRefused(t *testing.T) {
	cmd := ships("attt", "co-ban-1")
	if other := ships("attt-co", "ban-1"); other.Stream() != cmd.Stream() {
		t.Fatal("the test supposes one stream")
	}
	eventtest.Given[itemState](t, written("attt-co", "ban-1", "Hỏi?", 1)).When(cmd).ThenRefused(fault.Conflict)
}

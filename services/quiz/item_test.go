package quiz

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
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

// drafts writes an item as an author does.
func drafts(author, stem string) writeItem {
	return writeItem{Course: "attt", Item: "mk-01", Content: content(stem), Author: author}
}

func draft(author, stem string, version int) events.ItemWritten {
	e := written("attt", "mk-01", stem, version)
	e.Draft, e.Author = true, author
	return e
}

func moving(step string, version int, by string) moveItem {
	return moveItem{Course: "attt", Item: "mk-01", Step: step, Version: version, By: by, At: at(0, 0)}
}

func handedIn(version int, by string) events.ItemSubmitted {
	return events.ItemSubmitted{Course: "attt", Item: "mk-01", Version: version, By: by, At: at(0, 0)}
}

func approved(version int, by string) events.ItemApproved {
	return events.ItemApproved{Course: "attt", Item: "mk-01", Version: version, By: by, At: at(0, 0)}
}

func TestWhatAnAuthorWritesIsADraft(t *testing.T) {
	given := eventtest.Given[itemState](t)
	given.When(drafts("trang", "Hỏi?")).Then(draft("trang", "Hỏi?", 1))
	fresh := drafts("trang", "Hỏi?")
	fresh.New = true
	given.When(fresh).Then(draft("trang", "Hỏi?", 1))
	taken := eventtest.Given[itemState](t, draft("minh", "Khác?", 1))
	taken.When(fresh).ThenRefused(fault.Conflict)
	taken.When(drafts("minh", "Hỏi?")).Then(draft("minh", "Hỏi?", 2)) // an import changes what is there
}

func TestAStaleAuthorIsRefused(t *testing.T) {
	given := eventtest.Given[itemState](t, draft("trang", "Một?", 1), draft("minh", "Hai?", 2))
	seen := func(version int) writeItem {
		c := drafts("trang", "Ba?")
		c.After = version
		return c
	}
	given.When(seen(1)).ThenRefused(fault.Conflict)
	given.When(seen(2)).Then(draft("trang", "Ba?", 3))
	same := seen(1)
	same.Content = content("Hai?")
	given.When(same).ThenNothing() // she wants what is there
}

func TestWhatShipsIsLiveAtOnce(t *testing.T) {
	eventtest.Given[itemState](t, draft("trang", "Hỏi?", 1)).When(ships("attt", "mk-01")).
		Then(events.ItemApproved{Course: "attt", Item: "mk-01", Version: 1}) // it arrived earlier as somebody's draft
	eventtest.Given[itemState](t, draft("trang", "Khác?", 1)).When(ships("attt", "mk-01")).Then(written("attt", "mk-01", "Hỏi?", 2))
	eventtest.Given[itemState](t, draft("trang", "Hỏi?", 1), approved(1, "minh")).When(ships("attt", "mk-01")).ThenNothing()
}

func TestTheWayOfADraft(t *testing.T) {
	first := draft("trang", "Hỏi?", 1)
	given := eventtest.Given[itemState](t, first)
	given.When(moving(StepSubmit, 1, "trang")).Then(handedIn(1, "trang"))
	given.When(moving(StepSubmit, 1, "minh")).Then(handedIn(1, "minh"))
	given.When(moving(StepApprove, 1, "minh")).ThenRefused(fault.Conflict) // it was not handed in
	given.When(moving(StepReturn, 1, "minh")).ThenRefused(fault.Conflict)
	review := eventtest.Given[itemState](t, first, handedIn(1, "trang"))
	review.When(moving(StepSubmit, 1, "trang")).ThenNothing()
	review.When(moving(StepApprove, 1, "trang")).ThenRefused(fault.Denied) // the author reviews nothing of hers
	review.When(moving(StepApprove, 1, "minh")).Then(approved(1, "minh"))
	review.When(moving(StepReturn, 1, "minh")).ThenRefused(fault.Invalid) // without a reason
	back := moving(StepReturn, 1, "minh")
	back.Remark = "Hai phương án đều đúng."
	review.When(back).Then(events.ItemReturned{Course: "attt", Item: "mk-01", Version: 1, By: "minh", Remark: back.Remark, At: at(0, 0)})
	back.Remark = strings.Repeat("a", maxRemark+1)
	review.When(back).ThenRefused(fault.Invalid)
	live := eventtest.Given[itemState](t, first, handedIn(1, "trang"), approved(1, "minh"))
	live.When(moving(StepApprove, 1, "hoa")).ThenNothing()
	live.When(moving(StepSubmit, 1, "trang")).ThenNothing()
	live.When(moving("publish", 1, "minh")).ThenRefused(fault.Invalid)
}

// Whoever handed it in does not matter: the one who wrote the version does not approve it.
func TestTheReviewerIsNotTheAuthorOfThisVersion(t *testing.T) {
	second := []eventsource.Event{draft("trang", "Một?", 1), draft("minh", "Hai?", 2), handedIn(2, "trang")}
	given := eventtest.Given[itemState](t, second...)
	given.When(moving(StepApprove, 2, "minh")).ThenRefused(fault.Denied)
	given.When(moving(StepApprove, 2, "trang")).Then(approved(2, "trang"))
}

func TestStepsWithAVersionThatIsNotTheNewestAreRefused(t *testing.T) {
	given := eventtest.Given[itemState](t, draft("trang", "Một?", 1), handedIn(1, "trang"), draft("trang", "Hai?", 2))
	for _, step := range []string{StepSubmit, StepApprove, StepReturn, StepRetire, StepRestore} {
		given.When(moving(step, 1, "minh")).ThenRefused(fault.Conflict)
		eventtest.Given[itemState](t).When(moving(step, 1, "minh")).ThenRefused(fault.NotFound)
	}
	given.When(moving(StepApprove, 2, "minh")).ThenRefused(fault.Conflict) // the new version was not handed in
	other := moving(StepRetire, 1, "minh")
	other.Course, other.Item = "attt-mk", "01" // the same stream, another course's question
	eventtest.Given[itemState](t, draft("trang", "Một?", 1)).When(other).ThenRefused(fault.NotFound)
}

func TestRetiringAndRestoring(t *testing.T) {
	first := written("attt", "mk-01", "Hỏi?", 1)
	retired := events.ItemRetired{Course: "attt", Item: "mk-01", By: "minh", At: at(0, 0)}
	given := eventtest.Given[itemState](t, first)
	given.When(moving(StepRetire, 1, "minh")).Then(retired)
	given.When(moving(StepRestore, 1, "minh")).ThenNothing()
	gone := eventtest.Given[itemState](t, first, retired)
	gone.When(moving(StepRetire, 1, "minh")).ThenNothing()
	gone.When(moving(StepRestore, 1, "minh")).Then(events.ItemRestored{Course: "attt", Item: "mk-01", By: "minh", At: at(0, 0)})
}

// A version that waits for approval leaves the one before it in use; a retired item is not drawn at all.
func TestWhichVersionIsDrawn(t *testing.T) {
	first, second := written("attt", "mk-01", "Một?", 1), draft("trang", "Hai?", 2)
	for _, c := range []struct {
		story []eventsource.Event
		want  []int // versions that can be drawn
	}{
		{[]eventsource.Event{first}, []int{1}},
		{[]eventsource.Event{draft("trang", "Một?", 1)}, nil},
		{[]eventsource.Event{first, second}, []int{1}},
		{[]eventsource.Event{first, second, handedIn(2, "trang")}, []int{1}},
		{[]eventsource.Event{first, second, handedIn(2, "trang"), approved(2, "minh")}, []int{2}},
		{[]eventsource.Event{first, events.ItemRetired{Course: "attt", Item: "mk-01"}}, nil},
		{[]eventsource.Event{first, events.ItemRetired{Course: "attt", Item: "mk-01"}, events.ItemRestored{Course: "attt", Item: "mk-01"}}, []int{1}},
	} {
		v := newBankView()
		project(t, v.projection, readmodel.NewMemory(), c.story...)
		bank, err := newStock(host.Deps{Journal: record{}}, v).drawable(t.Context(), "attt")
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, d := range bank {
			got = append(got, d.Version)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("after %d facts %v can be drawn, want %v", len(c.story), got, c.want)
		}
	}
}

// What the stream decides and what the bank shows agree, whatever happens to an item.
func TestTheBankShowsWhatTheStreamKnows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var s itemState
		var story []eventsource.Event
		for range rapid.IntRange(0, 12).Draw(rt, "steps") {
			var decided []eventsource.Event
			var err error
			if rapid.IntRange(0, 2).Draw(rt, "writes") == 0 {
				decided, err = writeItem{Course: "attt", Item: "mk-01", Content: content(rapid.SampledFrom([]string{"Một?", "Hai?"}).Draw(rt, "stem")),
					Author: rapid.SampledFrom([]string{"", "trang", "minh"}).Draw(rt, "author")}.Decide(s)
			} else {
				c := moving(rapid.SampledFrom([]string{StepSubmit, StepApprove, StepReturn, StepRetire, StepRestore}).Draw(rt, "step"), s.Newest.Version, rapid.SampledFrom([]string{"trang", "minh"}).Draw(rt, "by"))
				c.Remark = "Sửa."
				decided, err = c.Decide(s)
			}
			if err != nil && fault.Of(err) == nil {
				rt.Fatal(err)
			}
			for _, e := range decided {
				if a, ok := e.(events.ItemApproved); ok && a.By != "" && a.By == s.Newest.Author {
					rt.Fatalf("%s approved a version of her own", a.By)
				}
				s = s.Evolve(e)
				story = append(story, e)
			}
		}
		if !s.exists() {
			return
		}
		v := newBankView()
		project(t, v.projection, readmodel.NewMemory(), story...)
		d := must[itemDoc](t)(v.items.Get(t.Context(), itemKey("attt", "mk-01")))
		if d.Version != s.Newest.Version || d.Stage != s.Stage || d.Live != s.Live || d.Retired != s.Retired || !item.Same(d.ItemContent, s.Newest.ItemContent) {
			rt.Fatalf("the bank shows %+v, the stream %+v", d, s)
		}
	})
}

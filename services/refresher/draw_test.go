package refresher

import (
	"reflect"
	"slices"
	"testing"

	"khuevan/assessment/item"
	"khuevan/events"
)

func topicsOf(competencies ...string) (all []topic) {
	for _, c := range competencies {
		all = append(all, topic{c, stock("attt", 6, c)["attt"]})
	}
	return all
}

func TestTheSameSeedDrawsTheSameQuestions(t *testing.T) {
	golden := []events.RefresherQuestion{}
	for _, seed := range []uint64{1, 1, 2} {
		topics := topicsOf("IU14", "IU06")
		if seed == 1 {
			slices.Reverse(topics[0].items) // the order in which a bank is read does not matter
		}
		drawn := draw(seed, 4, topics, nil)
		if same := reflect.DeepEqual(drawn, golden); len(golden) > 0 && same != (seed == 1) {
			t.Errorf("seed %d drew %+v", seed, drawn)
		}
		golden = drawn
	}
}

func TestWhatWasNotAskedLatelyComesFirst(t *testing.T) {
	asked := map[string]int{}
	for _, it := range stock("attt", 6, "IU14")["attt"][:4] {
		asked[itemKey("attt", it.Item)] = 1 + len(asked) // item 0 longest ago
	}
	var got []string
	for _, q := range draw(7, 5, topicsOf("IU14"), asked) {
		got = append(got, q.Item)
	}
	slices.Sort(got[:2])
	if want := []string{"IU14-04", "IU14-05", "IU14-00", "IU14-01", "IU14-02"}; !slices.Equal(got, want) {
		t.Errorf("drew %v, want %v", got, want)
	}
}

func TestAnItemOfTwoCompetenciesIsAskedOnce(t *testing.T) {
	both := []drawable{{Course: "attt", Item: "x", Tags: []string{"a", "b"}}, {Course: "attt", Item: "y", Tags: []string{"a", "b"}}}
	if drawn := draw(1, 5, []topic{{"a", both}, {"b", both}}, nil); len(drawn) != 2 || drawn[0].Item == drawn[1].Item {
		t.Errorf("drew %+v", drawn)
	}
}

func TestChoicesKeepAnOrderThatTheAuthorFixed(t *testing.T) {
	choices := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	fixed := []drawable{{Item: "x", Kind: item.TrueFalse, Choices: choices}, {Item: "y", Kind: item.Single, Choices: choices, Unshuffled: true}, {Item: "z", Kind: item.Single, Choices: choices}}
	for _, q := range draw(3, 3, []topic{{"a", fixed}}, nil) {
		if kept := slices.Equal(q.Order, choices); kept != (q.Item != "z") {
			t.Errorf("%s is shown as %v", q.Item, q.Order)
		}
	}
}

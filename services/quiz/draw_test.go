package quiz

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"khuevan/assessment/item"
	"khuevan/events"
)

func small() []Drawable {
	var bank []Drawable
	for _, topic := range []string{"mk", "tl", "tb"} {
		for n := range 4 {
			bank = append(bank, Drawable{Item: fmt.Sprintf("%s-%d", topic, n+1), Version: n%2 + 1, Kind: item.Single, Topic: topic, Choices: []string{"a", "b", "c", "d"}})
		}
	}
	bank[0].Kind, bank[5].Kind = item.Multiple, item.TrueFalse
	bank[5].Choices = []string{"a", "b"}
	return bank
}

// The golden drawing: a recorded seed must give these for ever. If this test fails, the algorithm was changed; past
// attempts could then no longer be shown to have been drawn fairly. The values were also computed by a program in another language
// that follows only the text above Draw.
func TestGoldenDrawing(t *testing.T) {
	got := ""
	for _, seed := range []uint64{0, 1, 18446744073709551615} {
		for _, d := range Draw(seed, plain(5), small(), nil) {
			got += fmt.Sprintf("%s.%d:%s ", d.Item, d.Version, strings.Join(d.Order, ""))
		}
		got += "\n"
	}
	const want = "mk-4.2:cbda mk-2.2:cabd tl-4.2:bdca tb-3.1:acdb tb-4.2:dabc \n" +
		"mk-1.1:dcba tl-4.2:abdc tb-4.2:bdca mk-3.1:dacb tl-2.2:ab \n" +
		"tl-3.1:adcb tl-2.2:ab mk-4.2:cdba tb-4.2:cdab mk-2.2:adbc \n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestLawsOfDrawing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bank := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) Drawable {
			return Drawable{Item: rapid.StringMatching(`[a-z]{1,3}`).Draw(t, "item"), Version: 1, Topic: rapid.StringMatching(`[a-d]?`).Draw(t, "topic"),
				Kind:    rapid.SampledFrom([]string{item.Single, item.Multiple, item.TrueFalse}).Draw(t, "kind"),
				Choices: []string{"a", "b", "c", "d", "e"}[:rapid.IntRange(2, 5).Draw(t, "choices")]}
		}), 0, 40, func(d Drawable) string { return d.Item }).Draw(t, "bank")
		seed, n := rapid.Uint64().Draw(t, "seed"), rapid.IntRange(0, 50).Draw(t, "n")
		before := fmt.Sprint(bank)
		drawn := Draw(seed, plain(n), bank, nil)
		if fmt.Sprint(bank) != before {
			t.Fatal("the bank was changed")
		}
		if len(drawn) != min(n, len(bank)) {
			t.Fatalf("%d drawn of %d, want %d", len(drawn), len(bank), n)
		}
		if again := Draw(seed, plain(n), rapid.Permutation(bank).Draw(t, "order"), nil); !reflect.DeepEqual(again, drawn) {
			t.Fatal("the order of the bank matters")
		}
		checkDrawn(t, bank, drawn)
	})
}

func checkDrawn(t *rapid.T, bank []Drawable, drawn []events.DrawnItem) {
	byItem, has, got := map[string]Drawable{}, map[string]int{}, map[string]int{}
	for _, d := range bank {
		byItem[d.Item] = d
		has[d.Topic]++
	}
	seen := map[string]bool{}
	for _, d := range drawn {
		of := byItem[d.Item]
		if seen[d.Item] || !slices.Equal(slices.Sorted(slices.Values(d.Order)), of.Choices) || d.Multiple != (of.Kind == item.Multiple) {
			t.Fatalf("drawn %+v of %+v", d, of)
		}
		if of.Kind == item.TrueFalse && !slices.Equal(d.Order, of.Choices) {
			t.Fatalf("true/false in the order %v", d.Order)
		}
		seen[d.Item] = true
		got[of.Topic]++
	}
	for a := range has {
		for b := range has {
			if got[a] > got[b]+1 && got[b] < has[b] {
				t.Fatalf("topics %v of %v", got, has)
			}
		}
	}
}

func TestSeedsDiffer(t *testing.T) {
	first, different := Draw(0, plain(6), small(), nil), 0
	for seed := range uint64(50) {
		if !reflect.DeepEqual(Draw(seed+1, plain(6), small(), nil), first) {
			different++
		}
	}
	if different != 50 {
		t.Errorf("%d of 50 seeds give another drawing", different)
	}
}

// Every item is drawn about equally often: within five standard deviations of the binomial.
func TestDrawingIsFair(t *testing.T) {
	const rounds = 12000
	count := map[string]int{}
	for seed := range uint64(rounds) {
		for _, d := range Draw(seed, plain(3), small(), nil) {
			count[d.Item]++
		}
	}
	for _, d := range small() { // p = 1/4, σ = √(12000·¼·¾) = 47.4
		if n := count[d.Item]; n < 3000-237 || n > 3000+237 {
			t.Errorf("%s is drawn %d times, want about 3000", d.Item, n)
		}
	}
}

func TestADrawnItemIsWrittenPlainly(t *testing.T) {
	body, err := json.Marshal(events.DrawnItem{Item: "a", Version: 1, Order: []string{"a", "b"}})
	if err != nil || string(body) != `{"item":"a","version":1,"order":["a","b"]}` {
		t.Errorf("%s %v", body, err)
	}
}

// shuffledKinds has an item of each kind that has an order to hide.
func shuffledKinds(unshuffled bool) []Drawable {
	all := []string{"a", "b", "c", "d"}
	return []Drawable{
		{Item: "o", Version: 1, Kind: item.Ordering, Choices: all, Unshuffled: unshuffled},
		{Item: "m", Version: 1, Kind: item.Matching, Choices: all, Rows: []string{"1", "2", "3", "4"}, Unshuffled: unshuffled},
		{Item: "s", Version: 1, Kind: item.Single, Choices: all, Unshuffled: unshuffled},
		{Item: "t", Version: 1, Kind: item.TrueFalse, Choices: all[:2]},
		{Item: "c", Version: 1, Kind: item.Cloze, Rows: []string{"1", "2"}},
	}
}

// The author's order is the key of an ordering item, and often of a matching one; it is never what is shown.
func TestTheAuthorsOrderIsNotShownWhereItTellsTheKey(t *testing.T) {
	for _, unshuffled := range []bool{false, true} {
		orders, prompts := map[string]int{}, map[string]int{}
		for seed := range uint64(500) {
			for _, d := range Draw(seed, plain(5), shuffledKinds(unshuffled), nil) {
				order, rows := strings.Join(d.Order, ""), strings.Join(d.Rows, "")
				switch {
				case d.Item == "o" && order == "abcd":
					t.Fatalf("seed %d shows an ordering item in its right order", seed)
				case d.Item == "s" && unshuffled && order != "abcd", d.Item == "t" && order != "ab", d.Item == "c" && rows != "12":
					t.Fatalf("seed %d shows %+v", seed, d)
				}
				if d.Kind == item.Ordering || d.Kind == item.Matching {
					orders[d.Item+order]++
				}
				if d.Kind == item.Matching {
					prompts[rows]++
				}
			}
		}
		if len(orders) != 23+24 || len(prompts) != 24 {
			t.Errorf("unshuffled %v: %d orders of choices and %d of prompts, want 47 and 24", unshuffled, len(orders), len(prompts))
		}
	}
}

func TestUnseenItemsComeFirst(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(4) { // 12 items, 3 in each attempt: nobody sees one twice in four
		for _, d := range Draw(seed, plain(3), small(), seen) {
			if seen[d.Item] {
				t.Errorf("attempt %d shows %s again", seed+1, d.Item)
			}
			seen[d.Item] = true
		}
	}
	if again := Draw(9, plain(3), small(), seen); len(again) != 3 {
		t.Errorf("%d drawn when everything was seen, want 3", len(again))
	}
}

// Everybody has the items of the form, in versions that the bank may have changed since, each in an order of their own.
func TestAForm(t *testing.T) {
	bank := small()
	form := Draw(1, plain(5), bank, nil)
	form[0].Tag = "mk"
	bank = slices.DeleteFunc(bank, func(d Drawable) bool { return d.Item == form[1].Item })
	for i := range bank {
		if bank[i].Item == form[2].Item {
			bank[i].Version = 9
		}
	}
	key := func(items []events.DrawnItem) []string {
		var all []string
		for _, d := range items {
			all = append(all, fmt.Sprintf("%s.%d %s %v", d.Item, d.Version, d.Tag, slices.Sorted(slices.Values(d.Order))))
		}
		slices.Sort(all)
		return all
	}
	orders := map[string]bool{}
	for seed := range uint64(50) {
		got := Arrange(seed, form, bank)
		if !reflect.DeepEqual(key(got), key(form)) {
			t.Fatalf("seed %d gives %v, want %v", seed, key(got), key(form))
		}
		if again := Arrange(seed, form, bank); !reflect.DeepEqual(again, got) {
			t.Fatalf("seed %d gives two orders", seed)
		}
		orders[fmt.Sprint(got)] = true
	}
	if len(orders) < 49 {
		t.Errorf("%d orders for 50 people", len(orders))
	}
}

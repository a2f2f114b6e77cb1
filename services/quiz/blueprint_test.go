package quiz

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"khuevan/assessment/item"
	"khuevan/events"
)

// tagged is an item with tags, the second of which is its topic.
func tagged(id string, difficulty float64, tags ...string) Drawable {
	d := Drawable{Item: id, Version: 1, Kind: item.Single, Tags: tags, Difficulty: difficulty, Choices: []string{"a", "b", "c"}}
	if len(tags) > topicTag {
		d.Topic = tags[topicTag]
	}
	return d
}

func TestFits(t *testing.T) {
	it := tagged("x", 0.5, "IU14", "mat-khau")
	for _, c := range []struct {
		row  events.BlueprintRow
		want bool
	}{
		{events.BlueprintRow{Tags: []string{"IU14"}}, true},
		{events.BlueprintRow{Tags: []string{"IU14", "mat-khau"}}, true},
		{events.BlueprintRow{Tags: []string{"IU14", "thu-rac"}}, false},
		{events.BlueprintRow{Tags: []string{"IU14"}, MinDifficulty: 0.5, MaxDifficulty: 0.5}, true},
		{events.BlueprintRow{Tags: []string{"IU14"}, MinDifficulty: 0.51}, false},
		{events.BlueprintRow{Tags: []string{"IU14"}, MaxDifficulty: 0.49}, false},
	} {
		if got := fits(c.row, it); got != c.want {
			t.Errorf("%+v: %v", c.row, got)
		}
	}
}

var someTags = []string{"mk", "tl", "tb"}

func drawBank(t *rapid.T, least int) []Drawable {
	n := rapid.IntRange(least, 40).Draw(t, "items")
	bank := make([]Drawable, n)
	for i := range bank {
		bank[i] = tagged(fmt.Sprintf("i%02d", i), float64(rapid.IntRange(0, 4).Draw(t, "difficulty"))/4, "IU14", rapid.SampledFrom(someTags).Draw(t, "topic"))
	}
	return bank
}

func drawRows(t *rapid.T) []events.BlueprintRow {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) events.BlueprintRow {
		r := events.BlueprintRow{Items: rapid.IntRange(1, 5).Draw(t, "of a row"), Tags: []string{rapid.SampledFrom(append(someTags, "IU14")).Draw(t, "tag")}}
		if rapid.Bool().Draw(t, "graded") {
			r.MinDifficulty, r.MaxDifficulty = 0.25, 0.75
		}
		return r
	}), 0, 4).Draw(t, "rows")
}

func TestLawsOfDrawingByABlueprint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bank, rows := drawBank(t, 0), drawRows(t)
		asked := 0
		for _, r := range rows {
			asked += r.Items
		}
		rules := plain(asked + rapid.IntRange(0, 6).Draw(t, "rest"))
		rules.Blueprint = rows
		seen := map[string]bool{}
		for _, it := range bank {
			if rapid.Bool().Draw(t, "seen") {
				seen[it.Item] = true
			}
		}
		seed := rapid.Uint64().Draw(t, "seed")
		drawn := Draw(seed, rules, bank, seen)
		if again := Draw(seed, rules, rapid.Permutation(bank).Draw(t, "order"), seen); !reflect.DeepEqual(again, drawn) {
			t.Fatal("the order of the bank matters")
		}
		if len(drawn) != min(rules.Items, len(bank)) {
			t.Fatalf("%d drawn of %d, want %d", len(drawn), len(bank), rules.Items)
		}
		byID, used := map[string]Drawable{}, map[string]bool{}
		for _, it := range bank {
			byID[it.Item] = it
		}
		for _, d := range drawn {
			if used[d.Item] {
				t.Fatalf("%s is drawn twice", d.Item)
			}
			used[d.Item] = true
		}
		checkRows(t, rows, bank, drawn, byID, seen)
	})
}

// checkRows looks at what each row has: what fits it; its number, or everything that fits is drawn; and a seen item only
// where no other that fits is left.
func checkRows(t *rapid.T, rows []events.BlueprintRow, bank []Drawable, drawn []events.DrawnItem, byID map[string]Drawable, seen map[string]bool) {
	names := map[string]bool{}
	for _, r := range rows {
		if names[rowName(r)] {
			return // two rows of one name cannot be told apart afterwards
		}
		names[rowName(r)] = true
	}
	taken := map[string]bool{}
	for _, d := range drawn {
		taken[d.Item] = d.Tag != ""
	}
	for _, r := range rows {
		has, old := 0, 0
		for _, d := range drawn {
			if d.Tag != rowName(r) {
				continue
			}
			if has++; seen[d.Item] {
				old++
			}
			if !fits(r, byID[d.Item]) {
				t.Fatalf("%+v does not fit %+v", byID[d.Item], r)
			}
		}
		free, fresh := 0, 0
		for _, it := range bank {
			if !taken[it.Item] && fits(r, it) {
				if free++; !seen[it.Item] {
					fresh++
				}
			}
		}
		if has > r.Items || has < r.Items && free > 0 {
			t.Fatalf("row %+v has %d, and %d that fit are left", r, has, free)
		}
		if old > 0 && fresh > 0 {
			t.Fatalf("row %+v has %d seen items, and %d others are left", r, old, fresh)
		}
	}
}

// Where the bank suffices, every row has exactly its number, however rows overlap and whatever else the bank holds. The
// bank suffices because it was made so: each row has items of its own, which may also fit others.
func TestABankThatSufficesServesEveryRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, asked := drawRows(t), 0
		var bank []Drawable
		for _, r := range rows {
			for range r.Items {
				own := tagged(fmt.Sprintf("own-%02d", asked), 0.5, "IU14", r.Tags[0])
				if r.MinDifficulty == 0 && rapid.Bool().Draw(t, "too easy for others") {
					own.Difficulty = 0
				}
				bank = append(bank, own)
				asked++
			}
		}
		bank = append(bank, drawBank(t, 0)...)
		rules := plain(asked + 1)
		rules.Blueprint = rows
		if short := slices.IndexFunc(thinRows(rules, bank), func(th Thin) bool { return th.Short && th.Row > 0 }); short >= 0 {
			t.Fatalf("row %d is called short", thinRows(rules, bank)[short].Row)
		}
		drawn := Draw(rapid.Uint64().Draw(t, "seed"), rules, bank, nil)
		got, want := map[string]int{}, map[string]int{}
		for _, d := range drawn {
			got[d.Tag]++
		}
		for _, r := range rows {
			want[rowName(r)] += r.Items
		}
		for name, n := range want {
			if got[name] != n {
				t.Fatalf("row %q has %d, want %d", name, got[name], n)
			}
		}
	})
}

func TestThinRows(t *testing.T) {
	var bank []Drawable
	for i := range 6 {
		bank = append(bank, tagged(fmt.Sprintf("mk-%d", i), 0.5, "IU14", "mk"))
	}
	for i := range 2 {
		bank = append(bank, tagged(fmt.Sprintf("tl-%d", i), 0.5, "IU14", "tl"))
	}
	row := func(items int, tags ...string) events.BlueprintRow {
		return events.BlueprintRow{Items: items, Tags: tags}
	}
	for name, c := range map[string]struct {
		items, unseen int
		rows          []events.BlueprintRow
		want          []string // "row need have short"
	}{
		"enough":                   {2, 0, []events.BlueprintRow{row(2, "mk")}, nil},
		"neighbours":               {3, 0, nil, []string{"0 3 8 false"}},
		"no two attempts repeat":   {2, 2, []events.BlueprintRow{row(2, "mk")}, nil},
		"two attempts repeat":      {3, 2, []events.BlueprintRow{row(1, "tl")}, []string{"1 3 2 false", "0 9 8 false"}},
		"a row is short":           {3, 0, []events.BlueprintRow{row(3, "tl")}, []string{"1 3 2 true", "0 3 8 false"}},
		"the bank is short":        {9, 0, nil, []string{"0 9 8 true"}},
		"items serve one row only": {4, 0, []events.BlueprintRow{row(2, "tl"), row(2, "IU14", "tl")}, []string{"1 2 2 false", "2 2 0 true", "0 4 8 false"}},
		"difficulty that none has": {2, 0, []events.BlueprintRow{{Items: 1, Tags: []string{"mk"}, MinDifficulty: 0.9}}, []string{"1 1 0 true"}},
		"a tag that nobody uses":   {2, 0, []events.BlueprintRow{row(1, "khac")}, []string{"1 1 0 true"}},
	} {
		rules := plain(c.items)
		rules.Unseen, rules.Blueprint = c.unseen, c.rows
		var got []string
		for _, th := range thinRows(rules, bank) {
			got = append(got, fmt.Sprint(th.Row, th.Need, th.Have, th.Short))
			if th.Why.Vi == "" || th.Why.En == "" {
				t.Errorf("%s: no words for %+v", name, th)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

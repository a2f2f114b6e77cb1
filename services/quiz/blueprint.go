package quiz

import (
	"fmt"
	"slices"
	"strings"

	"khuevan/events"
)

// fits reports whether an item is one that a row of a blueprint asks for.
func fits(row events.BlueprintRow, it Drawable) bool {
	if it.Difficulty < row.MinDifficulty || it.Difficulty > mostDifficulty(row) {
		return false
	}
	for _, tag := range row.Tags {
		if !slices.Contains(it.Tags, tag) {
			return false
		}
	}
	return true
}

// listsOf gives, row by row, the items that fit.
func listsOf(rows []events.BlueprintRow, bank []Drawable) [][]Drawable {
	lists := make([][]Drawable, len(rows))
	for i, row := range rows {
		for _, it := range bank {
			if fits(row, it) {
				lists[i] = append(lists[i], it)
			}
		}
	}
	return lists
}

// allotment tells which row holds an item.
type allotment map[string]int

// allot gives each row its number of items. Row by row and item by item, a row takes the first of its list that nobody
// holds; where there is none, the first that its holder can do without because that one finds another in the same way.
// So as many items as possible are held (Kuhn's augmenting paths), and a row that was served stays served.
func allot(rows []events.BlueprintRow, lists [][]Drawable) allotment {
	held := allotment{}
	for i, row := range rows {
		for range row.Items {
			if !held.serve(i, lists, map[string]bool{}) {
				break
			}
		}
	}
	return held
}

func (a allotment) serve(row int, lists [][]Drawable, asked map[string]bool) bool {
	for _, it := range lists[row] {
		if _, taken := a[it.Item]; !taken {
			a[it.Item] = row
			return true
		}
	}
	for _, it := range lists[row] {
		holder := a[it.Item]
		if holder == row || asked[it.Item] {
			continue
		}
		asked[it.Item] = true
		if a.serve(holder, lists, asked) {
			a[it.Item] = row
			return true
		}
	}
	return false
}

// rowName names a row by its tags.
func rowName(row events.BlueprintRow) string { return strings.Join(row.Tags, "+") }

// Thin is a row of a blueprint, or the bank as a whole, that has few items for what is asked of it.
type Thin struct {
	Row   int          `json:"row"` // counts from 1; 0 for the bank as a whole
	Need  int          `json:"need"`
	Have  int          `json:"have"`
	Short bool         `json:"short"` // not even one attempt can be drawn as the rules say
	Why   events.Words `json:"why"`
}

// enough is how many items there should be for each one that is drawn: fewer, and neighbours see the same questions.
const enough = 3

// thinRows tells where a bank is thin for rules. Items held for one row do not serve another.
func thinRows(rules events.QuizRules, bank []Drawable) []Thin {
	var thin []Thin
	lists := listsOf(rules.Blueprint, sorted(bank))
	held := allot(rules.Blueprint, lists)
	for i, row := range rules.Blueprint {
		have := 0
		for _, it := range lists[i] {
			if holder, taken := held[it.Item]; !taken || holder == i {
				have++
			}
		}
		if t, ok := thinness(i+1, row.Items*(1+rules.Unseen), row.Items, have); ok {
			thin = append(thin, t)
		}
	}
	if t, ok := thinness(0, rules.Items*(1+rules.Unseen), rules.Items, len(bank)); ok {
		thin = append(thin, t)
	}
	return thin
}

// thinness judges a supply: need is what attempts that must not repeat take together, each is what one takes.
func thinness(row, need, each, have int) (Thin, bool) {
	t := Thin{Row: row, Need: need, Have: have, Short: have < each}
	switch {
	case have < each:
		t.Why = events.Words{Vi: fmt.Sprintf("Chỉ có %d câu đang dùng, mỗi đề cần %d câu.", have, each),
			En: fmt.Sprintf("Only %d live items; each attempt needs %d.", have, each)}
	case have < need:
		t.Why = events.Words{Vi: fmt.Sprintf("Có %d câu; để các lượt liền nhau không lặp câu cần %d.", have, need),
			En: fmt.Sprintf("%d items; %d are needed for attempts in a row not to repeat any.", have, need)}
	case have < enough*each:
		t.Why = events.Words{Vi: fmt.Sprintf("Có %d câu cho %d câu mỗi đề; nên có ít nhất %d để người ngồi cạnh ít gặp câu giống nhau.", have, each, enough*each),
			En: fmt.Sprintf("%d items for %d in each attempt; %d or more keep neighbours from seeing the same ones.", have, each, enough*each)}
	default:
		return Thin{}, false
	}
	return t, true
}

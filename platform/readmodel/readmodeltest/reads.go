package readmodeltest

import (
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"khuevan/platform/fault"
	"khuevan/platform/readmodel"
)

func testFind(t *testing.T, open Open, _ Options) {
	b := start(t, open)
	b.commit(6,
		put(t, "a", 1, result{Person: "lan", Started: day.Add(3 * time.Hour), Passed: true, Score: 7}),
		put(t, "b", 2, result{Person: "lan", Started: day.Add(1 * time.Hour), Passed: false, Score: 4}),
		put(t, "c", 3, result{Person: "an", Started: day.Add(2 * time.Hour), Passed: true, Score: 10}),
		put(t, "d", 4, result{Person: "lan", Started: day.Add(2 * time.Hour), Passed: true, Score: 7}),
		put(t, "e", 5, result{Person: "mai", Started: day, Passed: true, Score: -1}),
		gone("f", 6))
	q := func(index string, equal ...any) readmodel.Query { return readmodel.Query{Index: index, Equal: equal} }
	desc := func(q readmodel.Query) readmodel.Query { q.Desc = true; return q }
	between := func(q readmodel.Query, from, to any) readmodel.Query { q.From, q.To = from, to; return q }

	b.finds(q(""), "a", "b", "c", "d", "e")
	b.finds(desc(q("")), "e", "d", "c", "b", "a")
	b.finds(between(q(""), "b", "d"), "b", "c")
	b.finds(q("person"), "c", "b", "d", "a", "e")
	b.finds(desc(q("person")), "e", "a", "d", "b", "c")
	b.finds(q("person", "lan"), "b", "d", "a")
	b.finds(desc(q("person", "lan")), "a", "d", "b")
	b.finds(q("person", "nobody"))
	b.finds(q("person", "lan", day.Add(2*time.Hour)), "d")
	b.finds(between(q("person"), "an", "mai"), "c", "b", "d", "a")
	b.finds(between(q("person"), nil, "lan"), "c")
	b.finds(between(q("person"), "lao", nil), "e")
	b.finds(between(q("person", "lan"), day.Add(2*time.Hour), nil), "d", "a")
	b.finds(between(q("person", "lan"), day.Add(time.Hour), day.Add(3*time.Hour)), "b", "d")
	b.finds(desc(between(q("person", "lan"), day.Add(time.Hour), day.Add(3*time.Hour))), "d", "b")
	b.finds(between(q("person", "lan"), day.Add(3*time.Hour), day.Add(time.Hour)))
	b.finds(q("outcome", true), "e", "a", "d", "c")
	b.finds(q("outcome", true, 7), "a", "d")
	b.finds(between(q("outcome", true), 0, 10), "a", "d")
	b.finds(between(q("outcome", true, 7, "lan"), "b", nil), "d")
	b.finds(q("outcome", false), "b")
}

// testKinds keeps every kind of key apart and in order, at the ends of its range.
func testKinds(t *testing.T, open Open, _ Options) {
	b := start(t, open)
	b.commit(9,
		put(t, "a", 1, result{Score: math.MinInt64, Weight: -1e300}),
		put(t, "b", 2, result{Score: math.MaxInt64, Weight: 1e300}),
		put(t, "c", 3, result{Score: math.MaxInt64 - 1, Weight: 0.1}),
		put(t, "d", 4, result{Score: 0, Weight: math.SmallestNonzeroFloat64}),
		put(t, "e", 5, result{Score: -1, Weight: 2}))
	b.finds(readmodel.Query{Index: "outcome", Equal: []any{false}}, "a", "e", "d", "c", "b")
	b.finds(readmodel.Query{Index: "outcome", Equal: []any{false, int64(math.MaxInt64 - 1)}}, "c")
	b.finds(readmodel.Query{Index: "outcome", Equal: []any{false}, From: int64(math.MaxInt64)}, "b")
	b.finds(readmodel.Query{Index: "weight"}, "a", "d", "c", "e", "b")
	b.finds(readmodel.Query{Index: "weight", Equal: []any{0.1}}, "c")
	b.finds(readmodel.Query{Index: "weight", From: 0.1, To: 1e300}, "c", "e")
	for id, want := range map[string]result{
		"a": {Score: math.MinInt64, Weight: -1e300}, "b": {Score: math.MaxInt64, Weight: 1e300}, "c": {Score: math.MaxInt64 - 1, Weight: 0.1},
	} {
		found, err := b.table.Get(t.Context(), id)
		ok(t, err)
		want := put(t, id, 0, want)
		if got := string(found[id].Body); got != string(want.Body) { // exactly: comparing as float64 would hide a lost digit
			t.Fatalf("got %s\nwant %s", got, want.Body)
		}
	}
	for _, index := range []string{"outcome", "weight"} { // each value passes through a cursor
		whole := b.pages(readmodel.Query{Index: index, Limit: 100})
		if got := b.pages(readmodel.Query{Index: index, Limit: 1}); !slices.Equal(got, whole) {
			t.Fatalf("%s one by one: %v, at once: %v", index, got, whole)
		}
	}
}

// testByteOrder: text is ordered by its bytes, Vietnamese letters with marks therefore after all plain ones.
func testByteOrder(t *testing.T, open Open, _ Options) {
	b := start(t, open)
	names := []string{"ông", "Ánh", "an", "Zung", "đào", "Đào", "ăn", "An", "", "a", "a b", "a\tb", "ấp", "z", "An ", "Ấp", "o'neil", `"`, "$x", "a.b", "世", "😀"}
	docs := make([]readmodel.Stored, len(names))
	for i, name := range names {
		docs[i] = put(t, fmt.Sprintf("%02d", i), uint64(i+1), result{Person: name})
	}
	b.commit(uint64(len(names)), docs...)
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int { return readmodel.CompareKeys(names[x], names[y]) })
	var want []string
	for _, i := range order {
		want = append(want, docs[i].ID)
	}
	b.finds(readmodel.Query{Index: "person"}, want...)
	if got := b.pages(readmodel.Query{Index: "person", Limit: 3}); !slices.Equal(got, want) {
		t.Fatalf("in pages of 3: %v, want %v", got, want)
	}
	for i, name := range names {
		b.finds(readmodel.Query{Index: "person", Equal: []any{name}}, docs[i].ID)
	}
}

func testPages(t *testing.T, open Open, _ Options) {
	b := start(t, open)
	docs := make([]readmodel.Stored, 11)
	for i := range docs {
		docs[i] = put(t, fmt.Sprintf("%02d", i), uint64(i+1), result{Person: []string{"an", "lan", "mai"}[i%3], Started: day.Add(time.Duration(i/4) * time.Hour), Score: int64(i / 2)})
	}
	b.commit(11, docs...)
	for _, q := range []readmodel.Query{
		{}, {From: "03"}, {To: "08"}, {Index: "person"}, {Index: "person", Equal: []any{"lan"}}, {Index: "person", From: "lan"},
		{Index: "outcome", Equal: []any{false}, From: 1, To: 5}, {Index: "outcome"}, {Index: "outcome", Equal: []any{false, 2, "lan"}},
	} {
		for _, q.Desc = range []bool{false, true} {
			q.Limit = readmodel.MaxLimit
			whole := b.pages(q)
			for q.Limit = 1; q.Limit <= 12; q.Limit++ {
				if got := b.pages(q); !slices.Equal(got, whole) {
					t.Fatalf("%s: %v, on one page %v", show(q), got, whole)
				}
			}
		}
	}
}

// testTies pages over documents that differ in nothing but their id.
func testTies(t *testing.T, open Open, _ Options) {
	b := start(t, open)
	docs := make([]readmodel.Stored, 7)
	var want []string
	for i := range docs {
		docs[i] = put(t, fmt.Sprintf("x%d", i), uint64(i+1), result{Person: "lan", Started: day, Score: 5})
		want = append(want, docs[i].ID)
	}
	b.commit(7, docs...)
	q := readmodel.Query{Index: "person", Equal: []any{"lan"}, Limit: 2}
	if got := b.pages(q); !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	q.Desc = true
	slices.Reverse(want)
	if got := b.pages(q); !slices.Equal(got, want) {
		t.Fatalf("descending: got %v, want %v", got, want)
	}
	// A page goes on from its place, even when the document that ended it is deleted meanwhile.
	first, err := b.table.Find(t.Context(), q)
	ok(t, err)
	b.commit(9, gone(first.Docs[1].ID, 9))
	q.After = first.Next
	if got := b.pages(q); !slices.Equal(got, want[2:]) {
		t.Fatalf("after a deletion: got %v, want %v", got, want[2:])
	}
}

func testWrongPages(t *testing.T, open Open, _ Options) {
	b := start(t, open)
	b.commit(3, put(t, "a", 1, result{Person: "lan"}), put(t, "b", 2, result{Person: "lan"}), put(t, "c", 3, result{Person: "mai"}))
	page, err := b.table.Find(t.Context(), readmodel.Query{Index: "person", Equal: []any{"lan"}, Limit: 1})
	ok(t, err)
	if page.Next == "" {
		t.Fatal("no second page")
	}
	text := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for what, q := range map[string]readmodel.Query{
		"limit above the maximum":       {Limit: readmodel.MaxLimit + 1},
		"negative limit":                {Limit: -1},
		"cursor that is not base64":     {After: "%%%"},
		"cursor that is not JSON":       {After: text("a")},
		"cursor with more behind it":    {After: text(`{"i":"a"}{}`)},
		"cursor with an unknown member": {After: text(`{"i":"a","z":1}`)},
		"cursor with too few values":    {Index: "person", After: text(`{"x":"person","i":"a","v":[{"s":"x"}]}`)},
		"cursor with an empty value":    {Index: "weight", After: text(`{"x":"weight","i":"a","v":[{}]}`)},
		"cursor of another index":       {Index: "outcome", After: page.Next},
		"cursor of another list":        {Index: "person", Equal: []any{"mai"}, After: page.Next},
	} {
		_, err := b.table.Find(t.Context(), q)
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: got %v, want it refused as invalid", what, err)
		}
	}
	b.finds(readmodel.Query{Limit: readmodel.MaxLimit}, "a", "b", "c")
}

func testMistakes(t *testing.T, open Open, _ Options) {
	b := start(t, open)
	for what, q := range map[string]readmodel.Query{
		"unknown index":           {Index: "unheard"},
		"too many values":         {Index: "weight", Equal: []any{1.0, 2.0}},
		"values without an index": {Equal: []any{"a"}},
		"a value of no kind":      {Index: "person", Equal: []any{[]string{"a"}}},
		"a number for an id":      {From: 5},
	} {
		_, err := b.table.Find(t.Context(), q)
		_, counting := b.table.Count(t.Context(), q)
		if err == nil || fault.Is(err, fault.Invalid) || counting == nil {
			t.Errorf("%s: got %v and %v, want plain errors", what, err, counting)
		}
	}
}

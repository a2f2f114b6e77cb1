package sqlite

import (
	"path/filepath"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"

	"khuevan/platform/readmodel"
)

// TestPlans: every kind of query walks its index in order; none sorts, none reads the whole table.
func TestPlans(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "views.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // nothing was written
	opened, err := s.Open(t.Context(), readmodel.Spec{Service: "suite", Name: "results", Version: 1,
		Indexes: []readmodel.Index{{Name: "place", Fields: []string{"unit", "score", "person"}}}})
	if err != nil {
		t.Fatal(err)
	}
	table := opened.(*table)
	for _, q := range []readmodel.Query{
		{Index: "place"}, {Index: "place", Desc: true}, {Index: "place", From: "a", To: "b"},
		{Index: "place", Equal: []any{"u"}}, {Index: "place", Equal: []any{"u"}, From: 1, Desc: true},
		{Index: "place", Equal: []any{"u", 1}, To: "x"}, {Index: "place", Equal: []any{"u", 1, "p"}, From: "a"},
		{}, {From: "a"}, {Desc: true},
	} {
		for _, after := range []bool{false, true} {
			p, err := table.spec.Plan(q)
			if err != nil {
				t.Fatal(err)
			}
			if after {
				values := append(append([]any{}, p.Equal...), []any{"u", int64(1), "p"}[min(len(p.Equal), len(p.Fields)):len(p.Fields)]...)
				p.After = &readmodel.Place{Values: values, ID: "a"}
			}
			query, args := table.findSQL(p)
			got := explain(t, table, query, args)
			narrowed := len(q.Equal) > 0 || q.From != nil || q.To != nil || after
			if strings.Contains(got, "TEMP B-TREE") || !strings.Contains(got, "USING INDEX") || narrowed && !strings.Contains(got, "SEARCH") {
				t.Errorf("%+v, after: %v\n%s\n%s", q, after, query, got)
			}
		}
	}
}

func explain(t *testing.T, table *table, query string, args []any) string {
	t.Helper()
	var lines []string
	err := table.query(t.Context(), "EXPLAIN QUERY PLAN "+query, args, func(stmt *sqlite.Stmt) error {
		lines = append(lines, stmt.ColumnText(3))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

package sqlite

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"khuevan/platform/readmodel"
)

// upsert writes documents that are newer than what stands in the table.
func (t *table) upsert(conn *sqlite.Conn, docs []readmodel.Stored) error {
	stmt, err := conn.Prepare(t.insert)
	if err != nil {
		return err
	}
	for _, d := range docs {
		stmt.BindText(1, d.ID)
		stmt.BindInt64(2, int64(d.Seq)) //nolint:gosec // journal sequences stay far below 2^63
		stmt.BindBool(3, d.Gone)
		if d.Gone {
			stmt.BindNull(4)
			for i := range t.fields {
				stmt.BindNull(5 + i)
			}
		} else {
			values, err := readmodel.Values(d, t.fields)
			if err != nil {
				return err
			}
			stmt.BindBytes(4, d.Body)
			for i, v := range values {
				bind(stmt, 5+i, v)
			}
		}
		if err := run(stmt); err != nil {
			return fmt.Errorf("document %q: %w", d.ID, err)
		}
	}
	return nil
}

func bind(stmt *sqlite.Stmt, at int, v any) {
	switch x := v.(type) {
	case string:
		stmt.BindText(at, x)
	case int64:
		stmt.BindInt64(at, x)
	case float64:
		stmt.BindFloat(at, x)
	case bool:
		stmt.BindBool(at, x)
	}
}

// Get implements readmodel.Table; all documents are of one moment.
func (t *table) Get(ctx context.Context, ids ...string) (found map[string]readmodel.Stored, err error) {
	conn, err := t.store.readers.take(ctx)
	if err != nil {
		return nil, err
	}
	defer t.store.readers.put(conn)
	stmt, err := conn.Prepare("SELECT id, seq, body, gone FROM " + quote(t.name) + " WHERE id = ?")
	if err != nil {
		return nil, err
	}
	defer reset(stmt, &err)
	if len(ids) > 1 {
		defer sqlitex.Transaction(conn)(&err)
	}
	found = make(map[string]readmodel.Stored, len(ids))
	for _, id := range ids {
		stmt.BindText(1, id)
		ok, err := stmt.Step()
		if err != nil {
			return nil, fmt.Errorf("document %q: %w", id, err)
		}
		if ok {
			d := stored(stmt)
			d.Gone = stmt.ColumnBool(3)
			found[id] = d
		}
		if err := stmt.Reset(); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// stored reads the columns id, seq and body.
func stored(stmt *sqlite.Stmt) readmodel.Stored {
	d := readmodel.Stored{ID: stmt.ColumnText(0), Seq: uint64(stmt.ColumnInt64(1))} //nolint:gosec // written from a uint64
	if n := stmt.ColumnLen(2); n > 0 {
		d.Body = make([]byte, n)
		stmt.ColumnBytes(2, d.Body)
	}
	return d
}

// Find implements readmodel.Table.
func (t *table) Find(ctx context.Context, q readmodel.Query) (found readmodel.Found, err error) {
	p, err := t.spec.Plan(q)
	if err != nil {
		return found, err
	}
	query, args := t.findSQL(p)
	var last readmodel.Place
	err = t.query(ctx, query, args, func(stmt *sqlite.Stmt) error {
		if len(found.Docs) == p.Limit {
			found.Next, err = p.Next(last.Values, last.ID)
			return err
		}
		found.Docs = append(found.Docs, stored(stmt))
		if len(found.Docs) == p.Limit {
			last = readmodel.Place{Values: values(stmt, 3, len(p.Rest())), ID: stmt.ColumnText(0)}
		}
		return nil
	})
	return found, err
}

// findSQL asks for one document more than the page has, to know whether there is a next one. A bare parameter as the limit
// would have SQLite plan the statement anew for each value; a sum does not.
func (t *table) findSQL(p readmodel.Plan) (string, []any) {
	rest := make([]string, 0, len(p.Fields)+1)
	for _, f := range p.Rest() {
		rest = append(rest, column(f))
	}
	rest = append(rest, "id")
	w := t.where(p, rest)
	direction := ""
	if p.Desc {
		direction = " DESC"
	}
	query := "SELECT id, seq, body, " + strings.Join(rest, ", ") + w.sql +
		" ORDER BY " + strings.Join(rest, direction+", ") + direction + " LIMIT ? + 0"
	return query, append(w.args, int64(p.Limit)+1)
}

// Count implements readmodel.Table.
func (t *table) Count(ctx context.Context, q readmodel.Query) (n int, err error) {
	p, err := t.spec.PlanCount(q)
	if err != nil {
		return 0, err
	}
	next := []string{"id"}
	if len(p.Rest()) > 0 {
		next = []string{column(p.Rest()[0])}
	}
	w := t.where(p, next)
	err = t.query(ctx, "SELECT count(*)"+w.sql, w.args, func(stmt *sqlite.Stmt) error {
		n = stmt.ColumnInt(0)
		return nil
	})
	return n, err
}

func (t *table) query(ctx context.Context, query string, args []any, row func(*sqlite.Stmt) error) (err error) {
	conn, err := t.store.readers.take(ctx)
	if err != nil {
		return err
	}
	defer t.store.readers.put(conn)
	conn.SetInterrupt(ctx.Done())
	defer conn.SetInterrupt(nil)
	stmt, err := conn.Prepare(query)
	if err != nil {
		return err
	}
	defer reset(stmt, &err)
	for i, v := range args {
		bind(stmt, i+1, v)
	}
	for {
		more, err := stmt.Step()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil || !more {
			return err
		}
		if err := row(stmt); err != nil {
			return err
		}
	}
}

// values reads key values from n columns; a bool comes back as the number it is compared as.
func values(stmt *sqlite.Stmt, from, n int) []any {
	all := make([]any, n)
	for i := range all {
		switch stmt.ColumnType(from + i) {
		case sqlite.TypeInteger:
			all[i] = stmt.ColumnInt64(from + i)
		case sqlite.TypeFloat:
			all[i] = stmt.ColumnFloat(from + i)
		default:
			all[i] = stmt.ColumnText(from + i)
		}
	}
	return all
}

// where is a query's conditions and their values.
type where struct {
	sql  string
	args []any
}

func (w *where) and(condition string, args ...any) {
	w.sql += " AND " + condition
	w.args = append(w.args, args...)
}

// where names the index outright, so that no statistics can lead to another plan. The condition on gone is the
// one of the index. rest is the columns that order the documents.
func (t *table) where(p readmodel.Plan, rest []string) where {
	w := where{sql: " FROM " + quote(t.name)}
	if p.Index != "" {
		w.sql += " INDEXED BY " + quote(t.indexName(p.Index))
	}
	w.sql += " WHERE gone = 0"
	for i, v := range p.Equal {
		w.and(column(p.Fields[i])+" = ?", v)
	}
	if p.From != nil {
		w.and(rest[0]+" >= ?", p.From)
	}
	if p.To != nil {
		w.and(rest[0]+" < ?", p.To)
	}
	if p.After != nil {
		beyond := " > "
		if p.Desc {
			beyond = " < "
		}
		values := append(slices.Clone(p.After.Values[len(p.Equal):]), any(p.After.ID))
		w.and("("+strings.Join(rest, ", ")+")"+beyond+"(?"+strings.Repeat(", ?", len(rest)-1)+")", values...)
	}
	return w
}

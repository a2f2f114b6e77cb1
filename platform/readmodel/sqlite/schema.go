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

// table is one collection: its name, its statements and the store that runs them.
type table struct {
	store  *Store
	spec   readmodel.Spec
	name   string
	fields []string // with a column each
	insert string
}

// quote makes an identifier of any text.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func column(field string) string { return quote("k_" + field) }

func (t *table) indexName(index string) string { return t.name + "." + index }

// Open implements readmodel.Store.
func (s *Store) Open(ctx context.Context, spec readmodel.Spec) (readmodel.Table, error) {
	if err := spec.Check(); err != nil {
		return nil, err
	}
	t := &table{store: s, spec: spec, name: spec.FullName(), fields: spec.Fields()}
	t.insert = t.insertSQL()
	if err := s.write(ctx, t.create); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tables[t.name] = t
	return t, nil
}

// insertSQL is the guarded upsert: a row at the same or a later sequence stays.
func (t *table) insertSQL() string {
	columns := []string{"id", "seq", "gone", "body"}
	for _, f := range t.fields {
		columns = append(columns, column(f))
	}
	sets := make([]string, 0, len(columns))
	for _, c := range columns[1:] {
		sets = append(sets, c+" = excluded."+c)
	}
	name := quote(t.name)
	return "INSERT INTO " + name + " (" + strings.Join(columns, ", ") + ") VALUES (?" + strings.Repeat(", ?", len(columns)-1) +
		") ON CONFLICT (id) DO UPDATE SET " + strings.Join(sets, ", ") + " WHERE excluded.seq > " + name + ".seq"
}

// create makes the table as declared, or brings an empty one to what is declared.
func (t *table) create(conn *sqlite.Conn) error {
	err := sqlitex.ExecuteTransient(conn, "CREATE TABLE IF NOT EXISTS "+quote(t.name)+
		" (id TEXT PRIMARY KEY NOT NULL, seq INTEGER NOT NULL, gone INTEGER NOT NULL, body BLOB)", nil)
	if err != nil {
		return fmt.Errorf("create %s: %w", t.name, err)
	}
	have, err := t.indexes(conn)
	if err != nil {
		return err
	}
	for _, ix := range t.spec.Indexes {
		fields, exists := have[t.indexName(ix.Name)]
		delete(have, t.indexName(ix.Name))
		if exists && slices.Equal(fields, ix.Fields) {
			continue
		}
		if err := t.addIndex(conn, ix); err != nil {
			return err
		}
	}
	// An index no longer declared goes: documents written from now on lack its values.
	for name := range have {
		if err := sqlitex.ExecuteTransient(conn, "DROP INDEX "+quote(name), nil); err != nil {
			return fmt.Errorf("drop index %s: %w", name, err)
		}
	}
	return nil
}

// indexes gives the fields of the table's declared indexes, by the indexes' names in the file.
func (t *table) indexes(conn *sqlite.Conn) (map[string][]string, error) {
	have := map[string][]string{}
	err := sqlitex.Execute(conn, `SELECT l.name, i.name FROM pragma_index_list(?) AS l, pragma_index_info(l.name) AS i
		WHERE l.origin = 'c' ORDER BY l.name, i.seqno`, &sqlitex.ExecOptions{
		Args: []any{t.name},
		ResultFunc: func(stmt *sqlite.Stmt) error {
			index, field := stmt.ColumnText(0), stmt.ColumnText(1)
			if field != "id" {
				have[index] = append(have[index], strings.TrimPrefix(field, "k_"))
			}
			return nil
		},
	})
	if err != nil {
		return nil, fmt.Errorf("indexes of %s: %w", t.name, err)
	}
	return have, nil
}

func (t *table) addIndex(conn *sqlite.Conn, ix readmodel.Index) error {
	filled, err := exists(conn, "SELECT 1 FROM "+quote(t.name)+" LIMIT 1")
	if err != nil {
		return fmt.Errorf("look into %s: %w", t.name, err)
	}
	if filled {
		return t.spec.ErrNewIndex(ix.Name)
	}
	if err := t.addColumns(conn, ix.Fields); err != nil {
		return err
	}
	columns := make([]string, 0, len(ix.Fields)+1)
	for _, f := range ix.Fields {
		columns = append(columns, column(f))
	}
	name := quote(t.indexName(ix.Name))
	err = sqlitex.ExecuteScript(conn, "DROP INDEX IF EXISTS "+name+"; CREATE INDEX "+name+" ON "+quote(t.name)+
		" ("+strings.Join(append(columns, "id"), ", ")+") WHERE gone = 0;", nil)
	if err != nil {
		return fmt.Errorf("create index %s: %w", name, err)
	}
	return nil
}

// addColumns adds what is missing. Columns have no type, so that values keep theirs.
func (t *table) addColumns(conn *sqlite.Conn, fields []string) error {
	for _, f := range fields {
		there, err := exists(conn, "SELECT 1 FROM pragma_table_info(?) WHERE name = ?", t.name, "k_"+f)
		if err != nil {
			return fmt.Errorf("columns of %s: %w", t.name, err)
		}
		if there {
			continue
		}
		if err := sqlitex.ExecuteTransient(conn, "ALTER TABLE "+quote(t.name)+" ADD COLUMN "+column(f), nil); err != nil {
			return fmt.Errorf("add column %s to %s: %w", f, t.name, err)
		}
	}
	return nil
}

func exists(conn *sqlite.Conn, query string, args ...any) (found bool, err error) {
	err = sqlitex.Execute(conn, query, &sqlitex.ExecOptions{
		Args:       args,
		ResultFunc: func(*sqlite.Stmt) error { found = true; return nil },
	})
	return found, err
}

package main

import (
	"errors"
	"fmt"

	"zombiezen.com/go/sqlite"         //nolint:depguard // the twin writes by hand
	"zombiezen.com/go/sqlite/sqlitex" //nolint:depguard // the twin writes by hand
)

// rawDoc is a finished document with the values of its index.
type rawDoc struct {
	id        string
	seq       uint64
	body      []byte
	unit      string
	completed bool
	done      int
}

// rawTable is a table of documents written by hand, as durable as ours: write-ahead log, no sync per transaction.
type rawTable struct{ conn *sqlite.Conn }

func openRawTable(path string) (*rawTable, error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenCreate, sqlite.OpenWAL)
	if err != nil {
		return nil, fmt.Errorf("raw table: %w", err)
	}
	err = sqlitex.ExecuteTransient(conn, "PRAGMA synchronous = NORMAL", nil)
	if err == nil {
		err = sqlitex.ExecuteScript(conn, `
			CREATE TABLE positions (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
			CREATE TABLE learners (id TEXT PRIMARY KEY NOT NULL, seq INTEGER NOT NULL, body BLOB, unit, completed, done);
			CREATE INDEX learners_unit ON learners (unit, completed, done, id);`, nil)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("raw table: %w", err), conn.Close())
	}
	return &rawTable{conn}, nil
}

func (t *rawTable) close() { _ = t.conn.Close() }

// write upserts the documents of a batch and its position in one transaction.
func (t *rawTable) write(position uint64, docs []rawDoc) (err error) {
	defer sqlitex.Transaction(t.conn)(&err)
	stmt := t.conn.Prep(`INSERT INTO learners (id, seq, body, unit, completed, done) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, body = excluded.body, unit = excluded.unit,
		completed = excluded.completed, done = excluded.done`)
	for _, d := range docs {
		stmt.BindText(1, d.id)
		stmt.BindInt64(2, int64(d.seq)) //nolint:gosec // small
		stmt.BindBytes(3, d.body)
		stmt.BindText(4, d.unit)
		stmt.BindBool(5, d.completed)
		stmt.BindInt64(6, int64(d.done))
		if _, err := stmt.Step(); err != nil {
			return err
		}
		if err := stmt.Reset(); err != nil {
			return err
		}
	}
	seq := t.conn.Prep("INSERT OR REPLACE INTO positions (name, seq) VALUES ('learners', ?)")
	seq.BindInt64(1, int64(position)) //nolint:gosec // small
	if _, err := seq.Step(); err != nil {
		return err
	}
	return seq.Reset()
}

// Package sqlite keeps read models in one SQLite file: one table per collection, real columns for the indexed
// fields, the documents of a batch and its position in one transaction.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"khuevan/platform/readmodel"
)

// Options bounds what a store takes from the machine; the zero value is meant for use.
type Options struct {
	Readers  int // most connections reading at once, opened when needed; 0 means 4
	CacheKiB int // page cache of the writing connection; each reader has a quarter; 0 means 8192
}

// Store is a readmodel.Store in one file.
type Store struct {
	writer  *pool
	readers *pool

	mu     sync.RWMutex
	tables map[string]*table
}

// busy is how long a connection waits for another process that writes to the same file.
const busy = 10 * time.Second

// Open opens or creates the file at path. A power cut may lose the last batches but never parts of one:
// the file then stands at an older position, from which the projection goes on.
func Open(path string, o Options) (*Store, error) {
	if o.Readers == 0 {
		o.Readers = 4
	}
	if o.CacheKiB == 0 {
		o.CacheKiB = 8192
	}
	s := &Store{tables: map[string]*table{}}
	s.writer = newPool(1, func() (*sqlite.Conn, error) {
		return connect(path, fmt.Sprintf("PRAGMA cache_size = -%d; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 8388608;", o.CacheKiB))
	})
	s.readers = newPool(o.Readers, func() (*sqlite.Conn, error) {
		return connect(path, fmt.Sprintf("PRAGMA cache_size = -%d; PRAGMA query_only = ON;", o.CacheKiB/4))
	})
	err := s.write(context.Background(), func(conn *sqlite.Conn) error {
		return sqlitex.ExecuteScript(conn, "CREATE TABLE IF NOT EXISTS positions (projection TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID", nil)
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open read models in %s: %w", path, err), s.Close())
	}
	return s, nil
}

func connect(path, pragmas string) (*sqlite.Conn, error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenCreate, sqlite.OpenWAL)
	if err != nil {
		return nil, err
	}
	conn.SetBusyTimeout(busy)
	if err := sqlitex.ExecuteTransient(conn, "PRAGMA synchronous = NORMAL", nil); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if err := sqlitex.ExecuteScript(conn, pragmas, nil); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// write runs fn in a transaction of the only writing connection.
func (s *Store) write(ctx context.Context, fn func(*sqlite.Conn) error) (err error) {
	conn, err := s.writer.take(ctx)
	if err != nil {
		return err
	}
	defer s.writer.put(conn)
	end, err := sqlitex.ImmediateTransaction(conn)
	if err != nil {
		return err
	}
	defer end(&err)
	return fn(conn)
}

// Position implements readmodel.Store.
func (s *Store) Position(ctx context.Context, projection string) (seq uint64, err error) {
	conn, err := s.readers.take(ctx)
	if err != nil {
		return 0, err
	}
	defer s.readers.put(conn)
	stmt, err := conn.Prepare("SELECT seq FROM positions WHERE projection = ?")
	if err != nil {
		return 0, err
	}
	defer reset(stmt, &err)
	stmt.BindText(1, projection)
	if found, err := stmt.Step(); err != nil || !found {
		return 0, err
	}
	return uint64(stmt.ColumnInt64(0)), nil //nolint:gosec // written from a uint64
}

// Commit implements readmodel.Store; it writes all or nothing.
func (s *Store) Commit(ctx context.Context, c readmodel.Commit) error {
	return s.write(ctx, func(conn *sqlite.Conn) error {
		for _, w := range c.Writes {
			t, err := s.table(w.Spec)
			if err != nil {
				return err
			}
			if err := t.upsert(conn, w.Docs); err != nil {
				return fmt.Errorf("write %s: %w", t.name, err)
			}
		}
		return setPosition(conn, c.Projection, c.Position)
	})
}

func setPosition(conn *sqlite.Conn, projection string, seq uint64) error {
	stmt, err := conn.Prepare(`INSERT INTO positions (projection, seq) VALUES (?, ?)
		ON CONFLICT (projection) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > positions.seq`)
	if err != nil {
		return err
	}
	stmt.BindText(1, projection)
	stmt.BindInt64(2, int64(seq)) //nolint:gosec // journal sequences stay far below 2^63
	return run(stmt)
}

// Drop implements readmodel.Store.
func (s *Store) Drop(ctx context.Context, projection string, specs ...readmodel.Spec) error {
	err := s.write(ctx, func(conn *sqlite.Conn) error {
		for _, spec := range specs {
			if err := sqlitex.ExecuteTransient(conn, "DROP TABLE IF EXISTS "+quote(spec.FullName()), nil); err != nil {
				return fmt.Errorf("drop %s: %w", spec.FullName(), err)
			}
		}
		return sqlitex.Execute(conn, "DELETE FROM positions WHERE projection = ?", &sqlitex.ExecOptions{Args: []any{projection}})
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, spec := range specs {
		delete(s.tables, spec.FullName())
	}
	return nil
}

func (s *Store) table(spec readmodel.Spec) (*table, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	t, ok := s.tables[spec.FullName()]
	if !ok {
		return nil, fmt.Errorf("table %s is not open", spec.FullName())
	}
	return t, nil
}

// Close waits for what is under way and closes the file.
func (s *Store) Close() error { return errors.Join(s.readers.close(), s.writer.close()) }

// run executes a statement without rows.
func run(stmt *sqlite.Stmt) (err error) {
	defer reset(stmt, &err)
	_, err = stmt.Step()
	return err
}

// reset makes a statement ready for its next use; after a failed step it only repeats that step's error.
func reset(stmt *sqlite.Stmt, err *error) {
	if again := stmt.Reset(); *err == nil {
		*err = again
	}
}

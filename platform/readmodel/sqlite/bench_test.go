package sqlite_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	zombiezen "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"khuevan/platform/readmodel"
	"khuevan/platform/readmodel/sqlite"
)

const perCommit, population = 500, 50_000

func benchSpec() readmodel.Spec {
	return readmodel.Spec{Service: "bench", Name: "results", Version: 1, Indexes: []readmodel.Index{
		{Name: "person", Fields: []string{"person", "started"}}, {Name: "unit", Fields: []string{"unit", "score"}},
	}}
}

// benchDocs are documents of about 400 bytes at random places of a population.
func benchDocs(b *testing.B, r *rand.Rand, seq uint64) []readmodel.Stored {
	docs := make([]readmodel.Stored, perCommit)
	for i := range docs {
		person, score := fmt.Sprintf("p%06d", r.IntN(30_000)), int64(r.IntN(100))
		started, unit := fmt.Sprintf("2026-03-%02dT08:00:00.%09dZ", 1+r.IntN(28), r.IntN(1e9)), fmt.Sprintf("u%04d", r.IntN(500))
		body, err := json.Marshal(map[string]any{"person": person, "started": started, "unit": unit, "score": score, "items": strings.Repeat("x", 300)})
		if err != nil {
			b.Fatal(err)
		}
		docs[i] = readmodel.Stored{ID: fmt.Sprintf("a%06d", r.IntN(population)), Seq: seq, Body: body, Keys: []readmodel.Key{
			{Field: "person", Value: person}, {Field: "started", Value: started}, {Field: "unit", Value: unit}, {Field: "score", Value: score},
		}}
	}
	return docs
}

// BenchmarkCommit compares commits of 500 documents with the same upserts written by hand on the library.
// The two take turns on files of their own, so that they grow alike and meet the same disk.
func BenchmarkCommit(b *testing.B) {
	store, err := sqlite.Open(filepath.Join(b.TempDir(), "store.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close() //nolint:errcheck // the benchmark is over
	if _, err := store.Open(b.Context(), benchSpec()); err != nil {
		b.Fatal(err)
	}
	raw := openRaw(b)
	defer raw.Close() //nolint:errcheck // the benchmark is over
	r := rand.New(rand.NewPCG(1, 2))
	byStore, byHand := stopwatch{b: b}, stopwatch{b: b}
	seq := uint64(0)
	for b.Loop() {
		seq++
		docs := benchDocs(b, r, seq)
		commit := func() error {
			return store.Commit(context.Background(), readmodel.Commit{Projection: "bench.view.v1", Position: seq,
				Writes: []readmodel.Write{{Spec: benchSpec(), Docs: docs}}})
		}
		write := func() error { return writeRaw(raw, seq, docs) }
		if seq%2 == 0 { // who goes first finds the documents in the processor's cache less often
			byHand.time(write)
			byStore.time(commit)
		} else {
			byStore.time(commit)
			byHand.time(write)
		}
	}
	b.ReportMetric(float64(seq*perCommit)/byStore.total.Seconds(), "docs/s")
	b.ReportMetric(float64(seq*perCommit)/byHand.total.Seconds(), "raw-docs/s")
	b.ReportMetric(100*byHand.total.Seconds()/byStore.total.Seconds(), "%-of-raw")
}

// stopwatch sums the time of one of two things that a benchmark does by turns.
type stopwatch struct {
	b     *testing.B
	total time.Duration
}

func (s *stopwatch) time(fn func() error) {
	start := s.b.Elapsed()
	if err := fn(); err != nil {
		s.b.Fatal(err)
	}
	s.total += s.b.Elapsed() - start
}

func openRaw(b *testing.B) *zombiezen.Conn {
	conn, err := zombiezen.OpenConn(filepath.Join(b.TempDir(), "raw.db"))
	if err != nil {
		b.Fatal(err)
	}
	if err := sqlitex.ExecuteTransient(conn, "PRAGMA synchronous = NORMAL", nil); err != nil {
		b.Fatal(err)
	}
	err = sqlitex.ExecuteScript(conn, `PRAGMA cache_size = -512;
		CREATE TABLE positions (projection TEXT PRIMARY KEY, seq INTEGER) WITHOUT ROWID;
		CREATE TABLE results (id TEXT PRIMARY KEY, seq INTEGER, gone INTEGER, body BLOB, person, started, unit, score);
		CREATE INDEX by_person ON results (person, started, id) WHERE gone = 0;
		CREATE INDEX by_unit ON results (unit, score, id) WHERE gone = 0;`, nil)
	if err != nil {
		b.Fatal(err)
	}
	return conn
}

func writeRaw(conn *zombiezen.Conn, seq uint64, docs []readmodel.Stored) (err error) {
	defer sqlitex.Transaction(conn)(&err)
	stmt := conn.Prep(`INSERT INTO results (id, seq, gone, body, person, started, unit, score) VALUES (?, ?, 0, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, gone = 0, body = excluded.body, person = excluded.person,
		started = excluded.started, unit = excluded.unit, score = excluded.score WHERE excluded.seq > results.seq`)
	for _, d := range docs {
		stmt.BindText(1, d.ID)
		stmt.BindInt64(2, int64(d.Seq)) //nolint:gosec // small
		stmt.BindBytes(3, d.Body)
		stmt.BindText(4, d.Keys[0].Value.(string))
		stmt.BindText(5, d.Keys[1].Value.(string))
		stmt.BindText(6, d.Keys[2].Value.(string))
		stmt.BindInt64(7, d.Keys[3].Value.(int64))
		if _, err := stmt.Step(); err != nil {
			return err
		}
		if err := stmt.Reset(); err != nil {
			return err
		}
	}
	position := conn.Prep("INSERT OR REPLACE INTO positions VALUES ('bench', ?)")
	position.BindInt64(1, int64(seq)) //nolint:gosec // small
	_, err = position.Step()
	return err
}

// Package readmodel keeps documents that can be dropped and rebuilt from the journal, each written once per sequence.
//
// A service declares collections of its own document types and one or more projections that fill them:
//
//	results := readmodel.NewCollection[Result]("results", readmodel.Index{Name: "person", Fields: []string{"person", "started"}})
//	view := readmodel.NewProjection("attempts", 1, []string{"quiz.attempt"}, apply, results)
//
// apply is called with every fact of the named streams, in order, and changes documents through Collection.Update.
// Each document carries the sequence of the last fact that changed it, and a fact is never applied to a document that
// already stands at or after it; so a crash between two writes, or a second replica, changes nothing twice.
package readmodel

import (
	"context"
)

// Index declares how documents may be found: by equality on a prefix of Fields, ordered by the rest and the id.
// Fields are the JSON names of top-level scalar fields (string, bool, integer, float, time.Time as RFC 3339 text in UTC).
// Text is ordered by its UTF-8 bytes, not by an alphabet: "Ă" stands after "Z". A list that people read in
// alphabetical order needs a field with a sort key.
type Index struct {
	Name   string
	Fields []string
}

// Store keeps collections; sqlite, mongo and memory implement it and pass the same suite (readmodeltest).
type Store interface {
	// Open makes the table ready (creating it and its indexes) and is safe to repeat. An index that is new or
	// differs is an error once the table holds documents, for they lack its values: raise the version then.
	Open(ctx context.Context, spec Spec) (Table, error)
	// Position is the sequence up to which everything of a projection is written; 0 at first.
	Position(ctx context.Context, projection string) (uint64, error)
	// Commit writes the documents of a batch, table by table in the given order, then the position.
	// A document that stands at the same or a later sequence already is left alone: the write was done before.
	Commit(ctx context.Context, c Commit) error
	// Drop forgets a projection's position, then its tables from the last to the first, so that it fills again
	// from the first fact. The order keeps what Batch relies on: a table is never behind a later one.
	Drop(ctx context.Context, projection string, specs ...Spec) error
	Close() error
}

// Spec names a table and its indexes. The version is part of the name in the store, so that a new version
// fills a new table.
type Spec struct {
	Service string
	Name    string
	Version int
	Indexes []Index
}

// Table reads one collection.
type Table interface {
	// Get gives documents by id, deleted ones as Gone with their sequence; unknown ids are absent from the result.
	Get(ctx context.Context, ids ...string) (map[string]Stored, error)
	// Find reads one page. An unknown index or too many values are plain errors (mistakes in the program);
	// a wrong Limit or After is fault.Invalid (it may come from outside).
	Find(ctx context.Context, q Query) (Found, error)
	// Count counts what Find would give over all pages; Desc, After and Limit do not matter.
	Count(ctx context.Context, q Query) (int, error)
}

// Stored is a document as the store holds it.
type Stored struct {
	ID   string
	Seq  uint64 // the last fact that changed it
	Gone bool   // deleted; kept so that an older fact cannot bring it back. Never returned by Find.
	Body []byte // JSON; nil when Gone
	Keys []Key  // values of the indexed fields; needed in writes unless Gone, absent in reads
}

// Key is the value of one indexed field: string, int64, float64 or bool.
type Key struct {
	Field string
	Value any
}

// Commit is what a projection writes at once.
type Commit struct {
	Projection string
	Position   uint64
	Writes     []Write // in commit order
}

// Write is the changed documents of one table, ordered by id.
type Write struct {
	Spec Spec
	Docs []Stored
}

// Query asks for documents of one index.
type Query struct {
	Index string // "" orders by id alone
	Equal []any  // values of the first fields of the index
	From  any    // lower bound of the next field (of the id, when Equal names all fields), inclusive; nil for none
	To    any    // upper bound of the same, exclusive; nil for none
	Desc  bool   // reverse the order
	After string // Page.Next of the page before
	Limit int    // 1 to MaxLimit; 0 means DefaultLimit
}

// Found is one page of a table; Next is "" on the last.
type Found struct {
	Docs []Stored
	Next string
}

// Page sizes.
const (
	DefaultLimit = 100
	MaxLimit     = 5000
)

// Package mongo keeps read models in MongoDB: one collection per table, every document written alone and guarded
// by its sequence, the position last. It needs no transactions, so it also stays right when a batch is written in part.
package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"khuevan/platform/readmodel"
)

// Options says where the database is.
type Options struct {
	URI      string // "mongodb://…", with credentials and TLS as the driver reads them
	Database string
	BulkSize int // most documents in one request; 0 means 500
}

// Store is a readmodel.Store in one database.
type Store struct {
	client *driver.Client
	db     *driver.Database
	bulk   int

	mu     sync.RWMutex
	tables map[string]*table
}

// positions is the collection of the projections' positions; no table has such a name, for it has no dots.
const positions = "positions"

// Open connects to the database and asks whether it answers.
//
// Reads and writes are those of a majority, whatever the URI says: a position must not survive a failover that its
// documents did not, and this process goes on from what was acknowledged to it.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.BulkSize == 0 {
		o.BulkSize = 500
	}
	client, err := driver.Connect(options.Client().ApplyURI(o.URI).
		SetWriteConcern(writeconcern.Majority()).SetReadConcern(readconcern.Majority()).SetReadPreference(readpref.Primary()))
	if err != nil {
		return nil, fmt.Errorf("open read models in MongoDB: %w", err)
	}
	s := &Store{client: client, db: client.Database(o.Database), bulk: o.BulkSize, tables: map[string]*table{}}
	if err := client.Ping(ctx, nil); err != nil {
		return nil, errors.Join(fmt.Errorf("open read models in MongoDB: %w", err), client.Disconnect(ctx))
	}
	return s, nil
}

// Position implements readmodel.Store.
func (s *Store) Position(ctx context.Context, projection string) (uint64, error) {
	var at row
	err := s.db.Collection(positions).FindOne(ctx, bson.D{{Key: "_id", Value: projection}}).Decode(&at)
	if errors.Is(err, driver.ErrNoDocuments) {
		return 0, nil
	}
	return uint64(at.Seq), err //nolint:gosec // written from a uint64
}

// Commit implements readmodel.Store. What an earlier, broken Commit wrote already is left alone.
func (s *Store) Commit(ctx context.Context, c readmodel.Commit) error {
	all := make([][]row, len(c.Writes)) // nothing is written before everything is known to be writable
	for i, w := range c.Writes {
		t, err := s.table(w.Spec)
		if err != nil {
			return err
		}
		if all[i], err = t.rows(w.Docs); err != nil {
			return fmt.Errorf("write %s: %w", t.name, err)
		}
	}
	for i, w := range c.Writes {
		for part := range slices.Chunk(all[i], s.bulk) {
			if err := write(ctx, s.db.Collection(w.Spec.FullName()), part); err != nil {
				return fmt.Errorf("write %s: %w", w.Spec.FullName(), err)
			}
		}
	}
	at := row{ID: c.Projection, Seq: int64(c.Position)} //nolint:gosec // journal sequences stay far below 2^63
	if err := write(ctx, s.db.Collection(positions), []row{at}); err != nil {
		return fmt.Errorf("write the position: %w", err)
	}
	return nil
}

// attempts bounds how often a document is written again because another writer made it at the same moment.
const attempts = 5

// write puts documents that are newer than what stands under their ids. The filter does not match a newer or equal
// document, so the upsert then tries to insert and is refused as a duplicate: the write was done before. But where
// two writers insert at once the refused one can be the newer, and a server may take a refusal as the end of the
// request; so what stands there is looked at, and what is missing is written again.
func write(ctx context.Context, c *driver.Collection, rows []row) error {
	for range attempts {
		models := make([]driver.WriteModel, len(rows))
		for i, r := range rows {
			older := bson.D{{Key: "_id", Value: r.ID}, {Key: "seq", Value: bson.D{{Key: "$lt", Value: r.Seq}}}}
			models[i] = driver.NewReplaceOneModel().SetFilter(older).SetReplacement(r).SetUpsert(true)
		}
		_, err := c.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
		if err == nil || !duplicates(err) {
			return err
		}
		if rows, err = newer(ctx, c, rows); err != nil || len(rows) == 0 {
			return err
		}
	}
	return fmt.Errorf("document %q was written by others at every of %d attempts", rows[0].ID, attempts)
}

// duplicateKey is the server's code for an insert under an id that exists.
const duplicateKey = 11000

// duplicates reports whether inserts that met existing documents are all that went wrong.
func duplicates(err error) bool {
	var bulk driver.BulkWriteException
	return errors.As(err, &bulk) && bulk.WriteConcernError == nil && len(bulk.WriteErrors) > 0 &&
		!slices.ContainsFunc(bulk.WriteErrors, func(e driver.BulkWriteError) bool { return e.Code != duplicateKey })
}

// newer picks the rows that are newer than what stands under their ids.
func newer(ctx context.Context, c *driver.Collection, rows []row) ([]row, error) {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	cursor, err := c.Find(ctx, anyOf(ids), options.Find().SetProjection(bson.D{{Key: "seq", Value: 1}}))
	if err != nil {
		return nil, err
	}
	var there []row
	if err := cursor.All(ctx, &there); err != nil {
		return nil, err
	}
	stands := map[string]int64{}
	for _, r := range there {
		stands[r.ID] = r.Seq
	}
	return slices.DeleteFunc(rows, func(r row) bool {
		seq, ok := stands[r.ID]
		return ok && seq >= r.Seq
	}), nil
}

func anyOf(ids []string) bson.D {
	return bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}
}

// Drop implements readmodel.Store.
func (s *Store) Drop(ctx context.Context, projection string, specs ...readmodel.Spec) error {
	if _, err := s.db.Collection(positions).DeleteOne(ctx, bson.D{{Key: "_id", Value: projection}}); err != nil {
		return fmt.Errorf("drop the position of %s: %w", projection, err)
	}
	for _, spec := range slices.Backward(specs) {
		if err := s.db.Collection(spec.FullName()).Drop(ctx); err != nil {
			return fmt.Errorf("drop %s: %w", spec.FullName(), err)
		}
		s.mu.Lock()
		delete(s.tables, spec.FullName())
		s.mu.Unlock()
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

// Close ends the connections.
func (s *Store) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return s.client.Disconnect(ctx)
}

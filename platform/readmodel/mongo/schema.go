package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"khuevan/platform/readmodel"
)

// table is one collection.
type table struct {
	spec   readmodel.Spec
	name   string
	fields []string // with a key each
	c      *driver.Collection
}

// key is the path of an indexed field in a document.
func key(field string) string { return "k." + field }

// Open implements readmodel.Store.
func (s *Store) Open(ctx context.Context, spec readmodel.Spec) (readmodel.Table, error) {
	if err := spec.Check(); err != nil {
		return nil, err
	}
	t := &table{spec: spec, name: spec.FullName(), fields: spec.Fields(), c: s.db.Collection(spec.FullName())}
	if err := t.index(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tables[t.name] = t
	return t, nil
}

// index brings the collection's indexes to what is declared.
func (t *table) index(ctx context.Context) error {
	have, err := t.indexes(ctx)
	if err != nil {
		return err
	}
	for _, ix := range t.spec.Indexes {
		fields, exists := have[ix.Name]
		delete(have, ix.Name)
		if exists && slices.Equal(fields, ix.Fields) {
			continue
		}
		filled, err := t.filled(ctx)
		if err != nil {
			return err
		}
		if filled {
			return t.spec.ErrNewIndex(ix.Name)
		}
		if err := t.addIndex(ctx, ix, exists); err != nil {
			return fmt.Errorf("create index %s of %s: %w", ix.Name, t.name, err)
		}
	}
	// An index no longer declared goes: documents written from now on lack its values.
	for name := range have {
		if err := t.c.Indexes().DropOne(ctx, name); err != nil {
			return fmt.Errorf("drop index %s of %s: %w", name, t.name, err)
		}
	}
	return nil
}

// indexes gives the fields of the collection's indexes, by name.
func (t *table) indexes(ctx context.Context) (map[string][]string, error) {
	specs, err := t.c.Indexes().ListSpecifications(ctx)
	if err != nil {
		return nil, fmt.Errorf("indexes of %s: %w", t.name, err)
	}
	have := map[string][]string{}
	for _, s := range specs {
		elements, err := s.KeysDocument.Elements()
		if err != nil {
			return nil, fmt.Errorf("index %s of %s: %w", s.Name, t.name, err)
		}
		var fields []string
		for _, e := range elements {
			if e.Key() != "_id" {
				fields = append(fields, strings.TrimPrefix(e.Key(), "k."))
			}
		}
		if len(fields) > 0 {
			have[s.Name] = fields
		}
	}
	return have, nil
}

func (t *table) filled(ctx context.Context) (bool, error) {
	err := t.c.FindOne(ctx, bson.D{}, options.FindOne().SetProjection(bson.D{{Key: "_id", Value: 1}})).Err()
	if errors.Is(err, driver.ErrNoDocuments) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look into %s: %w", t.name, err)
	}
	return true, nil
}

func (t *table) addIndex(ctx context.Context, ix readmodel.Index, instead bool) error {
	if instead {
		if err := t.c.Indexes().DropOne(ctx, ix.Name); err != nil {
			return err
		}
	}
	_, err := t.c.Indexes().CreateOne(ctx, driver.IndexModel{Keys: order(ix.Fields, 1), Options: options.Index().SetName(ix.Name)})
	return err
}

// order lists fields and then the id, all ascending (1) or descending (-1).
func order(fields []string, direction int) bson.D {
	keys := make(bson.D, 0, len(fields)+1)
	for _, f := range fields {
		keys = append(keys, bson.E{Key: key(f), Value: direction})
	}
	return append(keys, bson.E{Key: "_id", Value: direction})
}

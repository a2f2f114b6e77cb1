package mongo

import (
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"khuevan/platform/readmodel"
)

// row is a stored document as operators see it.
type row struct {
	ID   string        `bson:"_id"`
	Seq  int64         `bson:"seq"`
	Gone bool          `bson:"gone"`
	Keys bson.D        `bson:"k,omitempty"` // indexed fields
	Body bson.RawValue `bson:"d,omitempty"` // the JSON body as a document
}

func (t *table) rows(docs []readmodel.Stored) ([]row, error) {
	rows := make([]row, len(docs))
	for i, d := range docs {
		rows[i] = row{ID: d.ID, Seq: int64(d.Seq), Gone: d.Gone} //nolint:gosec // journal sequences stay far below 2^63
		if d.Gone {
			continue
		}
		values, err := readmodel.Values(d, t.fields)
		if err != nil {
			return nil, err
		}
		for j, f := range t.fields {
			rows[i].Keys = append(rows[i].Keys, bson.E{Key: f, Value: values[j]})
		}
		if rows[i].Body, err = fromJSON(d.Body); err != nil {
			return nil, fmt.Errorf("document %q: %w", d.ID, err)
		}
	}
	return rows, nil
}

func (r row) stored() (readmodel.Stored, error) {
	d := readmodel.Stored{ID: r.ID, Seq: uint64(r.Seq), Gone: r.Gone} //nolint:gosec // written from a uint64
	if r.Gone {
		return d, nil
	}
	body, err := toJSON(nil, r.Body)
	if err != nil {
		return d, fmt.Errorf("document %q: %w", r.ID, err)
	}
	d.Body = body
	return d, nil
}

// Get implements readmodel.Table.
func (t *table) Get(ctx context.Context, ids ...string) (map[string]readmodel.Stored, error) {
	found := make(map[string]readmodel.Stored, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	rows, err := t.query(ctx, anyOf(ids), options.Find())
	for _, r := range rows {
		if found[r.ID], err = r.stored(); err != nil {
			return nil, err
		}
	}
	return found, err
}

func (t *table) query(ctx context.Context, filter bson.D, o *options.FindOptionsBuilder) ([]row, error) {
	cursor, err := t.c.Find(ctx, filter, o)
	if err != nil {
		return nil, err
	}
	var rows []row
	return rows, cursor.All(ctx, &rows)
}

// Find implements readmodel.Table.
func (t *table) Find(ctx context.Context, q readmodel.Query) (found readmodel.Found, err error) {
	p, err := t.spec.Plan(q)
	if err != nil {
		return found, err
	}
	direction := 1
	if p.Desc {
		direction = -1
	}
	rows, err := t.query(ctx, filter(p), options.Find().SetSort(order(p.Fields, direction)).SetLimit(int64(p.Limit)+1))
	if err != nil {
		return found, err
	}
	if len(rows) > p.Limit {
		rows = rows[:p.Limit]
		last := rows[p.Limit-1]
		if found.Next, err = p.Next(last.values(p.Rest()), last.ID); err != nil {
			return found, err
		}
	}
	for _, r := range rows {
		d, err := r.stored()
		if err != nil {
			return readmodel.Found{}, err
		}
		found.Docs = append(found.Docs, d)
	}
	return found, nil
}

func (r row) values(fields []string) []any {
	values := make([]any, len(fields))
	for i, f := range fields {
		for _, k := range r.Keys {
			if k.Key == f {
				values[i] = k.Value
			}
		}
	}
	return values
}

// Count implements readmodel.Table.
func (t *table) Count(ctx context.Context, q readmodel.Query) (int, error) {
	p, err := t.spec.PlanCount(q)
	if err != nil {
		return 0, err
	}
	n, err := t.c.CountDocuments(ctx, filter(p))
	return int(n), err
}

// filter gives a query's conditions.
func filter(p readmodel.Plan) bson.D {
	f := bson.D{{Key: "gone", Value: false}}
	for i, v := range p.Equal {
		f = append(f, bson.E{Key: key(p.Fields[i]), Value: v})
	}
	rest := make([]string, 0, len(p.Fields)+1)
	for _, r := range p.Rest() {
		rest = append(rest, key(r))
	}
	rest = append(rest, "_id")
	var all bson.A
	if p.From != nil {
		all = append(all, is(rest[0], "$gte", p.From))
	}
	if p.To != nil {
		all = append(all, is(rest[0], "$lt", p.To))
	}
	if p.After != nil {
		all = append(all, beyond(rest, slices.Concat(p.After.Values[len(p.Equal):], []any{p.After.ID}), p.Desc)...)
	}
	if len(all) > 0 {
		f = append(f, bson.E{Key: "$and", Value: all})
	}
	return f
}

func is(path, operator string, value any) bson.D {
	return bson.D{{Key: path, Value: bson.D{{Key: operator, Value: value}}}}
}

// beyond is "(a, b, _id) after (x, y, z)" in conditions that the server has: a after x, or a = x and b after y, …
// The first condition says again where a begins, so that an index is read from there.
func beyond(paths []string, values []any, desc bool) bson.A {
	after, from := "$gt", "$gte"
	if desc {
		after, from = "$lt", "$lte"
	}
	var or bson.A
	for i, path := range paths {
		var branch bson.D
		for j := range i {
			branch = append(branch, bson.E{Key: paths[j], Value: values[j]})
		}
		or = append(or, append(branch, is(path, after, values[i])...))
	}
	return bson.A{is(paths[0], from, values[0]), bson.D{{Key: "$or", Value: or}}}
}

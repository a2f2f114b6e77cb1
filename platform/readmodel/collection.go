package readmodel

import (
	"context"
	"fmt"

	json "github.com/go-json-experiment/json/v1" // the standard library's of the next release, which reads three times as fast
)

// Collection is a set of documents of type D, filled by one projection and read by queries.
type Collection[D any] struct {
	spec  Spec
	keys  *keyReader
	table Table
}

// NewCollection declares a collection. It can be read once its projection is open.
func NewCollection[D any](name string, indexes ...Index) *Collection[D] {
	return &Collection[D]{spec: Spec{Name: name, Indexes: indexes}}
}

// Get reads one document.
func (c *Collection[D]) Get(ctx context.Context, id string) (doc D, found bool, err error) {
	docs, err := c.table.Get(ctx, id)
	if err != nil {
		return doc, false, fmt.Errorf("read %s %s: %w", c.spec.Name, id, err)
	}
	stored, ok := docs[id]
	if !ok || stored.Gone {
		return doc, false, nil
	}
	if err := json.Unmarshal(stored.Body, &doc); err != nil {
		return doc, false, fmt.Errorf("read %s %s: %w", c.spec.Name, id, err)
	}
	return doc, true, nil
}

// Page is some documents in order; Next continues, "" at the end.
type Page[D any] struct {
	Items []D    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// Find reads the documents that match a query.
func (c *Collection[D]) Find(ctx context.Context, q Query) (Page[D], error) {
	q, err := c.keys.fit(c.spec, q)
	if err != nil {
		return Page[D]{}, fmt.Errorf("find in %s: %w", c.spec.Name, err)
	}
	found, err := c.table.Find(ctx, q)
	if err != nil {
		return Page[D]{}, fmt.Errorf("find in %s: %w", c.spec.Name, err)
	}
	page := Page[D]{Items: make([]D, len(found.Docs)), Next: found.Next}
	for i, s := range found.Docs {
		if err := json.Unmarshal(s.Body, &page.Items[i]); err != nil {
			return Page[D]{}, fmt.Errorf("find in %s: %s: %w", c.spec.Name, s.ID, err)
		}
	}
	return page, nil
}

// Each calls fn for every document that matches, page by page, until fn fails.
func (c *Collection[D]) Each(ctx context.Context, q Query, fn func(D) error) error {
	q.Limit = MaxLimit
	for {
		page, err := c.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, d := range page.Items {
			if err := fn(d); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}

// Count counts the documents that match a query.
func (c *Collection[D]) Count(ctx context.Context, q Query) (int, error) {
	q, err := c.keys.fit(c.spec, q)
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", c.spec.Name, err)
	}
	n, err := c.table.Count(ctx, q)
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", c.spec.Name, err)
	}
	return n, nil
}

// Update changes the document with this id within a batch; a new or deleted one starts as D's zero value.
// Where the store has the effect of the batch's current fact already, fn is not called.
func (c *Collection[D]) Update(b *Batch, id string, fn func(*D)) error {
	e, err := b.load(c.spec.Name, c.table, id, c.codec())
	if err != nil || b.applied(c.spec.Name, e) {
		return err
	}
	fn(e.doc.(*D))
	e.seq, e.gone, e.dirty = b.seq, false, true
	return nil
}

// Delete removes a document within a batch.
func (c *Collection[D]) Delete(b *Batch, id string) error {
	e, err := b.load(c.spec.Name, c.table, id, c.codec())
	if err != nil || b.applied(c.spec.Name, e) {
		return err
	}
	e.doc, e.seq, e.gone, e.dirty = new(D), b.seq, true, true
	return nil
}

// Peek reads a document as the batch sees it; slices and maps in it are the batch's own, not to be changed.
// To stay right when a crash falls between the writes of a batch, change by what was peeked only collections that
// stand before the peeked one in the projection's list. After a crash it may see a state later than the current
// fact; a change that must not be made twice is then left out by Update, so apply must not fail over what it sees.
func (c *Collection[D]) Peek(b *Batch, id string) (doc D, found bool, err error) {
	e, err := b.load(c.spec.Name, c.table, id, c.codec())
	if err != nil || e.gone || e.seq == 0 {
		return doc, false, err
	}
	return *e.doc.(*D), true, nil
}

func (c *Collection[D]) codec() codec {
	return codec{encode: c.encode, decode: func(body []byte) (any, error) {
		d := new(D)
		if body == nil {
			return d, nil
		}
		return d, json.Unmarshal(body, d)
	}}
}

// encode gives the stored form of a document.
func (c *Collection[D]) encode(doc any) ([]byte, []Key, error) {
	body, err := json.Marshal(doc)
	if err != nil {
		return nil, nil, fmt.Errorf("encode %s: %w", c.spec.Name, err)
	}
	return body, c.keys.read(doc), nil
}

// bind is called by the projection that fills the collection.
func (c *Collection[D]) bind(service string, version int) (Spec, error) {
	c.spec.Service, c.spec.Version = service, version
	keys, err := newKeyReader[D](c.spec.Indexes)
	if err != nil {
		return Spec{}, fmt.Errorf("collection %s: %w", c.spec.Name, err)
	}
	c.keys = keys
	return c.spec, nil
}

func (c *Collection[D]) open(t Table) { c.table = t }

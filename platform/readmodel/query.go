package readmodel

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"khuevan/platform/fault"
)

// Plan is a query checked against its table, in the form in which stores carry it out.
type Plan struct {
	Index  string
	Fields []string // of the index; documents are ordered by them and then by their id
	Equal  []any    // values of the first fields
	From   any      // bounds of the field after those, or of the id when there is none
	To     any
	Desc   bool
	After  *Place
	Limit  int
}

// Place is where a page ended: the last document's values of the index's fields, and its id.
type Place struct {
	Values []any
	ID     string
}

// Rest is the fields that Equal leaves open.
func (p Plan) Rest() []string { return p.Fields[len(p.Equal):] }

// Plan checks a query.
func (s Spec) Plan(q Query) (Plan, error) {
	p, err := s.match(q)
	if err != nil {
		return Plan{}, err
	}
	p.Desc, p.Limit = q.Desc, q.Limit
	if p.Limit == 0 {
		p.Limit = DefaultLimit
	}
	if p.Limit < 0 || p.Limit > MaxLimit {
		return Plan{}, fault.Newf(fault.Invalid,
			"Số mục trên một trang phải từ 1 đến %d.", "The number of items on a page must be from 1 to %d.", MaxLimit)
	}
	if q.After == "" {
		return p, nil
	}
	if p.After = p.place(q.After); p.After == nil {
		return Plan{}, fault.New(fault.Invalid,
			"Liên kết đến trang tiếp theo không hợp lệ. Vui lòng mở lại danh sách từ đầu.",
			"The link to the next page is not valid. Please open the list from its start again.")
	}
	return p, nil
}

// PlanCount checks a query whose order and page do not matter.
func (s Spec) PlanCount(q Query) (Plan, error) { return s.match(q) }

func (s Spec) match(q Query) (Plan, error) {
	p := Plan{Index: q.Index}
	if q.Index != "" {
		at := slices.IndexFunc(s.Indexes, func(ix Index) bool { return ix.Name == q.Index })
		if at < 0 {
			return Plan{}, fmt.Errorf("table %s has no index %q", s.FullName(), q.Index)
		}
		p.Fields = s.Indexes[at].Fields
	}
	if len(q.Equal) > len(p.Fields) {
		return Plan{}, fmt.Errorf("index %q of %s has %d fields, not %d", q.Index, s.FullName(), len(p.Fields), len(q.Equal))
	}
	for _, v := range q.Equal {
		value, err := KeyValue(v)
		if err != nil {
			return Plan{}, fmt.Errorf("index %q of %s: %w", q.Index, s.FullName(), err)
		}
		p.Equal = append(p.Equal, value)
	}
	var err error
	if p.From, err = p.bound(q.From); err != nil {
		return Plan{}, fmt.Errorf("index %q of %s: %w", q.Index, s.FullName(), err)
	}
	if p.To, err = p.bound(q.To); err != nil {
		return Plan{}, fmt.Errorf("index %q of %s: %w", q.Index, s.FullName(), err)
	}
	return p, nil
}

func (p Plan) bound(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	value, err := KeyValue(v)
	if _, text := value.(string); err == nil && !text && len(p.Rest()) == 0 {
		return nil, fmt.Errorf("the bound of an id must be text, not %v", v)
	}
	return value, err
}

// cursor is the written form of a Place.
type cursor struct {
	Index  string        `json:"x,omitempty"`
	Values []cursorValue `json:"v,omitempty"`
	ID     string        `json:"i"`
}

type cursorValue struct {
	S *string  `json:"s,omitempty"`
	I *int64   `json:"i,omitempty"`
	F *float64 `json:"f,omitempty"`
	B *bool    `json:"b,omitempty"`
}

// Next writes where a page ended: rest holds the last document's values of the fields after Equal.
func (p Plan) Next(rest []any, id string) (string, error) {
	c := cursor{Index: p.Index, ID: id}
	for _, v := range slices.Concat(p.Equal, rest) {
		switch x := v.(type) {
		case string:
			c.Values = append(c.Values, cursorValue{S: &x})
		case int64:
			c.Values = append(c.Values, cursorValue{I: &x})
		case float64:
			c.Values = append(c.Values, cursorValue{F: &x})
		case bool:
			c.Values = append(c.Values, cursorValue{B: &x})
		default:
			return "", fmt.Errorf("document %q: a %T cannot be a key", id, v)
		}
	}
	text, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("document %q: next page: %w", id, err)
	}
	return base64.RawURLEncoding.EncodeToString(text), nil
}

// place reads what Next wrote for the same index and equal values; nil for anything else.
func (p Plan) place(after string) *Place {
	text, err := base64.RawURLEncoding.DecodeString(after)
	if err != nil {
		return nil
	}
	var c cursor
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if d.Decode(&c) != nil || d.More() || c.Index != p.Index || len(c.Values) != len(p.Fields) {
		return nil
	}
	place := &Place{ID: c.ID}
	for i, v := range c.Values {
		value := v.value()
		if value == nil || i < len(p.Equal) && CompareKeys(value, p.Equal[i]) != 0 {
			return nil
		}
		place.Values = append(place.Values, value)
	}
	return place
}

func (v cursorValue) value() any {
	switch {
	case v.S != nil:
		return *v.S
	case v.I != nil:
		return *v.I
	case v.F != nil:
		return *v.F
	case v.B != nil:
		return *v.B
	default:
		return nil
	}
}

// CompareKeys orders two key values: numbers by size, text by its bytes, false before true.
// Values of different kinds never meet in one field; numbers stand before text and text before bools.
func CompareKeys(a, b any) int {
	switch x := a.(type) {
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
	case string:
		if y, ok := b.(string); ok {
			return strings.Compare(x, y)
		}
	case bool:
		if y, ok := b.(bool); ok {
			return cmp.Compare(number(x), number(y))
		}
	}
	if n := cmp.Compare(rank(a), rank(b)); n != 0 {
		return n
	}
	return cmp.Compare(number(a), number(b))
}

func rank(v any) int {
	switch v.(type) {
	case int64, float64:
		return 0
	case string:
		return 1
	default:
		return 2
	}
}

func number(v any) float64 {
	switch x := v.(type) {
	case int64:
		return float64(x)
	case float64:
		return x
	case bool:
		if x {
			return 1
		}
	}
	return 0
}

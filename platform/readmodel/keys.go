package readmodel

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// keyReader reads the values of indexed fields from documents of one type.
type keyReader struct {
	fields []keyField
}

type keyField struct {
	name string
	at   []int
	zero any // key value of the type's zero
}

func newKeyReader[D any](indexes []Index) (*keyReader, error) {
	t := reflect.TypeFor[D]()
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("documents must be structs, not %s", t)
	}
	r := &keyReader{}
	seen := map[string]bool{}
	for _, ix := range indexes {
		for _, name := range ix.Fields {
			if seen[name] {
				continue
			}
			seen[name] = true
			f, ok := fieldByJSON(t, name)
			if !ok {
				return nil, fmt.Errorf("index %s: %s has no field with the JSON name %q", ix.Name, t, name)
			}
			zero, err := KeyValue(reflect.Zero(f.Type).Interface())
			if err != nil {
				return nil, fmt.Errorf("index %s: field %s: %w", ix.Name, name, err)
			}
			r.fields = append(r.fields, keyField{name: name, at: f.Index, zero: zero})
		}
	}
	return r, nil
}

func fieldByJSON(t reflect.Type, name string) (reflect.StructField, bool) {
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == "" {
			tag = f.Name
		}
		if f.IsExported() && !f.Anonymous && tag == name {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

func (r *keyReader) read(doc any) []Key {
	v := reflect.Indirect(reflect.ValueOf(doc))
	keys := make([]Key, len(r.fields))
	for i, f := range r.fields {
		value, _ := KeyValue(v.FieldByIndex(f.at).Interface()) // the type was checked when the collection was declared
		keys[i] = Key{Field: f.name, Value: value}
	}
	return keys
}

// fit brings the values of a query to the kinds of the fields they are compared with; stores differ in what they
// make of a number compared with text. An unknown index is left to the store to refuse.
func (r *keyReader) fit(spec Spec, q Query) (Query, error) {
	at := slices.IndexFunc(spec.Indexes, func(ix Index) bool { return ix.Name == q.Index })
	if at < 0 {
		return q, nil
	}
	fields := spec.Indexes[at].Fields
	values := slices.Concat(q.Equal, []any{q.From, q.To})
	for i, v := range values {
		field := min(i, len(q.Equal))
		if v == nil || field >= len(fields) {
			continue
		}
		value, err := r.kind(fields[field], v)
		if err != nil {
			return q, err
		}
		values[i] = value
	}
	n := len(q.Equal)
	q.Equal, q.From, q.To = values[:n:n], values[n], values[n+1]
	return q, nil
}

func (r *keyReader) kind(field string, v any) (any, error) {
	value, err := KeyValue(v)
	if err != nil {
		return nil, fmt.Errorf("field %s: %w", field, err)
	}
	zero := r.fields[slices.IndexFunc(r.fields, func(f keyField) bool { return f.name == field })].zero
	if n, ok := value.(int64); ok && reflect.TypeOf(zero).Kind() == reflect.Float64 {
		return float64(n), nil
	}
	if reflect.TypeOf(value) != reflect.TypeOf(zero) {
		return nil, fmt.Errorf("field %s holds a %T, not a %T", field, zero, value)
	}
	return value, nil
}

// KeyValue brings a field or query value to the form in which stores compare it: string, int64, float64 or bool.
// A time becomes fixed-width RFC 3339 text in UTC, so that text order is time order; text is brought to valid UTF-8.
func KeyValue(v any) (any, error) {
	switch x := v.(type) {
	case time.Time:
		return x.UTC().Format("2006-01-02T15:04:05.000000000Z"), nil
	case nil:
		return nil, fmt.Errorf("a key needs a value")
	}
	rv := reflect.ValueOf(v)
	switch rv.Kind() {
	case reflect.String:
		return strings.ToValidUTF8(rv.String(), "\uFFFD"), nil
	case reflect.Bool:
		return rv.Bool(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return rv.Int(), nil
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uint:
		return int64(rv.Uint()), nil //nolint:gosec // sequences and counts stay far below 2^63
	case reflect.Float32, reflect.Float64:
		return rv.Float(), nil
	default:
		return nil, fmt.Errorf("a %T cannot be a key", v)
	}
}

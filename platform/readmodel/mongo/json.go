package mongo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// fromJSON turns a JSON value into a BSON value from which toJSON makes the same JSON value again: members keep
// their order, integers become int64, other numbers double where that is exact and decimal128 where it is not.
func fromJSON(body []byte) (bson.RawValue, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	v, err := readValue(d)
	if err != nil {
		return bson.RawValue{}, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return bson.RawValue{}, errors.New("more than one JSON value")
	}
	kind, data, err := bson.MarshalValue(v)
	return bson.RawValue{Type: kind, Value: data}, err
}

func readValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch x := token.(type) {
	case json.Delim:
		if x == '[' {
			return readArray(d)
		}
		return readObject(d)
	case json.Number:
		return readNumber(x.String())
	case nil:
		return bson.Null{}, nil
	default: // string, bool
		return x, nil
	}
}

func readObject(d *json.Decoder) (any, error) {
	object := bson.D{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		value, err := readValue(d)
		if err != nil {
			return nil, err
		}
		object = append(object, bson.E{Key: escape.Replace(name.(string)), Value: value})
	}
	_, err := d.Token()
	return object, err
}

func readArray(d *json.Decoder) (any, error) {
	array := bson.A{}
	for d.More() {
		value, err := readValue(d)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, err := d.Token()
	return array, err
}

// Member names may hold what MongoDB gives a meaning or cannot hold; those characters are written as in a URL.
var (
	escape   = strings.NewReplacer("%", "%25", ".", "%2E", "$", "%24", "\x00", "%00")
	unescape = strings.NewReplacer("%25", "%", "%2E", ".", "%24", "$", "%00", "\x00")
)

func readNumber(text string) (any, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && text != "-0" {
		return n, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, fmt.Errorf("the number %s is out of range", text)
	}
	if again, err := json.Marshal(f); err == nil && string(again) == text {
		return f, nil
	}
	if len(text) > 64 || f == 0 && strings.ContainsAny(text, "123456789") {
		return nil, fmt.Errorf("the number %s cannot be stored exactly", text)
	}
	exact, _ := new(big.Rat).SetString(text) // ParseFloat has read it, so it is small and well-formed
	shortest, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
	if shortest.Cmp(exact) == 0 {
		return f, nil
	}
	decimal, err := bson.ParseDecimal128(text)
	if err != nil {
		return nil, fmt.Errorf("the number %s cannot be stored: %w", text, err)
	}
	if kept, ok := new(big.Rat).SetString(decimal.String()); !ok || kept.Cmp(exact) != 0 {
		return nil, fmt.Errorf("the number %s cannot be stored exactly", text)
	}
	return decimal, nil
}

// toJSON appends a value that fromJSON made.
func toJSON(out []byte, v bson.RawValue) ([]byte, error) {
	switch v.Type {
	case bson.TypeEmbeddedDocument:
		elements, err := v.Document().Elements()
		if err != nil {
			return nil, err
		}
		return writeMembers(out, elements, '{', '}')
	case bson.TypeArray:
		elements, err := bson.Raw(v.Array()).Elements()
		if err != nil {
			return nil, err
		}
		return writeMembers(out, elements, '[', ']')
	case bson.TypeString:
		return appendJSON(out, v.StringValue())
	case bson.TypeInt64:
		return strconv.AppendInt(out, v.Int64(), 10), nil
	case bson.TypeDouble:
		return appendJSON(out, v.Double())
	case bson.TypeDecimal128:
		return append(out, v.Decimal128().String()...), nil
	case bson.TypeBoolean:
		return strconv.AppendBool(out, v.Boolean()), nil
	case bson.TypeNull:
		return append(out, "null"...), nil
	default:
		return nil, fmt.Errorf("a %s was not written by this program", v.Type)
	}
}

func writeMembers(out []byte, elements []bson.RawElement, opening, closing byte) ([]byte, error) {
	out = append(out, opening)
	for i, e := range elements {
		var err error
		if i > 0 {
			out = append(out, ',')
		}
		if opening == '{' {
			if out, err = appendJSON(out, unescape.Replace(e.Key())); err != nil {
				return nil, err
			}
			out = append(out, ':')
		}
		if out, err = toJSON(out, e.Value()); err != nil {
			return nil, err
		}
	}
	return append(out, closing), nil
}

func appendJSON(out []byte, v any) ([]byte, error) {
	text, err := json.Marshal(v)
	return append(out, text...), err
}

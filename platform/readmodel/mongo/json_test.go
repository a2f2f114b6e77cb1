package mongo

import (
	"bytes"
	"encoding/json"
	"math"
	"math/big"
	"reflect"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"pgregory.net/rapid"
)

// roundTrip takes a JSON text through a whole BSON document.
func roundTrip(text []byte) ([]byte, error) {
	value, err := fromJSON(text)
	if err != nil {
		return nil, err
	}
	document, err := bson.Marshal(row{ID: "a", Body: value})
	if err != nil {
		return nil, err
	}
	var back row
	if err := bson.Unmarshal(document, &back); err != nil {
		return nil, err
	}
	return toJSON(nil, back.Body)
}

func TestNumbersAndNames(t *testing.T) {
	for text, want := range map[string]string{ // what comes back, to the letter
		`0`: `0`, `-0`: `-0`, `-1`: `-1`, `9007199254740993`: `9007199254740993`,
		`9223372036854775807`: `9223372036854775807`, `-9223372036854775808`: `-9223372036854775808`,
		`18446744073709551615`: `18446744073709551615`, `100000000000000000000`: `100000000000000000000`,
		`0.1`: `0.1`, `1e+21`: `1e+21`, `1.5e-7`: `1.5e-7`, `1.0`: `1`, `1E2`: `100`, `0.1000000000000000055511151231257827`: `0.1000000000000000055511151231257827`,
		`null`: `null`, `true`: `true`, `""`: `""`, `[]`: `[]`, `{}`: `{}`, `[[],{},null]`: `[[],{},null]`,
		`{"b":1,"a":{"z":[1,2.5,"x"],"y":null}}`:                      `{"b":1,"a":{"z":[1,2.5,"x"],"y":null}}`,
		`{"IU14.2":1,"$set":2,"a.b$c":3,"%2E":4,"%":5,"\u0000":6}`:    `{"IU14.2":1,"$set":2,"a.b$c":3,"%2E":4,"%":5,"\u0000":6}`,
		`{"hạn":"2026-03-01T08:00:00.000000001Z","tên":"Đỗ Thị Lan"}`: `{"hạn":"2026-03-01T08:00:00.000000001Z","tên":"Đỗ Thị Lan"}`,
	} {
		got, err := roundTrip([]byte(text))
		if err != nil || string(got) != want {
			t.Errorf("%s came back as %s, %v", text, got, err)
		}
	}
	for _, text := range []string{``, `{`, `[1,]`, `1 2`, `1e400`, `1e-400`, `0.10000000000000000000000000000000000000000000001`, `nul`} {
		if got, err := roundTrip([]byte(text)); err == nil {
			t.Errorf("%s came back as %s, want an error", text, got)
		}
	}
}

func TestTypesForOperators(t *testing.T) {
	v, err := fromJSON([]byte(`{"n":5,"f":5.5,"s":"x","b":true,"a":[1],"o":{"k":null}}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bson.Type{"n": bson.TypeInt64, "f": bson.TypeDouble, "s": bson.TypeString,
		"b": bson.TypeBoolean, "a": bson.TypeArray, "o": bson.TypeEmbeddedDocument} {
		if got := v.Document().Lookup(name).Type; got != want {
			t.Errorf("%s is a %s, want a %s", name, got, want)
		}
	}
}

// TestJSONComesBack: any JSON value comes back equal, numbers by their exact value.
func TestJSONComesBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text, err := json.Marshal(drawJSON(3).Draw(r, "value"))
		if err != nil {
			r.Fatal(err)
		}
		got, err := roundTrip(text)
		if err != nil {
			r.Fatal(err)
		}
		if !reflect.DeepEqual(exact(r, got), exact(r, text)) {
			r.Fatalf("%s came back as %s", text, got)
		}
	})
}

func drawJSON(depth int) *rapid.Generator[any] {
	leaves := []*rapid.Generator[any]{
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.String().AsAny(), rapid.Int64().AsAny(), rapid.Uint64().AsAny(),
		rapid.Float64().Filter(func(f float64) bool { return !math.IsInf(f, 0) && !math.IsNaN(f) }).AsAny(),
	}
	if depth > 0 {
		inner := rapid.Deferred(func() *rapid.Generator[any] { return drawJSON(depth - 1) })
		leaves = append(leaves, rapid.SliceOfN(inner, 0, 4).AsAny(), rapid.MapOfN(rapid.String(), inner, 0, 4).AsAny())
	}
	return rapid.OneOf(leaves...)
}

// exact decodes JSON with its numbers as fractions.
func exact(r *rapid.T, text []byte) any {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		r.Fatalf("%s: %v", text, err)
	}
	return fractions(v)
}

func fractions(v any) any {
	switch x := v.(type) {
	case json.Number:
		f, _ := new(big.Rat).SetString(x.String())
		return f.String()
	case []any:
		for i := range x {
			x[i] = fractions(x[i])
		}
	case map[string]any:
		for name := range x {
			x[name] = fractions(x[name])
		}
	}
	return v
}

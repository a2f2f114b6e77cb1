package schemas_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"khuevan/events"
	"khuevan/schemas"
	"khuevan/services/portal"
)

var update = flag.Bool("update", false, "write the schemas anew where facts already written still fit")

func services() []string {
	return []string{"directory", "account", "access", "catalog", "enrolment", "progress", "quiz", "measurement", "certification", "scheduler", "refresher", "evaluation", "notification", "reporting", "portal"}
}

func TestEventsFitTheirSchemas(t *testing.T) {
	var known []string
	for _, e := range events.All() {
		file := schemas.EventFile(e)
		known = append(known, file)
		now, err := schemas.EventSchema(e)
		if err != nil {
			t.Fatal(err)
		}
		written, err := os.ReadFile(file)
		if err == nil {
			why, err := schemas.Incompatible(written, now)
			if err != nil {
				t.Fatal(err)
			}
			if len(why) > 0 {
				t.Errorf("%s has changed so that facts already written do not fit:\n  %s\nKeep the struct as it was and add the next version with Upgrade().",
					e.EventType(), strings.Join(why, "\n  "))
				continue
			}
		}
		golden(t, file, now)
	}
	files, err := filepath.Glob("*.v[0-9]*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !slices.Contains(known, f) {
			t.Errorf("%s: the event type is gone; facts of it may stand in journals", f)
		}
	}
}

func TestAsyncAPIIsUpToDate(t *testing.T) {
	doc, err := schemas.AsyncAPI()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "asyncapi.json", doc)
}

func TestOpenAPIIsUpToDate(t *testing.T) {
	doc, err := portal.OpenAPI(services())
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "openapi.json", doc)
}

// golden compares with a committed file, or writes it.
func golden(t *testing.T, file string, now []byte) {
	t.Helper()
	written, err := os.ReadFile(file) //nolint:gosec // a name of ours
	if err == nil && string(written) == string(now) {
		return
	}
	if !*update {
		t.Errorf("%s is not what the code says; run `go tool task schemas` and commit it", file)
		return
	}
	if err := os.WriteFile(file, now, 0o644); err != nil { //nolint:gosec // a public document
		t.Fatal(err)
	}
}

func TestEveryReferenceOfTheDocumentsResolves(t *testing.T) {
	for _, file := range []string{"asyncapi.json", "openapi.json"} {
		var doc any
		text, err := os.ReadFile(file) //nolint:gosec // a name of ours
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		walk(doc, func(ref string) {
			if local, ok := strings.CutPrefix(ref, "#/"); !ok {
				if _, err := os.Stat(ref); err != nil {
					t.Errorf("%s: %v", file, err)
				}
			} else if !resolves(doc, strings.Split(local, "/")) {
				t.Errorf("%s: %s leads nowhere", file, ref)
			}
		})
	}
}

func walk(v any, fn func(string)) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if ref, ok := value.(string); ok && key == "$ref" {
				fn(ref)
			}
			walk(value, fn)
		}
	case []any:
		for _, value := range v {
			walk(value, fn)
		}
	}
}

func resolves(v any, path []string) bool {
	for _, part := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return false
		}
		if v, ok = m[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]; !ok {
			return false
		}
	}
	return true
}

// filled makes a value whose every field is set, so that a schema must allow all of them.
func filled(t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return reflect.ValueOf(time.Date(2026, 2, 28, 1, 2, 3, 0, time.UTC))
		}
		for i := range t.NumField() {
			v.Field(i).Set(filled(t.Field(i).Type))
		}
	case reflect.Slice:
		v = reflect.Append(v, filled(t.Elem()))
	case reflect.Map:
		v = reflect.MakeMap(t)
		v.SetMapIndex(filled(t.Key()), filled(t.Elem()))
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v = reflect.New(t.Elem())
		v.Elem().Set(filled(t.Elem()))
	case reflect.Int:
		v.SetInt(7)
	case reflect.Uint8:
		v.SetUint(7)
	case reflect.Uint64:
		v.SetUint(7)
	case reflect.Float64:
		v.SetFloat(7.5)
	default:
		panic("an event has a field of the kind " + t.Kind().String())
	}
	return v
}

func TestWhatTheCodeWritesIsValidUnderItsSchema(t *testing.T) {
	for _, e := range events.All() {
		schema, err := jsonschema.NewCompiler().Compile(schemas.EventFile(e))
		if err != nil {
			t.Fatal(err)
		}
		for _, value := range []any{filled(reflect.TypeOf(e)).Interface()} {
			body, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(body)))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(doc); err != nil {
				t.Errorf("%s: %v", e.EventType(), err)
			}
		}
	}
}

func TestIncompatibleChangesAreFound(t *testing.T) {
	old := `{"type":"object","required":["n","list"],"properties":{"n":{"type":"integer"},"at":{"type":"string","format":"date-time"},
		"list":{"type":"array","items":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}}}}`
	cases := map[string]struct{ from, to, want string }{
		"same":                 {"", "", ""},
		"optional field added": {`"n":{"type":"integer"}`, `"n":{"type":"integer"},"new":{"type":"string"}`, ""},
		"no longer required":   {`["n","list"]`, `["list"]`, ""},
		"field removed":        {`"n":{"type":"integer"},`, ``, "field n is gone"},
		"field renamed":        {`"n":{"type":"integer"}`, `"m":{"type":"integer"}`, "field n is gone"},
		"field retyped":        {`"n":{"type":"integer"}`, `"n":{"type":"string"}`, "field n was integer"},
		"format changed":       {`"format":"date-time"`, `"format":"date"`, "field at was"},
		"required added":       {`["n","list"]`, `["n","list","at"]`, "field at is required"},
		"inside a list":        {`"a":{"type":"string"}`, `"a":{"type":"boolean"}`, "field list[].a was string"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			why, err := schemas.Incompatible([]byte(old), []byte(strings.Replace(old, tc.from, tc.to, 1)))
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(why, "; ")
			if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

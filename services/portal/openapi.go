package portal

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"

	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/services/webhook"
)

// OpenAPI is the OpenAPI 3.1 document of /api/v1, made from the methods themselves.
func OpenAPI(services []string) ([]byte, error) {
	o := &openapi{schemas: map[string]*jsonschema.Schema{}}
	problem := o.ref(reflect.TypeFor[fault.Error]())
	paths := map[string]any{
		apiPrefix + "session": map[string]any{
			"post":   o.operation("session.sign-in", "Signs a program in; the token goes into the Authorization header.", nil, o.ref(reflect.TypeFor[apiSignInRequest]()), o.ref(reflect.TypeFor[apiSession]()), problem),
			"delete": o.operation("session.sign-out", "Ends the session.", nil, nil, nil, problem),
		},
	}
	for _, s := range Methods(services) {
		item := map[string]any{"post": o.operation(s.Name, s.Summary, s.Allow, o.ref(s.Request), o.ref(s.Reply), problem)}
		if !s.Command {
			get := o.operation(s.Name+".get", s.Summary, s.Allow, nil, o.ref(s.Reply), problem)
			get["parameters"] = parameters(s.Request)
			item["get"] = get
		}
		paths[APIPath(s)] = item
	}
	doc := map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{"title": "Khuê Văn", "version": "1", "description": "What the portal's pages do, as JSON, with the same rules. " +
			"Queries may be asked by GET or POST. A command with the header Idempotency-Key is done once, however often it is sent. " +
			"Its answer names a sequence; a query with that sequence as `after` shows the effect."},
		"security":   []any{map[string]any{"session": []any{}}},
		"paths":      paths,
		"webhooks":   o.webhooks(),
		"components": map[string]any{"schemas": o.schemas, "securitySchemes": map[string]any{"session": map[string]any{"type": "http", "scheme": "bearer"}}},
	}
	out, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	return append(out, '\n'), nil
}

// webhooks are the events that endpoints are sent; docs/webhooks.md says how.
func (o *openapi) webhooks() map[string]any {
	all := map[string]any{}
	text := map[string]any{"type": "string"}
	for name, data := range webhook.Shapes() {
		event := map[string]any{"type": "object", "required": []string{"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"}, "properties": map[string]any{
			"specversion": map[string]any{"const": "1.0"}, "id": text, "source": text, "type": map[string]any{"const": name}, "subject": text,
			"time": map[string]any{"type": "string", "format": "date-time"}, "datacontenttype": map[string]any{"const": "application/json"}, "data": o.ref(data)}}
		all[name] = map[string]any{"post": map[string]any{"operationId": name, "security": []any{},
			"requestBody": map[string]any{"required": true, "content": map[string]any{"application/cloudevents+json": map[string]any{"schema": event}}},
			"responses":   map[string]any{"2XX": map[string]any{"description": "Taken. Anything else is sent again."}, "410": map[string]any{"description": "No more is wanted."}}}}
	}
	return all
}

type openapi struct{ schemas map[string]*jsonschema.Schema }

// ref names the schema of a type among the components, adding it at the first use.
func (o *openapi) ref(t reflect.Type) map[string]any {
	if t.Kind() == reflect.Slice {
		return map[string]any{"type": "array", "items": o.ref(t.Elem())}
	}
	name := schemaName(t)
	if _, known := o.schemas[name]; !known {
		r := &jsonschema.Reflector{Anonymous: true, Namer: schemaName, ExpandedStruct: false}
		s := r.ReflectFromType(t)
		for key, def := range s.Definitions {
			o.schemas[key] = relink(def)
		}
	}
	return map[string]any{"$ref": "#/components/schemas/" + name}
}

// schemaName is the package and name of a type, such as quiz.Attempt; a type without a name is written where it stands.
func schemaName(t reflect.Type) string {
	if t.Name() == "" {
		return ""
	}
	pkg := t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:]
	name := t.Name()
	if at := strings.IndexByte(name, '['); at >= 0 {
		name = name[:at] + "Of" + strings.NewReplacer("[", "", "]", "", "/", "", ".", "").Replace(name[at:])
	}
	return pkg + "." + name
}

// relink points references at the components.
func relink(s *jsonschema.Schema) *jsonschema.Schema {
	if s == nil {
		return nil
	}
	s.Ref = strings.Replace(s.Ref, "#/$defs/", "#/components/schemas/", 1)
	relink(s.Items)
	relink(s.AdditionalProperties)
	if s.Properties != nil {
		for p := s.Properties.Oldest(); p != nil; p = p.Next() {
			relink(p.Value)
		}
	}
	return s
}

func (o *openapi) operation(id, summary string, allow []string, request, reply, problem map[string]any) map[string]any {
	content := func(kind string, schema map[string]any) map[string]any {
		return map[string]any{kind: map[string]any{"schema": schema}}
	}
	ok := map[string]any{"description": "Done."}
	if reply != nil {
		ok["content"] = content("application/json", reply)
	}
	op := map[string]any{"operationId": id, "summary": summary, "tags": []string{strings.Split(id, ".")[0]}, "responses": map[string]any{
		"200":     ok,
		"default": map[string]any{"description": "Refused; kind says why.", "content": content("application/problem+json", problem)},
	}}
	if request != nil {
		op["requestBody"] = map[string]any{"required": true, "content": content("application/json", request)}
	}
	if len(allow) > 0 {
		op["description"] = "For: " + strings.Join(allow, ", ") + "."
		if slices.Contains(allow, rpc.Anyone) {
			op["description"], op["security"] = "For anyone, without sign-in.", []any{}
		}
	}
	return op
}

// parameters are the scalar fields of a query's request.
func parameters(t reflect.Type) []any {
	all := []any{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		kind := map[reflect.Kind]string{reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Int64: "integer",
			reflect.Uint64: "integer", reflect.Struct: "string"}[f.Type.Kind()]
		if f.Anonymous || name == "" || kind == "" {
			continue
		}
		all = append(all, map[string]any{"name": name, "in": "query", "schema": map[string]any{"type": kind}})
	}
	return all
}

// Package schemas writes the contracts down: a JSON Schema per event type, an AsyncAPI document of the journal and an
// OpenAPI document of /api/v1. The files beside it are made from the code; its test fails when they differ, and no
// matter what when a struct has changed in a way that facts already written do not fit.
package schemas

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"

	"khuevan/events"
)

// EventSchema is the JSON Schema of the body of an event.
func EventSchema(e events.Event) ([]byte, error) {
	r := &jsonschema.Reflector{Anonymous: true, ExpandedStruct: true, DoNotReference: true, AllowAdditionalProperties: true}
	s := r.ReflectFromType(reflect.TypeOf(e))
	s.ID = jsonschema.ID("urn:khuevan:event:" + e.EventType())
	s.Title = e.EventType()
	return indented(s)
}

// EventFile is the name of the file of an event type.
func EventFile(e events.Event) string { return e.EventType() + ".json" }

// AsyncAPI is the AsyncAPI 3 document of the journal: a channel per kind of stream, a message per event type.
func AsyncAPI() ([]byte, error) {
	channels, operations := map[string]any{}, map[string]any{}
	for _, c := range events.Story() {
		messages := map[string]any{}
		for _, e := range c.Facts {
			messages[e.EventType()] = map[string]any{
				"name": e.EventType(), "contentType": "application/json",
				"headers": map[string]any{"$ref": "#/components/schemas/envelope"},
				"payload": map[string]any{"schemaFormat": "application/schema+json;version=draft-2020-12", "schema": map[string]any{"$ref": EventFile(e)}},
			}
		}
		name := strings.ReplaceAll(c.Noun, ".", "-")
		channels[name] = map[string]any{
			"address":     "events.{partition}." + c.Noun + ".{id}.{fact}",
			"description": "Facts of one " + c.Noun + "; its id is " + c.ID + ".",
			"messages":    messages,
			"parameters": map[string]any{
				"partition": map[string]any{"description": "FNV-1a of the id up to its first \"_\", modulo the journal's number of partitions"},
				"id":        map[string]any{"description": c.ID},
				"fact":      map[string]any{"description": "the middle part of the event type", "enum": facts(c)},
			},
		}
		operations["record-"+name] = map[string]any{"action": "send", "channel": map[string]any{"$ref": "#/channels/" + name},
			"summary": "The " + strings.Split(c.Noun, ".")[0] + " service records what was decided."}
	}
	return indented(map[string]any{
		"asyncapi": "3.0.0",
		"info": map[string]any{"title": "Khuê Văn: the journal", "version": "1",
			"description": "Every fact of the platform on the JetStream stream EVENTS, in order, never changed. Other programs may read it; only the named service writes it."},
		"defaultContentType": "application/json",
		"channels":           channels,
		"operations":         operations,
		"components":         map[string]any{"schemas": map[string]any{"envelope": envelope()}},
	})
}

func facts(c events.Chapter) []string {
	var all []string
	for _, e := range c.Facts {
		if fact := strings.Split(e.EventType(), ".")[1]; !slices.Contains(all, fact) {
			all = append(all, fact)
		}
	}
	return all
}

// envelope describes the message headers of a fact.
func envelope() map[string]any {
	text := func(about string) map[string]any { return map[string]any{"type": "string", "description": about} }
	return map[string]any{
		"type": "object", "required": []string{"Kv-Type", "Kv-Time", "Kv-Chain"},
		"properties": map[string]any{
			"Kv-Type":     text("event type: service.fact.vN"),
			"Kv-Time":     text("when the command was accepted, RFC 3339 in UTC"),
			"Kv-Cause":    text("id of the request, or #sequence/reactor of the fact, that led to it"),
			"Kv-Actor":    text("id of the person who asked, or system"),
			"Kv-Chain":    text("base64url SHA-256 over the stream's previous chain, the stream, the type and the body, each but the last ended by a zero byte"),
			"Traceparent": text("W3C trace context"),
		},
	}
}

func indented(v any) ([]byte, error) {
	out, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write a schema: %w", err)
	}
	return append(out, '\n'), nil
}

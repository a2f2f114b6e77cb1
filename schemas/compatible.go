package schemas

import (
	"encoding/json"
	"fmt"
	"slices"
)

// node is the part of a JSON Schema that compatibility depends on.
type node struct {
	Type       any              `json:"type"`
	Format     string           `json:"format"`
	Encoding   string           `json:"contentEncoding"`
	Properties map[string]*node `json:"properties"`
	Required   []string         `json:"required"`
	Items      *node            `json:"items"`
	Additional json.RawMessage  `json:"additionalProperties"`
}

// Incompatible lists why facts written under the old schema do not fit the new one; none when they do.
// Only optional fields may come; nothing may go, change its type or become required.
func Incompatible(old, changed []byte) ([]string, error) {
	var before, after node
	if err := json.Unmarshal(old, &before); err != nil {
		return nil, fmt.Errorf("read the old schema: %w", err)
	}
	if err := json.Unmarshal(changed, &after); err != nil {
		return nil, fmt.Errorf("read the new schema: %w", err)
	}
	return compare("", &before, &after), nil
}

func compare(path string, before, after *node) (why []string) {
	if fmt.Sprint(before.Type) != fmt.Sprint(after.Type) || before.Format != after.Format || before.Encoding != after.Encoding {
		return []string{fmt.Sprintf("%s was %v %s and is %v %s", name(path), before.Type, before.Format, after.Type, after.Format)}
	}
	for _, field := range after.Required {
		if !slices.Contains(before.Required, field) {
			why = append(why, fmt.Sprintf("%s is required and was not", name(path+"."+field)))
		}
	}
	for field, was := range before.Properties {
		is, there := after.Properties[field]
		if !there {
			why = append(why, fmt.Sprintf("%s is gone", name(path+"."+field)))
			continue
		}
		why = append(why, compare(path+"."+field, was, is)...)
	}
	switch {
	case before.Items != nil && after.Items != nil:
		why = append(why, compare(path+"[]", before.Items, after.Items)...)
	case (before.Items == nil) != (after.Items == nil):
		why = append(why, name(path)+" changed what it lists")
	}
	var was, is node
	if json.Unmarshal(before.Additional, &was) == nil && json.Unmarshal(after.Additional, &is) == nil {
		why = append(why, compare(path+"{}", &was, &is)...)
	}
	slices.Sort(why)
	return why
}

func name(path string) string {
	if path == "" {
		return "the event"
	}
	return "field " + path[1:]
}

package readmodel

import (
	"fmt"
	"regexp"
	"slices"
)

// FullName names the table in a store: "service.name.vN".
func (s Spec) FullName() string { return fmt.Sprintf("%s.%s.v%d", s.Service, s.Name, s.Version) }

// Fields lists the indexed fields, each once, in the order of the indexes.
func (s Spec) Fields() []string {
	var fields []string
	for _, ix := range s.Indexes {
		for _, f := range ix.Fields {
			if !slices.Contains(fields, f) {
				fields = append(fields, f)
			}
		}
	}
	return fields
}

// Values gives the key values of a document in the order of fields.
func Values(d Stored, fields []string) ([]any, error) {
	values := make([]any, len(fields))
	for i, f := range fields {
		at := i
		if at >= len(d.Keys) || d.Keys[at].Field != f {
			at = slices.IndexFunc(d.Keys, func(k Key) bool { return k.Field == f })
		}
		if at < 0 {
			return nil, fmt.Errorf("document %q has no value for the indexed field %q", d.ID, f)
		}
		values[i] = d.Keys[at].Value
	}
	return values, nil
}

var (
	plainName  = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	plainField = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
)

// Check reports a name that some store could not hold, or an index without fields.
func (s Spec) Check() error {
	if !plainName.MatchString(s.Service) || !plainName.MatchString(s.Name) || s.Version < 1 {
		return fmt.Errorf("table %s: the service and the name must be lower-case words, the version at least 1", s.FullName())
	}
	seen := map[string]bool{}
	for _, ix := range s.Indexes {
		if !plainName.MatchString(ix.Name) || seen[ix.Name] || len(ix.Fields) == 0 {
			return fmt.Errorf("table %s: index %q needs a lower-case name of its own and fields", s.FullName(), ix.Name)
		}
		seen[ix.Name] = true
		for i, f := range ix.Fields {
			if !plainField.MatchString(f) || slices.Contains(ix.Fields[:i], f) {
				return fmt.Errorf("table %s: index %s: field %q must be a plain word, named once", s.FullName(), ix.Name, f)
			}
		}
	}
	return nil
}

// ErrNewIndex tells that an index was declared on a table whose documents lack its values.
func (s Spec) ErrNewIndex(index string) error {
	return fmt.Errorf("table %s holds documents but not the index %q as declared: raise the projection's version, so that a new table fills", s.FullName(), index)
}

package main

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// yamlKeys are the settings that a configuration file may have.
func yamlKeys() []string {
	var keys []string
	for f := range reflect.TypeFor[Config]().Fields() {
		if key := f.Tag.Get("yaml"); key != "-" {
			keys = append(keys, key)
		}
	}
	return keys
}

// envFields gives, for each environment variable, what sets its field.
func envFields(c *Config) map[string]func(string) error {
	fields := map[string]func(string) error{}
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		field := v.Field(i)
		fields[v.Type().Field(i).Tag.Get("env")] = func(text string) error {
			switch field.Kind() {
			case reflect.Int:
				n, err := strconv.Atoi(text)
				if err != nil {
					return fmt.Errorf("expected a whole number, not %q", text)
				}
				field.SetInt(int64(n))
			case reflect.Slice:
				field.Set(reflect.ValueOf(strings.Split(text, ",")))
			default:
				field.SetString(text)
			}
			return nil
		}
	}
	return fields
}

// nearest is the known name with the smallest edit distance.
func nearest(name string, known []string) string {
	best, least := "", 1<<30
	for _, k := range known {
		if d := distance(name, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is the Levenshtein distance of two names.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

// withoutSecrets is the settings as a configuration file would have them.
func (c Config) withoutSecrets() ([]byte, error) { return yaml.Marshal(c) }

// Package content carries the shipped courses, question banks and the fictitious demo province as embedded files.
package content

import "embed"

// FS holds calendar/, courses/, demo/, forecast/, frameworks/, law/, programmes/, refresher/ and schedules.yaml exactly as they stand in the tree; the formats
// are described in README.md.
//
//go:embed calendar courses demo forecast frameworks law programmes refresher schedules.yaml
var FS embed.FS

// Questions gives the questions.md that ships with a course, "" for none.
func Questions(course string) string {
	text, err := FS.ReadFile("courses/" + course + "/questions.md")
	if err != nil {
		return ""
	}
	return string(text)
}

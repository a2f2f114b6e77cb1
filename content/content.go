// Package content carries the shipped courses, question banks and the fictitious demo province as embedded files.
package content

import "embed"

// FS holds courses/, demo/, forecast/, frameworks/, law/, programmes/ and refresher/ exactly as they stand in the tree; the formats are described in README.md.
//
//go:embed courses demo forecast frameworks law programmes refresher
var FS embed.FS

// Questions gives the questions.md that ships with a course, "" for none.
func Questions(course string) string {
	text, err := FS.ReadFile("courses/" + course + "/questions.md")
	if err != nil {
		return ""
	}
	return string(text)
}

package exchange

import (
	"testing"

	"pgregory.net/rapid"

	"khuevan/assessment/item"
)

// What a format cannot say survives its way out and in again, and a change in the file changes nothing else.
func TestWhatAFormatCannotSayIsKept(t *testing.T) {
	for _, f := range []Format{GIFT, Aiken, MoodleXML, QTI21, QTI30, Markdown} {
		t.Run(string(f), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				was := normal(contents().Draw(t, "content"))
				text, _ := Write(f, File{Name: "q", Questions: []Question{{ID: "q", Content: was}}})
				back := Read(f, text).Questions
				if len(back) != 1 {
					return // the format cannot say it at all
				}
				if got := Kept(f, was, back[0].Content); !item.Same(got, was) {
					t.Fatalf("out and in again\n%+v\nbecomes\n%+v", was, got)
				}
				changed := back[0].Content
				changed.Feedback = "Giải thích khác"
				if got := Kept(f, was, changed); got.Feedback != changed.Feedback || got.Difficulty != was.Difficulty || len(got.Tags) != len(was.Tags) {
					t.Fatalf("another feedback makes\n%+v\nof\n%+v", got, was)
				}
			})
		})
	}
}

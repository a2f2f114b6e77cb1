// Package vietnamese compares Vietnamese texts as their readers do.
package vietnamese

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold gives the key under which the spellings of one text are the same: composed or decomposed letters, upper or lower
// case, any white space, and the tone mark on either vowel ("hoà" and "hòa", "thuỷ" and "thủy"). Letters that differ by
// more than a tone's place stay apart: "ma", "mà" and "mâ" are three keys.
func Fold(s string) string { return Spelling(strings.ToLower(norm.NFC.String(s))) }

// Spelling is Fold in which upper and lower case differ.
func Spelling(s string) string {
	words := strings.Fields(norm.NFD.String(s))
	for i, w := range words {
		words[i] = toneLast(w)
	}
	return norm.NFC.String(strings.Join(words, " "))
}

// toneLast moves tone marks to the end of each run of letters, where their place says nothing any more.
func toneLast(word string) string {
	var out, tones strings.Builder
	flush := func() {
		if tones.Len() > 0 {
			out.WriteByte('\'') // keeps the mark from joining the last letter
			out.WriteString(tones.String())
			tones.Reset()
		}
	}
	for _, r := range word {
		switch {
		case isTone(r):
			tones.WriteRune(r)
		case unicode.IsLetter(r) || unicode.IsMark(r):
			out.WriteRune(r)
		default:
			flush()
			out.WriteRune(r)
		}
	}
	flush()
	return out.String()
}

// isTone reports whether a combining mark is one of the five tone marks. The circumflex, the breve and the horn make
// letters of their own.
func isTone(r rune) bool {
	switch r {
	case '\u0300', '\u0301', '\u0303', '\u0309', '\u0323':
		return true
	}
	return false
}

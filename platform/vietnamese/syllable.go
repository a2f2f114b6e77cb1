package vietnamese

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// syllable is the shape of a Vietnamese syllable in small letters, without its tone.
var syllable = regexp.MustCompile(`^(ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?` +
	`(iê|yê|uyê|uô|ươ|uya|oai|oay|oao|oeo|uây|uyu|iêu|yêu|uôi|ươi|ươu|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oa|oă|oe|oi|ôi|ơi|ua|uâ|uê|ui|uơ|uy|ưa|ưi|ưu|[aăâeêioôơuưy])` +
	`(ch|ng|nh|[cmnpt])?$`)

// isSyllable reports whether a word can be one Vietnamese syllable: of that shape and with at most one tone.
func isSyllable(word string) bool {
	var bare strings.Builder
	tones := 0
	for _, r := range norm.NFD.String(strings.ToLower(word)) {
		if isTone(r) {
			tones++
			continue
		}
		bare.WriteRune(r)
	}
	return tones <= 1 && syllable.MatchString(norm.NFC.String(bare.String()))
}

// plausible counts the words of a text that are not plain ASCII, and those of them that can be Vietnamese.
func plausible(s string) (good, all int) {
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r < 0x80 && !unicode.IsLetter(r) || unicode.IsSpace(r) }) {
		if isASCII(word) {
			continue
		}
		all++
		if isSyllable(word) {
			good++
		}
	}
	return good, all
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}

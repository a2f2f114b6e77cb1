package vietnamese

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// tcvn3 is the 8-bit code of the ABC fonts (TCVN 5712:1993, VN3): the letters of bytes 0xA1 and up that have one. Capital
// letters with a tone are not in it; the fonts draw the small ones as capitals.
var tcvn3 = map[byte]rune{
	0xA1: 'Ă', 0xA2: 'Â', 0xA3: 'Ê', 0xA4: 'Ô', 0xA5: 'Ơ', 0xA6: 'Ư', 0xA7: 'Đ',
	0xA8: 'ă', 0xA9: 'â', 0xAA: 'ê', 0xAB: 'ô', 0xAC: 'ơ', 0xAD: 'ư', 0xAE: 'đ',
	0xB5: 'à', 0xB6: 'ả', 0xB7: 'ã', 0xB8: 'á', 0xB9: 'ạ',
	0xBB: 'ằ', 0xBC: 'ẳ', 0xBD: 'ẵ', 0xBE: 'ắ', 0xC6: 'ặ',
	0xC7: 'ầ', 0xC8: 'ẩ', 0xC9: 'ẫ', 0xCA: 'ấ', 0xCB: 'ậ',
	0xCC: 'è', 0xCE: 'ẻ', 0xCF: 'ẽ', 0xD0: 'é', 0xD1: 'ẹ',
	0xD2: 'ề', 0xD3: 'ể', 0xD4: 'ễ', 0xD5: 'ế', 0xD6: 'ệ',
	0xD7: 'ì', 0xD8: 'ỉ', 0xDC: 'ĩ', 0xDD: 'í', 0xDE: 'ị',
	0xDF: 'ò', 0xE1: 'ỏ', 0xE2: 'õ', 0xE3: 'ó', 0xE4: 'ọ',
	0xE5: 'ồ', 0xE6: 'ổ', 0xE7: 'ỗ', 0xE8: 'ố', 0xE9: 'ộ',
	0xEA: 'ờ', 0xEB: 'ở', 0xEC: 'ỡ', 0xED: 'ớ', 0xEE: 'ợ',
	0xEF: 'ù', 0xF1: 'ủ', 0xF2: 'ũ', 0xF3: 'ú', 0xF4: 'ụ',
	0xF5: 'ừ', 0xF6: 'ử', 0xF7: 'ữ', 0xF8: 'ứ', 0xF9: 'ự',
	0xFA: 'ỳ', 0xFB: 'ỷ', 0xFC: 'ỹ', 0xFD: 'ý', 0xFE: 'ỵ',
}

// fromTCVN3 reads bytes as TCVN3; a byte that is no letter there becomes U+FFFD. A small letter among the capitals of its
// word was typed in a capital font, so it becomes a capital.
func fromTCVN3(raw []byte) string {
	var b strings.Builder
	for _, c := range raw {
		switch r, ok := tcvn3[c]; {
		case c < 0x80:
			b.WriteByte(c)
		case c == 0xA0:
			b.WriteByte(' ')
		case ok:
			b.WriteRune(r)
		default:
			b.WriteRune(unicode.ReplacementChar)
		}
	}
	return capitalWords(b.String())
}

func capitalWords(s string) string {
	runes := []rune(s)
	for from := 0; from < len(runes); {
		to := from
		capitals, small := 0, 0
		for ; to < len(runes) && unicode.IsLetter(runes[to]); to++ {
			switch r := runes[to]; {
			case unicode.IsUpper(r):
				capitals++
			case r < unicode.MaxASCII:
				small++
			}
		}
		if small == 0 && (capitals >= 2 || capitals == 1 && to-from == 2 && unicode.IsUpper(runes[to-1])) {
			for i := from; i < to; i++ {
				runes[i] = unicode.ToUpper(runes[i])
			}
		}
		from = max(to, from+1)
	}
	return string(runes)
}

// vniLetters are the letters of VNI Windows that are one byte; vniMarks are the bytes behind a vowel, as combining marks.
// Capitals stand 0x20 lower.
var (
	vniLetters = map[byte]rune{0xED: 'í', 0xEC: 'ì', 0xE6: 'ỉ', 0xF3: 'ĩ', 0xF2: 'ị', 0xEE: 'ỵ', 0xF1: 'đ', 0xF4: 'ơ', 0xF6: 'ư'}
	vniMarks   = map[byte]string{
		0xF9: "\u0301", 0xF8: "\u0300", 0xFB: "\u0309", 0xF5: "\u0303", 0xEF: "\u0323",
		0xE2: "\u0302", 0xE1: "\u0302\u0301", 0xE0: "\u0302\u0300", 0xE5: "\u0302\u0309", 0xE3: "\u0302\u0303", 0xE4: "\u0302\u0323",
		0xEA: "\u0306", 0xE9: "\u0306\u0301", 0xE8: "\u0306\u0300", 0xFA: "\u0306\u0309", 0xFC: "\u0306\u0303", 0xEB: "\u0306\u0323",
	}
)

// fromVNI reads bytes as VNI Windows, only to recognise it.
func fromVNI(raw []byte) string {
	var b strings.Builder
	for _, c := range raw {
		low, capital := c, c >= 0xC0 && c < 0xE0
		if capital {
			low += 0x20
		}
		letter, isLetter := vniLetters[low]
		mark, isMark := vniMarks[low]
		switch {
		case c < 0x80:
			b.WriteByte(c)
		case isLetter && capital:
			b.WriteRune(unicode.ToUpper(letter))
		case isLetter:
			b.WriteRune(letter)
		case isMark:
			b.WriteString(mark)
		default:
			b.WriteRune(unicode.ReplacementChar)
		}
	}
	return norm.NFC.String(b.String())
}

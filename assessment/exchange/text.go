package exchange

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

var (
	bom8       = []byte("\xEF\xBB\xBF")
	bom16Big   = []byte("\xFE\xFF")
	bom16Small = []byte("\xFF\xFE")
)

// decode reads UTF-8, and UTF-16 that opens with its mark; line ends become "\n" and text NFC.
func decode(data []byte) (string, *Note) {
	switch {
	case bytes.HasPrefix(data, bom16Big), bytes.HasPrefix(data, bom16Small):
		wide, err := unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil {
			return "", errEncoding()
		}
		data = wide
	case bytes.HasPrefix(data, bom8):
		data = data[len(bom8):]
	}
	if !utf8.Valid(data) {
		return "", errEncoding()
	}
	return norm.NFC.String(lineEnds(string(data))), nil
}

func errEncoding() *Note {
	return &Note{Line: 1, Vi: "Tệp không phải văn bản UTF-8. Hãy lưu lại với bảng mã UTF-8.", En: "The file is not UTF-8 text. Save it as UTF-8."}
}

// percent writes a share as per cent, without loss: 0.3333333 is "33.33333".
func percent(w float64) string { return shiftPoint(strconv.FormatFloat(w, 'f', -1, 64)) }

// shiftPoint moves the decimal point two places to the right.
func shiftPoint(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, rest, _ := strings.Cut(s, ".")
	for len(rest) < 2 {
		rest += "0"
	}
	whole = strings.TrimLeft(whole+rest[:2], "0")
	if whole == "" {
		whole = "0"
	}
	if rest = rest[2:]; rest != "" {
		whole += "." + rest
	}
	return sign + whole
}

// unpercent reads per cent with a point or a comma, −100 to 100.
func unpercent(s string) (float64, bool) {
	s = strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(s), "−", "-"), ",", ".")
	if strings.Trim(s, "+-.0123456789") != "" || len(s) > 400 {
		return 0, false
	}
	w, err := strconv.ParseFloat(s+"e-2", 64)
	return w, err == nil && w >= -1 && w <= 1
}

// number writes a number as every format reads it.
func number(x float64) string {
	if a := math.Abs(x); a != 0 && (a < 1e-6 || a >= 1e15) {
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// shift rounds to so many decimals.
func shift(x float64, decimals int) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(x, 'f', decimals, 64), 64)
	if err != nil {
		return x
	}
	return r
}

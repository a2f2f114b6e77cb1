package vietnamese

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"

	"khuevan/platform/fault"
)

// Names of encodings as people know them.
const (
	UTF8        = "UTF-8"
	UTF16       = "UTF-16"
	Windows1258 = "Windows-1258"
	TCVN3       = "TCVN3 (ABC)"
)

// enough is the share of words that must be Vietnamese in an encoding, and lead by how much it must surpass the next.
const (
	enough = 0.75
	lead   = 0.25
)

// Decode reads the bytes of a text file and tells in which encoding it found them. UTF-8 and UTF-16 are told by their form,
// Windows-1258 and TCVN3 by the Vietnamese they make. It fails with fault.Invalid, and the remedy, for VNI and for bytes
// that could be several things. What it converts comes in NFC.
func Decode(raw []byte) (text, encoding string, err error) {
	if text, ok := utf16Text(raw); ok {
		return text, UTF16, nil
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if utf8.Valid(raw) {
		text, encoding, err := Repair(string(raw))
		return text, encoding, err
	}
	return choose(raw, "")
}

// Repair finds text that stands in a Unicode file but was typed in an old font, as in most old workbooks: every letter is
// the Latin one that has the old code's number. Other text comes back as it is, as UTF-8. Errors are those of Decode.
func Repair(s string) (text, encoding string, err error) {
	if isASCII(s) {
		return s, UTF8, nil
	}
	good, all := plausible(s)
	raw, err := charmap.Windows1252.NewEncoder().Bytes([]byte(norm.NFC.String(s)))
	if err != nil || share(good, all) >= enough {
		return s, UTF8, nil // letters that no old font could leave, or Vietnamese already
	}
	text, encoding, err = choose(raw, s)
	return text, encoding, err
}

// reading is a text in one possible encoding.
type reading struct {
	encoding, text string
	good           float64
}

// choose takes the encoding that makes Vietnamese; asIs is the text when none has to.
func choose(raw []byte, asIs string) (text, encoding string, err error) {
	readings := []reading{{encoding: TCVN3, text: fromTCVN3(raw)}, {encoding: "VNI", text: fromVNI(raw)}}
	if asIs == "" {
		cp1258, err := charmap.Windows1258.NewDecoder().Bytes(raw)
		if err == nil {
			readings = append(readings, reading{encoding: Windows1258, text: norm.NFC.String(string(cp1258))})
		}
	}
	var best, next reading
	for _, r := range readings {
		r.good = share(plausible(r.text))
		if r.good > best.good {
			best, next = r, best
		} else if r.good > next.good {
			next = r
		}
	}
	switch {
	case best.good >= enough && best.good-next.good >= lead && best.encoding == "VNI":
		return "", "", fault.New(fault.Invalid, "Tệp dùng bảng mã VNI, hệ thống không nhận. Hãy chuyển sang Unicode (ví dụ bằng công cụ chuyển mã của bộ gõ) rồi lưu lại.",
			"The file is in the VNI code, which is not taken. Convert it to Unicode, with the converter of a Vietnamese keyboard program for example, and save it again.")
	case best.good >= enough && best.good-next.good >= lead:
		return best.text, best.encoding, nil
	case asIs != "":
		return asIs, UTF8, nil
	}
	return "", "", fault.New(fault.Invalid, "Không nhận biết được bảng mã của tệp (có thể là Windows-1258, TCVN3 hoặc VNI). Hãy lưu tệp theo định dạng “CSV UTF-8” rồi nhập lại.",
		"The encoding of the file is not clear: it may be Windows-1258, TCVN3 or VNI. Save it as “CSV UTF-8” and import it again.")
}

func share(good, all int) float64 {
	if all == 0 {
		return 0
	}
	return float64(good) / float64(all)
}

// utf16Text reads what opens with a byte order mark of UTF-16.
func utf16Text(raw []byte) (string, bool) {
	if !bytes.HasPrefix(raw, []byte{0xFF, 0xFE}) && !bytes.HasPrefix(raw, []byte{0xFE, 0xFF}) {
		return "", false
	}
	text, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(raw)
	if err != nil {
		return "", false
	}
	return strings.TrimPrefix(string(text), "\ufeff"), true
}

package vietnamese

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	utf "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"

	"khuevan/platform/fault"
)

// letters are all small Vietnamese letters that are not ASCII.
const letters = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"

const sample = "Nguyễn Thị Hoà;Trần Văn Đức;Lê Thuý Quỳnh;phường Đỉnh Mây;xã Suối Ngàn;Phạm Quốc Việt"

func toTCVN3(t *testing.T, s string) []byte {
	t.Helper()
	back := map[rune]byte{}
	for b, r := range tcvn3 {
		if _, twice := back[r]; twice {
			t.Fatalf("two bytes for %q", r)
		}
		back[r] = b
	}
	var out []byte
	for _, r := range s {
		b, ok := back[r]
		if r < 0x80 {
			b, ok = byte(r), true
		}
		if !ok {
			t.Fatalf("TCVN3 has no %q", r)
		}
		out = append(out, b)
	}
	return out
}

func toVNI(t *testing.T, s string) []byte {
	t.Helper()
	var out []byte
	for _, r := range s {
		if r < 0x80 {
			out = append(out, byte(r))
			continue
		}
		code := vniOf(unicode.ToLower(r))
		if code == nil {
			t.Fatalf("VNI has no %q", r)
		}
		if unicode.IsUpper(r) {
			for i := range code {
				code[i] -= 0x20
			}
		}
		out = append(out, code...)
	}
	return out
}

// vniOf tries every code of one and two bytes.
func vniOf(r rune) []byte {
	for _, base := range []byte("\x00aeiouy\xf4\xf6") {
		for c := 0xE0; c < 0x100; c++ {
			code := []byte{base, byte(c)}
			if base == 0 {
				code = code[1:]
			}
			if fromVNI(code) == string(r) {
				return code
			}
		}
	}
	return nil
}

func TestEveryLetterOfTCVN3(t *testing.T) {
	if n := utf8.RuneCountInString(letters); n != 67 {
		t.Fatalf("%d letters, want 67", n)
	}
	for _, r := range letters + "ĂÂÊÔƠƯĐ" {
		if got := fromTCVN3(toTCVN3(t, string(r))); got != string(r) {
			t.Errorf("%q comes back as %q", r, got)
		}
	}
	if len(tcvn3) != 74 {
		t.Errorf("%d codes, want those of 67 small letters and 7 capitals", len(tcvn3))
	}
	if got := fromTCVN3(append([]byte("NGUY"), 0xD4, 'N')); got != "NGUYỄN" {
		t.Errorf("a word in a capital font is read as %q", got)
	}
	if got := fromTCVN3([]byte("\xA7\xE7 V\xA8n")); got != "Đỗ Văn" {
		t.Errorf("got %q", got)
	}
}

func TestEveryLetterOfVNIAndWindows1258(t *testing.T) {
	for _, r := range letters {
		if got := fromVNI(toVNI(t, string(r))); got != string(r) {
			t.Errorf("VNI: %q comes back as %q", r, got)
		}
		text := cp1258(t, string(r)+strings.ToUpper(string(r)))
		back, err := charmap.Windows1258.NewDecoder().Bytes(text)
		if err != nil || norm.NFC.String(string(back)) != string(r)+strings.ToUpper(string(r)) {
			t.Errorf("Windows-1258: %q comes back as %q, %v", r, back, err)
		}
	}
}

// cp1258 writes letters with their tone behind them, as Windows does.
func cp1258(t *testing.T, s string) []byte {
	t.Helper()
	var split strings.Builder
	for _, r := range s {
		bare, tone := []rune{}, ""
		for _, d := range norm.NFD.String(string(r)) {
			if isTone(d) {
				tone = string(d)
			} else {
				bare = append(bare, d)
			}
		}
		split.WriteString(norm.NFC.String(string(bare)) + tone)
	}
	out, err := charmap.Windows1258.NewEncoder().Bytes([]byte(split.String()))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheEncodingIsFound(t *testing.T) {
	utf16 := func(e utf.Endianness) []byte {
		raw, err := utf.UTF16(e, utf.UseBOM).NewEncoder().Bytes([]byte(sample))
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	latin1, err := charmap.Windows1252.NewDecoder().Bytes(toTCVN3(t, sample))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"plain": {[]byte(sample), UTF8}, "marked": {[]byte("\ufeff" + sample), UTF8},
		"little": {utf16(utf.LittleEndian), UTF16}, "big": {utf16(utf.BigEndian), UTF16},
		"windows": {cp1258(t, sample), Windows1258}, "abc": {toTCVN3(t, sample), TCVN3},
		"abc font in a Unicode file": {latin1, TCVN3},
	} {
		text, encoding, err := Decode(c.raw)
		if err != nil || text != sample || encoding != c.want {
			t.Errorf("%s: %q as %q, %v", name, text, encoding, err)
		}
	}
	for _, s := range []string{"", "code,name\nA,B", "Lê Hà", "café Müller", "Ñandú"} {
		if text, encoding, err := Decode([]byte(s)); err != nil || text != s || encoding != UTF8 {
			t.Errorf("%q is read as %q in %s, %v", s, text, encoding, err)
		}
	}
}

func TestDoubtfulBytesAreRefusedWithTheRemedy(t *testing.T) {
	vni := toVNI(t, sample)
	if _, _, err := Decode(vni); !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Of(err).Vi, "VNI, hệ thống không nhận") {
		t.Errorf("VNI: %v", err)
	}
	for _, raw := range []string{"\xff\xfd\xff", "a\x80\x81b", "x\xe1\n"} {
		if text, encoding, err := Decode([]byte(raw)); err == nil || !strings.Contains(fault.Of(err).Vi, "UTF-8") {
			t.Errorf("%q is read as %q in %s, %v", raw, text, encoding, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("\xff\xfea\x00"))
	f.Add([]byte("Nguy\xd4n V\xa8n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		text, encoding, err := Decode(raw)
		if err == nil && (encoding == "" || !utf8.ValidString(text)) {
			t.Errorf("%q is read as %q in %q", raw, text, encoding)
		}
	})
}

package e2e

import (
	"bytes"
	"encoding/base64"
	byteorder "encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// trace is a text about a person in one of the ways in which it could lie on a disk.
type trace struct {
	what  string
	bytes []byte
}

// traces are a person's name, whole and in parts, address and code, in every spelling and encoding looked for: as written,
// in small letters and without tones; composed and decomposed; in UTF-8, UTF-16 of either order, JSON escapes and base64.
func traces(name string, others ...string) []trace {
	words := strings.Fields(name)
	n := len(words)
	texts := append([]string{name, strings.Join(words[n-2:], " "), words[0] + " " + words[n-1], strings.Join(words[1:], " "),
		words[0] + " " + strings.Join(words[n-2:], " ")}, others...)
	seen, all := map[string]bool{}, []trace{}
	for _, text := range texts {
		for _, spelling := range []string{text, strings.ToLower(text), toneless(text), strings.ToLower(toneless(text)), strings.ToUpper(text),
			strings.ReplaceAll(text, " ", "_"), strings.ReplaceAll(text, " ", "-")} {
			for _, form := range []norm.Form{norm.NFC, norm.NFD} {
				written := form.String(spelling)
				if !seen[written] {
					seen[written] = true
					all = append(all, encodings(written)...)
				}
			}
		}
	}
	return all
}

// toneless is a text without its Vietnamese marks.
func toneless(text string) string {
	bare := strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Mn, c) {
			return -1
		}
		return c
	}, norm.NFD.String(text))
	return strings.NewReplacer("đ", "d", "Đ", "D").Replace(bare)
}

func encodings(text string) []trace {
	all := []trace{{text + " in UTF-8", []byte(text)}}
	var little, big []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		little, big = byteorder.LittleEndian.AppendUint16(little, unit), byteorder.BigEndian.AppendUint16(big, unit)
	}
	all = append(all, trace{text + " in UTF-16 LE", little}, trace{text + " in UTF-16 BE", big}, trace{text + " in JSON escapes", []byte(escaped(text))})
	for shift := range 3 { // wherever in the encoded text it begins, less the letters that its neighbours share
		whole := base64.StdEncoding.EncodeToString(append(bytes.Repeat([]byte{' '}, shift), text...))
		first := (shift*8 + 5) / 6
		inner := whole[first : (shift+len(text))*8/6]
		all = append(all, trace{fmt.Sprintf("%s in base64 at %d", text, shift), []byte(inner)})
	}
	return all
}

func escaped(text string) string {
	var b strings.Builder
	for _, c := range text {
		if c < 0x80 {
			b.WriteRune(c)
			continue
		}
		fmt.Fprintf(&b, `\u%04x`, c)
	}
	return b.String()
}

// found lists where under the directories a trace lies, each file and trace once.
func found(t testing.TB, wanted []trace, dirs ...string) (all []string) {
	t.Helper()
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			text, err := os.ReadFile(path) //nolint:gosec // the test's own directory
			if err != nil {
				return err
			}
			for _, w := range wanted {
				if bytes.Contains(text, w.bytes) {
					all = append(all, path+": "+w.what)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestTheSearchForTracesFindsThemAll(t *testing.T) {
	for _, w := range traces("Nguyễn Thị Lan Chi", "lan.chi@mayngan.example", "DEMO-0100") {
		dir := t.TempDir()
		writeFile(t, dir, "view.db", "before\x00"+string(w.bytes)+"\x00after")
		if len(found(t, []trace{w}, dir)) != 1 {
			t.Errorf("%s is not found", w.what)
		}
	}
	for shift := range 3 {
		dir := t.TempDir()
		writeFile(t, dir, "journal.jsonl", base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift)+`{"name":"Nguyễn Thị Lan Chi"}`)))
		if len(found(t, traces("Nguyễn Thị Lan Chi"), dir)) == 0 {
			t.Errorf("the name in base64 behind %d letters is not found", shift)
		}
	}
}

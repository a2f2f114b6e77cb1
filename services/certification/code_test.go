package certification

import (
	"encoding/binary"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestANumberShows60BitsOfChance(t *testing.T) {
	for random, want := range map[uint64]string{
		0:          "KV-2026-0000-0000-0000",
		1<<60 - 1:  "KV-2026-ZZZZ-ZZZZ-ZZZZ",
		^uint64(0): "KV-2026-ZZZZ-ZZZZ-ZZZZ",
		1:          "KV-2026-0000-0000-0001",
		1 << 59:    "KV-2026-G000-0000-0000",
	} {
		var bytes [8]byte
		binary.BigEndian.PutUint64(bytes[:], random)
		got := newCode(2026, bytes)
		if got != want {
			t.Errorf("%x gives %s, want %s", random, got, want)
		}
	}
}

func TestNumbersAreLookedUpHoweverTheyAreTyped(t *testing.T) {
	form := regexp.MustCompile(`^KV-\d{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$`)
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Uint64Range(0, 1<<60-1).Draw(t, "a")
		b := rapid.Uint64Range(0, 1<<60-1).Draw(t, "b")
		code := func(n uint64) string {
			var bytes [8]byte
			binary.BigEndian.PutUint64(bytes[:], n)
			return newCode(2026, bytes)
		}
		if !form.MatchString(code(a)) {
			t.Fatalf("%s", code(a))
		}
		if (normal(code(a)) == normal(code(b))) != (a == b) {
			t.Fatalf("%s and %s are confused", code(a), code(b))
		}
		typed := strings.NewReplacer("-", rapid.SampledFrom([]string{"", " ", "-", "–", " - "}).Draw(t, "between"),
			"0", rapid.SampledFrom([]string{"0", "o", "O"}).Draw(t, "zero"),
			"1", rapid.SampledFrom([]string{"1", "i", "l", "L"}).Draw(t, "one")).Replace(code(a))
		if rapid.Bool().Draw(t, "lower") {
			typed = strings.ToLower(typed)
		}
		if normal(typed) != normal(code(a)) {
			t.Fatalf("%q is not %q", typed, code(a))
		}
	})
	for _, other := range []string{"KV-2026-0000-0000-000U", "KV-2026-0000-0000-000", "Ｋ", ""} {
		if normal(other) == normal("KV-2026-0000-0000-0000") {
			t.Errorf("%q passes for another", other)
		}
	}
}

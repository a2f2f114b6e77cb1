package vietnamese_test

import (
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"khuevan/platform/vietnamese"
)

func TestSpellingsOfOneTextAreTheSame(t *testing.T) {
	for _, c := range [][2]string{
		{"Hoà", "Hòa"}, {"hoà bình", "  HÒA   Bình "}, {"thuỷ", "thủy"}, {"khoẻ", "khỏe"}, {norm.NFD.String("Nguyễn Thị Thuý"), "nguyễn thị thúy"},
		{"mật\u00a0khẩu", "mật khẩu"}, {"Đà Nẵng", norm.NFD.String("đà nẵng")},
	} {
		if a, b := vietnamese.Fold(c[0]), vietnamese.Fold(c[1]); a != b {
			t.Errorf("%q and %q differ: %q, %q", c[0], c[1], a, b)
		}
	}
}

func TestOtherTextsStayApart(t *testing.T) {
	for _, c := range [][2]string{{"ma", "mà"}, {"ma", "mâ"}, {"mua", "mưa"}, {"hoa", "hòa"}, {"dà", "đà"}, {"a b", "ab"}, {"mã", "mả"}, {"hòa-bình", "hòa bình"}} {
		if vietnamese.Fold(c[0]) == vietnamese.Fold(c[1]) {
			t.Errorf("%q and %q are taken for the same", c[0], c[1])
		}
	}
	if vietnamese.Spelling("Hòa") == vietnamese.Spelling("hòa") {
		t.Error("Spelling does not keep upper case apart")
	}
}

func TestFoldDoesNotCareForNormalForms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.RuneFrom([]rune("aăâeêioôơuưyđAĂÂĐ àáảãạ -,.\u0300\u0301\u0303\u0309\u0323\u0302\u031b")), 0, 30, -1).Draw(t, "text")
		if a, b := vietnamese.Fold(norm.NFC.String(s)), vietnamese.Fold(norm.NFD.String(s)); a != b {
			t.Fatalf("%q: %q, %q", s, a, b)
		}
	})
}

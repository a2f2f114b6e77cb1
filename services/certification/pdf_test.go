package certification

import (
	"bytes"
	"image/color"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/boombuler/barcode/qr"
	"pgregory.net/rapid"

	"khuevan/events"
)

func testFonts(t testing.TB) fonts {
	t.Helper()
	f, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const verifyAt = "https://daotao.example/verify/KV-2026-7QX2-M9TR-04WD"

func printed() Certificate {
	return view(record{CertificateIssued: specimen()}, "Nguyễn Thị Lan")
}

func paperOf(t testing.TB, c Certificate) []byte {
	t.Helper()
	pdf, err := testFonts(t).paper(c, verifyAt)
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

func onePageWithItsFonts(t *testing.T, pdf []byte) {
	t.Helper()
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) || !bytes.HasSuffix(bytes.TrimSpace(pdf), []byte("%%EOF")) {
		t.Error("this is no PDF")
	}
	for part, want := range map[string]int{"/Type /Page\n": 1, "/Count 1\n": 1, "/FontFile2 ": 2, "/ToUnicode ": 2, "/Subtype /Image": 0} {
		if n := bytes.Count(pdf, []byte(part)); n != want {
			t.Errorf("%q stands %d times in the file, want %d", part, n, want)
		}
	}
}

func TestThePaperIsOnePageWithItsFonts(t *testing.T) { onePageWithItsFonts(t, paperOf(t, printed())) }

func TestThePaperIsDatedByItsIssueNotByItsMaking(t *testing.T) {
	for _, key := range []string{"/CreationDate", "/ModDate"} {
		if pdf := paperOf(t, printed()); !bytes.Contains(pdf, []byte(key+" (D:20261123013001")) {
			t.Errorf("%s is not the time of issue", key)
		}
	}
}

func TestTheSameCertificateGivesTheSameBytes(t *testing.T) {
	want := paperOf(t, printed())
	f := testFonts(t)
	var all sync.WaitGroup
	for range 8 { // side by side over the same font files
		all.Go(func() {
			got, err := f.paper(printed(), verifyAt)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("another %d bytes, not these %d: %v", len(got), len(want), err)
			}
		})
	}
	all.Wait()
	if elsewhere, err := f.paper(printed(), verifyAt+"0"); err != nil || bytes.Equal(elsewhere, want) {
		t.Errorf("another address gives the same paper, %v", err)
	}
	for name, change := range map[string]func(*Certificate){
		"name":    func(c *Certificate) { c.Name = "Nguyễn Thị Mai" },
		"unit":    func(c *Certificate) { c.UnitName = "" },
		"mark":    func(c *Certificate) { c.Mark = 8.6 },
		"hours":   func(c *Certificate) { c.Hours = 9 },
		"expires": func(c *Certificate) { c.Expires = time.Time{} },
		"issued":  func(c *Certificate) { c.Issued = c.Issued.AddDate(0, 0, 1) },
		"key":     func(c *Certificate) { c.KeyID = "other" },
	} {
		c := printed()
		change(&c)
		if bytes.Equal(paperOf(t, c), want) {
			t.Errorf("another %s gives the same paper", name)
		}
	}
}

func TestVeryLongTextsStillGiveOnePage(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("Nguyễn Trần Hoàng Phương ", 5)[:120], strings.Repeat("Ữ", 120), strings.Repeat("từ ", 3000),
		strings.Repeat("W", 5000), "\u202eđảo\u0000 chữ\n😀", "",
	} {
		c := printed()
		c.Name, c.UnitName, c.Title, c.Issuer = text, text, events.Words{Vi: text, En: text}, text
		onePageWithItsFonts(t, paperOf(t, c))
	}
}

// What is set into a box stays in it, and is whole unless it ends with "…".
func TestTextStaysInItsBox(t *testing.T) {
	s := testFonts(t).newSheet()
	rapid.Check(t, func(t *rapid.T) {
		b := box{w: rapid.Float64Range(10, 250).Draw(t, "width"), h: rapid.Float64Range(2, 20).Draw(t, "height")}
		f := face{style: rapid.SampledFrom([]string{regular, bold, italic}).Draw(t, "style"), size: rapid.Float64Range(smallest, 40).Draw(t, "size")}
		words := rapid.SliceOfN(rapid.OneOf(rapid.StringMatching(`[a-zA-ZđĐàằẵữỢ0-9-]{1,12}`), rapid.Just(strings.Repeat("Ợ", 120)), rapid.String()), 0, 60)
		text := printable(strings.Join(words.Draw(t, "words"), " "))
		lines, size := s.fit(b, f, text)
		if size > f.size || size < smallest {
			t.Fatalf("size %v", size)
		}
		if height := float64(len(lines)) * size * pointInMM * leading; len(lines) > 1 && height > b.h {
			t.Fatalf("%d lines are %v high in a box of %v", len(lines), height, b.h)
		}
		for _, line := range lines {
			if w := s.pdf.GetStringWidth(line); w > b.w+1e-9 && utf8.RuneCountInString(line) > 1 {
				t.Fatalf("%q is %v wide in a box of %v", line, w, b.w)
			}
		}
		whole, want := strings.Join(lines, ""), strings.ReplaceAll(text, " ", "")
		if got := strings.ReplaceAll(whole, " ", ""); got != want && (!strings.HasSuffix(got, "…") || !strings.HasPrefix(want, strings.TrimSuffix(got, "…"))) {
			t.Fatalf("%q became %q", text, lines)
		}
	})
	if err := s.pdf.Error(); err != nil {
		t.Error(err)
	}
}

func TestNamesArePrintedComposedAndOnOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"Nguye\u0302\u0303n": "Nguyễn", " a\n\tb ": "a b", "x\u202ey\u200b": "xy", "\U0001F600": "?", "Hòa · Hòa": "Hòa · Hòa",
	} {
		if got := printable(text); got != want {
			t.Errorf("%q is printed as %q, want %q", text, got, want)
		}
	}
}

// The rectangles on the page, laid on the grid again, are the modules of the code.
func TestTheQRCodeIsDrawnModuleByModule(t *testing.T) {
	s := testFonts(t).newSheet()
	s.pdf.SetCompression(false)
	code, err := qr.Encode(verifyAt, qr.M, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	n := code.Bounds().Dx()
	const x, y = 20.0, 30.0
	if err := s.qrCode(x, y, 2*float64(n), verifyAt); err != nil { // modules of 2 mm
		t.Fatal(err)
	}
	var pdf bytes.Buffer
	if err := s.pdf.Output(&pdf); err != nil {
		t.Fatal(err)
	}
	grid := func(points string, from float64) int {
		v, err := strconv.ParseFloat(points, 64)
		if err != nil {
			t.Fatal(err)
		}
		return int(math.Round((v*pointInMM - from) / 2))
	}
	drawn := make([][]bool, n)
	for i := range drawn {
		drawn[i] = make([]bool, n)
	}
	for _, rect := range regexp.MustCompile(`([\d.]+) ([\d.]+) ([\d.]+) -([\d.]+) re f`).FindAllStringSubmatch(pdf.String(), -1) {
		col, row, wide := grid(rect[1], x), grid(rect[2], 0), grid(rect[3], 0)
		row = int(math.Round((pageHeight-y)/2)) - row // PDF counts from the foot of the page
		for i := range wide {
			drawn[row][col+i] = true
		}
	}
	for row := range n {
		for col := range n {
			if want := color.Gray16Model.Convert(code.At(col, row)) == color.Black; drawn[row][col] != want {
				t.Fatalf("module %d,%d of %d is drawn %v", col, row, n, drawn[row][col])
			}
		}
	}
}

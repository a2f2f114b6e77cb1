package certification

import (
	"fmt"
	"image/color"
	"strings"
	"unicode"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"
	"github.com/boombuler/barcode/qr"
	"golang.org/x/text/unicode/norm"

	"khuevan/assets"
)

// fonts are the TrueType files of the paper. They are only read. Each that a paper embeds costs it a third of its time, so what is
// italic is the regular one, slanted.
type fonts struct{ regular, bold []byte }

func loadFonts() (f fonts, err error) {
	for name, into := range map[string]*[]byte{"tinos-regular": &f.regular, "tinos-bold": &f.bold} {
		if *into, err = assets.Font(name); err != nil {
			return fonts{}, err
		}
	}
	return f, nil
}

// Styles of the typeface.
const (
	family  = "tinos"
	regular = ""
	bold    = "B"
	italic  = "I"
)

// sheet is a page that texts are set on. Lengths are millimetres, sizes of type are points.
type sheet struct{ pdf *fpdf.Fpdf }

// newSheet opens an A4 page across.
func (f fonts) newSheet() sheet { return f.open("L") }

// open opens an A4 page across (L) or upright (P). All that could differ between two makings of the same page is fixed.
func (f fonts) open(orientation string) sheet {
	pdf := fpdf.New(orientation, "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetAutoPageBreak(false, 0)
	pdf.AddUTF8FontFromBytes(family, regular, f.regular)
	pdf.AddUTF8FontFromBytes(family, bold, f.bold)
	pdf.AddPage()
	return sheet{pdf: pdf}
}

// box is a place on the page.
type box struct{ x, y, w, h float64 }

// ink is a colour.
type ink struct{ r, g, b int }

// face is how a text looks. Size is the largest it may have.
type face struct {
	style string
	size  float64
	ink   ink
	left  bool // aligned left; otherwise centred
}

const (
	smallest   = 4.0 // points; below this nobody reads
	sizeStep   = 0.5
	leading    = 1.18
	pointInMM  = 25.4 / 72
	slant      = 14.0 // degrees
	capsCentre = 0.33 // of the size: how far the baseline lies below the middle of a line
)

// set sets a text into a box: in the largest size, down from the face's own, at which its lines fit. A text too long for
// any size is cut with "…"; what is on the paper never leaves its box. It returns the width of the widest line.
func (s sheet) set(b box, f face, text string) (width float64) {
	lines, size := s.fit(b, f, printable(text))
	s.pdf.SetTextColor(f.ink.r, f.ink.g, f.ink.b)
	height := size * pointInMM * leading
	top := b.y + (b.h-height*float64(len(lines)))/2
	for i, line := range lines {
		w := s.pdf.GetStringWidth(line)
		x := b.x
		if !f.left {
			x += (b.w - w) / 2
		}
		y := top + height*(float64(i)+0.5) + size*pointInMM*capsCentre
		if f.style == italic {
			s.pdf.TransformBegin()
			s.pdf.TransformSkewX(slant, x, y)
		}
		s.pdf.Text(x, y, line)
		if f.style == italic {
			s.pdf.TransformEnd()
		}
		width = max(width, w)
	}
	return width
}

// fit finds the size and the lines, and leaves the page's font at that size.
func (s sheet) fit(b box, f face, text string) (lines []string, size float64) {
	for size = f.size; ; size -= sizeStep {
		size = max(size, smallest)
		s.pdf.SetFont(family, strings.TrimSuffix(f.style, italic), size)
		lines = wrap(text, b.w, s.pdf.GetStringWidth)
		room := max(1, int(b.h/(size*pointInMM*leading)))
		if len(lines) <= room {
			return lines, size
		}
		if size <= smallest {
			return cut(lines[:room], b.w, s.pdf.GetStringWidth), size
		}
	}
}

// wrap breaks a text into lines no wider than width, between words, or within one that is wider by itself.
func wrap(text string, width float64, measure func(string) float64) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		joined := strings.TrimLeft(line+" "+word, " ")
		if measure(joined) <= width {
			line = joined
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		line = word
		for measure(line) > width {
			head := within(line, width, measure)
			lines, line = append(lines, head), line[len(head):]
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// within is the longest beginning of a word that is no wider than width, at least one character.
func within(word string, width float64, measure func(string) float64) string {
	_, end := utf8.DecodeRuneInString(word)
	for i := range word {
		if i <= end {
			continue
		}
		if measure(word[:i]) > width {
			break
		}
		end = i
	}
	return word[:end]
}

// cut ends the last line with "…".
func cut(lines []string, width float64, measure func(string) float64) []string {
	last := []rune(lines[len(lines)-1])
	for len(last) > 0 && measure(string(last)+"…") > width {
		last = last[:len(last)-1]
	}
	return append(lines[:len(lines)-1:len(lines)-1], string(last)+"…")
}

// printable brings a text into the form the fonts can show: composed letters, no line breaks, no control or formatting
// characters (which could turn a text around), nothing beyond the basic plane.
func printable(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Cc, r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		case r > 0xFFFF || r == unicode.ReplacementChar:
			return '?'
		}
		return r
	}, norm.NFC.String(text))), " ")
}

// qrCode draws a text as a QR code of the given width: dark modules as rectangles, so that it is sharp at any scale.
func (s sheet) qrCode(x, y, width float64, text string) error {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return fmt.Errorf("QR code: %w", err)
	}
	n := code.Bounds().Dx()
	module := width / float64(n)
	s.pdf.SetFillColor(0, 0, 0)
	dark := func(col, row int) bool {
		return col < n && color.GrayModel.Convert(code.At(col, row)).(color.Gray).Y < 128
	}
	for row := range n {
		for col := 0; col < n; col++ {
			start := col
			for dark(col, row) {
				col++
			}
			if col > start { // neighbours are one rectangle: no hairlines between them
				s.pdf.Rect(x+float64(start)*module, y+float64(row)*module, float64(col-start)*module, module, "F")
			}
		}
	}
	return nil
}

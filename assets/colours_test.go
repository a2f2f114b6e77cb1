package assets

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

// Pairs of colours.css as the style sheets use them: text must reach AAA (7:1) where it is read at length and AA (4.5:1)
// elsewhere; edges of controls and the focus ring 3:1 (WCAG 2.2, success criteria 1.4.6, 1.4.3, 1.4.11).
func TestContrast(t *testing.T) {
	pairs := []struct {
		front, back string
		least       float64
	}{
		{"ink", "paper", 7}, {"ink", "surface", 7}, {"ink", "sunken", 7}, {"ink", "accent-soft", 7},
		{"muted", "paper", 7}, {"muted", "surface", 7}, {"muted", "sunken", 7}, {"muted", "accent-soft", 4.5},
		{"accent", "paper", 7}, {"accent", "surface", 7}, {"accent", "accent-soft", 4.5},
		{"accent-strong", "accent-soft", 7}, {"accent-strong", "surface", 7},
		{"on-accent", "accent", 7}, {"on-accent", "accent-strong", 7},
		{"on-danger", "danger", 7}, {"on-danger", "danger-strong", 7},
		{"lotus", "surface", 4.5}, {"lotus", "paper", 4.5},
		{"ok", "ok-soft", 7}, {"warn", "warn-soft", 7}, {"bad", "bad-soft", 7}, {"info", "info-soft", 7},
		{"ok", "paper", 4.5}, {"ok", "surface", 4.5}, {"bad", "paper", 4.5}, {"bad", "surface", 4.5},
		{"ink", "ok-soft", 7}, {"ink", "bad-soft", 7}, {"ink", "warn-soft", 7},
		{"edge", "surface", 3}, {"edge", "paper", 3}, {"edge", "sunken", 3},
		{"focus", "surface", 3}, {"focus", "paper", 3}, {"focus", "accent-soft", 3},
		{"accent", "accent-soft", 3},
	}
	css, err := os.ReadFile("src/css/colours.css")
	if err != nil {
		t.Fatal(err)
	}
	themes := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllSubmatch(css, -1)
	if len(themes) != 2 {
		t.Fatalf("colours.css has %d themes, want light and dark", len(themes))
	}
	for i, name := range []string{"light", "dark"} {
		colours := colours(t, string(themes[i][1]))
		for _, p := range pairs {
			if _, known := colours[p.front]; !known {
				t.Fatalf("%s: --%s is not defined", name, p.front)
			}
			if _, known := colours[p.back]; !known {
				t.Fatalf("%s: --%s is not defined", name, p.back)
			}
			if got := contrast(colours[p.front], colours[p.back]); got < p.least {
				t.Errorf("%s: --%s on --%s has %.2f:1, want %.1f:1", name, p.front, p.back, got, p.least)
			}
		}
	}
}

func colours(t *testing.T, block string) map[string]int64 {
	t.Helper()
	found := map[string]int64{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(block, -1) {
		n, err := strconv.ParseInt(m[2], 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		found[m[1]] = n
	}
	return found
}

// contrast is the ratio of WCAG 2.2, from 1 to 21.
func contrast(a, b int64) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func luminance(rgb int64) float64 {
	part := func(shift uint) float64 {
		c := float64(rgb>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}

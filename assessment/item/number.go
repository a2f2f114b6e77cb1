package item

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

var (
	// Groups of three need a second sign to be known: another group, or the other sign before the fraction.
	pointGroups = regexp.MustCompile(`^[+-]?\d{1,3}(\.\d{3})+(\.\d{3}|,\d+)$`)
	commaGroups = regexp.MustCompile(`^[+-]?\d{1,3}(,\d{3})+(,\d{3}|\.\d+)$`)
	spaceGroups = regexp.MustCompile(`^[+-]?\d{1,3}(\s\d{3})+([.,]\d+)?$`)
	oneSign     = regexp.MustCompile(`^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?$`)
)

// Number reads a number as people type it. One point or one comma is always the decimal sign, so "1,5" and "1.5" are one
// and a half, and "1.234" and "1,234" are a little more than one. Groups of three are read where they cannot be
// anything else: "1.234.567", "1.234,5", "1,234,567", "1,234.5", "1 234" (with any white space). "−" is "-".
func Number(s string) (float64, bool) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "−", "-"))
	switch {
	case pointGroups.MatchString(s):
		s = strings.ReplaceAll(strings.ReplaceAll(s, ".", ""), ",", ".")
	case commaGroups.MatchString(s):
		s = strings.ReplaceAll(s, ",", "")
	case spaceGroups.MatchString(strings.ReplaceAll(s, "\u00a0", " ")):
		s = strings.ReplaceAll(strings.Join(strings.Fields(s), ""), ",", ".")
	case oneSign.MatchString(s):
		s = strings.Replace(s, ",", ".", 1)
	default:
		return 0, false
	}
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil && !math.IsInf(x, 0)
}

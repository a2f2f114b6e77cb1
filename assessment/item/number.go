package item

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

var (
	vietnameseNumber = regexp.MustCompile(`^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$`)
	englishNumber    = regexp.MustCompile(`^[+-]?\d{1,3}(,\d{3}){2,}(\.\d+)?$|^[+-]?\d{1,3}(,\d{3})+\.\d+$`)
)

// Number reads a number as people type it: "1,5" and "1.5" are one and a half; "1.234.567,8" and "1,234,567.8" have
// groups of three. A single group after a comma is a fraction and after a point is a fraction too, except that
// "1.234" is taken as a fraction only: whoever writes a question gives a tolerance or says how to write the answer.
func Number(s string) (float64, bool) {
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, "−", "-")), "")
	switch {
	case vietnameseNumber.MatchString(s) && (strings.Count(s, ".") > 1 || strings.Contains(s, ",")):
		s = strings.ReplaceAll(strings.ReplaceAll(s, ".", ""), ",", ".")
	case englishNumber.MatchString(s):
		s = strings.ReplaceAll(s, ",", "")
	default:
		if strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
			s = strings.Replace(s, ",", ".", 1)
		}
	}
	if strings.ContainsAny(s, "xXpP_iInN") { // hexadecimal, Inf and NaN are no answers
		return 0, false
	}
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil && !math.IsInf(x, 0)
}

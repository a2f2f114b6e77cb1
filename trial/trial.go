// Package trial finds out by chance whether a campaign works: whom it leaves out for a while, and what difference that made.
//
// # Who is held out
//
// Chance decides within each stratum (the unit of a person), so that units of every kind stand in both arms. A stratum of n
// people gives n·share of them, rounded down or up; which it is, is drawn across the strata by systematic sampling (Madow, "On
// the theory of systematic sampling, II", Ann. Math. Stat. 20, 1949): everybody's chance is exactly the share, even in units of
// three, and the whole is right to one person. Within a stratum those are held out whose keyed hash (HMAC-SHA256 of the person
// under the seed) is smallest. So the seed alone says who it is, in whatever order people come, and whoever knows the seed can
// check it.
//
// # What difference it made
//
// The effect is the share of those asked who did it less that of those held out, everybody counted in the arm that was drawn
// (intention to treat), post-stratified: each group of strata counts by its people. Strata too small to have a variance are
// put together first (collapsed strata: Cochran, Sampling Techniques, 3rd ed., 5A.12). The variance of each arm is Neyman's;
// from it follows how many people in a plain sample would say as much (Korn and Graubard, Survey Methodology 24, 1998), from
// that Wilson's interval of each arm, and from both the interval of the difference (Newcombe, Statistics in Medicine 17, 1998,
// method 10). It is Neyman's interval where there are many people, and still covers near 0 and 100 %.
//
// Marks are compared by analysis of covariance: what people knew before takes out much of the noise, and because the arms were
// drawn the estimate is right whatever the true relation (Lin, Annals of Applied Statistics 7, 2013). A plain difference of
// gains would need everybody to have an earlier mark, and is noisier unless earlier and later marks go together one for one.
package trial

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"
)

// MostShare is the largest share that may be held out: half tell most, and more would be unfair for nothing.
const MostShare = 0.5

// Drawn is how chance fell in a stratum.
type Drawn struct {
	Stratum string `json:"stratum"`
	People  int    `json:"people"`
	Held    int    `json:"held"`
	Cut     string `json:"cut,omitempty"` // the largest key of those held out; "" where nobody is
}

// SeedOf is the seed of a tick that is due at a time, made of its campaign's: each time others are held out.
func SeedOf(campaign uint64, due time.Time) string {
	return strconv.FormatUint(campaign, 10) + "/" + due.UTC().Format(time.RFC3339)
}

// Draw decides who of each stratum is held out. The result is ordered by stratum.
func Draw(seed string, share float64, strata map[string][]string) []Drawn {
	sizes := make(map[string]int, len(strata))
	for s, people := range strata {
		sizes[s] = len(people)
	}
	seats := Seats(seed, share, sizes)
	all := make([]Drawn, 0, len(strata))
	for _, s := range slices.Sorted(maps.Keys(strata)) {
		d := Drawn{Stratum: s, People: len(strata[s]), Held: seats[s]}
		if d.Held > 0 {
			keys := make([]string, 0, d.People)
			for _, p := range strata[s] {
				keys = append(keys, key(seed, "person", p))
			}
			slices.Sort(keys)
			d.Cut = keys[d.Held-1]
		}
		all = append(all, d)
	}
	return all
}

// Seats tells how many of each stratum are held out. A share outside of 0 to MostShare is taken as the nearer end.
func Seats(seed string, share float64, sizes map[string]int) map[string]int {
	share = min(max(share, 0), MostShare)
	order := make([][2]string, 0, len(sizes)) // key, stratum
	for s := range sizes {
		order = append(order, [2]string{key(seed, "stratum", s), s})
	}
	slices.SortFunc(order, func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	seats := make(map[string]int, len(sizes))
	start := fraction(seed, "start")
	people, before := 0, 0
	for _, o := range order {
		people += sizes[o[1]]
		until := int(math.Floor(share*float64(people) + start))
		seats[o[1]] = until - before
		before = until
	}
	return seats
}

// IsHeld tells in which arm the cut of their stratum puts a person.
func IsHeld(seed, person, cut string) bool { return cut != "" && key(seed, "person", person) <= cut }

func sum(seed, kind, id string) []byte {
	m := hmac.New(sha256.New, []byte(seed))
	m.Write([]byte(kind + "\x00" + id))
	return m.Sum(nil)
}

// key is a keyed hash, as text that is ordered as its bytes are.
func key(seed, kind, id string) string { return hex.EncodeToString(sum(seed, kind, id)[:8]) }

// fraction is a number from 0 to 1, 1 not included.
func fraction(seed, kind string) float64 {
	return float64(binary.BigEndian.Uint64(sum(seed, kind, ""))>>11) / (1 << 53)
}

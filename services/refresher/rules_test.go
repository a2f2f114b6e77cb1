package refresher

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"khuevan/content"
)

func TestRulesOutOfBoundsAreRefused(t *testing.T) {
	text, err := content.FS.ReadFile(rulesFile)
	if err != nil {
		t.Fatal(err)
	}
	for change, want := range map[[2]string]string{
		{"retention: 0.9", "retention: 1.5"}:                      "retention",
		{"[0.212,", "["}:                                          "21 weights",
		{"longest_days: 365", "longest_days: 0"}:                  "longest",
		{"weekday: monday", "weekday: moonday"}:                   "weekday",
		{"hour: 8", "hour: 25"}:                                   "hour",
		{"zone: Asia/Ho_Chi_Minh", "zone: Asia/Nowhere"}:          "weekly",
		{"most: 5", "most: 2"}:                                    "questions",
		{"{share: 0, grade: again}", "{share: 0.1, grade: hard}"}: "share 0",
		{"{share: 1, grade: good}", "{share: 1, grade: great}"}:   "great",
		{"passed: good", "passed: well"}:                          "well",
		{"passed: good", "learnt: good"}:                          "learnt",
	} {
		changed := strings.Replace(string(text), change[0], change[1], 1)
		if changed == string(text) {
			t.Fatalf("%q is not in the file", change[0])
		}
		_, err := readRules(fstest.MapFS{rulesFile: {Data: []byte(changed)}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), rulesFile) {
			t.Errorf("%q: %v", change[1], err)
		}
	}
}

func TestGradesFollowTheShare(t *testing.T) {
	r := shipped(t)
	for _, c := range []struct {
		right, asked int
		want         string
	}{{3, 3, "good"}, {1, 1, "good"}, {2, 3, "hard"}, {3, 5, "hard"}, {1, 2, "again"}, {2, 5, "again"}, {0, 1, "again"}} {
		if got := r.grade(c.right, c.asked); string(got) != c.want {
			t.Errorf("%d of %d is %s, want %s", c.right, c.asked, got, c.want)
		}
	}
}

func TestTheWeekOfAMoment(t *testing.T) {
	r := shipped(t)
	for at, want := range map[time.Time]time.Time{
		monday: monday, monday.Add(-time.Second): monday.Add(-week), monday.Add(week - time.Second): monday, monday.Add(3 * week): monday.Add(3 * week),
	} {
		if got := r.weekOf(at); !got.Equal(want) {
			t.Errorf("the week of %s is that of %s, want %s", at, got, want)
		}
	}
}

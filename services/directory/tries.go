package directory

import (
	"sync"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
)

// What wrong tries cost an account.
const (
	freeTries   = 5
	firstWait   = 30 * time.Second
	longestWait = 15 * time.Minute
	forgotten   = time.Hour // after the last try
	accounts    = 10_000    // remembered at once
)

// tries slows down guessing, per account. It forgets on exit.
type tries struct {
	clock clock.Clock
	mu    sync.Mutex
	by    map[string]tried
}

type tried struct {
	failures int
	last     time.Time
}

func newTries(c clock.Clock) *tries { return &tries{clock: c, by: map[string]tried{}} }

// wait is how long after the last try the next one is heard.
func (t tried) wait() time.Duration {
	over := t.failures - freeTries
	switch {
	case over < 0:
		return 0
	case over >= 5: // 30 s doubled five times is more than the longest
		return longestWait
	default:
		return min(firstWait<<over, longestWait)
	}
}

// begin counts a try as failed until it succeeds, so that many at once are no way around. While the account waits,
// the try is refused and not counted.
func (t *tries) begin(account string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	was, known := t.by[account]
	if now.Sub(was.last) >= forgotten {
		was = tried{}
	}
	if left := was.last.Add(was.wait()).Sub(now); left > 0 && was.failures > 0 {
		return tooMany(left)
	}
	if !known && len(t.by) >= accounts {
		t.forgetOne(now)
	}
	t.by[account] = tried{failures: was.failures + 1, last: now}
	return nil
}

// succeed forgets the account's failures.
func (t *tries) succeed(account string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.by, account)
}

// undo takes back a try that was not decided.
func (t *tries) undo(account string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	was, ok := t.by[account]
	if was.failures--; ok && was.failures > 0 {
		t.by[account] = was
	} else {
		delete(t.by, account)
	}
}

// forgetOne makes room: for what is long past, or else for the account with the fewest failures, so that a crowd
// of invented accounts displaces itself and not the one that is attacked.
func (t *tries) forgetOne(now time.Time) {
	var least string
	for account, e := range t.by {
		if now.Sub(e.last) >= forgotten {
			delete(t.by, account)
			return
		}
		if l, ok := t.by[least]; !ok || e.failures < l.failures || e.failures == l.failures && e.last.Before(l.last) {
			least = account
		}
	}
	delete(t.by, least)
}

func tooMany(left time.Duration) error {
	if left <= time.Minute {
		seconds := int((left + time.Second - 1) / time.Second)
		return fault.Newf(fault.Denied, "Đã nhập sai nhiều lần. Vui lòng thử lại sau %d giây.",
			"Too many wrong tries. Please try again in %d seconds.", seconds)
	}
	minutes := int((left + time.Minute - 1) / time.Minute)
	return fault.Newf(fault.Denied, "Đã nhập sai nhiều lần. Vui lòng thử lại sau %d phút.",
		"Too many wrong tries. Please try again in %d minutes.", minutes)
}

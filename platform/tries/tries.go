// Package tries slows down guessing at an account: first for the address that guesses, then, slower, for everybody.
package tries

import (
	"sync"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
)

// pace is what wrong tries cost.
type pace struct {
	free           int // tries without a wait
	first, longest time.Duration
}

// byAddress is what an address pays that guesses at an account; byAccount is what all strangers together pay. The second
// is mild: a flood from many addresses makes guessing slow, and must not keep the owner out.
var (
	byAddress = pace{free: 5, first: 30 * time.Second, longest: 15 * time.Minute}
	byAccount = pace{free: 50, first: 2 * time.Second, longest: time.Minute}
)

const (
	forgotten = time.Hour // after the last try
	most      = 10_000    // keys remembered at once
	known     = 24 * time.Hour
)

// Tries counts wrong tries. It forgets on exit.
type Tries struct {
	clock clock.Clock
	mu    sync.Mutex
	by    map[string]tried     // by account and address, and by account
	owner map[string]time.Time // account and address of the last success
}

type tried struct {
	failures int
	last     time.Time
}

// New makes a counter without failures.
func New(c clock.Clock) *Tries {
	return &Tries{clock: c, by: map[string]tried{}, owner: map[string]time.Time{}}
}

// wait is how long after the last try the next one is heard.
func (p pace) wait(failures int) time.Duration {
	over := failures - p.free
	switch {
	case over < 0:
		return 0
	case over >= 10: // any first wait doubled so often is past the longest
		return p.longest
	default:
		return min(p.first<<over, p.longest)
	}
}

func pair(account, address string) string { return account + "\x00" + address }

// Begin counts a try as failed until it succeeds, so that many at once are no way around. While the address or the account
// waits, the try is refused and not counted. An address from where the account's owner came within a day does not wait for
// strangers.
func (t *Tries) Begin(account, address string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now, both := t.clock.Now(), pair(account, address)
	if left := t.left(both, byAddress, now); left > 0 {
		return tooMany(left)
	}
	came, ok := t.owner[both]
	if ok && now.Sub(came) >= known {
		delete(t.owner, both)
		ok = false
	}
	if left := t.left(account, byAccount, now); left > 0 && !ok {
		return tooMany(left)
	}
	t.count(both, now)
	t.count(account, now)
	return nil
}

func (t *Tries) left(key string, p pace, now time.Time) time.Duration {
	was, ok := t.by[key]
	if !ok {
		return 0
	}
	if now.Sub(was.last) >= forgotten {
		delete(t.by, key)
		return 0
	}
	return was.last.Add(p.wait(was.failures)).Sub(now)
}

func (t *Tries) count(key string, now time.Time) {
	was, ok := t.by[key]
	if !ok && len(t.by) >= most {
		t.forgetOne(now)
	}
	t.by[key] = tried{failures: was.failures + 1, last: now}
}

// Succeed forgets the address's failures and remembers it as the owner's; what others failed stays counted.
func (t *Tries) Succeed(account, address string) {
	t.Undo(account, address)
	t.mu.Lock()
	defer t.mu.Unlock()
	both := pair(account, address)
	delete(t.by, both)
	if len(t.owner) >= most {
		clear(t.owner)
	}
	t.owner[both] = t.clock.Now()
}

// Undo takes back a try that was not decided.
func (t *Tries) Undo(account, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, key := range []string{pair(account, address), account} {
		was, ok := t.by[key]
		if was.failures--; ok && was.failures > 0 {
			t.by[key] = was
		} else {
			delete(t.by, key)
		}
	}
}

// forgetOne makes room: for what is long past, or else for the key with the fewest failures, so that a crowd
// of invented accounts displaces itself and not the one that is attacked.
func (t *Tries) forgetOne(now time.Time) {
	var least string
	for key, e := range t.by {
		if now.Sub(e.last) >= forgotten {
			delete(t.by, key)
			return
		}
		if l, ok := t.by[least]; !ok || e.failures < l.failures || e.failures == l.failures && e.last.Before(l.last) {
			least = key
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

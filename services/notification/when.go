package notification

import (
	"slices"
	"time"

	"khuevan/platform/clock"
)

// Hours is when letters are sent, in the province's zone.
type Hours struct {
	From, Until time.Duration        // of the quiet hours, since midnight; they may span it. Equal for none
	Digest      time.Duration        // when the digest is sent, since midnight
	DayOff      func(time.Time) bool // a day on which it is quiet all day; nil for none
	Collect     time.Duration        // how long a reminder waits for others of the day
}

const wholeDay = 24 * time.Hour

func (h Hours) off(t time.Time) bool { return h.DayOff != nil && h.DayOff(t) }

// awake is the first moment from t on at which letters are sent. After a year of days off it gives up and sends.
func (h Hours) awake(t time.Time) time.Time {
	for range 366 {
		midnight := clock.Midnight(t)
		now := t.Sub(midnight)
		switch {
		case h.off(t):
			t = midnight.Add(wholeDay)
		case h.From < h.Until && now >= h.From && now < h.Until:
			t = midnight.Add(h.Until)
		case h.From > h.Until && now < h.Until:
			t = midnight.Add(h.Until)
		case h.From > h.Until && now >= h.From:
			t = midnight.Add(wholeDay)
		default:
			return t
		}
	}
	return t
}

// digest is the first moment after t at which a digest is sent: not on a day off, and never in quiet hours.
func (h Hours) digest(t time.Time) time.Time {
	at := clock.Midnight(t).Add(h.Digest)
	for range 366 {
		if at.After(t) && !h.off(at) {
			break
		}
		at = clock.Midnight(at).Add(wholeDay + h.Digest)
	}
	return h.awake(at)
}

// delivery is what becomes of a message besides the inbox.
type delivery struct {
	email  bool      // a letter of its own
	bundle string    // told in one letter with others
	due    time.Time // when; zero for at once
}

// asked is what is asked about a message: its kind, the way that its person chose ("" for none), until when it is of use (zero
// for as long as it takes), and whether the day's letter of its bundle is sent already.
type asked struct {
	kind   kind
	way    string
	before time.Time
	sent   bool
}

// when tells how and when a message leaves the house. What would come too late after the quiet hours does not wait for their end.
func when(a asked, now time.Time, h Hours) delivery {
	way := a.way
	if !slices.Contains(a.kind.Ways, way) {
		way = a.kind.Ways[0]
	}
	switch awake := h.awake(now); {
	case way == wayInbox:
		return delivery{}
	case way == wayDigest:
		return delivery{bundle: bundleDigest, due: h.digest(now)}
	case a.kind.Bundle != "":
		from := now.Add(h.Collect)
		if a.sent {
			from = clock.Midnight(now).Add(wholeDay)
		}
		return delivery{bundle: a.kind.Bundle, due: h.awake(from)}
	case a.kind.Awake, !awake.After(now), !a.before.IsZero() && !a.before.After(awake):
		return delivery{email: true}
	default:
		return delivery{email: true, due: awake}
	}
}

package webhook

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/jetstream"
	"khuevan/platform/rpc"
)

const (
	firstPause   = 5 * time.Second
	longestPause = 4 * time.Hour
	failingFrom  = 3 // tries of one event
	reachedEvery = 24 * time.Hour
	mostDrained  = 64 << 10 // bytes of an answer that are read away, so that the connection can be used again
)

// Delivery is one try to deliver an event.
type Delivery struct {
	Event   string    `json:"event"`
	Type    string    `json:"type"`
	At      time.Time `json:"at"`
	Try     int       `json:"try"`               // of this event in a row, from 1
	Code    int       `json:"code,omitempty"`    // of the answer, 0 for none
	Trouble string    `json:"trouble,omitempty"` // why there was none: timeout, refused, name, tls, forbidden, other
	Millis  int64     `json:"millis"`
}

// Taken reports whether the receiver took the event.
func (d Delivery) Taken() bool { return d.Code >= 200 && d.Code < 300 }

// sender sends single events.
type sender struct {
	host.Deps
	views  *views
	notes  *jetstream.Notes
	client *http.Client
	source string // of all events: where the platform is reached
}

// send tries once to deliver an event to an endpoint. An error is trouble of our own; the receiver's is in the delivery.
func (s *sender) send(ctx context.Context, to endpoint, e cloudEvent, try int) (Delivery, error) {
	now := s.Clock.Now()
	secrets, err := s.secrets(ctx, to, now)
	if err != nil {
		return Delivery{}, err
	}
	req, err := e.request(to.URL, secrets, now)
	if err != nil {
		return Delivery{}, err
	}
	d := Delivery{Event: e.ID, Type: e.Type, At: now, Try: try}
	passed := clock.Stopwatch()
	answer, err := s.client.Do(req.WithContext(ctx))
	d.Millis = passed().Milliseconds()
	if err != nil {
		if ctx.Err() != nil {
			return d, ctx.Err() // nobody waits for it any more; nothing is known
		}
		d.Trouble = troubleOf(err)
	} else {
		d.Code = answer.StatusCode
		_, _ = io.CopyN(io.Discard, answer.Body, mostDrained) // what it says is of no interest
		_ = answer.Body.Close()
	}
	body, err := json.Marshal(d)
	if err == nil {
		err = s.notes.Add(ctx, to.ID, body)
	}
	if err != nil {
		s.Log.WarnContext(ctx, "a delivery was not noted", "endpoint", to.ID, "err", err)
	}
	return d, nil
}

// secrets are what signs now, the newest first.
func (s *sender) secrets(ctx context.Context, to endpoint, now time.Time) (all []string, err error) {
	sealed := []string{string(to.Secret)}
	if now.Before(to.OldUntil) {
		sealed = append(sealed, string(to.Old))
	}
	for _, x := range sealed {
		plain, err := s.Keys.Reveal(ctx, keyOf(to.ID), "secret", x)
		if err != nil {
			return nil, fmt.Errorf("secret of the endpoint %s: %w", to.ID, err)
		}
		all = append(all, plain)
	}
	return all, nil
}

// troubleOf says in one word why there was no answer; the words of an error may hold what an address is made of.
func troubleOf(err error) string {
	var timeout net.Error
	var name *net.DNSError
	var bad *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.Is(err, errForbidden):
		return "forbidden"
	case errors.As(err, &name):
		return "name"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.As(err, &bad), errors.As(err, &record):
		return "tls"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	}
	return "other"
}

// eventOf makes the event of a recorded fact, as an endpoint may see it.
func (s *sender) eventOf(ctx context.Context, to endpoint, r eventsource.Recorded) (cloudEvent, error) {
	o, known := telling(r)
	if !known {
		return cloudEvent{}, fmt.Errorf("fact #%d of %s is none that may leave the house", r.Seq, r.Stream)
	}
	data, subject := o.tell(r.Event), r.Stream[len(o.Fact)-len(factOf(r.Event)):]
	if about, ok := data.(interface{ whose() *Whose }); ok {
		w := about.whose()
		subject = w.Person
		if to.Codes {
			if err := s.AwaitFor(ctx, s.views.people, r.Seq); err != nil {
				return cloudEvent{}, err
			}
			var err error
			if w.Code, err = s.views.code(ctx, w.Person); err != nil {
				return cloudEvent{}, err
			}
		}
	}
	if c, ok := data.(*CertificateIssued); ok && !to.Codes {
		c.Number = ""
	}
	return wrap(s.source, eventID(r), o.Type, subject, r.Time, data), nil
}

// courier brings the events of one endpoint, one after the other.
type courier struct {
	*sender
	journal  *jetstream.Journal
	endpoint atomic.Pointer[endpoint] // as it stands; what it is sent by does not change while a courier lives
}

// run goes on until the context ends; trouble of our own passes.
func (c *courier) run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := c.work(ctx); ctx.Err() == nil {
			c.Log.WarnContext(ctx, "webhook deliveries are interrupted", "endpoint", c.endpoint.Load().ID, "err", err)
			_ = c.Clock.WaitUntil(ctx, c.Clock.Now().Add(firstPause)) // the loop looks at ctx
		}
	}
}

// work delivers what is next, again and again; it returns when something stops it.
func (c *courier) work(ctx context.Context) error {
	to := *c.endpoint.Load()
	feed, err := c.journal.OpenFeed(ctx, feedOf(to.ID, to.Generation), to.After, factsOf(to.Types))
	if err != nil {
		return err
	}
	for {
		held, err := feed.Next(ctx)
		if err != nil {
			return err
		}
		tries, err := c.bring(ctx, held.Recorded)
		if err != nil {
			held.Return()
			return err
		}
		if err := held.Done(ctx); err != nil {
			return err
		}
		if err := c.delivered(ctx, held.Seq, tries); err != nil {
			return err
		}
	}
}

// bring delivers one event, however long that takes, and tells how many tries it took.
func (c *courier) bring(ctx context.Context, r eventsource.Recorded) (tries int, err error) {
	since := c.Clock.Now()
	for try := 1; ; try++ {
		to := *c.endpoint.Load()
		e, err := c.eventOf(ctx, to, r)
		if err != nil {
			return try, err
		}
		d, err := c.send(ctx, to, e, try)
		if err != nil || d.Taken() {
			return try, err
		}
		if !to.Failing.IsZero() {
			since = to.Failing
		}
		if err := c.failed(ctx, to, d, since); err != nil {
			return try, err
		}
		if err := c.Clock.WaitUntil(ctx, c.Clock.Now().Add(pauseAfter(try, rand.Float64()))); err != nil { //nolint:gosec // jitter is no secret
			return try, err
		}
	}
}

// pauseAfter is how long to wait after the n-th try of one event; jitter from 0 to 1 takes off up to a half.
func pauseAfter(try int, jitter float64) time.Duration {
	pause := longestPause
	if try < 16 {
		pause = min(longestPause, firstPause<<(try-1))
	}
	return pause - time.Duration(jitter/2*float64(pause))
}

// delivered notes that an endpoint works again, and once a day how far it is. That it was failing may be so new that the courier has
// not heard of it.
func (c *courier) delivered(ctx context.Context, seq uint64, tries int) error {
	to, now := c.endpoint.Load(), c.Clock.Now()
	if tries > failingFrom || !to.Failing.IsZero() {
		if err := c.do(ctx, noteRecovered(to.ID)); err != nil {
			return err
		}
	}
	if now.Sub(to.Reached) >= reachedEvery {
		return c.do(ctx, noteReached(to.ID, to.Generation, seq, now))
	}
	return nil
}

// failed notes what a failure means for the endpoint. A suspension ends the courier through the facts that it hears.
func (c *courier) failed(ctx context.Context, to endpoint, d Delivery, since time.Time) error {
	gone := d.Code == http.StatusGone
	if gone || c.Clock.Now().Sub(since) >= patience {
		why := whyFailing
		if gone {
			why = whyGone
		}
		tell, err := c.views.administrators(ctx)
		if err != nil {
			return err
		}
		return c.do(ctx, suspend(to.ID, why, tell))
	}
	if d.Try >= failingFrom && to.Failing.IsZero() {
		return c.do(ctx, noteFailing(to.ID, since))
	}
	return nil
}

func (c *courier) do(ctx context.Context, cmd change) error {
	_, err := host.Do(rpc.AsSystem(ctx, c.NewID()), c.Deps, cmd)
	return err
}

package notification

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

const (
	round    = time.Minute        // between two looks at the letters that wait; a server that failed is left alone as long
	patience = 3 * 24 * time.Hour // with a server that says "later" to one letter
	noting   = 10 * time.Second   // to record what the server did, even while the service shuts down

	mostQueued = 4096 // letters that a process has in mind; the others wait in the read model
	atOnce     = 64   // letters that are looked up and written at the same time
	mostNoted  = 256  // results that are being recorded at the same time
)

// post brings letters to the mail server: at once when they are queued, later when the server could not take them. Letters go
// from queue, written out, to the lines; what becomes of each is recorded beside the next one's sending.
type post struct {
	d       host.Deps
	views   *views
	server  *server
	addr    func(context.Context) (string, error)
	domain  string // right part of Message-IDs
	base    string
	lines   int
	pace    *pace
	logbook *logbook

	queue  chan string // ids of messages
	ready  chan ready
	noted  chan struct{} // one for each result that is being recorded
	noting sync.WaitGroup
	woken  chan struct{}

	mu       sync.Mutex
	idle     *sync.Cond // nothing is under way, and nothing more is known to wait
	looking  bool
	underWay map[string]bool
	known    map[string]knowledge
	restTill time.Time
	more     bool   // letters wait for which there was no room
	missed   uint64 // sequence of the last fact among them
}

func newPostTo(d host.Deps, c Config, v *views, s *server, domain string) *post {
	p := &post{d: d, views: v, server: s, domain: domain, base: c.BaseURL, lines: c.lines(), pace: newPace(c.PerSecond),
		queue: make(chan string, mostQueued), ready: make(chan ready), noted: make(chan struct{}, mostNoted), woken: make(chan struct{}, 1),
		underWay: map[string]bool{}, known: map[string]knowledge{}}
	p.idle = sync.NewCond(&p.mu)
	return p
}

// react hears that a message is to be sent. A fact heard and forgotten in a crash costs nothing: the letter waits in the read model.
func (p *post) react(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	if _, again := r.Event.(events.MailRequeued); again { // what is known of the address may have changed just before
		if err := p.d.AwaitFor(ctx, p.views.contacts, r.Seq); err != nil {
			return nil, err
		}
	}
	if e, first := r.Event.(events.MessageQueued); first && mailAtFirst(e) != mailQueued {
		return nil, nil // it has no letter, or that one waits for its release
	}
	p.push(r.Stream[len(messageNoun)+1:], r.Seq)
	return nil, nil
}

// push puts a letter into the queue, unless it is under way; it reports whether there was room.
func (p *post) push(id string, seq uint64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.underWay[id] {
		return true
	}
	select {
	case p.queue <- id:
		p.underWay[id] = true
		return true
	default:
		p.more, p.missed = true, max(p.missed, seq)
		return false
	}
}

// release ends what is under way about a letter, with what is known of it and could not be recorded.
func (p *post) release(id string, known knowledge) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.underWay, id)
	if known == knowNothing {
		delete(p.known, id)
	} else {
		p.known[id] = known
	}
	p.idle.Broadcast()
}

// run sends letters until the context ends.
func (p *post) run(ctx context.Context) error {
	sending, cancel := context.WithCancel(ctx)
	var going sync.WaitGroup
	side := func(fn func(context.Context)) {
		going.Go(func() {
			for sending.Err() == nil {
				p.safely(sending, "", func() error { fn(sending); return nil })
			}
		})
	}
	b := p.newOutbox()
	side(p.prepare)
	side(b.begin)
	for range p.lines {
		side(func(ctx context.Context) { (&line{outbox: b}).run(ctx) })
	}
	err := p.feed(ctx)
	cancel()
	going.Wait()
	b.close(ctx)
	return err
}

// feed looks at the waiting letters at once, then every minute, and sooner when there was no room for all.
func (p *post) feed(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := p.sweep(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		waiting, stop := context.WithCancel(ctx)
		go func() {
			defer stop()
			select {
			case <-p.woken:
			case <-waiting.Done():
			}
		}()
		_ = p.d.Clock.WaitUntil(waiting, p.nextLook()) // woken or ended, it goes on
		stop()
	}
	return nil
}

func (p *post) wake() {
	select {
	case p.woken <- struct{}{}:
	default:
	}
}

func (p *post) nextLook() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.d.Clock.Now(); !now.Before(p.restTill) {
		return now.Add(round)
	}
	return p.restTill
}

var errFull = errors.New("notification: no room for more letters")

// sweep puts letters that wait in the read model into the queue, the oldest first, as many as there is room for.
func (p *post) sweep(ctx context.Context) error {
	if p.resting() {
		return nil
	}
	p.mu.Lock()
	missed := p.missed
	p.more, p.missed, p.looking = false, 0, true
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.looking = false
		p.idle.Broadcast()
	}()
	if err := p.d.Await(ctx, p.views.inbox, missed); err != nil {
		return err
	}
	now := p.d.Clock.Now()
	for _, state := range []string{mailBegun, mailQueued} {
		err := p.views.messages.Each(ctx, readmodel.Query{Index: "mail", Equal: []any{state}}, func(m messageDoc) error {
			if !m.Next.After(now) && !p.push(m.Message, 0) {
				return errFull
			}
			return nil
		})
		if errors.Is(err, errFull) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("waiting letters: %w", err)
		}
	}
	return nil
}

func (p *post) resting() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.d.Clock.Now().Before(p.restTill)
}

// rest leaves the server alone for a while.
func (p *post) rest(ctx context.Context, at stage, err error) {
	p.mu.Lock()
	told := p.d.Clock.Now().Before(p.restTill)
	p.restTill = p.d.Clock.Now().Add(round)
	p.mu.Unlock()
	if !told { // by another line
		p.d.Log.WarnContext(ctx, "the mail server takes no letters now; they wait", "stage", int(at), "err", withoutWords(err))
	}
	p.wake() // to wait for the end of the rest
}

// prepare looks up the letters of the queue, many side by side, and writes those that are to be sent.
func (p *post) prepare(ctx context.Context) {
	for {
		var ids []string
		select {
		case id := <-p.queue:
			ids = append(ids, id)
		case <-ctx.Done():
			return
		}
		for len(ids) < min(atOnce, p.pace.most()) && len(p.queue) > 0 {
			ids = append(ids, <-p.queue)
		}
		p.wakeWhenLow()
		p.gather(ctx, ids)
		_ = host.All(ctx, ids, func(ctx context.Context, id string) error { // one that fails holds up none
			p.safely(ctx, id, func() error { return p.consider(ctx, id) })
			return nil
		})
	}
}

func (p *post) wakeWhenLow() {
	p.mu.Lock()
	low := p.more && len(p.queue) < mostQueued/4
	p.mu.Unlock()
	if low {
		p.wake()
	}
}

// gather reads the keys of the people to whom letters go together. Where it fails each is asked for by itself.
func (p *post) gather(ctx context.Context, ids []string) {
	people := make([]string, len(ids))
	for i, id := range ids {
		people[i] = owner(id)
	}
	if err := p.d.Keys.Gather(ctx, people, len(ids)+len(p.queue)); err != nil {
		p.d.Log.WarnContext(ctx, "read keys for letters", "err", err)
	}
}

// safely does something about a letter; where that fails, the letter is looked at again in a later round.
func (p *post) safely(ctx context.Context, id string, fn func() error) {
	err := func() (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
			}
		}()
		return fn()
	}()
	if err == nil {
		return
	}
	p.mu.Lock()
	known := p.known[id]
	p.mu.Unlock()
	p.release(id, known)
	if ctx.Err() == nil {
		p.d.Log.ErrorContext(ctx, "a letter waits for the next round", "message", id, "err", withoutWords(err))
	}
}

// consider does what is to be done about one letter.
func (p *post) consider(ctx context.Context, id string) error {
	p.mu.Lock()
	known := p.known[id]
	p.mu.Unlock()
	seen, err := host.See[message](ctx, p.d, streamOf(id))
	if err != nil {
		return err
	}
	m, now := seen.State, p.d.Clock.Now()
	if known == knowNothing {
		known = p.logbook.knows(m)
	}
	switch next(m, known, now) {
	case stepSend:
		return p.dispatch(ctx, m, known)
	case stepDefer:
		p.noteThen(ctx, id, deferMail{events.MailDeferred{Message: id, At: now}}, known, func() { p.push(id, 0) })
	case stepRecord:
		p.note(ctx, id, handOverMail{id}, known)
	case stepFlag:
		p.note(ctx, id, flagMail{id, events.FlagUnknown, reasonUnknown}, known)
	case stepNone:
		if m.mail != mailBegun {
			known = knowNothing
		}
		p.release(id, known)
	}
	return nil
}

// dispatch writes a letter and hands it to a line.
func (p *post) dispatch(ctx context.Context, m message, known knowledge) error {
	if p.resting() {
		p.release(m.id, known)
		return nil
	}
	l, err := p.write(ctx, m)
	switch {
	case errors.Is(err, errNoAddress):
		p.note(ctx, m.id, flagMail{m.id, events.FlagNoAddress, reasonNoAddress}, known)
		return nil
	case errors.Is(err, errHeld):
		p.note(ctx, m.id, flagMail{m.id, events.FlagHeld, reasonHeld}, known)
		return nil
	case err != nil:
		return err
	}
	select {
	case p.ready <- l:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// note records what was proved of a letter, beside what else goes on, and releases it. While that fails it stays known in this
// process. A request id of its own makes a repetition after a lost answer harmless.
func (p *post) note(ctx context.Context, id string, cmd eventsource.Command[message], otherwise knowledge) {
	p.noteThen(ctx, id, cmd, otherwise, func() {})
}

// noteThen is note, and does something more once it is recorded.
func (p *post) noteThen(ctx context.Context, id string, cmd eventsource.Command[message], otherwise knowledge, then func()) {
	p.noted <- struct{}{}
	ctx = context.WithoutCancel(ctx)
	p.noting.Go(func() {
		defer func() { <-p.noted }()
		ctx, cancel := context.WithTimeout(rpc.AsSystem(ctx, p.d.NewID()), noting)
		defer cancel()
		if _, err := host.DoRecent(ctx, p.d, cmd); err != nil {
			p.d.Log.ErrorContext(ctx, "what became of a letter cannot be recorded yet", "message", id, "err", err)
			p.release(id, otherwise)
			return
		}
		p.release(id, knowNothing)
		then()
	})
}

package notification

import (
	"context"
	"sync/atomic"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

const (
	// stale is how long a begun letter may wait for a line. With one attempt to reach the server and one to give it the letter it
	// stays below grace, so that nobody flags what is still under way.
	stale = 10 * time.Second

	idleTime = 5 * time.Second // a connection without letters is closed
	perLine  = 16              // letters that may be begun for each line
)

// offer is a letter that is begun.
type offer struct {
	ready
	at time.Time
}

// outbox begins letters and gives them to the server over several connections. Letters are begun ahead of their turn, no more than a
// window of them, so that the record writes many together and no connection waits for it. What is begun when the machine
// dies is flagged, so the window is as small as serves: it opens with each letter that is taken, and is one again after trouble.
type outbox struct {
	*post
	window    *window
	offers    chan *offer
	connected atomic.Int64
	spare     chan *session // opened to see whether the server can be reached
}

func (p *post) newOutbox() *outbox {
	most := p.lines * perLine
	return &outbox{post: p, window: newWindow(most), offers: make(chan *offer, most), spare: make(chan *session, 1)}
}

// begin begins letters until the context ends.
func (b *outbox) begin(ctx context.Context) {
	for {
		var r ready
		select {
		case r = <-b.ready:
		case <-ctx.Done():
			return
		}
		if b.d.Clock.WaitUntil(ctx, b.pace.slot(b.d.Clock.Now())) != nil || !b.window.enter(ctx) {
			b.release(r.id, knowNothing)
			return
		}
		if b.resting() {
			b.drop(r)
			continue
		}
		if err := b.reach(ctx); err != nil {
			b.rest(ctx, stageSession, err)
			b.drop(r)
			continue
		}
		b.beginOne(ctx, r)
	}
}

// drop forgets a letter that was not begun.
func (b *outbox) drop(r ready) {
	b.window.leave()
	b.release(r.id, knowNothing)
}

// reach makes sure that the server answers before letters are begun.
func (b *outbox) reach(ctx context.Context) error {
	if b.connected.Load() > 0 || len(b.spare) > 0 {
		return nil
	}
	s, err := b.dial(ctx)
	if err == nil {
		s.used = true // it may be old when its turn comes
		b.spare <- s
	}
	return err
}

func (b *outbox) dial(ctx context.Context) (*session, error) {
	addr, err := b.addr(ctx)
	if err != nil {
		return nil, err
	}
	return b.server.dial(ctx, addr)
}

// beginOne records that a letter is about to be given to the server, beside others.
func (b *outbox) beginOne(ctx context.Context, r ready) {
	o := &offer{ready: r, at: b.d.Clock.Now()}
	cmd := beginMail{events.MailBegun{Message: r.id, MessageID: b.messageID(r.id), At: o.at, Address: r.address, Logbook: b.logbook.name()}}
	b.noting.Go(func() {
		ctx, cancel := context.WithTimeout(rpc.AsSystem(context.WithoutCancel(ctx), b.d.NewID()), noting)
		defer cancel()
		_, err := host.DoRecent(ctx, b.d, cmd)
		if err == nil {
			b.offers <- o // there is room: the window is no larger
			return
		}
		b.window.leave()
		if fault.Is(err, fault.Conflict) {
			b.release(o.id, knowNothing) // somebody else has begun it
			return
		}
		b.release(o.id, knowNotTaken)
		b.d.Log.ErrorContext(ctx, "a letter cannot be begun; it waits", "message", o.id, "err", err)
	})
}

// close puts back what was begun and not given, once nothing is sent any more.
func (b *outbox) close(ctx context.Context) {
	b.noting.Wait()
	for len(b.offers) > 0 {
		b.putBack(ctx, <-b.offers)
	}
	b.noting.Wait()
	if len(b.spare) > 0 {
		(<-b.spare).quit()
	}
}

// putBack records that the server was given nothing of a letter.
func (p *post) putBack(ctx context.Context, o *offer) {
	p.note(ctx, o.id, deferMail{events.MailDeferred{Message: o.id, At: p.d.Clock.Now()}}, knowNotTaken)
}

// line gives letters to the server over one connection, one after the other.
type line struct {
	*outbox
	session *session
}

func (l *line) run(ctx context.Context) {
	defer l.hangUp()
	for {
		o, ok := l.await(ctx)
		if !ok {
			return
		}
		l.window.leave()
		waited := l.d.Clock.Now().Sub(o.at)
		if waited > stale/4 {
			l.window.shrink()
		}
		if ctx.Err() != nil || waited > stale || l.resting() {
			l.putBack(ctx, o)
			continue
		}
		if err := l.logbook.offered(o.id, o.at); err != nil {
			l.rest(ctx, stageSession, err)
			l.putBack(ctx, o)
			continue
		}
		at, err := l.give(ctx, o)
		l.settle(ctx, o, at, err)
	}
}

// await gives the next letter. The connection is closed when none comes for a while.
func (l *line) await(ctx context.Context) (*offer, bool) {
	quiet := time.NewTimer(idleTime)
	defer quiet.Stop()
	for {
		select {
		case o := <-l.offers:
			return o, true
		case <-quiet.C:
			l.hangUp()
		case <-ctx.Done():
			return nil, false
		}
	}
}

// connect makes sure that there is a connection.
func (l *line) connect(ctx context.Context) (err error) {
	if l.session != nil {
		return nil
	}
	select {
	case l.session = <-l.spare:
	default:
		if l.session, err = l.dial(ctx); err != nil {
			l.session = nil
			return err
		}
	}
	l.connected.Add(1)
	return nil
}

func (l *line) hangUp() {
	if l.session != nil {
		l.connected.Add(-1)
		l.session.quit()
		l.session = nil
	}
}

// give offers a letter to the server. A connection that was in use may have been closed by the server meanwhile: what was lost
// before the letter itself was sent is offered once more over a new one.
func (l *line) give(ctx context.Context, o *offer) (at stage, err error) {
	for first := true; ; first = false {
		if err := l.connect(ctx); err != nil {
			return stageSession, err
		}
		used := l.session.used
		at, err = l.session.give(o.envelope)
		if l.session.broken {
			l.hangUp()
		}
		if !first || !used || at > stageData || judge(at, err) != unreachable || l.d.Clock.Now().Sub(o.at) > stale {
			return at, err
		}
		l.hangUp()
	}
}

// settle records what the end of a conversation proves.
func (l *line) settle(ctx context.Context, o *offer, at stage, err error) {
	now := l.d.Clock.Now()
	switch judge(at, err) {
	case handedOver:
		l.logbook.taken(o.id, o.at)
		l.window.grow()
		l.note(ctx, o.id, handOverMail{o.id}, knowTaken)
	case refused:
		if at == stageRecipient {
			l.note(ctx, o.id, bounceMail{events.MailBounced{Message: o.id, Status: statusOf(err), At: now}}, knowNotTaken)
			return
		}
		l.note(ctx, o.id, flagMail{o.id, events.FlagRefused, reasonRefused(err)}, knowNotTaken)
	case unknown:
		l.window.shrink()
		l.note(ctx, o.id, flagMail{o.id, events.FlagUnknown, reasonUnknown}, knowNothing)
	case deferred:
		if now.Sub(o.since) >= patience {
			l.note(ctx, o.id, flagMail{o.id, events.FlagTooLong, reasonTooLong(err)}, knowNotTaken)
			return
		}
		l.note(ctx, o.id, deferMail{events.MailDeferred{Message: o.id, At: now, Reply: answerCodes(err)}}, knowNotTaken)
	case unreachable:
		l.window.shut()
		l.rest(ctx, at, err)
		l.putBack(ctx, o)
	}
}

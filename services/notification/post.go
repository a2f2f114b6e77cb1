package notification

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

const (
	round    = time.Minute        // between two looks at the letters that wait; a server that failed is left alone as long
	patience = 3 * 24 * time.Hour // with a server that says "later" to one letter
	noting   = 10 * time.Second   // to record what the server did, even while the service shuts down
)

// post brings letters to the mail server: at once when they are queued, later when the server could not take them.
type post struct {
	d      host.Deps
	views  *views
	server *server
	addr   func(context.Context) (string, error)
	domain string // right part of Message-IDs
	base   string

	mu       sync.Mutex
	underWay map[string]bool
	known    map[string]knowledge
	restTill time.Time
}

// react hears that a message was queued. A letter that cannot be sent now waits for the next round, so only trouble
// of our own is an error.
func (p *post) react(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	return nil, p.deliver(ctx, r.Stream[len(messageNoun)+1:])
}

// run looks at the waiting letters at once and then every minute.
func (p *post) run(ctx context.Context) error {
	for {
		if err := p.sweep(ctx); err != nil {
			return err
		}
		if err := p.d.Clock.WaitUntil(ctx, p.d.Clock.Now().Add(round)); err != nil {
			return nil //nolint:nilerr // ended as asked
		}
	}
}

func (p *post) sweep(ctx context.Context) error {
	var waiting []string
	for _, state := range []string{mailBegun, mailQueued} {
		err := p.views.messages.Each(ctx, readmodel.Query{Index: "mail", Equal: []any{state}}, func(m messageDoc) error {
			waiting = append(waiting, m.Message)
			return nil
		})
		if err != nil {
			return fmt.Errorf("waiting letters: %w", err)
		}
	}
	var all error
	for _, id := range waiting { // one that fails holds up none behind it
		if err := p.deliver(ctx, id); err != nil {
			all = errors.Join(all, fmt.Errorf("letter %s: %w", id, err))
		}
	}
	return all
}

// deliver does what is to be done about one letter, unless that is being done already.
func (p *post) deliver(ctx context.Context, id string) error {
	known, free := p.claim(id)
	if !free {
		return nil
	}
	defer func() { p.release(id, known) }()
	history, err := p.d.Journal.Load(ctx, streamOf(id))
	if err != nil {
		return err
	}
	l := letterOf(history)
	switch next(l, known, p.d.Clock.Now()) {
	case stepSend, stepResume:
		known, err = p.send(ctx, l, known)
		return err
	case stepRecord:
		known, err = p.record(ctx, handOverMail{id}, knowTaken)
		return err
	case stepFlag:
		known, err = p.record(ctx, flagMail{id, reasonUnknown}, known)
		return err
	case stepNone:
		if l.mail != mailBegun {
			known = knowNothing
		}
	}
	return nil
}

func (p *post) claim(id string) (known knowledge, free bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.underWay[id] {
		return knowNothing, false
	}
	p.underWay[id] = true
	return p.known[id], true
}

func (p *post) release(id string, known knowledge) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.underWay, id)
	if known == knowNothing {
		delete(p.known, id)
		return
	}
	p.known[id] = known
}

func (p *post) resting() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.d.Clock.Now().Before(p.restTill)
}

// rest leaves the server alone for a while.
func (p *post) rest(ctx context.Context, at stage, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.restTill = p.d.Clock.Now().Add(round)
	p.d.Log.WarnContext(ctx, "the mail server takes no letters now; they wait", "stage", int(at), "err", withoutWords(err))
}

// send gives a letter to the server and records what that proves. It returns what is known of the letter then.
func (p *post) send(ctx context.Context, l letter, known knowledge) (knowledge, error) {
	if p.resting() {
		return known, nil
	}
	e, err := p.letter(ctx, l)
	if errors.Is(err, errNoAddress) {
		return p.record(ctx, flagMail{l.id, reasonNoAddress}, known)
	}
	if err != nil {
		return known, err
	}
	addr, err := p.addr(ctx)
	if err != nil {
		p.rest(ctx, stageSession, err)
		return known, nil
	}
	at, err := p.server.give(ctx, addr, e, func() error {
		if l.mail == mailBegun {
			return nil
		}
		known = knowNotTaken // whatever becomes of the append
		_, err := host.Do(rpc.AsSystem(ctx, p.d.NewID()), p.d, beginMail{l.id, p.messageID(l.id)})
		return err
	})
	var notBegun *beginError
	if errors.As(err, &notBegun) {
		if fault.Is(err, fault.Conflict) {
			return knowNothing, nil // somebody else has begun it
		}
		return known, err
	}
	return p.settle(ctx, l, known, at, err)
}

// settle records what the end of a conversation proves.
func (p *post) settle(ctx context.Context, l letter, known knowledge, at stage, err error) (knowledge, error) {
	switch judge(at, err) {
	case handedOver:
		return p.record(ctx, handOverMail{l.id}, knowTaken)
	case refused:
		return p.record(ctx, flagMail{l.id, reasonRefused(err)}, known)
	case unknown:
		return p.record(ctx, flagMail{l.id, reasonUnknown}, knowNothing)
	case deferred:
		if p.d.Clock.Now().Sub(l.at) >= patience {
			return p.record(ctx, flagMail{l.id, reasonTooLong(err)}, known)
		}
	case unreachable:
		p.rest(ctx, at, err)
	}
	return known, nil
}

// record notes what was proved and forgets the letter; while that fails, it stays known in this process.
// A request id of its own makes a repetition after a lost answer harmless.
func (p *post) record(ctx context.Context, cmd eventsource.Command[message], otherwise knowledge) (knowledge, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noting)
	defer cancel()
	if _, err := host.Do(rpc.AsSystem(ctx, p.d.NewID()), p.d, cmd); err != nil {
		return otherwise, err
	}
	return knowNothing, nil
}

var errNoAddress = errors.New("notification: no usable address")

// letter writes the e-mail of a message to whoever its person is today.
func (p *post) letter(ctx context.Context, l letter) (envelope, error) {
	who, err := p.views.contact(ctx, l.person)
	if err != nil {
		return envelope{}, err
	}
	if who.email == "" {
		return envelope{}, errNoAddress
	}
	t, err := p.views.letter(ctx, l.message, who, letterhead{p.base, p.server.from})
	if err != nil {
		return envelope{}, err
	}
	e, err := p.server.write(who.email, p.messageID(l.id), p.d.Clock.Now(), t)
	if err != nil {
		p.d.Log.WarnContext(ctx, "a letter cannot be addressed", "message", l.id)
		return envelope{}, errNoAddress
	}
	return e, nil
}

// messageID is the Message-ID header: the same letter always has the same.
func (p *post) messageID(id string) string { return "<" + id + "@" + p.domain + ">" }

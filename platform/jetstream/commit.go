package jetstream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"khuevan/platform/eventsource"
)

const (
	alone     = 16   // up to so many appends under way at once are cheaper one by one
	mostInOne = 1000 // messages in one atomic batch, a limit of the server
	maxOfOne  = 64   // facts of one command

	// A crowd that was just answered is given a quarter of the time its batch took to come back, within these bounds.
	leastGather = 200 * time.Microsecond
	mostGather  = 5 * time.Millisecond
)

// committer writes concurrent appends together. One by one an append costs one synced write; an atomic batch costs
// a dozen whatever its size. So a lone append goes at once as a plain message, at most a few of those are under way,
// and the many that wait meanwhile go as one batch. While a batch is under way the next one gathers. A refused batch
// is halved until so few are left that they go one by one, so that only the stale one fails.
type committer struct {
	nc    *nats.Conn
	queue chan *pending
	ended chan ending
	stop  chan struct{}
	done  chan struct{}
	once  sync.Once
}

type pending struct {
	stream string
	msgs   []*nats.Msg
	answer chan answer // buffered, so that nobody waits for a caller who left
}

type answer struct {
	seq uint64
	err error
}

// ending tells that appends under way were answered.
type ending struct {
	single  bool
	answers int
	took    time.Duration
}

func newCommitter(nc *nats.Conn) *committer {
	c := &committer{nc: nc, queue: make(chan *pending, mostInOne), ended: make(chan ending), stop: make(chan struct{}), done: make(chan struct{})}
	go c.run()
	return c
}

func (c *committer) append(ctx context.Context, stream string, msgs []*nats.Msg) (uint64, error) {
	p := &pending{stream: stream, msgs: msgs, answer: make(chan answer, 1)}
	select {
	case c.queue <- p:
	case <-c.stop:
		return 0, fmt.Errorf("append to %s: the journal is closed", stream)
	case <-ctx.Done():
		return 0, fmt.Errorf("append to %s: %w", stream, ctx.Err())
	}
	select {
	case a := <-p.answer:
		return a.seq, a.err
	case <-c.done:
		return 0, fmt.Errorf("append to %s: %w: the journal was closed", stream, eventsource.ErrUnsure)
	case <-ctx.Done():
		return 0, fmt.Errorf("append to %s: %w: %w", stream, eventsource.ErrUnsure, ctx.Err())
	}
}

func (c *committer) close() {
	c.once.Do(func() { close(c.stop) })
	<-c.done
}

// desk is what the committer has on its hands; only run touches it.
type desk struct {
	waiting   []*pending
	singles   int         // under way one by one
	batch     bool        // one is under way
	gathering *time.Timer // runs while a crowd is given time to come back
	crowd     int         // how many those are, with those that wait already
}

func (c *committer) run() {
	defer close(c.done)
	d := &desk{gathering: time.NewTimer(0)}
	defer d.gathering.Stop()
	for {
		for c.send(d) {
		}
		queue := c.queue
		if len(d.waiting) >= mostInOne {
			queue = nil
		}
		select {
		case p := <-queue:
			d.waiting = append(d.waiting, p)
		case e := <-c.ended:
			d.end(e, len(c.queue))
		case <-d.gathering.C:
			d.crowd = 0
		case <-c.stop:
			c.drain(d)
			return
		}
	}
}

// end notes that some were answered, and after a batch for how many it is worth to wait a moment.
func (d *desk) end(e ending, queued int) {
	if e.single {
		d.singles--
		return
	}
	d.batch = false
	d.crowd = min(len(d.waiting)+queued+e.answers, mostInOne)
	d.gathering.Reset(min(max(e.took/4, leastGather), mostGather))
}

// send starts an append or a batch, if now is the time, and reports whether it did.
func (c *committer) send(d *desk) bool {
	if d.batch || len(d.waiting) == 0 || len(d.waiting) < d.crowd && d.crowd > alone {
		return false
	}
	group, later := d.group()
	if len(group) > alone {
		d.batch, d.crowd, d.waiting = true, 0, later
		d.gathering.Stop()
		go c.together(group)
		return true
	}
	if d.singles >= alone {
		return false
	}
	d.singles++
	go c.single(d.waiting[0])
	d.waiting = d.waiting[1:]
	return true
}

// group chooses what may share a batch: a second append to the same stream goes later.
func (d *desk) group() (group, later []*pending) {
	streams := make(map[string]bool, len(d.waiting))
	size := 0
	for _, p := range d.waiting {
		if streams[p.stream] || size+len(p.msgs) > mostInOne {
			later = append(later, p)
			continue
		}
		streams[p.stream] = true
		group = append(group, p)
		size += len(p.msgs)
	}
	return group, later
}

// drain answers what was accepted before the journal closed.
func (c *committer) drain(d *desk) {
	d.crowd = 0
	for {
		for c.send(d) {
		}
		select {
		case p := <-c.queue:
			d.waiting = append(d.waiting, p)
			continue
		default:
		}
		if len(d.waiting) == 0 && d.singles == 0 && !d.batch {
			return
		}
		d.end(<-c.ended, 0)
		d.crowd = 0
	}
}

// single sends one append as it is.
func (c *committer) single(p *pending) {
	c.alone(p)
	c.ended <- ending{single: true, answers: 1}
}

func (c *committer) alone(p *pending) {
	var a answer
	if len(p.msgs) == 1 {
		a.seq, a.err = c.request(p.msgs[0])
	} else {
		a.seq, a.err = c.batch(p.msgs)
	}
	p.answer <- a
}

// together sends appends as one atomic batch.
func (c *committer) together(group []*pending) {
	begun := time.Now() //nolint:forbidigo // a duration, no business time
	c.commit(group)
	c.ended <- ending{answers: len(group), took: time.Since(begun)}
}

func (c *committer) commit(group []*pending) {
	if len(group) <= alone {
		c.aside(group)
		return
	}
	var msgs []*nats.Msg
	for _, p := range group {
		msgs = append(msgs, p.msgs...)
	}
	last, err := c.batch(msgs)
	switch {
	case errors.Is(err, eventsource.ErrUnsure):
		for _, p := range group {
			p.answer <- answer{0, err}
		}
	case err != nil:
		half := len(group) / 2
		c.commit(group[:half])
		c.commit(group[half:])
	default:
		seq := last - uint64(len(msgs))
		for _, p := range group {
			seq += uint64(len(p.msgs))
			p.answer <- answer{seq, nil}
		}
	}
}

// aside sends a few appends side by side and waits for their answers.
func (c *committer) aside(group []*pending) {
	var going sync.WaitGroup
	for _, p := range group {
		going.Go(func() { c.alone(p) })
	}
	going.Wait()
}

package jetstream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
)

const (
	alone     = 8    // up to so many appends under way at once are cheaper one by one
	mostInOne = 1000 // messages in one atomic batch, a limit of the server
	maxOfOne  = 64   // facts of one command

	// A crowd that was just answered is given some time to come back, within these bounds. A small one gets twice what its
	// batch took, for a batch costs the same however small it is; to a large one, half of it, so that some encode while
	// others are written.
	leastGather = 200 * time.Microsecond
	mostGather  = 10 * time.Millisecond
	smallCrowd  = 128
)

// gatherTime is how long a crowd may take to come back after a batch that took so long.
func gatherTime(crowd int, took time.Duration) time.Duration {
	if crowd <= smallCrowd {
		return min(max(2*took, leastGather), mostGather)
	}
	return min(max(took/2, leastGather), mostGather/2)
}

// committer writes concurrent appends together. One by one an append costs one synced write; an atomic batch costs
// a dozen whatever its size. So a lone fact goes at once as a plain message, at most a few of those are under way,
// and the many that wait meanwhile go as one batch. Several facts of one command need a batch anyway and take along
// whatever waits. While a batch is under way, and for a moment after it, the next one gathers; the server is given its
// messages as they come, so that little is left to do at its commit. A refused batch is halved until so few are left that
// they go one by one, so that only the stale one fails.
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
	case <-c.stop:
		return 0, fmt.Errorf("append to %s: the journal is closed", stream)
	default:
	}
	select {
	case c.queue <- p:
	default: // full
		select {
		case c.queue <- p:
		case <-c.stop:
			return 0, fmt.Errorf("append to %s: the journal is closed", stream)
		case <-ctx.Done():
			return 0, fmt.Errorf("append to %s: %w", stream, ctx.Err())
		}
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
	next      *batch      // gathers; nil while too few wait to be worth a batch
	singles   int         // under way one by one
	batch     bool        // one is being committed
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
			d.take(p)
			for range len(queue) {
				d.take(<-queue)
			}
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

// take puts an append with those that gather, or where there are none, with those that wait.
func (d *desk) take(p *pending) {
	if d.next == nil || !d.next.add(p) {
		d.waiting = append(d.waiting, p)
	}
}

// have counts the appends that are not under way.
func (d *desk) have() int {
	if d.next == nil {
		return len(d.waiting)
	}
	return len(d.waiting) + len(d.next.group)
}

// end notes that some were answered, and after a batch for how many it is worth to wait a moment.
func (d *desk) end(e ending, queued int) {
	if e.single {
		d.singles--
		return
	}
	d.batch = false
	d.crowd = min(d.have()+queued+e.answers, mostInOne)
	d.gathering.Reset(gatherTime(d.crowd, e.took))
}

// send starts an append or a commit, if now is the time, and reports whether it did.
func (c *committer) send(d *desk) bool {
	if d.next == nil && !few(d.waiting) {
		c.gather(d)
	}
	switch {
	case d.batch || d.have() < d.crowd:
		return false
	case d.next != nil:
		d.gathering.Stop()
		go c.together(d.next)
		d.batch, d.crowd, d.next = true, 0, nil
		return true
	case len(d.waiting) > 0 && d.singles < alone:
		go c.single(d.waiting[0])
		d.singles, d.waiting = d.singles+1, d.waiting[1:]
		return true
	default:
		return false
	}
}

// few reports whether appends are cheaper one by one than as a batch.
func few(group []*pending) bool {
	return len(group) <= alone && !slices.ContainsFunc(group, func(p *pending) bool { return len(p.msgs) > 1 })
}

// gather begins a batch with what waits, if so many fit together that it is worth it.
func (c *committer) gather(d *desk) {
	streams := make(map[string]bool, len(d.waiting))
	var group, later []*pending
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
	if few(group) {
		return
	}
	d.next, d.waiting = c.newBatch(streams), later
	for _, p := range group {
		d.next.put(p)
	}
}

// drain answers what was accepted before the journal closed.
func (c *committer) drain(d *desk) {
	for {
		d.crowd = 0
		for c.send(d) {
		}
		select {
		case p := <-c.queue:
			d.take(p)
			continue
		default:
		}
		if d.have() == 0 && d.singles == 0 && !d.batch {
			return
		}
		d.end(<-c.ended, 0)
	}
}

// single sends one fact as it is.
func (c *committer) single(p *pending) {
	seq, err := c.request(p.msgs[0])
	p.answer <- answer{seq, err}
	c.ended <- ending{single: true, answers: 1}
}

// together commits a batch.
func (c *committer) together(b *batch) {
	took := clock.Stopwatch()
	c.commit(b)
	c.ended <- ending{answers: len(b.group), took: took()}
}

func (c *committer) commit(b *batch) {
	last, err := b.commit()
	group := b.group
	switch {
	case err == nil:
		seq := last - uint64(b.size) //nolint:gosec // at most 1,000
		for _, p := range group {
			seq += uint64(len(p.msgs))
			p.answer <- answer{seq, nil}
		}
	case len(group) > 1 && !errors.Is(err, eventsource.ErrUnsure):
		c.part(group[:len(group)/2])
		c.part(group[len(group)/2:])
	default:
		for _, p := range group {
			p.answer <- answer{0, err}
		}
	}
}

// part sends a part of a refused batch and waits for its answers.
func (c *committer) part(group []*pending) {
	for _, p := range group {
		for _, m := range p.msgs {
			apart(m)
		}
	}
	if !few(group) {
		b := c.newBatch(nil)
		for _, p := range group {
			b.put(p)
		}
		c.commit(b)
		return
	}
	var going sync.WaitGroup
	for _, p := range group {
		going.Go(func() {
			seq, err := c.request(p.msgs[0])
			p.answer <- answer{seq, err}
		})
	}
	going.Wait()
}

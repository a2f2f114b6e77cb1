package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nuid"

	"khuevan/platform/eventsource"
)

const (
	answerTime = 10 * time.Second       // how long an append or a load may wait for the server
	alone      = 16                     // up to so many appends at once are cheaper one by one
	mostInOne  = 1000                   // messages in one atomic batch, a limit of the server
	gather     = 400 * time.Microsecond // how long a crowd that was just answered is given to come back

	codeWrongLast         = 10071 // wrong last sequence: N
	codeWrongLastConstant = 10164 // wrong last sequence
	codeTooManyInflight   = 10211
)

// committer writes concurrent appends together. One by one an append costs one synced write; an atomic batch costs
// two or three whatever its size. So a lone append goes at once as a plain message, and while many wait they go as one
// batch. A refused batch falls back to single appends, so that only the stale one fails.
type committer struct {
	nc    *nats.Conn
	queue chan *pending
	stop  chan struct{}
	done  chan struct{}
	once  sync.Once
	going sync.WaitGroup // appends sent one by one

	inFlight atomic.Int64 // of these, not answered yet
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

func newCommitter(nc *nats.Conn) *committer {
	c := &committer{nc: nc, queue: make(chan *pending, mostInOne), stop: make(chan struct{}), done: make(chan struct{})}
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

func (c *committer) run() {
	defer close(c.done)
	defer c.going.Wait()
	crowd := 1
	for {
		var first *pending
		select {
		case first = <-c.queue:
		case <-c.stop:
			c.drain()
			return
		}
		group, later := c.collect(first, crowd)
		crowd = len(group)
		if len(group)+int(c.inFlight.Load()) <= alone && plain(group) {
			c.singly(group)
		} else {
			c.together(group)
		}
		c.singly(later)
	}
}

// drain answers what was accepted before the journal closed.
func (c *committer) drain() {
	for {
		select {
		case p := <-c.queue:
			c.singly([]*pending{p})
		default:
			return
		}
	}
}

// collect takes what waits. After a crowd it waits a moment for the crowd to come back. A second append to a stream
// that is in the group already cannot share its batch and goes later.
func (c *committer) collect(first *pending, crowd int) (group, later []*pending) {
	group = []*pending{first}
	streams := map[string]bool{first.stream: true}
	size := len(first.msgs)
	take := func(p *pending) {
		if streams[p.stream] {
			later = append(later, p)
			return
		}
		streams[p.stream] = true
		group = append(group, p)
		size += len(p.msgs)
	}
	var timeout <-chan time.Time
	for size+maxOfOne <= mostInOne {
		select {
		case p := <-c.queue:
			take(p)
			continue
		default:
		}
		if crowd <= alone || len(group)+len(later) >= crowd {
			break
		}
		if timeout == nil {
			t := time.NewTimer(gather)
			defer t.Stop()
			timeout = t.C
		}
		select {
		case p := <-c.queue:
			take(p)
		case <-timeout:
			return group, later
		}
	}
	return group, later
}

// plain reports whether nothing in the group needs a batch anyway. A batch costs the same whatever its size, so while
// one is under way the next ones gather.
func plain(group []*pending) bool {
	return !slices.ContainsFunc(group, func(p *pending) bool { return len(p.msgs) > 1 })
}

// maxOfOne bounds the facts of one command.
const maxOfOne = 64

// singly sends appends as they are, side by side.
func (c *committer) singly(group []*pending) {
	for _, p := range group {
		c.going.Add(1)
		c.inFlight.Add(1)
		go func() {
			defer c.going.Done()
			defer c.inFlight.Add(-1)
			if len(p.msgs) == 1 {
				seq, err := c.request(p.msgs[0])
				p.answer <- answer{seq, err}
				return
			}
			seq, err := c.batch(p.msgs)
			p.answer <- answer{seq, err}
		}()
	}
}

// together sends appends as one atomic batch.
func (c *committer) together(group []*pending) {
	var msgs []*nats.Msg
	for _, p := range group {
		msgs = append(msgs, p.msgs...)
	}
	last, err := c.batch(msgs)
	if err != nil {
		if errors.Is(err, eventsource.ErrUnsure) {
			for _, p := range group {
				p.answer <- answer{0, err}
			}
			return
		}
		c.singly(group)
		return
	}
	seq := last - uint64(len(msgs))
	for _, p := range group {
		seq += uint64(len(p.msgs))
		p.answer <- answer{seq, nil}
	}
}

// batch publishes messages atomically and returns the sequence of the last.
func (c *committer) batch(msgs []*nats.Msg) (uint64, error) {
	id := nuid.Next()
	for i, m := range msgs {
		m.Header["Nats-Batch-Id"] = []string{id}
		m.Header["Nats-Batch-Sequence"] = []string{strconv.Itoa(i + 1)}
		if i == len(msgs)-1 {
			break
		}
		if err := c.nc.PublishMsg(m); err != nil {
			return 0, fmt.Errorf("append: %w", err)
		}
	}
	last := msgs[len(msgs)-1]
	last.Header["Nats-Batch-Commit"] = []string{"1"}
	seq, err := c.request(last)
	for _, m := range msgs {
		delete(m.Header, "Nats-Batch-Id")
		delete(m.Header, "Nats-Batch-Sequence")
		delete(m.Header, "Nats-Batch-Commit")
	}
	return seq, err
}

// request publishes one message and waits for the server's answer.
func (c *committer) request(m *nats.Msg) (uint64, error) {
	reply, err := c.nc.RequestMsg(m, answerTime)
	if errors.Is(err, nats.ErrNoResponders) {
		return 0, fmt.Errorf("append: the journal does not answer: %w", err)
	}
	if err != nil {
		return 0, fmt.Errorf("append: %w: %w", eventsource.ErrUnsure, err)
	}
	var ack struct {
		Seq   uint64 `json:"seq"`
		Error *struct {
			Code        int    `json:"err_code"`
			Description string `json:"description"`
		} `json:"error"`
	}
	if err := json.Unmarshal(reply.Data, &ack); err != nil {
		return 0, fmt.Errorf("append: %w: answer %q: %w", eventsource.ErrUnsure, reply.Data, err)
	}
	switch {
	case ack.Error == nil && ack.Seq > 0:
		return ack.Seq, nil
	case ack.Error == nil:
		return 0, fmt.Errorf("append: %w: answer %q", eventsource.ErrUnsure, reply.Data)
	case ack.Error.Code == codeWrongLast || ack.Error.Code == codeWrongLastConstant:
		return 0, eventsource.ErrMoved
	default:
		return 0, fmt.Errorf("append: %s (%d)", ack.Error.Description, ack.Error.Code)
	}
}

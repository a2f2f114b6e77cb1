package jetstream

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nuid"

	"khuevan/platform/eventsource"
)

const (
	answerTime = 10 * time.Second // how long an append or a load may wait for the server

	codeWrongLast         = 10071 // wrong last sequence: N
	codeWrongLastConstant = 10164 // wrong last sequence
)

// batch is messages that the server will store together or not at all. They are published as they come, but for the
// last, which commits.
type batch struct {
	c       *committer
	id      []string // one header value for all messages
	streams map[string]bool
	group   []*pending
	size    int // messages
	last    *nats.Msg
	failed  error
}

// newBatch opens a batch; streams, if not nil, are those that must not be added to it.
func (c *committer) newBatch(streams map[string]bool) *batch {
	return &batch{c: c, id: []string{nuid.Next()}, streams: streams}
}

// add puts an append into the batch, unless it does not fit: the server refuses two expectations on one stream.
func (b *batch) add(p *pending) bool {
	if b.streams[p.stream] || b.size+len(p.msgs) > mostInOne {
		return false
	}
	b.streams[p.stream] = true
	b.put(p)
	return true
}

func (b *batch) put(p *pending) {
	b.group = append(b.group, p)
	for _, m := range p.msgs {
		if b.last != nil && b.failed == nil {
			b.failed = b.c.nc.PublishMsg(b.last)
		}
		b.size++
		m.Header["Nats-Batch-Id"] = b.id
		m.Header["Nats-Batch-Sequence"] = []string{strconv.Itoa(b.size)}
		b.last = m
	}
}

// commit ends the batch and returns the sequence of its last message.
func (b *batch) commit() (seq uint64, err error) {
	if b.failed != nil {
		return 0, fmt.Errorf("append: %w", b.failed)
	}
	b.last.Header["Nats-Batch-Commit"] = []string{"1"}
	return b.c.request(b.last)
}

// apart makes a message of a refused batch one of its own again.
func apart(m *nats.Msg) {
	delete(m.Header, "Nats-Batch-Id")
	delete(m.Header, "Nats-Batch-Sequence")
	delete(m.Header, "Nats-Batch-Commit")
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

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

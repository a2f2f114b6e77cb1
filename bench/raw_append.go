package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

const (
	rawStream = "RAW"
	rawTime   = 10 * time.Second // how long the twin waits for one answer
)

// rawAppends appends by hand messages of the shape of ours, finished but for the last sequence that each expects.
type rawAppends struct {
	nc   *nats.Conn
	js   jetstream.JetStream
	msgs []rawMsg // by writer
	last []uint64 // by writer
}

// rawMsg is what a writer sends again and again.
type rawMsg struct {
	subject string // of its own
	header  nats.Header
	body    []byte
}

func newRawAppends(ctx context.Context, nc *nats.Conn, msgs []rawMsg) (*rawAppends, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	_, err = js.CreateStream(ctx, jetstream.StreamConfig{Name: rawStream, Subjects: []string{"raw.>"}, Storage: jetstream.FileStorage,
		AllowDirect: true, AllowAtomicPublish: true, Duplicates: time.Second})
	if err != nil {
		return nil, fmt.Errorf("raw stream: %w", err)
	}
	return &rawAppends{nc: nc, js: js, msgs: msgs, last: make([]uint64, len(msgs))}, nil
}

func (r *rawAppends) msg(writer int) *nats.Msg {
	m := r.msgs[writer]
	h := make(nats.Header, len(m.header)+4)
	maps.Copy(h, m.header)
	h[jetstream.ExpectedLastSubjSeqHeader] = []string{strconv.FormatUint(r.last[writer], 10)}
	return &nats.Msg{Subject: m.subject, Data: m.body, Header: h}
}

// batches gives messages per second of so many atomic batches, each of one message per writer.
func (r *rawAppends) batches(ctx context.Context, n int) (float64, error) {
	begun := time.Now()
	for range n {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if err := r.batch(); err != nil {
			return 0, fmt.Errorf("raw batch: %w", err)
		}
	}
	return rate(n*len(r.msgs), time.Since(begun)), nil
}

func (r *rawAppends) batch() error {
	id, n := nuid.Next(), len(r.msgs)
	for i := range n - 1 {
		m := r.msg(i)
		m.Header["Nats-Batch-Id"] = []string{id}
		m.Header["Nats-Batch-Sequence"] = []string{strconv.Itoa(i + 1)}
		if err := r.nc.PublishMsg(m); err != nil {
			return err
		}
	}
	m := r.msg(n - 1)
	m.Header["Nats-Batch-Id"] = []string{id}
	m.Header["Nats-Batch-Sequence"] = []string{strconv.Itoa(n)}
	m.Header["Nats-Batch-Commit"] = []string{"1"}
	reply, err := r.nc.RequestMsg(m, rawTime)
	if err != nil {
		return err
	}
	var ack struct {
		Seq   uint64          `json:"seq"`
		Error json.RawMessage `json:"error"`
	}
	if err := json.Unmarshal(reply.Data, &ack); err != nil || ack.Error != nil || ack.Seq == 0 {
		return fmt.Errorf("answer %q: %w", reply.Data, err)
	}
	for i := range r.last {
		r.last[i] = ack.Seq - uint64(n-1-i) //nolint:gosec // at most 1,000
	}
	return nil
}

// plain gives messages per second when every writer publishes so many messages, one after the other.
func (r *rawAppends) plain(ctx context.Context, each int) (float64, error) {
	begun := time.Now()
	err := crowd(ctx, len(r.msgs), func(ctx context.Context, i int) error {
		for range each {
			if err := r.publish(ctx, i); err != nil {
				return err
			}
		}
		return nil
	})
	return rate(each*len(r.msgs), time.Since(begun)), err
}

func (r *rawAppends) publish(ctx context.Context, writer int) error {
	ack, err := r.js.PublishMsg(ctx, r.msg(writer))
	if err != nil {
		return fmt.Errorf("raw append: %w", err)
	}
	r.last[writer] = ack.Sequence
	return nil
}

// latency gives the median time of one append in microseconds.
func (r *rawAppends) latency(ctx context.Context, n int) (float64, error) {
	took := make([]float64, n)
	for i := range took {
		begun := time.Now()
		if err := r.publish(ctx, 0); err != nil {
			return 0, err
		}
		took[i] = micros(time.Since(begun))
	}
	return median(took), nil
}

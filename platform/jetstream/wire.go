package jetstream

import (
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"khuevan/platform/eventsource"
)

// The envelope of a fact, as message headers.
const (
	headerType  = "Kv-Type"
	headerTime  = "Kv-Time"
	headerCause = "Kv-Cause"
	headerActor = "Kv-Actor"
	headerChain = "Kv-Chain"
	headerTrace = "Traceparent"
)

// prefix is the first token of the subjects of all facts.
const prefix = "events"

// codec turns facts into messages and back.
type codec struct {
	registry   *eventsource.Registry
	partitions int
	lately     *lately
}

// lately is the facts that were decoded last, by sequence: several readers in one process ask for each of them within a
// moment. Facts are shared: whoever reads one must not change it.
type lately [2048]atomic.Pointer[eventsource.Recorded]

func (l *lately) get(seq uint64) (eventsource.Recorded, bool) {
	if r := l[seq%uint64(len(l))].Load(); r != nil && r.Seq == seq {
		return *r, true
	}
	return eventsource.Recorded{}, false
}

func (l *lately) put(r eventsource.Recorded) { l[r.Seq%uint64(len(l))].Store(&r) }

// subject is events.<partition>.<service>.<noun>.<id>.<fact>.
func (c codec) subject(stream, eventType string) (string, error) {
	_, fact, _, err := eventsource.SplitType(eventType)
	if err != nil {
		return "", err
	}
	return c.streamPrefix(stream) + fact, nil
}

// streamPrefix is the subject of a stream's facts up to the fact.
func (c codec) streamPrefix(stream string) string {
	return prefix + "." + strconv.Itoa(eventsource.Partition(stream, c.partitions)) + "." + stream + "."
}

// mostHeaders is how many headers a fact has on its way, with those of the expectation and the batch.
const mostHeaders = 11

// header collects headers of one value each, which share one slice.
type header struct {
	nats.Header
	values []string
}

func (h *header) set(key, value string) {
	if value == "" {
		return
	}
	h.values = append(h.values, value)
	n := len(h.values)
	h.Header[key] = h.values[n-1 : n : n]
}

// encode makes the messages of facts that follow a stream's chain.
func (c codec) encode(stream, chain string, facts []eventsource.Fact) ([]*nats.Msg, error) {
	if !eventsource.ValidStream(stream) {
		return nil, fmt.Errorf("append: %q is not a stream name", stream)
	}
	msgs := make([]*nats.Msg, len(facts))
	for i, f := range facts {
		name := f.Event.EventType()
		body, err := c.registry.Encode(f.Event)
		if err != nil {
			return nil, fmt.Errorf("append to %s: %w", stream, err)
		}
		subject, err := c.subject(stream, name)
		if err != nil {
			return nil, fmt.Errorf("append to %s: %w", stream, err)
		}
		chain = eventsource.Chain(chain, stream, name, body)
		h := header{values: make([]string, 0, 6), Header: make(nats.Header, mostHeaders)}
		h.set(headerType, name)
		h.set(headerTime, f.Time.UTC().Format(time.RFC3339Nano))
		h.set(headerChain, chain)
		h.set(headerCause, f.Cause)
		h.set(headerActor, f.Actor)
		h.set(headerTrace, f.Trace)
		msgs[i] = &nats.Msg{Subject: subject, Header: h.Header, Data: body}
	}
	return msgs, nil
}

// streamOf gives "service.noun.id" of a subject.
func streamOf(subject string) string {
	parts := strings.SplitN(subject, ".", 6)
	if len(parts) != 6 {
		return ""
	}
	return strings.Join(parts[2:5], ".")
}

// decode reads a stored message.
func (c codec) decode(subject string, h nats.Header, body []byte, seq uint64) (eventsource.Recorded, error) {
	if r, ok := c.lately.get(seq); ok {
		return r, nil
	}
	r := eventsource.Recorded{Seq: seq, Stream: streamOf(subject), Chain: h.Get(headerChain)}
	name := h.Get(headerType)
	e, err := c.registry.Decode(name, body)
	if err != nil {
		return r, err
	}
	at, err := time.Parse(time.RFC3339Nano, h.Get(headerTime))
	if err != nil {
		return r, fmt.Errorf("time of %s: %w", name, err)
	}
	r.Event = e
	r.Meta = eventsource.Meta{Cause: h.Get(headerCause), Actor: h.Get(headerActor), Trace: h.Get(headerTrace), Time: at}
	c.lately.put(r)
	return r, nil
}

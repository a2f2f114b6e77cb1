package jetstream

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"khuevan/platform/fault"
)

// Poison keeps facts that a reactor could not handle, until someone has mended the reason and runs them again.
type Poison struct {
	journal *Journal
	stream  jetstream.Stream
	js      jetstream.JetStream

	mu       sync.Mutex
	reactors map[string]React
}

// Poisoned is a fact that waits.
type Poisoned struct {
	ID      uint64    `json:"id"` // in the poison queue
	Reactor string    `json:"reactor"`
	Seq     uint64    `json:"seq"` // of the fact in the journal
	Type    string    `json:"type"`
	Stream  string    `json:"stream"`
	Reason  string    `json:"reason"`
	Since   time.Time `json:"since"`
}

const (
	poisonStream  = "POISON"
	poisonSubject = "poison."
	headerReason  = "Kv-Reason"
	headerReactor = "Kv-Reactor"
	headerSeq     = "Kv-Seq"
	headerStream  = "Kv-Stream"
)

// OpenPoison opens the queue beside a journal.
func OpenPoison(ctx context.Context, j *Journal, replicas int) (*Poison, error) {
	s, err := j.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: poisonStream, Subjects: []string{poisonSubject + ">"}, Storage: jetstream.FileStorage, Replicas: max(1, replicas),
		Description: "Facts that a reactor could not handle", AllowDirect: true, MaxMsgsPerSubject: 1,
	})
	if err != nil {
		return nil, fmt.Errorf("open the poison queue: %w", err)
	}
	return &Poison{journal: j, stream: s, js: j.js, reactors: map[string]React{}}, nil
}

func (p *Poison) add(name string, react React) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reactors[name] = react
}

func (p *Poison) keep(ctx context.Context, reactor string, msg *message.Message, cause error) error {
	seq := msg.Metadata.Get(metaSeq)
	_, err := p.js.PublishMsg(ctx, &nats.Msg{
		Subject: poisonSubject + reactor + "." + seq, // one entry per reactor and fact
		Header: nats.Header{
			headerReactor: {reactor}, headerSeq: {seq}, headerType: {msg.Metadata.Get(headerType)},
			headerStream: {streamOf(msg.Metadata.Get(metaSubject))}, headerReason: {oneLine(cause.Error())},
		},
	})
	if err != nil {
		return fmt.Errorf("poison queue: %w", err)
	}
	return nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// List gives what waits, oldest first.
func (p *Poison) List(ctx context.Context) ([]Poisoned, error) {
	info, err := p.stream.Info(ctx)
	if err != nil {
		return nil, fmt.Errorf("poison queue: %w", err)
	}
	var all []Poisoned
	for id := info.State.FirstSeq; id > 0 && id <= info.State.LastSeq; id++ {
		m, err := p.stream.GetMsg(ctx, id)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("poison queue: %w", err)
		}
		all = append(all, poisoned(id, m))
	}
	return all, nil
}

func poisoned(id uint64, m *jetstream.RawStreamMsg) Poisoned {
	seq, _ := strconv.ParseUint(m.Header.Get(headerSeq), 10, 64) // written by keep
	return Poisoned{ID: id, Reactor: m.Header.Get(headerReactor), Seq: seq, Type: m.Header.Get(headerType),
		Stream: m.Header.Get(headerStream), Reason: m.Header.Get(headerReason), Since: m.Time}
}

// Handles reports whether this process runs the reactor.
func (p *Poison) Handles(reactor string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.reactors[reactor] != nil
}

// Replay runs the reactor again with a fact that waits, and forgets the entry when it succeeds.
func (p *Poison) Replay(ctx context.Context, id uint64) error {
	m, err := p.stream.GetMsg(ctx, id)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return fault.New(fault.NotFound, "Sự kiện này không còn trong hàng chờ lỗi.", "This event is no longer in the poison queue.")
	}
	if err != nil {
		return fmt.Errorf("poison queue: %w", err)
	}
	entry := poisoned(id, m)
	p.mu.Lock()
	react := p.reactors[entry.Reactor]
	p.mu.Unlock()
	if react == nil {
		return fault.Newf(fault.NotFound, "Tiến trình này không chạy bộ xử lý “%s”.", "This process does not run the reactor “%s”.", entry.Reactor)
	}
	r, _, err := p.journal.Get(ctx, entry.Seq)
	if err != nil {
		return err
	}
	if err := react(ctx, r); err != nil {
		return err
	}
	if err := p.stream.DeleteMsg(ctx, id); err != nil {
		return fmt.Errorf("poison queue: %w", err)
	}
	return nil
}

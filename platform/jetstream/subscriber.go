package jetstream

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/nats-io/nats.go/jetstream"
)

// Metadata that a Watermill message keeps of the fact it carries, besides the fact's own headers.
const (
	metaSubject    = "subject"
	metaSeq        = "seq"
	metaDeliveries = "deliveries"
)

const (
	lanes = 16 // facts of one person pass one lane, in order; lanes run side by side

	// After a crash the server gives what was under way to others when ackWait is over. A living subscriber renews it
	// for all it holds, so neither retries nor thousands of commands of one fact need to fit in it.
	ackWait = 5 * time.Second
)

// Subscriber is a Watermill message.Subscriber over durable JetStream consumers. The topic of Subscribe is the durable's
// name; what it listens to is given to NewSubscriber. Facts of one owner arrive in order, one at a time.
type Subscriber struct {
	js      jetstream.JetStream
	stream  string
	filters []string
	closing chan struct{}
	once    sync.Once
	running sync.WaitGroup

	mu   sync.Mutex
	held map[jetstream.Msg]struct{} // received and not answered yet
}

// NewSubscriber makes a subscriber to some subjects of a stream.
func NewSubscriber(js jetstream.JetStream, stream string, filters []string) *Subscriber {
	return &Subscriber{js: js, stream: stream, filters: filters, closing: make(chan struct{}), held: map[jetstream.Msg]struct{}{}}
}

// Subscribe implements message.Subscriber.
func (s *Subscriber) Subscribe(ctx context.Context, durable string) (<-chan *message.Message, error) {
	consumer, err := s.js.CreateOrUpdateConsumer(ctx, s.stream, jetstream.ConsumerConfig{
		Durable: durable, FilterSubjects: s.filters, AckPolicy: jetstream.AckExplicitPolicy, AckWait: ackWait,
		DeliverPolicy: jetstream.DeliverAllPolicy, MaxAckPending: 4 * lanes,
	})
	if err != nil {
		return nil, fmt.Errorf("subscribe %s: %w", durable, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	out := make(chan *message.Message)
	var queues [lanes]chan jetstream.Msg
	var pumps sync.WaitGroup
	for i := range queues {
		queues[i] = make(chan jetstream.Msg, 4*lanes)
		pumps.Add(1)
		go func() {
			defer pumps.Done()
			s.pump(ctx, queues[i], out)
		}()
	}
	pumps.Add(1)
	go func() {
		defer pumps.Done()
		s.renew(ctx)
	}()
	consuming, err := consumer.Consume(func(m jetstream.Msg) {
		s.hold(m)
		select {
		case queues[laneOf(m.Subject())] <- m:
		case <-ctx.Done():
		}
	}, jetstream.PullMaxMessages(4*lanes), jetstream.ConsumeErrHandler(func(jetstream.ConsumeContext, error) {}))
	if err != nil {
		cancel()
		return nil, fmt.Errorf("subscribe %s: %w", durable, err)
	}
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		select {
		case <-ctx.Done():
		case <-s.closing:
		}
		consuming.Stop()
		cancel()
		pumps.Wait()
		close(out)
	}()
	return out, nil
}

// Close implements message.Subscriber: it returns when no message is under way.
func (s *Subscriber) Close() error {
	s.once.Do(func() { close(s.closing) })
	s.running.Wait()
	return nil
}

func (s *Subscriber) hold(m jetstream.Msg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held[m] = struct{}{}
}

func (s *Subscriber) release(m jetstream.Msg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.held, m)
}

// renew tells the server that what is held is being worked on.
func (s *Subscriber) renew(ctx context.Context) {
	tick := time.NewTicker(ackWait / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		s.mu.Lock()
		for m := range s.held {
			_ = m.InProgress() // a lost one means a second delivery, which is harmless
		}
		s.mu.Unlock()
	}
}

// pump hands on one message after the other and waits for each to be done.
func (s *Subscriber) pump(ctx context.Context, in <-chan jetstream.Msg, out chan<- *message.Message) {
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-in:
			err := handOn(ctx, m, out)
			s.release(m)
			if err != nil && ctx.Err() != nil {
				return
			}
		}
	}
}

func handOn(ctx context.Context, m jetstream.Msg, out chan<- *message.Message) error {
	msg, err := toWatermill(m)
	if err != nil {
		return m.Nak()
	}
	msgCtx, cancel := context.WithCancel(ctx)
	defer cancel()
	msg.SetContext(msgCtx)
	select {
	case out <- msg:
	case <-ctx.Done():
		return errors.Join(ctx.Err(), m.Nak())
	}
	select {
	case <-msg.Acked():
		return m.Ack()
	case <-msg.Nacked():
		return m.NakWithDelay(time.Second)
	case <-ctx.Done():
		return errors.Join(ctx.Err(), m.Nak())
	}
}

func toWatermill(m jetstream.Msg) (*message.Message, error) {
	meta, err := m.Metadata()
	if err != nil {
		return nil, err
	}
	seq := strconv.FormatUint(meta.Sequence.Stream, 10)
	msg := message.NewMessage(seq, m.Data())
	for key, values := range m.Headers() {
		if len(values) > 0 {
			msg.Metadata.Set(key, values[0])
		}
	}
	msg.Metadata.Set(metaSubject, m.Subject())
	msg.Metadata.Set(metaSeq, seq)
	msg.Metadata.Set(metaDeliveries, strconv.FormatUint(meta.NumDelivered, 10))
	return msg, nil
}

func laneOf(subject string) int {
	parts := strings.SplitN(subject, ".", 6)
	if len(parts) < 5 {
		return 0
	}
	owner, _, _ := strings.Cut(parts[4], "_")
	h := fnv.New32a()
	_, _ = h.Write([]byte(owner))
	return int(h.Sum32() % lanes)
}

package jetstream

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"khuevan/platform/eventsource"
)

// Feed hands out facts one at a time, in order, to one of all the processes that ask, from a durable place of its own:
// the next comes only when the one before it is done. What was handed out and never answered is handed out again.
type Feed struct {
	journal  *Journal
	consumer jetstream.Consumer
}

// OpenFeed opens the feed of a name. Where there is none yet it is made, of the facts ("service.noun.fact") behind a sequence.
func (j *Journal) OpenFeed(ctx context.Context, name string, after uint64, facts []string) (*Feed, error) {
	c, err := j.js.Consumer(ctx, j.name, name)
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		c, err = j.js.CreateOrUpdateConsumer(ctx, j.name, jetstream.ConsumerConfig{
			Durable: name, FilterSubjects: nounSubjects(facts), AckPolicy: jetstream.AckExplicitPolicy, AckWait: ackWait, MaxAckPending: 1,
			DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: after + 1,
		})
	}
	if err != nil {
		return nil, fmt.Errorf("open the feed %s: %w", name, err)
	}
	return &Feed{journal: j, consumer: c}, nil
}

// DropFeed forgets a feed and its place; one that is not there is no error.
func (j *Journal) DropFeed(ctx context.Context, name string) error {
	err := j.js.DeleteConsumer(ctx, j.name, name)
	if err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
		return fmt.Errorf("drop the feed %s: %w", name, err)
	}
	return nil
}

// Waiting is how many facts of a feed are not done yet; known is false for a feed that is not there.
func (j *Journal) Waiting(ctx context.Context, name string) (n int, known bool, err error) {
	c, err := j.js.Consumer(ctx, j.name, name)
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("look at the feed %s: %w", name, err)
	}
	info := c.CachedInfo()
	return int(info.NumPending) + info.NumAckPending, true, nil //nolint:gosec // no record is so long
}

// asking is how long one question for the next fact stands; then it is asked again.
const asking = 30 * time.Second

// Next waits for the next fact. It is the caller's until Done or Return.
func (f *Feed) Next(ctx context.Context) (*Held, error) {
	for {
		bounded, cancel := context.WithTimeout(ctx, asking)
		batch, err := f.consumer.Fetch(1, jetstream.FetchContext(bounded))
		if err == nil {
			if m, came := <-batch.Messages(); came {
				cancel()
				return f.hold(m)
			}
			err = batch.Error()
		}
		cancel()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		// The client calls it an invalid option that no time is left, a moment before ctx says so.
		if err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, jetstream.ErrInvalidOption) {
			return nil, fmt.Errorf("the next of a feed: %w", err)
		}
	}
}

func (f *Feed) hold(m jetstream.Msg) (*Held, error) {
	r, err := f.journal.decodeMsg(m)
	if err != nil {
		return nil, errors.Join(err, m.Nak()) // a newer program may read it
	}
	h := &Held{Recorded: r, msg: m, over: make(chan struct{})}
	go h.renew()
	return h, nil
}

// Held is a fact that was handed out. However long that takes, nobody else gets it while this process lives.
type Held struct {
	eventsource.Recorded
	msg  jetstream.Msg
	over chan struct{}
}

func (h *Held) renew() {
	tick := time.NewTicker(ackWait / 3)
	defer tick.Stop()
	for {
		select {
		case <-h.over:
			return
		case <-tick.C:
			_ = h.msg.InProgress() // a lost one means a second delivery
		}
	}
}

// Done says that the fact was dealt with, also while the process ends, and returns when the server knows.
func (h *Held) Done(ctx context.Context) error {
	close(h.over)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ackWait)
	defer cancel()
	if err := h.msg.DoubleAck(ctx); err != nil {
		return fmt.Errorf("done with #%d: %w", h.Seq, err)
	}
	return nil
}

// Return gives the fact back, to be handed out again at once.
func (h *Held) Return() {
	close(h.over)
	_ = h.msg.Nak() // a lost one is handed out again a little later
}

// End is the sequence of the last fact of all.
func (j *Journal) End(ctx context.Context) (uint64, error) {
	info, err := j.stream.Info(ctx)
	if err != nil {
		return 0, fmt.Errorf("the end of the journal: %w", err)
	}
	return info.State.LastSeq, nil
}

// CountAfter counts the facts ("service.noun.fact") behind a sequence.
func (j *Journal) CountAfter(ctx context.Context, after uint64, facts []string) (int, error) {
	c, err := j.js.CreateConsumer(ctx, j.name, jetstream.ConsumerConfig{
		FilterSubjects: nounSubjects(facts), AckPolicy: jetstream.AckNonePolicy, HeadersOnly: true, InactiveThreshold: asking,
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: after + 1,
	})
	if err != nil {
		return 0, fmt.Errorf("count facts: %w", err)
	}
	info := c.CachedInfo()
	return int(info.NumPending), j.js.DeleteConsumer(ctx, j.name, info.Name) //nolint:gosec // no record is so long
}

// Before is the sequence of the last fact before a time, 0 for none. It asks the facts themselves, as a restored journal has
// times of its own for its messages; a fact's time is when its command was accepted, so neighbours may stand a little out of order.
func (j *Journal) Before(ctx context.Context, at time.Time) (uint64, error) {
	last, err := j.End(ctx)
	if err != nil {
		return 0, err
	}
	first := sort.Search(int(last), func(i int) bool { //nolint:gosec // no record is so long
		if err != nil {
			return true
		}
		var m *jetstream.RawStreamMsg
		if m, err = j.stream.GetMsg(ctx, uint64(i)+1); err != nil {
			return true
		}
		var then time.Time
		then, err = time.Parse(time.RFC3339Nano, m.Header.Get(headerTime))
		return !then.Before(at)
	})
	if err != nil {
		return 0, fmt.Errorf("look for %v in the journal: %w", at, err)
	}
	return uint64(first), nil //nolint:gosec // not negative
}

package jetstream

import (
	"context"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	tailPatience = 250 * time.Millisecond // how long the tail is waited for before the leader is asked how far it can come
	tailLimit    = 10 * time.Second       // how long a tail that lags is waited for before the leader is asked instead of it
	tailPause    = time.Second            // after a failure
)

// tail reads all that is recorded from now on, so that this process knows where each kind of fact ends without asking (the server
// looks for the last of a kind among the subjects of all streams that ever were), and for all its readers at once.
type tail struct {
	once  sync.Once // starts it
	mu    sync.Mutex
	begun bool              // before, nothing that the leader tells is sure to meet what the tail sees
	at    uint64            // everything from where the tail began up to here was seen
	ends  map[string]uint64 // "service.noun.fact" → sequence of the last that was seen
	asked map[string]uint64 // noun, as projections name them → its end, as the leader told after the tail began
	moved chan struct{}     // closed and replaced whenever at changes

	most      int // facts that wait for a follower
	followers []*follower
	wanted    map[string][]*follower // by kind, as far as it was asked for
}

// HeadAt is Head among the facts up to a sequence, or a little later. It implements readmodel.Tracker.
func (j *Journal) HeadAt(ctx context.Context, nouns []string, seq uint64) (uint64, error) {
	if seq == math.MaxUint64 {
		var err error
		if seq, err = j.End(ctx); err != nil {
			return 0, err
		}
	}
	if !j.follow(ctx, seq) {
		return j.Head(ctx, nouns)
	}
	var head uint64
	for _, n := range nouns {
		end, known := j.tail.end(n)
		if !known {
			var err error
			if end, err = j.Head(ctx, []string{n}); err != nil {
				return 0, err
			}
			end = j.tail.learn(n, end)
		}
		head = max(head, end)
	}
	return head, nil
}

// follow starts the tail where it is not yet followed, and reports whether it came to seq. A sequence that does not exist, as a
// made-up address may name it, is not waited for.
func (j *Journal) follow(ctx context.Context, seq uint64) bool {
	j.startTail() //nolint:contextcheck // it lives as long as the journal
	late, over := time.NewTimer(tailPatience), time.NewTimer(tailLimit)
	defer late.Stop()
	defer over.Stop()
	for {
		at, begun, moved := j.tail.position()
		if begun && at >= seq {
			return true
		}
		select {
		case <-moved:
		case <-late.C:
			end, err := j.End(ctx)
			if err != nil {
				return false
			}
			seq = min(seq, end)
		case <-over.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

func (j *Journal) startTail() {
	j.tail.once.Do(func() {
		run, stop := context.WithCancel(context.Background()) // it lives as long as the journal
		go func() { <-j.group.stop; stop() }()
		go j.runTail(run)
	})
}

// awaitTail waits until the tail has begun, so that readers can join it.
func (j *Journal) awaitTail(ctx context.Context) error {
	j.startTail() //nolint:contextcheck // it lives as long as the journal
	for {
		_, begun, moved := j.tail.position()
		if begun {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-moved:
		}
	}
}

func (j *Journal) runTail(ctx context.Context) {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
		_ = j.readTail(ctx) // whoever waits meanwhile asks the leader
		pause.Reset(tailPause)
	}
}

func (j *Journal) readTail(ctx context.Context) error {
	from, begun, _ := j.tail.position()
	if !begun {
		info, err := j.stream.Info(ctx)
		if err != nil {
			return err
		}
		from = info.State.LastSeq
		j.tail.begin(from)
	}
	consumer, err := j.js.OrderedConsumer(ctx, j.name, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: from + 1, InactiveThreshold: 30 * time.Second})
	if err != nil {
		return err
	}
	consuming, err := consumer.Consume(func(m jetstream.Msg) {
		meta, err := m.Metadata()
		if err != nil {
			return
		}
		if all := j.tail.see(kindOf(m.Subject()), meta.Sequence.Stream); len(all) > 0 {
			a := j.arrivalOf(m)
			for _, f := range all {
				f.give(a)
			}
		}
	}, jetstream.PullMaxMessages(2*readBatch), jetstream.ConsumeErrHandler(func(jetstream.ConsumeContext, error) {}))
	if err != nil {
		return err
	}
	defer consuming.Stop()
	select {
	case <-ctx.Done():
	case <-consuming.Closed():
	}
	return ctx.Err()
}

func newTail() *tail {
	return &tail{most: mostWaiting, ends: map[string]uint64{}, asked: map[string]uint64{}, moved: make(chan struct{}), wanted: map[string][]*follower{}}
}

// position is what the tail has seen, once it has begun.
func (t *tail) position() (at uint64, begun bool, moved <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.at, t.begun, t.moved
}

func (t *tail) begin(at uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begun = true
	t.reach(at)
}

// see notes a fact, and tells who is to be given it: whoever joins later begins behind it.
func (t *tail) see(kind string, seq uint64) []*follower {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ends[kind] = seq
	t.reach(seq)
	return t.wanting(kind)
}

// reach tells those who wait; the lock is held.
func (t *tail) reach(at uint64) {
	t.at = at
	close(t.moved)
	t.moved = make(chan struct{})
}

// kindOf gives "service.noun.fact" of a subject, events.<partition>.<service>.<noun>.<id>.<fact>.
func kindOf(subject string) string {
	parts := strings.SplitN(subject, ".", 6)
	if len(parts) != 6 {
		return ""
	}
	return parts[2] + "." + parts[3] + "." + parts[5]
}

// names reports whether a noun, as projections name them, is a kind of fact or holds it.
func names(noun, kind string) bool {
	return strings.HasPrefix(kind, noun) && (len(kind) == len(noun) || kind[len(noun)] == '.')
}

// end is the last fact that a noun names; it is not known until the leader was asked about what came before the tail.
func (t *tail) end(noun string) (end uint64, known bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	end, known = t.asked[noun]
	if seq, seen := t.ends[noun]; seen { // a single fact; what came before the tail is before this
		return max(end, seq), true
	}
	for kind, seq := range t.ends {
		if names(noun, kind) {
			end, known = max(end, seq), true
		}
	}
	return end, known
}

// learn takes in what the leader told, and gives the end as it is known now.
func (t *tail) learn(noun string, end uint64) uint64 {
	t.mu.Lock()
	t.asked[noun] = max(t.asked[noun], end)
	t.mu.Unlock()
	end, _ = t.end(noun)
	return end
}

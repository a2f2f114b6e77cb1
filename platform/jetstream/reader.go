package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// readBatch is the most facts handed on at once.
const readBatch = 500

// nounSubjects are the subjects of all facts of the nouns ("service.noun", or "service" for all of one), and of single
// facts ("service.noun.fact").
func nounSubjects(nouns []string) []string {
	subjects := make([]string, len(nouns))
	for i, n := range nouns {
		if noun, fact, single := cutFact(n); single {
			subjects[i] = prefix + ".*." + noun + ".*." + fact
			continue
		}
		subjects[i] = prefix + ".*." + n + ".>"
	}
	return subjects
}

// cutFact takes "service.noun.fact" apart; single is false for less.
func cutFact(name string) (noun, fact string, single bool) {
	at := strings.LastIndexByte(name, '.')
	if at < 0 || strings.Count(name, ".") != 2 {
		return name, "", false
	}
	return name[:at], name[at+1:], true
}

// Read implements readmodel.Source. The position is the reader's own, so nothing is acknowledged. What is there already it reads by
// itself, what comes later it is given by the tail.
func (j *Journal) Read(ctx context.Context, after uint64, nouns []string, fn func([]eventsource.Recorded) error) error {
	for {
		last, err := j.readOn(ctx, after, nouns, fn)
		if !errors.Is(err, errOverrun) {
			return fmt.Errorf("read the journal: %w", err)
		}
		after = last
	}
}

func (j *Journal) readOn(ctx context.Context, after uint64, nouns []string, fn func([]eventsource.Recorded) error) (uint64, error) {
	if err := j.awaitTail(ctx); err != nil {
		return after, err
	}
	f := j.tail.join(nouns)
	defer j.tail.leave(f)
	head, err := j.HeadAt(ctx, nouns, f.from)
	if err != nil {
		return after, err
	}
	if head > after {
		if after, err = j.readUpTo(ctx, after, head, nouns, fn); err != nil {
			return after, err
		}
	}
	return f.follow(ctx, max(after, f.from), fn)
}

// readUpTo reads up to a fact of the nouns or a little farther. An ordered consumer is made anew by the client library whenever the
// connection or the server fails.
func (j *Journal) readUpTo(ctx context.Context, after, head uint64, nouns []string, fn func([]eventsource.Recorded) error) (uint64, error) {
	consumer, err := j.js.OrderedConsumer(ctx, j.name, jetstream.OrderedConsumerConfig{
		FilterSubjects: nounSubjects(nouns), DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: after + 1,
		InactiveThreshold: 30 * time.Second,
	})
	if err != nil {
		return after, err
	}
	arrived := make(chan arrival, 2*readBatch)
	consuming, err := consumer.Consume(func(m jetstream.Msg) {
		select {
		case arrived <- j.arrivalOf(m): // decoded here, beside what fn does with those before
		case <-ctx.Done():
		}
	}, jetstream.PullMaxMessages(2*readBatch), jetstream.ConsumeErrHandler(func(jetstream.ConsumeContext, error) {}))
	if err != nil {
		return after, err
	}
	defer consuming.Stop()
	for after < head {
		select {
		case <-ctx.Done():
			return after, ctx.Err()
		case <-consuming.Closed():
			return after, errors.New("the connection was closed")
		case first := <-arrived:
			some := gathered(first, arrived)
			if err := hand(some, fn); err != nil {
				return after, err
			}
			after = some[len(some)-1].seq
		}
	}
	return after, nil
}

// gathered is what has arrived.
func gathered(first arrival, arrived <-chan arrival) []arrival {
	all := append(make([]arrival, 0, min(readBatch, len(arrived)+1)), first)
	for len(all) < readBatch {
		select {
		case a := <-arrived:
			all = append(all, a)
		default:
			return all
		}
	}
	return all
}

func (j *Journal) arrivalOf(m jetstream.Msg) (a arrival) {
	a.fact, a.err = j.decodeMsg(m)
	a.seq = a.fact.Seq
	return a
}

func (j *Journal) decodeMsg(m jetstream.Msg) (eventsource.Recorded, error) {
	meta, err := m.Metadata()
	if err != nil {
		return eventsource.Recorded{}, fmt.Errorf("read the journal: %w", err)
	}
	seq := meta.Sequence.Stream
	r, err := j.codec.decode(m.Subject(), m.Headers(), m.Data(), seq)
	if err != nil {
		return r, &readmodel.UnreadableError{Seq: seq, Stream: streamOf(m.Subject()), Type: m.Headers().Get(headerType), Err: err}
	}
	return r, nil
}

// Head implements readmodel.Source.
func (j *Journal) Head(ctx context.Context, nouns []string) (uint64, error) {
	var head uint64
	for _, subject := range nounSubjects(nouns) {
		seq, err := j.lastAtLeader(ctx, subject)
		if err != nil {
			return 0, fmt.Errorf("head of %s: %w", subject, err)
		}
		head = max(head, seq)
	}
	return head, nil
}

// lastAtLeader asks the stream's leader for the last message of a subject, 0 for none. A direct get would do in one
// process; in a cluster a follower may answer it that has not seen the last appends, and whoever awaits the head
// would then read too early.
func (j *Journal) lastAtLeader(ctx context.Context, subject string) (uint64, error) {
	ask, err := json.Marshal(map[string]string{"last_by_subj": subject})
	if err != nil {
		return 0, err
	}
	reply, err := j.nc.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+j.name, ask)
	if err != nil {
		return 0, err
	}
	var got struct {
		Message struct {
			Seq uint64 `json:"seq"`
		} `json:"message"`
		Error *struct {
			Code        int    `json:"err_code"`
			Description string `json:"description"`
		} `json:"error"`
	}
	if err := json.Unmarshal(reply.Data, &got); err != nil {
		return 0, err
	}
	switch {
	case got.Error == nil:
		return got.Message.Seq, nil
	case got.Error.Code == codeNoMessage:
		return 0, nil
	default:
		return 0, fmt.Errorf("%s (%d)", got.Error.Description, got.Error.Code)
	}
}

const codeNoMessage = 10037 // no message found

// Raw is a fact as it is stored, for tools that look at the record itself.
type Raw struct {
	Seq     uint64
	Stream  string
	Type    string
	Subject string
	Chain   string
	Time    string
	Actor   string
	Cause   string
	Body    []byte
}

// Get reads the fact at a sequence.
func (j *Journal) Get(ctx context.Context, seq uint64) (eventsource.Recorded, Raw, error) {
	m, err := j.stream.GetMsg(ctx, seq)
	if err != nil {
		return eventsource.Recorded{}, Raw{}, fmt.Errorf("event #%d: %w", seq, err)
	}
	raw := Raw{Seq: seq, Stream: streamOf(m.Subject), Type: m.Header.Get(headerType), Subject: m.Subject,
		Chain: m.Header.Get(headerChain), Time: m.Header.Get(headerTime), Actor: m.Header.Get(headerActor),
		Cause: m.Header.Get(headerCause), Body: m.Data}
	r, err := j.codec.decode(m.Subject, m.Header, m.Data, seq)
	if err != nil {
		return r, raw, &readmodel.UnreadableError{Seq: seq, Stream: raw.Stream, Type: raw.Type, Err: err}
	}
	return r, raw, nil
}

// Scan calls fn with every stored fact after a sequence, readable or not. It ends at the present head,
// or waits for more when follow is set.
func (j *Journal) Scan(ctx context.Context, after uint64, follow bool, fn func(Raw) error) error {
	info, err := j.stream.Info(ctx)
	if err != nil {
		return fmt.Errorf("scan the journal: %w", err)
	}
	head := info.State.LastSeq
	if after >= head && !follow {
		return nil
	}
	consumer, err := j.js.OrderedConsumer(ctx, j.name, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: after + 1, InactiveThreshold: 30 * time.Second,
	})
	if err != nil {
		return fmt.Errorf("scan the journal: %w", err)
	}
	messages, err := consumer.Messages()
	if err != nil {
		return fmt.Errorf("scan the journal: %w", err)
	}
	defer messages.Stop()
	for {
		m, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return fmt.Errorf("scan the journal: %w", err)
		}
		meta, err := m.Metadata()
		if err != nil {
			return fmt.Errorf("scan the journal: %w", err)
		}
		h := m.Headers()
		if err := fn(Raw{Seq: meta.Sequence.Stream, Stream: streamOf(m.Subject()), Type: h.Get(headerType), Subject: m.Subject(),
			Chain: h.Get(headerChain), Time: h.Get(headerTime), Actor: h.Get(headerActor), Cause: h.Get(headerCause),
			Body: m.Data()}); err != nil {
			return err
		}
		if meta.Sequence.Stream >= head && !follow {
			return nil
		}
	}
}

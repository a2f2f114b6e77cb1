package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// Options of a journal. Replicas and Partitions count when the record is made; partitions never change after that.
type Options struct {
	Stream     string // name of the JetStream stream; default EVENTS
	Replicas   int    // 1 embedded, 3 in a cluster
	Partitions int    // 1 embedded, more in a cluster

	Existing bool // open only a journal that exists; readers from outside must not make one

	Appended func(took time.Duration) // hears how long each append took; nil for nobody
}

const metaPartitions = "khuevan.partitions"

// Journal is the record of all facts on a JetStream stream. It implements eventsource.Tip and readmodel.Source.
type Journal struct {
	nc     *nats.Conn
	js     jetstream.JetStream
	stream jetstream.Stream
	name   string
	codec  codec
	group  *committer
	tail   *tail

	appended func(time.Duration)
}

// OpenJournal makes the record if it does not exist and opens it.
func OpenJournal(ctx context.Context, nc *nats.Conn, registry *eventsource.Registry, o Options) (*Journal, error) {
	if o.Stream == "" {
		o.Stream = "EVENTS"
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	s, err := ensureStream(ctx, js, o)
	if err != nil {
		return nil, fmt.Errorf("open the journal %s: %w", o.Stream, err)
	}
	partitions, err := strconv.Atoi(s.CachedInfo().Config.Metadata[metaPartitions])
	if err != nil {
		return nil, fmt.Errorf("stream %s says no number of partitions; it is not a journal of ours: %w", o.Stream, err)
	}
	j := &Journal{nc: nc, js: js, stream: s, name: o.Stream, codec: codec{registry: registry, partitions: partitions}, tail: newTail(), appended: o.Appended}
	j.group = newCommitter(nc)
	return j, nil
}

func ensureStream(ctx context.Context, js jetstream.JetStream, o Options) (jetstream.Stream, error) {
	s, err := js.Stream(ctx, o.Stream)
	if !errors.Is(err, jetstream.ErrStreamNotFound) || o.Existing {
		return s, err
	}
	s, err = js.CreateStream(ctx, jetstream.StreamConfig{
		Name: o.Stream, Subjects: []string{prefix + ".>"}, Description: "The record of Khuê Văn: every fact, in order",
		Storage: jetstream.FileStorage, Replicas: max(1, o.Replicas), Duplicates: time.Second,
		AllowDirect: true, AllowAtomicPublish: true, DenyDelete: true, DenyPurge: true,
		Metadata: map[string]string{metaPartitions: strconv.Itoa(max(1, o.Partitions))},
	})
	if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
		return js.Stream(ctx, o.Stream) // another process made it first
	}
	return s, err
}

// JetStream gives the client, for neighbours that keep their own streams beside the journal.
func (j *Journal) JetStream() jetstream.JetStream { return j.js }

// Close stops accepting appends after those under way are answered.
func (j *Journal) Close() { j.group.close() }

// Append implements eventsource.Journal. Concurrent appends share one write, see committer.
func (j *Journal) Append(ctx context.Context, stream string, at eventsource.End, facts ...eventsource.Fact) (uint64, error) {
	if len(facts) == 0 {
		return at.Seq, nil
	}
	if len(facts) > maxOfOne {
		return 0, fmt.Errorf("append to %s: %d facts at once, at most %d", stream, len(facts), maxOfOne)
	}
	msgs, err := j.codec.encode(stream, at.Chain, facts)
	if err != nil {
		return 0, err
	}
	// One expectation over the whole stream, on its first message: a neighbour is not refused, a stale writer is.
	msgs[0].Header[jetstream.ExpectedLastSubjSeqHeader] = []string{strconv.FormatUint(at.Seq, 10)}
	msgs[0].Header[jetstream.ExpectedLastSubjSeqSubjHeader] = []string{j.codec.streamPrefix(stream) + "*"}
	if j.appended != nil {
		took := clock.Stopwatch()
		defer func() { j.appended(took()) }()
	}
	return j.group.append(ctx, stream, msgs)
}

// Load implements eventsource.Journal.
func (j *Journal) Load(ctx context.Context, stream string) (eventsource.History, error) {
	var h eventsource.History
	next := uint64(1)
	for {
		msgs, more, err := j.batchGet(ctx, j.codec.streamPrefix(stream)+"*", next)
		if err != nil {
			return nil, fmt.Errorf("load %s: %w", stream, err)
		}
		for _, m := range msgs {
			seq, err := strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64)
			if err != nil {
				return nil, fmt.Errorf("load %s: sequence: %w", stream, err)
			}
			r, err := j.codec.decode(m.Header.Get(jetstream.SubjectHeader), m.Header, m.Data, seq)
			if err != nil {
				return nil, &readmodel.UnreadableError{Seq: seq, Stream: stream, Type: m.Header.Get(headerType), Err: err}
			}
			h = append(h, r)
			next = seq + 1
		}
		if !more {
			return h, nil
		}
	}
}

// Last implements eventsource.Tip. Whoever answers a load answers this: the leader or a replica.
func (j *Journal) Last(ctx context.Context, stream string) (uint64, error) {
	ask, err := json.Marshal(map[string]string{"last_by_subj": j.codec.streamPrefix(stream) + "*"})
	if err != nil {
		return 0, err
	}
	m, err := j.nc.RequestWithContext(ctx, "$JS.API.DIRECT.GET."+j.name, ask)
	if err != nil {
		return 0, fmt.Errorf("end of %s: %w", stream, err)
	}
	switch status := m.Header.Get("Status"); status {
	case "":
		return strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64)
	case "404":
		return 0, nil
	default:
		return 0, fmt.Errorf("end of %s: %s %s", stream, status, m.Header.Get("Description"))
	}
}

// loadBatch bounds one direct get; most streams are shorter.
const loadBatch = 512

// batchGet reads messages of a subject from a sequence on; more says that there may be others behind them.
func (j *Journal) batchGet(ctx context.Context, subject string, from uint64) (msgs []*nats.Msg, more bool, err error) {
	ask, err := json.Marshal(struct {
		Seq     uint64 `json:"seq"`
		Subject string `json:"next_by_subj"`
		Batch   int    `json:"batch"`
	}{from, subject, loadBatch})
	if err != nil {
		return nil, false, err
	}
	// A channel of our own: the one that the client library makes for a synchronous subscription takes half a megabyte.
	inbox, arrived := j.nc.NewRespInbox(), make(chan *nats.Msg, loadBatch+1)
	sub, err := j.nc.ChanSubscribe(inbox, arrived)
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := j.nc.PublishRequest("$JS.API.DIRECT.GET."+j.name, inbox, ask); err != nil {
		return nil, false, err
	}
	late := time.NewTimer(answerTime)
	defer late.Stop()
	for {
		select {
		case m := <-arrived:
			switch m.Header.Get("Status") {
			case "":
				msgs = append(msgs, m)
			case "204": // end of the batch
				return msgs, len(msgs) == loadBatch, nil
			case "404":
				return msgs, false, nil
			default:
				return nil, false, fmt.Errorf("direct get: %s %s", m.Header.Get("Status"), m.Header.Get("Description"))
			}
		case <-late.C:
			return nil, false, errors.New("direct get: no answer")
		case <-ctx.Done():
			return nil, false, ctx.Err()
		}
	}
}

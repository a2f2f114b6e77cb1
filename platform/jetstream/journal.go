package jetstream

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
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
	j := &Journal{nc: nc, js: js, stream: s, name: o.Stream, codec: codec{registry: registry, partitions: partitions, lately: &lately{}}, tail: newTail(), appended: o.Appended}
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

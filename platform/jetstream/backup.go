package jetstream

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Backup describes a copy of the journal: a JSON line per fact, from the first on without a gap.
type Backup struct {
	Format     string `json:"format"`
	Partitions int    `json:"partitions"`
	Facts      uint64 `json:"facts"`  // also the sequence of the last one
	SHA256     string `json:"sha256"` // of the lines, hex
}

const backupFormat = "khuevan.journal.v1"

// backupLine is a fact with everything that the record has of it. Whoever reads it without us finds JSON in JSON.
type backupLine struct {
	Seq     uint64      `json:"seq"`
	Subject string      `json:"subject"`
	Header  nats.Header `json:"header"`
	Body    []byte      `json:"body"` // base64
}

// WriteTo copies the journal as it stands now; facts that are appended meanwhile are left to the next backup. It may be
// done while the platform runs.
func (j *Journal) WriteTo(ctx context.Context, w io.Writer) (Backup, error) {
	b := Backup{Format: backupFormat, Partitions: j.codec.partitions}
	info, err := j.stream.Info(ctx)
	if err != nil {
		return b, fmt.Errorf("back up the journal: %w", err)
	}
	sum := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<20)
	if head := info.State.LastSeq; head > 0 {
		if err := j.copyTo(ctx, head, out, &b); err != nil {
			return b, fmt.Errorf("back up the journal: %w", err)
		}
	}
	err = out.Flush()
	b.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return b, err
}

func (j *Journal) copyTo(ctx context.Context, head uint64, out io.Writer, b *Backup) error {
	consumer, err := j.js.OrderedConsumer(ctx, j.name, jetstream.OrderedConsumerConfig{DeliverPolicy: jetstream.DeliverAllPolicy})
	if err != nil {
		return err
	}
	messages, err := consumer.Messages()
	if err != nil {
		return err
	}
	defer messages.Stop()
	lines := json.NewEncoder(out)
	for b.Facts < head {
		m, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		meta, err := m.Metadata()
		if err != nil {
			return err
		}
		if meta.Sequence.Stream != b.Facts+1 {
			return fmt.Errorf("event #%d is missing", b.Facts+1)
		}
		if err := lines.Encode(backupLine{Seq: meta.Sequence.Stream, Subject: m.Subject(), Header: m.Headers(), Body: m.Data()}); err != nil {
			return err
		}
		b.Facts = meta.Sequence.Stream
	}
	return nil
}

// underWay is how many facts are on their way while a journal is restored.
const underWay = 256

// ReadFrom fills an empty journal from a backup. What is read must be exactly what was written; a journal that holds facts
// is refused. Cut off, it leaves a journal that must be thrown away.
func (j *Journal) ReadFrom(ctx context.Context, r io.Reader, b Backup) error {
	if b.Format != backupFormat {
		return fmt.Errorf("restore the journal: format %q; this program reads %q", b.Format, backupFormat)
	}
	if b.Partitions != j.codec.partitions {
		return fmt.Errorf("restore the journal: it was made with %d partitions, this one has %d; set partitions to %[1]d and begin with an empty data directory", b.Partitions, j.codec.partitions)
	}
	info, err := j.stream.Info(ctx)
	if err != nil {
		return fmt.Errorf("restore the journal: %w", err)
	}
	if info.State.LastSeq > 0 {
		return fmt.Errorf("restore the journal: it holds %d events already; restore into an empty data directory", info.State.LastSeq)
	}
	js, err := jetstream.New(j.nc, jetstream.WithPublishAsyncMaxPending(underWay))
	if err != nil {
		return err
	}
	restoring := &restoring{js: js, sum: sha256.New()}
	if err := restoring.all(ctx, r, b); err != nil {
		return fmt.Errorf("restore the journal: %w", err)
	}
	return nil
}

// restoring is a journal being filled.
type restoring struct {
	js   jetstream.JetStream
	sum  hash.Hash
	seq  uint64
	acks []jetstream.PubAckFuture
}

func (f *restoring) all(ctx context.Context, r io.Reader, b Backup) error {
	lines := bufio.NewReaderSize(io.TeeReader(r, f.sum), 1<<20)
	for {
		text, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(text) == 0 {
			break
		}
		if err != nil {
			return fmt.Errorf("line %d is cut off: %w", f.seq+1, err)
		}
		if err := f.one(text); err != nil {
			return err
		}
		if len(f.acks) == underWay {
			if err := f.settle(ctx); err != nil {
				return err
			}
		}
	}
	if err := f.settle(ctx); err != nil {
		return err
	}
	if got := hex.EncodeToString(f.sum.Sum(nil)); f.seq != b.Facts || got != b.SHA256 {
		return fmt.Errorf("%d events with the hash %s were read, %d with %s were written: the backup is damaged", f.seq, got, b.Facts, b.SHA256)
	}
	return nil
}

// one sends a fact on its way, under the expectation that it was first appended with.
func (f *restoring) one(text []byte) error {
	var l backupLine
	if err := json.Unmarshal(text, &l); err != nil {
		return fmt.Errorf("line %d is no event: %w", f.seq+1, err)
	}
	if l.Seq != f.seq+1 || !strings.HasPrefix(l.Subject, prefix+".") {
		return fmt.Errorf("line %d holds event #%d of %q", f.seq+1, l.Seq, l.Subject)
	}
	for key := range l.Header {
		if strings.HasPrefix(key, "Nats-Batch-") || key == jetstream.MsgIDHeader {
			delete(l.Header, key)
		}
	}
	l.Header[jetstream.ExpectedLastSeqHeader] = []string{strconv.FormatUint(f.seq, 10)}
	ack, err := f.js.PublishMsgAsync(&nats.Msg{Subject: l.Subject, Header: l.Header, Data: l.Body})
	if err != nil {
		return fmt.Errorf("event #%d: %w", l.Seq, err)
	}
	f.acks, f.seq = append(f.acks, ack), l.Seq
	return nil
}

func (f *restoring) settle(ctx context.Context) error {
	first := f.seq - uint64(len(f.acks)) + 1
	for i, ack := range f.acks {
		want := first + uint64(i) //nolint:gosec // an index
		select {
		case got := <-ack.Ok():
			if got.Sequence != want {
				return fmt.Errorf("event #%d became #%d", want, got.Sequence)
			}
		case err := <-ack.Err():
			return fmt.Errorf("event #%d: %w", want, err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	f.acks = f.acks[:0]
	return nil
}

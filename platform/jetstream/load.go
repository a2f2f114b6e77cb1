package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// mostSteps bounds the walk from a stream's end to its beginning; longer streams are scanned.
const mostSteps = 128

// Load implements eventsource.Journal. Each append names the fact that it follows, and the server has checked it. So a
// stream is walked from its end to its beginning, each fact found by its sequence, whatever lies between. (Asked for the
// next fact of a stream, the server looks through all that others have written meanwhile.)
func (j *Journal) Load(ctx context.Context, stream string) (eventsource.History, error) {
	h, walked, err := j.walk(ctx, stream)
	if err == nil && !walked {
		h, err = j.scan(ctx, stream)
	}
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", stream, err)
	}
	return h, nil
}

// step is a fact on the walk, with what its predecessor must be.
type step struct {
	eventsource.Recorded
	body []byte
	kind string // type as it is stored
	prev uint64
}

// walk gives a stream from its last fact back. walked is false when the way is too long or a link does not hold, as in
// a record whose sequences are not those it was written with.
func (j *Journal) walk(ctx context.Context, stream string) (h eventsource.History, walked bool, err error) {
	m, err := j.get(ctx, map[string]any{"last_by_subj": j.codec.streamPrefix(stream) + "*"})
	if err != nil || m == nil {
		return nil, err == nil, err
	}
	var next *step
	for range mostSteps {
		if streamOf(m.Header.Get(jetstream.SubjectHeader)) != stream {
			return nil, false, nil
		}
		s, err := j.stepOf(m)
		if err != nil {
			return nil, false, err
		}
		if next != nil && !follows(s, next) {
			return nil, false, nil
		}
		h, next = append(h, s.Recorded), s
		if s.prev == 0 {
			slices.Reverse(h)
			return h, eventsource.Chain("", stream, s.kind, s.body) == s.Chain, nil
		}
		if m, err = j.get(ctx, map[string]any{"seq": s.prev}); err != nil || m == nil {
			return nil, false, err
		}
	}
	return nil, false, nil
}

// follows reports whether next is the fact right behind s: the hash says so.
func follows(s, next *step) bool {
	return eventsource.Chain(s.Chain, s.Stream, next.kind, next.body) == next.Chain
}

// stepOf reads a stored message. Only the first fact of an append names what it follows; the others follow each other.
func (j *Journal) stepOf(m *nats.Msg) (*step, error) {
	r, err := j.recorded(m)
	if err != nil {
		return nil, err
	}
	s := &step{Recorded: r, body: m.Data, kind: m.Header.Get(headerType), prev: r.Seq - 1}
	if text := m.Header.Get(jetstream.ExpectedLastSubjSeqHeader); text != "" {
		if s.prev, err = strconv.ParseUint(text, 10, 64); err != nil {
			return nil, fmt.Errorf("#%d follows %q: %w", r.Seq, text, err)
		}
	}
	return s, nil
}

// recorded decodes a message that a direct get gave.
func (j *Journal) recorded(m *nats.Msg) (eventsource.Recorded, error) {
	seq, err := strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64)
	if err != nil {
		return eventsource.Recorded{}, fmt.Errorf("sequence: %w", err)
	}
	subject := m.Header.Get(jetstream.SubjectHeader)
	r, err := j.codec.decode(subject, m.Header, m.Data, seq)
	if err != nil {
		return r, &readmodel.UnreadableError{Seq: seq, Stream: streamOf(subject), Type: m.Header.Get(headerType), Err: err}
	}
	return r, nil
}

// get reads one message directly; nil when there is none.
func (j *Journal) get(ctx context.Context, which map[string]any) (*nats.Msg, error) {
	ask, err := json.Marshal(which)
	if err != nil {
		return nil, err
	}
	bounded, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	m, err := j.nc.RequestWithContext(bounded, "$JS.API.DIRECT.GET."+j.name, ask)
	if err != nil {
		return nil, fmt.Errorf("direct get: %w", err)
	}
	switch m.Header.Get("Status") {
	case "":
		return m, nil
	case "404":
		return nil, nil //nolint:nilnil // none is an answer
	default:
		return nil, fmt.Errorf("direct get: %s %s", m.Header.Get("Status"), m.Header.Get("Description"))
	}
}

// Last implements eventsource.Tip. Whoever answers a load answers this: the leader or a replica.
func (j *Journal) Last(ctx context.Context, stream string) (uint64, error) {
	m, err := j.get(ctx, map[string]any{"last_by_subj": j.codec.streamPrefix(stream) + "*"})
	if err != nil || m == nil {
		return 0, err
	}
	return strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64)
}

// scan gives a stream from its first fact on.
func (j *Journal) scan(ctx context.Context, stream string) (eventsource.History, error) {
	var h eventsource.History
	next := uint64(1)
	for {
		msgs, more, err := j.batchGet(ctx, j.codec.streamPrefix(stream)+"*", next)
		if err != nil {
			return nil, err
		}
		for _, m := range msgs {
			r, err := j.recorded(m)
			if err != nil {
				return nil, err
			}
			h = append(h, r)
			next = r.Seq + 1
		}
		if !more {
			return h, nil
		}
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

package jetstream

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go/jetstream"
)

// Notes keeps the last few notes under each name, beside the journal: what one wants to look at and need not keep.
type Notes struct {
	js     jetstream.JetStream
	stream jetstream.Stream
	prefix string
	most   int
}

// OpenNotes opens the notes of a kind, such as "webhook"; the last most under each name are kept.
func OpenNotes(ctx context.Context, j *Journal, kind string, most, replicas int) (*Notes, error) {
	n := &Notes{js: j.js, prefix: "notes." + kind + ".", most: most}
	var err error
	n.stream, err = j.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: "NOTES_" + kind, Subjects: []string{n.prefix + ">"}, Storage: jetstream.FileStorage, Replicas: max(1, replicas),
		Description: "The last notes under each name; no record", MaxMsgsPerSubject: int64(most),
	})
	if err != nil {
		return nil, fmt.Errorf("open the notes of %s: %w", kind, err)
	}
	return n, nil
}

// Add keeps a note, and forgets the oldest when there are too many.
func (n *Notes) Add(ctx context.Context, name string, body []byte) error {
	if _, err := n.js.Publish(ctx, n.prefix+name, body); err != nil {
		return fmt.Errorf("note: %w", err)
	}
	return nil
}

// Last gives what is kept under a name, newest first.
func (n *Notes) Last(ctx context.Context, name string) ([][]byte, error) {
	var all [][]byte
	for from := uint64(1); len(all) < n.most; {
		m, err := n.stream.GetMsg(ctx, from, jetstream.WithGetMsgSubject(n.prefix+name))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read notes: %w", err)
		}
		all, from = append(all, m.Data), m.Sequence+1
	}
	slices.Reverse(all)
	return all, nil
}

// Drop forgets everything under a name.
func (n *Notes) Drop(ctx context.Context, name string) error {
	if err := n.stream.Purge(ctx, jetstream.WithPurgeSubject(n.prefix+name)); err != nil {
		return fmt.Errorf("drop notes: %w", err)
	}
	return nil
}

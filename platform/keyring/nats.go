package keyring

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// bucket names the store of keys. `nats kv` can list it; the stream is made here and not by the key-value
// client, because that one forbids deleting single messages and lets replicas answer reads late.
const bucket = "KEYS"

// natsStore keeps a key under "key.<id>" or "alt.<id>" and its tombstone under "gone.<id>". The tombstone has its own
// subject because a second message under the first would push the key out without overwriting it; for the same reason a key
// that is sealed anew moves between the two.
type natsStore struct {
	js     jetstream.JetStream
	stream jetstream.Stream
}

// NATS opens the store of keys in JetStream, and makes it when there is none.
func NATS(ctx context.Context, js jetstream.JetStream, replicas int) (Store, error) {
	stream, err := js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name:               "KV_" + bucket,
		Description:        "sealed data keys of people; erasure overwrites them",
		Subjects:           []string{"$KV." + bucket + ".>"},
		Storage:            jetstream.FileStorage,
		Replicas:           replicas,
		MaxMsgsPerSubject:  1,
		Discard:            jetstream.DiscardNew,
		DenyPurge:          true,
		AllowAtomicPublish: true,
		AllowDirect:        false, // reads go to the leader: a destroyed key must not come back from a late replica
	})
	if err != nil {
		return nil, fmt.Errorf("open the store of keys: %w", err)
	}
	return &natsStore{js: js, stream: stream}, nil
}

const (
	livePrefix  = "$KV." + bucket + ".key."
	otherPrefix = "$KV." + bucket + ".alt."
	gonePrefix  = "$KV." + bucket + ".gone."
)

func live(id string) string  { return livePrefix + id }
func other(id string) string { return otherPrefix + id }
func gone(id string) string  { return gonePrefix + id }

// OnDestroyed implements Heralded: the tombstone is a message like any other.
func (s *natsStore) OnDestroyed(fn func(id string)) error {
	_, err := s.js.Conn().Subscribe(gonePrefix+">", func(m *nats.Msg) { fn(strings.TrimPrefix(m.Subject, gonePrefix)) })
	return err
}

func (s *natsStore) Get(ctx context.Context, id string) ([]byte, error) {
	if err := s.barred(ctx, id); err != nil {
		return nil, err
	}
	for _, subject := range []string{live(id), other(id), live(id)} { // it may move while we look
		msg, err := s.stream.GetLastMsgForSubject(ctx, subject)
		if err == nil {
			return msg.Data, nil
		}
		if !errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil, fmt.Errorf("read key %s: %w", id, err)
		}
	}
	return nil, ErrNotFound
}

// Create asks for the tombstone again after writing: whichever of Create and Destroy comes second then sees the
// other, and the key is overwritten.
func (s *natsStore) Create(ctx context.Context, id string, sealed []byte) error {
	if _, err := s.Get(ctx, id); err == nil {
		return ErrExists
	} else if !errors.Is(err, ErrNotFound) {
		return err
	}
	_, err := s.js.Publish(ctx, live(id), sealed, jetstream.WithExpectLastSequencePerSubject(0))
	if wrongLast(err) {
		return ErrExists
	}
	if err != nil {
		return fmt.Errorf("create key %s: %w", id, err)
	}
	err = s.barred(ctx, id)
	if errors.Is(err, ErrDestroyed) {
		return errors.Join(err, s.overwrite(ctx, id))
	}
	return err
}

func (s *natsStore) Destroy(ctx context.Context, id string) error {
	_, err := s.js.Publish(ctx, gone(id), nil, jetstream.WithExpectLastSequencePerSubject(0))
	if err != nil && !wrongLast(err) {
		return fmt.Errorf("bar key %s: %w", id, err)
	}
	return s.overwrite(ctx, id)
}

func (s *natsStore) barred(ctx context.Context, id string) error {
	_, err := s.stream.GetLastMsgForSubject(ctx, gone(id))
	switch {
	case err == nil:
		return ErrDestroyed
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return nil
	}
	return fmt.Errorf("read the tombstone of key %s: %w", id, err)
}

// overwrite removes a key wherever it lies.
func (s *natsStore) overwrite(ctx context.Context, id string) error {
	return errors.Join(s.wipe(ctx, live(id)), s.wipe(ctx, other(id)))
}

func (s *natsStore) wipe(ctx context.Context, subject string) error {
	msg, err := s.stream.GetLastMsgForSubject(ctx, subject)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find %s to overwrite: %w", subject, err)
	}
	err = s.stream.SecureDeleteMsg(ctx, msg.Sequence)
	if err == nil || s.vanished(ctx, subject) {
		return nil // somebody else may have overwritten it between the two calls
	}
	return fmt.Errorf("overwrite %s: %w", subject, err)
}

func (s *natsStore) vanished(ctx context.Context, subject string) bool {
	_, err := s.stream.GetLastMsgForSubject(ctx, subject)
	return errors.Is(err, jetstream.ErrMsgNotFound)
}

// wrongLast reports that the subject's last message is not the expected one; replicated streams use the second code.
func wrongLast(err error) bool {
	var refused *jetstream.APIError
	return errors.As(err, &refused) && (refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence ||
		refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant)
}

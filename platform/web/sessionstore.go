package web

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"khuevan/platform/clock"
)

// SessionStore keeps sessions by the hash of their token.
type SessionStore interface {
	// Put writes data, to be forgotten about ttl from now, if last is still the revision of what is there, 0 for nothing; else ErrSessionMoved.
	Put(ctx context.Context, id string, data []byte, ttl time.Duration, last uint64) error
	// Get gives the data and its revision, or ErrNoSession.
	Get(ctx context.Context, id string) (data []byte, last uint64, err error)
	// Delete removes it; removing nothing is no error.
	Delete(ctx context.Context, id string) error
	// IDs lists the ids that begin with a tag and a dot.
	IDs(ctx context.Context, tag string) ([]string, error)
}

// What a store of sessions answers besides broken machinery; ask with errors.Is.
var (
	ErrNoSession    = errors.New("web: no such session")
	ErrSessionMoved = errors.New("web: the session was changed or ended meanwhile")
)

type memorySessions struct {
	clock clock.Clock
	mu    sync.Mutex
	all   map[string]kept
	last  uint64
	sweep time.Time
}

type kept struct {
	data  []byte
	last  uint64
	until time.Time
}

// MemorySessions forgets on exit; for tests and a single process.
func MemorySessions(now clock.Clock) SessionStore {
	return &memorySessions{clock: now, all: map[string]kept{}, sweep: now.Now()}
}

func (m *memorySessions) Put(_ context.Context, id string, data []byte, ttl time.Duration, last uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.clock.Now()
	if now.Sub(m.sweep) > touchEvery {
		for other, one := range m.all {
			if !now.Before(one.until) {
				delete(m.all, other)
			}
		}
		m.sweep = now
	}
	if m.all[id].last != last {
		return ErrSessionMoved
	}
	m.last++
	m.all[id] = kept{data: append([]byte(nil), data...), last: m.last, until: now.Add(ttl)}
	return nil
}

func (m *memorySessions) Get(_ context.Context, id string) ([]byte, uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	one, ok := m.all[id]
	if !ok || !m.clock.Now().Before(one.until) {
		return nil, 0, ErrNoSession
	}
	return append([]byte(nil), one.data...), one.last, nil
}

func (m *memorySessions) Delete(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.all, id)
	return nil
}

func (m *memorySessions) IDs(_ context.Context, tag string) (ids []string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id := range m.all {
		if strings.HasPrefix(id, tag+".") {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

type natsSessions struct {
	js     jetstream.JetStream
	stream jetstream.Stream
}

// sessionBucket can be listed with `nats kv`. Its stream is made here, since the key-value client would let replicas
// answer: the page after a sign-in could then not know of it.
const sessionBucket = "SESSIONS"

// NATSSessions keeps sessions in JetStream, where every process sees them and a restart loses none.
func NATSSessions(ctx context.Context, js jetstream.JetStream, replicas int) (SessionStore, error) {
	stream, err := js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name:              "KV_" + sessionBucket,
		Description:       "who is signed in",
		Subjects:          []string{sessionSubject(">")},
		Storage:           jetstream.FileStorage,
		Replicas:          replicas,
		MaxMsgsPerSubject: 1,
		MaxAge:            absoluteLife,
		AllowMsgTTL:       true,
		AllowDirect:       false,
	})
	if err != nil {
		return nil, fmt.Errorf("open the store of sessions: %w", err)
	}
	return &natsSessions{js: js, stream: stream}, nil
}

func sessionSubject(id string) string { return "$KV." + sessionBucket + "." + id }

func (n *natsSessions) Put(ctx context.Context, id string, data []byte, ttl time.Duration, last uint64) error {
	_, err := n.js.Publish(ctx, sessionSubject(id), data, jetstream.WithExpectLastSequencePerSubject(last),
		jetstream.WithMsgTTL(max(ttl.Round(time.Second), time.Second)))
	var refused *jetstream.APIError
	if errors.As(err, &refused) && (refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence ||
		refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant) {
		return ErrSessionMoved
	}
	return err
}

func (n *natsSessions) Get(ctx context.Context, id string) ([]byte, uint64, error) {
	msg, err := n.stream.GetLastMsgForSubject(ctx, sessionSubject(id))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, 0, ErrNoSession
	}
	if err != nil {
		return nil, 0, err
	}
	return msg.Data, msg.Sequence, nil
}

func (n *natsSessions) IDs(ctx context.Context, tag string) (ids []string, err error) {
	info, err := n.stream.Info(ctx, jetstream.WithSubjectFilter(sessionSubject(tag+".>")))
	if err != nil {
		return nil, err
	}
	for subject := range info.State.Subjects {
		ids = append(ids, strings.TrimPrefix(subject, sessionSubject("")))
	}
	return ids, nil
}

func (n *natsSessions) Delete(ctx context.Context, id string) error {
	return n.stream.Purge(ctx, jetstream.WithPurgeSubject(sessionSubject(id)))
}

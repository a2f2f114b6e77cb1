// Package eventsource decides commands on the state that past events evolved, and appends what was decided.
package eventsource

import (
	"context"
	"errors"
	"time"
)

// Event is a fact. Its type is a written contract such as "quiz.answer-saved.v1":
// service, fact and version; never a Go type name.
type Event interface {
	EventType() string
}

// Upgrader is an old version of an event; Upgrade gives the next newer one.
type Upgrader interface {
	Event
	Upgrade() Event
}

// State is what past events evolve. The zero value of S is "before the first event".
type State[S any] interface {
	Evolve(Event) S
}

// Command asks for something on one stream. Decide is pure: no clock, no id, no log, no database.
// A repeated command decides nothing and is no error; a refusal is a *fault.Error.
type Command[S any] interface {
	// Stream names the one history the command is decided on: "service.noun.id".
	// An id of the form "<owner>_<rest>" lives in the partition of its owner, the person whom it is about.
	Stream() string
	Decide(S) ([]Event, error)
}

// Meta is what a command carries besides its content.
type Meta struct {
	Cause string // id of the request or event that made someone ask; a cause is done at most once per stream
	Actor string // person who asked, or "system"
	// OnBehalf is the person for whom the actor stood in; "" for one's own right.
	OnBehalf string
	Time     time.Time // the server's clock when the command was accepted
	Trace    string    // W3C traceparent
}

// Fact is an event with the envelope it is stored in.
type Fact struct {
	Event Event
	Meta
}

// Recorded is a fact as it stands in the journal.
type Recorded struct {
	Fact
	Seq    uint64 // position in the journal, from 1, the same for every reader
	Stream string // "service.noun.id"
	Chain  string // hash over the stream's previous chain and this fact; see Chain
}

// ID names the recorded fact for use as the cause of what follows from it.
func (r Recorded) ID() string { return causeOf(r.Seq) }

// History is one stream, oldest first.
type History []Recorded

// Last is the sequence of the stream's last fact, 0 for an empty stream.
func (h History) Last() uint64 {
	if len(h) == 0 {
		return 0
	}
	return h[len(h)-1].Seq
}

// Chain is the hash of the stream's last fact, "" for an empty stream.
func (h History) Chain() string {
	if len(h) == 0 {
		return ""
	}
	return h[len(h)-1].Chain
}

// ErrMoved says that the stream has grown since it was loaded; nothing was appended.
var ErrMoved = errors.New("eventsource: the stream has moved")

// ErrUnsure says that the answer to an append was lost: the facts are there wholly or not at all, and only
// loading the stream tells which.
var ErrUnsure = errors.New("eventsource: the answer was lost")

// Journal is the record of all facts.
type Journal interface {
	// Load reads one stream, oldest first; an unknown stream is empty. A fact that cannot be
	// understood is an error that names it; it is never skipped.
	Load(ctx context.Context, stream string) (History, error)
	// Append adds facts to the end of a stream, all or none, durably, and returns the sequence of the
	// last one. It fails with ErrMoved when at is no longer the stream's end, with ErrUnsure when nobody knows.
	Append(ctx context.Context, stream string, at End, facts ...Fact) (uint64, error)
}

// End is the end of a stream as a writer last saw it; the zero value is an empty stream.
type End struct {
	Seq   uint64
	Chain string
}

// End is where the next fact of the history belongs.
func (h History) End() End { return End{Seq: h.Last(), Chain: h.Chain()} }

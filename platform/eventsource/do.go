package eventsource

import (
	"context"
	"errors"
	"strconv"

	"khuevan/platform/fault"
)

// attempts bounds how often a command is decided again when others write to its stream meanwhile.
const attempts = 8

// Outcome tells what a command led to.
type Outcome struct {
	Seq    uint64  // sequence of the last fact it stands on; read models at or after it show the effect
	Events []Event // what was decided now; empty when there was nothing (more) to do
}

// Do loads the command's stream, asks whether this cause was done already, folds, decides and appends.
// When the stream has moved, or the answer to an append was lost, it tries again; after several tries it answers
// fault.Conflict or fault.Unavailable.
//
// The question in the middle matters: after a lost acknowledgement the journal answers a repeated append with
// ErrMoved, and deciding again without asking would tell people "already submitted" about their own success.
func Do[S State[S]](ctx context.Context, j Journal, m Meta, cmd Command[S]) (Outcome, error) {
	return DoRecent(ctx, j, nil, m, cmd)
}

// DoRecent is Do for a stream that this process may remember; the outcome is the same. See Recent for what it asks of S.
func DoRecent[S State[S]](ctx context.Context, j Journal, r *Recent, m Meta, cmd Command[S]) (Outcome, error) {
	out, settled, last := fromMemory(ctx, j, r, m, cmd)
	if settled {
		return out, last
	}
	for range attempts {
		out, settled, last = freshly(ctx, j, r, m, cmd)
		if settled {
			return out, last
		}
	}
	if errors.Is(last, ErrUnsure) {
		return Outcome{}, fault.New(fault.Unavailable,
			"Kho dữ liệu chưa trả lời. Vui lòng thử lại sau ít phút; thao tác sẽ không bị ghi hai lần.",
			"The record does not answer. Please try again in a few minutes; nothing will be done twice.").Because(last)
	}
	return Outcome{}, fault.New(fault.Conflict,
		"Nhiều thao tác đang cùng sửa mục này. Vui lòng thử lại.",
		"Many people are changing this at once. Please try again.")
}

// freshly decides a command on its stream as it is loaded. It is not settled when the stream moved meanwhile or the
// answer was lost, for err.
func freshly[S State[S]](ctx context.Context, j Journal, r *Recent, m Meta, cmd Command[S]) (out Outcome, settled bool, err error) {
	stream := cmd.Stream()
	history, err := j.Load(ctx, stream)
	if err != nil {
		return Outcome{}, true, err
	}
	if seq, done := doneAt(history, m.Cause); done {
		return Outcome{Seq: seq}, true, nil
	}
	state := Fold[S](history)
	was := r.learn(stream, history, state)
	decided, err := cmd.Decide(state)
	if err != nil {
		return Outcome{}, true, err
	}
	if len(decided) == 0 {
		return Outcome{Seq: history.Last()}, true, nil
	}
	added := facts(m, decided)
	seq, err := j.Append(ctx, stream, history.End(), added...)
	if err != nil {
		r.forget(was)
		return Outcome{}, !again(err, m), err
	}
	follow[S](r, was, seq, added)
	return Outcome{Seq: seq, Events: decided}, true, nil
}

// again reports whether an append that failed may be decided again: the cause tells whether it was done after all.
func again(err error, m Meta) bool {
	return errors.Is(err, ErrMoved) || errors.Is(err, ErrUnsure) && m.Cause != ""
}

// Fold evolves the zero state through a history.
func Fold[S State[S]](h History) S {
	var s S
	for _, r := range h {
		s = s.Evolve(r.Event)
	}
	return s
}

func doneAt(h History, cause string) (uint64, bool) {
	if cause == "" {
		return 0, false
	}
	seq, done := uint64(0), false
	for _, r := range h {
		if r.Cause == cause {
			seq, done = r.Seq, true
		}
	}
	return seq, done
}

// Request is a command of any state, ready to be done.
type Request struct {
	// Key tells several requests of one cause on one stream apart; usually empty.
	Key string
	do  func(context.Context, Journal, Meta) (Outcome, error)
}

// Prepare turns a command into a request, so that commands on different states fit one list.
func Prepare[S State[S]](cmd Command[S]) Request {
	return Request{do: func(ctx context.Context, j Journal, m Meta) (Outcome, error) { return Do(ctx, j, m, cmd) }}
}

// PrepareFirst is Prepare for a command that most likely finds its stream empty: it is decided and appended so without a look,
// and done as any other when the journal says that the stream is not empty.
func PrepareFirst[S State[S]](cmd Command[S]) Request {
	return Request{do: func(ctx context.Context, j Journal, m Meta) (Outcome, error) {
		var none S
		if decided, err := cmd.Decide(none); err == nil && len(decided) > 0 {
			seq, err := j.Append(ctx, cmd.Stream(), End{}, facts(m, decided)...)
			if err == nil {
				return Outcome{Seq: seq, Events: decided}, nil
			}
			if !again(err, m) {
				return Outcome{}, err
			}
		}
		return Do(ctx, j, m, cmd)
	}}
}

// Do does the request; its key becomes part of the cause.
func (r Request) Do(ctx context.Context, j Journal, m Meta) (Outcome, error) {
	if r.Key != "" {
		m.Cause += "/" + r.Key
	}
	return r.do(ctx, j, m)
}

func facts(m Meta, decided []Event) []Fact {
	all := make([]Fact, len(decided))
	for i, e := range decided {
		all[i] = Fact{Event: e, Meta: m}
	}
	return all
}

func causeOf(seq uint64) string { return "#" + strconv.FormatUint(seq, 10) }

package certification

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// numbers is the register: which number each certificate has in its issuer's year. A number once drawn stays its certificate's,
// so that an issue that was cut off goes on with the same one, and no number is left out.
type numbers struct {
	*readmodel.Projection
	drawn   *readmodel.Collection[entry]
	journal eventsource.Journal
	mu      sync.Mutex
	ends    map[string]registerEnd // by stream; as far as this process has seen
}

// entry is a certificate's place in a register, and when it was drawn.
type entry struct {
	Issuer string    `json:"issuer"`
	Year   int       `json:"year"`
	Number int       `json:"number"`
	At     time.Time `json:"at"`
}

// registerEnd is where the next draw of a register belongs, and its first number.
type registerEnd struct {
	end  eventsource.End
	next int
}

func newNumbers(j eventsource.Journal) *numbers {
	n := &numbers{drawn: readmodel.NewCollection[entry]("numbers"), journal: j, ends: map[string]registerEnd{}}
	n.Projection = readmodel.NewProjection("numbers", 2, []string{"certification.register"}, n.apply, n.drawn)
	return n
}

func (n *numbers) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	e, ok := r.Event.(events.NumbersDrawn)
	if !ok {
		return nil
	}
	for i, id := range e.Certificates {
		if err := n.drawn.Update(b, id, func(d *entry) { *d = entry{e.Issuer, e.Year, e.First + i, r.Time} }); err != nil {
			return err
		}
	}
	return nil
}

// draws bounds how often a draw is tried again when another process draws at the same time.
const draws = 20

// draw gives certificates their places: those drawn before, and for the others the next ones of an issuer's year.
func (n *numbers) draw(ctx context.Context, m eventsource.Meta, issuer string, year int, ids []string) (map[string]entry, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	stream := fmt.Sprintf("certification.register.%s_%d", issuer, year)
	for range draws {
		end, err := n.endOf(ctx, stream)
		if err != nil {
			return nil, err
		}
		got, fresh, err := n.known(ctx, ids)
		if err != nil || len(fresh) == 0 {
			return got, err
		}
		fact := events.NumbersDrawn{Issuer: issuer, Year: year, First: end.next, Certificates: fresh}
		seq, err := n.journal.Append(ctx, stream, end.end, eventsource.Fact{Event: fact, Meta: m})
		if err != nil {
			delete(n.ends, stream)
			if errors.Is(err, eventsource.ErrMoved) || errors.Is(err, eventsource.ErrUnsure) {
				continue
			}
			return nil, err
		}
		body, err := json.Marshal(fact)
		if err != nil {
			return nil, err
		}
		n.ends[stream] = registerEnd{eventsource.End{Seq: seq, Chain: eventsource.Chain(end.end.Chain, stream, fact.EventType(), body)}, end.next + len(fresh)}
		for i, id := range fresh {
			got[id] = entry{issuer, year, fact.First + i, m.Time}
		}
		return got, n.Await(ctx, seq)
	}
	return nil, eventsource.ErrMoved
}

// endOf reads the end of a register unless it is known, once every draw up to it can be seen.
func (n *numbers) endOf(ctx context.Context, stream string) (registerEnd, error) {
	if end, ok := n.ends[stream]; ok {
		return end, nil
	}
	history, err := n.journal.Load(ctx, stream)
	if err != nil {
		return registerEnd{}, err
	}
	end := registerEnd{end: history.End(), next: 1}
	for _, r := range history {
		if e, ok := r.Event.(events.NumbersDrawn); ok {
			end.next = e.First + len(e.Certificates)
		}
	}
	n.ends[stream] = end
	return end, n.Await(ctx, end.end.Seq)
}

// known gives the places that were drawn, and who has none yet.
func (n *numbers) known(ctx context.Context, ids []string) (got map[string]entry, fresh []string, err error) {
	got = map[string]entry{}
	for _, id := range ids {
		d, found, err := n.drawn.Get(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		if found {
			got[id] = d
		} else {
			fresh = append(fresh, id)
		}
	}
	return got, fresh, nil
}

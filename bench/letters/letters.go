// Package letters fills a platform that does not run with letters to be sent, and reads what became of them.
package letters

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/jetstream"
	"khuevan/platform/keyring"
)

// Master is the master key of such a platform, as its settings spell it.
var Master = strings.Repeat("5e", 32)

// Taken is a letter that the server took for a recipient: a line of its log.
type Taken struct {
	At      time.Time `json:"at"`
	ID      string    `json:"id"` // Message-ID
	To      string    `json:"to"`
	Content []byte    `json:"content,omitempty"`
}

// Read reads the server's log. A last line without its end is one of a letter for which the server did not answer.
func Read(log string) (all []Taken, err error) {
	f, err := os.Open(log) //nolint:gosec // of whoever measures
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	r := bufio.NewReaderSize(f, 1<<20)
	for {
		line, err := r.ReadBytes('\n')
		if err != nil { // the end
			return all, nil
		}
		var t Taken
		if err := json.Unmarshal(line, &t); err != nil {
			return nil, fmt.Errorf("%s: %w", log, err)
		}
		all = append(all, t)
	}
}

// Address is the address of the person with that number.
func Address(person int) string { return fmt.Sprintf("do.%06d@donhap.example", person) }

// Person is the id of that person.
func Person(person int) string { return fmt.Sprintf("p%06d", person) }

const writers = 256 // streams that are written at the same time

// Queue writes so many people, unless they are there, and a letter to each, for a reason of that name. The platform must not run.
func Queue(ctx context.Context, data, reason string, people int) error {
	return record(ctx, data, func(ctx context.Context, j *jetstream.Journal, ring *keyring.Ring) error {
		ids := make([]string, people)
		for i := range ids {
			ids[i] = Person(i)
		}
		if err := ring.Prepare(ctx, ids); err != nil {
			return err
		}
		var next atomic.Int64
		return side(writers, func() error {
			for i := int(next.Add(1)) - 1; i < people; i = int(next.Add(1)) - 1 {
				if err := queue(ctx, j, ring, reason, i); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func queue(ctx context.Context, j *jetstream.Journal, ring *keyring.Ring, reason string, i int) error {
	id, at := Person(i), time.Now().UTC()
	name, err := ring.Seal(ctx, id, "name", fmt.Sprintf("Người Đo Số %d", i))
	if err != nil {
		return err
	}
	email, err := ring.Seal(ctx, id, "email", Address(i))
	if err != nil {
		return err
	}
	one := func(stream string, e events.Event) error {
		_, err := j.Append(ctx, stream, eventsource.End{}, eventsource.Fact{Event: e, Meta: eventsource.Meta{Cause: reason + id, Actor: "system", Time: at}})
		return err
	}
	err = one("directory.person."+id, events.PersonRegistered{Person: id, Name: events.Sealed(name), Email: events.Sealed(email)})
	if err != nil && !errors.Is(err, eventsource.ErrMoved) {
		return err
	}
	return one("notification.message."+id+"_"+reason, events.MessageQueued{Message: id + "_" + reason, Person: id, Template: "enrolled", Email: true, At: at,
		Values: map[string]string{"course": "do", "title_vi": "An toàn thông tin cơ bản", "title_en": "Basic information security", "due": at.AddDate(0, 1, 0).Format(time.RFC3339)}})
}

// Fates reads the last fact of the e-mail of every message, by the message's id: its written type without service and version.
// The platform must not run.
func Fates(ctx context.Context, data string) (map[string]string, error) {
	fates := map[string]string{}
	return fates, record(ctx, data, func(ctx context.Context, j *jetstream.Journal, _ *keyring.Ring) error {
		return j.Scan(ctx, 0, false, func(r jetstream.Raw) error {
			if id, ok := strings.CutPrefix(r.Stream, "notification.message."); ok {
				_, fact, _, _ := eventsource.SplitType(r.Type)
				fates[id] = fact
			}
			return nil
		})
	})
}

// record opens the record of a platform that does not run.
func record(ctx context.Context, data string, do func(context.Context, *jetstream.Journal, *keyring.Ring) error) error {
	s, err := jetstream.StartServer(data)
	if err != nil {
		return err
	}
	defer s.Shutdown()
	conn, err := s.Connect("letters")
	if err != nil {
		return err
	}
	defer conn.Close()
	registry, err := eventsource.NewRegistry(events.All()...)
	if err != nil {
		return err
	}
	j, err := jetstream.OpenJournal(ctx, conn, registry, jetstream.Options{})
	if err != nil {
		return err
	}
	defer j.Close()
	store, err := keyring.NATS(ctx, j.JetStream(), 1)
	if err != nil {
		return err
	}
	master, err := keyring.ParseMaster(Master)
	if err != nil {
		return err
	}
	ring, err := keyring.Open(ctx, master, store, clock.System{})
	if err != nil {
		return err
	}
	return do(ctx, j, ring)
}

// side calls fn so many times at once and gives the first error.
func side(n int, fn func() error) error {
	errs := make([]error, n)
	var going sync.WaitGroup
	for i := range n {
		going.Go(func() { errs[i] = fn() })
	}
	going.Wait()
	return errors.Join(errs...)
}

package keyring

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"khuevan/platform/fault"
)

// Rotate seals every key of the store anew under the first master key; the others are not needed any more once it has
// returned. It may be killed anywhere and begun again: what is sealed anew already is left as it is. progress, if not
// nil, hears how many records of how many are done.
func (r *Ring) Rotate(ctx context.Context, progress func(done, all int)) error {
	store, ok := r.store.(Rotatable)
	if !ok {
		return errors.New("keyring: this store cannot be rotated")
	}
	ids, _, err := store.IDs(ctx)
	if err != nil {
		return err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return id == canary || id == lastCanary })
	ids = append(append([]string{canary}, ids...), lastCanary)
	for i, id := range ids {
		if err := store.Replace(ctx, id, func(sealed []byte) ([]byte, bool, error) { return r.reseal(id, sealed) }); err != nil {
			return fmt.Errorf("rotate the master key at record %d of %d: %w", i+1, len(ids), err)
		}
		if progress != nil {
			progress(i+1, len(ids))
		}
	}
	return nil
}

func (r *Ring) reseal(id string, sealed []byte) (fresh []byte, same bool, err error) {
	raw, by, err := r.unwrap(id, sealed)
	if err != nil || by == 0 {
		return nil, err == nil, err
	}
	return seal(r.wraps[0], raw, []byte(id)), false, nil
}

// IDs implements Rotatable.
func (s *natsStore) IDs(ctx context.Context) (kept, destroyed []string, err error) {
	info, err := s.stream.Info(ctx, jetstream.WithSubjectFilter("$KV."+bucket+".>"))
	if err != nil {
		return nil, nil, fmt.Errorf("list the keys: %w", err)
	}
	for subject := range info.State.Subjects {
		if id, ok := strings.CutPrefix(subject, gonePrefix); ok {
			destroyed = append(destroyed, id)
			continue
		}
		id := strings.TrimPrefix(strings.TrimPrefix(subject, livePrefix), otherPrefix)
		kept = append(kept, id)
	}
	slices.Sort(kept)
	slices.Sort(destroyed)
	kept = slices.DeleteFunc(slices.Compact(kept), func(id string) bool {
		_, barred := slices.BinarySearch(destroyed, id)
		return barred
	})
	return kept, destroyed, nil
}

// Replace implements Rotatable. The new record is written beside the old one before the old one is overwritten. Where
// both are found, a process was killed between the two; the one that is as it shall be stays.
func (s *natsStore) Replace(ctx context.Context, id string, reseal func([]byte) ([]byte, bool, error)) error {
	if err := s.barred(ctx, id); err != nil {
		return s.unlessDestroyed(ctx, id, err)
	}
	for _, at := range [][2]string{{live(id), other(id)}, {other(id), live(id)}} {
		old, err := s.stream.GetLastMsgForSubject(ctx, at[0])
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", at[0], err)
		}
		fresh, same, err := reseal(old.Data)
		if err != nil {
			return err
		}
		if same {
			return s.unlessDestroyed(ctx, id, s.wipe(ctx, at[1]))
		}
		_, err = s.js.Publish(ctx, at[1], fresh, jetstream.WithExpectLastSequencePerSubject(0))
		if err != nil && !wrongLast(err) {
			return fmt.Errorf("write %s: %w", at[1], err)
		}
		if err == nil {
			return s.unlessDestroyed(ctx, id, s.wipe(ctx, at[0]))
		}
	}
	return s.unlessDestroyed(ctx, id, nil)
}

// unlessDestroyed looks whether a record was destroyed while it was written, and then overwrites what was written.
func (s *natsStore) unlessDestroyed(ctx context.Context, id string, err error) error {
	if err != nil && !errors.Is(err, ErrDestroyed) {
		return err
	}
	if err = s.barred(ctx, id); errors.Is(err, ErrDestroyed) {
		return s.overwrite(ctx, id)
	}
	return err
}

// ParseMasters reads master keys, one per line or separated by commas, the newest first.
func ParseMasters(text string) ([][]byte, error) {
	var all [][]byte
	for _, line := range strings.FieldsFunc(text, func(c rune) bool { return c == ',' || c == '\n' || c == '\r' }) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		master, err := ParseMaster(line)
		if err != nil {
			return nil, err
		}
		all = append(all, master)
	}
	if len(all) == 0 {
		return nil, badMaster()
	}
	if len(all) > mostMasters {
		return nil, fault.Newf(fault.Invalid, "Có quá nhiều khóa chủ: tối đa %d.", "There are too many master keys: at most %d.", mostMasters)
	}
	return all, nil
}

// mostMasters is the new one, the old one, and one from a rotation that was never ended.
const mostMasters = 3

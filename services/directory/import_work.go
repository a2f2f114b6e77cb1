package directory

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"khuevan/events"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// advanceEvery is after how many rows the progress of an import is told.
const advanceEvery = 1000

// place is where a step puts a person.
func placeOf(s events.PersonStep) place {
	to := place{Unit: s.Unit, Post: s.Post}
	for _, r := range s.Roles {
		to.Grants = append(to.Grants, rpc.Grant{Role: r.Role, Unit: r.Unit})
	}
	return to
}

// carryOut does what an accepted import planned. What was done before is not done again.
func (s *service) carryOut(ctx context.Context, id string) error {
	seen, err := host.See[imported](ctx, s.d, importStream(id))
	if err != nil || seen.State.Accepted == nil || seen.State.Confirmed {
		return err
	}
	units, people, err := s.steps(ctx, id, seen.State.Accepted.Parts)
	if err != nil {
		return err
	}
	on := seen.State.Accepted.On
	w := s.newWork(id)
	own := importing(as(ctx, seen.State.Accepted.By), id, "row")
	for _, level := range unitLevels(units) {
		err := host.All(own, level, func(ctx context.Context, u events.UnitStep) error {
			_, err := host.Do(ctx, s.d, EstablishUnit{Unit: u.Unit, Code: u.Code, Name: u.Name, Kind: u.Kind, Parent: u.Parent, On: u.On})
			return w.did(ctx, err)
		})
		if err != nil {
			return err
		}
	}
	err = host.All(own, people, func(ctx context.Context, p events.PersonStep) error { return w.did(ctx, s.takeOver(ctx, p, on)) })
	if err != nil {
		return err
	}
	_, err = host.Do(importing(own, id, "end"), s.d, endImport{id})
	return err
}

// steps reads a plan.
func (s *service) steps(ctx context.Context, id string, parts int) (units []events.UnitStep, people []events.PersonStep, err error) {
	for n := range parts {
		seen, err := host.See[part](ctx, s.d, partStream(id, n))
		if err != nil {
			return nil, nil, err
		}
		if !seen.State.Recorded {
			return nil, nil, fmt.Errorf("part %d of import %s is missing", n, id)
		}
		units, people = append(units, seen.State.Units...), append(people, seen.State.People...)
	}
	return units, people, nil
}

// as is ctx in somebody's name, when it stands for nobody's.
func as(ctx context.Context, person string) context.Context {
	r := rpc.From(ctx)
	if r.Identity.Person == "" {
		r.Identity = rpc.Identity{Person: person}
	}
	return rpc.With(ctx, r)
}

func (s *service) takeOver(ctx context.Context, p events.PersonStep, on string) (err error) {
	if p.New {
		_, err = host.Do(ctx, s.d, RegisterPerson{Person: p.Person, Code: p.Code, Name: p.Name, Email: p.Email, BirthYear: p.BirthYear, To: placeOf(p), On: on})
		return err
	}
	_, err = host.Do(ctx, s.d, CorrectPerson{Person: p.Person, Name: p.Name, Email: p.Email, BirthYear: p.BirthYear, To: placeOf(p), On: on})
	return err
}

// unitLevels cuts steps so that none stands with its parent.
func unitLevels(steps []events.UnitStep) [][]events.UnitStep {
	var levels [][]events.UnitStep
	here := map[string]bool{}
	from := 0
	for i, u := range steps {
		if here[u.Parent] {
			levels = append(levels, steps[from:i])
			from, here = i, map[string]bool{}
		}
		here[u.Unit] = true
	}
	if from < len(steps) {
		levels = append(levels, steps[from:])
	}
	return levels
}

// work counts what an import has done.
type work struct {
	s    *service
	id   string
	done atomic.Int64
}

func (s *service) newWork(id string) *work { return &work{s: s, id: id} }

// did counts one row that was dealt with, and now and then tells of it.
func (w *work) did(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	n := int(w.done.Add(1))
	if n%advanceEvery != 0 {
		return nil
	}
	r := rpc.From(ctx)
	r.ID = "" // telling again does no harm
	_, err = host.Do(rpc.With(ctx, r), w.s.d, advanceImport{events.ImportAdvanced{Import: w.id, Done: n}})
	return err
}

// How often imports are looked for that nobody carries on, and after how long one counts as such.
const (
	lookEvery = 10 * time.Second
	abandoned = 30 * time.Second
)

func (s *service) wakeUp() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// workOff carries on imports and undoings that were begun: at once those of this process, and after a while those whose
// process is gone.
func (s *service) workOff(ctx context.Context) error {
	mine := true // what was begun before this process started, may be what an earlier life of it began
	for {
		if err := s.workOnce(ctx, mine); err != nil {
			return err
		}
		wait, cancel := context.WithCancel(ctx)
		timer := make(chan struct{})
		go func() {
			defer close(timer)
			_ = s.d.Clock.WaitUntil(wait, s.d.Clock.Now().Add(lookEvery)) //nolint:errcheck // it ends early when the context does
		}()
		select {
		case <-s.wake:
			mine = true
		case <-timer:
			mine = false
		}
		cancel()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

func (s *service) workOnce(ctx context.Context, all bool) error {
	s.importing.Lock()
	defer s.importing.Unlock()
	if err := s.catchUp(ctx); err != nil {
		return err
	}
	var open []importDoc
	err := s.imports.Each(ctx, readmodel.Query{}, func(d importDoc) error {
		working := d.Phase == phaseWriting || d.Phase == phaseUndoing
		if working && (all || s.d.Clock.Now().Sub(d.Moved) >= abandoned) {
			open = append(open, d)
		}
		return nil
	})
	for _, d := range open {
		if err == nil && d.Phase == phaseWriting {
			err = s.carryOut(ctx, d.ID)
		} else if err == nil {
			err = s.takeBack(ctx, d.ID)
		}
	}
	return err
}

package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/jetstream"
	"khuevan/platform/rpc"
	"khuevan/services/directory"
	"khuevan/services/evaluation"
	"khuevan/services/reporting"
)

// errDisagree says that a check found differences, which were printed.
var errDisagree = errors.New("the check found differences")

type verifyCmd struct {
	place
}

// Run recounts all rollups, and recomputes whom campaigns hold out.
func (c *verifyCmd) Run(e *env) error {
	return c.client(e, func(ctx context.Context, caller rpc.Caller) error {
		ctx, cancel := context.WithTimeout(ctx, 30*time.Minute)
		defer cancel()
		err := recount(ctx, e, caller)
		if err != nil && !errors.Is(err, errDisagree) {
			return err
		}
		return cmp.Or(checkArms(ctx, e, caller), err)
	})
}

func recount(ctx context.Context, e *env, caller rpc.Caller) error {
	r, err := reporting.Recount.Call(ctx, caller, rpc.Empty{})
	if err != nil {
		return err
	}
	for _, d := range r.Differences {
		fmt.Fprintf(e.out, "DIFFERS  unit %s course %q %s: shown %d, events say %d\n", d.Unit, d.Course, d.Number, d.Shown, d.Events)
	}
	for _, b := range r.Broken {
		fmt.Fprintf(e.out, "BROKEN   %s\n", b)
	}
	fmt.Fprintf(e.out, "%d events up to #%d recounted, %d rollup lines compared, %d differences, %d broken events\n",
		r.Events, r.Upto, r.Lines, len(r.Differences), len(r.Broken))
	if len(r.Differences)+len(r.Broken) > 0 {
		return errDisagree
	}
	return nil
}

// checkArms recomputes from the recorded seeds whom campaigns hold out.
func checkArms(ctx context.Context, e *env, caller rpc.Caller) error {
	campaigns, err := evaluation.ListTrials.Call(ctx, caller, evaluation.ListTrialsRequest{})
	if err != nil {
		return err
	}
	ticks, faults := 0, 0
	for _, campaign := range campaigns {
		r, err := evaluation.CheckArms.Call(ctx, caller, evaluation.CheckArmsRequest{Campaign: campaign.Campaign})
		if err != nil {
			return err
		}
		for _, t := range r.Ticks {
			ticks, faults = ticks+1, faults+len(t.Faults)
			for _, f := range t.Faults {
				fmt.Fprintf(e.out, "ARMS     campaign %s tick %s unit %q %s: found %d, the seed says %d\n", r.Campaign, t.Tick.Format(time.RFC3339), f.Stratum, f.What, f.Found, f.Follows)
			}
		}
	}
	fmt.Fprintf(e.out, "arms of %d ticks recomputed from their seeds, %d faults\n", ticks, faults)
	if faults > 0 {
		return errDisagree
	}
	return nil
}

type tailCmd struct {
	place
	After  uint64 `help:"Begin after this sequence."`
	Follow bool   `help:"Wait for more at the end."`
}

// line is an event as events tail prints it.
type line struct {
	Seq    uint64          `json:"seq"`
	Time   string          `json:"time"`
	Type   string          `json:"type"`
	Stream string          `json:"stream"`
	Actor  string          `json:"actor,omitempty"`
	Cause  string          `json:"cause,omitempty"`
	Data   json.RawMessage `json:"data"`
}

// Run prints the journal.
func (c *tailCmd) Run(e *env) error {
	return c.journal(e, func(j *jetstream.Journal) error {
		err := j.Scan(e.ctx, c.After, c.Follow, func(r jetstream.Raw) error {
			data := json.RawMessage(r.Body)
			if !json.Valid(data) {
				data, _ = json.Marshal(string(r.Body)) // text always encodes
			}
			return json.NewEncoder(e.out).Encode(line{Seq: r.Seq, Time: r.Time, Type: r.Type, Stream: r.Stream, Actor: r.Actor, Cause: r.Cause, Data: data})
		})
		if e.ctx.Err() != nil {
			return nil //nolint:nilerr // told to stop
		}
		return err
	})
}

// journal opens the journal of a running platform, or of the data directory.
func (p place) journal(e *env, fn func(*jetstream.Journal) error) error {
	a, err := p.running(e)
	if err != nil {
		return err
	}
	if a.URL != "" {
		if conn, err := jetstream.Dial(a, "khuevan-cli"); err == nil {
			defer conn.Close()
			registry, err := storyRegistry()
			if err != nil {
				return err
			}
			j, err := jetstream.OpenJournal(e.ctx, conn, registry, jetstream.Options{Existing: true})
			if err != nil {
				return err
			}
			defer j.Close()
			return fn(j)
		}
	}
	b, err := p.bus(e)
	if err != nil {
		return err
	}
	defer b.close(context.WithoutCancel(e.ctx))
	return fn(b.journal)
}

type replayCmd struct {
	place
	Target []string `help:"Services whose read models are filled again." default:"all"`
}

// Run rebuilds read models. The platform must not be running: a rebuilding projection shows less than it should.
func (c *replayCmd) Run(e *env) error {
	names, err := chosen(c.Target)
	if err != nil {
		return err
	}
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "portal" })
	b, err := c.bus(e)
	if err != nil {
		return err
	}
	defer b.close(context.WithoutCancel(e.ctx))
	for _, name := range names {
		s, err := b.build(e.ctx, name, "http://localhost")
		if err != nil {
			return err
		}
		if len(s.Projections) == 0 {
			continue
		}
		store, err := b.stores(e.ctx, name)
		if err != nil {
			return err
		}
		for _, p := range s.Projections {
			took := clock.Stopwatch()
			n, err := rebuild(e.ctx, b, store, name, p)
			if err != nil {
				return errors.Join(err, store.Close())
			}
			fmt.Fprintf(e.out, "%-32s up to #%-8d %8s\n", p.Name(), n, took().Round(time.Millisecond))
		}
		if err := store.Close(); err != nil {
			return err
		}
	}
	return nil
}

type setPasswordCmd struct {
	place
	Code string `arg:"" help:"Personnel code of the account."`
}

// Run sets a password.
func (c *setPasswordCmd) Run(e *env) error {
	password, err := bufio.NewReader(e.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	password = strings.TrimRight(password, "\r\n")
	return c.client(e, func(ctx context.Context, caller rpc.Caller) error {
		req := directory.ListPeopleRequest{Limit: 500}
		for {
			people, err := directory.ListPeople.Call(ctx, caller, req)
			if err != nil {
				return err
			}
			for _, p := range people.Items {
				if strings.EqualFold(p.Code, c.Code) {
					_, err := directory.SetPassword.Call(ctx, caller, directory.SetPasswordRequest{Person: p.ID, Password: password})
					return err
				}
			}
			if req.After = people.Next; req.After == "" {
				return fault.Newf(fault.NotFound, "Không có cán bộ mang mã %s.", "There is nobody with the code %s.", c.Code)
			}
		}
	})
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"khuevan/platform/jetstream"
	"khuevan/platform/rpc"
	"khuevan/platform/telemetry"
)

// place says where a command finds the platform: a running one by its data directory or NATS address, or, when none
// runs there, the data directory itself.
type place struct {
	Data string `help:"Directory of the journal and the read models." default:".khuevan" type:"path"`
	Demo bool   `help:"The directory is a demo's."`
}

// client calls fn with a caller that reaches all services, starting them for the moment where nothing runs.
func (p place) client(e *env, fn func(ctx context.Context, c rpc.Caller) error) error {
	ctx := rpc.AsSystem(e.ctx, newID())
	a, err := p.running(e)
	if err != nil {
		return err
	}
	if a.URL != "" {
		conn, err := jetstream.Dial(a, "khuevan-cli")
		if err == nil {
			defer conn.Close()
			return fn(ctx, rpc.NewClient(conn, noTrace{}))
		}
		if e.config.NATSURL != "" {
			return err
		}
	}
	return p.alone(e, func(b *bus) error { return fn(ctx, b.deps.RPC) })
}

// running finds a platform that runs already.
func (p place) running(e *env) (jetstream.Address, error) {
	if e.config.NATSURL != "" {
		return jetstream.Address{URL: e.config.NATSURL, Token: e.config.NATSToken}, nil
	}
	a, _, err := jetstream.ReadAddress(p.Data)
	if err != nil {
		return a, fmt.Errorf("find the running platform: %w", err)
	}
	return a, nil
}

// alone runs all services but the portal on the data directory while fn runs.
func (p place) alone(e *env, fn func(*bus) error) (err error) {
	b, err := p.bus(e)
	if err != nil {
		return err
	}
	defer b.close(context.WithoutCancel(e.ctx))
	all := targets()
	house, _, err := b.start(e.ctx, all[:len(all)-1], "http://localhost")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.Stop(context.WithoutCancel(e.ctx))) }()
	return fn(b)
}

// bus opens the data directory without any service.
func (p place) bus(e *env) (*bus, error) {
	log, err := telemetry.Logger(e.err, e.config.LogFormat, "warn")
	if err != nil {
		return nil, err
	}
	return openBus(e.ctx, e.config, p.Data, "cli", p.Demo, slog.New(log.Handler()))
}

type noTrace struct{}

func (noTrace) Inject(context.Context) string                         { return "" }
func (noTrace) Extract(ctx context.Context, _ string) context.Context { return ctx }

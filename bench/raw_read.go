package main

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// rawRead gives messages per second of an ordered consumer that looks at nothing but their number.
func rawRead(ctx context.Context, nc *nats.Conn, stream string, n uint64) (float64, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return 0, err
	}
	begun := time.Now()
	consumer, err := js.OrderedConsumer(ctx, stream, jetstream.OrderedConsumerConfig{DeliverPolicy: jetstream.DeliverAllPolicy})
	if err != nil {
		return 0, fmt.Errorf("raw read: %w", err)
	}
	all, seen := make(chan struct{}), uint64(0)
	consuming, err := consumer.Consume(func(jetstream.Msg) {
		if seen++; seen == n {
			close(all)
		}
	}, jetstream.PullMaxMessages(1000))
	if err != nil {
		return 0, fmt.Errorf("raw read: %w", err)
	}
	defer consuming.Stop()
	select {
	case <-all:
		return rate(int(n), time.Since(begun)), nil //nolint:gosec // small
	case <-ctx.Done():
		return 0, fmt.Errorf("raw read: %w", ctx.Err())
	}
}

package main

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"
)

// rawEcho is a NATS micro service that answers with the question.
type rawEcho struct {
	nc      *nats.Conn
	service micro.Service
}

const echoSubject = "raw.echo"

func newRawEcho(nc *nats.Conn) (*rawEcho, error) {
	service, err := micro.AddService(nc, micro.Config{Name: "echo", Version: "1.0.0", Endpoint: &micro.EndpointConfig{
		Subject: echoSubject, Handler: micro.HandlerFunc(func(r micro.Request) { _ = r.Respond(r.Data()) }),
	}})
	if err != nil {
		return nil, fmt.Errorf("raw echo: %w", err)
	}
	return &rawEcho{nc, service}, nil
}

func (e *rawEcho) close() { _ = e.service.Stop() }

// round gives answers per second when so many callers ask, each one question after the other.
func (e *rawEcho) round(ctx context.Context, callers, each int, body []byte) (float64, error) {
	begun := time.Now()
	err := crowd(ctx, callers, func(ctx context.Context, _ int) error {
		for range each {
			if err := ctx.Err(); err != nil {
				return err
			}
			if _, err := e.nc.Request(echoSubject, body, rawTime); err != nil {
				return fmt.Errorf("raw echo: %w", err)
			}
		}
		return nil
	})
	return rate(each*callers, time.Since(begun)), err
}

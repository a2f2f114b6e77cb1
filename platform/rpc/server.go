package rpc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
)

// concurrent bounds the requests that one service answers at once; further ones wait in the connection.
const concurrent = 256

// kept is how many goroutines wait for the next call instead of ending: theirs have the stack that an answer needs.
const kept = 64

// Look is what a logged query was about, and whom its reply showed.
type Look struct {
	Objects []Object // none for the units of the caller
	Listed  bool     // the reply was a list, and showed People and nobody else
	People  []string
}

// Hooks are told about every call. Nil ones are left out.
type Hooks struct {
	// Done hears each answered call; kind is "" for success.
	Done func(method string, kind fault.Kind, took time.Duration)
	// Denied hears each call that was denied, before the caller does.
	Denied func(ctx context.Context, method string, body []byte)
	// Read hears each answered query whose rule is Logged, with what it was about.
	Read func(ctx context.Context, s Signature, look Look)
}

// Server answers the methods of one service.
type Server struct {
	service micro.Service
	trace   Tracer
	log     *slog.Logger
	hooks   Hooks
	slots   chan struct{}
	going   sync.WaitGroup
	work    chan func() // to the goroutines that wait
	waiting atomic.Int32
	ended   chan struct{}
	callers callers
	where   Structure
}

// Serve registers endpoints as one NATS micro service; several processes serving the same name share the calls.
func Serve(nc *nats.Conn, name, version string, endpoints []Endpoint, where Structure, trace Tracer, log *slog.Logger, hooks Hooks) (*Server, error) {
	for _, e := range endpoints {
		if err := e.Check(); err != nil {
			return nil, fmt.Errorf("serve %s: %w", name, err)
		}
	}
	service, err := micro.AddService(nc, micro.Config{Name: name, Version: version, Description: "Khuê Văn " + name})
	if err != nil {
		return nil, fmt.Errorf("serve %s: %w", name, err)
	}
	s := &Server{service: service, where: where, trace: trace, log: log, hooks: hooks, slots: make(chan struct{}, concurrent),
		work: make(chan func()), ended: make(chan struct{})}
	for _, e := range endpoints {
		if e.Service() != name {
			return nil, fmt.Errorf("serve %s: the method %s is another service's", name, e.Name)
		}
		err := service.AddEndpoint(strings.ReplaceAll(e.Name, ".", "_"), s.handler(e), micro.WithEndpointSubject(subjectPrefix+e.Name))
		if err != nil {
			return nil, fmt.Errorf("serve %s: %w", e.Name, err)
		}
	}
	return s, nil
}

// Stop takes no further calls and returns when those under way are answered.
func (s *Server) Stop() error {
	err := s.service.Stop()
	s.going.Wait()
	close(s.ended)
	if err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

func (s *Server) handler(e Endpoint) micro.Handler {
	return micro.HandlerFunc(func(req micro.Request) {
		s.slots <- struct{}{}
		s.going.Add(1)
		call := func() {
			defer func() { <-s.slots; s.going.Done() }()
			s.answer(e, req)
		}
		select {
		case s.work <- call:
		default:
			go s.serve(call)
		}
	})
}

// serve answers a call, and then those that come while enough goroutines wait for more.
func (s *Server) serve(call func()) {
	for {
		call()
		if s.waiting.Add(1) > kept {
			s.waiting.Add(-1)
			return
		}
		select {
		case call = <-s.work:
			s.waiting.Add(-1)
		case <-s.ended:
			return
		}
	}
}

func (s *Server) answer(e Endpoint, req micro.Request) {
	took := clock.Stopwatch()
	ctx, cancel := s.context(req)
	defer cancel()
	out, err := s.handle(ctx, e, req.Data())
	var f *fault.Error
	if err != nil {
		f = fault.Of(err)
		s.refused(ctx, e, f, req.Data())
	}
	if s.hooks.Done != nil {
		s.hooks.Done(e.Name, fault.KindOf(err), took())
	}
	if f == nil {
		s.respond(e, req, out)
		return
	}
	text, err := json.Marshal(f)
	if err != nil {
		s.log.Error("encode a refusal", "method", e.Name, "err", err)
		return
	}
	s.respond(e, req, nil, micro.WithHeaders(micro.Headers{headerFault: {string(text)}}))
}

func (s *Server) respond(e Endpoint, req micro.Request, body []byte, opts ...micro.RespondOpt) {
	if err := req.Respond(body, opts...); err != nil && !errors.Is(err, nats.ErrConnectionClosed) {
		s.log.Error("answer", "method", e.Name, "bytes", len(body), "err", err)
	}
}

func (s *Server) context(req micro.Request) (context.Context, context.CancelFunc) {
	h := req.Headers()
	r := Request{ID: h.Get(headerRequest), Identity: s.callers.read(h.Get(headerIdentity))}
	ctx := s.trace.Extract(With(context.Background(), r), h.Get(headerTrace))
	left, err := strconv.ParseInt(h.Get(headerTime), 10, 64)
	if err != nil || left <= 0 {
		return context.WithTimeout(ctx, defaultTime)
	}
	return context.WithTimeout(ctx, time.Duration(left)*time.Millisecond)
}

func (s *Server) handle(ctx context.Context, e Endpoint, body []byte) (out []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s panicked: %v\n%s", e.Name, p, debug.Stack())
		}
	}()
	r := From(ctx)
	v, err := e.decide(ctx, r.Identity, s.where, body)
	if err != nil {
		return nil, err
	}
	r.Identity.OnBehalf = v.onBehalf
	ctx = context.WithValue(With(ctx, r), askedKey{}, asked{e.Signature, s.where})
	reply, out, err := e.handle(ctx, body)
	if err == nil && s.hooks.Read != nil && e.Rule.Logged {
		look := Look{Objects: v.objects}
		if e.Rule.shown != nil {
			look.Listed, look.People = true, e.Rule.shown(reply)
		}
		s.hooks.Read(ctx, e.Signature, look)
	}
	return out, err
}

func (s *Server) refused(ctx context.Context, e Endpoint, f *fault.Error, body []byte) {
	switch f.Kind {
	case fault.Denied:
		if s.hooks.Denied != nil && !Stale(f) { // who is asked for a proof is not denied anything
			s.hooks.Denied(ctx, e.Name, body)
		}
	case fault.Internal:
		s.log.ErrorContext(ctx, "call failed", "method", e.Name, "err", f)
	case fault.Invalid, fault.NotFound, fault.Conflict, fault.Unavailable:
	}
}

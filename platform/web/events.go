package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
)

// heartbeat keeps proxies from closing a quiet stream, and notices readers who have left.
const heartbeat = 20 * time.Second

// EventStream sends server-sent events to one browser.
type EventStream struct {
	ctx     context.Context
	stop    context.CancelFunc
	stopped chan struct{}
	mu      sync.Mutex
	w       http.ResponseWriter
	control *http.ResponseController
}

// Events begins a stream of server-sent events. The handler must Close it before it returns.
func (e *Edge) Events(w http.ResponseWriter, r *http.Request) (*EventStream, error) {
	control := http.NewResponseController(w)
	if err := control.SetWriteDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, fmt.Errorf("begin an event stream: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx holds events back without it
	w.WriteHeader(http.StatusOK)
	if err := control.Flush(); err != nil {
		return nil, fmt.Errorf("begin an event stream: %w", err)
	}
	ctx, stop := context.WithCancel(r.Context())
	s := &EventStream{ctx: ctx, stop: stop, stopped: make(chan struct{}), w: w, control: control}
	go s.beat(e.clock)
	return s, nil
}

// Done is closed when the reader has left or the stream was closed.
func (s *EventStream) Done() <-chan struct{} { return s.ctx.Done() }

// Send sends one event. Data may have several lines; a name has one.
func (s *EventStream) Send(name, data string) error {
	if strings.ContainsAny(name, "\r\n") {
		return fault.New(fault.Internal, "Tên sự kiện không hợp lệ.", "An event's name must be one line.")
	}
	var text strings.Builder
	if name != "" {
		text.WriteString("event: " + name + "\n")
	}
	for line := range strings.SplitSeq(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(data), "\n") {
		text.WriteString("data: " + line + "\n")
	}
	return s.write(text.String() + "\n")
}

// Close ends the stream and waits until nothing writes to it any more.
func (s *EventStream) Close() {
	s.stop()
	<-s.stopped
}

func (s *EventStream) write(text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		s.stop()
		return fmt.Errorf("send an event: %w", err)
	}
	if err := s.control.Flush(); err != nil {
		s.stop()
		return fmt.Errorf("send an event: %w", err)
	}
	return nil
}

func (s *EventStream) beat(now clock.Clock) {
	defer close(s.stopped)
	for {
		if now.WaitUntil(s.ctx, now.Now().Add(heartbeat)) != nil || s.write(": \n\n") != nil {
			return
		}
	}
}

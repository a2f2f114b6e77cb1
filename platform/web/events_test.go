package web_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/web"
)

func TestEventsArriveWithHeartbeatsUntilTheReaderLeaves(t *testing.T) {
	now := clock.NewTest(noon)
	e := newEdge(t, web.Config{}, now, io.Discard)
	left := make(chan error, 1)
	s := httptest.NewServer(e.Wrap(e.Handle(func(w http.ResponseWriter, r *http.Request) error {
		stream, err := e.Events(w, r)
		if err != nil {
			return err
		}
		defer stream.Close()
		if err := stream.Send("tick", "một\r\nhai"); err != nil {
			return err
		}
		<-stream.Done()
		left <- stream.Send("tick", "late")
		return nil
	})))
	defer s.Close()
	ctx, leave := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, "GET", s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if got := answer.Header.Get("Content-Type"); got != "text/event-stream; charset=utf-8" {
		t.Errorf("content type %s", got)
	}
	lines := bufio.NewScanner(answer.Body)
	expect(t, lines, "event: tick", "data: một", "data: hai", "")
	for range 2 {
		now.AwaitWaiters(1)
		now.Advance(20 * time.Second)
		expect(t, lines, ": ", "")
	}
	leave()
	if err := <-left; err == nil {
		t.Error("an event was sent to nobody")
	}
}

func expect(t *testing.T, lines *bufio.Scanner, want ...string) {
	t.Helper()
	for _, line := range want {
		if !lines.Scan() || lines.Text() != line {
			t.Fatalf("read %q, %v; want %q", lines.Text(), lines.Err(), line)
		}
	}
}

func TestAnEventStreamOutlivesTheServersWriteTimeout(t *testing.T) {
	e, closed := edge(t), make(chan struct{})
	s := httptest.NewUnstartedServer(e.Wrap(e.Handle(func(w http.ResponseWriter, r *http.Request) error {
		defer close(closed)
		stream, err := e.Events(w, r)
		if err != nil {
			return err
		}
		stream.Close()
		if err := stream.Send("late", "x"); err == nil {
			t.Error("sent after Close")
		}
		return nil
	})))
	s.Config.WriteTimeout = time.Nanosecond // any answer would be cut without lifting it
	s.Start()
	defer s.Close()
	answer, err := s.Client().Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	<-closed
	if answer.StatusCode != 200 {
		t.Errorf("status %d", answer.StatusCode)
	}
}

func TestAnEventNameIsOneLine(t *testing.T) {
	e := edge(t)
	w := ask(e.Handle(func(w http.ResponseWriter, r *http.Request) error {
		stream, err := e.Events(w, r)
		if err != nil {
			return err
		}
		defer stream.Close()
		if err := stream.Send("a\ndata: forged", "x"); err == nil {
			t.Error("a forged event was sent")
		}
		return stream.Send("", "x")
	}), "GET", "/", "")
	if w.Body.String() != "data: x\n\n" {
		t.Errorf("sent %q", w.Body)
	}
}

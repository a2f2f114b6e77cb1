package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"khuevan/platform/fault"
)

type requestID struct{}

// RequestID is the id that Identify gave the request; "" outside of one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestID{}).(string)
	return id
}

// Identify gives each request an id, also as the answer's X-Request-Id. An id that a stranger brings is not used.
func (e *Edge) Identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw := make([]byte, 8)
		rand.Read(raw) //nolint:errcheck // crypto/rand.Read never fails: it ends the program
		id := hex.EncodeToString(raw)
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestID{}, id)))
	})
}

// recorder remembers what was answered. http.ResponseController reaches the writer below through Unwrap.
type recorder struct {
	http.ResponseWriter
	status int // 0 until the answer begins
	bytes  int64
}

func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) { // other 1xx are not yet the answer
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// begun reports whether part of the answer is out, as far as a recorder saw it.
func begun(w http.ResponseWriter) bool {
	for {
		if rec, ok := w.(*recorder); ok {
			return rec.status != 0
		}
		below, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return false
		}
		w = below.Unwrap()
	}
}

// LoggedPath is a path as logs and traces may keep it: what a visitor typed to check a certificate, and every part that is
// no word or id of ours, is written as "*". It may hold a name.
func LoggedPath(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		plain := len(part) <= longestPart && strings.IndexFunc(part, func(c rune) bool { return !isPlain(c) }) < 0
		if !plain || i > 1 && parts[1] == "verify" {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}

const longestPart = 128

func isPlain(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
}

// AccessLog writes one line per request, without its query string, which may hold what people searched for.
func (e *Edge) AccessLog(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec, began := &recorder{ResponseWriter: w}, e.clock.Now()
		defer func() { //nolint:contextcheck // it has the request's
			status := rec.status
			if status == 0 {
				status = http.StatusOK // what net/http sends for a handler that wrote nothing
			}
			e.log.InfoContext(r.Context(), "request", slog.String("request", RequestID(r.Context())),
				slog.String("method", r.Method), slog.String("path", LoggedPath(r.URL.Path)), slog.Int("status", status),
				slog.Int64("bytes", rec.bytes), slog.Duration("took", e.clock.Now().Sub(began)), slog.String("client", e.Client(r)))
		}()
		next.ServeHTTP(rec, r)
	})
}

// Recover turns a panic into an internal error. An answer that has begun is broken off instead, so that nobody takes
// half a page for a whole one.
func (e *Edge) Recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { //nolint:contextcheck // it has the request's
			why := recover()
			if why == nil {
				return
			}
			if why == http.ErrAbortHandler { //nolint:errorlint // net/http compares the same way
				panic(why) //nolint:forbidigo // passed on
			}
			e.log.ErrorContext(r.Context(), "panic", slog.String("request", RequestID(r.Context())),
				slog.Any("panic", why), slog.String("stack", string(debug.Stack())))
			if begun(w) {
				panic(http.ErrAbortHandler) //nolint:forbidigo // how net/http is told to cut the answer off
			}
			e.answer(w, r, http.StatusInternalServerError, fault.Of(fmt.Errorf("panic: %v", why)))
		}()
		next.ServeHTTP(w, r)
	})
}

// body is a limited request body whose limit a handler may raise.
type body struct {
	io.ReadCloser
	whole io.ReadCloser
}

// LimitBody refuses to read more of a request than Config.MaxBody; the reader gets *http.MaxBytesError, which Fail answers with 413.
func (e *Edge) LimitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil {
			r.Body = &body{ReadCloser: http.MaxBytesReader(w, r.Body, e.maxBody), whole: r.Body}
		}
		next.ServeHTTP(w, r)
	})
}

// AllowBody lets the request carry up to n bytes, for uploads. It must come before the first read.
func AllowBody(w http.ResponseWriter, r *http.Request, n int64) {
	whole := r.Body
	if limited, ok := r.Body.(*body); ok {
		whole = limited.whole
	}
	r.Body = http.MaxBytesReader(w, whole, n)
}

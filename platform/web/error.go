package web

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"khuevan/platform/fault"
)

// retryAfter is what a client is told when we are unavailable, in seconds.
const retryAfter = "5"

// Status is the one table from the kind of a refusal to its HTTP status.
func Status(kind fault.Kind) int {
	switch kind {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Denied:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// Fail answers with a refusal: problem+json for programs, the error page for people. Our own mistakes are logged.
func (e *Edge) Fail(w http.ResponseWriter, r *http.Request, err error) {
	status, refusal := refuse(err)
	switch {
	case refusal.Kind == fault.Internal:
		e.log.ErrorContext(r.Context(), "request failed", slog.String("request", RequestID(r.Context())), slog.String("error", err.Error()))
	case refusal.Kind == fault.Unavailable && r.Context().Err() == nil:
		e.log.WarnContext(r.Context(), "unavailable", slog.String("request", RequestID(r.Context())), slog.String("error", err.Error()))
	}
	e.answer(w, r, status, refusal)
}

// TooMany answers 429: the caller asks too often and may ask again after the wait.
func (e *Edge) TooMany(w http.ResponseWriter, r *http.Request, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(wholeSeconds(wait)))
	e.answer(w, r, http.StatusTooManyRequests, TooManyError(wait))
}

// TooManyError tells how long to wait.
func TooManyError(wait time.Duration) *fault.Error {
	return fault.Newf(fault.Unavailable, "Bạn thao tác quá nhanh. Vui lòng thử lại sau %d giây.", "Too many requests. Please try again in %d seconds.", wholeSeconds(wait))
}

func wholeSeconds(wait time.Duration) int { return max(1, int(math.Ceil(wait.Seconds()))) }

func (e *Edge) answer(w http.ResponseWriter, r *http.Request, status int, refusal *fault.Error) {
	if begun(w) {
		return // half an answer is out; a second one inside it helps nobody
	}
	if e.page == nil || wantsJSON(r) {
		writeProblem(w, r, status, refusal)
		return
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retryAfter)
	}
	e.page(w, r, status, refusal)
}

// refuse reads an error as a refusal with its status. Two things that net/http and contexts say have no kind of their own.
func refuse(err error) (int, *fault.Error) {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return http.StatusRequestEntityTooLarge, fault.Newf(fault.Invalid,
			"Nội dung gửi lên vượt quá giới hạn %d KB.", "What was sent exceeds the limit of %d KB.", tooLarge.Limit/1024).Because(err)
	}
	refusal := fault.Of(err)
	if refusal.Kind == fault.Internal && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)) {
		refusal = unavailable(err)
	}
	return Status(refusal.Kind), refusal
}

func unavailable(cause error) *fault.Error {
	return fault.New(fault.Unavailable, "Hệ thống đang bận. Vui lòng thử lại sau giây lát.",
		"The system is busy. Please try again in a moment.").Because(cause)
}

// problem is RFC 9457; kind, vi, en, fields and request_id are our extension members.
type problem struct {
	Type      string        `json:"type"`
	Title     string        `json:"title"`
	Status    int           `json:"status"`
	Detail    string        `json:"detail"`
	Kind      fault.Kind    `json:"kind"`
	Vi        string        `json:"vi"`
	En        string        `json:"en"`
	Fields    []fault.Field `json:"fields,omitempty"`
	RequestID string        `json:"request_id,omitempty"`
}

// WriteError answers a program with a refusal as problem+json, in both languages.
func WriteError(w http.ResponseWriter, r *http.Request, err error) {
	status, refusal := refuse(err)
	writeProblem(w, r, status, refusal)
}

func writeProblem(w http.ResponseWriter, r *http.Request, status int, e *fault.Error) {
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retryAfter)
	}
	write(w, status, "application/problem+json", problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: e.Text(Lang(r)),
		Kind: e.Kind, Vi: e.Vi, En: e.En, Fields: e.Fields, RequestID: RequestID(r.Context())})
}

// WriteJSON answers with v.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	write(w, status, "application/json", v)
}

func write(w http.ResponseWriter, status int, contentType string, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic("web: an answer that is no JSON: " + err.Error()) //nolint:forbidigo // a mistake in the program; Recover answers
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	w.Write(append(body, '\n')) //nolint:errcheck // the reader has left; nothing to tell anyone
}

// wantsJSON tells programs from people: they bring a token, speak JSON, or use the API's paths.
func wantsJSON(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	switch {
	case strings.Contains(accept, "text/html"):
		return false
	case strings.Contains(accept, "json"), strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"):
		return true
	}
	_, hasToken := bearer(r)
	return hasToken || strings.HasPrefix(r.URL.Path, "/api/")
}

// Package fault says why a request was refused, in words for the person who asked and in a kind for machines.
package fault

import (
	"errors"
	"fmt"
)

// Kind classifies a refusal; it crosses the wire and becomes an HTTP status at the edge.
type Kind string

// The kinds. Anything that is no *Error is Internal.
const (
	Invalid     Kind = "invalid"     // the request cannot be understood or breaks a stated limit
	Denied      Kind = "denied"      // the caller may not do this
	NotFound    Kind = "not_found"   // the thing does not exist, or the caller may not know that it does
	Conflict    Kind = "conflict"    // the state of the thing forbids it now
	Unavailable Kind = "unavailable" // try again later; nothing was decided
	Internal    Kind = "internal"    // our mistake
)

// Error is a refusal. Vi and En are whole sentences a person can act on.
type Error struct {
	Kind   Kind    `json:"kind"`
	Vi     string  `json:"vi"`
	En     string  `json:"en"`
	Fields []Field `json:"fields,omitempty"`
	cause  error
}

// Field names one wrong input of a request and its remedy.
type Field struct {
	Name string `json:"name"`
	Vi   string `json:"vi"`
	En   string `json:"en"`
}

// New makes a refusal in Vietnamese and English.
func New(kind Kind, vi, en string) *Error { return &Error{Kind: kind, Vi: vi, En: en} }

// Newf is New with the same arguments formatted into both sentences.
func Newf(kind Kind, vi, en string, args ...any) *Error {
	return &Error{Kind: kind, Vi: fmt.Sprintf(vi, args...), En: fmt.Sprintf(en, args...)}
}

// Error gives the English sentence, for logs.
func (e *Error) Error() string {
	if e.cause != nil {
		return string(e.Kind) + ": " + e.En + ": " + e.cause.Error()
	}
	return string(e.Kind) + ": " + e.En
}

// Unwrap gives the cause, if one was kept.
func (e *Error) Unwrap() error { return e.cause }

// Because returns a copy of e that keeps cause for the log; people never see it.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// With returns a copy of e that also names a wrong field.
func (e *Error) With(name, vi, en string) *Error {
	c := *e
	c.Fields = append(append([]Field(nil), e.Fields...), Field{Name: name, Vi: vi, En: en})
	return &c
}

// Text is the sentence in the given language; anything but "en" reads Vietnamese.
func (e *Error) Text(lang string) string {
	if lang == "en" {
		return e.En
	}
	return e.Vi
}

// Of finds the refusal in err; any other error becomes an Internal one that keeps err as its cause.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return New(Internal, "Hệ thống gặp lỗi. Vui lòng thử lại; nếu vẫn lỗi, hãy báo quản trị viên.",
		"Something went wrong on our side. Please try again; if it persists, tell the administrator.").Because(err)
}

// KindOf classifies err; nil has the empty kind.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	return Of(err).Kind
}

// Is reports whether err is a refusal of the given kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

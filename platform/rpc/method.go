// Package rpc carries commands and queries between services as typed NATS requests; no service has a URL.
package rpc

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"khuevan/platform/fault"
)

// Signature describes a method: what portals, /api/v1 and the OpenAPI document need to know of it.
type Signature struct {
	Name    string   // "service.method", such as "quiz.save-answer"
	Command bool     // changes something; a query does not
	Summary string   // one English sentence
	Allow   []string // who may call: roles, or Anyone, or SignedIn
	Rule    *Rule    // about what, see About; nil lets nobody call
	Request reflect.Type
	Reply   reflect.Type
}

// Who may call a method, besides the roles.
const (
	Anyone   = "*"         // without sign-in
	SignedIn = "signed-in" // every person
	System   = "system"    // only the platform itself and the command line
)

// Service is the first part of the name.
func (s Signature) Service() string { service, _, _ := strings.Cut(s.Name, "."); return service }

// Method is a typed signature; a service declares its methods as values and others call them. There are many of these types: what
// they do with bytes and rules stands in functions without type parameters, and Signature is not embedded, so that the
// compiler has little to make for each.
type Method[Req, Resp any] struct{ Signature Signature }

// Query declares a method that changes nothing.
func Query[Req, Resp any](name, summary string, allow ...string) Method[Req, Resp] {
	return method[Req, Resp](name, summary, false, allow)
}

// Command declares a method that decides something; its repetition under one request id is harmless.
func Command[Req, Resp any](name, summary string, allow ...string) Method[Req, Resp] {
	return method[Req, Resp](name, summary, true, allow)
}

func method[Req, Resp any](name, summary string, command bool, allow []string) Method[Req, Resp] {
	return Method[Req, Resp]{Signature{Name: name, Command: command, Summary: summary, Allow: allow,
		Request: reflect.TypeFor[Req](), Reply: reflect.TypeFor[Resp]()}}
}

// Empty is the request or reply of a method that needs none.
type Empty struct{}

// Endpoint is a method with what answers it.
type Endpoint struct {
	Signature
	handle func(ctx context.Context, body []byte) (reply any, out []byte, err error)
}

// Handle joins a method and the function that answers it.
func (m Method[Req, Resp]) Handle(fn func(context.Context, Req) (Resp, error)) Endpoint {
	return Endpoint{Signature: m.Signature, handle: func(ctx context.Context, body []byte) (any, []byte, error) {
		var req Req
		if err := decodeRequest(body, &req); err != nil {
			return nil, nil, err
		}
		resp, err := fn(ctx, req)
		if err != nil {
			return nil, nil, err
		}
		return encodeReply(m.Signature.Name, resp)
	}}
}

func decodeRequest(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return fault.New(fault.Invalid, "Yêu cầu không đúng định dạng.", "The request is not well-formed.").Because(err)
	}
	return nil
}

func encodeReply(name string, resp any) (any, []byte, error) {
	out, err := json.Marshal(resp)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: encode the reply: %w", name, err)
	}
	return resp, out, nil
}

// Call asks the service and waits for its answer.
func (m Method[Req, Resp]) Call(ctx context.Context, c Caller, req Req) (resp Resp, err error) {
	err = call(ctx, c, m.Signature.Name, req, &resp)
	return resp, err
}

func call(ctx context.Context, c Caller, name string, req, resp any) error {
	body, err := json.Marshal(req)
	if err != nil {
		return fmt.Errorf("%s: encode the request: %w", name, err)
	}
	out, err := c.Call(ctx, name, body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(out, resp); err != nil {
		return fmt.Errorf("%s: decode the reply: %w", name, err)
	}
	return nil
}

// Caller sends a request to whoever serves the method.
type Caller interface {
	Call(ctx context.Context, method string, body []byte) ([]byte, error)
}

// Receipt answers a command: Seq is the fact it stands on. A query that names it as After shows the effect.
type Receipt struct {
	Seq uint64 `json:"seq"`
}

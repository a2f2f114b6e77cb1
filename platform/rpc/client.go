package rpc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"khuevan/platform/fault"
)

const (
	subjectPrefix = "rpc."
	defaultTime   = 10 * time.Second

	headerIdentity = "Kv-Identity"
	headerRequest  = "Kv-Request"
	headerTime     = "Kv-Time-Left" // milliseconds that the caller still waits
	headerTrace    = "Traceparent"
	headerFault    = "Kv-Fault"
)

// Tracer carries traces across the bus.
type Tracer interface {
	Inject(ctx context.Context) string
	Extract(ctx context.Context, traceparent string) context.Context
}

// Client calls methods over a NATS connection. Identity, request id, trace and deadline travel with each call.
type Client struct {
	nc    *nats.Conn
	trace Tracer
}

// NewClient makes a client.
func NewClient(nc *nats.Conn, trace Tracer) *Client { return &Client{nc: nc, trace: trace} }

// Call implements Caller.
func (c *Client) Call(ctx context.Context, method string, body []byte) ([]byte, error) {
	ctx, cancel := withDefaultDeadline(ctx)
	defer cancel()
	msg, err := c.message(ctx, method, body)
	if err != nil {
		return nil, err
	}
	reply, err := c.nc.RequestMsgWithContext(ctx, msg)
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return nil, fault.Newf(fault.Unavailable,
			"Phần “%s” của hệ thống đang khởi động hoặc tạm dừng. Vui lòng thử lại sau ít phút.",
			"The “%s” part of the system is starting or paused. Please try again in a few minutes.", Signature{Name: method}.Service()).Because(err)
	case err != nil:
		return nil, fault.New(fault.Unavailable,
			"Hệ thống trả lời chậm hơn thường lệ. Vui lòng thử lại.",
			"The system answers more slowly than usual. Please try again.").Because(fmt.Errorf("%s: %w", method, err))
	}
	if text := reply.Header.Get(headerFault); text != "" {
		f := &fault.Error{}
		if err := json.Unmarshal([]byte(text), f); err != nil {
			return nil, fmt.Errorf("%s: decode the refusal: %w", method, err)
		}
		return nil, f
	}
	return reply.Data, nil
}

func withDefaultDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, has := ctx.Deadline(); has {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, defaultTime)
}

func (c *Client) message(ctx context.Context, method string, body []byte) (*nats.Msg, error) {
	r := From(ctx)
	who, err := json.Marshal(r.Identity)
	if err != nil {
		return nil, fmt.Errorf("%s: encode the identity: %w", method, err)
	}
	h := nats.Header{headerIdentity: {string(who)}}
	if r.ID != "" {
		h[headerRequest] = []string{r.ID}
	}
	if trace := c.trace.Inject(ctx); trace != "" {
		h[headerTrace] = []string{trace}
	}
	if deadline, has := ctx.Deadline(); has {
		h[headerTime] = []string{strconv.FormatInt(max(1, time.Until(deadline).Milliseconds()), 10)}
	}
	return &nats.Msg{Subject: subjectPrefix + method, Header: h, Data: body}, nil
}

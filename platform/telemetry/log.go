package telemetry

import (
	"context"
	"io"
	"log/slog"

	"go.opentelemetry.io/otel/trace"

	"khuevan/platform/fault"
)

// Logger writes lines of a format ("json" or "text") from a level on ("debug", "info", "warn" or "error"), each with
// the trace_id of its context. Any other word is refused.
func Logger(w io.Writer, format, level string) (*slog.Logger, error) {
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		return nil, fault.Newf(fault.Invalid, "Mức nhật ký “%s” không hợp lệ. Dùng debug, info, warn hoặc error.",
			"The log level “%s” is not valid. Use debug, info, warn or error.", level)
	}
	options := &slog.HandlerOptions{Level: least}
	switch format {
	case "json":
		return slog.New(traced{slog.NewJSONHandler(w, options)}), nil
	case "text":
		return slog.New(traced{slog.NewTextHandler(w, options)}), nil
	}
	return nil, fault.Newf(fault.Invalid, "Dạng nhật ký “%s” không hợp lệ. Dùng json hoặc text.",
		"The log format “%s” is not valid. Use json or text.", format)
}

// traced adds the trace id; inside a group it stands in the group.
type traced struct{ slog.Handler }

func (h traced) Handle(ctx context.Context, r slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.HasTraceID() {
		r = r.Clone()
		r.AddAttrs(slog.String("trace_id", span.TraceID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

func (h traced) WithAttrs(attrs []slog.Attr) slog.Handler {
	return traced{h.Handler.WithAttrs(attrs)}
}

func (h traced) WithGroup(name string) slog.Handler { return traced{h.Handler.WithGroup(name)} }

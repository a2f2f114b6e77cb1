// Package telemetry shows what the house is doing: logs, traces that cross the bus, and metrics.
package telemetry

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"khuevan/platform/web"
)

// Telemetry is one process's tracer and metrics. Nothing of it is global.
type Telemetry struct {
	Tracer   trace.Tracer
	Metrics  *Metrics
	provider *sdktrace.TracerProvider
}

// Start makes the telemetry of a process. Spans are sent by OTLP over HTTP when the environment names
// an endpoint (OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT); without one nothing is
// recorded, yet every request still has a trace id, which logs and facts carry.
func Start(ctx context.Context, service, version string) (*Telemetry, error) {
	options := []sdktrace.TracerProviderOption{sdktrace.WithSampler(sdktrace.NeverSample())}
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") != "" {
		exporter, err := otlptracehttp.New(ctx)
		if err != nil {
			return nil, fmt.Errorf("start the trace exporter: %w", err)
		}
		described, err := resource.New(ctx, resource.WithFromEnv(), resource.WithAttributes(
			attribute.String("service.name", service), attribute.String("service.version", version)))
		if err != nil {
			return nil, fmt.Errorf("describe the process for traces: %w", err)
		}
		options = []sdktrace.TracerProviderOption{
			sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.AlwaysSample())),
			sdktrace.WithBatcher(exporter), sdktrace.WithResource(described),
		}
	}
	provider := sdktrace.NewTracerProvider(options...)
	return &Telemetry{Tracer: provider.Tracer("khuevan"), Metrics: newMetrics(), provider: provider}, nil
}

// Shutdown sends what is left and stops.
func (t *Telemetry) Shutdown(ctx context.Context) error {
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("stop tracing: %w", err)
	}
	return nil
}

// traceparent is the W3C header's name.
const traceparent = "traceparent"

// Inject gives the W3C traceparent of the context, to be carried in any header; "" when there is none.
func (*Telemetry) Inject(ctx context.Context) string {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier[traceparent]
}

// Extract continues the trace that a traceparent names; a text that is none changes nothing.
func (*Telemetry) Extract(ctx context.Context, parent string) context.Context {
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{traceparent: parent})
}

// HTTP begins a trace with every request. Traces that strangers bring are not continued.
func (t *Telemetry) HTTP(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, span := t.Tracer.Start(r.Context(), "HTTP "+method(r), trace.WithNewRoot(), trace.WithSpanKind(trace.SpanKindServer),
			trace.WithAttributes(attribute.String("http.request.method", method(r)), attribute.String("url.path", web.LoggedPath(r.URL.Path))))
		defer span.End()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// method keeps made-up methods out of span names.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "_OTHER"
}

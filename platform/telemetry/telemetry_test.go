package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.opentelemetry.io/otel/trace"

	"khuevan/platform/fault"
	"khuevan/platform/telemetry"
)

func start(t *testing.T) *telemetry.Telemetry {
	t.Helper()
	all, err := telemetry.Start(context.Background(), "khuevan", "test")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTraceparentSurvivesTheBus(t *testing.T) {
	here, there := start(t), start(t)
	ctx, span := here.Tracer.Start(context.Background(), "submit")
	defer span.End()
	carried := here.Inject(ctx)
	if len(carried) != 55 || !strings.HasPrefix(carried, "00-") {
		t.Fatalf("%q is no traceparent", carried)
	}
	received := there.Extract(context.Background(), carried)
	if got := there.Inject(received); got != carried {
		t.Errorf("arrived as %q, left as %q", got, carried)
	}
	next, child := there.Tracer.Start(received, "react")
	defer child.End()
	if a, b := child.SpanContext().TraceID(), span.SpanContext().TraceID(); a != b || there.Inject(next) == carried {
		t.Errorf("the child is of trace %s, not %s, or is its own parent", a, b)
	}
}

func TestWhatIsNoTraceparentChangesNothing(t *testing.T) {
	all := start(t)
	for _, text := range []string{"", "00-0-0-00", "xyz", "00-00000000000000000000000000000000-0000000000000000-01"} {
		if got := all.Inject(all.Extract(context.Background(), text)); got != "" {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestEachRequestHasItsOwnTrace(t *testing.T) {
	all, seen := start(t), map[string]bool{}
	h := all.HTTP(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen[all.Inject(r.Context())] = true }))
	for range 2 {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	if len(seen) != 2 || seen[""] {
		t.Errorf("traces %v", seen)
	}
	for id := range seen {
		if strings.Contains(id, "0af7651916cd43dd8448eb211c80319c") {
			t.Error("a stranger's trace was continued")
		}
	}
}

func TestSpansAreSentWhenAnEndpointIsNamed(t *testing.T) {
	var got atomic.Int64
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil && r.URL.Path == "/v1/traces" {
			got.Add(int64(len(body)))
		}
		w.WriteHeader(http.StatusOK)
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	all := start(t)
	_, span := all.Tracer.Start(context.Background(), "submit")
	span.End()
	if err := all.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got.Load() == 0 {
		t.Error("the collector received nothing")
	}
}

func TestLogLinesCarryTheTrace(t *testing.T) {
	var out bytes.Buffer
	log, err := telemetry.Logger(&out, "json", "info")
	if err != nil {
		t.Fatal(err)
	}
	ctx, span := start(t).Tracer.Start(context.Background(), "submit")
	defer span.End()
	log.With("service", "quiz").InfoContext(ctx, "nộp bài")
	log.DebugContext(ctx, "hidden")
	var line struct {
		Msg     string `json:"msg"`
		Service string `json:"service"`
		Trace   string `json:"trace_id"`
	}
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("not one line: %v: %s", err, out.String())
	}
	if want := trace.SpanContextFromContext(ctx).TraceID().String(); line.Trace != want || line.Service != "quiz" || line.Msg != "nộp bài" {
		t.Errorf("line %+v, trace %s", line, want)
	}
}

func TestLoggerRefusesUnknownWords(t *testing.T) {
	for _, c := range [][2]string{{"xml", "info"}, {"json", "loud"}, {"", "info"}, {"text", ""}} {
		if _, err := telemetry.Logger(io.Discard, c[0], c[1]); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v gave %v", c, err)
		}
	}
}

func TestMetricsAreScraped(t *testing.T) {
	m := start(t).Metrics
	m.Command("quiz.SubmitAnswer", nil, 3*time.Millisecond)
	m.Command("quiz.SubmitAnswer", nil, 4*time.Millisecond)
	m.Command("quiz.SubmitAnswer", fault.New(fault.Conflict, "đã nộp", "submitted"), time.Millisecond)
	m.Lag.WithLabelValues("quiz.results").Set(7)
	m.Append.Observe(0.002)
	m.Poison.WithLabelValues("notification.mail").Set(1)
	families := scrape(t, m.Handler())
	counts := map[string]uint64{}
	for _, one := range families["khuevan_request_seconds"].GetMetric() {
		for _, l := range one.GetLabel() {
			if l.GetName() == "kind" {
				counts[l.GetValue()] = one.GetHistogram().GetSampleCount()
			}
		}
	}
	if counts["ok"] != 2 || counts["conflict"] != 1 || len(counts) != 2 {
		t.Errorf("requests %v", counts)
	}
	if got := families["khuevan_projection_lag_events"].GetMetric()[0].GetGauge().GetValue(); got != 7 {
		t.Errorf("lag %v", got)
	}
	if got := families["khuevan_journal_append_seconds"].GetMetric()[0].GetHistogram().GetSampleSum(); got != 0.002 {
		t.Errorf("append %v", got)
	}
	for _, name := range []string{"khuevan_poison_messages", "go_goroutines", "process_start_time_seconds"} {
		if families[name] == nil {
			t.Errorf("no %s", name)
		}
	}
}

func scrape(t *testing.T, h http.Handler) map[string]*dto.MetricFamily {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return families
}

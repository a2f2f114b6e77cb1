package telemetry

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"khuevan/platform/fault"
)

// Metrics are what a process counts and measures. Labels come from code, never from people: their number is small.
type Metrics struct {
	Registry *prometheus.Registry
	Commands *prometheus.HistogramVec // khuevan_request_seconds {method, kind}; its _count is the number of requests
	Lag      *prometheus.GaugeVec     // khuevan_projection_lag_events {projection}: from what the read model shows to the last fact it reads
	Append   prometheus.Histogram     // khuevan_journal_append_seconds: until the append is durable
	React    *prometheus.HistogramVec // khuevan_reaction_seconds {reactor}: until all that one fact leads to is durable
	Poison   *prometheus.GaugeVec     // khuevan_poison_messages {reactor}: set aside for an administrator
}

func newMetrics() *Metrics {
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		Commands: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "khuevan_request_seconds", Help: "Time to answer a command or query, by its outcome.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 15)}, []string{"method", "kind"}),
		Lag: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "khuevan_projection_lag_events", Help: "How far in the journal the read model stands behind the last fact that it reads."}, []string{"projection"}),
		Append: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "khuevan_journal_append_seconds", Help: "Time until an append is durable.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 2, 15)}),
		React: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "khuevan_reaction_seconds", Help: "Time until all that a fact leads to is durable.",
			Buckets: prometheus.ExponentialBuckets(0.001, 4, 10)}, []string{"reactor"}),
		Poison: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "khuevan_poison_messages", Help: "Messages set aside after their last retry."}, []string{"reactor"}),
	}
	m.Registry.MustRegister(m.Commands, m.Lag, m.Append, m.React, m.Poison, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Command records one answered command or query; err is what it was refused with, or nil.
func (m *Metrics) Command(method string, err error, took time.Duration) {
	kind := string(fault.KindOf(err))
	if kind == "" {
		kind = "ok"
	}
	m.Commands.WithLabelValues(method, kind).Observe(took.Seconds())
}

// Handler serves the metrics to a Prometheus scraper.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.Registry, promhttp.HandlerOpts{Registry: m.Registry})
}

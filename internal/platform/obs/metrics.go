package obs

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics is the server's registry of figures. Names begin with "heed_" and end
// with their unit, as Prometheus advises. Making the same figure twice is a
// mistake of the program and panics at the start.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

// NewMetrics makes a registry with the figures of the Go runtime and the
// process, heed_build_info, and heed_http_request_duration_seconds.
func NewMetrics(b Build) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.Gauge("build_info", "What was built; always 1.", "version", "commit", "go").WithLabelValues(b.Version, b.Commit, b.Go).Set(1)
	m.requests = m.Duration("http_request_duration_seconds", "Time to answer requests.", "method", "route", "status")
	return m
}

// Counter makes a figure that only grows, named heed_NAME; name it …_total.
func (m *Metrics) Counter(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "heed", Name: name, Help: help}, labels)
	m.registry.MustRegister(c)
	return c
}

// Gauge makes a figure that goes up and down, named heed_NAME.
func (m *Metrics) Gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "heed", Name: name, Help: help}, labels)
	m.registry.MustRegister(g)
	return g
}

// GaugeFunc makes a figure that is asked for when it is read: f must be quick
// and safe for concurrent use.
func (m *Metrics) GaugeFunc(name, help string, f func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "heed", Name: name, Help: help}, f))
}

// Duration makes a distribution of times in seconds, from half a millisecond to
// half a minute, named heed_NAME; name it …_seconds.
func (m *Metrics) Duration(name, help string, labels ...string) *prometheus.HistogramVec {
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: "heed", Name: name, Help: help,
		Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
	}, labels)
	m.registry.MustRegister(h)
	return h
}

// Register adds a collector that its owner has made, such as one for a pool.
func (m *Metrics) Register(c prometheus.Collector) { m.registry.MustRegister(c) }

// ObserveRequest counts an answered request. Method and route must come from the
// list of routes, so that strangers cannot make series without end.
func (m *Metrics) ObserveRequest(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
}

// Package obs is how the server is watched: its log, its metrics and what was
// built.
//
// The log is structured (log/slog), as text for people or JSON for machines, and
// hides values whose name says that they are secret. The metrics are Prometheus'
// and live in a registry of this package's Metrics, never in the global one;
// whoever has figures to give gets a Metrics in its constructor's struct. Both
// are read by people who may not read customers' data, so neither holds any: no
// names, addresses, subjects or texts, only ids and counts.
package obs

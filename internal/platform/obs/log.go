package obs

import (
	"io"
	"log/slog"
	"strings"
	"time"
)

// LogOptions say what is logged and how.
type LogOptions struct {
	Level  slog.Level
	Format string // "json", else text
}

// NewLogger makes the logger. Times are in UTC.
func NewLogger(w io.Writer, o LogOptions) *slog.Logger {
	h := &slog.HandlerOptions{Level: o.Level, ReplaceAttr: replace}
	if o.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, h))
	}
	return slog.New(slog.NewTextHandler(w, h))
}

func replace(_ []string, a slog.Attr) slog.Attr {
	switch {
	case a.Value.Kind() == slog.KindTime:
		a.Value = slog.TimeValue(a.Value.Time().UTC())
	case hidden(a.Key) && a.Value.Kind() == slog.KindString && a.Value.String() != "":
		a.Value = slog.StringValue("(hidden)")
	}
	return a
}

// hidden tells names of values that have no place in a log, whoever puts
// them there.
func hidden(key string) bool {
	key = strings.ToLower(key)
	for _, s := range []string{"password", "secret", "token", "authorization", "cookie"} {
		if strings.HasSuffix(key, s) {
			return true
		}
	}
	return false
}

// LogRequest writes one line about an answered request: an error when the server
// failed, else at debug level, for a busy server answers a thousand a second.
// The route is the pattern, "/api/v1/tickets/{id}"; the path would tell ids.
func LogRequest(log *slog.Logger, method, route string, status int, took time.Duration) {
	write := log.Debug
	if status >= 500 {
		write = log.Error
	}
	write("request", "method", method, "route", route, "status", status, "took", took)
}

package obs_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"heed/internal/platform/obs"
)

func TestTheLogIsTextOrJSONFromItsLevelOn(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	log := obs.NewLogger(&b, obs.LogOptions{Level: slog.LevelWarn, Format: "json"})
	log.Info("quiet")
	log.Warn("loud", "n", 1, "at", time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 8*3600)))
	var line struct {
		Msg, Level, Time, At string
		N                    int
	}
	if err := json.Unmarshal(b.Bytes(), &line); err != nil {
		t.Fatalf("%s: %v", b.String(), err)
	}
	if line.Msg != "loud" || line.Level != "WARN" || line.N != 1 || line.At != "2026-01-01T19:04:05Z" || !strings.HasSuffix(line.Time, "Z") {
		t.Errorf("got %+v", line)
	}
	b.Reset()
	obs.NewLogger(&b, obs.LogOptions{Format: "text"}).Info("hello", "n", 1)
	if !strings.Contains(b.String(), "level=INFO msg=hello n=1") {
		t.Errorf("got %s", b.String())
	}
}

func TestSecretsDoNotReachTheLog(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	obs.NewLogger(&b, obs.LogOptions{}).Info("x", "password", "hush", "metrics_token", "hush", slog.Group("g", "Authorization", "hush"), "tokens", 7)
	if strings.Contains(b.String(), "hush") || !strings.Contains(b.String(), "tokens=7") {
		t.Errorf("got %s", b.String())
	}
}

func TestRequestsAreLoggedByWhatHappened(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	log := obs.NewLogger(&b, obs.LogOptions{Level: slog.LevelInfo})
	obs.LogRequest(log, "GET", "/tickets/{id}", 200, time.Millisecond)
	if b.Len() != 0 {
		t.Errorf("got %s", b.String())
	}
	obs.LogRequest(log, "GET", "/tickets/{id}", 500, time.Millisecond)
	for _, want := range []string{"level=ERROR", "method=GET", "route=/tickets/{id}", "status=500", "took=1ms"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s is not in %s", want, b.String())
		}
	}
}

func get(m *obs.Metrics, token, from string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.RemoteAddr = from
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	m.Handler(token).ServeHTTP(w, r)
	return w
}

func TestFiguresAreServed(t *testing.T) {
	t.Parallel()
	m := obs.NewMetrics(obs.Build{Version: "1.2.3"})
	m.Counter("mails_total", "Mails.", "way").WithLabelValues("in").Inc()
	m.Gauge("jobs_waiting", "Jobs.").WithLabelValues().Set(3)
	m.GaugeFunc("viewers", "Viewers.", func() float64 { return 4 })
	m.ObserveRequest("GET", "/tickets", 200, 3*time.Millisecond)
	body := get(m, "", "127.0.0.1:1").Body.String()
	for _, want := range []string{
		`heed_build_info{commit="",go="",version="1.2.3"} 1`, `heed_mails_total{way="in"} 1`, "heed_jobs_waiting 3", "heed_viewers 4", "go_goroutines ",
		`heed_http_request_duration_seconds_bucket{method="GET",route="/tickets",status="200",le="0.005"} 1`,
		`heed_http_request_duration_seconds_bucket{method="GET",route="/tickets",status="200",le="0.0025"} 0`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

func TestTwoServersInOneProcessDoNotShareFigures(t *testing.T) {
	t.Parallel()
	a, b := obs.NewMetrics(obs.Build{}), obs.NewMetrics(obs.Build{})
	a.Counter("x_total", "X.").WithLabelValues().Inc()
	b.Counter("x_total", "X.").WithLabelValues()
	if body := get(b, "", "[::1]:1").Body.String(); !strings.Contains(body, "heed_x_total 0") {
		t.Error("a's figure is b's")
	}
}

func TestFiguresAreForThisMachineOrBearersOfTheToken(t *testing.T) {
	t.Parallel()
	m := obs.NewMetrics(obs.Build{})
	tests := []struct {
		name, token, from string
		header            []string
		want              int
	}{
		{"this machine", "", "127.0.0.1:5", nil, 200},
		{"this machine by IPv6", "", "[::1]:5", nil, 200},
		{"this machine, mapped", "", "[::ffff:127.0.0.1]:5", nil, 200},
		{"another without token", "", "192.0.2.7:5", nil, 401},
		{"another with an empty token", "", "192.0.2.7:5", []string{"Authorization", "Bearer "}, 401},
		{"another with the token", "t0k", "192.0.2.7:5", []string{"Authorization", "Bearer t0k"}, 200},
		{"another with a wrong token", "t0k", "192.0.2.7:5", []string{"Authorization", "Bearer t0"}, 401},
		{"a stranger through a proxy here", "t0k", "127.0.0.1:5", []string{"X-Forwarded-For", "192.0.2.7"}, 401},
		{"no address", "", "@", nil, 401},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := get(m, tt.token, tt.from, tt.header...).Code; got != tt.want {
				t.Errorf("status %d, want %d", got, tt.want)
			}
		})
	}
}

func TestBuildIsNamed(t *testing.T) {
	t.Parallel()
	if s := obs.NewBuild("1.2.3").String(); !strings.HasPrefix(s, "heed 1.2.3") || !strings.Contains(s, "go1.") {
		t.Errorf("got %s", s)
	}
	if b := obs.NewBuild(""); b.Version != "devel" {
		t.Errorf("got %+v", b)
	}
}

package obs

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Handler serves the figures in Prometheus' format to this machine itself, and
// to whoever bears the token, if there is one. A request that a proxy passed on
// does not count as this machine's, although it comes from it.
func (m *Metrics) Handler(token string) http.Handler {
	figures := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry, MaxRequestsInFlight: 4, Timeout: 20 * time.Second})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !bears(r, token) && !local(r) {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "metrics are for this machine, or for a bearer of the setting metrics_token", http.StatusUnauthorized)
			return
		}
		figures.ServeHTTP(w, r)
	})
}

// bears compares hashes, so that the time taken says nothing of the token.
func bears(r *http.Request, token string) bool {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(token))
	return ok && token != "" && subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

func local(r *http.Request) bool {
	for _, h := range []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && from.Addr().Unmap().IsLoopback()
}

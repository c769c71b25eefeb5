package outbound_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/platform/outbound"
)

func serve(t *testing.T, h http.HandlerFunc) *url.URL {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func out(t *testing.T, allow ...string) *outbound.Out {
	t.Helper()
	o, err := outbound.New(outbound.Options{Allow: allow, UserAgent: "Heed/test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.Close)
	return o
}

func get(ctx context.Context, c *http.Client, address string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	resp, err := c.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return string(data), err
}

func hello(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, "hello "+r.UserAgent())
}

func TestPrivateAddressesAreBlockedHoweverTheyAreWritten(t *testing.T) {
	t.Parallel()
	u := serve(t, hello)
	c := out(t).Client(outbound.Limits{})
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::1]"} {
		_, err := get(t.Context(), c, "http://"+host+":"+u.Port())
		if fault.KeyOf(err) != "outbound.blocked" || !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", host, err)
		}
	}
	if _, err := out(t).DialContext(t.Context(), "tcp", u.Host); fault.KeyOf(err) != "outbound.blocked" {
		t.Errorf("dial: %v", err)
	}
	for _, network := range []string{"unix", "udp"} {
		if _, err := out(t).DialContext(t.Context(), network, u.Host); err == nil {
			t.Errorf("%s is dialled", network)
		}
	}
}

func TestAllowedAddressesAreReached(t *testing.T) {
	t.Parallel()
	u := serve(t, hello)
	for _, allow := range []string{u.Host, "127.0.0.1", "127.0.0.0/8"} {
		got, err := get(t.Context(), out(t, allow).Client(outbound.Limits{}), u.String())
		if err != nil || got != "hello Heed/test" {
			t.Errorf("%s: %q, %v", allow, got, err)
		}
	}
	if _, err := get(t.Context(), out(t, "localhost").Client(outbound.Limits{}), "http://localhost:"+u.Port()); err != nil {
		t.Error(err)
	}
	conn, err := out(t, u.Host).DialContext(t.Context(), "tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}

func TestRedirectsAreCheckedToo(t *testing.T) {
	t.Parallel()
	inner := serve(t, hello)
	outer := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inner.String(), http.StatusFound) })
	if _, err := get(t.Context(), out(t, outer.Host).Client(outbound.Limits{}), outer.String()); fault.KeyOf(err) != "outbound.blocked" {
		t.Errorf("got %v", err)
	}
	if _, err := get(t.Context(), out(t, outer.Host, inner.Host).Client(outbound.Limits{}), outer.String()); err != nil {
		t.Error(err)
	}
	endless := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/again", http.StatusFound) })
	if _, err := get(t.Context(), out(t, endless.Host).Client(outbound.Limits{}), endless.String()); err == nil || !strings.Contains(err.Error(), "too many redirects") {
		t.Errorf("got %v", err)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/just":
			_, _ = w.Write(bytes.Repeat([]byte("x"), 1000))
		case "/said":
			w.Header().Set("Content-Length", "1001")
			_, _ = w.Write(bytes.Repeat([]byte("x"), 1001))
		case "/unsaid":
			w.(http.Flusher).Flush()
			_, _ = w.Write(bytes.Repeat([]byte("x"), 1001))
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = z.Write(make([]byte, 1<<20))
			z.Close()
		}
	})
	c := out(t, u.Host).Client(outbound.Limits{Bytes: 1000})
	if got, err := get(t.Context(), c, u.String()+"/just"); err != nil || len(got) != 1000 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	for _, path := range []string{"/said", "/unsaid", "/bomb"} {
		got, err := get(t.Context(), c, u.String()+path)
		if fault.KeyOf(err) != "outbound.too_large" || len(got) > 1000 {
			t.Errorf("%s: %d bytes, %v", path, len(got), err)
		}
	}
}

func TestASlowAnswerIsGivenUp(t *testing.T) {
	t.Parallel()
	u := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	_, err := get(t.Context(), out(t, u.Host).Client(outbound.Limits{Timeout: 20 * time.Millisecond}), u.String())
	var ne net.Error
	if !errors.As(err, &ne) || !ne.Timeout() {
		t.Errorf("got %v", err)
	}
}

func TestAWrongExceptionIsNamed(t *testing.T) {
	t.Parallel()
	if _, err := outbound.New(outbound.Options{Allow: []string{"http://x"}}); err == nil || !strings.Contains(err.Error(), `"http://x"`) {
		t.Errorf("got %v", err)
	}
}

package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"heed/internal/platform/web"
)

func get(t *testing.T, h http.Handler, path, encoding string) *http.Response {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	req.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Result()
}

func TestPagesAreServedPackedCachedAndStrict(t *testing.T) {
	t.Parallel()
	p, err := web.New(fstest.MapFS{
		"index.html":      {Data: []byte("<!doctype html>desk")},
		"assets/app-1.js": {Data: []byte(strings.Repeat("let a=1;", 100))},
		".gitkeep":        {},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/tickets/12", "/setup"} {
		r := get(t, p, path, "")
		b, _ := io.ReadAll(r.Body)
		if r.StatusCode != 200 || !strings.Contains(string(b), "desk") || r.Header.Get("Cache-Control") != "no-store" ||
			!strings.Contains(r.Header.Get("Content-Security-Policy"), "script-src 'self';") {
			t.Error(path, r.StatusCode, r.Header)
		}
	}
	r := get(t, p, "/assets/app-1.js", "gzip")
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := io.ReadAll(z); len(b) != 800 || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
		t.Fatal(len(b), r.Header)
	}
	if r := get(t, p, "/assets/app-1.js", "gzip, br"); r.Header.Get("Content-Encoding") != "br" {
		t.Fatal(r.Header)
	}
	for _, path := range []string{"/assets/old-2.js", "/.gitkeep", "/robots.txt"} {
		if r := get(t, p, path, ""); r.StatusCode != 404 {
			t.Error(path, r.StatusCode)
		}
	}
}

func TestABinaryWithoutPagesSaysSo(t *testing.T) {
	t.Parallel()
	p, err := web.New(fstest.MapFS{".gitkeep": {}})
	if err != nil {
		t.Fatal(err)
	}
	if r := get(t, p, "/", ""); r.StatusCode != http.StatusServiceUnavailable {
		t.Fatal(r.StatusCode)
	}
}

// Package web serves the built pages of the desk: files that carry their hash
// in their name for ever, the entry page never from a cache, and the entry page
// for every address that the page's own router knows.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
)

// ContentSecurityPolicy is what the desk's pages may do: nothing from
// elsewhere, no script or style in the page. The hash is that of the one style
// element that the component library writes (its colour variables).
const ContentSecurityPolicy = "default-src 'self'; script-src 'self'; " +
	"style-src 'self' 'sha256-l3+HBDqnxVGkwPQCHAXwSNxMzbAsbDy2QUW1Tu/dXmc='; " +
	"img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; " +
	"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const entry = "index.html"

// Pages serves the files of a build.
type Pages struct {
	files map[string]*file
}

// file is one file of the build; its packed forms are made when first asked for.
type file struct {
	name  string
	plain []byte
	etag  string
	pack  sync.Once
	br    []byte
	gz    []byte
}

// New reads the build. A binary made before the pages were built has none;
// Serve then says so.
func New(dist fs.FS) (*Pages, error) {
	p := &Pages{files: map[string]*file{}}
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		b, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		p.files[name] = &file{name: name, plain: b, etag: `"` + hex.EncodeToString(sum[:12]) + `"`}
		return nil
	})
	return p, err
}

// ServeHTTP serves a file of the build, or the entry page for an address
// without a file.
func (p *Pages) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean(req.URL.Path), "/")
	f, ok := p.files[name]
	if !ok || name == entry {
		if path.Ext(name) != "" && name != entry {
			http.NotFound(w, req)
			return
		}
		p.serveEntry(w, req)
		return
	}
	if strings.HasPrefix(name, "assets/") {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		w.Header().Set("Cache-Control", "no-cache")
	}
	f.serve(w, req)
}

func (p *Pages) serveEntry(w http.ResponseWriter, req *http.Request) {
	f, ok := p.files[entry]
	if !ok {
		http.Error(w, "This heed was built without its pages: run `make build`.", http.StatusServiceUnavailable)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", ContentSecurityPolicy)
	h.Set("X-Frame-Options", "DENY")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), payment=(), usb=()")
	f.serve(w, req)
}

func (f *file) serve(w http.ResponseWriter, req *http.Request) {
	h := w.Header()
	kind := mime.TypeByExtension(path.Ext(f.name))
	if kind == "" {
		kind = "application/octet-stream"
	}
	h.Set("Content-Type", kind)
	h.Set("Vary", "Accept-Encoding")
	body := f.plain
	if packable(kind) {
		f.pack.Do(f.compress)
		switch accepts := req.Header.Get("Accept-Encoding"); {
		case strings.Contains(accepts, "br"):
			h.Set("Content-Encoding", "br")
			body = f.br
		case strings.Contains(accepts, "gzip"):
			h.Set("Content-Encoding", "gzip")
			body = f.gz
		}
	}
	h.Set("ETag", f.etag)
	http.ServeContent(w, req, "", time.Time{}, bytes.NewReader(body))
}

func packable(kind string) bool {
	return strings.HasPrefix(kind, "text/") || strings.Contains(kind, "javascript") || strings.Contains(kind, "json") || strings.Contains(kind, "svg")
}

func (f *file) compress() {
	var b bytes.Buffer
	bw := brotli.NewWriterLevel(&b, 9)
	_, _ = bw.Write(f.plain) // into memory: cannot fail
	_ = bw.Close()
	f.br = b.Bytes()
	var g bytes.Buffer
	gw, _ := gzip.NewWriterLevel(&g, gzip.BestCompression)
	_, _ = gw.Write(f.plain)
	_ = gw.Close()
	f.gz = g.Bytes()
}

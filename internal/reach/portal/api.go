package portal

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/identity"
	"heed/internal/platform/i18n"
	"heed/internal/platform/rest"
)

// policy is what the pages may do: show themselves with their own style sheet,
// and send their forms to us. There is no script at all.
const policy = "default-src 'none'; style-src 'self'; img-src 'self' https: data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Routes adds the pages, and the operations by which the desk looks after them.
func (s *Service) Routes(r *rest.Router) {
	s.apiRoutes(r)
	r.Handle(root, http.HandlerFunc(s.serve))
	r.Handle(root+"/", http.HandlerFunc(s.serve))
	r.Handle("/sitemap.xml", http.HandlerFunc(s.serve))
	r.Handle("/robots.txt", http.HandlerFunc(s.serve))
}

// visit is one request for a page.
type visit struct {
	w      http.ResponseWriter
	r      *http.Request
	ctx    context.Context //nolint:containedctx // lives as long as the request
	locale string
	firm   firm
}

// on tells whether a module is on for visitors.
func (v visit) on(module string) bool { return v.firm.Has(actor.Actor{}, module) }

// system is for what a visitor may see only in part: the page chooses.
func (v visit) system() context.Context { return actor.AsSystem(v.ctx) }

func (v visit) post() bool { return v.r.Method == http.MethodPost }

// serve answers a request for a page, as for a stranger: who is signed in sees
// what everybody sees.
func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	ctx := actor.With(r.Context(), actor.Actor{})
	v := visit{w: w, r: r, ctx: ctx, locale: wish(r.Header.Get("Accept-Language"))}
	var err error
	if v.firm, err = s.firm(ctx); err == nil {
		if v.locale == "" {
			v.locale = v.firm.Locale
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodPost {
			w.Header().Set("Allow", "GET, HEAD, POST")
			s.message(v, http.StatusMethodNotAllowed, "notfound")
			return
		}
		err = s.route(&v) //nolint:contextcheck // a visit carries its context
	}
	if err != nil {
		s.fail(v, err)
	}
}

// route finds the page that a path names.
func (s *Service) route(v *visit) error {
	path := v.r.URL.Path
	if path == "/robots.txt" {
		return s.robots(*v)
	}
	if strings.HasPrefix(path, root+"/assets/") { // the page that says so has its looks too
		return s.asset(*v, path)
	}
	if !v.on(Module) {
		return fault.NotFound("module.off")
	}
	if path == "/sitemap.xml" {
		return s.sitemap(*v)
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(path, root), "/")
	first, below, slash := strings.Cut(rest, "/")
	switch {
	case rest == "":
		v.w.Header().Set("Vary", "Accept-Language")
		v.w.Header().Set("Cache-Control", "no-store")
		http.Redirect(v.w, v.r, root+"/"+v.locale+"/", http.StatusFound)
		return nil
	case first == "confirm" && slash:
		return s.confirm(*v, below)
	case first == "referral" && slash:
		return s.referral(*v, below)
	case first == "a" && slash:
		http.Redirect(v.w, v.r, root+"/"+v.locale+"/a/"+url.PathEscape(below), http.StatusFound)
		return nil
	case !slices.Contains(i18n.Locales(), first):
		return fault.NotFound("not_found")
	case !slash:
		http.Redirect(v.w, v.r, root+"/"+first+"/", http.StatusMovedPermanently)
		return nil
	}
	v.locale = first
	return s.inLanguage(*v, below)
}

// inLanguage finds the page below a language.
func (s *Service) inLanguage(v visit, path string) error {
	first, below, _ := strings.Cut(path, "/")
	switch {
	case path == "" && !v.post():
		return s.home(v)
	case path == "search" && v.on(moduleKnowledge) && !v.post():
		return s.search(v)
	case first == "a" && below != "" && v.on(moduleKnowledge):
		return s.article(v, below)
	case path == "products" && v.on(moduleCatalog) && !v.post():
		return s.productList(v)
	case first == "products" && below != "" && v.on(moduleCatalog) && !v.post():
		return s.product(v, below)
	case path == "dealers" && v.on(moduleDealer) && !v.post():
		return s.dealers(v)
	case path == "ask":
		return s.ask(v)
	}
	return fault.NotFound("not_found")
}

// page begins the view of a page. path is below the language.
func (s *Service) page(v visit, section, path, title string) view {
	out := view{
		Locale: v.locale, Firm: v.firm.FirmName, Title: title, Path: path, Section: section, CSS: s.pages.cssPath,
		Knowledge: v.on(moduleKnowledge), Catalog: v.on(moduleCatalog), Dealers: v.on(moduleDealer),
		PhoneLink: v.firm.Phone, Hours: nearest(v.firm.Hours, v.locale),
		Canonical: s.absolute(v.locale, path),
	}
	if v.firm.Phone != "" {
		out.Phone = identity.ParsePhone(v.firm.Phone).Shown(v.firm.Country)
	}
	for _, l := range i18n.Locales() {
		out.Alternates = append(out.Alternates, alternate{l, languageNames[l], root + "/" + l + "/" + path, s.absolute(l, path), l == v.locale})
	}
	return out
}

func (s *Service) absolute(locale, path string) string {
	u := url.URL{Path: root + "/" + locale + "/" + path}
	return s.absoluteRoot() + u.EscapedPath()
}

func (s *Service) absoluteRoot() string { return strings.TrimSuffix(s.BaseURL(), "/") }

// nearest gives a text in a language, or in the nearest that there is.
func nearest(texts map[string]string, locale string) string {
	order := map[string][]string{
		i18n.English: {i18n.English, i18n.Simplified, i18n.Traditional}, i18n.Simplified: {i18n.Simplified, i18n.Traditional, i18n.English},
		i18n.Traditional: {i18n.Traditional, i18n.Simplified, i18n.English},
	}
	for _, l := range order[locale] {
		if texts[l] != "" {
			return texts[l]
		}
	}
	return ""
}

// show writes a page.
func (s *Service) show(v visit, status int, name string, out view) error {
	var b bytes.Buffer
	if err := s.pages.of[v.locale][name].Execute(&b, out); err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.locale)
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Frame-Options", "DENY")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), payment=(), usb=()")
	if out.Private {
		h.Set("Cache-Control", "no-store")
		h.Set("X-Robots-Tag", "noindex")
		h.Set("Referrer-Policy", "same-origin")
	}
	return write(v, status, b.Bytes(), !out.Private && status == http.StatusOK)
}

// fresh lets caches keep a page, and ask each time whether it is still true.
const fresh = "public, no-cache"

// write sends what was made, packed where the browser takes that. With cached, an
// unchanged page is not sent again (RFC 9110 section 13).
func write(v visit, status int, body []byte, cached bool) error {
	h := v.w.Header()
	h.Add("Vary", "Accept-Encoding")
	if cached {
		sum := sha256.Sum256(body)
		tag := `W/"` + hex.EncodeToString(sum[:12]) + `"`
		h.Set("ETag", tag)
		if h.Get("Cache-Control") == "" {
			h.Set("Cache-Control", fresh)
		}
		if strings.Contains(v.r.Header.Get("If-None-Match"), strings.TrimPrefix(tag, "W/")) {
			h.Del("Content-Type")
			v.w.WriteHeader(http.StatusNotModified)
			return nil
		}
	} else if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	if strings.Contains(v.r.Header.Get("Accept-Encoding"), "gzip") && len(body) > 512 {
		body = packed(body)
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	v.w.WriteHeader(status)
	if v.r.Method != http.MethodHead {
		_, _ = v.w.Write(body) // the visitor may be gone
	}
	return nil
}

var packers = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // the level is one of its own
	return w
}}

func packed(body []byte) []byte {
	var b bytes.Buffer
	w, _ := packers.Get().(*gzip.Writer)
	w.Reset(&b)
	_, _ = w.Write(body) // into memory: cannot fail
	_ = w.Close()
	packers.Put(w)
	return b.Bytes()
}

// message is the data of a page that says one thing.
type message struct{ Title, Text string }

// message shows a page that says one thing.
func (s *Service) message(v visit, status int, key string) {
	out := s.page(v, "", "", say(v.locale, key+".title"))
	out.Private, out.Canonical = true, ""
	out.Data = message{say(v.locale, key+".title"), say(v.locale, key+".text")}
	if !v.on(Module) {
		out.Knowledge, out.Catalog, out.Dealers, out.Alternates = false, false, false, nil
		out.Section = "off"
	}
	if err := s.show(v, status, pageMessage, out); err != nil {
		s.Log.ErrorContext(v.ctx, "a page of the help centre failed", "err", err)
	}
}

// fail shows what became of a page that there is not.
func (s *Service) fail(v visit, err error) {
	if !slices.Contains(i18n.Locales(), v.locale) {
		v.locale = i18n.English
	}
	switch {
	case fault.Is(err, fault.KindNotFound):
		s.message(v, http.StatusNotFound, "notfound")
	case fault.Is(err, fault.KindGone):
		s.message(v, http.StatusGone, "gone")
	case fault.Is(err, fault.KindTooMany):
		s.message(v, http.StatusTooManyRequests, "toomany")
	case errors.Is(err, context.Canceled):
	default:
		s.Log.ErrorContext(v.ctx, "a page of the help centre failed", "path", v.r.URL.Path, "err", err)
		s.message(v, http.StatusInternalServerError, "failed")
	}
}

// asset serves the style sheet, for ever: its name holds its hash.
func (s *Service) asset(v visit, path string) error {
	if path != s.pages.cssPath {
		return fault.NotFound("not_found")
	}
	v.w.Header().Set("Content-Type", "text/css; charset=utf-8")
	v.w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	return write(v, http.StatusOK, s.pages.css, true)
}

// local gives a time in the firm's zone.
func (v visit) local(t time.Time) time.Time { return t.In(v.firm.zone) }

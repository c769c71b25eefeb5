package rest

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
	"heed/internal/platform/i18n"
)

// Base is the path below which the API lives.
const Base = "/api/v1"

// SessionCookie is the name of the cookie that holds a session's token.
const SessionCookie = "heed_session"

// Authenticator tells who acts. people/signin is one.
type Authenticator interface {
	// Session gives the agent behind a session cookie and the session's id.
	Session(ctx context.Context, token string) (actor.Actor, int64, error)
	// Token gives the agent behind an API token.
	Token(ctx context.Context, bearer string) (actor.Actor, error)
}

// Deps are what a router is made of.
type Deps struct {
	DB      *db.DB
	Auth    Authenticator
	Clock   clock.Clock
	Log     *slog.Logger
	Version string
	// TrustedProxies are the addresses whose X-Forwarded-For and
	// X-Forwarded-Proto are believed.
	TrustedProxies []netip.Prefix
	// Module is a fault where the module is switched off for the actor in ctx;
	// nil: all are on.
	Module func(ctx context.Context, module string) error
	// Observe is told of every answered request, for metrics; may be nil.
	Observe func(method, route string, status int, took time.Duration)
}

// Router holds the operations of the API and the handlers beside it.
type Router struct {
	deps Deps
	mux  *http.ServeMux
	api  huma.API
	keys idempotency
	// naming knows the operation that is being added.
	naming *schemaNamer
}

// The library keeps its error constructors in package variables; ours are set
// once, whoever makes the first router.
var problems sync.Once

// NewRouter makes a router without operations.
func NewRouter(d Deps) *Router {
	problems.Do(func() {
		huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
			return ofLibrary("en", status, msg, errs)
		}
		huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
			return ofLibrary(Locale(ctx.Context()), status, msg, errs)
		}
	})
	r := &Router{deps: d, mux: http.NewServeMux(), keys: idempotency{db: d.DB, clock: d.Clock, log: d.Log}}
	r.naming = &schemaNamer{}
	cfg := huma.DefaultConfig("Heed", d.Version)
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", r.naming.name)
	cfg.OpenAPIPath = Base + "/openapi"
	cfg.DocsPath = "" // the documentation page would load scripts from elsewhere; app serves its own
	cfg.SchemasPath = ""
	cfg.CreateHooks = nil // no $schema in answers
	cfg.Servers = []*huma.Server{{URL: "/"}}
	cfg.Info.Description = "Customer service in one program: customers, tickets, conversations, mail."
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer"},
		"session": {Type: "apiKey", In: "cookie", Name: SessionCookie},
	}
	r.api = humago.New(r.mux, cfg)
	return r
}

// OpenAPI gives the description of the API as indented JSON.
func (r *Router) OpenAPI() ([]byte, error) {
	b, err := r.api.OpenAPI().MarshalJSON()
	if err != nil {
		return nil, err
	}
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return nil, err
	}
	out, err := json.MarshalIndent(v, "", "  ")
	return append(out, '\n'), err
}

// Handle serves a pattern of net/http's mux beside the API, such as the pages.
// It sees the actor if there is one, and checks nothing itself.
func (r *Router) Handle(pattern string, h http.Handler) { r.mux.Handle(pattern, h) }

// request is what the edge knows about the request in a context.
type request struct {
	ip      string
	agent   string
	secure  bool
	locale  string
	session int64
	authErr error
	secret  bool // the answer must not be kept
	// again asks once more whether the session or token is good.
	again func(ctx context.Context) error
}

type requestKey struct{}

func about(ctx context.Context) *request {
	if q, ok := ctx.Value(requestKey{}).(*request); ok {
		return q
	}
	return &request{locale: "en"}
}

// ClientIP is the caller's address as text, for throttling and session lists.
func ClientIP(ctx context.Context) string { return about(ctx).ip }

// UserAgent is what the caller's browser calls itself.
func UserAgent(ctx context.Context) string { return about(ctx).agent }

// Secure tells whether the caller came by HTTPS, so that cookies can be bound to it.
func Secure(ctx context.Context) bool { return about(ctx).secure }

// SessionID is the id of the session that the request came with, 0 for a token.
func SessionID(ctx context.Context) int64 { return about(ctx).session }

// Recheck asks once more whether what the request came with is good, for an
// answer that lasts. It is the fault "unauthenticated" when it is not any more.
func Recheck(ctx context.Context) error {
	if again := about(ctx).again; again != nil {
		return again(ctx)
	}
	return nil
}

// Locale is the language to answer in: the agent's, else the browser's wish.
func Locale(ctx context.Context) string {
	if a := actor.From(ctx); a.Locale != "" {
		return a.Locale
	}
	return about(ctx).locale
}

// ServeHTTP answers a request.
func (r *Router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	start := time.Now() //nolint:forbidigo // measures, decides nothing
	sw := &statusWriter{ResponseWriter: w}
	defer func() {
		if p := recover(); p != nil && p != http.ErrAbortHandler { //nolint:errorlint // the sentinel is panicked itself
			r.deps.Log.Error("panic in a request", "method", req.Method, "path", req.URL.Path, "panic", p)
			if sw.status == 0 {
				WriteFault(sw, req, errors.New("panic"))
			}
		}
		if r.deps.Observe != nil {
			r.deps.Observe(req.Method, req.Pattern, sw.status, time.Since(start)) //nolint:forbidigo // as above
		}
	}()
	h := sw.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	if strings.HasPrefix(req.URL.Path, "/api/") {
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	}
	req = r.identify(req)
	if !safe(req.Method) && foreign(req) {
		WriteFault(sw, req, fault.Forbidden("cross_site"))
		return
	}
	r.keys.serve(sw, req, r.mux)
}

// identify finds who acts and puts what is known of the request in its context.
func (r *Router) identify(req *http.Request) *http.Request {
	q := &request{
		agent: req.UserAgent(), locale: i18n.Match(req.Header.Get("Accept-Language")), secure: req.TLS != nil,
	}
	q.ip, q.secure = r.client(req, q.secure)
	ctx := context.WithValue(req.Context(), requestKey{}, q)
	if bearer, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer "); ok {
		a, err := r.deps.Auth.Token(ctx, bearer)
		if q.authErr = err; err == nil {
			ctx = actor.With(ctx, a)
		}
		q.again = func(ctx context.Context) error {
			_, err := r.deps.Auth.Token(ctx, bearer)
			return err
		}
	} else if c, err := req.Cookie(SessionCookie); err == nil {
		a, session, err := r.deps.Auth.Session(ctx, c.Value)
		if q.authErr = err; err == nil {
			q.session = session
			ctx = actor.With(ctx, a)
		}
		q.again = func(ctx context.Context) error {
			_, _, err := r.deps.Auth.Session(ctx, c.Value)
			return err
		}
	}
	return req.WithContext(ctx)
}

// client gives the caller's address, believing only known proxies.
func (r *Router) client(req *http.Request, secure bool) (string, bool) {
	host, _, err := net.SplitHostPort(req.RemoteAddr)
	if err != nil {
		host = req.RemoteAddr
	}
	addr, err := netip.ParseAddr(host)
	if err != nil || !r.trusted(addr.Unmap()) {
		return host, secure
	}
	// A proxy may add a line of its own below the caller's.
	hops := strings.Split(strings.Join(req.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		hop, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		host = hop.String()
		if !r.trusted(hop.Unmap()) {
			break
		}
	}
	return host, req.Header.Get("X-Forwarded-Proto") == "https"
}

func (r *Router) trusted(a netip.Addr) bool {
	for _, p := range r.deps.TrustedProxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// foreign tells whether a browser sends this request on behalf of another site.
func foreign(req *http.Request) bool {
	if strings.HasPrefix(req.Header.Get("Authorization"), "Bearer ") {
		return false
	}
	if site := req.Header.Get("Sec-Fetch-Site"); site != "" {
		return site != "same-origin" && site != "none"
	}
	origin := req.Header.Get("Origin")
	if origin == "" {
		return false // no browser; SameSite=Lax keeps the cookie from old ones
	}
	u, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(u.Host, req.Host)
}

// Require gives the fault for a request that must be signed in and is not.
func Require(ctx context.Context) error {
	if actor.From(ctx).Kind != actor.Anonymous {
		return nil
	}
	if err := about(ctx).authErr; err != nil && !fault.Is(err, fault.KindNotFound) {
		return err
	}
	return fault.Unauthenticated("unauthenticated")
}

// statusWriter remembers the status for the log and lets streams flush.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the writer beneath.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

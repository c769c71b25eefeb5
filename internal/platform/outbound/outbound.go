package outbound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"heed/internal/kernel/fault"
)

const (
	dialLimit    = 10 * time.Second
	tlsLimit     = 10 * time.Second
	headerLimit  = 30 * time.Second
	idleLimit    = 60 * time.Second
	maxRedirects = 5
	maxHeader    = 64 << 10 // bytes of a response's header

	defaultTimeout = 30 * time.Second
	defaultBytes   = 10 << 20
)

// Options are the settings of the way out.
type Options struct {
	Allow     []string // the setting allow_private_outbound: host, host:port, address or CIDR
	UserAgent string   // of HTTP requests that name none, "Heed/1.0 (+https://help.example.com)"
}

// Out makes connections. It is safe for concurrent use.
type Out struct {
	allow     allowed
	transport *http.Transport
	agent     string
}

// New makes the way out, or says which entry of Allow is wrong.
func New(o Options) (*Out, error) {
	allow, err := parseAllowed(o.Allow)
	if err != nil {
		return nil, err
	}
	out := &Out{allow: allow, agent: o.UserAgent}
	out.transport = &http.Transport{
		DialContext:            out.DialContext,
		TLSHandshakeTimeout:    tlsLimit,
		ResponseHeaderTimeout:  headerLimit,
		IdleConnTimeout:        idleLimit,
		MaxIdleConnsPerHost:    4,
		MaxResponseHeaderBytes: maxHeader,
		ForceAttemptHTTP2:      true,
	}
	return out, nil
}

// DialContext connects as net.Dialer does, within ten seconds, and to public or
// allowed addresses only: else the fault "outbound.blocked" with the address.
// What happens on the connection afterwards needs its own deadlines.
func (o *Out) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	switch network {
	case "tcp", "tcp4", "tcp6":
	default:
		return nil, fmt.Errorf("outbound: the network %s is not served", network)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: dialLimit}
	if !o.allow.host(host, port) {
		d.Control = o.check
	}
	return d.DialContext(ctx, network, address)
}

// check is called with the numeric address just before each connect.
func (o *Out) check(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	ip := ap.Addr()
	// An entry "10.0.0.5:993" is an address with a port.
	if public(ip) || o.allow.address(ip) || o.allow.hosts[netip.AddrPortFrom(ip.WithZone("").Unmap(), ap.Port()).String()] {
		return nil
	}
	return fault.Invalid("outbound.blocked", "address", ip.String())
}

// Limits bound one client's exchanges. Zero values mean 30 seconds and 10 MB.
type Limits struct {
	Timeout time.Duration // from the call to the last byte of the answer
	Bytes   int64         // of the answer's body, after decompression
}

// Client returns an HTTP client within the limits. An answer that is too large
// fails with the fault "outbound.too_large", on the call if it says so itself,
// else while it is read. Up to five redirects are followed, each checked like the
// first address, never from https to http. Clients share their connections and
// keep no cookies.
func (o *Out) Client(l Limits) *http.Client {
	if l.Timeout <= 0 {
		l.Timeout = defaultTimeout
	}
	if l.Bytes <= 0 {
		l.Bytes = defaultBytes
	}
	return &http.Client{
		Timeout:       l.Timeout,
		Transport:     limited{o.transport, l.Bytes, o.agent},
		CheckRedirect: redirect,
	}
}

// Close ends idle connections.
func (o *Out) Close() { o.transport.CloseIdleConnections() }

func redirect(r *http.Request, via []*http.Request) error {
	if len(via) >= maxRedirects {
		return errors.New("outbound: too many redirects")
	}
	if via[len(via)-1].URL.Scheme == "https" && r.URL.Scheme != "https" {
		return errors.New("outbound: a redirect leads from https to http")
	}
	return nil
}

// limited bounds what is read of answers.
type limited struct {
	next  http.RoundTripper
	bytes int64
	agent string
}

func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	if l.agent != "" && r.Header.Get("User-Agent") == "" {
		r = r.Clone(r.Context())
		r.Header.Set("User-Agent", l.agent)
	}
	resp, err := l.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if resp.ContentLength > l.bytes && r.Method != http.MethodHead {
		resp.Body.Close()
		return nil, tooLarge(l.bytes)
	}
	resp.Body = &body{resp.Body, l.bytes, l.bytes}
	return resp, nil
}

type body struct {
	io.ReadCloser
	left, limit int64
}

// Read reads one byte past the limit to tell a body that ends there from one
// that goes on.
func (b *body) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, tooLarge(b.limit)
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return n - 1, tooLarge(b.limit)
	}
	return n, err
}

func tooLarge(limit int64) error { return fault.TooLarge("outbound.too_large", "limit", limit) }

package mailwire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/emersion/go-sasl"
)

// TLSMode says how a connection is protected.
type TLSMode string

const (
	TLSDirect TLSMode = "tls"      // from the first byte (ports 465, 993)
	TLSStart  TLSMode = "starttls" // upgraded before anything is said (ports 587, 143)
	TLSNone   TLSMode = "none"     // in the clear: for servers on the same machine
)

// Dialer opens connections; net.Dialer is one. The caller's decides what
// addresses may be called.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Endpoint is a server and how to reach it.
type Endpoint struct {
	Host string
	Port int
	TLS  TLSMode
	// AnyCertificate accepts a certificate that no one vouches for: for one's
	// own server with a self-signed one. The connection is then encrypted but
	// not authenticated.
	AnyCertificate bool
	// Roots replace the system's trusted authorities; nil keeps them.
	Roots *x509.CertPool
	// Dialer is required.
	Dialer Dialer
}

func (e Endpoint) address() string { return net.JoinHostPort(e.Host, strconv.Itoa(e.Port)) }

func (e Endpoint) tlsConfig() *tls.Config {
	return &tls.Config{
		ServerName:         e.Host,
		RootCAs:            e.Roots,
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: e.AnyCertificate, //nolint:gosec // an administrator's explicit choice, off by default
	}
}

// connectTimeout bounds what a context without a deadline leaves open.
const connectTimeout = 30 * time.Second

// dial connects and, for TLSDirect, does the handshake. The connection is
// closed when ctx ends, until stop is called.
func (e Endpoint) dial(ctx context.Context) (conn *trackedConn, err error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if e.Dialer == nil {
		return nil, connError(StepConnect, KeyNotAllowed, fmt.Errorf("no dialer is given"))
	}
	raw, err := e.Dialer.DialContext(ctx, "tcp", e.address())
	if err != nil {
		return nil, classifyError(StepConnect, err)
	}
	conn = &trackedConn{Conn: raw}
	if e.TLS != TLSDirect {
		return conn, nil
	}
	secured := tls.Client(conn.Conn, e.tlsConfig())
	if err := secured.HandshakeContext(ctx); err != nil {
		raw.Close()
		return nil, classifyError(StepTLS, err)
	}
	conn.Conn = secured
	return conn, nil
}

// trackedConn remembers whether a write failed: then the other side cannot
// have received all of what was said.
type trackedConn struct {
	net.Conn
	writeFailed atomic.Bool
}

func (c *trackedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	if err != nil {
		c.writeFailed.Store(true)
	}
	return n, err
}

// xoauth2 is the SASL mechanism of Google and Microsoft for access tokens.
type xoauth2 struct{ user, token string }

var _ sasl.Client = (*xoauth2)(nil)

func (x *xoauth2) Start() (mech string, ir []byte, err error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next answers the server's error report with nothing, so that it ends the
// exchange with its refusal.
func (x *xoauth2) Next([]byte) ([]byte, error) { return []byte{}, nil }

// login is the old SASL mechanism LOGIN. Servers word their two questions
// differently, so their order counts.
type login struct {
	user, password string
	asked          int
}

func (l *login) Start() (mech string, ir []byte, err error) { return "LOGIN", nil, nil }

func (l *login) Next([]byte) ([]byte, error) {
	switch l.asked++; l.asked {
	case 1:
		return []byte(l.user), nil
	case 2:
		return []byte(l.password), nil
	}
	return nil, sasl.ErrUnexpectedServerChallenge
}

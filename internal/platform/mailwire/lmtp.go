package mailwire

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"heed/internal/kernel/fault"
)

// LMTPOptions describe the door for mail from one's own mail server (RFC 2033).
type LMTPOptions struct {
	Addr    string // "host:port" or "unix:/path"; LMTP knows no sign-in, so keep it on this machine
	MaxSize int64  // bytes of one mail; 0 means no limit
	Domain  string // how this side introduces itself; "localhost" if empty
	// Accept judges a recipient before the mail is transferred; nil takes all.
	Accept func(ctx context.Context, to string) error
	// Deliver stores the mail for one recipient. Its error decides the answer:
	// a fault that no second attempt mends (not found, forbidden, invalid, too
	// large, gone) refuses, every other error asks the server to try again.
	// Only nil lets the server forget the mail.
	Deliver func(ctx context.Context, from, to string, raw io.Reader) error
	Log     *slog.Logger // nil logs nothing
}

// LMTPServer listens.
type LMTPServer struct {
	options  LMTPOptions
	listener net.Listener
	server   *smtp.Server
	// base is the context of deliveries, made by Serve: it outlives the stop by
	// the grace time.
	base context.Context
}

// lmtpGrace is what deliveries under way get when the server stops.
const lmtpGrace = 10 * time.Second

// ListenLMTP opens the socket. A leftover socket file is replaced if no one
// listens on it.
func ListenLMTP(ctx context.Context, o LMTPOptions) (*LMTPServer, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Domain == "" {
		o.Domain = "localhost"
	}
	listener, err := listen(ctx, o.Addr)
	if err != nil {
		return nil, fault.Wrap(err, fault.KindUnavailable, "mail.listen_failed", "address", o.Addr)
	}
	s := &LMTPServer{options: o, listener: listener}
	s.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &lmtpSession{server: s}, nil
	}))
	s.server.LMTP = true
	s.server.Domain = o.Domain
	s.server.MaxMessageBytes = o.MaxSize
	s.server.MaxRecipients = 1000
	s.server.EnableSMTPUTF8 = true
	s.server.ReadTimeout, s.server.WriteTimeout = 5*time.Minute, time.Minute
	s.server.ErrorLog = slog.NewLogLogger(o.Log.Handler(), slog.LevelWarn)
	return s, nil
}

func listen(ctx context.Context, addr string) (net.Listener, error) {
	path, ok := strings.CutPrefix(addr, "unix:")
	if !ok {
		return net.Listen("tcp", addr)
	}
	if conn, err := new(net.Dialer).DialContext(ctx, "unix", path); err == nil {
		conn.Close()
		return nil, fmt.Errorf("%s: someone listens there already", path)
	} else if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o660); err != nil { //nolint:gosec // the mail server, which must write to it, shares the group
		l.Close()
		return nil, err
	}
	return l, nil
}

// Addr is where it listens.
func (s *LMTPServer) Addr() net.Addr { return s.listener.Addr() }

// Serve answers until ctx ends, then lets deliveries under way finish.
func (s *LMTPServer) Serve(ctx context.Context) error {
	outlives := context.WithoutCancel(ctx)
	base, end := context.WithCancel(outlives)
	defer end()
	s.base = base
	done := make(chan error, 1)
	go func() { done <- s.server.Serve(s.listener) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(outlives, lmtpGrace)
	defer cancel()
	if err := s.server.Shutdown(grace); err != nil && !errors.Is(err, smtp.ErrServerClosed) {
		s.server.Close()
	}
	s.listener.Close() // Shutdown knows it only once the server has begun to accept
	return <-done      // nil, since it was asked to end
}

// ServeLMTP is ListenLMTP and Serve in one.
func ServeLMTP(ctx context.Context, o LMTPOptions) error {
	s, err := ListenLMTP(ctx, o)
	if err != nil {
		return err
	}
	return s.Serve(ctx)
}

type lmtpSession struct {
	server *LMTPServer
	from   string
	rcpts  []string
}

var _ smtp.LMTPSession = (*lmtpSession)(nil)

func (l *lmtpSession) Reset()        { l.from, l.rcpts = "", nil }
func (l *lmtpSession) Logout() error { return nil }

func (l *lmtpSession) Mail(from string, _ *smtp.MailOptions) error {
	l.from = from
	return nil
}

func (l *lmtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if accept := l.server.options.Accept; accept != nil {
		if err := accept(l.server.base, NormalizeAddress(to)); err != nil {
			return l.answer(to, err)
		}
	}
	l.rcpts = append(l.rcpts, to)
	return nil
}

// Data is not reached: in LMTP mode the library calls LMTPData.
func (l *lmtpSession) Data(r io.Reader) error {
	return l.LMTPData(r, discardStatus{})
}

type discardStatus struct{}

func (discardStatus) SetStatus(string, error) {}

// LMTPData takes the mail in whole and delivers it to each recipient, each
// with its own answer.
func (l *lmtpSession) LMTPData(r io.Reader, status smtp.StatusCollector) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err // the library's own for a mail over the limit or a lost connection
	}
	for _, to := range l.rcpts {
		err := l.server.options.Deliver(l.server.base, l.from, NormalizeAddress(to), bytes.NewReader(raw))
		if err != nil {
			err = l.answer(to, err)
		}
		status.SetStatus(to, err)
	}
	return nil
}

// answer turns an error into the server's answer. What is inside an internal
// error is for the log, not for the wire.
func (l *lmtpSession) answer(to string, err error) error {
	key := fault.KeyOf(err)
	reply := func(code int, enhanced smtp.EnhancedCode, text string) error {
		l.server.options.Log.Warn("lmtp delivery not accepted", "to", to, "code", code, "error", err)
		if key != "" {
			text += " (" + key + ")"
		}
		return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
	}
	switch fault.KindOf(err) {
	case fault.KindNotFound, fault.KindGone:
		return reply(550, smtp.EnhancedCode{5, 1, 1}, "no such mailbox here")
	case fault.KindTooLarge:
		return reply(552, smtp.EnhancedCode{5, 3, 4}, "the mail is too large")
	case fault.KindForbidden:
		return reply(550, smtp.EnhancedCode{5, 7, 1}, "not allowed")
	case fault.KindInvalid:
		return reply(554, smtp.EnhancedCode{5, 6, 0}, "the mail cannot be accepted")
	}
	return reply(451, smtp.EnhancedCode{4, 3, 0}, "try again later")
}

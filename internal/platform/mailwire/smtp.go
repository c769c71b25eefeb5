package mailwire

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// SMTPAccount is an account to send mail with.
type SMTPAccount struct {
	Endpoint
	User     string // empty: the server wants no sign-in
	Password string
	// AccessToken, if given, is used instead of the password (XOAUTH2).
	AccessToken string
	// HelloName is how this side introduces itself; "localhost" if empty.
	HelloName string
}

// Receipt is the server's word that it takes care of a mail.
type Receipt struct {
	Answer   string      // as the server put it, often with its queue id
	Accepted []string    // recipients
	Rejected []Rejection // the rest, refused one by one
}

// Rejection is a recipient that the server refused.
type Rejection struct {
	Address   string
	Code      int
	Message   string
	Temporary bool // another attempt may succeed
}

// SendKind says what a failed Send means for the mail.
type SendKind string

const (
	// SendTemporary: nothing was accepted; try again later.
	SendTemporary SendKind = "temporary"
	// SendPermanent: nothing was accepted and trying again is useless.
	SendPermanent SendKind = "permanent"
	// SendUncertain: the connection was lost after the whole mail was sent and
	// before the server answered. It may have been accepted; SMTP has no way
	// to find out (RFC 1047), so a second attempt may make a second copy.
	SendUncertain SendKind = "uncertain"
)

// SendError tells why nothing was sent.
type SendError struct {
	Kind     SendKind
	Code     int    // SMTP reply code, 0 if it was not the server's answer
	Status   string // enhanced status code, "" if none
	Message  string // the server's own words
	Rejected []Rejection
	cause    error
}

func (e *SendError) Error() string {
	return fmt.Sprintf("mailwire: sending failed (%s): %s", e.Kind, e.Message)
}

func (e *SendError) Unwrap() error { return e.cause }

// Send hands a mail to the account's server for all rcpts at once. Recipients
// that the server refuses are in the receipt; if it refuses all, or the
// transfer fails, the error is a *SendError. ctx limits the whole exchange.
func Send(ctx context.Context, a SMTPAccount, from string, rcpts []string, raw []byte) (Receipt, error) {
	if len(rcpts) == 0 {
		return Receipt{}, &SendError{Kind: SendPermanent, Message: "no recipient"}
	}
	c, err := openSMTP(ctx, a)
	if err != nil {
		return Receipt{}, sendError(err)
	}
	defer c.close()
	opts := &smtp.MailOptions{Size: int64(len(raw))}
	if limit, ok := c.client.MaxMessageSize(); ok && limit > 0 && len(raw) > limit {
		return Receipt{}, &SendError{Kind: SendPermanent, Code: 552, Status: "5.3.4", Message: fmt.Sprintf("the server takes at most %d bytes", limit)}
	}
	if !ascii([]byte(from)) || !allASCII(rcpts) {
		opts.UTF8 = true
	}
	if err := c.client.Mail(from, opts); err != nil {
		return Receipt{}, sendError(classifySend(err))
	}
	var r Receipt
	var last error
	for _, rcpt := range rcpts {
		err := c.client.Rcpt(rcpt, nil)
		var answer *smtp.SMTPError
		switch {
		case err == nil:
			r.Accepted = append(r.Accepted, rcpt)
		case errors.As(err, &answer):
			last = err
			r.Rejected = append(r.Rejected, Rejection{rcpt, answer.Code, oneLine(answer.Message), answer.Temporary()})
		default:
			return Receipt{}, sendError(classifySend(err))
		}
	}
	if len(r.Accepted) == 0 {
		failed := sendError(classifySend(last))
		failed.Rejected = r.Rejected
		failed.Kind = SendPermanent
		for _, x := range r.Rejected {
			if x.Temporary {
				failed.Kind = SendTemporary
			}
		}
		return Receipt{}, failed
	}
	answered, failed := c.data(raw)
	if failed != nil {
		failed.Rejected = r.Rejected
		return Receipt{}, failed
	}
	r.Answer = answered
	return r, nil
}

func allASCII(list []string) bool {
	for _, s := range list {
		if !ascii([]byte(s)) {
			return false
		}
	}
	return true
}

// data transfers the mail and gives the server's words, or why it was not taken.
func (c *smtpConn) data(raw []byte) (string, *SendError) {
	w, err := c.client.Data()
	if err != nil {
		return "", sendError(classifySend(err))
	}
	if _, err := io.Copy(w, bytes.NewReader(raw)); err != nil {
		return "", sendError(classifySend(err))
	}
	answer, err := w.CloseWithResponse()
	if err == nil {
		return oneLine(answer.StatusText), nil
	}
	failed := sendError(classifySend(err))
	var refused *smtp.SMTPError
	if !errors.As(err, &refused) && !c.conn.writeFailed.Load() {
		failed.Kind = SendUncertain
	}
	return "", failed
}

func classifySend(err error) error { return classifyError(StepSend, err) }

// sendError gives an error its meaning for the mail: what the server refused
// for good is permanent, all else (network, 4xx, a bad password that someone
// will mend) is temporary.
func sendError(err error) *SendError {
	e := &SendError{Kind: SendTemporary, Message: detail(err), cause: err}
	if answer, ok := errors.AsType[*smtp.SMTPError](err); ok {
		e.Code, e.Message = answer.Code, oneLine(clean(answer.Message))
		if code := answer.EnhancedCode; code[0] > 0 {
			e.Status = fmt.Sprintf("%d.%d.%d", code[0], code[1], code[2])
		}
		if p, ok := ProblemOf(err); answer.Code >= 500 && (!ok || p.Step == StepSend) {
			e.Kind = SendPermanent
		}
	}
	return e
}

type smtpConn struct {
	conn   *trackedConn
	client *smtp.Client
	stop   func() bool
}

func (c *smtpConn) close() {
	c.client.CommandTimeout = 2 * time.Second
	// The mail is done with by now: a failed farewell changes nothing.
	_ = c.client.Quit()
	c.stop()
	_ = c.client.Close()
}

// openSMTP connects, secures and signs in.
func openSMTP(ctx context.Context, a SMTPAccount) (*smtpConn, error) {
	conn, err := a.dial(ctx)
	if err != nil {
		return nil, err
	}
	c := &smtpConn{conn: conn, stop: context.AfterFunc(ctx, func() { conn.Close() })}
	fail := func(step Step, err error) (*smtpConn, error) {
		c.stop()
		conn.Close()
		if ctx.Err() != nil {
			return nil, connError(step, KeyTimeout, ctx.Err())
		}
		return nil, classifyError(step, err)
	}
	if a.TLS == TLSStart {
		c.client, err = startTLS(conn, a)
		if err != nil {
			return fail(StepTLS, err)
		}
	} else {
		c.client = smtp.NewClient(conn)
	}
	c.client.CommandTimeout, c.client.SubmissionTimeout = time.Minute, 5*time.Minute
	name, step := a.HelloName, StepConnect
	if name == "" {
		name = "localhost"
	}
	if a.TLS == TLSStart {
		step = StepTLS // the handshake happens with the first word
	}
	if err := c.client.Hello(name); err != nil {
		return fail(step, err)
	}
	if a.User == "" {
		return c, nil
	}
	auth, err := c.mechanism(a)
	if err != nil {
		return fail(StepAuth, err)
	}
	if err := c.client.Auth(auth); err != nil {
		return fail(StepAuth, err)
	}
	return c, nil
}

func startTLS(conn net.Conn, a SMTPAccount) (*smtp.Client, error) {
	client, err := smtp.NewClientStartTLS(conn, a.tlsConfig())
	if err != nil && err.Error() == "smtp: server doesn't support STARTTLS" {
		return nil, connError(StepTLS, KeyStartTLSMissing, err)
	}
	return client, err
}

func (c *smtpConn) mechanism(a SMTPAccount) (sasl.Client, error) {
	switch {
	case a.AccessToken != "":
		return &xoauth2{a.User, a.AccessToken}, nil
	case c.client.SupportsAuth(sasl.Plain):
		return sasl.NewPlainClient("", a.User, a.Password), nil
	case c.client.SupportsAuth(sasl.Login):
		return &login{user: a.User, password: a.Password}, nil
	}
	return nil, connError(StepAuth, KeyAuthMissing, errors.New("the server offers neither PLAIN nor LOGIN"))
}

// TestSMTP connects, signs in and asks whether the sender is accepted, without
// sending anything. It gives what is wrong; nothing means all is well. from
// may be empty.
func TestSMTP(ctx context.Context, a SMTPAccount, from string) []Problem {
	c, err := openSMTP(ctx, a)
	if err != nil {
		return problems(StepConnect, err)
	}
	defer c.close()
	if from == "" {
		return nil
	}
	if err := c.client.Mail(from, nil); err != nil {
		p := classifyError(StepSend, err).Problem
		if p.Key == KeyServerRefused {
			p.Key = KeySenderRefused
		}
		return []Problem{p}
	}
	_ = c.client.Reset() // nothing was sent: the connection ends here anyhow
	return nil
}

func problems(step Step, err error) []Problem {
	return []Problem{classifyError(step, err).Problem}
}

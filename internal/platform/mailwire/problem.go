package mailwire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-smtp"
)

// Step is how far a connection came.
type Step string

const (
	StepDNS     Step = "dns"
	StepConnect Step = "connect"
	StepTLS     Step = "tls"
	StepAuth    Step = "auth"
	StepFolder  Step = "folder"
	StepSend    Step = "send"
	StepFetch   Step = "fetch"
)

// What went wrong, as keys for translated texts.
const (
	KeyDNSFailed            = "mail.dns_failed"
	KeyConnectionRefused    = "mail.connection_refused"
	KeyUnreachable          = "mail.unreachable"
	KeyTimeout              = "mail.timeout"
	KeyConnectionLost       = "mail.connection_lost"
	KeyNotAllowed           = "mail.address_not_allowed"
	KeyTLSFailed            = "mail.tls_failed"
	KeyCertificateUntrusted = "mail.certificate_untrusted"
	KeyStartTLSMissing      = "mail.starttls_missing"
	KeyAuthFailed           = "mail.auth_failed"
	KeyAuthMissing          = "mail.auth_missing" // the server offers no way to sign in that is known here
	KeyFolderMissing        = "mail.folder_missing"
	KeySenderRefused        = "mail.sender_refused"
	KeyServerRefused        = "mail.server_refused"
)

// Problem tells what is wrong with a connection to a mail server, and where.
type Problem struct {
	Step   Step
	Key    string // stable; the text is under "fault." + Key
	Detail string // in the server's or the system's own words
}

// ConnError is an error with its Problem. The errors of Open, of a session's
// methods and of Send (within a SendError) hold one.
type ConnError struct {
	Problem Problem
	cause   error
}

func (e *ConnError) Error() string {
	return "mailwire: " + string(e.Problem.Step) + ": " + e.Problem.Key + ": " + e.Problem.Detail
}

func (e *ConnError) Unwrap() error { return e.cause }

// ProblemOf gives the Problem within err, if there is one.
func ProblemOf(err error) (Problem, bool) {
	if c, ok := errors.AsType[*ConnError](err); ok {
		return c.Problem, true
	}
	return Problem{}, false
}

func connError(step Step, key string, cause error) *ConnError {
	return &ConnError{Problem{step, key, detail(cause)}, cause}
}

func detail(err error) string {
	if err == nil {
		return ""
	}
	return oneLine(clean(err.Error()))
}

// classifyError finds the key for an error of the network, of TLS or of a server.
func classifyError(step Step, err error) *ConnError {
	if known, ok := errors.AsType[*ConnError](err); ok {
		return known
	}
	var (
		dns       *net.DNSError
		cert      *tls.CertificateVerificationError
		unknownCA x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		alert     tls.AlertError
		smtpErr   *smtp.SMTPError
		imapErr   *imap.Error
		timeout   net.Error
	)
	switch {
	case errors.As(err, &dns):
		return connError(StepDNS, KeyDNSFailed, err)
	case errors.As(err, &cert), errors.As(err, &unknownCA), errors.As(err, &host), errors.As(err, &invalid):
		return connError(StepTLS, KeyCertificateUntrusted, err)
	case errors.As(err, &record), errors.As(err, &alert):
		return connError(StepTLS, KeyTLSFailed, err)
	case errors.As(err, &smtpErr), errors.As(err, &imapErr):
		return connError(step, refusal(step), err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return connError(step, KeyConnectionRefused, err)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return connError(step, KeyUnreachable, err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return connError(step, KeyTimeout, err)
	case step == StepTLS:
		return connError(step, KeyTLSFailed, err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		return connError(step, KeyConnectionLost, err)
	}
	if step == StepConnect && !isNetwork(err) {
		// The caller's Dialer said no.
		return connError(step, KeyNotAllowed, err)
	}
	return connError(step, KeyConnectionLost, err)
}

func isNetwork(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) || strings.Contains(err.Error(), "connection")
}

func refusal(step Step) string {
	switch step {
	case StepAuth:
		return KeyAuthFailed
	case StepFolder:
		return KeyFolderMissing
	default:
		return KeyServerRefused
	}
}

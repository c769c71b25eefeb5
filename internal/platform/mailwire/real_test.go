package mailwire_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/platform/mailwire"
	"heed/internal/platform/mailwire/mailtest"
)

func outgoing(id, subject string) mailwire.Outgoing {
	return mailwire.Outgoing{
		MessageID: id,
		From:      mailwire.Address{Name: "售后服务", Address: "support@support.test"},
		To:        []mailwire.Address{{Name: "爱丽丝", Address: "alice@customer.test"}},
		Subject:   subject,
		Date:      time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
		Text:      "您好，压缩机的配件已经寄出。\n",
		HTML:      "<p>您好，压缩机的配件已经寄出。</p>",
	}
}

func compose(t *testing.T, o mailwire.Outgoing) []byte {
	t.Helper()
	raw, err := mailwire.Compose(o)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestMailTravelsThroughRealServers sends, waits with IDLE, fetches by
// position, answers, bounces, survives a stop, and reports every failure.
func TestMailTravelsThroughRealServers(t *testing.T) {
	t.Parallel()
	servers := mailtest.Start(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()

	t.Run("the tests of both accounts find nothing wrong", func(t *testing.T) {
		if p := mailwire.TestIMAP(ctx, servers.IMAP("support@support.test")); len(p) != 0 {
			t.Errorf("IMAP: %v", p)
		}
		if p := mailwire.TestSMTP(ctx, servers.SMTP("support@support.test"), "support@support.test"); len(p) != 0 {
			t.Errorf("SMTP: %v", p)
		}
	})
	t.Run("every way to connect works", func(t *testing.T) {
		imap := servers.IMAP("support@support.test")
		imap.Port, imap.TLS = servers.IMAPPort, mailwire.TLSStart
		if p := mailwire.TestIMAP(ctx, imap); len(p) != 0 {
			t.Errorf("IMAP with STARTTLS: %v", p)
		}
		imap.TLS = mailwire.TLSNone
		if p := mailwire.TestIMAP(ctx, imap); len(p) != 0 {
			t.Errorf("IMAP in the clear: %v", p)
		}
		smtp := servers.SMTP("support@support.test")
		smtp.Port, smtp.TLS = servers.SubmissionTLSPort, mailwire.TLSDirect
		if p := mailwire.TestSMTP(ctx, smtp, ""); len(p) != 0 {
			t.Errorf("SMTP with TLS: %v", p)
		}
		smtp.Roots, smtp.AnyCertificate = nil, true
		if p := mailwire.TestSMTP(ctx, smtp, ""); len(p) != 0 {
			t.Errorf("SMTP with any certificate: %v", p)
		}
	})
	t.Run("what is wrong is told by key", func(t *testing.T) { wrongAccounts(ctx, t, servers) })

	session, err := mailwire.Open(ctx, servers.IMAP("support@support.test"))
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	if session.UIDValidity == 0 || session.UIDNext == 0 {
		t.Errorf("no position: %+v", session)
	}
	last := session.UIDNext - 1
	next := func(t *testing.T) mailwire.Fetched {
		t.Helper()
		var got []mailwire.Fetched
		for len(got) == 0 {
			if _, err := session.FetchAfter(ctx, last, 10, func(f mailwire.Fetched) error {
				got = append(got, f)
				last = f.UID
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if len(got) > 0 {
				break
			}
			if _, err := session.Idle(ctx, 20*time.Second); err != nil {
				t.Fatal(err)
			}
		}
		return got[0]
	}

	t.Run("a mail by swaks is seen by IDLE in under two seconds", func(t *testing.T) {
		sent := make(chan time.Time, 1)
		go func() {
			servers.Swaks(t, "--from", "alice@customer.test", "--to", "support@support.test", "--header", "Subject: pump", "--body", "It hums.")
			sent <- time.Now()
		}()
		f := next(t)
		m, err := mailwire.Parse(f.Raw)
		if err != nil || m.Subject != "pump" || strings.TrimSpace(m.Text) != "It hums." {
			t.Fatalf("got %+v, %v", m, err)
		}
		if waited := time.Since(<-sent); waited > 2*time.Second {
			t.Errorf("it took %v", waited)
		}
	})
	t.Run("an answer reaches the customer with its thread", func(t *testing.T) {
		o := outgoing("r1@support.test", "回复：压缩机")
		o.InReplyTo, o.References = "q1@customer.test", []string{"q0@customer.test", "q1@customer.test"}
		receipt, err := mailwire.Send(ctx, servers.SMTP("support@support.test"), "support@support.test", []string{"alice@customer.test"}, compose(t, o))
		if err != nil || len(receipt.Accepted) != 1 || receipt.Answer == "" {
			t.Fatalf("%+v, %v", receipt, err)
		}
		m, err := mailwire.Parse(servers.Maildir(t, "alice@customer.test", 1)[0])
		if err != nil {
			t.Fatal(err)
		}
		if m.Subject != "回复：压缩机" || m.From[0].Name != "售后服务" || m.InReplyTo[0] != "q1@customer.test" || len(m.References) != 2 || !strings.Contains(m.Text, "配件") || !strings.Contains(m.HTML, "配件") {
			t.Errorf("arrived as %+v", m)
		}
	})
	t.Run("refused recipients are told apart", func(t *testing.T) {
		raw := compose(t, outgoing("r2@support.test", "two"))
		receipt, err := mailwire.Send(ctx, servers.SMTP("support@support.test"), "support@support.test", []string{"bob@customer.test", mailtest.NotThere}, raw)
		if err != nil || len(receipt.Accepted) != 1 || len(receipt.Rejected) != 1 || receipt.Rejected[0].Address != mailtest.NotThere || receipt.Rejected[0].Temporary {
			t.Errorf("%+v, %v", receipt, err)
		}
		_, err = mailwire.Send(ctx, servers.SMTP("support@support.test"), "support@support.test", []string{mailtest.NotThere}, raw)
		var failed *mailwire.SendError
		if !errors.As(err, &failed) || failed.Kind != mailwire.SendPermanent || failed.Code != 550 || len(failed.Rejected) != 1 {
			t.Errorf("got %#v", err)
		}
	})
	t.Run("Postfix's own bounce is read", func(t *testing.T) {
		o := outgoing("r3@support.test", "bounces")
		if _, err := mailwire.Send(ctx, servers.SMTP("support@support.test"), "support@support.test", []string{mailtest.BouncesLater}, compose(t, o)); err != nil {
			t.Fatal(err)
		}
		m, err := mailwire.Parse(next(t).Raw)
		if err != nil {
			t.Fatal(err)
		}
		report, ok := mailwire.Bounce(m)
		if !ok || report.OriginalMessageID != "r3@support.test" || len(report.Failed()) != 1 || report.Failed()[0].Address != mailtest.BouncesLater || !report.Failed()[0].Hard || report.Failed()[0].Status != "5.1.1" {
			t.Errorf("report %+v, %v", report, ok)
		}
		if kind, auto := mailwire.Automatic(m); !auto || kind != mailwire.AutoBounce {
			t.Errorf("kind %q", kind)
		}
	})
	t.Run("a mail over the limit comes with its header only", func(t *testing.T) {
		o := outgoing("big@customer.test", "big one")
		o.Parts = []mailwire.Part{{Name: "日志.bin", ContentType: "application/octet-stream", Data: make([]byte, 300_000)}}
		servers.Deliver(t, "alice@customer.test", "sales@support.test", compose(t, o))
		servers.Maildir(t, "sales@support.test", 1)
		account := servers.IMAP("sales@support.test")
		account.MaxSize = 100_000
		small, err := mailwire.Open(ctx, account)
		if err != nil {
			t.Fatal(err)
		}
		defer small.Close()
		n := 0
		if _, err := small.FetchAfter(ctx, 0, 10, func(f mailwire.Fetched) error {
			n++
			m, err := mailwire.Parse(f.Raw)
			if err != nil || !f.HeaderOnly || f.Size < 300_000 || len(f.Raw) > 10_000 || m.Subject != "big one" || len(m.Attachments) != 0 {
				t.Errorf("got %d bytes of %d, header only %v, %v", len(f.Raw), f.Size, f.HeaderOnly, err)
			}
			return nil
		}); err != nil || n != 1 {
			t.Errorf("%d mails, %v", n, err)
		}
	})
	t.Run("mail that came while the mailbox was away is fetched later", func(t *testing.T) {
		servers.StopDovecot(t)
		servers.Deliver(t, "alice@customer.test", "support@support.test", compose(t, outgoing("late@customer.test", "late")))
		if _, err := session.Idle(ctx, 5*time.Second); err == nil {
			t.Error("a lost connection is not noticed")
		} else if p, ok := mailwire.ProblemOf(err); !ok || p.Key != mailwire.KeyConnectionLost {
			t.Errorf("got %v", err)
		}
		servers.StartDovecot(t)
		servers.Flush(t)
		validity := session.UIDValidity
		again, err := mailwire.Open(ctx, servers.IMAP("support@support.test"))
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		if again.UIDValidity != validity {
			t.Fatal("the folder was numbered anew")
		}
		session = again
		m, err := mailwire.Parse(next(t).Raw)
		if err != nil || m.MessageID != "late@customer.test" {
			t.Errorf("got %+v, %v", m, err)
		}
	})
}

func wrongAccounts(ctx context.Context, t *testing.T, servers *mailtest.Servers) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for _, c := range []struct {
		name  string
		spoil func(*mailwire.Endpoint, *string, *string)
		step  mailwire.Step
		key   string
	}{
		{"a wrong password", func(_ *mailwire.Endpoint, password, _ *string) { *password = "wrong" }, mailwire.StepAuth, mailwire.KeyAuthFailed},
		{"an unknown host", func(e *mailwire.Endpoint, _, _ *string) { e.Host = "no-such-host.invalid" }, mailwire.StepDNS, mailwire.KeyDNSFailed},
		{"a closed port", func(e *mailwire.Endpoint, _, _ *string) { e.Port = closed.Addr().(*net.TCPAddr).Port }, mailwire.StepConnect, mailwire.KeyConnectionRefused},
		{"an untrusted certificate", func(e *mailwire.Endpoint, _, _ *string) { e.Roots = nil }, mailwire.StepTLS, mailwire.KeyCertificateUntrusted},
		{"a folder that is missing", func(_ *mailwire.Endpoint, _, folder *string) { *folder = "Nowhere" }, mailwire.StepFolder, mailwire.KeyFolderMissing},
		{"a dialer that forbids", func(e *mailwire.Endpoint, _, _ *string) { e.Dialer = forbids{} }, mailwire.StepConnect, mailwire.KeyNotAllowed},
		{"TLS on a port without", func(e *mailwire.Endpoint, _, _ *string) { e.Port, e.TLS = servers.SMTPPort, mailwire.TLSDirect }, mailwire.StepTLS, mailwire.KeyTLSFailed},
	} {
		imap := servers.IMAP("support@support.test")
		c.spoil(&imap.Endpoint, &imap.Password, &imap.Folder)
		if p := mailwire.TestIMAP(ctx, imap); len(p) != 1 || p[0].Key != c.key || p[0].Step != c.step || p[0].Detail == "" {
			t.Errorf("IMAP, %s: %+v", c.name, p)
		}
		if c.step == mailwire.StepFolder {
			continue
		}
		smtp := servers.SMTP("support@support.test")
		c.spoil(&smtp.Endpoint, &smtp.Password, &imap.Folder)
		if p := mailwire.TestSMTP(ctx, smtp, ""); len(p) != 1 || p[0].Key != c.key || p[0].Step != c.step || p[0].Detail == "" {
			t.Errorf("SMTP, %s: %+v", c.name, p)
		}
	}
	short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	imap := servers.IMAP("support@support.test")
	imap.Port = silent.Addr().(*net.TCPAddr).Port
	if p := mailwire.TestIMAP(short, imap); len(p) != 1 || p[0].Key != mailwire.KeyTimeout {
		t.Errorf("a silent server: %+v", p)
	}
	smtp := servers.SMTP("support@support.test")
	smtp.Port = servers.SMTPPort
	if p := mailwire.TestSMTP(ctx, smtp, ""); len(p) != 1 || p[0].Key != mailwire.KeyStartTLSMissing {
		t.Errorf("no STARTTLS: %+v", p)
	}
}

type forbids struct{}

func (forbids) DialContext(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("this address may not be called")
}

// TestPostfixDeliversByLMTP lets a real Postfix deliver to ServeLMTP with
// several recipients, one of whom is unknown and one comes at a bad time.
func TestPostfixDeliversByLMTP(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	stored := map[string]string{}
	attempts := 0
	server, err := mailwire.ListenLMTP(t.Context(), mailwire.LMTPOptions{
		Addr: "127.0.0.1:0",
		Deliver: func(_ context.Context, from, to string, raw io.Reader) error {
			mu.Lock()
			defer mu.Unlock()
			switch to {
			case "unknown@heed.test":
				return fault.NotFound("mailbox.not_found")
			case "later@heed.test":
				if attempts++; attempts == 1 {
					return errors.New("the database is away")
				}
			}
			b, err := io.ReadAll(raw)
			stored[to] = from + "\n" + string(b)
			return err
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	servers := mailtest.StartWith(t, mailtest.Options{LMTPDomain: "heed.test", LMTPAddr: server.Addr().String()})
	for _, to := range []string{"help@heed.test", "unknown@heed.test", "later@heed.test"} {
		servers.Deliver(t, "alice@customer.test", to, compose(t, outgoing("l1@customer.test", "by LMTP")))
	}
	m, err := mailwire.Parse(servers.Maildir(t, "alice@customer.test", 1)[0])
	if err != nil {
		t.Fatal(err)
	}
	report, ok := mailwire.Bounce(m)
	if !ok || report.Failed()[0].Address != "unknown@heed.test" || report.Failed()[0].Status != "5.1.1" || !report.Failed()[0].Hard {
		t.Errorf("the unknown recipient is reported as %+v", report)
	}
	deadline := time.Now().Add(30 * time.Second)
	for {
		mu.Lock()
		n := len(stored)
		mu.Unlock()
		if n == 2 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("stored: %v", stored)
		}
		time.Sleep(50 * time.Millisecond)
	}
	mu.Lock()
	defer mu.Unlock()
	if !strings.HasPrefix(stored["help@heed.test"], "alice@customer.test\n") || !strings.Contains(stored["later@heed.test"], "by LMTP") {
		t.Errorf("stored: %v", stored)
	}
}

// TestMailIsSeenWithoutIDLE asks a server that cannot tell by itself.
func TestMailIsSeenWithoutIDLE(t *testing.T) {
	t.Parallel()
	servers := mailtest.StartWith(t, mailtest.Options{NoIdle: true})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	account := servers.IMAP("support@support.test")
	account.PollEvery = 200 * time.Millisecond
	session, err := mailwire.Open(ctx, account)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	for { // what the opening itself announced
		news, err := session.Idle(ctx, 300*time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		if !news {
			break
		}
	}
	for _, id := range []string{"p1@customer.test", "p2@customer.test", "p3@customer.test"} {
		servers.Deliver(t, "alice@customer.test", "support@support.test", compose(t, outgoing(id, "polled")))
	}
	if news, err := session.Idle(ctx, 20*time.Second); err != nil || !news {
		t.Fatalf("news %v, %v", news, err)
	}
	servers.Maildir(t, "support@support.test", 3)
	var ids []string
	last := uint32(0)
	for more := true; more || len(ids) < 3; {
		if more, err = session.FetchAfter(ctx, last, 2, func(f mailwire.Fetched) error {
			m, err := mailwire.Parse(f.Raw)
			if err != nil {
				return err
			}
			if f.Received.IsZero() || f.Size != int64(len(f.Raw)) {
				t.Errorf("%d of %d bytes, received %v", len(f.Raw), f.Size, f.Received)
			}
			ids, last = append(ids, m.MessageID), f.UID
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	if len(ids) != 3 || last != session.UIDNext+2 {
		t.Errorf("fetched %v up to %d, first next was %d", ids, last, session.UIDNext)
	}
	stop := errors.New("stop here")
	n := 0
	if _, err := session.FetchAfter(ctx, 0, 10, func(mailwire.Fetched) error { n++; return stop }); !errors.Is(err, stop) || n != 1 {
		t.Errorf("an error of the taker gives %v after %d", err, n)
	}
	if _, err := session.FetchAfter(ctx, last, 10, func(mailwire.Fetched) error { return stop }); err != nil {
		t.Errorf("nothing new, yet %v", err)
	}
}

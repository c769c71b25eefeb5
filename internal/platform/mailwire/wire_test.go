package mailwire

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/fault"
)

// scripted is an SMTP server that answers each command by the function given;
// an empty answer closes the connection.
func scripted(t *testing.T, answer func(command string) string) SMTPAccount {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go talk(conn, answer)
		}
	}()
	return SMTPAccount{Endpoint: Endpoint{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: TLSNone, Dialer: &net.Dialer{}}}
}

func talk(conn net.Conn, answer func(string) string) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	data := false
	command := "CONNECT"
	for {
		if !data {
			a := answer(command)
			if a == "" {
				return
			}
			fmt.Fprintf(conn, "%s\r\n", a)
			data = strings.HasPrefix(a, "354")
		}
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		command = strings.TrimRight(line, "\r\n")
		if data {
			if command != "." {
				continue
			}
			data = false
		}
	}
}

// obliging accepts everything except what over says.
func obliging(over map[string]string) func(string) string {
	return func(command string) string {
		for prefix, a := range over {
			if strings.HasPrefix(strings.ToUpper(command), strings.ToUpper(prefix)) {
				return a
			}
		}
		switch strings.ToUpper(strings.Fields(command + " x")[0]) {
		case "CONNECT":
			return "220 test"
		case "EHLO":
			return "250-test\r\n250 AUTH LOGIN XOAUTH2"
		case "DATA":
			return "354 go on"
		case ".":
			return "250 2.0.0 queued as 7"
		}
		return "250 2.0.0 fine"
	}
}

func TestSendTellsWhatBecameOfTheMail(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		over map[string]string
		kind SendKind // empty: sent
		code int
	}{
		{"all is well", nil, "", 0},
		{"the server is busy", map[string]string{"CONNECT": "421 4.3.2 busy"}, SendTemporary, 421},
		{"the sender is refused", map[string]string{"MAIL": "550 5.7.1 not you"}, SendPermanent, 550},
		{"the recipient is unknown", map[string]string{"RCPT": "550 5.1.1 unknown"}, SendPermanent, 550},
		{"the recipient comes later", map[string]string{"RCPT": "451 4.7.1 greylisted"}, SendTemporary, 451},
		{"the content is refused", map[string]string{".": "554 5.6.0 spam"}, SendPermanent, 554},
		{"the content comes later", map[string]string{".": "452 4.3.1 full"}, SendTemporary, 452},
		{"the line is lost before the content", map[string]string{"DATA": ""}, SendTemporary, 0},
		{"the line is lost after the content", map[string]string{".": ""}, SendUncertain, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			account := scripted(t, obliging(c.over))
			receipt, err := Send(t.Context(), account, "a@x.test", []string{"b@x.test"}, []byte("Subject: x\r\n\r\n.\r\nhello\r\n"))
			if c.kind == "" {
				if err != nil || receipt.Answer == "" || len(receipt.Accepted) != 1 {
					t.Errorf("%+v %v", receipt, err)
				}
				return
			}
			var failed *SendError
			if !errors.As(err, &failed) || failed.Kind != c.kind || failed.Code != c.code || failed.Message == "" {
				t.Errorf("%#v", err)
			}
		})
	}
}

func TestSendSaysUncertainWhenTheAnswerNeverComes(t *testing.T) {
	t.Parallel()
	block := make(chan struct{})
	defer close(block)
	polite := obliging(nil)
	account := scripted(t, func(command string) string {
		if command == "." {
			<-block
		}
		return polite(command)
	})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := Send(ctx, account, "a@x.test", []string{"b@x.test"}, []byte("Subject: x\r\n\r\nhello\r\n"))
	var failed *SendError
	if !errors.As(err, &failed) || failed.Kind != SendUncertain {
		t.Errorf("%#v", err)
	}
}

func TestSendSignsInByPasswordAndByToken(t *testing.T) {
	t.Parallel()
	said := make(chan string, 10)
	account := scripted(t, func(command string) string {
		switch {
		case strings.HasPrefix(command, "AUTH XOAUTH2 "):
			said <- command
			return "235 2.7.0 welcome"
		case command == "AUTH LOGIN":
			said <- command
			return "334 VXNlcm5hbWU6"
		case command == "dXNlcg==":
			return "334 UGFzc3dvcmQ6"
		case command == "c2VjcmV0":
			return "235 2.7.0 welcome"
		}
		return obliging(nil)(command)
	})
	account.User, account.Password = "user", "secret"
	if p := TestSMTP(t.Context(), account, "a@x.test"); len(p) != 0 || <-said != "AUTH LOGIN" {
		t.Errorf("password: %v", p)
	}
	account.AccessToken = "token"
	if p := TestSMTP(t.Context(), account, ""); len(p) != 0 || <-said != "AUTH XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIHRva2VuAQE=" {
		t.Errorf("token: %v", p)
	}
	refusing := scripted(t, obliging(map[string]string{"AUTH": "535 5.7.8 no"}))
	refusing.User, refusing.AccessToken = "user", "old"
	if p := TestSMTP(t.Context(), refusing, ""); len(p) != 1 || p[0].Key != KeyAuthFailed || !strings.Contains(p[0].Detail, "no") {
		t.Errorf("refused: %v", p)
	}
}

// lmtpSay speaks with an LMTP server and gives its last answers.
func lmtpSay(t *testing.T, network, addr string, commands ...string) []string {
	t.Helper()
	conn, err := net.Dial(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, strings.Join(commands, "\r\n")+"\r\nQUIT\r\n"); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(all)), "\r\n")
}

func TestLMTPAnswersForEachRecipient(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lmtp.sock")
	// A socket file that a killed server left behind.
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false)
	stale.Close()
	o := LMTPOptions{
		Addr: "unix:" + path, MaxSize: 2000,
		Accept: func(_ context.Context, to string) error {
			if to == "nobody@x.test" {
				return fault.NotFound("mailbox.not_found")
			}
			return nil
		},
		Deliver: func(_ context.Context, _, to string, raw io.Reader) error {
			if _, err := io.ReadAll(raw); err != nil {
				return err
			}
			switch to {
			case "forbidden@x.test":
				return fmt.Errorf("no: %w", fault.Forbidden("mailbox.closed"))
			case "broken@x.test":
				return errors.New("secret inner failure")
			}
			return nil
		},
	}
	server, err := ListenLMTP(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o660 {
		t.Errorf("the socket has %v %v", info.Mode(), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx) }()
	answers := lmtpSay(t, "unix", path, "LHLO x", "MAIL FROM:<>", "RCPT TO:<good@X.test>", "RCPT TO:<nobody@x.test>", "RCPT TO:<forbidden@x.test>", "RCPT TO:<broken@x.test>", "DATA", "Subject: x", "", "hello", ".")
	got := strings.Join(answers, "\n")
	for _, want := range []string{"550 5.1.1", "250 2.0.0", "550 5.7.1", "451 4.3.0"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
	if strings.Contains(got, "secret") {
		t.Errorf("inner words on the wire:\n%s", got)
	}
	answers = lmtpSay(t, "unix", path, "LHLO x", "MAIL FROM:<a@x.test>", "RCPT TO:<good@x.test>", "DATA", strings.Repeat("long line\r\n", 500)+".")
	if got := strings.Join(answers, "\n"); !strings.Contains(got, "552 5.3.4") {
		t.Errorf("a mail over the limit is answered\n%s", got)
	}
	if _, err := ListenLMTP(t.Context(), o); err == nil || !fault.Is(err, fault.KindUnavailable) {
		t.Errorf("two servers on one socket: %v", err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

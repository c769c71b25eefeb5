// Package mailtest starts real mail servers for tests: Postfix and Dovecot from
// Debian's packages, private to the test, on free loopback ports, with their
// configuration, queue and mailboxes in a folder of their own. Two domains
// exist: support.test, whose mailboxes Heed reads and sends with, and
// customer.test, where customers live.
package mailtest

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"heed/internal/platform/mailwire"
)

// Addresses that behave in a special way. Every other address of the two
// domains that is not a mailbox is refused with 550 at once.
const (
	// BouncesLater is accepted by Postfix and refused by Dovecot, so that
	// Postfix itself sends a delivery report back.
	BouncesLater = "bounces@customer.test"
	// NotThere is refused with 550 5.1.1 in the SMTP dialogue.
	NotThere = "nobody@customer.test"
)

// Password is that of every mailbox.
const Password = "open-sesame-7"

// users are the mailboxes, each with an IMAP and an SMTP sign-in.
var users = []string{
	"support@support.test", "sales@support.test", "service@support.test",
	"alice@customer.test", "bob@customer.test", "carol@customer.test", "stranger@customer.test",
}

// Options for servers of a special shape. The zero value serves most tests.
type Options struct {
	// LMTPDomain is delivered by LMTP to LMTPAddr ("127.0.0.1:2424") instead
	// of into mailboxes.
	LMTPDomain, LMTPAddr string
	// NoIdle makes an IMAP server that has no IDLE.
	NoIdle bool
}

// Servers are a running Postfix and Dovecot.
type Servers struct {
	Host              string // 127.0.0.1
	SMTPPort          int    // takes mail from the world: no TLS, no sign-in
	SubmissionPort    int    // STARTTLS, sign-in needed
	SubmissionTLSPort int    // TLS from the first byte, sign-in needed
	IMAPPort          int    // STARTTLS or plain
	IMAPSPort         int    // TLS from the first byte
	// Roots vouch for the servers' certificate.
	Roots *x509.CertPool

	dir      string
	lmtpPort int
	authPort int
	options  Options
	postfix  *process
	dovecot  *process
}

// Start starts both servers and ends them with the test. Where the packages
// or the rights are missing, the test is skipped by name, or fails if CI is set.
func Start(t testing.TB) *Servers { return StartWith(t, Options{}) }

// StartWith is Start with options.
func StartWith(t testing.TB, o Options) *Servers {
	t.Helper()
	require(t)
	// Not t.TempDir: the servers' own users must be able to enter.
	dir, err := os.MkdirTemp("", "heedmail")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := &Servers{Host: "127.0.0.1", dir: dir, options: o}
	for i, p := range freePorts(t, 7) {
		*[]*int{&s.SMTPPort, &s.SubmissionPort, &s.SubmissionTLSPort, &s.IMAPPort, &s.IMAPSPort, &s.lmtpPort, &s.authPort}[i] = p
	}
	s.certificate(t)
	s.writeDovecot(t)
	s.writePostfix(t)
	t.Cleanup(func() {
		if t.Failed() {
			s.logTails(t)
		}
	})
	s.StartDovecot(t)
	s.StartPostfix(t)
	return s
}

// require looks for what the servers need.
func require(t testing.TB) {
	t.Helper()
	missing := ""
	for _, path := range []string{"/usr/sbin/postfix", "/usr/lib/postfix/sbin/master", "/usr/sbin/dovecot", "/usr/lib/dovecot/imap", "/usr/lib/dovecot/lmtp", "/usr/bin/swaks"} {
		if _, err := os.Stat(path); err != nil {
			missing = path + " is missing (packages postfix, dovecot-imapd, dovecot-lmtpd, swaks)"
		}
	}
	if missing == "" && os.Getuid() != 0 {
		missing = "Postfix and Dovecot start as root only"
	}
	if missing == "" {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatal("real mail servers: " + missing)
	}
	t.Skip("NOT RUN HERE: real mail servers: " + missing)
}

// freePorts gives n ports that were free a moment ago.
func freePorts(t testing.TB, n int) []int {
	t.Helper()
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}

// IMAP gives the account of a mailbox such as "support@support.test".
func (s *Servers) IMAP(user string) mailwire.IMAPAccount {
	return mailwire.IMAPAccount{Endpoint: s.endpoint(s.IMAPSPort, mailwire.TLSDirect), User: user, Password: Password}
}

// SMTP gives the account to send with as that user.
func (s *Servers) SMTP(user string) mailwire.SMTPAccount {
	return mailwire.SMTPAccount{Endpoint: s.endpoint(s.SubmissionPort, mailwire.TLSStart), User: user, Password: Password}
}

func (s *Servers) endpoint(port int, mode mailwire.TLSMode) mailwire.Endpoint {
	return mailwire.Endpoint{Host: s.Host, Port: port, TLS: mode, Roots: s.Roots, Dialer: &net.Dialer{}}
}

// Deliver hands a mail to Postfix as a foreign server would.
func (s *Servers) Deliver(t testing.TB, from, to string, raw []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	account := mailwire.SMTPAccount{Endpoint: s.endpoint(s.SMTPPort, mailwire.TLSNone)}
	if _, err := mailwire.Send(ctx, account, from, []string{to}, raw); err != nil {
		t.Fatalf("delivering from %s to %s: %v", from, to, err)
	}
}

// Swaks runs swaks against the port that takes mail from the world and gives
// what it prints. args are such as "--from", "a@customer.test".
func (s *Servers) Swaks(t testing.TB, args ...string) string {
	t.Helper()
	all := append([]string{"--server", s.Host, "--port", strconv.Itoa(s.SMTPPort), "--helo", "client.customer.test", "--timeout", "20"}, args...)
	out, err := exec.Command("/usr/bin/swaks", all...).CombinedOutput()
	if err != nil {
		t.Fatalf("swaks %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// Maildir waits until the mailbox of user holds at least n mails, oldest
// first, and gives them all. It fails the test after 30 seconds.
func (s *Servers) Maildir(t testing.TB, user string, n int) [][]byte {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		mails := s.read(t, user)
		if len(mails) >= n {
			return mails
		}
		if time.Now().After(deadline) {
			t.Fatalf("the mailbox of %s holds %d mails after 30 s, not %d", user, len(mails), n)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (s *Servers) read(t testing.TB, user string) [][]byte {
	t.Helper()
	name, domain, _ := strings.Cut(user, "@")
	var paths []string
	for _, box := range []string{"new", "cur"} {
		found, err := filepath.Glob(filepath.Join(s.dir, "mail", domain, name, "Maildir", box, "*"))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	sort.Slice(paths, func(i, j int) bool { return filepath.Base(paths[i]) < filepath.Base(paths[j]) })
	var mails [][]byte
	for _, p := range paths {
		raw, err := os.ReadFile(p)
		if errors.Is(err, os.ErrNotExist) {
			continue // moved from new to cur meanwhile
		}
		if err != nil {
			t.Fatal(err)
		}
		mails = append(mails, raw)
	}
	return mails
}

// process is a server in its own process group.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
	out  bytes.Buffer
}

func start(t testing.TB, name string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(name, args...), done: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	// The kernel ends it if the test process dies without cleaning up.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	// The children of a server keep its output open for a moment.
	p.cmd.WaitDelay = time.Second
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // ended by a signal: the error says nothing
		close(p.done)
	}()
	return p
}

// stop ends the server and what is left of its process group.
func (p *process) stop() {
	if p == nil {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(10 * time.Second):
	}
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.done
}

// StartDovecot starts it (again) and waits until it answers.
func (s *Servers) StartDovecot(t testing.TB) {
	t.Helper()
	s.dovecot = start(t, "/usr/sbin/dovecot", "-F", "-c", filepath.Join(s.dir, "dovecot.conf"))
	p := s.dovecot
	t.Cleanup(p.stop)
	for _, port := range []int{s.IMAPPort, s.IMAPSPort, s.lmtpPort, s.authPort} {
		s.await(t, p, "dovecot", port)
	}
}

// StopDovecot ends it; mail then waits in Postfix's queue.
func (s *Servers) StopDovecot(t testing.TB) {
	t.Helper()
	s.dovecot.stop()
}

// StartPostfix starts it (again) and waits until it answers.
func (s *Servers) StartPostfix(t testing.TB) {
	t.Helper()
	s.postfix = start(t, "/usr/sbin/postfix", "-c", filepath.Join(s.dir, "postfix"), "start-fg")
	p := s.postfix
	t.Cleanup(p.stop)
	for _, port := range []int{s.SMTPPort, s.SubmissionPort, s.SubmissionTLSPort} {
		s.await(t, p, "postfix", port)
	}
}

// StopPostfix ends it.
func (s *Servers) StopPostfix(t testing.TB) {
	t.Helper()
	s.postfix.stop()
}

// Flush makes Postfix try all it has waiting.
func (s *Servers) Flush(t testing.TB) {
	t.Helper()
	if out, err := exec.Command("/usr/sbin/postqueue", "-c", filepath.Join(s.dir, "postfix"), "-f").CombinedOutput(); err != nil {
		t.Fatalf("postqueue -f: %v\n%s", err, out)
	}
}

func (s *Servers) await(t testing.TB, p *process, name string, port int) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		conn, err := net.DialTimeout("tcp", net.JoinHostPort(s.Host, strconv.Itoa(port)), time.Second)
		if err == nil {
			conn.Close()
			return
		}
		select {
		case <-p.done:
			s.logTails(t)
			t.Fatalf("%s ended at once:\n%s", name, p.out.String())
		default:
		}
		if time.Now().After(deadline) {
			s.logTails(t)
			t.Fatalf("%s does not answer on port %d: %v", name, port, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// logTails shows the ends of the servers' logs.
func (s *Servers) logTails(t testing.TB) {
	for _, name := range []string{"postfix.log", "dovecot.log"} {
		raw, err := os.ReadFile(filepath.Join(s.dir, name))
		if err != nil {
			t.Logf("%s: %v", name, err)
			continue
		}
		if len(raw) > 4000 {
			raw = raw[len(raw)-4000:]
		}
		t.Logf("%s:\n%s", name, raw)
	}
}

func (s *Servers) write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// owned makes a folder that belongs to a system user.
func (s *Servers) owned(t testing.TB, name, owner string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
	u, err := user.Lookup(owner)
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(path, uid, -1); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// passwordLine is an entry of the password file.
func passwordLine(user string) string { return fmt.Sprintf("%s:{PLAIN}%s::::::\n", user, Password) }

package main

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What goes wrong at the start is told in a sentence that says what to do.
func TestWrongStartsAreTold(t *testing.T) {
	t.Parallel()
	data, _ := prepared(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() }) // not defer: the cases run after this function has returned
	file := filepath.Join(t.TempDir(), "heed.toml")
	if err := os.WriteFile(file, []byte("listne = \"127.0.0.1:1\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	notAFolder := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(notAFolder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		says []string
	}{
		{"an unknown verb", []string{"sreve"}, 2, []string{"sreve", "heed help"}},
		{"an unknown flag", []string{"serve", "--data", data, "--listne", "x"}, 2, []string{"listne"}},
		{"an unknown key in the file", []string{"serve", "--data", data, "--config", file}, 2, []string{"listne", "listen"}},
		{"an occupied port", []string{"serve", "--data", data, "--listen", taken.Addr().String()}, 1, []string{"in use", "--listen"}},
		{"a data folder that cannot be written", []string{"serve", "--data", filepath.Join(notAFolder, "x")}, 1, []string{"data folder", "--data"}},
		{"a database that does not answer", []string{"serve", "--data", data, "--db", "postgres://u:p@127.0.0.1:1/x?connect_timeout=2"}, 1, []string{"database does not answer"}},
		{"an administrator with a weak password", []string{"admin", "create", "--data", data, "--email", "b@heed.example", "--name", "B", "--password-stdin"}, 1, []string{"password"}},
		{"a token for nobody", []string{"token", "create", "--data", data, "--agent", "no@heed.example", "--name", "x"}, 1, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			out, code := call(t, "x\n", c.args...)
			if code != c.code {
				t.Errorf("exit code %d, want %d: %s", code, c.code, out)
			}
			for _, say := range c.says {
				if !strings.Contains(out, say) {
					t.Errorf("does not say %q: %s", say, out)
				}
			}
			if strings.Contains(out, "goroutine") || strings.TrimSpace(out) == "" {
				t.Errorf("no sentence: %s", out)
			}
		})
	}
}

func TestTwoServersOnOneFolder(t *testing.T) {
	t.Parallel()
	data, token := prepared(t)
	s := start(t, data)
	s.token = token
	out, code := call(t, "", "serve", "--data", data, "--listen", "127.0.0.1:0")
	if code != 1 || !strings.Contains(out, "another heed server") {
		t.Fatalf("%d: %s", code, out)
	}
	// The tools beside the server work all the same, and the server sees what they did.
	if out, code := call(t, "another long one 8\n", "admin", "create", "--data", data, "--email", "bob@heed.example", "--name", "Bob", "--password-stdin"); code != 0 {
		t.Fatal(out)
	}
	if a := s.do("POST", "/session", map[string]any{"email": "bob@heed.example", "password": "another long one 8"}); a.status != 200 {
		t.Fatal(a.status, string(a.body))
	}
	if code := s.stop(); code != 0 {
		t.Fatalf("ended with %d: %s", code, s.said())
	}
}

func TestWrongRequestsAreProblems(t *testing.T) {
	t.Parallel()
	data, token := prepared(t)
	s := start(t, data)
	anonymous := s.do("GET", "/tickets", nil)
	if anonymous.status != http.StatusUnauthorized || problem(anonymous) != "unauthenticated" {
		t.Fatal(anonymous.status, problem(anonymous))
	}
	s.token = "nonsense"
	if a := s.do("GET", "/tickets", nil); a.status != http.StatusUnauthorized {
		t.Fatal("a bad token:", a.status)
	}
	s.token = token
	var ticket struct{ ID, Version int64 }
	s.do("POST", "/tickets", map[string]any{"subject": "one", "channel": "phone"}).into(t, &ticket)
	path := "/tickets/" + itoa(ticket.ID)
	if a := s.do("PATCH", path, map[string]any{"priority": "high"}, "If-Match", `"1"`); a.status != 200 {
		t.Fatal(a.status, string(a.body))
	}
	for _, c := range []struct {
		name   string
		answer answer
		status int
		key    string
	}{
		{"a stale version", s.do("PATCH", path, map[string]any{"priority": "low"}, "If-Match", `"1"`), 409, "stale"},
		{"an illegal jump", s.do("PATCH", path, map[string]any{"status": "reopened"}, "If-Match", "*"), 409, "ticket.illegal_transition"},
		{"closing without a result (R313)", s.do("PATCH", path, map[string]any{"status": "solved"}, "If-Match", "*"), 422, ""},
		{"a ticket that is not there", s.do("GET", "/tickets/999999", nil), 404, ""},
		{"an address that is not there", s.do("GET", "/nothing", nil), 404, "not_found"},
		{"nonsense for a cursor", s.do("GET", "/tickets?view=open&cursor=xx", nil), 422, ""},
	} {
		if c.answer.status != c.status || c.key != "" && problem(c.answer) != c.key {
			t.Errorf("%s: %d %s %s", c.name, c.answer.status, problem(c.answer), c.answer.body)
		}
	}
}

func TestMailFromTheCommandLine(t *testing.T) {
	t.Parallel()
	data, token := prepared(t)
	s := start(t, data)
	s.token = token
	s.do("POST", "/mailboxes", map[string]any{"name": "Service", "address": "service@heed.example"}).into(t, &struct{}{})
	deliver := func(raw, to string, more ...string) (string, int) {
		return call(t, raw, append([]string{"mail", "deliver", "--data", data, "--mailbox", to}, more...)...)
	}
	good := "From: Wang <wang@customer.example>\r\nTo: service@heed.example\r\nSubject: =?utf-8?b?5Y6L57yp5py65byC5ZON?=\r\nMessage-ID: <a1@customer.example>\r\n\r\nhello\r\n"
	if out, code := deliver(good, "service+x@heed.example"); code != 0 {
		t.Fatal(code, out)
	}
	if out, code := deliver(good, "nobody@heed.example"); code != 65 || !strings.Contains(out, "nobody@heed.example") {
		t.Error("an unknown mailbox:", code, out)
	}
	if out, code := deliver("", "service@heed.example"); code != 65 {
		t.Error("an empty mail:", code, out)
	}
	if out, code := deliver(good+strings.Repeat("x", 3<<20), "service@heed.example", "--mail-limit", "2MB", "--attachment-limit", "1MB"); code != 65 {
		t.Error("a mail over the limit:", code, out)
	}
	if out, code := deliver(good, "service@heed.example", "--db", "postgres://u:p@127.0.0.1:1/x?connect_timeout=2"); code != 75 {
		t.Error("a database that is away:", code, out)
	}
	for _, odd := range []string{
		"Subject: malformed\x00\xff\r\nFrom: <<<broken\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\r\nrest",
		"From: a@b.example\r\nSubject: odd\r\nContent-Type: text/plain; charset=klingon-7\r\nMessage-ID: <odd@b.example>\r\n\r\n\xc4\xe3\xba\xc3",
	} {
		if out, code := deliver(odd, "service@heed.example"); code != 0 {
			t.Error("an odd mail:", code, out)
		}
	}
	var list struct{ Items []struct{ Subject string } }
	s.eventually("three tickets of four mails", func() bool {
		s.do("GET", "/tickets?view=open", nil).into(t, &list)
		return len(list.Items) == 3
	})
	subjects := ""
	for _, i := range list.Items {
		subjects += i.Subject + "|"
	}
	if !strings.Contains(subjects, "压缩机异响") {
		t.Error(subjects)
	}
}

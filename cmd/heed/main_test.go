package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The test binary is the program too: with this variable it behaves as heed,
// so that the tests kill and start the real thing, race detector included.
const asProgram = "HEED_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		_ = os.Unsetenv(asProgram) // or it would be taken for a misspelt setting
		main()
		return
	}
	os.Exit(m.Run())
}

// heed is a command line of the program, with a password hash that is cheap
// enough for tests left as it is: there are few sign-ins here.
func heed(ctx context.Context, t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, exe, args...)
	// Variables of the test run (HEED_TEST_POSTGRES, HEED_BIN) are no settings.
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "HEED_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, asProgram+"=1")
	return cmd
}

// call runs a verb and gives its output and exit code.
func call(t *testing.T, stdin string, args ...string) (string, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := heed(ctx, t, args...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// server is a running heed.
type server struct {
	t     *testing.T
	cmd   *exec.Cmd
	url   string
	args  []string
	token string
	ended chan struct{}

	mu  sync.Mutex
	log bytes.Buffer
}

var readyAt = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// start runs a server on a data folder, or fails with what it said.
func start(t *testing.T, data string, more ...string) *server {
	t.Helper()
	s := &server{t: t, args: append([]string{"--data", data}, more...)}
	s.up()
	t.Cleanup(func() { s.kill() })
	return s
}

func (s *server) up() {
	s.t.Helper()
	s.cmd = heed(context.Background(), s.t, append([]string{"serve", "--listen", "127.0.0.1:0"}, s.args...)...)
	errs, err := s.cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.ended = make(chan struct{})
	ready := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(errs)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			s.mu.Lock()
			s.log.WriteString(lines.Text() + "\n")
			s.mu.Unlock()
			if u := readyAt.FindString(lines.Text()); u != "" && strings.Contains(lines.Text(), "heed is ready") {
				ready <- u
			}
		}
		close(s.ended)
	}()
	select {
	case s.url = <-ready:
	case <-s.ended:
		s.t.Fatalf("heed ended before it was ready:\n%s", s.said())
	case <-time.After(60 * time.Second):
		s.t.Fatalf("heed did not become ready:\n%s", s.said())
	}
}

func (s *server) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// kill ends the server as a power cut would, for the program's part.
func (s *server) kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	<-s.ended
	_ = s.cmd.Wait()
	s.cmd = nil
}

// stop ends the server as an administrator does and gives its exit code.
func (s *server) stop() int {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-s.ended:
	case <-time.After(40 * time.Second):
		s.t.Fatalf("heed does not end:\n%s", s.said())
	}
	_ = s.cmd.Wait()
	code := s.cmd.ProcessState.ExitCode()
	s.cmd = nil
	return code
}

// prepared makes an administrator and a token in a data folder.
func prepared(t *testing.T, more ...string) (data, token string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	args := append([]string{"--data", data}, more...)
	if out, code := call(t, "a long password 7\n", append([]string{"admin", "create", "--email", "ada@heed.example", "--name", "Ada", "--password-stdin"}, args...)...); code != 0 {
		t.Fatal(out)
	}
	out, code := call(t, "", append([]string{"token", "create", "--agent", "ada@heed.example", "--name", "test"}, args...)...)
	if code != 0 {
		t.Fatal(out)
	}
	lines := strings.Fields(out)
	return data, lines[len(lines)-1]
}

type answer struct {
	status int
	body   []byte
	header http.Header
}

func (a answer) into(t *testing.T, v any) {
	t.Helper()
	if a.status >= 300 {
		t.Fatalf("%d: %s", a.status, a.body)
	}
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatal(err)
	}
}

// send sends a request as the token's agent. The error is of the connection.
func (s *server) send(ctx context.Context, method, path string, in any, headers ...string) (answer, error) {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return answer{}, err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, s.url+"/api/v1"+path, body)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, b, res.Header}, err
}

func (s *server) do(method, path string, in any, headers ...string) answer {
	s.t.Helper()
	a, err := s.send(s.t.Context(), method, path, in, headers...)
	if err != nil {
		s.t.Fatalf("%v\n%s", err, s.said())
	}
	return a
}

// eventually asks until ok or half a minute has passed.
func (s *server) eventually(what string, ok func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); {
		if time.Now().After(deadline) {
			s.t.Fatalf("never: %s\n%s", what, s.said())
		}
		<-time.After(20 * time.Millisecond)
	}
}

func problem(a answer) string {
	var p struct{ Key, Detail string }
	_ = json.Unmarshal(a.body, &p)
	if p.Detail == "" || strings.Contains(p.Detail, "goroutine") {
		return fmt.Sprintf("no proper problem: %d %s", a.status, a.body)
	}
	return p.Key
}

func itoa(n int64) string { return fmt.Sprint(n) }

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
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var errorsJoin = errors.Join

// server is the heed that is measured.
type server struct {
	bin, dir, db string
	cmd          *exec.Cmd
	url          string
	token        string
}

func (s *server) args(verb ...string) []string {
	args := append(verb, "--data", filepath.Join(s.dir, "data"))
	if s.db != "" {
		args = append(args, "--db", s.db)
	}
	return args
}

var ready = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// start runs heed and returns how long it took to be ready.
func (s *server) start(ctx context.Context) (time.Duration, error) {
	cmd := exec.CommandContext(ctx, s.bin, s.args("serve", "--listen", "127.0.0.1:0")...)
	errs, err := cmd.StderrPipe()
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	s.cmd = cmd
	lines := bufio.NewScanner(errs)
	var seen bytes.Buffer
	for lines.Scan() {
		seen.WriteString(lines.Text() + "\n")
		if u := ready.FindString(lines.Text()); u != "" && strings.Contains(lines.Text(), "ready") {
			took := time.Since(begin)
			s.url = u
			go func() { _, _ = io.Copy(io.Discard, errs) }()
			return took, nil
		}
	}
	return 0, fmt.Errorf("heed did not become ready:\n%s", seen.String())
}

func (s *server) stop() error {
	if s.cmd == nil {
		return nil
	}
	cmd := s.cmd
	s.cmd = nil
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return cmd.Wait()
}

// startTimes starts heed on an empty folder, makes an administrator and a
// token, and starts it again a few times.
func (s *server) startTimes(ctx context.Context, r *report) error {
	first, err := s.start(ctx)
	if err != nil {
		return err
	}
	r.add("start on an empty folder, ready after", ms(first), "ms", "")
	if err := s.stop(); err != nil {
		return err
	}
	admin := exec.CommandContext(ctx, s.bin, s.args("admin", "create", "--email", "bench@heed.example", "--name", "Bench", "--password-stdin")...)
	admin.Stdin = strings.NewReader("a long bench password 7\n")
	if out, err := admin.CombinedOutput(); err != nil {
		return fmt.Errorf("admin create: %w: %s", err, out)
	}
	if err := s.newToken(ctx); err != nil {
		return err
	}
	var all []time.Duration
	for range 5 {
		took, err := s.start(ctx)
		if err != nil {
			return err
		}
		all = append(all, took)
		if err := s.stop(); err != nil {
			return err
		}
	}
	slices.Sort(all)
	r.add("start on an existing folder, ready after (median)", ms(all[2]), "ms", "< 500")
	_, err = s.start(ctx)
	return err
}

// newToken makes a token of the administrator.
func (s *server) newToken(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, s.bin, s.args("token", "create", "--agent", "bench@heed.example", "--name", "bench")...).Output()
	if err != nil {
		return fmt.Errorf("token create: %w", err)
	}
	s.token = strings.TrimSpace(string(out))
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (s *server) memory() (float64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024, err
		}
	}
	return 0, errors.New("no VmRSS")
}

func (s *server) idleMemory(ctx context.Context, r *report) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(3 * time.Second):
	}
	mb, err := s.memory()
	if err == nil {
		r.add("memory of an idle server (RSS)", mb, "MB", "< 80")
	}
	return err
}

func (s *server) memoryAfter(_ context.Context, r *report) error {
	mb, err := s.memory()
	if err == nil {
		r.add("memory after the loads (RSS)", mb, "MB", "")
	}
	return err
}

// client keeps n connections open.
func client(n int) *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConns: n, MaxIdleConnsPerHost: n, DisableCompression: true}}
}

// call sends a JSON request and decodes the answer.
func (s *server) call(ctx context.Context, c *http.Client, method, path, token string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, s.url+"/api/v1"+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("If-Match", "*") // whatever the version
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := c.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s: %s", method, path, res.Status, b)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(b, out)
}

var asset = regexp.MustCompile(`(?:src|href)="(/[^"]+)"`)

// firstPage adds up what a browser fetches before the desk can draw itself.
func (s *server) firstPage(ctx context.Context, r *report) error {
	c := client(1)
	total := 0
	var html []byte
	fetch := func(path string) ([]byte, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Accept-Encoding", "gzip")
		res, err := c.Do(req)
		if err != nil {
			return nil, err
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if path != "/" {
			total += len(b)
		}
		return b, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept-Encoding", "identity")
	res, err := c.Do(req)
	if err != nil {
		return err
	}
	html, err = io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		return err
	}
	total += len(html)
	for _, m := range asset.FindAllSubmatch(html, -1) {
		if _, err := fetch(string(m[1])); err != nil {
			return err
		}
	}
	r.add("first page with all it links to, gzip", float64(total)/1024, "KB", "< 320 before the composer")
	return nil
}

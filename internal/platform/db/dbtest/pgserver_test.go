//go:build unix

package dbtest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// childEnv makes this test binary play a test process that is killed while its server runs.
const childEnv = "HEED_DBTEST_CHILD"

func TestServerLeavesNothingWhenItsProcessIsKilled(t *testing.T) {
	if os.Getenv(childEnv) != "" {
		s, err := startServer(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("dir=" + s.dir)
		_, _ = io.Copy(io.Discard, os.Stdin) // until killed
		return
	}
	t.Parallel()
	if _, err := findBinaries(); errors.Is(err, errNoPostgres) {
		URL(t) // skips or fails, as every test that needs PostgreSQL
	}
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), childEnv+"=1")
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	dir := ""
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if found, ok := strings.CutPrefix(lines.Text(), "dir="); ok {
			dir = found
			break
		}
	}
	if _, err := os.Stat(dir); err != nil {
		t.Fatalf("the server has no folder: %v", err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()

	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(20 * time.Second)
	for {
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s is still there", dir)
		}
	}
}

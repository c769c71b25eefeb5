//go:build unix

package dbtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// startLimit is how long initdb and the first connection may take on a machine that is busy with other tests.
const startLimit = 60 * time.Second

// maxSocketDir keeps the socket's path within sockaddr_un.sun_path, which is 104 bytes on the BSDs and 108 on Linux.
const maxSocketDir = 60

// guard is the shell that owns one server. It copies the template, runs the server, and waits for the end of its standard
// input, a pipe whose other end only this test process holds: the pipe closes when the process ends, however it ends
// (a test binary has no common last step, and a timeout or kill -9 runs none). Then it stops the server and removes
// every trace. The data is thrown away, so the server is stopped at once (SIGQUIT) rather than in good order. Only who
// writes "stop" into the pipe finds the data again at the next start.
const guard = `
template=$1 dir=$2 postgres=$3 word=
trap '' HUP INT TERM
if [ -d "$dir/data" ] || cp -R "$template" "$dir/data" >>"$dir/log" 2>&1; then
	"$postgres" -D "$dir/data" -k "$dir" \
		-c listen_addresses= -c max_connections=300 -c shared_buffers=64MB \
		-c fsync=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c jit=off \
		-c log_min_messages=fatal </dev/null >>"$dir/log" 2>&1 &
	server=$!
	read -r word
	kill -QUIT "$server"
	wait "$server"
fi
[ "$word" = stop ] || rm -rf "$dir"
`

// server is a private PostgreSQL on a Unix socket.
type server struct {
	dir, bin, template string
	as                 runAs
	keep               *os.File      // the guard's pipe: the server lives as long as this stays open
	ended              chan struct{} // closed when the guard has ended
}

// url is the address of a database on the server.
func (s *server) url(database string) string {
	q := url.Values{"host": {s.dir}, "user": {superuser}}
	return (&url.URL{Scheme: "postgres", Path: "/" + database, RawQuery: q.Encode()}).String()
}

// startServer starts a private server, or tells why this machine has none to start (an error that is errNoPostgres).
func startServer(ctx context.Context) (*server, error) {
	bin, err := findBinaries()
	if err != nil {
		return nil, err
	}
	as, err := account()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	template, err := makeTemplate(ctx, bin, as)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(tempRoot(), "heed-pg-run-")
	if err != nil {
		return nil, err
	}
	if err := as.own(dir); err != nil {
		return nil, err
	}
	s := &server{dir: dir, bin: bin, template: template, as: as}
	return s, s.start(ctx)
}

// start runs the server on its folder and waits until it answers.
func (s *server) start(ctx context.Context) error {
	hold, keep, err := os.Pipe()
	if err != nil {
		return err
	}
	defer hold.Close()
	// Not CommandContext: the guard must outlive this function, and end by its pipe alone.
	cmd := exec.Command("/bin/sh", "-c", guard, "sh", s.template, s.dir, filepath.Join(s.bin, "postgres"))
	s.as.prepare(cmd)
	cmd.Stdin = hold // stdout and stderr stay closed: go test waits for whoever holds its own
	if err := cmd.Start(); err != nil {
		return errors.Join(err, keep.Close())
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // reaps the guard, so that a server that failed leaves no zombie
		close(ended)
	}()
	s.keep, s.ended = keep, ended
	ready, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if err := s.awaitReady(ready, ended); err != nil {
		log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		keep.Close()
		return fmt.Errorf("start PostgreSQL from %s: %w\n%s", s.bin, err, log)
	}
	return nil
}

// stop ends the server at once, as a crash would. With again its data stays for the next start.
func (s *server) stop(again bool) error {
	var err error
	if again {
		_, err = s.keep.WriteString("stop\n")
	}
	err = errors.Join(err, s.keep.Close())
	<-s.ended
	return err
}

// remove takes away what a stopped server has left.
func (s *server) remove() error { return os.RemoveAll(s.dir) }

// awaitReady connects until the server answers, the guard gives up, or ctx ends.
func (s *server) awaitReady(ctx context.Context, ended <-chan struct{}) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.url("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return err
		case <-ended:
			return errors.New("the server stopped")
		case <-tick.C:
		}
	}
}

// findBinaries returns the folder that holds initdb and postgres: the one on PATH, or Debian's newest.
func findBinaries() (string, error) {
	if p, err := exec.LookPath("initdb"); err == nil {
		if p, err = filepath.EvalSymlinks(p); err == nil && isFile(filepath.Join(filepath.Dir(p), "postgres")) {
			return filepath.Dir(p), nil
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	version := func(p string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(p))))
		return n
	}
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	for _, p := range found {
		if isFile(filepath.Join(filepath.Dir(p), "postgres")) {
			return filepath.Dir(p), nil
		}
	}
	return "", errNoPostgres
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// tempRoot is where sockets and data lie: the usual place unless its name is too long for a socket.
func tempRoot() string {
	if dir := os.TempDir(); len(dir) <= maxSocketDir {
		return dir
	}
	return "/tmp"
}

// makeTemplate returns a freshly initialised data folder that servers copy. It is kept between runs, one for each version
// and account, because initdb takes about a second and a copy a twentieth of it.
func makeTemplate(ctx context.Context, bin string, as runAs) (string, error) {
	out, err := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		return "", fmt.Errorf("postgres --version: %w", err)
	}
	version := regexp.MustCompile(`[0-9][0-9a-z.]*`).FindString(string(out))
	root := filepath.Join(tempRoot(), fmt.Sprintf("heed-pg-%s-%d", version, as.uid))
	template := filepath.Join(root, "template-1")

	unlock, err := lock(root + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if isFile(filepath.Join(template, "PG_VERSION")) {
		return template, nil
	}
	if err := os.MkdirAll(root, 0o700); err != nil {
		return "", err
	}
	if err := as.own(root); err != nil {
		return "", err
	}
	fresh := template + ".new"
	if err := os.RemoveAll(fresh); err != nil { // of a run that was ended half-way
		return "", err
	}
	// Locale C: what is sorted must not depend on the machine. The small WAL segment keeps the copy small.
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", fresh, "-U", superuser, "-A", "trust",
		"-E", "UTF8", "--locale=C", "--wal-segsize=1", "--no-sync", "--no-instructions")
	as.prepare(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w\n%s", err, out)
	}
	// Renamed when whole, so that a template is either absent or complete.
	return template, os.Rename(fresh, template)
}

// lock waits for the named lock file and returns what releases it. The kernel releases it for a process that dies.
func lock(path string) (func(), error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { f.Close() }, nil
}

// runAs is the account that runs the server.
type runAs struct {
	uid, gid int
	change   bool // whether that is somebody else than us
}

// account returns who may run PostgreSQL, which refuses root: ourselves, or as root postgres or nobody.
func account() (runAs, error) {
	if os.Getuid() != 0 {
		return runAs{uid: os.Getuid(), gid: os.Getgid()}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if errors.Join(err1, err2) == nil && uid != 0 {
			return runAs{uid: uid, gid: gid, change: true}, nil
		}
	}
	return runAs{}, errors.New("running as root, and neither postgres nor nobody exists to run PostgreSQL as")
}

// own gives a folder to the account.
func (a runAs) own(dir string) error {
	if !a.change {
		return nil
	}
	return os.Chown(dir, a.uid, a.gid)
}

// prepare makes cmd run as the account, out of reach of the terminal's signals, and with nothing of our environment that
// could lead it elsewhere (PGDATA, PGPORT and the like).
func (a runAs) prepare(cmd *exec.Cmd) {
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	for _, kv := range os.Environ() {
		if strings.HasPrefix(kv, "LD_LIBRARY_PATH=") || strings.HasPrefix(kv, "DYLD_") {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if a.change {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
}

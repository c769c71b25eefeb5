package dbtest

import (
	"errors"
	"os"
	"testing"
)

// Server is a private PostgreSQL of one test, which can be stopped and started to see what a lost database does.
type Server struct {
	// URL is the address of its one database, the same whenever it runs.
	URL string

	t       testing.TB
	server  *server
	running bool
}

// StartServer starts a server for this test alone. It ends with the test, or is gone when the test's process is.
func StartServer(t testing.TB) *Server {
	t.Helper()
	s, err := startServer(t.Context())
	switch {
	case errors.Is(err, errNoPostgres) && os.Getenv("CI") == "":
		t.Skip(notRunHere + err.Error())
	case err != nil:
		t.Fatal(err)
	}
	out := &Server{URL: s.url("postgres"), t: t, server: s, running: true}
	t.Cleanup(func() {
		if out.running {
			_ = s.stop(false)
		}
		if err := s.remove(); err != nil { // nobody guards what was stopped
			t.Error(err)
		}
	})
	return out
}

// Stop ends the server at once, as a crash would; what was committed is there after the next Start.
func (s *Server) Stop() {
	s.t.Helper()
	if !s.running {
		return
	}
	if err := s.server.stop(true); err != nil {
		s.t.Fatal(err)
	}
	s.running = false
}

// Start starts a stopped server and returns when it answers.
func (s *Server) Start() {
	s.t.Helper()
	if s.running {
		return
	}
	if err := s.server.start(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.running = true
}

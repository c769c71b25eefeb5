//go:build !unix

package dbtest

import "context"

// server is not started by the tests on this system: set HEED_TEST_POSTGRES to use one that runs.
type server struct{}

func (*server) url(string) string { return "" }

func startServer(context.Context) (*server, error) { return nil, errNoPostgres }

func (*server) start(context.Context) error { return errNoPostgres }

func (*server) stop(bool) error { return nil }

func (*server) remove() error { return nil }

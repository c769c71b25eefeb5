// Package dbtest gives tests real databases: an SQLite file in a folder of the test's own, and a PostgreSQL database of the
// test's own on a private server that starts by itself. A store is tested on both with
//
//	dbtest.Each(t, ticket.Migrations(), func(t *testing.T, d *db.DB) { … })
//
// The private server is started at the first use in a test binary, as another account when the tests run as root, and ends
// with the binary. HEED_TEST_POSTGRES names a running server to use instead, as a URL whose account may create databases.
//
// Where PostgreSQL is missing, its subtests are skipped with a message that begins "NOT RUN HERE:", which make test lists at
// its end; with CI set they fail, because a test that nobody runs is worse than none.
package dbtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"heed/internal/platform/db"
)

// Engine is one of the two databases that Heed runs on. Its value is the name of the subtest.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Engines are all engines, in the order in which Each runs them.
func Engines() []Engine { return []Engine{SQLite, Postgres} }

const (
	superuser    = "heed"
	postgresEnv  = "HEED_TEST_POSTGRES"
	notRunHere   = "NOT RUN HERE: "
	cleanupLimit = 30 * time.Second
)

// errNoPostgres tells that there is no server to start, as against one that would not start.
var errNoPostgres = errors.New("no PostgreSQL on this machine: install Debian's package postgresql, or set " + postgresEnv)

// Each runs fn once for each engine, as parallel subtests named after the engine, on a new database with the migrations
// applied.
func Each(t *testing.T, migrations []db.Migration, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	for _, engine := range Engines() {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			fn(t, New(t, engine, migrations))
		})
	}
}

// New opens a new database of the engine with the migrations applied, and closes and removes it when the test ends.
func New(t testing.TB, engine Engine, migrations []db.Migration) *db.DB {
	t.Helper()
	address := "sqlite:" + filepath.Join(t.TempDir(), "heed.db")
	if engine == Postgres {
		address = URL(t)
	}
	d, err := db.Open(t.Context(), db.Options{
		URL: address,
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		t.Fatalf("open %s: %v", engine, err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close %s: %v", engine, err)
		}
	})
	if err := d.Migrate(t.Context(), migrations); err != nil {
		t.Fatalf("migrate %s: %v", engine, err)
	}
	return d
}

// URL makes an empty PostgreSQL database for this test alone and returns its address, for tests that start Heed as a process
// of its own. A database and not a schema, because advisory locks and notifications reach across schemas. It is dropped
// when the test ends, with whatever is still connected to it.
func URL(t testing.TB) string {
	t.Helper()
	address, err := postgres()
	switch {
	case errors.Is(err, errNoPostgres) && os.Getenv("CI") == "":
		t.Skip(notRunHere + err.Error())
	case err != nil:
		t.Fatal(err)
	}
	name := "heed_" + strings.ToLower(rand.Text())
	if err := administer(t.Context(), address, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), cleanupLimit) // the test's own context has ended
		defer cancel()
		if err := administer(ctx, address, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return address(name)
}

// administer runs one statement on the server's own database.
func administer(ctx context.Context, address func(string) string, statement string) error {
	conn, err := pgx.Connect(ctx, address("postgres"))
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// postgres returns what gives the address of a database on this test binary's server, which it starts at the first call.
// It is the one thing that tests of a binary share: a server for each test would cost a tenth of a second each.
var postgres = sync.OnceValues(func() (func(database string) string, error) {
	if given := os.Getenv(postgresEnv); given != "" {
		u, err := url.Parse(given)
		if err != nil || u.Scheme == "" {
			return nil, fmt.Errorf("%s must be a URL such as postgres://user@127.0.0.1:5432/postgres", postgresEnv)
		}
		return func(database string) string {
			of := *u
			of.Path = "/" + database
			return of.String()
		}, nil
	}
	s, err := startServer(context.Background()) // outlives the test that happens to be first
	if err != nil {
		return nil, err
	}
	return s.url, nil
})

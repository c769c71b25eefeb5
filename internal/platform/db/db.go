package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"heed/internal/kernel/fault"
)

// The faults that callers tell apart on both engines.
var (
	ErrNotFound = fault.NotFound("not_found") // no row
	ErrExists   = fault.Exists("exists")      // a unique index forbids it
	ErrStale    = fault.Conflict("stale")     // somebody else changed it meanwhile
)

// Options say which database to open.
type Options struct {
	// URL is "sqlite:PATH" or a "postgres://" address.
	URL string
	Log *slog.Logger
	// Readers is the number of reading connections, by default 8 on SQLite
	// and 16 on PostgreSQL (where it bounds writers too).
	Readers int
}

// DB is an open database.
type DB struct {
	log  *slog.Logger
	pool *pgxpool.Pool // PostgreSQL, else nil
	lite *lite         // SQLite, else nil
}

// Open opens the database and checks that it answers.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	d := &DB{log: o.Log}
	var err error
	if path, ok := strings.CutPrefix(o.URL, "sqlite:"); ok {
		d.lite, err = openLite(ctx, path, o)
	} else {
		d.pool, err = openPostgres(ctx, o)
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Postgres tells whether the engine is PostgreSQL, for the few texts that differ.
func (d *DB) Postgres() bool { return d.pool != nil }

// Ping asks the database for a sign of life.
func (d *DB) Ping(ctx context.Context) error {
	_, err := One[int64](ctx, d, "SELECT 1")
	return err
}

// Close waits for the running transactions and closes the database.
func (d *DB) Close() error {
	if d.pool != nil {
		d.pool.Close()
		return nil
	}
	return d.lite.close()
}

// runner is what a statement runs on: a pool, a connection or a transaction.
type runner interface {
	query(ctx context.Context, text string, args []any) (rows, error)
	exec(ctx context.Context, text string, args []any) (int64, error)
}

// rows is the part of *sql.Rows that pgx.Rows can be made to fit.
type rows interface {
	Columns() ([]string, error)
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
}

// tx is a running transaction or snapshot. It is used by one goroutine.
type tx struct {
	db     *DB
	run    runner
	write  bool
	broken error // the first failed statement
	after  []func()
}

type txKey struct{}

func (d *DB) running(ctx context.Context) *tx {
	if t, ok := ctx.Value(txKey{}).(*tx); ok && t.db == d {
		return t
	}
	return nil
}

// Write runs fn in a transaction and returns when it is durable. Inside fn use
// only the context that it is given. Inside another Write it joins that
// transaction. Errors of fn come back as they are; a lost database is a
// KindUnavailable fault.
func (d *DB) Write(ctx context.Context, fn func(ctx context.Context) error) error {
	if t := d.running(ctx); t != nil {
		if !t.write {
			return errors.New("db: Write inside Read")
		}
		err := fn(ctx)
		if err != nil && t.broken == nil {
			t.broken = err
		}
		return err
	}
	if d.pool != nil {
		return d.writePostgres(ctx, fn)
	}
	return d.lite.write(ctx, d, fn)
}

// run carries fn out in t and settles whether t may be committed.
func (t *tx) carry(ctx context.Context, fn func(ctx context.Context) error) (err error) {
	// A cancelled request must not cut a transaction in two (see the package comment).
	ctx = context.WithValue(context.WithoutCancel(ctx), txKey{}, t)
	if err = fn(ctx); err != nil {
		return err
	}
	if h := hooks(ctx); h != nil {
		for _, before := range h {
			if err = before(ctx); err != nil {
				return err
			}
		}
	}
	return t.broken
}

// safely gives a panic in a transaction as its error: it is rolled back, and the
// others, and the program, go on.
func (d *DB) safely(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			d.log.Error("panic in a transaction", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("db: panic in a transaction: %v", p)
		}
	}()
	return fn()
}

type hookKey struct{}

func hooks(ctx context.Context) []func(context.Context) error {
	h, _ := ctx.Value(hookKey{}).([]func(context.Context) error)
	return h
}

// BeforeCommit returns a context whose outermost Writes run fn at their end,
// in the same transaction: how the edge makes a key that must be used once
// durable together with what it did.
func BeforeCommit(ctx context.Context, fn func(ctx context.Context) error) context.Context {
	h := hooks(ctx)
	return context.WithValue(ctx, hookKey{}, append(slices.Clip(h), fn))
}

// Read runs fn on one snapshot, so that several reads agree with each other.
// Inside a Write it reads what the transaction has written.
func (d *DB) Read(ctx context.Context, fn func(ctx context.Context) error) error {
	if d.running(ctx) != nil {
		return fn(ctx)
	}
	if d.pool != nil {
		return d.readPostgres(ctx, fn)
	}
	return d.lite.snapshot(ctx, d, fn)
}

// After runs fn once the transaction in ctx is durable, and never if it is
// rolled back. Outside a Write it runs fn at once.
func After(ctx context.Context, fn func()) {
	if t, ok := ctx.Value(txKey{}).(*tx); ok && t.write {
		t.after = append(t.after, fn)
		return
	}
	fn()
}

// on gives what a reading statement runs on: the transaction in ctx or the pool.
func (d *DB) on(ctx context.Context) (runner, *tx) {
	if t := d.running(ctx); t != nil {
		return t.run, t
	}
	if d.pool != nil {
		return pgRunner{d.pool}, nil
	}
	return d.lite.reader, nil
}

// Exec runs a statement that changes rows and returns how many. It is an error
// outside Write.
func Exec(ctx context.Context, d *DB, text string, args ...any) (int64, error) {
	t := d.running(ctx)
	if t == nil || !t.write {
		return 0, errors.New("db: Exec outside Write")
	}
	n, err := t.run.exec(ctx, d.dialect(text), encode(args))
	if err != nil {
		err = d.fault(err)
		t.spoil(err)
	}
	return n, err
}

func (t *tx) spoil(err error) {
	if t.broken == nil {
		t.broken = err
	}
}

func (d *DB) selectRows(ctx context.Context, text string, args []any, each func(rows) error) error {
	run, t := d.on(ctx)
	err := func() error {
		rs, err := run.query(ctx, d.dialect(text), encode(args))
		if err != nil {
			return err
		}
		defer rs.Close()
		if err := each(rs); err != nil {
			return err
		}
		return rs.Err()
	}()
	if err == nil || errors.Is(err, ErrNotFound) {
		return err
	}
	err = d.fault(err)
	if t != nil {
		t.spoil(err)
	}
	return err
}

// One reads the first row into a T: a struct with db tags or a scalar.
// It is ErrNotFound when there is none.
func One[T any](ctx context.Context, d *DB, text string, args ...any) (T, error) {
	var out T
	err := d.selectRows(ctx, text, args, func(rs rows) error {
		if !rs.Next() {
			if err := rs.Err(); err != nil {
				return err
			}
			return ErrNotFound
		}
		p, err := planFor[T](rs)
		if err != nil {
			return err
		}
		return p.scan(rs, &out)
	})
	return out, err
}

// All reads every row into a T. It returns an empty slice, never nil.
func All[T any](ctx context.Context, d *DB, text string, args ...any) ([]T, error) {
	out := []T{}
	err := d.selectRows(ctx, text, args, func(rs rows) error {
		p, err := planFor[T](rs)
		if err != nil {
			return err
		}
		for rs.Next() {
			var v T
			if err := p.scan(rs, &v); err != nil {
				return err
			}
			out = append(out, v)
		}
		return nil
	})
	return out, err
}

// WatchOthers calls fn soon after another process has committed to the same
// database, until ctx ends. On SQLite it asks for the data version; on
// PostgreSQL, where asking costs a round trip anyway, it calls fn at each turn.
func (d *DB) WatchOthers(ctx context.Context, every time.Duration, fn func()) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	var last int64
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if d.pool != nil {
			fn()
			continue
		}
		if v, err := d.lite.dataVersion(ctx); err == nil && v != last {
			last = v
			fn()
		}
	}
}

var _ rows = (*sql.Rows)(nil)

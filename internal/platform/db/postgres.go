package db

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"heed/internal/kernel/fault"
)

// A transaction that PostgreSQL could not serialise or that met a deadlock is
// run again this many times before its error is given back.
const pgTries = 6

func openPostgres(ctx context.Context, o Options) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return nil, fault.Wrap(err, fault.KindInvalid, "db.url_invalid")
	}
	if o.Readers == 0 {
		o.Readers = 16
	}
	cfg.MaxConns = int32(o.Readers) //nolint:gosec // a handful of connections
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fault.Wrap(err, fault.KindUnavailable, "db.unavailable")
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fault.Wrap(err, fault.KindUnavailable, "db.unavailable")
	}
	return pool, nil
}

func (d *DB) writePostgres(ctx context.Context, fn func(context.Context) error) error {
	for try := 1; ; try++ {
		t, err := d.tryPostgres(ctx, fn)
		if err == nil {
			for _, f := range t.after {
				f()
			}
			return nil
		}
		if try == pgTries || !pgAgain(err) {
			return d.fault(err)
		}
		d.log.Debug("transaction runs again", "try", try, "err", err)
	}
}

// pgAgain tells whether a fresh try can help: serialisation failure, deadlock.
func pgAgain(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

func (d *DB) tryPostgres(ctx context.Context, fn func(context.Context) error) (*tx, error) {
	pt, err := d.pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	// The transaction is ended even when the request was cancelled meanwhile.
	settle := context.WithoutCancel(ctx)
	done := false
	defer func() {
		if !done {
			_ = pt.Rollback(settle)
		}
	}()
	t := &tx{db: d, run: pgRunner{pt}, write: true}
	if err := d.safely(func() error { return t.carry(ctx, fn) }); err != nil {
		return nil, err
	}
	done = true
	return t, pt.Commit(settle)
}

func (d *DB) readPostgres(ctx context.Context, fn func(context.Context) error) error {
	pt, err := d.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return d.fault(err)
	}
	defer func() { _ = pt.Rollback(context.WithoutCancel(ctx)) }()
	return fn(context.WithValue(ctx, txKey{}, &tx{db: d, run: pgRunner{pt}}))
}

// pgRunner runs statements on a pool or a transaction.
type pgRunner struct {
	on interface {
		Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
		Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	}
}

func (r pgRunner) query(ctx context.Context, text string, args []any) (rows, error) {
	rs, err := r.on.Query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	return pgRows{rs}, nil
}

func (r pgRunner) exec(ctx context.Context, text string, args []any) (int64, error) {
	tag, err := r.on.Exec(ctx, text, args...)
	return tag.RowsAffected(), err
}

type pgRows struct{ pgx.Rows }

func (r pgRows) Columns() ([]string, error) {
	fs := r.FieldDescriptions()
	names := make([]string, len(fs))
	for i, f := range fs {
		names[i] = f.Name
	}
	return names, nil
}

func (r pgRows) Close() error {
	r.Rows.Close()
	return nil
}

// fault names what the engine says, or returns err as it is.
func (d *DB) fault(err error) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if d.lite != nil {
		return liteFault(err)
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case e.Code == "23505":
			return ErrExists
		case e.Code == "53100":
			return fault.Wrap(err, fault.KindUnavailable, "db.full")
		case e.Code[:2] == "57", e.Code[:2] == "08", e.Code[:2] == "53":
			return fault.Wrap(err, fault.KindUnavailable, "db.unavailable")
		}
		return err
	}
	var ce *pgconn.ConnectError
	var ne net.Error
	if errors.As(err, &ce) || errors.As(err, &ne) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) {
		return fault.Wrap(err, fault.KindUnavailable, "db.unavailable")
	}
	return err
}

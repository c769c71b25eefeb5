package db

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"sync"
	"time"

	sqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"heed/internal/kernel/fault"
)

// A batch of transactions shares one commit. It ends when nobody waits, or at
// these bounds, so that the first in it does not wait for ever.
const (
	batchMost = 256
	batchTime = 10 * time.Millisecond
)

// lite is a SQLite database: one writing connection, owned by the goroutine of
// commitQueue, and a pool of readers that cannot write.
type lite struct {
	writer *sql.DB
	conn   *liteConn
	reader *liteReaders
	watch  *sql.Conn // asks for the data version; never used for anything else

	queue chan *waiting
	done  chan struct{}

	closing sync.RWMutex
	closed  bool
}

// waiting is a transaction that waits for its commit.
type waiting struct {
	ctx  context.Context
	fn   func(context.Context) error
	tx   *tx
	err  error
	over chan struct{}
}

func liteDSN(path string, pragmas ...string) string {
	// busy_timeout comes first: switching to WAL may itself have to wait.
	v := url.Values{"_pragma": append([]string{"busy_timeout(10000)"}, pragmas...)}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
}

func openLite(ctx context.Context, path string, o Options) (*lite, error) {
	if o.Readers == 0 {
		o.Readers = 8
	}
	w, err := sql.Open("sqlite", liteDSN(path, "journal_mode(WAL)", "synchronous(FULL)",
		"foreign_keys(1)", "cache_size(-65536)", "journal_size_limit(67108864)"))
	if err != nil {
		return nil, err
	}
	w.SetMaxOpenConns(1)
	c, err := w.Conn(ctx)
	if err != nil {
		_ = w.Close()
		return nil, liteOpenFault(path, err)
	}
	r, err := sql.Open("sqlite", liteDSN(path, "query_only(1)", "cache_size(-8192)"))
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	r.SetMaxOpenConns(o.Readers + 1)
	r.SetMaxIdleConns(o.Readers + 1)
	watch, err := r.Conn(ctx)
	if err != nil {
		return nil, errors.Join(liteOpenFault(path, err), w.Close(), r.Close())
	}
	l := &lite{
		writer: w, conn: &liteConn{conn: c, stmts: map[string]*sql.Stmt{}},
		reader: &liteReaders{pool: r}, watch: watch,
		queue: make(chan *waiting, 1024), done: make(chan struct{}),
	}
	go l.commitQueue()
	return l, nil
}

func liteOpenFault(path string, err error) error {
	return fault.Wrap(err, fault.KindUnavailable, "db.cannot_open", "path", path)
}

func (l *lite) close() error {
	l.closing.Lock()
	if l.closed {
		l.closing.Unlock()
		return nil
	}
	l.closed = true
	close(l.queue)
	l.closing.Unlock()
	<-l.done
	_, _ = l.conn.conn.ExecContext(context.Background(), "PRAGMA optimize") //nolint:forbidigo // closing outlives every request
	return errors.Join(l.conn.close(), l.watch.Close(), l.reader.pool.Close(), l.writer.Close())
}

func (l *lite) dataVersion(ctx context.Context) (v int64, err error) {
	err = l.watch.QueryRowContext(ctx, "PRAGMA data_version").Scan(&v)
	return v, err
}

func (l *lite) write(ctx context.Context, d *DB, fn func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := &waiting{ctx: ctx, fn: fn, tx: &tx{db: d, run: l.conn, write: true}, over: make(chan struct{})}
	l.closing.RLock()
	if l.closed {
		l.closing.RUnlock()
		return fault.Unavailable("db.closed")
	}
	l.queue <- w
	l.closing.RUnlock()
	<-w.over
	if w.err == nil {
		for _, f := range w.tx.after {
			f()
		}
	}
	return w.err
}

// commitQueue runs the waiting transactions, each in a savepoint, and commits
// as many as wait together. It is the only user of the writing connection.
func (l *lite) commitQueue() {
	defer close(l.done)
	for w := range l.queue {
		l.batch(w)
	}
}

func (l *lite) batch(first *waiting) {
	//nolint:forbidigo // the batch belongs to no single request
	ctx := context.Background()
	if err := l.conn.do(ctx, "BEGIN IMMEDIATE"); err != nil {
		first.end(first.tx.db.fault(err))
		return
	}
	batch := []*waiting{first}
	until := time.Now().Add(batchTime) //nolint:forbidigo // bounds a wait; nothing stored depends on it
	ok := l.one(ctx, first)
	for ok && len(batch) < batchMost && time.Now().Before(until) { //nolint:forbidigo // as above
		var next *waiting
		select {
		case next = <-l.queue:
		default:
		}
		if next == nil {
			break
		}
		batch = append(batch, next)
		ok = l.one(ctx, next)
	}
	var err error
	if ok {
		err = l.conn.do(ctx, "COMMIT")
	}
	if !ok || err != nil {
		_ = l.conn.do(ctx, "ROLLBACK")
		l.alone(ctx, batch)
		return
	}
	for _, w := range batch {
		w.end(w.err)
	}
}

// one runs w in a savepoint. It tells whether the transaction around it still
// stands: on a full disk or an I/O error SQLite may have ended all of it.
func (l *lite) one(ctx context.Context, w *waiting) bool {
	if l.conn.do(ctx, "SAVEPOINT s") != nil {
		return false
	}
	w.err = l.carry(w)
	if w.err == nil {
		return l.conn.do(ctx, "RELEASE s") == nil
	}
	return l.conn.do(ctx, "ROLLBACK TO s") == nil && l.conn.do(ctx, "RELEASE s") == nil
}

// alone gives every member of a broken batch a transaction of its own, so that
// one that cannot be written does not take the others with it.
func (l *lite) alone(ctx context.Context, batch []*waiting) {
	for _, w := range batch {
		w.tx.after, w.tx.broken = nil, nil
		err := l.conn.do(ctx, "BEGIN IMMEDIATE")
		if err == nil {
			if err = l.carry(w); err == nil {
				err = l.conn.do(ctx, "COMMIT")
			}
			if err != nil {
				_ = l.conn.do(ctx, "ROLLBACK")
			}
		}
		w.end(w.tx.db.fault(err))
	}
}

func (l *lite) carry(w *waiting) error {
	return w.tx.db.safely(func() error { return w.tx.carry(w.ctx, w.fn) })
}

func (w *waiting) end(err error) {
	w.err = err
	close(w.over)
}

func (l *lite) snapshot(ctx context.Context, d *DB, fn func(context.Context) error) error {
	t, err := l.reader.pool.BeginTx(ctx, nil)
	if err != nil {
		return d.fault(err)
	}
	defer func() { _ = t.Rollback() }()
	return fn(context.WithValue(ctx, txKey{}, &tx{db: d, run: liteSnapshot{l.reader, t}}))
}

// liteConn is the writing connection with its prepared statements.
type liteConn struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

// Statements kept ready. Texts put together from parts could be many; past
// this number all are dropped and the used ones come back by themselves.
const stmtMost = 512

func (c *liteConn) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	if s, ok := c.stmts[text]; ok {
		return s, nil
	}
	if len(c.stmts) >= stmtMost {
		for _, s := range c.stmts {
			_ = s.Close()
		}
		clear(c.stmts)
	}
	s, err := c.conn.PrepareContext(ctx, text)
	if err == nil {
		c.stmts[text] = s
	}
	return s, err
}

func (c *liteConn) do(ctx context.Context, text string) error {
	s, err := c.prepared(ctx, text)
	if err == nil {
		_, err = s.ExecContext(ctx)
	}
	return err
}

func (c *liteConn) query(ctx context.Context, text string, args []any) (rows, error) {
	s, err := c.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	return asRows(s.QueryContext(ctx, args...))
}

func (c *liteConn) exec(ctx context.Context, text string, args []any) (int64, error) {
	s, err := c.prepared(ctx, text)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (c *liteConn) close() error {
	for _, s := range c.stmts {
		_ = s.Close()
	}
	return c.conn.Close()
}

// asRows keeps a nil *sql.Rows from becoming a non-nil interface.
func asRows(r *sql.Rows, err error) (rows, error) {
	if err != nil {
		return nil, err
	}
	return r, nil
}

// liteReaders is the pool of reading connections with its prepared statements.
type liteReaders struct {
	pool  *sql.DB
	mu    sync.RWMutex
	stmts map[string]*sql.Stmt
}

func (r *liteReaders) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	r.mu.RLock()
	s, ok := r.stmts[text]
	full := len(r.stmts) >= stmtMost
	r.mu.RUnlock()
	if ok || full {
		return s, nil
	}
	s, err := r.pool.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if kept, ok := r.stmts[text]; ok {
		_ = s.Close()
		return kept, nil
	}
	if r.stmts == nil {
		r.stmts = map[string]*sql.Stmt{}
	}
	r.stmts[text] = s
	return s, nil
}

func (r *liteReaders) query(ctx context.Context, text string, args []any) (rows, error) {
	s, err := r.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return asRows(r.pool.QueryContext(ctx, text, args...))
	}
	return asRows(s.QueryContext(ctx, args...))
}

func (*liteReaders) exec(context.Context, string, []any) (int64, error) {
	return 0, errors.New("db: a reader cannot write")
}

type liteSnapshot struct {
	readers *liteReaders
	tx      *sql.Tx
}

func (s liteSnapshot) query(ctx context.Context, text string, args []any) (rows, error) {
	st, err := s.readers.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return asRows(s.tx.QueryContext(ctx, text, args...))
	}
	return asRows(s.tx.StmtContext(ctx, st).QueryContext(ctx, args...))
}

func (liteSnapshot) exec(context.Context, string, []any) (int64, error) {
	return 0, errors.New("db: a snapshot cannot write")
}

// liteFault names what SQLite says, or returns err as it is.
func liteFault(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return ErrExists
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return fault.Wrap(err, fault.KindUnavailable, "db.full")
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fault.Wrap(err, fault.KindUnavailable, "db.busy")
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
		return fault.Wrap(err, fault.KindUnavailable, "db.unavailable")
	}
	return err
}

package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/platform/db"
)

type row struct {
	ID          int64      `db:"id"`
	Kind        string     `db:"kind"`
	Args        string     `db:"args"`
	Attempt     int        `db:"attempt"`
	MaxAttempts int        `db:"max_attempts"`
	LastError   string     `db:"last_error"`
	CreatedAt   time.Time  `db:"created_at"`
	FailedAt    *time.Time `db:"failed_at"`
}

const columns = "id, kind, args, attempt, max_attempts, last_error, created_at, failed_at"

func (r row) job() Job {
	return Job{
		ID: r.ID, Kind: r.Kind, Args: json.RawMessage(r.Args), Attempt: r.Attempt, MaxAttempts: r.MaxAttempts,
		LastError: r.LastError, CreatedAt: r.CreatedAt, FailedAt: r.FailedAt,
	}
}

func (q *Queue) insert(ctx context.Context, n New, args string, now time.Time) error {
	_, err := db.Exec(ctx, q.db, `INSERT INTO job (kind, ukey, args, state, priority, run_at, lease_until, attempt, max_attempts, last_error, created_at)
		VALUES (?, ?, ?, 0, ?, ?, 0, 0, ?, '', ?)
		ON CONFLICT (kind, ukey) WHERE state < 2 AND ukey <> '' DO NOTHING`,
		n.Kind, n.Unique, args, n.Priority, n.RunAt, n.MaxAttempts, now)
	return err
}

// claim takes waiting jobs that are due, and running ones whose lease ran out.
func (q *Queue) claim(ctx context.Context, kinds []string, limit int) ([]Job, error) {
	now := q.clock.Now()
	if due, err := q.anyDue(ctx, kinds, now); err != nil || !due {
		return nil, err
	}
	var jobs []Job
	err := q.db.Write(ctx, func(ctx context.Context) error {
		jobs = nil
		skip := ""
		if q.db.Postgres() {
			skip = " FOR UPDATE SKIP LOCKED"
		}
		s := db.In(db.New("UPDATE job SET state = 1, attempt = attempt + 1, lease_until = ? WHERE id IN (SELECT id FROM job WHERE state = 0 AND run_at <= ?",
			now.Add(lease), now), "AND kind IN", kinds)
		s.Add("ORDER BY priority, run_at, id LIMIT ?"+skip+") RETURNING "+columns, limit)
		rows, err := db.All[row](ctx, q.db, s.String(), s.Args()...)
		if err != nil {
			return err
		}
		for _, r := range rows {
			jobs = append(jobs, r.job())
		}
		return nil
	})
	return jobs, err
}

// anyDue looks before writing, so that an idle queue costs one read. Leases
// that ran out are given back on the way.
func (q *Queue) anyDue(ctx context.Context, kinds []string, now time.Time) (bool, error) {
	lost, err := db.All[int64](ctx, q.db, "SELECT id FROM job WHERE state = 1 AND lease_until < ? LIMIT 100", now)
	if err != nil {
		return false, err
	}
	if len(lost) > 0 {
		err := q.db.Write(ctx, func(ctx context.Context) error {
			s := db.In(db.New("UPDATE job SET state = 0, run_at = ?, last_error = 'the worker was lost' WHERE state = 1 AND lease_until < ?", now, now), "AND id IN", lost)
			_, err := db.Exec(ctx, q.db, s.String(), s.Args()...)
			return err
		})
		if err != nil {
			return false, err
		}
	}
	s := db.In(db.New("SELECT id FROM job WHERE state = 0 AND run_at <= ?", now), "AND kind IN", kinds).Add("LIMIT 1")
	_, err = db.One[int64](ctx, q.db, s.String(), s.Args()...)
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func (q *Queue) nextAt(ctx context.Context, kinds []string) (time.Time, error) {
	s := db.In(db.New("SELECT run_at FROM job WHERE state = 0"), "AND kind IN", kinds).Add("ORDER BY run_at LIMIT 1")
	return db.One[time.Time](ctx, q.db, s.String(), s.Args()...)
}

func (q *Queue) change(ctx context.Context, text string, args ...any) error {
	return q.db.Write(ctx, func(ctx context.Context) error {
		_, err := db.Exec(ctx, q.db, text, args...)
		return err
	})
}

// What a worker notes of its job counts only while the job is at the try that
// it was given: one that was silent too long has lost it to another.

func (q *Queue) renew(ctx context.Context, j Job) error {
	return q.change(ctx, "UPDATE job SET lease_until = ? WHERE id = ? AND state = 1 AND attempt = ?", q.clock.Now().Add(lease), j.ID, j.Attempt)
}

func (q *Queue) done(ctx context.Context, j Job) error {
	return q.change(ctx, "DELETE FROM job WHERE id = ? AND state = 1 AND attempt = ?", j.ID, j.Attempt)
}

func (q *Queue) again(ctx context.Context, j Job, attempt int, at time.Time, text string) error {
	return q.change(ctx, "UPDATE job SET state = 0, attempt = ?, run_at = ?, last_error = ? WHERE id = ? AND state = 1 AND attempt = ?",
		attempt, at, text, j.ID, j.Attempt)
}

func (q *Queue) bury(ctx context.Context, j Job, text string, at time.Time) error {
	return q.change(ctx, "UPDATE job SET state = 2, last_error = ?, failed_at = ? WHERE id = ? AND state = 1 AND attempt = ?", text, at, j.ID, j.Attempt)
}

// plan enqueues what is periodic and not waiting or running yet. The unique
// key makes it one on all nodes, and its time is counted from now.
func (q *Queue) plan(ctx context.Context, ps []Periodic) {
	for _, p := range ps {
		_, err := db.One[int64](ctx, q.db, "SELECT id FROM job WHERE kind = ? AND ukey = 'periodic' AND state < 2", p.Kind)
		if !errors.Is(err, db.ErrNotFound) {
			continue
		}
		err = q.db.Write(ctx, func(ctx context.Context) error {
			return q.insert(ctx, New{
				Kind: p.Kind, Unique: "periodic", RunAt: q.clock.Now().Add(p.Every), Priority: 5, MaxAttempts: 1 << 30,
			}, "{}", q.clock.Now())
		})
		if err != nil && ctx.Err() == nil {
			q.log.Error("could not plan a periodic job", "kind", p.Kind, "err", err)
		}
	}
}

// Dead lists the jobs that failed for good, newest first.
func (q *Queue) Dead(ctx context.Context, r page.Request) (page.Of[Job], error) {
	before := int64(1) << 62
	if r.Cursor != "" {
		if err := page.Decode(r.Cursor, &before); err != nil {
			return page.Of[Job]{}, err
		}
	}
	rows, err := db.All[row](ctx, q.db, "SELECT "+columns+" FROM job WHERE state = 2 AND id < ? ORDER BY id DESC LIMIT ?", before, r.Size()+1)
	if err != nil {
		return page.Of[Job]{}, err
	}
	jobs := make([]Job, len(rows))
	for i, row := range rows {
		jobs[i] = row.job()
	}
	return page.Cut(jobs, r.Size(), func(j Job) []any { return []any{j.ID} }), nil
}

// Retry brings a dead job back to life, with all its tries.
func (q *Queue) Retry(ctx context.Context, id int64) error {
	err := q.raise(ctx, "UPDATE job SET state = 0, attempt = 0, run_at = ?, failed_at = NULL WHERE id = ? AND state = 2", q.clock.Now(), id)
	q.poke()
	return err
}

// Discard removes a dead job.
func (q *Queue) Discard(ctx context.Context, id int64) error {
	return q.raise(ctx, "DELETE FROM job WHERE id = ? AND state = 2", id)
}

func (q *Queue) raise(ctx context.Context, text string, args ...any) error {
	return q.db.Write(ctx, func(ctx context.Context) error {
		n, err := db.Exec(ctx, q.db, text, args...)
		if err == nil && n == 0 {
			return fault.NotFound("job.not_dead")
		}
		return err
	})
}

// Cancel removes a waiting job by its kind and unique key, in the transaction
// of ctx. A job that is already running goes on.
func (q *Queue) Cancel(ctx context.Context, kind, unique string) error {
	_, err := db.Exec(ctx, q.db, "DELETE FROM job WHERE kind = ? AND ukey = ? AND state = 0", kind, unique)
	return err
}

// Waiting counts the jobs of a kind that wait or run, up to most, for a
// progress display.
func (q *Queue) Waiting(ctx context.Context, kind string, most int) (int64, error) {
	return db.One[int64](ctx, q.db, "SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE state < 2 AND kind = ? LIMIT ?) AS waiting", kind, most)
}

package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"heed/internal/kernel/fault"
)

const migrationTable = `CREATE TABLE IF NOT EXISTS schema_migration (
	slice $text NOT NULL, n $int NOT NULL, checksum $text NOT NULL, at $time NOT NULL,
	PRIMARY KEY (slice, n)
) $end;`

// migrationLock is the PostgreSQL advisory lock that keeps two nodes from
// migrating at once.
const migrationLock = 0x68656564

type applied struct {
	Slice    string `db:"slice"`
	N        int64  `db:"n"`
	Checksum string `db:"checksum"`
}

// Migrate brings the schema up to date: every step that has not run yet, in
// the order given, each in its own transaction. A step whose text was changed
// after it had run, or a database that is newer than the program, is a
// KindConflict fault.
func (d *DB) Migrate(ctx context.Context, steps []Migration) error {
	if err := d.script(ctx, Migration{SQL: migrationTable}, nil); err != nil {
		return err
	}
	rows, err := All[applied](ctx, d, "SELECT slice, n, checksum FROM schema_migration")
	if err != nil {
		return err
	}
	known := map[string]string{}
	for _, r := range rows {
		known[fmt.Sprintf("%s/%d", r.Slice, r.N)] = r.Checksum
	}
	ran := 0
	for _, m := range steps {
		sum := m.checksum()
		if was, ok := known[m.String()]; ok {
			delete(known, m.String())
			if was != sum {
				return fault.Conflict("db.migration_changed", "step", m.String())
			}
			continue
		}
		if err := d.script(ctx, m, &sum); err != nil {
			return fmt.Errorf("migration %s: %w", m, err)
		}
		ran++
		d.log.Debug("schema step done", "step", m.String())
	}
	if ran > 0 && len(rows) > 0 {
		d.log.Info("the schema was brought up to date", "steps", ran)
	}
	for step := range known {
		return fault.Conflict("db.newer", "step", step)
	}
	return nil
}

func (m Migration) checksum() string {
	h := sha256.Sum256([]byte(m.SQL + "\x00" + m.SQLite + "\x00" + m.Postgres))
	return hex.EncodeToString(h[:8])
}

// script runs a schema text and, with sum, notes that it has run. Two nodes
// that start together wait for each other; the second finds it done.
func (d *DB) script(ctx context.Context, m Migration, sum *string) error {
	at := time.Now().UnixMicro() //nolint:forbidigo // a note for people, no rule reads it
	return d.Write(ctx, func(ctx context.Context) error {
		t := d.running(ctx)
		if d.pool != nil {
			if _, err := t.run.exec(ctx, "SELECT pg_advisory_xact_lock($1)", []any{int64(migrationLock)}); err != nil {
				return err
			}
		}
		if sum != nil {
			n, err := One[int64](ctx, d, "SELECT COUNT(*) FROM schema_migration WHERE slice = ? AND n = ?", m.Slice, m.N)
			if err != nil || n > 0 {
				return err
			}
		}
		if err := t.many(ctx, m.script(d.pool != nil)); err != nil {
			return err
		}
		if sum == nil {
			return nil
		}
		_, err := Exec(ctx, d, "INSERT INTO schema_migration (slice, n, checksum, at) VALUES (?, ?, ?, ?)",
			m.Slice, m.N, *sum, at)
		return err
	})
}

// many runs a text of several statements.
func (t *tx) many(ctx context.Context, text string) error {
	if c, ok := t.run.(*liteConn); ok {
		_, err := c.conn.ExecContext(ctx, text)
		return err
	}
	_, err := t.run.exec(ctx, text, []any{pgx.QueryExecModeSimpleProtocol})
	return err
}

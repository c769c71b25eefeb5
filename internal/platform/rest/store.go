package rest

import (
	"context"

	"heed/internal/platform/db"
)

func (k idempotency) find(ctx context.Context, row keyRow) (keyRow, error) {
	return db.One[keyRow](ctx, k.db, "SELECT "+db.Cols[keyRow]()+" FROM idempotency WHERE actor = ? AND ikey = ?", row.Actor, row.Key)
}

func (k idempotency) insert(ctx context.Context, row keyRow) error {
	row.Header.V, row.Body = map[string][]string{}, []byte{}
	return db.Put(ctx, k.db, "idempotency", &row)
}

func (k idempotency) complete(ctx context.Context, row keyRow) error {
	if row.Body == nil {
		row.Body = []byte{} // an answer without a body, such as 204; nil would be NULL
	}
	return k.db.Write(ctx, func(ctx context.Context) error {
		_, err := db.Exec(ctx, k.db, "UPDATE idempotency SET status = ?, header = ?, body = ? WHERE actor = ? AND ikey = ?",
			row.Status, row.Header, row.Body, row.Actor, row.Key)
		return err
	})
}

// SweepKeys removes keys that are too old to come again; a periodic job.
func (r *Router) SweepKeys(ctx context.Context) error {
	return r.deps.DB.Write(ctx, func(ctx context.Context) error {
		_, err := db.Exec(ctx, r.deps.DB, "DELETE FROM idempotency WHERE at < ?", r.deps.Clock.Now().Add(-keyLife))
		return err
	})
}

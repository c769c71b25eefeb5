package canned

import (
	"context"
	"errors"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
	"heed/internal/platform/text"
)

// Migrations gives the schema of the canned answers.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "canned", N: 1, SQL: `
CREATE TABLE canned (
	id $id, code $text NOT NULL, code_key $text NOT NULL, scope $int NOT NULL,
	name $text NOT NULL, html $text NOT NULL, locale $text NOT NULL, shared $bool NOT NULL, owner_id $int NOT NULL,
	uses $int NOT NULL, updated_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE UNIQUE INDEX canned_code ON canned (scope, code_key);
`}, {Slice: "canned", N: 2, SQL: sentSchema}}
}

type row struct {
	ID        int64     `db:"id"`
	Code      string    `db:"code"`
	CodeKey   string    `db:"code_key"`
	Scope     int64     `db:"scope"`
	Name      string    `db:"name"`
	HTML      string    `db:"html"`
	Locale    string    `db:"locale"`
	Shared    bool      `db:"shared"`
	OwnerID   int64     `db:"owner_id"`
	Uses      int64     `db:"uses"`
	UpdatedAt time.Time `db:"updated_at"`
	Version   int64     `db:"version"`
}

func (r row) answer() Answer {
	return Answer{r.ID, r.Code, r.Name, r.HTML, r.Locale, r.Shared, r.OwnerID, r.Uses, r.UpdatedAt, r.Version}
}

func (s *Service) find(ctx context.Context, id int64) (Answer, error) {
	r, err := db.One[row](ctx, s.db, "SELECT "+db.Cols[row]()+" FROM canned WHERE id = ?", id)
	return r.answer(), err
}

// listMost bounds what one agent is shown; a firm has some hundred answers.
const listMost = 2000

// all gives the shared answers and the owner's own, the most used first.
func (s *Service) all(ctx context.Context, owner int64) ([]Answer, error) {
	rows, err := db.All[row](ctx, s.db, "SELECT "+db.Cols[row]()+" FROM canned WHERE scope = 0 OR scope = ? ORDER BY uses DESC, code_key, id LIMIT ?", owner, listMost)
	out := make([]Answer, len(rows))
	for i, r := range rows {
		out[i] = r.answer()
	}
	return out, err
}

func (s *Service) anyShared(ctx context.Context) (bool, error) {
	_, err := db.One[int64](ctx, s.db, "SELECT id FROM canned WHERE scope = 0 LIMIT 1")
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func (s *Service) insert(ctx context.Context, a Answer) (int64, error) {
	id, err := db.Insert(ctx, s.db, "canned", &row{
		Code: a.Code, CodeKey: text.Fold(a.Code), Scope: a.scope(), Name: a.Name, HTML: a.HTML, Locale: a.Locale,
		Shared: a.Shared, OwnerID: a.OwnerID, UpdatedAt: a.UpdatedAt, Version: a.Version,
	})
	return id, codeTaken(err)
}

// update stores an answer that was at version was.
func (s *Service) update(ctx context.Context, a Answer, was int64) error {
	n, err := db.Exec(ctx, s.db, `UPDATE canned SET code = ?, code_key = ?, scope = ?, name = ?, html = ?, locale = ?, shared = ?, updated_at = ?, version = ?
		WHERE id = ? AND version = ?`,
		a.Code, text.Fold(a.Code), a.scope(), a.Name, a.HTML, a.Locale, a.Shared, a.UpdatedAt, a.Version, a.ID, was)
	if err == nil && n == 0 {
		return db.ErrStale
	}
	return codeTaken(err)
}

// codeTaken tells as a fault of the field that the code is in use.
func codeTaken(err error) error {
	if !errors.Is(err, db.ErrExists) {
		return err
	}
	var f fault.Fields
	f.Add("code", "field.taken")
	return f.Err()
}

func (s *Service) delete(ctx context.Context, id int64) error {
	_, err := db.Exec(ctx, s.db, "DELETE FROM canned WHERE id = ?", id)
	return err
}

func (s *Service) countUse(ctx context.Context, id int64) error {
	_, err := db.Exec(ctx, s.db, "UPDATE canned SET uses = uses + 1 WHERE id = ?", id)
	return err
}

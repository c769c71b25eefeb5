package wording

import (
	"context"
	"errors"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
	"heed/internal/platform/text"
)

// Migrations gives the schema of the watched words.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "wording", N: 1, SQL: `
CREATE TABLE wording (
	id $id, word $text NOT NULL, word_key $text NOT NULL, locale $text NOT NULL, kind $text NOT NULL, severity $text NOT NULL,
	instead $text NOT NULL, active $bool NOT NULL, updated_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE UNIQUE INDEX wording_word ON wording (locale, word_key);
`}}
}

type row struct {
	ID        int64     `db:"id"`
	Word      string    `db:"word"`
	Key       string    `db:"word_key"`
	Locale    string    `db:"locale"`
	Kind      Kind      `db:"kind"`
	Severity  Severity  `db:"severity"`
	Instead   string    `db:"instead"`
	Active    bool      `db:"active"`
	UpdatedAt time.Time `db:"updated_at"`
	Version   int64     `db:"version"`
}

func (r row) word() Word {
	return Word{r.ID, r.Word, r.Locale, r.Kind, r.Severity, r.Instead, r.Active, r.UpdatedAt, r.Version}
}

func rowOf(w Word) row {
	return row{w.ID, w.Word, text.Fold(w.Word), w.Locale, w.Kind, w.Severity, w.Instead, w.Active, w.UpdatedAt, w.Version}
}

// listMost bounds the list; a firm watches some hundred words.
const listMost = 5000

func (s *Service) all(ctx context.Context) ([]Word, error) {
	rows, err := db.All[row](ctx, s.db, "SELECT "+db.Cols[row]()+" FROM wording ORDER BY locale, word_key LIMIT ?", listMost)
	out := make([]Word, len(rows))
	for i, r := range rows {
		out[i] = r.word()
	}
	return out, err
}

func (s *Service) find(ctx context.Context, id int64) (Word, error) {
	r, err := db.One[row](ctx, s.db, "SELECT "+db.Cols[row]()+" FROM wording WHERE id = ?", id)
	return r.word(), err
}

func (s *Service) insert(ctx context.Context, w Word) (int64, error) {
	r := rowOf(w)
	id, err := db.Insert(ctx, s.db, "wording", &r)
	return id, taken(err)
}

// update stores a word that was at version was.
func (s *Service) update(ctx context.Context, w Word, was int64) error {
	n, err := db.Exec(ctx, s.db, `UPDATE wording SET word = ?, word_key = ?, locale = ?, kind = ?, severity = ?, instead = ?, active = ?,
		updated_at = ?, version = ? WHERE id = ? AND version = ?`,
		w.Word, text.Fold(w.Word), w.Locale, w.Kind, w.Severity, w.Instead, w.Active, w.UpdatedAt, w.Version, w.ID, was)
	if err == nil && n == 0 {
		return db.ErrStale
	}
	return taken(err)
}

func (s *Service) delete(ctx context.Context, id int64) error {
	_, err := db.Exec(ctx, s.db, "DELETE FROM wording WHERE id = ?", id)
	return err
}

// taken tells as a fault of the field that the word is watched already.
func taken(err error) error {
	if !errors.Is(err, db.ErrExists) {
		return err
	}
	var f fault.Fields
	f.Add("word", "field.taken")
	return f.Err()
}

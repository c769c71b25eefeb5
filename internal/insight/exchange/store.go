package exchange

import (
	"context"
	"slices"
	"time"

	"heed/internal/platform/db"
)

// Migrations gives the schema of imports.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "exchange", N: 1, SQL: `
CREATE TABLE import (
	id $id,
	kind $text NOT NULL, file $text NOT NULL, blob_key $text NOT NULL, bytes $int NOT NULL, format $text NOT NULL, encoding $text NOT NULL,
	comma $text NOT NULL, headers $json NOT NULL, sample $json NOT NULL, mapping $json NOT NULL,
	state $text NOT NULL, position $int NOT NULL, why $text NOT NULL, why_args $json NOT NULL, counts $json NOT NULL,
	by_id $int NOT NULL, by_name $text NOT NULL, at $time NOT NULL, told_at $time NOT NULL, ended_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE INDEX import_blob ON import (blob_key, id);
CREATE TABLE import_row (
	id $id,
	import_id $int NOT NULL REFERENCES import (id), n $int NOT NULL, line $int NOT NULL, kind $text NOT NULL,
	problems $json NOT NULL, cells $json NOT NULL
) $end;
CREATE INDEX import_row_import ON import_row (import_id, n);
CREATE TABLE import_key (
	kind $text NOT NULL, key $text NOT NULL, target_id $int NOT NULL,
	PRIMARY KEY (kind, key)
) $end;
CREATE INDEX import_key_target ON import_key (kind, target_id);
`}}
}

type importRow struct {
	ID       int64                   `db:"id"`
	Kind     string                  `db:"kind"`
	File     string                  `db:"file"`
	BlobKey  string                  `db:"blob_key"`
	Bytes    int64                   `db:"bytes"`
	Format   string                  `db:"format"`
	Encoding string                  `db:"encoding"`
	Comma    string                  `db:"comma"`
	Headers  db.JSON[[]string]       `db:"headers"`
	Sample   db.JSON[[][]string]     `db:"sample"`
	Mapping  db.JSON[map[string]int] `db:"mapping"`
	State    State                   `db:"state"`
	Position int64                   `db:"position"`
	Why      string                  `db:"why"`
	WhyArgs  db.JSON[map[string]any] `db:"why_args"`
	Counts   db.JSON[Counts]         `db:"counts"`
	ByID     int64                   `db:"by_id"`
	ByName   string                  `db:"by_name"`
	At       time.Time               `db:"at"`
	ToldAt   time.Time               `db:"told_at"`
	EndedAt  time.Time               `db:"ended_at"`
	Version  int64                   `db:"version"`
}

func rowOf(im Import) importRow {
	return importRow{
		im.ID, im.Kind, im.File, im.BlobKey, im.Bytes, im.Format, im.Encoding, im.Comma,
		db.JSON[[]string]{V: im.Headers},
		db.JSON[[][]string]{V: im.Sample},
		db.JSON[map[string]int]{V: im.Mapping},
		im.State, im.Position, im.Why,
		db.JSON[map[string]any]{V: im.WhyArgs},
		db.JSON[Counts]{V: im.Counts},
		im.ByID, im.ByName, im.At, stamp(im.ToldAt), stamp(im.EndedAt), im.Version,
	}
}

// stamp keeps a time that has not come as the beginning of time, which a column
// that is not null can hold.
func stamp(t time.Time) time.Time {
	if t.IsZero() {
		return time.UnixMicro(0).UTC()
	}
	return t
}

func unstamp(t time.Time) time.Time {
	if t.UnixMicro() == 0 {
		return time.Time{}
	}
	return t
}

func (r importRow) imported() Import {
	return Import{
		r.ID, r.Kind, r.File, r.BlobKey, r.Bytes, r.Format, r.Encoding, r.Comma, r.Headers.V, r.Sample.V, r.Mapping.V, r.State, r.Position, r.Why,
		r.WhyArgs.V, r.Counts.V, r.ByID, r.ByName, r.At, unstamp(r.ToldAt), unstamp(r.EndedAt), r.Version,
	}
}

func (s *Service) insert(ctx context.Context, im Import) (int64, error) {
	r := rowOf(im)
	return db.Insert(ctx, s.db, "import", &r)
}

func (s *Service) load(ctx context.Context, id int64) (Import, error) {
	r, err := db.One[importRow](ctx, s.db, "SELECT "+db.Cols[importRow]()+" FROM import WHERE id = ?", id)
	return r.imported(), err
}

func (s *Service) loadPage(ctx context.Context, before int64, limit int) ([]Import, error) {
	q := db.New("SELECT "+db.Cols[importRow]()+" FROM import WHERE 1 = 1").If(before != 0, "AND id < ?", before).Add("ORDER BY id DESC LIMIT ?", limit)
	rows, err := db.All[importRow](ctx, s.db, q.String(), q.Args()...)
	out := make([]Import, len(rows))
	for i, r := range rows {
		out[i] = r.imported()
	}
	return out, err
}

// unfinished gives the newest import of the same file and kind that was begun
// and not ended.
func (s *Service) unfinished(ctx context.Context, kind, blobKey string) ([]Import, error) {
	rows, err := db.All[importRow](ctx, s.db, "SELECT "+db.Cols[importRow]()+" FROM import WHERE blob_key = ? AND kind = ? AND state = ? ORDER BY id DESC LIMIT 1",
		blobKey, kind, Running)
	out := make([]Import, len(rows))
	for i, r := range rows {
		out[i] = r.imported()
	}
	return out, err
}

// save stores an import that was loaded at a version. It is db.ErrStale when
// another was first: so that two workers never store the same row twice.
func (s *Service) save(ctx context.Context, im Import, version int64) error {
	r := rowOf(im)
	n, err := db.Exec(ctx, s.db, `UPDATE import SET encoding = ?, comma = ?, headers = ?, sample = ?, mapping = ?, state = ?, position = ?, why = ?, why_args = ?,
		counts = ?, by_id = ?, by_name = ?, told_at = ?, ended_at = ?, version = ? WHERE id = ? AND version = ?`,
		r.Encoding, r.Comma, r.Headers, r.Sample, r.Mapping, r.State, r.Position, r.Why, r.WhyArgs, r.Counts, r.ByID, r.ByName, r.ToldAt, r.EndedAt, r.Version, r.ID, version)
	if err == nil && n == 0 {
		err = db.ErrStale
	}
	return err
}

func (s *Service) remove(ctx context.Context, id int64) error {
	if err := s.clearRows(ctx, id); err != nil {
		return err
	}
	_, err := db.Exec(ctx, s.db, "DELETE FROM import WHERE id = ?", id)
	return err
}

// Kept is a row that was not imported.
type Kept struct {
	ID       int64              `db:"id"`
	ImportID int64              `db:"import_id"`
	N        int64              `db:"n"`
	Line     int64              `db:"line"`
	Kind     string             `db:"kind"` // "bad" or "duplicate"
	Problems db.JSON[[]Problem] `db:"problems"`
	Cells    db.JSON[[]string]  `db:"cells"`
}

func (s *Service) keep(ctx context.Context, rows []Kept) error {
	for i := range rows {
		if _, err := db.Insert(ctx, s.db, "import_row", &rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) clearRows(ctx context.Context, id int64) error {
	_, err := db.Exec(ctx, s.db, "DELETE FROM import_row WHERE import_id = ?", id)
	return err
}

func (s *Service) kept(ctx context.Context, id, after int64, limit int) ([]Kept, error) {
	return db.All[Kept](ctx, s.db, "SELECT "+db.Cols[Kept]()+" FROM import_row WHERE import_id = ? AND n > ? ORDER BY n LIMIT ?", id, after, limit)
}

// keysAtOnce bounds the parameters of a statement: SQLite's driver takes a time
// that grows with their square.
const keysAtOnce = 50

type keyRow struct {
	Key    string `db:"key"`
	Target int64  `db:"target_id"`
}

// Known gives what external keys of a kind stand for.
func (s *Service) Known(ctx context.Context, kind string, keys []string) (map[string]int64, error) {
	out := map[string]int64{}
	for some := range slices.Chunk(keys, keysAtOnce) {
		q := db.In(db.New("SELECT key, target_id FROM import_key WHERE kind = ?", kind), "AND key IN", some)
		rows, err := db.All[keyRow](ctx, s.db, q.String(), q.Args()...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.Key] = r.Target
		}
	}
	return out, nil
}

// KeysOf gives the external keys of things, for exports.
func (s *Service) KeysOf(ctx context.Context, kind string, ids []int64) (map[int64]string, error) {
	out := map[int64]string{}
	for some := range slices.Chunk(ids, keysAtOnce) {
		q := db.In(db.New("SELECT key, target_id FROM import_key WHERE kind = ?", kind), "AND target_id IN", some)
		rows, err := db.All[keyRow](ctx, s.db, q.String(), q.Args()...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.Target] = r.Key
		}
	}
	return out, nil
}

func (s *Service) learn(ctx context.Context, kind, key string, id int64) error {
	_, err := db.Exec(ctx, s.db, `INSERT INTO import_key (kind, key, target_id) VALUES (?, ?, ?)
		ON CONFLICT (kind, key) DO UPDATE SET target_id = excluded.target_id`, kind, key, id)
	return err
}

// BlobsInUse tells which of the blobs belong to an import.
func (s *Service) BlobsInUse(ctx context.Context, keys []string) ([]string, error) {
	q := db.In(db.New("SELECT DISTINCT blob_key FROM import WHERE 1 = 1"), "AND blob_key IN", keys)
	return db.All[string](ctx, s.db, q.String(), q.Args()...)
}

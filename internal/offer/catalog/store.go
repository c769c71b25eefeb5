package catalog

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"heed/internal/kernel/day"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/platform/db"
	"heed/internal/platform/text"
)

// Migrations gives the schema of the catalogue.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "catalog", N: 1, SQL: `
CREATE TABLE product_category (
	id $id, parent_id $int NOT NULL, names $json NOT NULL, position $int NOT NULL, version $int NOT NULL
) $end;
CREATE TABLE product (
	id $id, code $text NOT NULL, code_key $text NOT NULL, model $text NOT NULL, names $json NOT NULL, summary $json NOT NULL,
	category_id $int NOT NULL, status $text NOT NULL, attributes $json NOT NULL, criticality $int NOT NULL,
	since_day $text NOT NULL, ended_day $text NOT NULL, created_at $time NOT NULL, updated_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE UNIQUE INDEX product_code ON product (code_key);
CREATE INDEX product_shelf ON product (category_id, id);
CREATE TABLE product_token (token $text NOT NULL, product_id $int NOT NULL, PRIMARY KEY (token, product_id)) $end;
CREATE INDEX product_token_product ON product_token (product_id);
CREATE TABLE product_document (
	id $id, product_id $int NOT NULL, series_id $int NOT NULL, n $int NOT NULL, kind $text NOT NULL, locale $text NOT NULL,
	title $text NOT NULL, audience $text NOT NULL, token $text NOT NULL, name $text NOT NULL, type $text NOT NULL, size $int NOT NULL,
	blob_key $text NOT NULL, added_by $text NOT NULL, added_at $time NOT NULL, superseded_at $time
) $end;
CREATE UNIQUE INDEX product_document_token ON product_document (token);
CREATE INDEX product_document_product ON product_document (product_id, id);
CREATE INDEX product_document_blob ON product_document (blob_key);
CREATE TABLE price_list (
	id $id, name $text NOT NULL, currency $text NOT NULL, tier $text NOT NULL, region $text NOT NULL,
	from_day $text NOT NULL, to_day $text NOT NULL, note $text NOT NULL, updated_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE TABLE price (
	id $id, list_id $int NOT NULL, product_id $int NOT NULL, minor $int NOT NULL, unit $text NOT NULL,
	from_day $text NOT NULL, to_day $text NOT NULL, set_by $text NOT NULL, set_at $time NOT NULL
) $end;
CREATE UNIQUE INDEX price_place ON price (list_id, product_id, from_day);
CREATE INDEX price_product ON price (product_id, id);
`, Postgres: `
ALTER TABLE product_token ALTER COLUMN token TYPE TEXT COLLATE "C";
ALTER TABLE product ALTER COLUMN code_key TYPE TEXT COLLATE "C";
`}}
}

// last is a character behind every other: what begins with p lies between p
// and p+last.
const last = "\U0010FFFF"

type productRow struct {
	ID          int64                `db:"id"`
	Code        string               `db:"code"`
	CodeKey     string               `db:"code_key"`
	Model       string               `db:"model"`
	Names       db.JSON[Names]       `db:"names"`
	Summary     db.JSON[Names]       `db:"summary"`
	CategoryID  int64                `db:"category_id"`
	Status      Status               `db:"status"`
	Attributes  db.JSON[[]Attribute] `db:"attributes"`
	Criticality int64                `db:"criticality"`
	Since       day.Day              `db:"since_day"`
	Ended       day.Day              `db:"ended_day"`
	CreatedAt   time.Time            `db:"created_at"`
	UpdatedAt   time.Time            `db:"updated_at"`
	Version     int64                `db:"version"`
}

func (r productRow) product() Product {
	return Product{
		r.ID, r.Code, r.Model, r.Names.V, r.Summary.V, r.CategoryID, r.Status, r.Attributes.V, r.Criticality, r.Since, r.Ended, r.CreatedAt, r.UpdatedAt, r.Version,
	}
}

func rowOf(p Product) *productRow {
	return &productRow{
		p.ID, p.Code, codeKey(p.Code), p.Model,
		db.JSON[Names]{V: p.Names},
		db.JSON[Names]{V: p.Summary},
		p.CategoryID, p.Status,
		db.JSON[[]Attribute]{V: p.Attributes},
		p.Criticality, p.Since, p.Ended, p.CreatedAt, p.UpdatedAt, p.Version,
	}
}

// codeKey is a code in the form in which equal ones are equal.
func codeKey(code string) string { return text.Fold(code) }

func products(rows []productRow) []Product {
	out := make([]Product, len(rows))
	for i, r := range rows {
		out[i] = r.product()
	}
	return out
}

func (s *Service) find(ctx context.Context, id int64) (Product, error) {
	r, err := db.One[productRow](ctx, s.db, "SELECT "+db.Cols[productRow]()+" FROM product WHERE id = ?", id)
	return r.product(), err
}

func (s *Service) findCode(ctx context.Context, code string) (Product, error) {
	r, err := db.One[productRow](ctx, s.db, "SELECT "+db.Cols[productRow]()+" FROM product WHERE code_key = ?", codeKey(oneLine(code)))
	return r.product(), err
}

// wordsMost bounds the words of a question; what follows is ignored.
const wordsMost = 8

func (s *Service) loadPage(ctx context.Context, f Filter, shelves []int64, req page.Request) ([]Product, error) {
	q := db.In(db.New("SELECT "+db.Cols[productRow]()+" FROM product WHERE 1 = 1"), "AND status IN", f.Statuses)
	if strings.TrimSpace(f.Q) != "" {
		words := text.Tokens(f.Q)
		if len(words) == 0 {
			return nil, nil
		}
		slices.Sort(words)
		words = slices.Compact(words)
		for _, w := range words[:min(len(words), wordsMost)] {
			q.Add("AND id IN (SELECT product_id FROM product_token WHERE token >= ? AND token < ?)", w, w+last)
		}
	}
	if f.CategoryID != 0 {
		db.In(q, "AND category_id IN", shelves)
	}
	q.If(f.Since != "", "AND since_day >= ?", f.Since)
	if req.Cursor != "" {
		var key string
		var id int64
		if err := page.Decode(req.Cursor, &key, &id); err != nil {
			return nil, err
		}
		q.Add("AND (code_key, id) > (?, ?)", key, id)
	}
	q.Add("ORDER BY code_key, id LIMIT ?", req.Size()+1)
	rows, err := db.All[productRow](ctx, s.db, q.String(), q.Args()...)
	return products(rows), err
}

func (s *Service) insert(ctx context.Context, p Product) (int64, error) {
	id, err := db.Insert(ctx, s.db, "product", rowOf(p))
	if err != nil {
		return 0, taken(err, "code")
	}
	p.ID = id
	return id, s.putTokens(ctx, p)
}

// update stores a product that was another one before.
func (s *Service) update(ctx context.Context, was, p Product) error {
	r := rowOf(p)
	n, err := db.Exec(ctx, s.db, `UPDATE product SET code = ?, code_key = ?, model = ?, names = ?, summary = ?, category_id = ?, status = ?, attributes = ?,
		criticality = ?, since_day = ?, ended_day = ?, updated_at = ?, version = ? WHERE id = ? AND version = ?`,
		r.Code, r.CodeKey, r.Model, r.Names, r.Summary, r.CategoryID, r.Status, r.Attributes, r.Criticality, r.Since, r.Ended, r.UpdatedAt, r.Version, r.ID, was.Version)
	switch {
	case err != nil:
		return taken(err, "code")
	case n == 0:
		return db.ErrStale
	case slices.Equal(was.tokens(), p.tokens()):
		return nil
	}
	if _, err := db.Exec(ctx, s.db, "DELETE FROM product_token WHERE product_id = ?", p.ID); err != nil {
		return err
	}
	return s.putTokens(ctx, p)
}

func (s *Service) putTokens(ctx context.Context, p Product) error {
	tokens := p.tokens()
	if len(tokens) == 0 {
		return nil
	}
	args := make([]any, 0, 2*len(tokens))
	for _, t := range tokens {
		args = append(args, t, p.ID)
	}
	_, err := db.Exec(ctx, s.db, "INSERT INTO product_token (token, product_id) VALUES "+
		strings.TrimSuffix(strings.Repeat("(?, ?), ", len(tokens)), ", "), args...)
	return err
}

// taken tells as a fault of the field that its value is in use.
func taken(err error, field string) error {
	if !errors.Is(err, db.ErrExists) {
		return err
	}
	var f fault.Fields
	f.Add(field, "field.taken")
	return f.Err()
}

type categoryRow struct {
	ID       int64          `db:"id"`
	ParentID int64          `db:"parent_id"`
	Names    db.JSON[Names] `db:"names"`
	Position int64          `db:"position"`
	Version  int64          `db:"version"`
}

func (r categoryRow) category() Category {
	return Category{r.ID, r.ParentID, r.Names.V, r.Position, r.Version}
}

// shelvesMost bounds the tree; a firm has some dozens.
const shelvesMost = 2000

func (s *Service) categories(ctx context.Context) ([]Category, error) {
	rows, err := db.All[categoryRow](ctx, s.db, "SELECT "+db.Cols[categoryRow]()+" FROM product_category ORDER BY parent_id, position, id LIMIT ?", shelvesMost)
	out := make([]Category, len(rows))
	for i, r := range rows {
		out[i] = r.category()
	}
	return out, err
}

func (s *Service) findCategory(ctx context.Context, id int64) (Category, error) {
	r, err := db.One[categoryRow](ctx, s.db, "SELECT "+db.Cols[categoryRow]()+" FROM product_category WHERE id = ?", id)
	return r.category(), err
}

func (s *Service) saveCategory(ctx context.Context, c Category) (int64, error) {
	r := categoryRow{c.ID, c.ParentID, db.JSON[Names]{V: c.Names}, c.Position, c.Version}
	if c.ID == 0 {
		return db.Insert(ctx, s.db, "product_category", &r)
	}
	n, err := db.Exec(ctx, s.db, "UPDATE product_category SET parent_id = ?, names = ?, position = ?, version = ? WHERE id = ? AND version = ?",
		r.ParentID, r.Names, r.Position, r.Version, r.ID, r.Version-1)
	if err == nil && n == 0 {
		err = db.ErrStale
	}
	return c.ID, err
}

func (s *Service) categoryUsed(ctx context.Context, id int64) (bool, error) {
	found, err := db.All[int64](ctx, s.db, `SELECT id FROM product_category WHERE parent_id = ?
		UNION ALL SELECT id FROM product WHERE category_id = ? LIMIT 1`, id, id)
	return len(found) > 0, err
}

func (s *Service) deleteCategory(ctx context.Context, id int64) error {
	_, err := db.Exec(ctx, s.db, "DELETE FROM product_category WHERE id = ?", id)
	return err
}

// Purge removes products, price lists and categories as if they had never been,
// with what hangs on them and their events, for demo data.
func (s *Service) Purge(ctx context.Context, productIDs, listIDs, categoryIDs []int64) error {
	return s.db.Write(ctx, func(ctx context.Context) error {
		for _, x := range []struct {
			kind   string
			ids    []int64
			column string
			tables []string
		}{
			{"product", productIDs, "product_id", []string{"product_token", "product_document", "price"}},
			{"price_list", listIDs, "list_id", []string{"price"}},
			{"product_category", categoryIDs, "", nil},
		} {
			if len(x.ids) == 0 {
				continue
			}
			for _, table := range x.tables {
				q := db.In(db.New("DELETE FROM "+table+" WHERE"), x.column+" IN", x.ids)
				if _, err := db.Exec(ctx, s.db, q.String(), q.Args()...); err != nil {
					return err
				}
			}
			q := db.In(db.New("DELETE FROM "+x.kind+" WHERE"), "id IN", x.ids)
			if _, err := db.Exec(ctx, s.db, q.String(), q.Args()...); err != nil {
				return err
			}
			if err := s.journal.Forget(ctx, x.kind, x.ids); err != nil {
				return err
			}
		}
		return nil
	})
}

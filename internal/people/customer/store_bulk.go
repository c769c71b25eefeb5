package customer

import (
	"context"
	"slices"
	"strings"

	"heed/internal/platform/db"
)

// manyAtOnce bounds the parameters of a statement: SQLite's driver takes a time
// that grows with their square.
const manyAtOnce = 50

// owners gives who has addresses or numbers, the oldest first.
func (s *Service) owners(ctx context.Context, kind string, values []string) (map[string][]owner, error) {
	out := map[string][]owner{}
	for some := range slices.Chunk(values, manyAtOnce) {
		q := db.New(`SELECT c.id, c.kind, c.name, i.value FROM customer_identity AS i JOIN customer AS c ON c.id = i.customer_id
			WHERE c.merged_into = 0 AND i.kind = ?`, kind)
		q = db.In(q, "AND i.value IN", some).Add("ORDER BY c.id")
		rows, err := db.All[owner](ctx, s.db, q.String(), q.Args()...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.Value] = append(out[r.Value], r)
		}
	}
	return out, nil
}

// named gives the customers who sort alike, at most 50, or those of them of whom
// neither address nor number is known.
func (s *Service) named(ctx context.Context, kind Kind, sort string, bare bool) ([]owner, error) {
	q := db.New("SELECT c.id, c.kind, c.name, '' AS value FROM customer AS c WHERE c.kind = ? AND c.name_sort = ? AND c.merged_into = 0", kind, sort)
	q.If(bare, "AND NOT EXISTS (SELECT 1 FROM customer_identity AS i WHERE i.customer_id = c.id)")
	q.Add("ORDER BY c.id LIMIT ?", manyAtOnce)
	return db.All[owner](ctx, s.db, q.String(), q.Args()...)
}

// loadMany gives customers in the order asked for, nil for 0.
func (s *Service) loadMany(ctx context.Context, ids []int64) ([]*Customer, error) {
	at := map[int64]*Customer{}
	wanted := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return id == 0 })
	for some := range slices.Chunk(wanted, manyAtOnce) {
		q := db.In(db.New("SELECT "+db.Cols[Customer]()+" FROM customer WHERE 1 = 1"), "AND id IN", some).Add("ORDER BY id")
		if s.db.Postgres() {
			q.Add("FOR UPDATE")
		}
		rows, err := db.All[Customer](ctx, s.db, q.String(), q.Args()...)
		if err != nil {
			return nil, err
		}
		if rows, err = s.complete(ctx, rows); err != nil {
			return nil, err
		}
		for i := range rows {
			at[rows[i].ID] = &rows[i]
		}
	}
	out := make([]*Customer, len(ids))
	for i, id := range ids {
		out[i] = at[id]
	}
	return out, nil
}

func (s *Service) insertOne(ctx context.Context, c *Customer) (int64, error) {
	return db.Insert(ctx, s.db, "customer", c)
}

func (s *Service) insertManyIdentities(ctx context.Context, all []*Customer) error {
	var rows [][]any
	for _, c := range all {
		for _, e := range c.Emails {
			rows = append(rows, []any{c.ID, kindEmail, e.Value, "", e.Label})
		}
		for _, p := range c.Phones {
			rows = append(rows, []any{c.ID, kindPhone, p.Number.String(), p.Number.Reversed(), p.Label})
		}
	}
	return s.insertRows(ctx, "INSERT INTO customer_identity (customer_id, kind, value, reversed, label) VALUES ", rows)
}

func (s *Service) insertManyTokens(ctx context.Context, all []*Customer) error {
	var rows [][]any
	for _, c := range all {
		for _, t := range c.tokens() {
			rows = append(rows, []any{t, c.ID})
		}
	}
	return s.insertRows(ctx, "INSERT INTO customer_token (token, customer_id) VALUES ", rows)
}

func (s *Service) insertRows(ctx context.Context, text string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	width := len(rows[0])
	one := "(" + strings.Repeat("?, ", width-1) + "?)"
	for some := range slices.Chunk(rows, manyAtOnce/width) {
		if _, err := db.Exec(ctx, s.db, text+strings.Repeat(one+", ", len(some)-1)+one, slices.Concat(some...)...); err != nil {
			return err
		}
	}
	return nil
}

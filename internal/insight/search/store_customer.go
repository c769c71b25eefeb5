package search

import (
	"context"
	"strings"
	"time"

	"heed/internal/people/customer"
	"heed/internal/people/identity"
	"heed/internal/platform/db"
	"heed/internal/platform/text"
)

type customerRow struct {
	ID        int64     `db:"id"`
	Name      string    `db:"name"`
	CreatedAt time.Time `db:"created_at"`

	emails, phones []string
	numbers        []string // of records that have become part of him
}

func (r customerRow) document() document {
	parts := append(nameWords(r.Name), customer.NumberOf(r.ID))
	parts = append(parts, r.numbers...)
	parts = append(parts, r.emails...)
	parts = append(parts, r.phones...)
	return document{id: r.ID, text: strings.Join(parts, apart)}
}

func (r customerRow) hit(q text.Parsed) Hit {
	h := Hit{Kind: HitCustomer, ID: r.ID, Title: r.Name, At: r.CreatedAt, Number: customer.NumberOf(r.ID)}
	shown := append([]string{}, r.emails...)
	for _, p := range r.phones {
		shown = append(shown, identity.ParsePhone(p).Shown(""))
	}
	h.snip(strings.Join(shown, " · "), q)
	return h
}

type identityRow struct {
	CustomerID int64  `db:"customer_id"`
	Kind       string `db:"kind"`
	Value      string `db:"value"`
}

type signpost struct {
	ID   int64 `db:"id"`
	Into int64 `db:"into_id"`
}

// signposts gives the records that have become part of customers, and whose.
func (s *Service) signposts(ctx context.Context, ids []int64) ([]signpost, error) {
	q := db.In(db.New("WITH RECURSIVE gone (id, into_id) AS (SELECT id, merged_into FROM customer WHERE merged_into > 0"), "AND merged_into IN", ids)
	q.Add("UNION SELECT c.id, gone.into_id FROM customer AS c JOIN gone ON c.merged_into = gone.id WHERE c.merged_into > 0) SELECT id, into_id FROM gone")
	return db.All[signpost](ctx, s.db, q.String(), q.Args()...)
}

// customers reads customers with what they are reached by. A record that has
// become part of another is found as that one.
func (s *Service) customers(ctx context.Context, ids []int64, lock string) ([]customerRow, error) {
	q := db.In(db.New("SELECT "+db.Cols[customerRow]()+" FROM customer WHERE merged_into = 0"), "AND id IN", ids).Add(lock)
	rows, err := db.All[customerRow](ctx, s.db, q.String(), q.Args()...)
	if err != nil {
		return nil, err
	}
	q = db.In(db.New("SELECT "+db.Cols[identityRow]()+" FROM customer_identity WHERE 1 = 1"), "AND customer_id IN", ids).Add("ORDER BY customer_id, id")
	identities, err := db.All[identityRow](ctx, s.db, q.String(), q.Args()...)
	if err != nil {
		return nil, err
	}
	at := make(map[int64]*customerRow, len(rows))
	for i := range rows {
		at[rows[i].ID] = &rows[i]
	}
	for _, one := range identities {
		r, ok := at[one.CustomerID]
		switch {
		case !ok:
		case one.Kind == "phone":
			r.phones = append(r.phones, one.Value)
		default:
			r.emails = append(r.emails, one.Value)
		}
	}
	gone, err := s.signposts(ctx, ids)
	for _, g := range gone {
		if r, ok := at[g.Into]; ok {
			r.numbers = append(r.numbers, customer.NumberOf(g.ID))
		}
	}
	return rows, err
}

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
}

func (r customerRow) document() document {
	parts := append(nameWords(r.Name), customer.NumberOf(r.ID))
	parts = append(parts, r.emails...)
	parts = append(parts, r.phones...)
	return document{r.ID, strings.Join(parts, apart)}
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

// customers reads customers with what they are reached by.
func (s *Service) customers(ctx context.Context, ids []int64, lock string) ([]customerRow, error) {
	q := db.In(db.New("SELECT "+db.Cols[customerRow]()+" FROM customer WHERE 1 = 1"), "AND id IN", ids).Add(lock)
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
	return rows, nil
}

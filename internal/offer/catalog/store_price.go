package catalog

import (
	"context"

	"heed/internal/platform/db"
)

// listsMost bounds the price lists of a firm.
const listsMost = 1000

func (s *Service) lists(ctx context.Context) ([]List, error) {
	return db.All[List](ctx, s.db, "SELECT "+db.Cols[List]()+" FROM price_list ORDER BY CASE WHEN to_day = '' THEN 0 ELSE 1 END, currency, tier, region, name, id LIMIT ?", listsMost)
}

func (s *Service) findList(ctx context.Context, id int64) (List, error) {
	return db.One[List](ctx, s.db, "SELECT "+db.Cols[List]()+" FROM price_list WHERE id = ?", id)
}

func (s *Service) saveList(ctx context.Context, l List) (int64, error) {
	if l.ID == 0 {
		return db.Insert(ctx, s.db, "price_list", &l)
	}
	n, err := db.Exec(ctx, s.db, `UPDATE price_list SET name = ?, currency = ?, tier = ?, region = ?, from_day = ?, to_day = ?, note = ?, updated_at = ?, version = ?
		WHERE id = ? AND version = ?`, l.Name, l.Currency, l.Tier, l.Region, l.From, l.To, l.Note, l.UpdatedAt, l.Version, l.ID, l.Version-1)
	if err == nil && n == 0 {
		err = db.ErrStale
	}
	return l.ID, err
}

func (s *Service) listUsed(ctx context.Context, id int64) (bool, error) {
	found, err := db.All[int64](ctx, s.db, "SELECT id FROM price WHERE list_id = ? LIMIT 1", id)
	return len(found) > 0, err
}

// pricesOf gives all prices of a product with their lists, by list and then the
// latest first.
func (s *Service) pricesOf(ctx context.Context, productID int64) ([]priced, error) {
	rows, err := db.All[Price](ctx, s.db, "SELECT "+db.Cols[Price]()+" FROM price WHERE product_id = ? ORDER BY list_id, from_day DESC, id", productID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	all, err := s.lists(ctx)
	if err != nil {
		return nil, err
	}
	byID := map[int64]List{}
	for _, l := range all {
		byID[l.ID] = l
	}
	var out []priced
	for _, r := range rows {
		if l, ok := byID[r.ListID]; ok {
			out = append(out, priced{r, l})
		}
	}
	return out, nil
}

// pricesMost bounds what is shown of one list.
const pricesMost = 5000

// pricesOn gives the prices on a list by the codes of their products, of each
// the latest first.
func (s *Service) pricesOn(ctx context.Context, l List) ([]Listed, error) {
	rows, err := db.All[Price](ctx, s.db, `SELECT p.id, p.list_id, p.product_id, p.minor, p.unit, p.from_day, p.to_day, p.set_by, p.set_at
		FROM price AS p JOIN product AS o ON o.id = p.product_id WHERE p.list_id = ? ORDER BY o.code_key, o.id, p.from_day DESC LIMIT ?`, l.ID, pricesMost)
	if err != nil || len(rows) == 0 {
		return []Listed{}, err
	}
	sold, err := db.All[productRow](ctx, s.db, "SELECT "+db.Cols[productRow]()+" FROM product WHERE id IN (SELECT product_id FROM price WHERE list_id = ?)", l.ID)
	if err != nil {
		return nil, err
	}
	byID := map[int64]Product{}
	for _, r := range sold {
		byID[r.ID] = r.product()
	}
	out := make([]Listed, len(rows))
	for i, r := range rows {
		out[i] = Listed{r, l, byID[r.ProductID]}
	}
	return out, nil
}

func (s *Service) findPrice(ctx context.Context, id int64) (Price, error) {
	return db.One[Price](ctx, s.db, "SELECT "+db.Cols[Price]()+" FROM price WHERE id = ?", id)
}

// priceFrom tells whether there is a price of the product on the list from that day on.
func (s *Service) priceFrom(ctx context.Context, p Price) (bool, error) {
	found, err := db.All[int64](ctx, s.db, "SELECT id FROM price WHERE list_id = ? AND product_id = ? AND from_day = ?", p.ListID, p.ProductID, p.From)
	return len(found) > 0, err
}

// putPrice stores a price in the place of one from the same day.
func (s *Service) putPrice(ctx context.Context, p Price) (int64, error) {
	if _, err := db.Exec(ctx, s.db, "DELETE FROM price WHERE list_id = ? AND product_id = ? AND from_day = ?", p.ListID, p.ProductID, p.From); err != nil {
		return 0, err
	}
	return db.Insert(ctx, s.db, "price", &p)
}

func (s *Service) deletePrice(ctx context.Context, id int64) error {
	_, err := db.Exec(ctx, s.db, "DELETE FROM price WHERE id = ?", id)
	return err
}

func (s *Service) endPrice(ctx context.Context, p Price) error {
	_, err := db.Exec(ctx, s.db, "UPDATE price SET to_day = ? WHERE id = ?", p.To, p.ID)
	return err
}

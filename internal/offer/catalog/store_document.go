package catalog

import (
	"context"

	"heed/internal/platform/db"
)

func (s *Service) documents(ctx context.Context, productID int64, all bool) ([]Document, error) {
	q := db.New("SELECT "+db.Cols[Document]()+" FROM product_document WHERE product_id = ?", productID).
		If(!all, "AND superseded_at IS NULL").Add("ORDER BY kind, locale, series_id, n DESC, id")
	return db.All[Document](ctx, s.db, q.String(), q.Args()...)
}

func (s *Service) findDocument(ctx context.Context, id int64) (Document, error) {
	return db.One[Document](ctx, s.db, "SELECT "+db.Cols[Document]()+" FROM product_document WHERE id = ?", id)
}

func (s *Service) findDocumentByToken(ctx context.Context, token string) (Document, error) {
	return db.One[Document](ctx, s.db, "SELECT "+db.Cols[Document]()+" FROM product_document WHERE token = ?", token)
}

// insertDocument stores a document; the version before it, if there is one, is
// superseded by it.
func (s *Service) insertDocument(ctx context.Context, d Document, replaces int64) (Document, error) {
	if replaces != 0 {
		if err := s.supersede(ctx, replaces); err != nil {
			return d, err
		}
	}
	var err error
	if d.ID, err = db.Insert(ctx, s.db, "product_document", &d); err != nil || d.SeriesID != 0 {
		return d, err
	}
	d.SeriesID = d.ID
	_, err = db.Exec(ctx, s.db, "UPDATE product_document SET series_id = ? WHERE id = ?", d.SeriesID, d.ID)
	return d, err
}

// supersede is db.ErrStale when another transaction was first.
func (s *Service) supersede(ctx context.Context, id int64) error {
	n, err := db.Exec(ctx, s.db, "UPDATE product_document SET superseded_at = ? WHERE id = ? AND superseded_at IS NULL", s.clock.Now(), id)
	if err == nil && n == 0 {
		err = db.ErrStale
	}
	return err
}

func (s *Service) blobsInUse(ctx context.Context, keys []string) ([]string, error) {
	q := db.In(db.New("SELECT blob_key FROM product_document WHERE 1 = 1"), "AND blob_key IN", keys)
	return db.All[string](ctx, s.db, q.String(), q.Args()...)
}

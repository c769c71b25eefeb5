package catalog

import (
	"context"
	"slices"

	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
)

// PublicList gives to anybody the products that are offered, by their code.
func (s *Service) PublicList(ctx context.Context, q string, categoryID int64, req page.Request) (page.Of[Product], error) {
	return s.list(ctx, Filter{Q: q, CategoryID: categoryID, Statuses: []Status{Active}}, req)
}

// PublicProduct gives to anybody a product with its public documents. One that
// has been discontinued is still shown, for those who own it; a draft is not there.
func (s *Service) PublicProduct(ctx context.Context, id int64) (Product, []Document, error) {
	p, err := s.find(ctx, id)
	if err != nil {
		return Product{}, nil, err
	}
	if p.Status == Draft {
		return Product{}, nil, fault.NotFound("not_found")
	}
	docs, err := s.documents(ctx, id, false)
	return p, slices.DeleteFunc(docs, func(d Document) bool { return d.Audience != Public }), err
}

// PublicCategories gives to anybody the tree of categories.
func (s *Service) PublicCategories(ctx context.Context) ([]Category, error) { return s.categories(ctx) }

package catalog

import (
	"context"
	"errors"
	"io"

	"heed/internal/kernel/clock"
	"heed/internal/kernel/day"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/journal"
)

// Desk is what the catalogue asks of the tickets and their conversations, which
// live above it.
type Desk interface {
	// See gives the customer of a ticket that the actor may see, 0 for none.
	See(ctx context.Context, ticketID int64) (customerID int64, err error)
	// Attach stores a file of the actor's that Reply takes.
	Attach(ctx context.Context, name string, content io.Reader) (fileID int64, err error)
	// Reply writes to the customer, with the file, inside a Write.
	Reply(ctx context.Context, ticketID int64, html string, fileID int64) error
}

// Deps are what the service is made of.
type Deps struct {
	DB      *db.DB
	Journal *journal.Journal
	Clock   clock.Clock
	Setting *setting.Service
	Blobs   blob.Store
	Desk    Desk
	// Buyer tells of a customer, or of somebody unknown (0), for which prices he is asked.
	Buyer func(ctx context.Context, customerID int64) (Buyer, error)
	// FileLimit bounds a document, in bytes.
	FileLimit int64
}

// Service holds the use cases of the catalogue.
type Service struct {
	db        *db.DB
	journal   *journal.Journal
	clock     clock.Clock
	setting   *setting.Service
	blobs     blob.Store
	desk      Desk
	buyer     func(ctx context.Context, customerID int64) (Buyer, error)
	fileLimit int64
}

// New makes the service.
func New(d Deps) *Service {
	return &Service{d.DB, d.Journal, d.Clock, d.Setting, d.Blobs, d.Desk, d.Buyer, d.FileLimit}
}

// Today is the day that it is in the firm's zone.
func (s *Service) Today(ctx context.Context) (day.Day, error) {
	set, err := s.setting.Get(ctx)
	return day.In(s.clock.Now(), set.Zone), err
}

// Filter chooses products. Empty is any; drafts are found by who may edit.
type Filter struct {
	Q          string
	CategoryID int64 // with all below it
	Statuses   []Status
	NewOnly    bool    // launched within NewDays
	Since      day.Day // launched on that day or later (R067)
}

// List gives products by their code.
func (s *Service) List(ctx context.Context, f Filter, req page.Request) (page.Of[Product], error) {
	if err := authority.Require(ctx, authority.CatalogView); err != nil {
		return page.Of[Product]{}, err
	}
	return s.list(ctx, f, req)
}

func (s *Service) list(ctx context.Context, f Filter, req page.Request) (page.Of[Product], error) {
	today, err := s.Today(ctx)
	if err != nil {
		return page.Of[Product]{}, err
	}
	if len(f.Statuses) == 0 {
		f.Statuses = []Status{Active, Discontinued}
		if authority.Require(ctx, authority.CatalogEdit) == nil {
			f.Statuses = append(f.Statuses, Draft)
		}
	}
	if f.NewOnly {
		f.Statuses, f.Since = []Status{Active}, max(f.Since, today.Add(-NewDays))
	}
	var out page.Of[Product]
	err = s.db.Read(ctx, func(ctx context.Context) error {
		var shelves []int64
		if f.CategoryID != 0 {
			all, err := s.categories(ctx)
			if err != nil {
				return err
			}
			shelves = treeOf(all).down(f.CategoryID)
		}
		rows, err := s.loadPage(ctx, f, shelves, req)
		if err != nil {
			return err
		}
		out = page.Cut(rows, req.Size(), func(p Product) []any { return []any{codeKey(p.Code), p.ID} })
		out.Position, err = s.journal.Position(ctx)
		return err
	})
	return out, err
}

// Get gives a product, whatever its state: what a customer bought long ago is
// asked about today (R304).
func (s *Service) Get(ctx context.Context, id int64) (Product, error) {
	if err := authority.Require(ctx, authority.CatalogView); err != nil {
		return Product{}, err
	}
	return s.find(ctx, id)
}

// ByCode gives the product with a code; a KindNotFound fault when there is none.
func (s *Service) ByCode(ctx context.Context, code string) (Product, error) {
	if err := authority.Require(ctx, authority.CatalogView); err != nil {
		return Product{}, err
	}
	return s.findCode(ctx, code)
}

// CriticalityOf tells how much stands still without a product, 1 to 3; 0 when
// nobody has judged or there is no such product.
func (s *Service) CriticalityOf(ctx context.Context, productID int64) (int64, error) {
	p, err := s.find(ctx, productID)
	if errors.Is(err, db.ErrNotFound) {
		return 0, nil
	}
	return p.Criticality, err
}

// Shelves lists a product's category and those above it, for who is authorised
// for a category.
func (s *Service) Shelves(ctx context.Context, productID int64) ([]int64, error) {
	p, err := s.find(ctx, productID)
	if err != nil {
		return nil, err
	}
	all, err := s.categories(ctx)
	return treeOf(all).up(p.CategoryID), err
}

// Create makes a product.
func (s *Service) Create(ctx context.Context, in Patch) (Product, error) {
	if err := authority.Require(ctx, authority.CatalogEdit); err != nil {
		return Product{}, err
	}
	if in.Status == nil {
		draft := Draft
		in.Status = &draft
	}
	today, err := s.Today(ctx)
	if err != nil {
		return Product{}, err
	}
	p, err := Product{}.with(in, today)
	if err != nil {
		return Product{}, err
	}
	p.CreatedAt, p.UpdatedAt, p.Version = s.clock.Now(), s.clock.Now(), 1
	err = s.db.Write(ctx, func(ctx context.Context) (err error) {
		if err := s.checkShelf(ctx, p.CategoryID); err != nil {
			return err
		}
		if p.ID, err = s.insert(ctx, p); err != nil {
			return err
		}
		if err := s.journal.Record(ctx, p.event(EventCreated)); err != nil {
			return err
		}
		if p.Status == Active && in.Since == nil {
			return s.journal.Record(ctx, p.event(EventLaunched))
		}
		return nil
	})
	return p, err
}

// Change changes a product that was seen at a version; 0 is any.
func (s *Service) Change(ctx context.Context, id, version int64, c Patch) (Product, error) {
	if err := authority.Require(ctx, authority.CatalogEdit); err != nil {
		return Product{}, err
	}
	today, err := s.Today(ctx)
	if err != nil {
		return Product{}, err
	}
	var p Product
	err = s.db.Write(ctx, func(ctx context.Context) error {
		was, err := s.find(ctx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != was.Version {
			return db.ErrStale
		}
		if p, err = was.with(c, today); err != nil {
			return err
		}
		fields := was.differs(p)
		if len(fields) == 0 {
			p = was
			return nil
		}
		if p.CategoryID != was.CategoryID {
			if err := s.checkShelf(ctx, p.CategoryID); err != nil {
				return err
			}
		}
		p.UpdatedAt, p.Version = s.clock.Now(), was.Version+1
		if err := s.update(ctx, was, p); err != nil {
			return err
		}
		return s.journal.Record(ctx, p.event(kindOf(was, p), fields...))
	})
	return p, err
}

// kindOf says what a change of a product means to others.
func kindOf(was, now Product) string {
	switch {
	case now.Status == Active && was.Since == "":
		return EventLaunched
	case now.Status == Discontinued && was.Status != Discontinued:
		return EventDiscontinued
	}
	return EventChanged
}

func (s *Service) checkShelf(ctx context.Context, id int64) error {
	if id == 0 {
		return nil
	}
	_, err := s.findCategory(ctx, id)
	if errors.Is(err, db.ErrNotFound) {
		var f fault.Fields
		f.Add("category_id", "field.not_found")
		return f.Err()
	}
	return err
}

// Compare puts at most CompareMost products side by side (R259), in the order
// in which they are asked for.
func (s *Service) Compare(ctx context.Context, ids []int64) ([]Product, []Row, error) {
	if err := authority.Require(ctx, authority.CatalogView); err != nil {
		return nil, nil, err
	}
	if len(ids) < 2 || len(ids) > CompareMost {
		var f fault.Fields
		f.Add("ids", "catalog.compare_count", "max", CompareMost)
		return nil, nil, f.Err()
	}
	var products []Product
	for _, id := range ids {
		p, err := s.find(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		products = append(products, p)
	}
	return products, Compare(products), nil
}

// Categories gives all categories, those at the same place by position.
func (s *Service) Categories(ctx context.Context) ([]Category, error) {
	if err := authority.Require(ctx, authority.CatalogView); err != nil {
		return nil, err
	}
	return s.categories(ctx)
}

// SaveCategory makes a category (id 0) or changes one that was seen at a version
// (0: any).
func (s *Service) SaveCategory(ctx context.Context, id, version int64, p CategoryPatch) (Category, error) {
	if err := authority.Require(ctx, authority.CatalogEdit); err != nil {
		return Category{}, err
	}
	var c Category
	err := s.db.Write(ctx, func(ctx context.Context) error {
		all, err := s.categories(ctx)
		if err != nil {
			return err
		}
		if id != 0 {
			if c, err = s.findCategory(ctx, id); err != nil {
				return err
			}
			if version != 0 && version != c.Version {
				return db.ErrStale
			}
		}
		if c, err = c.with(p, treeOf(all)); err != nil {
			return err
		}
		c.Version++
		if c.ID, err = s.saveCategory(ctx, c); err != nil {
			return err
		}
		return s.journal.Record(ctx, categoryChanged(c))
	})
	return c, err
}

// RemoveCategory removes an empty category; one that still has products or
// categories below it is the fault "catalog.category_used".
func (s *Service) RemoveCategory(ctx context.Context, id int64) error {
	if err := authority.Require(ctx, authority.CatalogEdit); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		c, err := s.findCategory(ctx, id)
		if err != nil {
			return err
		}
		used, err := s.categoryUsed(ctx, id)
		if err != nil {
			return err
		}
		if used {
			return fault.Conflict("catalog.category_used")
		}
		if err := s.deleteCategory(ctx, id); err != nil {
			return err
		}
		return s.journal.Record(ctx, categoryChanged(c))
	})
}

func treeOf(all []Category) tree {
	t := tree{}
	for _, c := range all {
		t[c.ID] = c
	}
	return t
}

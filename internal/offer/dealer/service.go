package dealer

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"heed/internal/kernel/clock"
	"heed/internal/kernel/day"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/journal"
	"heed/internal/platform/text"
)

// Deps are what the service is made of.
type Deps struct {
	DB      *db.DB
	Journal *journal.Journal
	Clock   clock.Clock
	Setting *setting.Service
	// Shelves lists the category of a product and those above it.
	Shelves func(ctx context.Context, productID int64) ([]int64, error)
}

// Service holds the use cases of dealers.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	clock   clock.Clock
	setting *setting.Service
	shelves func(ctx context.Context, productID int64) ([]int64, error)
}

// New makes the service.
func New(d Deps) *Service { return &Service{d.DB, d.Journal, d.Clock, d.Setting, d.Shelves} }

// Today is the day that it is in the firm's zone.
func (s *Service) Today(ctx context.Context) (day.Day, error) {
	set, err := s.setting.Get(ctx)
	return day.In(s.clock.Now(), set.Zone), err
}

// Filter chooses dealers; empty is any.
type Filter struct {
	Q         string
	Kind      Kind
	Region    string
	ProductID int64
	// Current leaves out who may not be named to customers today (R450).
	Current bool
	City    string // the nearest first
}

// Found is a dealer that was looked for.
type Found struct {
	Dealer
	Current bool
	Km      int64 // from the city asked for; -1 when it cannot be told
}

// List gives dealers: by distance when a city is asked for, else by name.
func (s *Service) List(ctx context.Context, f Filter, req page.Request) (page.Of[Found], error) {
	if err := authority.Require(ctx, authority.CatalogView); err != nil {
		return page.Of[Found]{}, err
	}
	return s.search(ctx, f, req)
}

// Nearest gives to anybody the dealers that may be named, the nearest to the
// city first (R298, R450). In what the firm keeps for itself they are empty.
func (s *Service) Nearest(ctx context.Context, f Filter, req page.Request) (page.Of[Found], error) {
	f.Current = true
	out, err := s.search(ctx, f, req)
	for i := range out.Items {
		d := &out.Items[i]
		d.Contacts, d.Rating, d.Contract, d.Notes, d.Email = nil, 0, "", "", ""
	}
	return out, err
}

func (s *Service) search(ctx context.Context, f Filter, req page.Request) (page.Of[Found], error) {
	today, err := s.Today(ctx)
	if err != nil {
		return page.Of[Found]{}, err
	}
	var shelves []int64
	if f.ProductID != 0 {
		if shelves, err = s.shelves(ctx, f.ProductID); err != nil {
			return page.Of[Found]{}, err
		}
	}
	var out page.Of[Found]
	err = s.db.Read(ctx, func(ctx context.Context) error {
		all, err := s.all(ctx)
		if err != nil {
			return err
		}
		out.Items = found(all, f, shelves, today)
		out.Position, err = s.journal.Position(ctx)
		return err
	})
	if err != nil {
		return out, err
	}
	return cutAt(out, req)
}

// found filters and orders dealers.
func found(all []Dealer, f Filter, shelves []int64, today day.Day) []Found {
	words := strings.Fields(text.Fold(f.Q))
	city, known := CityOf(f.City)
	out := []Found{}
	for _, d := range all {
		x := Found{Dealer: d, Current: d.Current(today), Km: -1}
		if f.Current && !x.Current || f.Kind != "" && d.Kind != f.Kind || f.ProductID != 0 && !d.Sells(f.ProductID, shelves) ||
			f.Region != "" && text.Fold(f.Region) != text.Fold(d.Region) || !d.matches(words) {
			continue
		}
		if at, ok := d.Place(); ok && known {
			x.Km = int64(math.Round(city.At.Km(at)))
		}
		out = append(out, x)
	}
	far := func(km int64) int64 {
		if km < 0 {
			return math.MaxInt64
		}
		return km
	}
	slices.SortFunc(out, func(a, b Found) int {
		by := cmp.Or(cmp.Compare(text.NameIndex(a.Name), text.NameIndex(b.Name)), cmp.Compare(a.ID, b.ID))
		if !known {
			return by
		}
		return cmp.Or(cmp.Compare(far(a.Km), far(b.Km)), cmp.Compare(b.Rating, a.Rating), by)
	})
	return out
}

// cutAt makes a page of what was found: what follows the dealer that the cursor names.
func cutAt(all page.Of[Found], req page.Request) (page.Of[Found], error) {
	if req.Cursor != "" {
		var after int64
		if err := page.Decode(req.Cursor, &after); err != nil {
			return all, err
		}
		all.Items = all.Items[slices.IndexFunc(all.Items, func(f Found) bool { return f.ID == after })+1:]
	}
	out := page.Cut(all.Items, req.Size(), func(f Found) []any { return []any{f.ID} })
	out.Position = all.Position
	return out, nil
}

// Get gives a dealer, whether he is current or not.
func (s *Service) Get(ctx context.Context, id int64) (Dealer, error) {
	if err := authority.Require(ctx, authority.CatalogView); err != nil {
		return Dealer{}, err
	}
	return s.find(ctx, id)
}

// InForce gives a dealer to whom something may be forwarded today; for any other
// it is the fault "dealer.not_current".
func (s *Service) InForce(ctx context.Context, id int64) (Dealer, error) {
	d, err := s.Get(ctx, id)
	if err != nil {
		return Dealer{}, err
	}
	today, err := s.Today(ctx)
	if err == nil && !d.Current(today) {
		err = fault.Conflict("dealer.not_current", "name", d.Name)
	}
	return d, err
}

// Create makes a dealer.
func (s *Service) Create(ctx context.Context, p Patch) (Dealer, error) {
	if err := authority.Require(ctx, authority.DealerEdit); err != nil {
		return Dealer{}, err
	}
	country, err := s.setting.Country(ctx)
	if err != nil {
		return Dealer{}, err
	}
	d, err := Dealer{Kind: Seller, Status: Active, Version: 1, UpdatedAt: s.clock.Now()}.with(p, country)
	if err != nil {
		return Dealer{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context) (err error) {
		if d.ID, err = s.insert(ctx, d); err != nil {
			return err
		}
		return s.journal.Record(ctx, d.event(EventCreated))
	})
	return d, err
}

// Change changes a dealer that was seen at a version; 0 is any.
func (s *Service) Change(ctx context.Context, id, version int64, p Patch) (Dealer, error) {
	if err := authority.Require(ctx, authority.DealerEdit); err != nil {
		return Dealer{}, err
	}
	country, err := s.setting.Country(ctx)
	if err != nil {
		return Dealer{}, err
	}
	var d Dealer
	err = s.db.Write(ctx, func(ctx context.Context) error {
		was, err := s.find(ctx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != was.Version {
			return db.ErrStale
		}
		if d, err = was.with(p, country); err != nil {
			return err
		}
		d.UpdatedAt, d.Version = s.clock.Now(), was.Version+1
		if err := s.update(ctx, d, was.Version); err != nil {
			return err
		}
		return s.journal.Record(ctx, d.event(EventChanged))
	})
	return d, err
}

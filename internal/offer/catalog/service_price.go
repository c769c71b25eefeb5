package catalog

import (
	"context"
	"errors"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/day"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
)

// Offer is what a product costs somebody on a day. A product that is not active
// is not offered and has no quotes (R304).
type Offer struct {
	Product Product
	Buyer   Buyer
	On      day.Day
	Offered bool
	Quotes  []Quote // one a currency, the most specific first
}

// Offer tells what a product costs a buyer on a day; an empty day is today.
func (s *Service) Offer(ctx context.Context, productID int64, b Buyer, on day.Day) (Offer, error) {
	p, err := s.Get(ctx, productID)
	if err != nil {
		return Offer{}, err
	}
	if !on.Valid() {
		var f fault.Fields
		f.Add("on", "field.date_invalid")
		return Offer{}, f.Err()
	}
	if on == "" {
		if on, err = s.Today(ctx); err != nil {
			return Offer{}, err
		}
	}
	o := Offer{Product: p, Buyer: b, On: on, Offered: p.Status == Active, Quotes: []Quote{}}
	if !o.Offered {
		return o, nil
	}
	all, err := s.pricesOf(ctx, productID)
	o.Quotes = quotes(all, b, on)
	return o, err
}

// OfferTo is Offer for a customer, by his tier and region as they are known; 0 is
// somebody who is not.
func (s *Service) OfferTo(ctx context.Context, productID, customerID int64, on day.Day) (Offer, error) {
	if err := authority.Require(ctx, authority.CatalogView); err != nil {
		return Offer{}, err
	}
	b, err := s.buyer(ctx, customerID)
	if err != nil {
		return Offer{}, err
	}
	return s.Offer(ctx, productID, b, on)
}

// Lists gives all price lists by name; those that have ended come last.
func (s *Service) Lists(ctx context.Context) ([]List, error) {
	if err := authority.Require(ctx, authority.CatalogView); err != nil {
		return nil, err
	}
	return s.lists(ctx)
}

// ListByID gives a price list.
func (s *Service) ListByID(ctx context.Context, id int64) (List, error) {
	if err := authority.Require(ctx, authority.CatalogView); err != nil {
		return List{}, err
	}
	return s.findList(ctx, id)
}

// SaveList makes a price list (id 0) or changes one that was seen at a version
// (0: any). The currency of a list that has prices is not changed.
func (s *Service) SaveList(ctx context.Context, id, version int64, p ListPatch) (List, error) {
	if err := authority.Require(ctx, authority.CatalogEdit); err != nil {
		return List{}, err
	}
	var l List
	err := s.db.Write(ctx, func(ctx context.Context) (err error) {
		var was List
		if id != 0 {
			if was, err = s.findList(ctx, id); err != nil {
				return err
			}
			if version != 0 && version != was.Version {
				return db.ErrStale
			}
		}
		if l, err = was.with(p); err != nil {
			return err
		}
		if id != 0 && l.Currency != was.Currency {
			used, err := s.listUsed(ctx, id)
			if err != nil {
				return err
			}
			if used {
				var f fault.Fields
				f.Add("currency", "catalog.currency_fixed")
				return f.Err()
			}
		}
		l.Version, l.UpdatedAt = was.Version+1, s.clock.Now()
		if l.ID, err = s.saveList(ctx, l); err != nil {
			return err
		}
		return s.journal.Record(ctx, l.changed())
	})
	return l, err
}

// Listed is a price with what it is on and of.
type Listed struct {
	Price
	List    List
	Product Product
}

// PricesOn gives the prices on a list by the codes of the products, with what
// has been and what will be.
func (s *Service) PricesOn(ctx context.Context, listID int64) ([]Listed, error) {
	l, err := s.ListByID(ctx, listID)
	if err != nil {
		return nil, err
	}
	return s.pricesOn(ctx, l)
}

// PricesOf gives all prices of a product, what has been and what will be, also
// of one that is discontinued (R304).
func (s *Service) PricesOf(ctx context.Context, productID int64) ([]Listed, error) {
	p, err := s.Get(ctx, productID)
	if err != nil {
		return nil, err
	}
	all, err := s.pricesOf(ctx, productID)
	out := make([]Listed, len(all))
	for i, x := range all {
		out[i] = Listed{x.Price, x.list, p}
	}
	return out, err
}

// PriceInput is a price to be set. An empty From is today.
type PriceInput struct {
	ListID, ProductID int64
	Minor             int64 // in the list's currency
	Unit              string
	From, To          day.Day
}

// SetPrice sets what a product costs on a list from a day on. The price before
// stays for the days before (R005); one that was set for the same day, and has
// not begun yet or began today, is replaced.
func (s *Service) SetPrice(ctx context.Context, in PriceInput) (Price, error) {
	if err := authority.Require(ctx, authority.CatalogEdit); err != nil {
		return Price{}, err
	}
	today, err := s.Today(ctx)
	if err != nil {
		return Price{}, err
	}
	p := Price{ListID: in.ListID, ProductID: in.ProductID, Minor: in.Minor, Unit: oneLine(in.Unit), From: orElse(in.From, today), To: in.To, SetBy: actor.From(ctx).Name, SetAt: s.clock.Now()}
	var f fault.Fields
	if p.Minor < 0 {
		f.Add("minor", "field.too_small", "min", 0)
	}
	if len([]rune(p.Unit)) > unitMost {
		f.Add("unit", "field.too_long", "max", unitMost)
	}
	checkDays(p.From, p.To, &f)
	err = s.db.Write(ctx, func(ctx context.Context) error {
		f := f
		l, err := s.findList(ctx, in.ListID)
		if err != nil {
			return err
		}
		_, err = s.find(ctx, in.ProductID)
		switch {
		case errors.Is(err, db.ErrNotFound):
			f.Add("product_id", "field.not_found")
		case err != nil:
			return err
		}
		if p.From < today {
			begun, err := s.priceFrom(ctx, p)
			if err != nil {
				return err
			}
			if begun {
				f.Add("from", "catalog.price_begun")
			}
		}
		if err := f.Err(); err != nil {
			return err
		}
		if p.ID, err = s.putPrice(ctx, p); err != nil {
			return err
		}
		return s.journal.Record(ctx, p.event(EventPriceSet, l.Currency))
	})
	return p, err
}

// EndPrice has a price hold until yesterday at the longest: one that has not begun
// is removed, one that holds ends.
func (s *Service) EndPrice(ctx context.Context, id int64) error {
	if err := authority.Require(ctx, authority.CatalogEdit); err != nil {
		return err
	}
	today, err := s.Today(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		p, err := s.findPrice(ctx, id)
		if err != nil {
			return err
		}
		l, err := s.findList(ctx, p.ListID)
		if err != nil {
			return err
		}
		switch {
		case p.From >= today:
			err = s.deletePrice(ctx, id)
		case p.To != "" && p.To < today:
			return nil
		default:
			p.To = today.Add(-1)
			err = s.endPrice(ctx, p)
		}
		if err != nil {
			return err
		}
		return s.journal.Record(ctx, p.event(EventPriceEnded, l.Currency))
	})
}

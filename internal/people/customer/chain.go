package customer

import (
	"context"
	"slices"
	"time"

	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
)

// The kinds of links in a supply chain.
const (
	LinkSupplies       = "supplies"        // the upper one supplies the lower one
	LinkDistributesFor = "distributes_for" // the lower one distributes for the upper one
)

// The bounds of a chain that is shown.
const (
	chainDeep = 8
	chainMost = 200
)

// Link joins two customers of a supply chain. The upper one is nearer to the
// maker.
type Link struct {
	ID    int64     `db:"id"`
	Upper int64     `db:"upper_id"`
	Lower int64     `db:"lower_id"`
	Kind  string    `db:"kind"`
	At    time.Time `db:"at"`
}

// Node is a customer in the chain of another one.
type Node struct {
	Customer Customer
	Steps    int   // from the one asked about: -1 supplies him, 1 is supplied by him
	Via      int64 // the neighbour through whom he was found
	Link     Link  // with him
}

// Chain gives who stands above a customer, the nearest first, and who stands
// below, at most eight steps and 200 customers each way (R051).
func (s *Service) Chain(ctx context.Context, id int64) (up, down []Node, err error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, nil, err
	}
	if up, err = s.walk(ctx, id, -1); err != nil {
		return nil, nil, err
	}
	down, err = s.walk(ctx, id, 1)
	return up, down, err
}

// SuppliersOf gives who supplies a customer directly; when nobody does, who
// supplies the first of his organizations that has somebody.
func (s *Service) SuppliersOf(ctx context.Context, id int64) ([]Customer, error) {
	out := []Customer{}
	var failed error
	err := s.withHomes(ctx, id, func(c Customer) bool {
		links, err := s.links(ctx, []int64{c.ID}, -1)
		if err != nil {
			failed = err
			return true
		}
		ids := make([]int64, 0, len(links))
		for _, l := range links {
			ids = append(ids, l.Upper)
		}
		out, failed = s.many(ctx, ids)
		return failed != nil || len(out) > 0
	})
	if err == nil {
		err = failed
	}
	return out, err
}

// walk goes up (-1) or down (1) step by step. Whoever was met is not met again,
// so that a circle ends.
func (s *Service) walk(ctx context.Context, from int64, way int) ([]Node, error) {
	out := []Node{}
	met, frontier := []int64{from}, []int64{from}
	for step := 1; step <= chainDeep && len(frontier) > 0 && len(out) < chainMost; step++ {
		links, err := s.links(ctx, frontier, way)
		if err != nil {
			return nil, err
		}
		found := map[int64]Node{}
		var ids []int64
		for _, l := range links {
			next, via := l.Lower, l.Upper
			if way < 0 {
				next, via = l.Upper, l.Lower
			}
			if slices.Contains(met, next) || len(met) > chainMost {
				continue
			}
			met, ids = append(met, next), append(ids, next)
			found[next] = Node{Steps: step * way, Via: via, Link: l}
		}
		customers, err := s.many(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, c := range customers {
			n := found[c.ID]
			n.Customer = c
			out = append(out, n)
		}
		frontier = ids
	}
	return out, nil
}

// LinkTo puts other above (up) or below a customer in the supply chain. Faults
// of the field customer_id: "field.not_found", "customer.chain_circle" when he
// stands on the other side already, and of kind.
func (s *Service) LinkTo(ctx context.Context, id, other int64, up bool, kind string) (Link, error) {
	if err := authority.Require(ctx, authority.CustomerEdit); err != nil {
		return Link{}, err
	}
	l := Link{Upper: id, Lower: other, Kind: kind, At: s.clock.Now()}
	if up {
		l.Upper, l.Lower = other, id
	}
	err := s.db.Write(ctx, func(ctx context.Context) error {
		if err := s.lockAll(ctx, id, other); err != nil {
			return err
		}
		if err := s.checkLink(ctx, l, id, other); err != nil {
			return err
		}
		var err error
		if l.ID, err = s.insertLink(ctx, l); err != nil {
			return err
		}
		return s.recordLink(ctx, KindLinked, l)
	})
	return l, err
}

func (s *Service) checkLink(ctx context.Context, l Link, id, other int64) error {
	var f fault.Fields
	if l.Kind != LinkSupplies && l.Kind != LinkDistributesFor {
		f.Add("kind", "field.unknown_value")
		return f.Err()
	}
	for _, one := range []int64{id, other} {
		c, err := s.load(ctx, one, false)
		switch {
		case fault.Is(err, fault.KindNotFound) && one == other, err == nil && c.MergedInto != 0 && one == other:
			f.Add("customer_id", "field.not_found")
			return f.Err()
		case err != nil:
			return err
		case c.MergedInto != 0:
			return s.gone(ctx, c)
		}
	}
	below, err := s.walk(ctx, l.Lower, 1)
	if err != nil {
		return err
	}
	if l.Upper == l.Lower || slices.ContainsFunc(below, func(n Node) bool { return n.Customer.ID == l.Upper }) {
		f.Add("customer_id", "customer.chain_circle")
	}
	return f.Err()
}

// Unlink takes a link of a customer away.
func (s *Service) Unlink(ctx context.Context, id, link int64) error {
	if err := authority.Require(ctx, authority.CustomerEdit); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		l, err := s.loadLink(ctx, link)
		if err != nil {
			return err
		}
		if l.Upper != id && l.Lower != id {
			return fault.NotFound("not_found")
		}
		if err := s.deleteLinks(ctx, []int64{link}); err != nil {
			return err
		}
		return s.recordLink(ctx, KindUnlinked, l)
	})
}

// recordLink records for both ends.
func (s *Service) recordLink(ctx context.Context, kind string, l Link) error {
	evs := []event.New{}
	for _, id := range []int64{l.Upper, l.Lower} {
		evs = append(evs, about(kind, id, Linked{l.ID, l.Upper, l.Lower, l.Kind}))
	}
	return s.journal.Record(ctx, evs...)
}

package intake

import (
	"context"
	"errors"
	"strings"

	"heed/internal/kernel/fault"
	"heed/internal/people/customer"
	"heed/internal/platform/text"
)

// customer gives the id of who is described: found, else registered. Nobody
// described is 0.
func (s *Service) customer(ctx context.Context, n *customer.Registration) (int64, error) {
	if n == nil {
		return 0, nil
	}
	if !n.AllowDuplicate {
		if id, err := s.registered(ctx, *n); err != nil || id != 0 {
			return id, err
		}
	}
	c, err := s.customers.Create(ctx, *n)
	return c.ID, err
}

// registered gives the id of the customer who is described, 0 when nobody
// answers to it.
func (s *Service) registered(ctx context.Context, n customer.Registration) (int64, error) {
	for _, by := range []struct {
		values []customer.Entry
		find   func(context.Context, string) ([]customer.Customer, error)
	}{{n.Emails, s.customers.FindByEmail}, {n.Phones, s.customers.FindByPhone}} {
		for _, v := range by.values {
			found, err := by.find(ctx, v.Value)
			if err != nil {
				return 0, err
			}
			if id := byName(n.Name, found); id != 0 {
				return id, nil
			}
		}
	}
	return 0, nil
}

// byName chooses among those who have an address or a number the one who has
// the name too. Without a name a single one is he; 0 is nobody.
func byName(name string, found []customer.Customer) int64 {
	name = folded(name)
	if name == "" && len(found) == 1 {
		return found[0].ID
	}
	for _, f := range found {
		if name != "" && folded(f.Name) == name {
			return f.ID
		}
	}
	return 0
}

func folded(name string) string { return strings.Join(strings.Fields(text.Fold(name)), " ") }

// within puts the name of the part of the form before the names of the fields
// that a fault is about.
func within(part string, err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || len(f.Fields) == 0 {
		return err
	}
	var out fault.Fields
	for _, field := range f.Fields {
		pairs := make([]any, 0, 2*len(field.Params))
		for k, v := range field.Params {
			pairs = append(pairs, k, v)
		}
		out.Add(part+"."+field.Name, field.Key, pairs...)
	}
	return out.Err()
}

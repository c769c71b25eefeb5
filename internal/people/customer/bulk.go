package customer

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
	"heed/internal/platform/text"
)

// Incoming is a customer as a table says him. What is empty says nothing.
type Incoming struct {
	// KnownID is whom the row meant before. 0, or one that is gone: he is found by
	// an address, by a number with the same name, and where the row has neither by
	// the name, among those of whom no more is known either. An organization is
	// found by its name before its number.
	KnownID int64
	Registration
}

// Taken says what became of an Incoming.
type Taken struct {
	ID      int64
	New     bool
	Changed bool
	Err     error // a fault of this one; nothing of it was stored
}

// Take stores many customers at once: who is known is completed by what is said
// of him, the others are registered. No two of them may mean the same one. Each
// is stored whole or, with a fault, not at all; an error undoes them all.
func (s *Service) Take(ctx context.Context, in []Incoming) ([]Taken, error) {
	if err := authority.Require(ctx, authority.CustomerEdit); err != nil {
		return nil, err
	}
	country, err := s.settings.Country(ctx)
	if err != nil {
		return nil, err
	}
	out, said := make([]Taken, len(in)), make([]Customer, len(in))
	for i, n := range in {
		said[i], out[i].Err = newCustomer(n.Registration, country, s.clock.Now())
	}
	err = s.db.Write(ctx, func(ctx context.Context) error {
		known, err := s.recognize(ctx, in, said, out)
		if err != nil {
			return err
		}
		var fresh []*Customer
		for i := range in {
			switch {
			case out[i].Err != nil:
			case known[i] == nil:
				fresh, out[i].New = append(fresh, &said[i]), true
			default:
				out[i].ID = known[i].ID
				if out[i].Changed, out[i].Err, err = s.completeBy(ctx, *known[i], said[i], in[i].Registration, country); err != nil {
					return err
				}
			}
		}
		if err := s.insertMany(ctx, fresh); err != nil {
			return err
		}
		for i := range out {
			if out[i].New {
				out[i].ID = said[i].ID
			}
		}
		return nil
	})
	return out, err
}

// recognize finds who each row is, nil for nobody yet.
func (s *Service) recognize(ctx context.Context, in []Incoming, said []Customer, out []Taken) ([]*Customer, error) {
	var emails, numbers []string
	for i, c := range said {
		if out[i].Err != nil {
			continue
		}
		for _, e := range c.Emails {
			emails = append(emails, e.Value)
		}
		for _, p := range c.Phones {
			numbers = append(numbers, p.Number.String())
		}
	}
	if err := s.lockAddresses(ctx, slices.Compact(slices.Sorted(slices.Values(emails)))); err != nil {
		return nil, err
	}
	byEmail, err := s.owners(ctx, kindEmail, emails)
	if err != nil {
		return nil, err
	}
	byNumber, err := s.owners(ctx, kindPhone, numbers)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(in))
	for i, n := range in {
		if out[i].Err != nil {
			continue
		}
		id := int64(0)
		if n.KnownID != 0 {
			if id, err = s.Current(ctx, n.KnownID); err != nil && !errors.Is(err, db.ErrNotFound) {
				return nil, err
			} else if err != nil {
				id = 0
			}
		}
		if id == 0 {
			if id, err = s.find(ctx, said[i], byEmail, byNumber); err != nil {
				return nil, err
			}
		}
		ids[i], out[i].Err = id, foreign(said[i], id, byEmail)
	}
	return s.loadMany(ctx, ids)
}

// owner is somebody who has an address or a number.
type owner struct {
	ID    int64  `db:"id"`
	Kind  Kind   `db:"kind"`
	Name  string `db:"name"`
	Value string `db:"value"`
}

func sameName(a, b string) bool { return unspaced(text.Fold(a)) == unspaced(text.Fold(b)) }

// find tells who a customer is that has no known id.
func (s *Service) find(ctx context.Context, c Customer, byEmail, byNumber map[string][]owner) (int64, error) {
	var all []owner
	for _, e := range c.Emails {
		all = append(all, byEmail[e.Value]...)
	}
	if c.Kind == Person {
		all = slices.DeleteFunc(all, func(o owner) bool { return o.Kind != Person })
	} else {
		// Firms that share a letter box are told apart by their names.
		all = slices.DeleteFunc(all, func(o owner) bool { return o.Kind != Organization || !sameName(o.Name, c.Name) })
	}
	for _, p := range c.Phones {
		for _, o := range byNumber[p.Number.String()] {
			if o.Kind == c.Kind && sameName(o.Name, c.Name) {
				all = append(all, o)
			}
		}
	}
	if len(all) > 0 {
		// Who has the address goes before who has the number; of several, who has
		// the name, then the oldest.
		slices.SortStableFunc(all, func(a, b owner) int {
			if x, y := sameName(a.Name, c.Name), sameName(b.Name, c.Name); x != y {
				if x {
					return -1
				}
				return 1
			}
			return cmp.Compare(a.ID, b.ID)
		})
		return all[0].ID, nil
	}
	if c.Kind == Person && len(c.Emails)+len(c.Phones) > 0 {
		return 0, nil
	}
	same, err := s.named(ctx, c.Kind, c.NameSort, c.Kind == Person)
	for _, o := range same {
		if sameName(o.Name, c.Name) {
			return o.ID, err
		}
	}
	return 0, err
}

// foreign is a fault when somebody else has one of the addresses.
func foreign(c Customer, id int64, byEmail map[string][]owner) error {
	for _, e := range c.Emails {
		owners := byEmail[e.Value]
		mine := slices.ContainsFunc(owners, func(o owner) bool { return o.ID == id })
		i := slices.IndexFunc(owners, func(o owner) bool { return o.Kind == c.Kind })
		if !mine && i >= 0 {
			return fault.Exists("customer.duplicate_email", "customer_id", owners[i].ID, "name", owners[i].Name)
		}
	}
	return nil
}

// completeBy stores what a row says about a known customer: texts that it has,
// and addresses, numbers and organizations that are new. wrong is a fault of the row.
func (s *Service) completeBy(ctx context.Context, was, said Customer, n Registration, country string) (changed bool, wrong, err error) {
	if n.Kind != "" && n.Kind != was.Kind {
		var f fault.Fields
		f.Add("kind", "customer.other_kind")
		return false, f.Err(), nil
	}
	p := Patch{Profile: n.Profile}
	for _, x := range []struct {
		to   **string
		from *string
	}{{&p.Name, &n.Name}, {&p.Salutation, &n.Salutation}, {&p.Locale, &n.Locale}, {&p.Zone, &n.Zone}, {&p.Notes, &n.Notes}} {
		if *x.from != "" {
			*x.to = x.from
		}
	}
	now, wrong := was.with(p, country)
	if wrong != nil {
		return false, wrong, nil
	}
	now.Emails, now.Phones, now.Organizations = slices.Clone(was.Emails), slices.Clone(was.Phones), slices.Clone(was.Organizations)
	for _, e := range said.Emails {
		if !slices.ContainsFunc(now.Emails, func(o Email) bool { return o.Value == e.Value }) {
			now.Emails = append(now.Emails, e)
		}
	}
	for _, t := range said.Phones {
		if !slices.ContainsFunc(now.Phones, func(o Phone) bool { return o.Number == t.Number }) {
			now.Phones = append(now.Phones, t)
		}
	}
	for _, o := range said.Organizations {
		i := slices.IndexFunc(now.Organizations, func(x Affiliation) bool { return x.ID == o.ID })
		switch {
		case i < 0:
			now.Organizations = append(now.Organizations, o)
		case o.Title != "":
			now.Organizations[i].Title = o.Title
		}
	}
	fields := was.differs(now)
	if len(fields) == 0 {
		return false, nil, nil
	}
	now.UpdatedAt, now.Version = s.clock.Now(), was.Version+1
	if err := s.update(ctx, was, now); err != nil {
		return false, nil, err
	}
	if err := s.recordPeople(ctx, was.Organizations, now.Organizations); err != nil {
		return false, nil, err
	}
	return true, nil, s.journal.Record(ctx, about(KindChanged, was.ID, Changed{fields}))
}

// insertMany stores new customers and records them.
func (s *Service) insertMany(ctx context.Context, all []*Customer) error {
	var people []Affiliation
	for _, c := range all {
		id, err := s.insertOne(ctx, c)
		if err != nil {
			return err
		}
		c.ID = id
		people = append(people, c.Organizations...)
		if err := s.insertAffiliations(ctx, *c); err != nil {
			return err
		}
	}
	if err := s.insertManyIdentities(ctx, all); err != nil {
		return err
	}
	if err := s.insertManyTokens(ctx, all); err != nil {
		return err
	}
	if err := s.recordPeople(ctx, nil, people); err != nil {
		return err
	}
	for _, c := range all {
		if err := s.journal.Record(ctx, about(KindCreated, c.ID, Created{c.Number(), c.Kind, c.Name})); err != nil {
			return err
		}
	}
	return nil
}

// OrganizationsNamed gives the organizations that have one of the names, in any
// writing, by the names as they were asked for.
func (s *Service) OrganizationsNamed(ctx context.Context, names []string) (map[string]int64, error) {
	if err := authority.Require(ctx, authority.CustomerView); err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for _, name := range names {
		same, err := s.named(ctx, Organization, sortOf(name), false)
		if err != nil {
			return nil, err
		}
		for _, o := range same {
			if _, ok := out[name]; !ok && sameName(o.Name, name) {
				out[name] = o.ID
			}
		}
	}
	return out, nil
}

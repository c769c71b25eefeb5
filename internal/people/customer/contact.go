package customer

import (
	"context"
	"slices"

	"heed/internal/people/authority"
	"heed/internal/people/identity"
)

// Requester gives the customer who wrote from an address, registered with the
// name he gave if nobody has it. Of several who share the address it is the
// oldest person. What is no address is nobody: 0.
func (s *Service) Requester(ctx context.Context, address, name string) (int64, error) {
	if err := authority.Require(ctx, authority.CustomerEdit); err != nil {
		return 0, err
	}
	email, ok := identity.Email(address)
	if !ok {
		return 0, nil
	}
	if r := []rune(name); len(r) > maxName {
		name = string(r[:maxName])
	}
	c, err := newCustomer(Registration{Name: name, Emails: []Entry{{Value: email}}}, "", s.clock.Now())
	if err != nil {
		return 0, err
	}
	var id int64
	err = s.db.Write(ctx, func(ctx context.Context) error {
		// Two mails of a new customer at once must not make two of him.
		if err := s.lockAddresses(ctx, []string{email}); err != nil {
			return err
		}
		known, err := s.havingEmails(ctx, []string{email}, 0)
		if err != nil {
			return err
		}
		if len(known) > 0 {
			id = known[max(0, slices.IndexFunc(known, func(c Customer) bool { return c.Kind == Person }))].ID
			return nil
		}
		made, err := s.create(ctx, c)
		id = made.ID
		return err
	})
	return id, err
}

// Belongs tells whether an address is the customer's or that of somebody of
// the same organization.
func (s *Service) Belongs(ctx context.Context, customerID int64, address string) (bool, error) {
	email, ok := identity.Email(address)
	if !ok {
		return false, nil
	}
	others, err := s.havingEmails(ctx, []string{email}, 0)
	if err != nil || len(others) == 0 {
		return false, err
	}
	ids := []int64{customerID}
	for _, o := range others {
		if o.ID == customerID {
			return true, nil
		}
		ids = append(ids, o.ID)
	}
	homes, err := s.homes(ctx, ids)
	if err != nil {
		return false, err
	}
	mine := append(homes[customerID], customerID)
	for _, o := range others {
		for _, home := range append(homes[o.ID], o.ID) {
			if slices.Contains(mine, home) {
				return true, nil
			}
		}
	}
	return false, nil
}

// HomeOf gives the organization that a customer belongs to: itself when it is
// one, a person's first one, 0 when there is none.
func (s *Service) HomeOf(ctx context.Context, customerID int64) (int64, error) {
	kind, err := s.kindOf(ctx, customerID)
	if err != nil || kind == Organization {
		return customerID, err
	}
	homes, err := s.homes(ctx, []int64{customerID})
	if err != nil || len(homes[customerID]) == 0 {
		return 0, err
	}
	return homes[customerID][0], nil
}

// Purge removes customers and their events as if they had never been, for
// demonstration data. It is for administrators and the system.
func (s *Service) Purge(ctx context.Context, ids []int64) error {
	if err := authority.Require(ctx, authority.SettingManage); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		for some := range slices.Chunk(ids, 200) {
			if err := s.delete(ctx, some); err != nil {
				return err
			}
		}
		return s.journal.Forget(ctx, "customer", ids)
	})
}

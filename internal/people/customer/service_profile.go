package customer

import (
	"context"
	"time"

	"heed/internal/people/authority"
)

// TierOf gives a customer's tier: his own, else that of the first of his
// organizations that has one, else "". It asks as the system, for whoever may
// register a ticket has its priority computed by it.
func (s *Service) TierOf(ctx context.Context, customerID int64) (string, error) {
	return s.inherited(ctx, customerID, func(c Customer) string { return string(c.Tier) })
}

// RegionOf gives the region for which prices hold, as TierOf does.
func (s *Service) RegionOf(ctx context.Context, customerID int64) (string, error) {
	return s.inherited(ctx, customerID, func(c Customer) string { return c.Region })
}

// inherited gives a fact about a customer, or about the first of his
// organizations that has one. Nobody has none.
func (s *Service) inherited(ctx context.Context, customerID int64, of func(Customer) string) (string, error) {
	var out string
	err := s.withHomes(ctx, customerID, func(c Customer) bool {
		out = of(c)
		return out != ""
	})
	return out, err
}

// withHomes shows look the customer and then his organizations, the main one
// first, until it is content.
func (s *Service) withHomes(ctx context.Context, customerID int64, look func(Customer) bool) error {
	if customerID == 0 {
		return nil
	}
	c, err := s.load(ctx, customerID, false)
	if err != nil || look(c) {
		return err
	}
	for _, o := range c.Organizations {
		home, err := s.load(ctx, o.ID, false)
		if err != nil || look(home) {
			return err
		}
	}
	return nil
}

// PreferredAgent gives the agent whom the customer likes to talk to, or his
// organization does; 0 when there is none (R062).
func (s *Service) PreferredAgent(ctx context.Context, customerID int64) (int64, error) {
	var agent int64
	err := s.withHomes(ctx, customerID, func(c Customer) bool {
		agent = c.PreferredAgentID
		return agent != 0
	})
	return agent, err
}

// WarningsFor tells what to mind when a customer is spoken to by a channel
// (empty: any) at a time (zero: now): his preferences, and those of his
// organizations after them (R405).
func (s *Service) WarningsFor(ctx context.Context, customerID int64, channel string, at time.Time) ([]Warning, error) {
	if err := authority.Require(ctx, authority.CustomerView); err != nil {
		return nil, err
	}
	set, err := s.settings.Get(ctx)
	if err != nil {
		return nil, err
	}
	if at.IsZero() {
		at = s.clock.Now()
	}
	out := []Warning{}
	c, err := s.load(ctx, customerID, false)
	if err != nil {
		return nil, err
	}
	out = append(out, c.Warnings(channel, at, set.Zone)...)
	for _, o := range c.Organizations {
		home, err := s.load(ctx, o.ID, false)
		if err != nil {
			return nil, err
		}
		if home.Zone == "" {
			home.Zone = c.Zone
		}
		out = append(out, home.Warnings(channel, at, set.Zone)...)
	}
	return out, nil
}

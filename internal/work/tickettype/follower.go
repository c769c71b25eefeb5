package tickettype

import (
	"context"

	"heed/internal/kernel/event"
	"heed/internal/people/agent"
	"heed/internal/people/authority"
	"heed/internal/platform/journal"
)

// Follower gives a firm its first types when its first administrator has arrived.
func (s *Service) Follower() journal.Follower {
	return journal.Follower{Name: "tickettype.first", Kinds: []string{agent.KindCreated}, Handle: func(ctx context.Context, evs []event.Event) error {
		for _, e := range evs {
			var made agent.Created
			if err := e.Decode(&made); err != nil {
				return err
			}
			if made.Role != authority.Administrator {
				continue
			}
			if err := s.Seed(ctx); err != nil {
				return err
			}
		}
		return nil
	}}
}

// Seed makes the types that a firm begins with, if it has none.
func (s *Service) Seed(ctx context.Context) error {
	return s.db.Write(ctx, func(ctx context.Context) error {
		all, err := s.loadAll(ctx)
		if err != nil || len(all) > 0 {
			return err
		}
		for _, group := range firstTypes() {
			root, err := s.Create(ctx, group.Input)
			if err != nil {
				return err
			}
			for _, in := range group.children {
				in.ParentID = &root.ID
				if _, err := s.Create(ctx, in); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

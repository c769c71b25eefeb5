package ticket

import (
	"context"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/event"
	"heed/internal/people/agent"
	"heed/internal/people/authority"
	"heed/internal/people/customer"
	"heed/internal/platform/journal"
)

// Followers gives what this slice does after the events of others. When an
// agent leaves, loses the right to work on tickets or leaves a private team,
// his open tickets there go back to their queue, so that none belongs to
// somebody who cannot see to it (R315). When two records of one customer become
// one, the tickets follow.
func (s *Service) Followers() []journal.Follower {
	return []journal.Follower{{
		Name: "ticket.release", Kinds: []string{agent.KindChanged, agent.KindTeamChanged},
		Handle: func(ctx context.Context, evs []event.Event) error {
			for _, e := range evs {
				owners, left, err := s.concerned(ctx, e)
				if err != nil {
					return err
				}
				for _, owner := range owners {
					if err := s.release(ctx, owner, left); err != nil {
						return err
					}
				}
			}
			return nil
		},
	}, {
		Name: "ticket.customers", Kinds: []string{customer.KindMerged, customer.KindUnmerged}, Handle: s.customerMerged,
	}}
}

// concerned lists the agents whose tickets an event calls into question, and
// tells whether they can own none at all any more.
func (s *Service) concerned(ctx context.Context, e event.Event) (owners []int64, left bool, err error) {
	if e.Kind == agent.KindChanged {
		var d agent.Changed
		err = e.Decode(&d)
		left = d.State != nil && d.State[1] != agent.Active ||
			d.Role != nil && !authority.Can(actor.Actor{Kind: actor.Agent, Role: d.Role[1]}, authority.TicketWork)
		return []int64{e.About.ID}, left, err
	}
	var d agent.TeamChanged
	if err := e.Decode(&d); err != nil {
		return nil, false, err
	}
	owners, err = s.ownersIn(ctx, e.About.ID)
	return owners, false, err
}

// release takes from an agent the open tickets that he cannot own any more,
// or with all every one.
func (s *Service) release(ctx context.Context, owner int64, all bool) error {
	ids, err := s.openOf(ctx, owner)
	if err != nil {
		return err
	}
	for _, id := range ids {
		old, err := s.see(ctx, id, true)
		if err != nil {
			return err
		}
		key := ""
		if !all {
			if key, err = s.ownerFault(ctx, owner, old.TeamID); err != nil {
				return err
			}
		}
		if old.OwnerID != owner || !all && key == "" {
			continue
		}
		next := old
		next.own(0)
		if _, err := s.save(ctx, old, next, ""); err != nil {
			return err
		}
	}
	return nil
}

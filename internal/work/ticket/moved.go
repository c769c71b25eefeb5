package ticket

import (
	"context"
	"errors"

	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/people/customer"
)

// The parts that a customer can have in a ticket.
const (
	asAsker        = "customer_id"
	asOrganization = "organization_id"
	asUser         = "user_id"
	asPayer        = "payer_id"
)

// part points at where a ticket names a customer.
func (t *Ticket) part(name string) *int64 {
	switch name {
	case asAsker:
		return &t.CustomerID
	case asOrganization:
		return &t.OrganizationID
	case asUser:
		return &t.UserID
	case asPayer:
		return &t.PayerID
	}
	return nil
}

// customerMerged moves a customer's tickets to the record that he has become
// part of, and back when the merge is undone: exactly those that were moved,
// if nobody has given them to another customer since.
func (s *Service) customerMerged(ctx context.Context, evs []event.Event) error {
	for _, e := range evs {
		var m customer.Merged
		if err := e.Decode(&m); err != nil {
			return err
		}
		var moves []move
		var err error
		from, to := m.From, m.Into
		if e.Kind == customer.KindMerged {
			moves, err = s.toMove(ctx, m.MergeID, from)
		} else {
			from, to = to, from
			moves, err = s.moved(ctx, m.MergeID)
		}
		if err != nil {
			return err
		}
		for _, mv := range moves {
			if err := s.moveOne(ctx, mv, from, to); err != nil {
				return err
			}
		}
		if e.Kind == customer.KindMerged {
			err = s.remember(ctx, moves)
		} else {
			err = s.forgetMoves(ctx, m.MergeID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// moveOne puts one customer in the place of another in one part of a ticket.
func (s *Service) moveOne(ctx context.Context, m move, from, to int64) error {
	old, err := s.see(ctx, m.TicketID, true)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	next := old
	part := next.part(m.Part)
	if part == nil {
		return errors.New("ticket: unknown part " + m.Part)
	}
	if *part != from {
		return nil
	}
	*part = to
	if s.types != nil {
		if next, err = s.types.Judge(ctx, old, next); err != nil {
			return err
		}
	}
	_, err = s.save(ctx, old, next, "")
	return err
}

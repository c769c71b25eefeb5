package conversation

import (
	"context"
	"strconv"
	"strings"

	"heed/internal/people/authority"
	"heed/internal/platform/live"
)

// Topic is the name under which it is kept who is at a ticket.
func Topic(ticketID int64) string { return "ticket:" + strconv.FormatInt(ticketID, 10) }

// TicketOf gives the ticket of such a name; false for any other topic.
func TicketOf(topic string) (int64, bool) {
	number, ok := strings.CutPrefix(topic, "ticket:")
	id, err := strconv.ParseInt(number, 10, 64)
	return id, ok && err == nil
}

// Enter notes that the actor is at the ticket and what he is doing there. It
// must be said again within 45 seconds.
func (s *Service) Enter(ctx context.Context, ticketID int64, doing string) error {
	a, err := authority.RequireAgent(ctx)
	if err != nil {
		return err
	}
	if _, err := s.tickets.Get(ctx, ticketID); err != nil {
		return err
	}
	s.presence.Enter(Topic(ticketID), a, doing)
	return nil
}

// Leave notes that the actor has left the ticket.
func (s *Service) Leave(ctx context.Context, ticketID int64) error {
	a, err := authority.RequireAgent(ctx)
	if err != nil {
		return err
	}
	s.presence.Leave(Topic(ticketID), a.ID)
	return nil
}

// Present lists who is at a ticket now.
func (s *Service) Present(ctx context.Context, ticketID int64) ([]live.Presence, error) {
	if _, err := s.tickets.Get(ctx, ticketID); err != nil {
		return nil, err
	}
	return s.presence.Present(Topic(ticketID)), nil
}

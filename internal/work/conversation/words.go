package conversation

import (
	"context"
	"errors"

	"heed/internal/platform/db"
)

// FirstWords gives what the customer said first on a ticket that the actor may
// see; "" when he has said nothing.
func (s *Service) FirstWords(ctx context.Context, ticketID int64) (string, error) {
	if _, err := s.tickets.Get(ctx, ticketID); err != nil {
		return "", err
	}
	m, err := s.firstIncoming(ctx, ticketID)
	if errors.Is(err, db.ErrNotFound) {
		return "", nil
	}
	return m.Text, err
}

// Addressed gives how the customer of a ticket that the actor may see is
// addressed, and the language in which he last wrote; either may be empty.
func (s *Service) Addressed(ctx context.Context, ticketID int64) (name, lang string, err error) {
	t, err := s.tickets.Get(ctx, ticketID)
	if err != nil {
		return "", "", err
	}
	c, err := s.customerOf(ctx, t)
	if err != nil {
		return "", "", err
	}
	if name = c.Salutation; name == "" {
		name = c.Name
	}
	m, err := s.lastIncoming(ctx, ticketID, last)
	if errors.Is(err, db.ErrNotFound) {
		m, err = s.firstIncoming(ctx, ticketID)
	}
	if errors.Is(err, db.ErrNotFound) {
		return name, "", nil
	}
	return name, m.Lang, err
}

package conversation

import (
	"context"

	"heed/internal/offer/canned"
)

// MergeFacts gives what canned answers may say about a ticket, to who may see it.
func (s *Service) MergeFacts(ctx context.Context, ticketID int64) (canned.Facts, error) {
	t, err := s.tickets.Get(ctx, ticketID)
	if err != nil {
		return canned.Facts{}, err
	}
	c, err := s.customerOf(ctx, t)
	return canned.Facts{
		CustomerName: c.Name, CustomerSalutation: c.Salutation, TicketNumber: t.Number(), TicketSubject: t.Subject,
	}, err
}

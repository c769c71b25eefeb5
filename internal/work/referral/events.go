package referral

import (
	"time"

	"heed/internal/kernel/event"
)

// The kinds of events, all about the ticket. They are never renamed, only added to.
const (
	EventSent      = "referral.sent"
	EventReported  = "referral.reported"
	EventWithdrawn = "referral.withdrawn"
)

// Told is what the events tell.
type Told struct {
	ReferralID int64      `json:"referral_id"`
	DealerID   int64      `json:"dealer_id"`
	Dealer     string     `json:"dealer"`
	State      State      `json:"state"`
	Text       string     `json:"text,omitempty"` // what was reported
	Due        *time.Time `json:"due,omitempty"`
	By         string     `json:"by,omitempty"` // dealer or agent, who reported
	Mailed     bool       `json:"mailed,omitempty"`
}

func (r Referral) event(kind, text, by string) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: "ticket", ID: r.TicketID}, Customer: r.CustomerID, Data: Told{
		r.ID, r.DealerID, r.DealerName, r.State, text, r.Due, by, r.MailTo != "",
	}}
}

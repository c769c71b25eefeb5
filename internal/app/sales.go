package app

import (
	"context"
	"io"

	"heed/internal/kernel/actor"
	"heed/internal/offer/catalog"
	"heed/internal/offer/dealer"
	"heed/internal/work/conversation"
	"heed/internal/work/referral"
	"heed/internal/work/ticket"
)

// sales is what is sold, by whom, and what is handed to them.
type sales struct {
	Catalog   *catalog.Service
	Dealers   *dealer.Service
	Referrals *referral.Service
}

// buildOffers builds what is sold and by whom, below the tickets.
func (a *App) buildOffers() {
	a.Catalog = catalog.New(catalog.Deps{
		DB: a.DB, Journal: a.Journal, Clock: a.clock, Setting: a.Settings, Blobs: a.Blobs, Desk: sender{a}, Buyer: a.buyer, FileLimit: a.o.Config.AttachmentLimit,
	})
	a.Dealers = dealer.New(dealer.Deps{DB: a.DB, Journal: a.Journal, Clock: a.clock, Setting: a.Settings, Shelves: a.Catalog.Shelves})
}

// buildReferrals builds what hands tickets to dealers.
func (a *App) buildReferrals() {
	a.Referrals = referral.New(referral.Deps{
		DB: a.DB, Journal: a.Journal, Clock: a.clock, Setting: a.Settings, Tickets: a.Tickets, Dealers: a.Dealers, Ports: courier{a},
		BaseURL: func(context.Context) string { return *a.baseURL.Load() },
	})
}

// buyer tells by which tier and region a customer is asked for prices: those of
// himself or of his organization, and where no region is known that of the firm.
// Whoever may see prices may know that.
func (a *App) buyer(ctx context.Context, customerID int64) (catalog.Buyer, error) {
	ctx = actor.AsSystem(ctx)
	tier, err := a.Customers.TierOf(ctx, customerID)
	if err != nil {
		return catalog.Buyer{}, err
	}
	region, err := a.Customers.RegionOf(ctx, customerID)
	if err == nil && region == "" {
		region, err = a.Settings.Country(ctx)
	}
	return catalog.Buyer{Tier: tier, Region: region}, err
}

// sender sends documents of the catalogue from tickets.
type sender struct{ a *App }

func (s sender) See(ctx context.Context, ticketID int64) (int64, error) {
	t, err := s.a.Tickets.Get(ctx, ticketID)
	return t.CustomerID, err
}

func (s sender) Attach(ctx context.Context, name string, content io.Reader) (int64, error) {
	f, err := s.a.Conversation.Upload(ctx, name, content)
	return f.ID, err
}

func (s sender) Reply(ctx context.Context, ticketID int64, html string, fileID int64) error {
	_, _, err := s.a.Conversation.Post(ctx, conversation.Post{TicketID: ticketID, Kind: conversation.Reply, HTML: html, FileIDs: []int64{fileID}})
	return err
}

// courier carries what referrals say to dealers and customers.
type courier struct{ a *App }

func (c courier) Mail(ctx context.Context, l referral.Letter) (bool, error) {
	return c.a.Email.Refer(ctx, l)
}

func (c courier) Tell(ctx context.Context, t ticket.Ticket, words func(locale string) string) (bool, error) {
	ctx = actor.AsSystem(ctx)
	to, err := c.a.Conversation.Recipients(ctx, t.ID)
	if err != nil || len(to.To) == 0 {
		return false, err
	}
	set, err := c.a.Settings.Get(ctx)
	if err != nil {
		return false, err
	}
	locale := set.Locale
	if t.CustomerID != 0 {
		who, err := c.a.Customers.Get(ctx, t.CustomerID)
		if err != nil {
			return false, err
		}
		if who.Locale != "" {
			locale = who.Locale
		}
	}
	_, _, err = c.a.Conversation.Post(ctx, conversation.Post{TicketID: t.ID, Kind: conversation.Reply, HTML: words(locale), Automatic: true})
	return err == nil, err
}

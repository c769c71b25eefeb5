package app

import (
	"context"
	"slices"

	"heed/internal/offer/canned"
	"heed/internal/offer/knowledge"
	"heed/internal/offer/wording"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
	"heed/internal/work/tickettype"
)

func (a *App) buildWork() {
	a.buildOffers()
	a.Canned = canned.New(canned.Deps{
		DB: a.DB, Journal: a.Journal, Clock: a.clock, Setting: a.Settings,
		Ticket: func(ctx context.Context, id int64) (canned.Facts, error) { return a.Conversation.MergeFacts(ctx, id) },
	})
	a.Wording = wording.New(wording.Deps{DB: a.DB, Journal: a.Journal, Clock: a.clock})
	a.Knowledge = knowledge.New(knowledge.Deps{
		DB: a.DB, Journal: a.Journal, Jobs: a.Jobs, Clock: a.clock, Setting: a.Settings, Log: a.log,
		Searched: a.noteSearch, Remind: a.remindOwner,
		Ticket: func(ctx context.Context, id int64) (knowledge.Signals, error) {
			t, err := a.Tickets.Get(ctx, id)
			return knowledge.Signals{Text: t.Subject, TypeID: t.TypeID, ProductID: t.ProductID}, err
		},
	})
	agents := ticket.Agents(a.Agents)
	a.Types = tickettype.New(tickettype.Deps{
		DB: a.DB, Journal: a.Journal, Clock: a.clock, TeamInUse: agents.TeamInUse, TierOf: a.Customers.TierOf,
		CriticalityOf: a.Catalog.CriticalityOf,
	})
	a.Tickets = ticket.New(ticket.Deps{
		DB: a.DB, Journal: a.Journal, Jobs: a.Jobs, Clock: a.clock, People: agents, Customers: a.Customers,
		Types: a.Types, Preferred: a.preferredAgent, Guards: []ticket.Guard{a.guardNeed},
	})
	a.Conversation = conversation.New(conversation.Deps{
		DB: a.DB, Journal: a.Journal, Clock: a.clock, Tickets: a.Tickets, Blobs: a.Blobs, Presence: a.Hub, Seal: a.Box, Outbound: a.Out,
		Customer:     a.customerFor,
		OwnAddresses: func(ctx context.Context) ([]string, error) { return a.Email.Addresses(ctx) },
		FileLimit:    a.o.Config.AttachmentLimit,
		Words:        watched{a}, Templates: a.Canned,
		Letter: func(ctx context.Context, o conversation.Outgoing) (conversation.Letter, error) {
			return a.Email.Letter(ctx, o)
		},
	})
	a.buildReferrals()
	a.buildNeed()
	a.buildAnswers()
}

// preferredAgent gives the agent whom a customer likes to talk to, and whether
// he has the desk open (R062).
func (a *App) preferredAgent(ctx context.Context, customerID int64) (int64, bool, error) {
	agent, err := a.Customers.PreferredAgent(ctx, customerID)
	return agent, err == nil && agent != 0 && slices.Contains(a.Hub.Online(), agent), err
}

// watched asks for the words of a reply where the module is on for who writes it.
type watched struct{ a *App }

func (w watched) Check(ctx context.Context, r wording.Reply) ([]wording.Finding, error) {
	return w.a.Wording.Check(ctx, r)
}

func (w watched) Allow(ctx context.Context, r wording.Reply) error {
	if on, err := w.a.Settings.On(ctx, "need"); err != nil || !on {
		return err
	}
	return w.a.Wording.Allow(ctx, r)
}

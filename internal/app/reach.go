package app

import (
	"context"

	"heed/internal/offer/canned"
	"heed/internal/reach/email"
	"heed/internal/reach/intake"
)

func (a *App) buildReach() {
	a.Intake = intake.New(intake.Deps{DB: a.DB, Customers: a.Customers, Tickets: a.Tickets, Conversation: a.Conversation})
	a.Email = email.New(email.Deps{
		DB: a.DB, Journal: a.Journal, Jobs: a.Jobs, Clock: a.clock, Log: a.log, Blobs: a.Blobs, Seal: a.Box, Dialer: a.Out,
		Setting: a.Settings, Tickets: a.Tickets, Conversation: a.Conversation, MailLimit: a.o.Config.MailLimit,
		Requester: a.Customers.Requester, Belongs: a.Customers.Belongs,
		Signature: func(ctx context.Context, agentID int64) (string, error) {
			who, err := a.Agents.Get(ctx, agentID)
			return who.SignatureHTML, err
		},
		Facts: a.factsOf,
	})
	a.buildPortal()
}

// factsOf is what a letter of the firm may say about a ticket.
func (a *App) factsOf(ctx context.Context, ticketID int64) (canned.Facts, error) {
	f, err := a.Conversation.MergeFacts(ctx, ticketID)
	if err != nil {
		return f, err
	}
	set, err := a.Settings.Get(ctx)
	f.FirmName = set.FirmName
	return f, err
}

package app

import (
	"heed/internal/insight/desk"
	"heed/internal/insight/portrait"
	"heed/internal/insight/search"
)

func (a *App) buildInsight() {
	a.Desk = desk.New(desk.Deps{
		DB: a.DB, Journal: a.Journal, Clock: a.clock, People: a.Agents, Tickets: a.Tickets, Conversations: a.Conversation,
		Customer: a.customerFor,
	})
	a.Portrait = portrait.New(portrait.Deps{
		DB: a.DB, Journal: a.Journal, Clock: a.clock, Settings: a.Settings, Customers: a.Customers, People: a.Agents, EventFor: desk.EventFor,
	})
	a.Search = search.New(search.Deps{DB: a.DB, Journal: a.Journal, Jobs: a.Jobs, Clock: a.clock, People: a.Agents})
}

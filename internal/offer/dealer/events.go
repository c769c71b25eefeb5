package dealer

import (
	"heed/internal/kernel/day"
	"heed/internal/kernel/event"
)

// The kinds of events, all about the dealer. They are never renamed, only added to.
const (
	EventCreated = "dealer.created"
	EventChanged = "dealer.changed"
)

// Told is what the events tell.
type Told struct {
	Name   string  `json:"name"`
	City   string  `json:"city"`
	Status Status  `json:"status"`
	From   day.Day `json:"from,omitempty"`
	To     day.Day `json:"to,omitempty"`
}

func (d Dealer) event(kind string) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: "dealer", ID: d.ID}, Data: Told{d.Name, d.City, d.Status, d.From, d.To}}
}

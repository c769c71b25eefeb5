package canned

import "heed/internal/kernel/event"

// The kinds of events, all about the answer. They are never renamed, only added to.
const (
	EventCreated = "canned.created"
	EventChanged = "canned.changed"
	EventRemoved = "canned.removed"
)

// Told is what the events tell. The words of an answer are not among it: an own
// one is its owner's business.
type Told struct {
	Shared  bool  `json:"shared"`
	OwnerID int64 `json:"owner_id"`
}

func (a Answer) event(kind string) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: "canned", ID: a.ID}, Data: Told{a.Shared, a.OwnerID}}
}

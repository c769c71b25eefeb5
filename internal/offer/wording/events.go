package wording

import "heed/internal/kernel/event"

// The kinds of events, all about the word. They are never renamed, only added to.
const (
	EventCreated = "wording.created"
	EventChanged = "wording.changed"
	EventRemoved = "wording.removed"
)

// Told is what the events tell.
type Told struct {
	Word     string   `json:"word"`
	Locale   string   `json:"locale"`
	Severity Severity `json:"severity"`
	Active   bool     `json:"active"`
}

func (w Word) event(kind string) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: "wording", ID: w.ID}, Data: Told{w.Word, w.Locale, w.Severity, w.Active}}
}

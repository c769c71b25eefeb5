package reading

import "heed/internal/kernel/event"

// The kinds of events, all about the reading. They are never renamed, only
// added to. They hold no titles: what a team reads is its own business.
const (
	EventPublished    = "reading.published"
	EventChanged      = "reading.changed"
	EventClosed       = "reading.closed"
	EventRead         = "reading.read" // an announcement was opened
	EventAcknowledged = "reading.acknowledged"
	EventMissed       = "reading.missed" // the quiz was answered wrongly
	EventReminded     = "reading.reminded"
)

// Told is what the events tell.
type Told struct {
	Must     bool    `json:"must"`
	Source   string  `json:"source"`
	SourceID int64   `json:"source_id,omitempty"`
	Agents   []int64 `json:"agents,omitempty"` // whom it concerns
	Wrong    []int   `json:"wrong,omitempty"`  // questions that were answered wrongly, from 0
}

func (r Reading) event(kind string, agents []int64, wrong []int) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: "reading", ID: r.ID}, Data: Told{r.Must, r.Source, r.SourceID, agents, wrong}}
}

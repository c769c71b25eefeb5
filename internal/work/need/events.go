package need

import "heed/internal/kernel/event"

// The kinds of events, all about the ticket. They are never renamed, only added to.
const (
	EventChanged   = "need.changed"
	EventAsked     = "need.asked" // the customer was asked whether we have understood
	EventConfirmed = "need.confirmed"
	EventCorrected = "need.corrected"
	EventSkipped   = "need.skipped" // somebody went on without
	EventMood      = "need.mood"
	EventProposed  = "need.proposed" // something else than what was asked for
)

// ChangedData is what need.changed tells.
type ChangedData struct {
	Parts        []string `json:"parts"` // which parts changed
	Completeness int      `json:"completeness"`
}

// ConfirmedData is what need.confirmed and need.corrected tell.
type ConfirmedData struct {
	By          string `json:"by"` // customer or agent
	Name        string `json:"name"`
	Via         string `json:"via"`
	Restatement string `json:"restatement"`
	Instead     string `json:"instead,omitempty"`
}

// SkippedData is what need.skipped tells.
type SkippedData struct {
	Reason string `json:"reason"`
}

// MoodData is what need.mood tells.
type MoodData struct {
	Before Mood `json:"before"`
	After  Mood `json:"after"`
}

// ProposedData is what need.proposed tells.
type ProposedData struct {
	Alternative  string `json:"alternative"`
	Problem      string `json:"problem"`
	Completeness int    `json:"completeness"`
	Reason       string `json:"reason,omitempty"` // why before enough was known
}

func about(ticketID, customerID int64, kind string, data any) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: "ticket", ID: ticketID}, Customer: customerID, Data: data}
}

package conversation

import "heed/internal/kernel/event"

// The kinds of events, all about the ticket. They are never renamed, only added to.
const (
	EventReceived     = "message.received"      // the customer's words have come in
	EventQueued       = "message.queued"        // a reply has to be carried to the customer, also once more
	EventSpoken       = "message.spoken"        // a reply that was given on the phone or in person
	EventNoted        = "message.noted"         // a note; its words stay out of the journal
	EventStateChanged = "message.state_changed" // how far a reply has come on its way
)

// Said is what the events of a new message tell. A note's has no preview.
type Said struct {
	MessageID int64  `json:"message_id"`
	Channel   string `json:"channel"`
	Preview   string `json:"preview,omitempty"`
	Automatic bool   `json:"automatic,omitempty"`
	Files     int    `json:"files,omitempty"` // how many are attached
	CannedID  int64  `json:"canned_id,omitempty"`
	Untouched bool   `json:"untouched,omitempty"` // it is the canned answer and nothing else
}

// StateChanged is what message.state_changed tells.
type StateChanged struct {
	MessageID int64  `json:"message_id"`
	From      State  `json:"from"`
	State     State  `json:"state"`
	Error     string `json:"error,omitempty"` // a text key
}

func ref(ticketID int64) event.Ref { return event.Ref{Kind: "ticket", ID: ticketID} }

// said is the event of a new message.
func (m Message) said(customer int64) event.New {
	data := Said{MessageID: m.ID, Channel: m.Channel, Preview: previewOf(m.Text), Automatic: m.Automatic, Files: len(m.Files), CannedID: m.CannedID, Untouched: m.Untouched}
	kind := EventReceived
	switch {
	case m.Kind == Note:
		kind, data.Preview = EventNoted, ""
	case m.Travels():
		kind = EventQueued
	case m.Kind == Reply:
		kind = EventSpoken
	}
	return event.New{Kind: kind, About: ref(m.TicketID), Customer: customer, Data: data}
}

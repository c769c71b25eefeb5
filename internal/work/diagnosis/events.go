package diagnosis

import "heed/internal/kernel/event"

// The kinds of events. They are never renamed, only added to.
const (
	EventFlowCreated   = "flow.created" // about the flow
	EventFlowChanged   = "flow.changed"
	EventFlowPublished = "flow.published"
	EventFlowRetired   = "flow.retired"
	EventStarted       = "diagnosis.started" // about the ticket
	EventFound         = "diagnosis.found"
	EventAbandoned     = "diagnosis.abandoned"
)

// FlowTold is the data of the events about a flow.
type FlowTold struct {
	N int64 `json:"n"` // the published version
}

// Told is the data of the events about a ticket.
type Told struct {
	WalkID    int64    `json:"walk_id"`
	FlowID    int64    `json:"flow_id"`
	FlowN     int64    `json:"flow_n"`
	Name      string   `json:"name"`
	Path      []string `json:"path,omitempty"` // each question with its answer, in the agent's language
	Cause     string   `json:"cause,omitempty"`
	ArticleID int64    `json:"article_id,omitempty"`
	Part      string   `json:"part,omitempty"`
	Act       string   `json:"act,omitempty"`
}

func (fl Flow) event(kind string) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: "flow", ID: fl.ID}, Data: FlowTold{fl.LiveN}}
}

func (w Walk) event(kind string, customer int64, locale string) event.New {
	d := Told{WalkID: w.ID, FlowID: w.FlowID, FlowN: w.FlowN, Name: w.Names.In(locale)}
	if w.Result != nil {
		d.Path, d.Cause, d.ArticleID, d.Part, d.Act = w.words(locale), w.Result.Cause.In(locale), w.Result.ArticleID, w.Result.Part, w.Result.Act
	}
	return event.New{Kind: kind, About: event.Ref{Kind: "ticket", ID: w.TicketID}, Customer: customer, Data: d}
}

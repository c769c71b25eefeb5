package answer

import (
	"heed/internal/kernel/event"
	"heed/internal/work/ticket"
)

// The kinds of events. They are never renamed, only added to. Those about a
// ticket carry its customer.
const (
	EventGiven      = "answer.given"      // about the ticket
	EventSolved     = "answer.solved"     // about the ticket: an article solved it
	EventSuperseded = "answer.superseded" // about the ticket: what concerns it has changed
	EventWrong      = "answer.wrong"      // about the article
	EventSettled    = "answer.settled"    // about the article: a report was settled
	EventCorrecting = "answer.correcting" // about the article: a correction is being sent, or has been
)

// GivenData is the data of EventGiven and EventSolved.
type GivenData struct {
	ArticleID int64  `json:"article_id"`
	VersionID int64  `json:"version_id,omitempty"`
	N         int64  `json:"n,omitempty"`
	Title     string `json:"title"`
	How       string `json:"how,omitempty"`
	Earlier   int    `json:"earlier,omitempty"` // how many other answers on the topic had been given
}

// SupersededData is the data of EventSuperseded.
type SupersededData struct {
	ArticleID int64  `json:"article_id"`
	N         int64  `json:"n"`
	Title     string `json:"title"`
	Given     bool   `json:"given"`
}

// WrongData is the data of EventWrong and EventSettled.
type WrongData struct {
	ID       int64  `json:"id"`
	N        int64  `json:"n"`
	TicketID int64  `json:"ticket_id,omitempty"`
	TaskID   int64  `json:"task_id,omitempty"`
	State    string `json:"state"`
}

// CorrectingData is the data of EventCorrecting.
type CorrectingData struct {
	ID    int64 `json:"id"`
	N     int64 `json:"n"`
	Total int64 `json:"total"`
	Done  bool  `json:"done"`
}

const (
	aboutTicket  = "ticket"
	aboutArticle = "article"
)

func (g Given) given(earlier int) event.New {
	return event.New{
		Kind: EventGiven, About: event.Ref{Kind: aboutTicket, ID: g.TicketID}, Customer: g.CustomerID,
		Data: GivenData{g.ArticleID, g.VersionID, g.N, g.Title, g.How, earlier},
	}
}

func (w Wrong) event(kind string) event.New {
	return event.New{
		Kind: kind, About: event.Ref{Kind: aboutArticle, ID: w.ArticleID},
		Data: WrongData{w.ID, w.N, w.TicketID, w.TaskID, w.State},
	}
}

func (c Correction) event() event.New {
	return event.New{
		Kind: EventCorrecting, About: event.Ref{Kind: aboutArticle, ID: c.ArticleID},
		Data: CorrectingData{c.ID, c.N, c.Total, c.Done},
	}
}

func solvedEvent(t ticket.Ticket, a Article) event.New {
	return event.New{
		Kind: EventSolved, About: event.Ref{Kind: aboutTicket, ID: t.ID}, Customer: t.CustomerID,
		Data: GivenData{ArticleID: a.ID, N: a.N, Title: a.Title},
	}
}

func (f Flag) event(customer int64) event.New {
	return event.New{
		Kind: EventSuperseded, About: event.Ref{Kind: aboutTicket, ID: f.TicketID}, Customer: customer,
		Data: SupersededData{f.ArticleID, f.N, f.Title, f.Given},
	}
}

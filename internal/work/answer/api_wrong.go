package answer

import (
	"context"
	"time"

	"heed/internal/kernel/page"
	"heed/internal/platform/rest"
	"heed/internal/work/ticket"
)

type wrongIn struct {
	ID   int64 `path:"id"`
	Body struct {
		What     string `json:"what" doc:"What is wrong, and how it is right"`
		N        int64  `json:"n,omitempty" doc:"The version; by default the one in force"`
		TicketID int64  `json:"ticket_id,omitempty" doc:"Where it was noticed"`
	}
}

type articleIn struct {
	ID int64 `path:"id"`
}

type settleIn struct {
	ID   int64 `path:"id"`
	Body struct {
		State string `json:"state" enum:"corrected,unfounded"`
	}
}

type wrongWire struct {
	ID         int64     `json:"id"`
	ArticleID  int64     `json:"article_id"`
	N          int64     `json:"n"`
	What       string    `json:"what"`
	TicketID   *int64    `json:"ticket_id"`
	TaskID     int64     `json:"task_id" doc:"The ticket of the owner's task"`
	TaskNumber string    `json:"task_number"`
	State      string    `json:"state" enum:"open,corrected,unfounded"`
	ByID       int64     `json:"by_id"`
	ByName     string    `json:"by_name"`
	At         time.Time `json:"at"`
}

func wireWrong(w Wrong) wrongWire {
	return wrongWire{w.ID, w.ArticleID, w.N, w.What, orNull(w.TicketID), w.TaskID, ticket.Ticket{ID: w.TaskID}.Number(), w.State, w.ByID, w.ByName, w.At}
}

// WrongReports are the reports that an article is wrong.
type WrongReports struct {
	Items []wrongWire `json:"items"`
}

type recipientsIn struct {
	rest.PageIn
	ID int64 `path:"id"`
	N  int64 `query:"n" doc:"The version" minimum:"1" required:"true"`
}

type recipientWire struct {
	givenWire
	Name       string `json:"name" doc:"Empty where nobody knows who it is"`
	Kind       string `json:"kind"`
	Hidden     bool   `json:"hidden" doc:"The ticket is not for the reader's eyes"`
	Correction string `json:"correction" enum:",sent,unreachable"`
}

type correctIn struct {
	ID   int64 `path:"id"`
	Body struct {
		N     int64             `json:"n" doc:"The version that was wrong"`
		Texts map[string]string `json:"texts" doc:"HTML by locale, with merge fields"`
	}
}

type correctionWire struct {
	ID          int64             `json:"id"`
	ArticleID   int64             `json:"article_id"`
	N           int64             `json:"n"`
	Texts       map[string]string `json:"texts"`
	Total       int64             `json:"total"`
	Sent        int64             `json:"sent"`
	Unreachable int64             `json:"unreachable" doc:"There is no way to write to them: somebody has to call"`
	Done        bool              `json:"done"`
	ByID        int64             `json:"by_id"`
	ByName      string            `json:"by_name"`
	At          time.Time         `json:"at"`
}

func wireCorrection(c Correction) correctionWire {
	return correctionWire{c.ID, c.ArticleID, c.N, c.Texts, c.Total, c.Sent, c.Unreachable, c.Done, c.ByID, c.ByName, c.At}
}

// CorrectionList are the corrections of an article.
type CorrectionList struct {
	Items []correctionWire `json:"items"`
}

func (s *Service) wrongRoutes(r *rest.Router) {
	op := func(id, summary string, status int) rest.Op {
		return rest.Op{ID: id, Tag: "answers", Summary: summary, Status: status, Module: module}
	}
	rest.Post(r, "/articles/{id}/wrong", op("report-wrong-answer", "Say that an article is wrong; its owner gets a task", 201),
		func(ctx context.Context, in *wrongIn) (*rest.Body[wrongWire], error) {
			w, err := s.ReportWrong(ctx, in.ID, in.Body.N, in.Body.TicketID, in.Body.What)
			return rest.Of(wireWrong(w)), err
		})
	rest.Get(r, "/articles/{id}/wrong", op("list-wrong-answers", "Reports that an article is wrong", 0),
		func(ctx context.Context, in *articleIn) (*rest.Body[WrongReports], error) {
			all, err := s.WrongReports(ctx, in.ID)
			out := WrongReports{Items: []wrongWire{}}
			for _, w := range all {
				out.Items = append(out.Items, wireWrong(w))
			}
			return rest.Of(out), err
		})
	rest.Patch(r, "/wrong-answers/{id}", op("settle-wrong-answer", "Say how a report ended", 0),
		func(ctx context.Context, in *settleIn) (*rest.Body[wrongWire], error) {
			w, err := s.SettleWrong(ctx, in.ID, in.Body.State)
			return rest.Of(wireWrong(w)), err
		})
	rest.Get(r, "/articles/{id}/recipients", op("list-answer-recipients", "Who got a version of an article", 0), s.apiRecipients)
	rest.Post(r, "/articles/{id}/corrections", op("send-correction", "Send a correction to everybody who got a version", 202),
		func(ctx context.Context, in *correctIn) (*rest.Body[correctionWire], error) {
			c, err := s.Correct(ctx, in.ID, in.Body.N, in.Body.Texts)
			return rest.Of(wireCorrection(c)), err
		})
	rest.Get(r, "/articles/{id}/corrections", op("list-corrections", "Corrections of an article, with how far they have come", 0),
		func(ctx context.Context, in *articleIn) (*rest.Body[CorrectionList], error) {
			all, err := s.Corrections(ctx, in.ID)
			out := CorrectionList{Items: []correctionWire{}}
			for _, c := range all {
				out.Items = append(out.Items, wireCorrection(c))
			}
			return rest.Of(out), err
		})
}

func (s *Service) apiRecipients(ctx context.Context, in *recipientsIn) (*rest.List[recipientWire], error) {
	p, err := s.Recipients(ctx, in.ID, in.N, in.Request())
	out := page.Of[recipientWire]{Items: []recipientWire{}, Next: p.Next}
	for _, x := range p.Items {
		out.Items = append(out.Items, recipientWire{wireGiven(x.Given), x.Name, x.Kind, x.Hidden, x.Correction})
	}
	return &rest.List[recipientWire]{Body: out}, err
}

package canned

import (
	"context"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/platform/rest"
)

type reportIn struct {
	From string `query:"from" format:"date" doc:"First day, as 2026-11-01; by default 30 days ago"`
	To   string `query:"to" format:"date" doc:"Last day; by default today"`
}

// TemplateAgent says how an agent uses canned answers.
type TemplateAgent struct {
	AgentID   int64   `json:"agent_id"`
	Replies   int64   `json:"replies" doc:"All his replies"`
	Made      int64   `json:"made" doc:"Those made of a canned answer"`
	Untouched int64   `json:"untouched" doc:"Those that were a canned answer and nothing else"`
	Share     float64 `json:"share" doc:"Untouched among all replies, 0 to 1"`
}

// TemplateUse says how a canned answer is used.
type TemplateUse struct {
	CannedID  int64  `json:"canned_id"`
	Code      string `json:"code"`
	Name      string `json:"name"`
	Sent      int64  `json:"sent"`
	Untouched int64  `json:"untouched"`
}

// TemplateReport says how canned answers are used.
type TemplateReport struct {
	From    string          `json:"from"`
	To      string          `json:"to"`
	Agents  []TemplateAgent `json:"agents"`
	Answers []TemplateUse   `json:"answers"`
}

func (s *Service) reportRoutes(r *rest.Router) {
	rest.Get(r, "/reports/templates", rest.Op{ID: "report-templates", Tag: "reports", Summary: "How canned answers are used, and how many go untouched"}, s.apiReport)
}

func (s *Service) apiReport(ctx context.Context, in *reportIn) (*rest.Body[TemplateReport], error) {
	to, from := s.clock.Now(), s.clock.Now().AddDate(0, 0, -30)
	var f fault.Fields
	for _, d := range []struct {
		name, text string
		into       *time.Time
	}{{"from", in.From, &from}, {"to", in.To, &to}} {
		if d.text == "" {
			continue
		}
		at, err := time.Parse(time.DateOnly, d.text)
		if err != nil {
			f.Add(d.name, "field.unknown_value")
			continue
		}
		*d.into = at
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	agents, answers, err := s.Uses(ctx, from, to)
	out := TemplateReport{From: from.Format(time.DateOnly), To: to.Format(time.DateOnly), Agents: []TemplateAgent{}, Answers: []TemplateUse{}}
	for _, a := range agents {
		out.Agents = append(out.Agents, TemplateAgent{a.AgentID, a.Replies, a.Made, a.Untouched, float64(a.Untouched) / float64(max(a.Replies, 1))})
	}
	for _, a := range answers {
		out.Answers = append(out.Answers, TemplateUse(a))
	}
	return rest.Of(out), err
}

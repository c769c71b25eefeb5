package need

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

// ListeningCounts are what listening looks like in numbers.
type ListeningCounts struct {
	Tickets        int64   `json:"tickets"`
	Restated       int64   `json:"restated"`
	ByCustomer     int64   `json:"confirmed_by_customer" doc:"By himself, at his link"`
	ByAgent        int64   `json:"confirmed_by_agent" doc:"Noted by an agent who heard it"`
	Skipped        int64   `json:"skipped"`
	Solved         int64   `json:"solved"`
	Corrected      int64   `json:"corrected"`
	SkipRate       float64 `json:"skip_rate" doc:"0 to 1"`
	CorrectionRate float64 `json:"correction_rate" doc:"0 to 1"`
}

func wireCounts(c Counts) ListeningCounts {
	return ListeningCounts{c.Tickets, c.Restated, c.ByCustomer, c.ByAgent, c.Skipped, c.Solved, c.Corrected, c.SkipRate(), c.CorrectionRate()}
}

// ListeningMood counts contacts by how the customer was before and after.
type ListeningMood struct {
	Before Mood  `json:"before" enum:"calm,upset,angry,abusive"`
	After  Mood  `json:"after" enum:"calm,upset,angry,abusive"`
	N      int64 `json:"n"`
}

// ListeningAgent are the numbers of an agent.
type ListeningAgent struct {
	AgentID   int64   `json:"agent_id"`
	Restated  int64   `json:"restated"`
	Confirmed int64   `json:"confirmed"`
	Corrected int64   `json:"corrected"`
	Rate      float64 `json:"correction_rate" doc:"0 to 1"`
	Skipped   int64   `json:"skipped"`
	Calmer    int64   `json:"calmer" doc:"Contacts after which the customer was in a better mood"`
	MoreUpset int64   `json:"more_upset"`
}

// ListeningReport says how well we listen.
type ListeningReport struct {
	From          string           `json:"from"`
	To            string           `json:"to"`
	Counts        ListeningCounts  `json:"counts"`
	MedianSeconds int64            `json:"median_seconds" doc:"From the first contact to the first solution"`
	Moods         []ListeningMood  `json:"moods"`
	Agents        []ListeningAgent `json:"agents"`
}

func (s *Service) reportRoutes(r *rest.Router) {
	rest.Get(r, "/reports/listening", rest.Op{
		ID: "report-listening", Tag: "reports", Summary: "How well we listen: confirmed and corrected restatements, skips, moods", Module: "need",
	}, s.apiReport)
}

func (s *Service) apiReport(ctx context.Context, in *reportIn) (*rest.Body[ListeningReport], error) {
	from, to, err := span(in.From, in.To, s.clock.Now())
	if err != nil {
		return nil, err
	}
	rep, err := s.Listening(ctx, from, to.AddDate(0, 0, 1))
	if err != nil {
		return nil, err
	}
	out := ListeningReport{
		From: from.Format(time.DateOnly), To: to.Format(time.DateOnly), Counts: wireCounts(rep.Counts), MedianSeconds: rep.MedianSeconds,
		Moods: []ListeningMood{}, Agents: []ListeningAgent{},
	}
	for _, m := range rep.Moods {
		out.Moods = append(out.Moods, ListeningMood(m))
	}
	for _, a := range rep.Agents {
		out.Agents = append(out.Agents, ListeningAgent{
			a.AgentID, a.Restated, a.ByCustomer + a.ByAgent, a.Corrected, a.CorrectionRate(), a.Skipped, a.Calmer, a.Worse,
		})
	}
	return rest.Of(out), nil
}

// span reads the first and the last day of a report, by default the last
// thirty days. Days are those of UTC.
func span(first, last string, now time.Time) (from, to time.Time, err error) {
	to = now.UTC().Truncate(24 * time.Hour)
	from = to.AddDate(0, 0, -30)
	var f fault.Fields
	for _, d := range []struct {
		name, text string
		into       *time.Time
	}{{"from", first, &from}, {"to", last, &to}} {
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
	return from, to, f.Err()
}

package need

import (
	"cmp"
	"context"
	"slices"
	"time"

	"heed/internal/people/authority"
)

// Counts are what listening looks like in numbers, over tickets that came in a
// span of time and on which something was written down or solved.
type Counts struct {
	Tickets    int64
	Restated   int64 // have a restatement
	ByCustomer int64 // confirmed by himself at his link
	ByAgent    int64 // confirmed to an agent
	Skipped    int64 // solved without, for a reason
	Solved     int64
	Corrected  int64 // the customer corrected us at least once
}

// SkipRate is the share of the tickets that were solved or skipped in which
// somebody went on before the need was confirmed, 0 to 1 (R098).
func (c Counts) SkipRate() float64 { return share(c.Skipped, max(c.Solved, c.Skipped)) }

// CorrectionRate is the share of restatements that the customer has answered in
// which he had to correct us, 0 to 1 (R431).
func (c Counts) CorrectionRate() float64 {
	return share(c.Corrected, max(c.ByCustomer+c.ByAgent, c.Corrected))
}

func share(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// AgentCounts are the numbers of an agent: what he restated, skipped and solved
// is counted for who did it.
type AgentCounts struct {
	AgentID int64
	Counts
	Calmer int64 // contacts after which the customer was in a better mood
	Worse  int64
}

// MoodShift counts contacts by how the customer was before and after (R099).
type MoodShift struct {
	Before Mood  `db:"mood_before"`
	After  Mood  `db:"mood_after"`
	N      int64 `db:"n"`
}

// Report says how well we listen.
type Report struct {
	Counts
	Moods []MoodShift
	// MedianSeconds is from the first contact to the first solution, for half of
	// the solved tickets at most; 0 when none was solved.
	MedianSeconds int64
	Agents        []AgentCounts
}

// Listening gives the report over tickets that came, and contacts that were
// marked, from a time on and before another.
func (s *Service) Listening(ctx context.Context, from, to time.Time) (Report, error) {
	if err := authority.Require(ctx, authority.TypeManage); err != nil {
		return Report{}, err
	}
	var out Report
	err := s.db.Read(ctx, func(ctx context.Context) (err error) {
		if out.Counts, err = s.counts(ctx, from, to); err != nil {
			return err
		}
		if out.MedianSeconds, err = s.median(ctx, from, to, out.Solved); err != nil {
			return err
		}
		if out.Moods, err = s.shifts(ctx, from, to); err != nil {
			return err
		}
		out.Agents, err = s.byAgent(ctx, from, to)
		return err
	})
	return out, err
}

func (s *Service) byAgent(ctx context.Context, from, to time.Time) ([]AgentCounts, error) {
	restated, err := s.restatedBy(ctx, from, to)
	if err != nil {
		return nil, err
	}
	skipped, err := s.skippedBy(ctx, from, to)
	if err != nil {
		return nil, err
	}
	moods, err := s.shiftsBy(ctx, from, to)
	if err != nil {
		return nil, err
	}
	all := map[int64]*AgentCounts{}
	of := func(id int64) *AgentCounts {
		if all[id] == nil {
			all[id] = &AgentCounts{AgentID: id}
		}
		return all[id]
	}
	for _, r := range restated {
		of(r.AgentID).Counts = Counts{Restated: r.Restated, ByCustomer: r.ByCustomer, ByAgent: r.ByAgent, Corrected: r.Corrected}
	}
	for _, r := range skipped {
		of(r.AgentID).Skipped = r.N
	}
	for _, r := range moods {
		switch a, d := of(r.AgentID), r.After.worse()-r.Before.worse(); {
		case d < 0:
			a.Calmer += r.N
		case d > 0:
			a.Worse += r.N
		}
	}
	out := make([]AgentCounts, 0, len(all))
	for _, a := range all {
		out = append(out, *a)
	}
	slices.SortFunc(out, func(a, b AgentCounts) int {
		return cmp.Or(cmp.Compare(b.Restated, a.Restated), cmp.Compare(b.Skipped, a.Skipped), cmp.Compare(a.AgentID, b.AgentID))
	})
	return out, nil
}

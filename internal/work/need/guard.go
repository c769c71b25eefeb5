package need

import (
	"context"
	"strings"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/platform/journal"
	"heed/internal/work/ticket"
)

// goesOn are the states in which somebody works on a solution or has one.
// Waiting for the customer is not among them: he may be waited for because he is
// asked what he means.
func goesOn(s ticket.Status) bool {
	switch s {
	case ticket.StatusInProgress, ticket.StatusWaitingInternal, ticket.StatusSolved, ticket.StatusClosed:
		return true
	default:
		return false
	}
}

// Guard refuses that an agent goes on before he has listened, as a ticket.Guard:
// "restatement" is missing where the type wants one (R102), and a solution
// before the customer has confirmed wants a "skip_reason" (R098), see Skip. What
// is settled in the moment in which it was registered needs neither: there the
// customer is listening himself.
func (s *Service) Guard(ctx context.Context, old, next ticket.Ticket) (fault.Fields, error) {
	var f fault.Fields
	if next.Status == old.Status || !goesOn(next.Status) || next.TypeID == 0 || next.FirstContact || actor.From(ctx).Kind != actor.Agent {
		return f, nil
	}
	if s.on != nil {
		if on, err := s.on(ctx); err != nil || !on {
			return f, err
		}
	}
	typ, err := s.typeOf(ctx, next)
	if err != nil || !typ.Need && !typ.RequireRestatement {
		return f, err
	}
	n, err := s.find(ctx, next.ID)
	if err != nil {
		return f, err
	}
	if typ.RequireRestatement && n.Restatement == "" && (next.Status.Open() || solution(next)) {
		f.Add("restatement", "need.restatement_required")
	}
	if typ.Need && old.Status.Open() && !next.Status.Open() && solution(next) && !n.Confirmed() && n.SkipReason == "" {
		f.Add("skip_reason", "need.confirm_or_skip")
	}
	return f, nil
}

// solution tells whether a ticket ended with one: spam and what was withdrawn
// had no need.
func solution(t ticket.Ticket) bool { return strings.HasPrefix(t.ResultCode, "solved_") }

// Follower notes when a ticket of a type was first solved, for the time from
// the first contact to the first solution (R098).
func (s *Service) Follower() journal.Follower {
	return journal.Follower{Name: "need", Kinds: []string{ticket.EventStatusChanged}, Handle: func(ctx context.Context, evs []event.Event) error {
		for _, e := range evs {
			var status ticket.StatusData
			if err := e.Decode(&status); err != nil {
				return err
			}
			if status.To != ticket.StatusSolved && status.To != ticket.StatusClosed {
				continue
			}
			if err := s.noteSolved(ctx, e); err != nil {
				return err
			}
		}
		return nil
	}}
}

func (s *Service) noteSolved(ctx context.Context, e event.Event) error {
	n, t, typ, err := s.load(ctx, e.About.ID)
	switch {
	case fault.Is(err, fault.KindNotFound):
		return nil // it is gone
	case err != nil:
		return err
	case !n.SolvedAt.IsZero() || n.Version == unwritten && !typ.Need || !solution(t):
		return nil
	}
	was := n.Version
	n.SolvedAt, n.UpdatedAt, n.Version = e.At, e.At, was+1
	return s.save(ctx, n, was)
}

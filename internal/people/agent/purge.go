package agent

import (
	"context"

	"heed/internal/people/authority"
)

// Purge removes agents and teams and their events as if they had never been,
// for demo data. What hangs on an agent (sessions, tickets) lets go of him when
// he is disabled, which must have happened before.
func (s *Service) Purge(ctx context.Context, agents, teams []int64) error {
	if err := authority.Require(ctx, authority.AgentManage); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		if err := s.deleteAll(ctx, agents, teams); err != nil {
			return err
		}
		if err := s.journal.Forget(ctx, "agent", agents); err != nil {
			return err
		}
		return s.journal.Forget(ctx, "team", teams)
	})
}

package ticket

import (
	"context"

	"heed/internal/platform/db"
)

// Miscount is a counter that differs from a recount.
type Miscount struct {
	Counter string // "inbox" or "creator"
	TeamID  int64
	AgentID int64 // the owner, or the creator
	Status  string
	Snoozed bool
	Kept    int64
	Real    int64
}

type tally struct {
	TeamID  int64  `db:"team_id"`
	AgentID int64  `db:"agent_id"`
	Status  string `db:"status"`
	Snoozed bool   `db:"snoozed"`
	Kept    int64  `db:"kept"`
	Real    int64  `db:"real_n"`
}

// The recounts, on one snapshot. Nothing of it is on a hot path.
const (
	inboxTallies = `SELECT team_id, agent_id, status, snoozed, CAST(SUM(kept) AS BIGINT) AS kept, CAST(SUM(real_n) AS BIGINT) AS real_n FROM (
		SELECT team_id, owner_id AS agent_id, status, snoozed, n AS kept, 0 AS real_n FROM ticket_counter
		UNION ALL
		SELECT team_id, owner_id, status, snoozed_until > 0, 0, 1 FROM ticket
	) AS both_sides GROUP BY team_id, agent_id, status, snoozed HAVING SUM(kept) <> SUM(real_n)`
	creatorTallies = `SELECT team_id, agent_id, CAST(SUM(kept) AS BIGINT) AS kept, CAST(SUM(real_n) AS BIGINT) AS real_n FROM (
		SELECT team_id, agent_id, n AS kept, 0 AS real_n FROM ticket_creator
		UNION ALL
		SELECT team_id, creator_id, 0, 1 FROM ticket WHERE creator_id > 0
	) AS both_sides GROUP BY team_id, agent_id HAVING SUM(kept) <> SUM(real_n)`
)

// Verify recounts and lists the counters that are wrong; none is the only good
// answer.
func (s *Service) Verify(ctx context.Context) ([]Miscount, error) {
	out := []Miscount{}
	err := s.db.Read(ctx, func(ctx context.Context) error {
		for name, q := range map[string]string{"inbox": inboxTallies, "creator": creatorTallies} {
			rows, err := db.All[tally](ctx, s.db, q)
			if err != nil {
				return err
			}
			for _, r := range rows {
				out = append(out, Miscount{name, r.TeamID, r.AgentID, r.Status, r.Snoozed, r.Kept, r.Real})
			}
		}
		return nil
	})
	return out, err
}

// Recount makes all counters anew, after a restore or when Verify found one
// wrong. On PostgreSQL the table is locked for it, so that no delta is lost.
func (s *Service) Recount(ctx context.Context) error {
	return s.db.Write(ctx, func(ctx context.Context) error {
		steps := []string{
			"DELETE FROM ticket_counter", "DELETE FROM ticket_creator",
			`INSERT INTO ticket_counter (team_id, owner_id, status, snoozed, shard, n)
				SELECT team_id, owner_id, status, snoozed_until > 0, id % 8, COUNT(*) FROM ticket
				GROUP BY team_id, owner_id, status, snoozed_until > 0, id % 8`,
			`INSERT INTO ticket_creator (agent_id, team_id, shard, n)
				SELECT creator_id, team_id, id % 8, COUNT(*) FROM ticket WHERE creator_id > 0
				GROUP BY creator_id, team_id, id % 8`,
		}
		if s.db.Postgres() {
			steps = append([]string{"LOCK TABLE ticket IN SHARE ROW EXCLUSIVE MODE"}, steps...)
		}
		for _, q := range steps {
			if _, err := db.Exec(ctx, s.db, q); err != nil {
				return err
			}
		}
		return nil
	})
}

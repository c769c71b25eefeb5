package agent

import (
	"context"

	"heed/internal/platform/db"
)

// member is a row of team_member.
type member struct {
	Team  int64 `db:"team_id"`
	Agent int64 `db:"agent_id"`
}

func (s *Service) loadTeamsOf(ctx context.Context, agentID int64) ([]int64, error) {
	return db.All[int64](ctx, s.db, "SELECT team_id FROM team_member WHERE agent_id = ? ORDER BY team_id", agentID)
}

func (s *Service) loadTeam(ctx context.Context, id int64, lock bool) (Team, error) {
	t, err := db.One[Team](ctx, s.db, "SELECT "+db.Cols[Team]()+" FROM team WHERE id = ?"+s.forUpdate(lock), id)
	if err != nil {
		return t, err
	}
	t.MemberIDs, err = db.All[int64](ctx, s.db, "SELECT agent_id FROM team_member WHERE team_id = ? ORDER BY agent_id", id)
	return t, err
}

func (s *Service) loadTeams(ctx context.Context, hidden []int64, after int64, limit int) ([]Team, error) {
	q := db.New("SELECT "+db.Cols[Team]()+" FROM team WHERE id > ?", after)
	if len(hidden) > 0 {
		q = db.In(q, "AND id NOT IN", hidden)
	}
	q.Add("ORDER BY id LIMIT ?", limit)
	teams, err := db.All[Team](ctx, s.db, q.String(), q.Args()...)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(teams))
	for i, t := range teams {
		ids[i] = t.ID
	}
	in := db.In(db.New("SELECT team_id, agent_id FROM team_member WHERE"), "team_id IN", ids).Add("ORDER BY agent_id")
	members, err := db.All[member](ctx, s.db, in.String(), in.Args()...)
	of := map[int64][]int64{}
	for _, m := range members {
		of[m.Team] = append(of[m.Team], m.Agent)
	}
	for i := range teams {
		if teams[i].MemberIDs = of[teams[i].ID]; teams[i].MemberIDs == nil {
			teams[i].MemberIDs = []int64{}
		}
	}
	return teams, err
}

func (s *Service) loadPrivateTeams(ctx context.Context) ([]int64, error) {
	return db.All[int64](ctx, s.db, "SELECT id FROM team WHERE private")
}

// openTeamsAmong gives those of the ids that are teams which are not archived.
func (s *Service) openTeamsAmong(ctx context.Context, ids []int64) ([]int64, error) {
	q := db.In(db.New("SELECT id FROM team WHERE NOT archived"), "AND id IN", ids)
	return db.All[int64](ctx, s.db, q.String(), q.Args()...)
}

func (s *Service) insertTeam(ctx context.Context, t Team) (int64, error) {
	return db.Insert(ctx, s.db, "team", &t)
}

// updateTeam stores t, whose version is one more than the one it was made from.
func (s *Service) updateTeam(ctx context.Context, t Team) error {
	n, err := db.Exec(ctx, s.db, `UPDATE team SET name = ?, name_fold = ?, private = ?, lead_id = ?, archived = ?,
		updated_at = ?, version = ? WHERE id = ? AND version = ?`,
		t.Name, t.NameFold, t.Private, t.LeadID, t.Archived, t.UpdatedAt, t.Version, t.ID, t.Version-1)
	if err == nil && n == 0 {
		err = db.ErrStale
	}
	return err
}

// setMembers makes now the members of a team; the agents' versions rise, for
// their list of teams is not the one that others see.
func (s *Service) setMembers(ctx context.Context, teamID int64, was, now []int64) error {
	added, removed := apart(was, now)
	for _, id := range added {
		if err := db.Put(ctx, s.db, "team_member", &member{Team: teamID, Agent: id}); err != nil {
			return err
		}
	}
	if len(removed) > 0 {
		q := db.In(db.New("DELETE FROM team_member WHERE team_id = ?", teamID), "AND agent_id IN", removed)
		if _, err := db.Exec(ctx, s.db, q.String(), q.Args()...); err != nil {
			return err
		}
	}
	return s.raise(ctx, "UPDATE agent SET version = version + 1, updated_at = ? WHERE", append(added, removed...))
}

// changeTeamsOf is setMembers seen from an agent.
func (s *Service) changeTeamsOf(ctx context.Context, agentID int64, added, removed []int64) error {
	for _, id := range added {
		if err := db.Put(ctx, s.db, "team_member", &member{Team: id, Agent: agentID}); err != nil {
			return err
		}
	}
	if len(removed) > 0 {
		q := db.In(db.New("DELETE FROM team_member WHERE agent_id = ?", agentID), "AND team_id IN", removed)
		if _, err := db.Exec(ctx, s.db, q.String(), q.Args()...); err != nil {
			return err
		}
	}
	return s.raise(ctx, "UPDATE team SET version = version + 1, updated_at = ? WHERE", append(added, removed...))
}

// dropLead ends an agent's lead of those of the teams that he leads.
func (s *Service) dropLead(ctx context.Context, agentID int64, teams []int64) error {
	return s.raise(ctx, "UPDATE team SET lead_id = 0, version = version + 1, updated_at = ? WHERE lead_id = ? AND", teams, agentID)
}

// dropLeadEverywhere ends an agent's lead of all teams.
func (s *Service) dropLeadEverywhere(ctx context.Context, agentID int64) error {
	_, err := db.Exec(ctx, s.db, "UPDATE team SET lead_id = 0, version = version + 1, updated_at = ? WHERE lead_id = ?",
		s.clock.Now(), agentID)
	return err
}

func (s *Service) raise(ctx context.Context, update string, ids []int64, args ...any) error {
	if len(ids) == 0 {
		return nil
	}
	q := db.In(db.New(update, append([]any{s.clock.Now()}, args...)...), "id IN", ids)
	_, err := db.Exec(ctx, s.db, q.String(), q.Args()...)
	return err
}

// deleteAll removes agents and teams with who belongs where.
func (s *Service) deleteAll(ctx context.Context, agents, teams []int64) error {
	for _, d := range []struct {
		text string
		ids  []int64
	}{
		{"DELETE FROM team_member WHERE agent_id IN", agents},
		{"DELETE FROM team_member WHERE team_id IN", teams},
		{"UPDATE team SET lead_id = 0 WHERE lead_id IN", agents},
		{"DELETE FROM team WHERE id IN", teams},
		{"DELETE FROM agent WHERE id IN", agents},
	} {
		if len(d.ids) == 0 {
			continue
		}
		q := db.In(db.New(""), d.text, d.ids)
		if _, err := db.Exec(ctx, s.db, q.String(), q.Args()...); err != nil {
			return err
		}
	}
	return nil
}

package agent

import (
	"context"
	"errors"
	"slices"

	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
)

// Team gives a team. A private one does not exist for those who may not see it.
func (s *Service) Team(ctx context.Context, id int64) (Team, error) {
	if err := authority.Require(ctx, authority.TicketView); err != nil {
		return Team{}, err
	}
	hidden, err := s.PrivateTeamsHidden(ctx)
	if err != nil {
		return Team{}, err
	}
	if slices.Contains(hidden, id) {
		return Team{}, db.ErrNotFound
	}
	return s.loadTeam(ctx, id, false)
}

// Teams gives a page of the teams that the actor may see, archived ones last
// known too: what they did stays theirs.
func (s *Service) Teams(ctx context.Context, p page.Request) (page.Of[Team], error) {
	var after int64
	if err := authority.Require(ctx, authority.TicketView); err != nil {
		return page.Of[Team]{}, err
	}
	if p.Cursor != "" {
		if err := page.Decode(p.Cursor, &after); err != nil {
			return page.Of[Team]{}, err
		}
	}
	hidden, err := s.PrivateTeamsHidden(ctx)
	if err != nil {
		return page.Of[Team]{}, err
	}
	pos, err := s.journal.Position(ctx)
	if err != nil {
		return page.Of[Team]{}, err
	}
	rows, err := s.loadTeams(ctx, hidden, after, p.Size()+1)
	out := page.Cut(rows, p.Size(), func(t Team) []any { return []any{t.ID} })
	out.Position = pos
	return out, err
}

// TeamsOf gives the ids of an agent's teams, ascending.
func (s *Service) TeamsOf(ctx context.Context, agentID int64) ([]int64, error) {
	return s.loadTeamsOf(ctx, agentID)
}

// AddTeam adds a team.
func (s *Service) AddTeam(ctx context.Context, p TeamPatch) (Team, error) {
	if err := authority.Require(ctx, authority.TeamManage); err != nil {
		return Team{}, err
	}
	if p.Name == nil {
		p.Name = new(string) // so that it is missed
	}
	var t Team
	err := s.db.Write(ctx, func(ctx context.Context) (err error) {
		if t, _, err = (Team{}).with(p); err != nil {
			return err
		}
		t.CreatedAt, t.Version = s.clock.Now(), 1
		t.UpdatedAt = t.CreatedAt
		if err := s.checkTeam(ctx, Team{}, t); err != nil {
			return err
		}
		if t.ID, err = s.insertTeam(ctx, t); err != nil {
			return teamFault(err)
		}
		if err := s.setMembers(ctx, t.ID, nil, t.MemberIDs); err != nil {
			return err
		}
		return s.record(ctx, event.New{
			Kind: KindTeamCreated, About: aboutTeam(t.ID), Data: TeamCreated{Name: t.Name, Private: t.Private},
		})
	})
	return t, err
}

// ChangeTeam changes a team that was seen at a version (0: any).
func (s *Service) ChangeTeam(ctx context.Context, id, version int64, p TeamPatch) (Team, error) {
	if err := authority.Require(ctx, authority.TeamManage); err != nil {
		return Team{}, err
	}
	var now Team
	err := s.db.Write(ctx, func(ctx context.Context) error {
		was, err := s.loadTeam(ctx, id, true)
		if err != nil {
			return err
		}
		if version != 0 && version != was.Version {
			return fault.Conflict("stale")
		}
		var fields []string
		if now, fields, err = was.with(p); err != nil || len(fields) == 0 {
			return err
		}
		if err := s.checkTeam(ctx, was, now); err != nil {
			return err
		}
		now.UpdatedAt = s.clock.Now()
		now.Version++
		if err := s.updateTeam(ctx, now); err != nil {
			return teamFault(err)
		}
		if err := s.setMembers(ctx, id, was.MemberIDs, now.MemberIDs); err != nil {
			return err
		}
		added, removed := apart(was.MemberIDs, now.MemberIDs)
		return s.record(ctx, event.New{
			Kind: KindTeamChanged, About: aboutTeam(id), Data: TeamChanged{Fields: fields, Added: added, Removed: removed},
		})
	})
	return now, err
}

// checkTeam finds new members and leads that there are not.
func (s *Service) checkTeam(ctx context.Context, was, now Team) error {
	var f fault.Fields
	added, _ := apart(was.MemberIDs, now.MemberIDs)
	if now.LeadID != was.LeadID && now.LeadID != 0 && !slices.Contains(added, now.LeadID) {
		added = append(added, now.LeadID)
	}
	known, err := s.workingAmong(ctx, added)
	if err != nil {
		return err
	}
	for _, id := range added {
		switch {
		case slices.Contains(known, id):
		case id == now.LeadID:
			f.Add("lead_id", "field.not_found")
		default:
			f.Add("member_ids", "field.not_found")
		}
	}
	return f.Err()
}

func teamFault(err error) error {
	if !errors.Is(err, db.ErrExists) {
		return err
	}
	var f fault.Fields
	f.Add("name", "field.taken")
	return f.Err()
}

// setTeams puts an agent into teams and takes him out of others, and has every
// such team's version rise: its list of members is not the one that others see.
func (s *Service) setTeams(ctx context.Context, agentID int64, was, now []int64) error {
	added, removed := apart(was, now)
	known, err := s.openTeamsAmong(ctx, added)
	if err != nil {
		return err
	}
	if len(known) != len(added) {
		var f fault.Fields
		f.Add("team_ids", "field.not_found")
		return f.Err()
	}
	if len(added)+len(removed) == 0 {
		return nil
	}
	if err := s.dropLead(ctx, agentID, removed); err != nil {
		return err
	}
	return s.changeTeamsOf(ctx, agentID, added, removed)
}

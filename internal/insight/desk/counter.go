package desk

import (
	"context"
	"strconv"
	"sync"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
)

// counted keeps what the counts are added up from, as it was at a position of
// the journal: every change of a counter or a team has its event, so that at
// the same position there is nothing new.
type counted struct {
	mu   sync.Mutex
	pos  int64
	have bool
	tallies
}

type tallies struct {
	groups     []group
	registered []registered
	teams      []team
}

// tally gives the tallies as of now, and the position at which they are true.
// All who ask between two events share one read.
func (s *Service) tally(ctx context.Context) (tallies, int64, error) {
	c := &s.counted
	c.mu.Lock()
	defer c.mu.Unlock()
	err := s.db.Read(ctx, func(ctx context.Context) error {
		pos, err := s.journal.Position(ctx)
		if err != nil || c.have && c.pos == pos {
			return err
		}
		c.have = false
		if c.groups, err = s.loadGroups(ctx); err != nil {
			return err
		}
		if c.registered, err = s.loadRegistered(ctx); err != nil {
			return err
		}
		if c.teams, err = s.loadTeams(ctx); err != nil {
			return err
		}
		c.pos, c.have = pos, true
		return nil
	})
	return c.tallies, c.pos, err
}

// Counters gives the counts of the views of each viewer, by agent id and view.
// Employees have no views.
func (s *Service) Counters(ctx context.Context, viewers []actor.Actor) (map[int64]map[string]int64, error) {
	t, _, err := s.tally(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[int64]map[string]int64, len(viewers))
	for _, v := range viewers {
		if !authority.Can(v, authority.TicketView) {
			continue
		}
		hidden, err := s.hidden(ctx, v)
		if err != nil {
			return nil, err
		}
		out[v.ID] = counts(v, t.groups, t.registered, t.of(v), hidden)
	}
	return out, nil
}

// of lists the teams whose views an agent has: his own, and for those who see
// everything all.
func (t tallies) of(a actor.Actor) []team {
	if authority.SeesPrivateTeams(a) {
		return t.teams
	}
	own := []team{}
	for _, one := range t.teams {
		if a.InTeam(one.ID) {
			own = append(own, one)
		}
	}
	return own
}

// View is one view with the number of tickets in it.
type View struct {
	Key   string `json:"key"`
	Kind  string `json:"kind" enum:"builtin,team"`
	Name  string `json:"name,omitempty" doc:"A team's name; the others are named by the page"`
	Count int64  `json:"count"`
}

// Views lists the actor's views with their counts, and the position at which
// they are true.
func (s *Service) Views(ctx context.Context) ([]View, int64, error) {
	if err := authority.Require(ctx, authority.TicketView); err != nil {
		return nil, 0, err
	}
	a := actor.From(ctx)
	if a.Kind != actor.Agent {
		return nil, 0, fault.Forbidden("forbidden")
	}
	t, pos, err := s.tally(ctx)
	if err != nil {
		return nil, 0, err
	}
	hidden, err := s.hidden(ctx, a)
	if err != nil {
		return nil, 0, err
	}
	teams := t.of(a)
	n := counts(a, t.groups, t.registered, teams, hidden)
	out := []View{}
	for _, key := range builtin() {
		out = append(out, View{Key: key, Kind: "builtin", Count: n[key]})
	}
	for _, one := range teams {
		key := ViewTeam + strconv.FormatInt(one.ID, 10)
		out = append(out, View{Key: key, Kind: "team", Name: one.Name, Count: n[key]})
	}
	return out, pos, nil
}

package agent

import (
	"context"
	"slices"
	"sync"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
)

// fresh is how long what is kept in memory is believed. A change made by this
// program is seen at once; this bounds how late that of another one is.
const fresh = 2 * time.Second

// memory keeps what every request asks for: who the agents are and which teams
// are private.
type memory struct {
	mu      sync.Mutex
	turn    int64 // counts changes, so that what was read before one is not kept after it
	until   time.Time
	actors  map[int64]actor.Actor
	private map[int64]bool
}

func (m *memory) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn++
	m.actors, m.private = nil, nil
}

// at empties the memory when it is too old, and gives the present turn.
func (m *memory) at(now time.Time) int64 {
	if !now.Before(m.until) {
		m.actors, m.private = nil, nil
		m.until = now.Add(fresh)
	}
	return m.turn
}

// Actor gives an active agent as somebody who acts, with his present role and
// teams. Anybody else is the fault "unauthenticated".
func (s *Service) Actor(ctx context.Context, agentID int64) (actor.Actor, error) {
	m := &s.memory
	m.mu.Lock()
	turn := m.at(s.clock.Now())
	kept, ok := m.actors[agentID]
	m.mu.Unlock()
	if ok {
		return kept, nil
	}
	a, err := s.load(ctx, agentID, false)
	if fault.Is(err, fault.KindNotFound) || err == nil && a.State != Active {
		return actor.Actor{}, fault.Unauthenticated("unauthenticated")
	}
	if err != nil {
		return actor.Actor{}, err
	}
	// Read inside a transaction, it may hold what is not true unless that is committed.
	db.After(ctx, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.turn != turn {
			return
		}
		if m.actors == nil {
			m.actors = map[int64]actor.Actor{}
		}
		m.actors[agentID] = a.actor()
	})
	return a.actor(), nil
}

// PrivateTeamsHidden gives the private teams whose tickets the actor in ctx
// may not see, ascending: those he is not in, and none for administrators,
// supervisors and the system.
func (s *Service) PrivateTeamsHidden(ctx context.Context) ([]int64, error) {
	a := actor.From(ctx)
	if authority.SeesPrivateTeams(a) {
		return nil, nil
	}
	private, err := s.privateTeams(ctx)
	if err != nil {
		return nil, err
	}
	var hidden []int64
	for id := range private {
		if !a.InTeam(id) {
			hidden = append(hidden, id)
		}
	}
	slices.Sort(hidden)
	return hidden, nil
}

func (s *Service) privateTeams(ctx context.Context) (map[int64]bool, error) {
	m := &s.memory
	m.mu.Lock()
	turn := m.at(s.clock.Now())
	kept := m.private
	m.mu.Unlock()
	if kept != nil {
		return kept, nil
	}
	ids, err := s.loadPrivateTeams(ctx)
	if err != nil {
		return nil, err
	}
	private := make(map[int64]bool, len(ids))
	for _, id := range ids {
		private[id] = true
	}
	db.After(ctx, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.turn == turn {
			m.private = private
		}
	})
	return private, nil
}

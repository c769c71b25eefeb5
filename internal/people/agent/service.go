package agent

import (
	"context"
	"errors"
	"slices"

	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/people/identity"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/journal"
)

// Deps are what a service is made of.
type Deps struct {
	DB       *db.DB
	Journal  *journal.Journal
	Clock    clock.Clock
	Settings *setting.Service
}

// Service knows the agents and teams.
type Service struct {
	db       *db.DB
	journal  *journal.Journal
	clock    clock.Clock
	settings *setting.Service
	memory   memory
}

// NewService makes a service.
func NewService(d Deps) *Service {
	return &Service{db: d.DB, journal: d.Journal, clock: d.Clock, settings: d.Settings}
}

// Get gives an agent. Every agent may know who his colleagues are.
func (s *Service) Get(ctx context.Context, id int64) (Agent, error) {
	if err := authority.RequireKnown(ctx); err != nil {
		return Agent{}, err
	}
	return s.load(ctx, id, false)
}

// ByEmail gives the agent with an address, however it is written. It asks
// nobody for permission: it is how somebody becomes signed in.
func (s *Service) ByEmail(ctx context.Context, written string) (Agent, error) {
	email, ok := identity.Email(written)
	if !ok {
		return Agent{}, db.ErrNotFound
	}
	return s.loadByEmail(ctx, email)
}

// List gives a page of the agents, those in one state or, with an empty state, all.
func (s *Service) List(ctx context.Context, state State, p page.Request) (page.Of[Agent], error) {
	var after int64
	if err := authority.RequireKnown(ctx); err != nil {
		return page.Of[Agent]{}, err
	}
	if p.Cursor != "" {
		if err := page.Decode(p.Cursor, &after); err != nil {
			return page.Of[Agent]{}, err
		}
	}
	pos, err := s.journal.Position(ctx)
	if err != nil {
		return page.Of[Agent]{}, err
	}
	rows, err := s.loadMany(ctx, state, after, p.Size()+1)
	out := page.Cut(rows, p.Size(), func(a Agent) []any { return []any{a.ID} })
	out.Position = pos
	return out, err
}

// Add adds an agent who is invited and cannot sign in yet. An address that is
// in use is a fault of the field "email".
func (s *Service) Add(ctx context.Context, n New) (Agent, error) {
	if err := authority.Require(ctx, authority.AgentManage); err != nil {
		return Agent{}, err
	}
	firm, err := s.settings.Get(ctx)
	if err != nil {
		return Agent{}, err
	}
	var a Agent
	err = s.db.Write(ctx, func(ctx context.Context) error {
		if a, err = newAgent(n, firm, s.clock.Now()); err != nil {
			return err
		}
		if _, err := s.loadByEmail(ctx, a.Email); err == nil {
			return emailTaken()
		} else if !errors.Is(err, db.ErrNotFound) {
			return err
		}
		if a, err = s.insert(ctx, a); errors.Is(err, db.ErrExists) {
			return emailTaken() // somebody was quicker
		} else if err != nil {
			return err
		}
		if err := s.setTeams(ctx, a.ID, nil, sortedIDs(n.TeamIDs)); err != nil {
			return err
		}
		a.TeamIDs = sortedIDs(n.TeamIDs)
		return s.record(ctx, event.New{
			Kind: KindCreated, About: aboutAgent(a.ID), Data: Created{Name: a.Name, Role: a.Role, State: a.State},
		})
	})
	return a, err
}

func emailTaken() error {
	var f fault.Fields
	f.Add("email", "field.taken")
	return f.Err()
}

// Change changes an agent that was seen at a version (0: any). The last active
// administrator keeps role and state (fault "agent.last_administrator").
func (s *Service) Change(ctx context.Context, id, version int64, p Patch) (Agent, error) {
	if err := authority.Require(ctx, authority.AgentManage); err != nil {
		return Agent{}, err
	}
	return s.change(ctx, id, version, func(ctx context.Context, was Agent) (Agent, error) {
		now, err := was.with(p)
		if err != nil {
			return now, err
		}
		if was.isAdministrator() && !now.isAdministrator() {
			if err := s.requireAnotherAdministrator(ctx, id); err != nil {
				return now, err
			}
		}
		if p.TeamIDs != nil {
			now.TeamIDs = sortedIDs(*p.TeamIDs)
			if err := s.setTeams(ctx, id, was.TeamIDs, now.TeamIDs); err != nil {
				return now, err
			}
		}
		if now.State == Disabled && was.State != Disabled {
			return now, s.dropLeadEverywhere(ctx, id)
		}
		return now, nil
	})
}

func (s *Service) requireAnotherAdministrator(ctx context.Context, except int64) error {
	ids, err := s.lockAdministrators(ctx)
	if err != nil {
		return err
	}
	if len(slices.DeleteFunc(ids, func(id int64) bool { return id == except })) == 0 {
		return fault.Conflict("agent.last_administrator")
	}
	return nil
}

// Prefer changes what the acting agent may say about himself.
func (s *Service) Prefer(ctx context.Context, p Preferences) (Agent, error) {
	me, err := authority.RequireAgent(ctx)
	if err != nil {
		return Agent{}, err
	}
	return s.change(ctx, me.ID, 0, func(_ context.Context, was Agent) (Agent, error) { return was.prefer(p) })
}

// Join makes an invited agent active, with what he said about himself when he
// set his password. For an agent who has joined before it changes only that.
// A disabled one is the fault "agent.disabled".
func (s *Service) Join(ctx context.Context, id int64, p Preferences) (Agent, error) {
	if err := authority.Require(ctx, authority.AgentManage); err != nil {
		return Agent{}, err
	}
	return s.change(ctx, id, 0, func(_ context.Context, was Agent) (Agent, error) {
		if was.State == Disabled {
			return was, fault.Conflict("agent.disabled")
		}
		now, err := was.prefer(p)
		now.State = Active
		if at := s.clock.Now(); now.JoinedAt == nil {
			now.JoinedAt = &at
		}
		return now, err
	})
}

// HasAdministrator tells whether there is an active administrator. Until then
// the firm has to be set up.
func (s *Service) HasAdministrator(ctx context.Context) (bool, error) { return s.anyAdministrator(ctx) }

// change loads, lets fn change, stores and records, all in one transaction.
func (s *Service) change(
	ctx context.Context, id, version int64, fn func(context.Context, Agent) (Agent, error),
) (Agent, error) {
	var now Agent
	err := s.db.Write(ctx, func(ctx context.Context) error {
		was, err := s.load(ctx, id, true)
		if err != nil {
			return err
		}
		if version != 0 && version != was.Version {
			return fault.Conflict("stale")
		}
		if now, err = fn(ctx, was); err != nil {
			return err
		}
		c := changed(was, now)
		if len(c.Fields) == 0 {
			now = was
			return nil
		}
		now.UpdatedAt = s.clock.Now()
		now.Version++
		if err := s.update(ctx, now); err != nil {
			return err
		}
		return s.record(ctx, event.New{Kind: KindChanged, About: aboutAgent(id), Data: c})
	})
	return now, err
}

// record notes what has changed and makes this program forget what it knew.
func (s *Service) record(ctx context.Context, evs ...event.New) error {
	db.After(ctx, s.memory.forget)
	return s.journal.Record(ctx, evs...)
}

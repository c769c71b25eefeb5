package signin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/people/agent"
	"heed/internal/people/authority"
	"heed/internal/people/identity"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
)

// Mailer sends invitations and reset links, when mail is set up.
type Mailer interface {
	// Invite sends link to somebody and tells whether it is on its way.
	Invite(ctx context.Context, to, name, firm, link, locale string) (mailed bool, err error)
}

// Deps are what a service is made of.
type Deps struct {
	DB       *db.DB
	Journal  *journal.Journal
	Clock    clock.Clock
	Log      *slog.Logger
	Agents   *agent.Service
	Settings *setting.Service
	// Mailer may be nil: links are shown to be copied all the same.
	Mailer Mailer
	// Ended, if set, is told after sessions of an agent have ended, all but the
	// one with the id except (0: all).
	Ended func(agentID, except int64)
	// EndedOne, if set, is told after a single session has ended.
	EndedOne func(session int64)
	// BaseURL gives the address of the desk for links, without a slash at the
	// end. Nil makes links without a host, for the page to complete.
	BaseURL func(ctx context.Context) string
}

// Service lets agents in.
type Service struct {
	db       *db.DB
	journal  *journal.Journal
	clock    clock.Clock
	log      *slog.Logger
	agents   *agent.Service
	settings *setting.Service
	mailer   Mailer
	ended    func(agentID, except int64)
	endedOne func(session int64)
	baseURL  func(ctx context.Context) string
	hasher   *hasher
}

// New makes a service.
func New(d Deps) *Service {
	if d.Ended == nil {
		d.Ended = func(int64, int64) {}
	}
	if d.EndedOne == nil {
		d.EndedOne = func(int64) {}
	}
	if d.BaseURL == nil {
		d.BaseURL = func(context.Context) string { return "" }
	}
	return &Service{
		db: d.DB, journal: d.Journal, clock: d.Clock, log: d.Log, agents: d.Agents, settings: d.Settings,
		mailer: d.Mailer, ended: d.Ended, endedOne: d.EndedOne, baseURL: d.BaseURL, hasher: newHasher(),
	}
}

// Caller is where a sign-in comes from.
type Caller struct {
	Address   string // IP address as text
	UserAgent string
}

// SignIn checks address and password and begins a session. Faults:
// "signin.wrong", "signin.throttled" (with retry_after in seconds),
// "signin.disabled".
func (s *Service) SignIn(ctx context.Context, email, password string, from Caller) (Opened, error) {
	who, hashed, err := s.candidate(ctx, email)
	if err != nil {
		return Opened{}, err
	}
	account := email
	if folded, ok := identity.Email(email); ok {
		account = folded
	}
	known, err := s.knownAddress(ctx, who.ID, network(from.Address))
	if err != nil {
		return Opened{}, err
	}
	ts := tries(account, from.Address, known)
	if err := s.count(ctx, ts); err != nil {
		return Opened{}, err
	}
	ok, err := s.hasher.verify(ctx, password, hashed)
	if err != nil {
		return Opened{}, err
	}
	if !ok {
		s.log.InfoContext(ctx, "sign-in with a wrong password or address", "from", from.Address)
		return Opened{}, fault.Unauthenticated("signin.wrong")
	}
	var out Opened
	err = s.db.Write(ctx, func(ctx context.Context) error {
		if err := s.uncount(ctx, ts); err != nil {
			return err
		}
		if who.State == agent.Disabled {
			return nil // the try was no guess all the same
		}
		out, err = s.open(ctx, who, from)
		return err
	})
	if err == nil && who.State == agent.Disabled {
		err = fault.Forbidden("signin.disabled")
	}
	return out, err
}

// candidate gives the agent with an address and his password's hash; zero and
// empty when there is none.
func (s *Service) candidate(ctx context.Context, email string) (agent.Agent, string, error) {
	who, err := s.agents.ByEmail(ctx, email)
	if fault.Is(err, fault.KindNotFound) {
		// Ask for the hash of nobody, so that the database is asked as often.
		_, err = s.passwordOf(ctx, 0)
		if errors.Is(err, db.ErrNotFound) {
			err = nil
		}
		return agent.Agent{}, "", err
	}
	if err != nil {
		return agent.Agent{}, "", err
	}
	hashed, err := s.passwordOf(ctx, who.ID)
	if errors.Is(err, db.ErrNotFound) {
		return who, "", nil
	}
	return who, hashed, err
}

// ChangePassword changes the acting agent's password and ends his other
// sessions. A wrong old one is a fault of the field "old_password".
func (s *Service) ChangePassword(ctx context.Context, old, password string, session int64) error {
	me, err := authority.RequireAgent(ctx)
	if err != nil {
		return err
	}
	who, err := s.agents.Get(ctx, me.ID)
	if err != nil {
		return err
	}
	var f fault.Fields
	checkPassword(&f, "new_password", password, who.Name, who.Email)
	if err := f.Err(); err != nil {
		return err
	}
	hashed, err := s.passwordOf(ctx, me.ID)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return err
	}
	// Whoever found a desk open must not find out the password by trying.
	ts := []try{{"p:change:" + who.Email, byPair}}
	if err := s.count(ctx, ts); err != nil {
		return err
	}
	ok, err := s.hasher.verify(ctx, old, hashed)
	if err != nil {
		return err
	}
	if !ok {
		f.Add("old_password", "field.password_wrong")
		return f.Err()
	}
	fresh, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		if err := s.uncount(ctx, ts); err != nil {
			return err
		}
		if err := s.setPassword(ctx, me.ID, fresh); err != nil {
			return err
		}
		return s.endSessions(ctx, me.ID, session)
	})
}

// setPassword stores a hash and records that the password has changed.
func (s *Service) setPassword(ctx context.Context, agentID int64, hashed string) error {
	if err := s.savePassword(ctx, agentID, hashed, s.clock.Now()); err != nil {
		return err
	}
	return s.journal.Record(ctx, about(KindPasswordChanged, agentID, nil))
}

// CreateAdmin makes an active administrator, for the command line. An agent
// who has that address already becomes one, with the new password: whoever can
// run this program on the data can do anything to it anyway, and a lost
// password must not lock the firm out.
func (s *Service) CreateAdmin(ctx context.Context, email, name, password string) (agent.Agent, error) {
	if err := authority.Require(ctx, authority.AgentManage); err != nil {
		return agent.Agent{}, err
	}
	var f fault.Fields
	checkPassword(&f, "password", password, name, email)
	if err := f.Err(); err != nil {
		return agent.Agent{}, err
	}
	hashed, err := s.hasher.hash(ctx, password)
	if err != nil {
		return agent.Agent{}, err
	}
	var a agent.Agent
	err = s.db.Write(ctx, func(ctx context.Context) error {
		a, err = s.agents.ByEmail(ctx, email)
		switch {
		case fault.Is(err, fault.KindNotFound):
			a, err = s.agents.Add(ctx, agent.New{Name: name, Email: email, Role: authority.Administrator})
		case err == nil:
			patch := agent.Patch{Name: &name, Role: new(authority.Administrator)}
			if a.State == agent.Disabled {
				patch.State = new(agent.Active)
			}
			a, err = s.agents.Change(ctx, a.ID, 0, patch)
		}
		if err != nil {
			return err
		}
		if a, err = s.agents.Join(ctx, a.ID, agent.Preferences{}); err != nil {
			return err
		}
		if err := s.setPassword(ctx, a.ID, hashed); err != nil {
			return err
		}
		return s.endSessions(ctx, a.ID, 0)
	})
	return a, err
}

// hashOf is what is kept of a secret of 256 random bits. It needs no salt and
// no slowness: there is nothing to guess.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// sweepKind is the job that removes what has run out.
const sweepKind = "signin.sweep"

// Handlers gives the jobs of this slice.
func (s *Service) Handlers() []jobs.Handler {
	return []jobs.Handler{{Kind: sweepKind, Run: func(ctx context.Context, _ jobs.Job) error {
		now := s.clock.Now()
		return s.db.Write(ctx, func(ctx context.Context) error { return s.sweep(ctx, now) })
	}}}
}

// Periodics gives the jobs that run again and again.
func (s *Service) Periodics() []jobs.Periodic {
	return []jobs.Periodic{{Kind: sweepKind, Every: time.Hour}}
}

// Followers gives the followers of this slice: when an agent is disabled,
// everything that he could come back with is removed.
func (s *Service) Followers() []journal.Follower {
	return []journal.Follower{{Name: "signin", Kinds: []string{agent.KindChanged}, Handle: s.follow}}
}

func (s *Service) follow(ctx context.Context, evs []event.Event) error {
	for _, e := range evs {
		var c agent.Changed
		if err := e.Decode(&c); err != nil {
			return err
		}
		if c.State == nil || c.State[1] != agent.Disabled {
			continue
		}
		if err := s.endSessions(actor.AsSystem(ctx), e.About.ID, 0); err != nil {
			return err
		}
		if err := s.deleteKeysOf(ctx, e.About.ID); err != nil {
			return err
		}
	}
	return nil
}

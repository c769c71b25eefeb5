package signin

import (
	"context"
	"errors"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/id"
	"heed/internal/people/agent"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
)

const (
	// sessionIdle is how long a session lasts without being used.
	sessionIdle = 14 * 24 * time.Hour
	// sessionMost is how long it lasts at most.
	sessionMost = 90 * 24 * time.Hour
	// seenEvery is how exactly it is known when something was last used.
	seenEvery = time.Minute
	// maxUserAgent bounds what a browser says about itself, in bytes.
	maxUserAgent = 300
)

// Session is a browser in which an agent is signed in.
type Session struct {
	ID         int64     `db:"id"`
	AgentID    int64     `db:"agent_id"`
	CreatedAt  time.Time `db:"created_at"`
	LastSeenAt time.Time `db:"last_seen_at"` // to the minute
	Address    string    `db:"address"`
	UserAgent  string    `db:"user_agent"`
}

// over tells whether the session has run out.
func (s Session) over(now time.Time) bool {
	return now.Sub(s.LastSeenAt) >= sessionIdle || now.Sub(s.CreatedAt) >= sessionMost
}

// Opened is a new session. Token goes into the cookie and is known to nobody else.
type Opened struct {
	Agent   agent.Agent
	Session Session
	Token   string
}

// open begins a session inside a Write.
func (s *Service) open(ctx context.Context, who agent.Agent, from Caller) (Opened, error) {
	now := s.clock.Now()
	if len(from.UserAgent) > maxUserAgent {
		from.UserAgent = from.UserAgent[:maxUserAgent]
	}
	out := Opened{Agent: who, Token: id.Secret(), Session: Session{
		AgentID: who.ID, CreatedAt: now, LastSeenAt: now, Address: from.Address, UserAgent: from.UserAgent,
	}}
	var err error
	if out.Session.ID, err = s.insertSession(ctx, out.Session, hashOf(out.Token)); err != nil {
		return out, err
	}
	if err := s.rememberAddress(ctx, who.ID, network(from.Address), now); err != nil {
		return out, err
	}
	ctx = actor.With(ctx, actor.Actor{Kind: actor.Agent, ID: who.ID, Name: who.Name, Role: who.Role})
	return out, s.journal.Record(ctx, about(KindStarted, who.ID, Started{out.Session.ID}))
}

// Session gives the agent behind a session's token, as he is now, and the
// session's id. A token that is not or no longer good is the fault
// "unauthenticated".
func (s *Service) Session(ctx context.Context, token string) (actor.Actor, int64, error) {
	ses, err := s.sessionByHash(ctx, hashOf(token))
	now := s.clock.Now()
	if errors.Is(err, db.ErrNotFound) || err == nil && ses.over(now) {
		return actor.Actor{}, 0, fault.Unauthenticated("unauthenticated")
	}
	if err != nil {
		return actor.Actor{}, 0, err
	}
	who, err := s.agents.Actor(ctx, ses.AgentID)
	if err != nil {
		return actor.Actor{}, 0, err
	}
	if now.Sub(ses.LastSeenAt) >= seenEvery {
		if err := s.db.Write(ctx, func(ctx context.Context) error { return s.touchSession(ctx, ses.ID, now) }); err != nil {
			// Reading must be possible while writing is not.
			s.log.WarnContext(ctx, "could not note that a session is in use", "err", err)
		}
	}
	return who, ses.ID, nil
}

// Sessions lists the acting agent's sessions, the one used last first.
func (s *Service) Sessions(ctx context.Context) ([]Session, error) {
	me, err := authority.RequireAgent(ctx)
	if err != nil {
		return nil, err
	}
	all, err := s.sessionsOf(ctx, me.ID)
	now := s.clock.Now()
	out := all[:0]
	for _, ses := range all {
		if !ses.over(now) {
			out = append(out, ses)
		}
	}
	return out, err
}

// SignOut ends one of the acting agent's sessions.
func (s *Service) SignOut(ctx context.Context, session int64) error {
	me, err := authority.RequireAgent(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		n, err := s.deleteSession(ctx, me.ID, session)
		if err != nil {
			return err
		}
		if n == 0 {
			return db.ErrNotFound
		}
		db.After(ctx, func() { s.endedOne(session) })
		return s.journal.Record(ctx, about(KindEnded, me.ID, Ended{1}))
	})
}

// SignOutEverywhere ends all of the acting agent's sessions.
func (s *Service) SignOutEverywhere(ctx context.Context) error {
	me, err := authority.RequireAgent(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error { return s.endSessions(ctx, me.ID, 0) })
}

// endSessions ends an agent's sessions but one (0: all), inside a Write.
func (s *Service) endSessions(ctx context.Context, agentID, except int64) error {
	n, err := s.deleteSessions(ctx, agentID, except)
	if err != nil || n == 0 {
		return err
	}
	db.After(ctx, func() { s.ended(agentID, except) })
	return s.journal.Record(ctx, about(KindEnded, agentID, Ended{n}))
}

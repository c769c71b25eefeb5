package signin

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/id"
	"heed/internal/people/agent"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
)

const (
	// tokenBegins marks an API token, so that scanners find one that leaked.
	tokenBegins = "heed_"
	// tokenShown is how much of a token is shown to tell it from others.
	tokenShown = len(tokenBegins) + 6
	maxTokens  = 50
	maxName    = 80 // characters
)

// Key is an API token: a program acts with it as its agent.
type Key struct {
	ID         int64      `db:"id"`
	AgentID    int64      `db:"agent_id"`
	Name       string     `db:"name"`
	Prefix     string     `db:"prefix"` // how the token begins
	CreatedAt  time.Time  `db:"created_at"`
	LastUsedAt *time.Time `db:"last_used_at"` // to the minute; nil for never
	ExpiresAt  *time.Time `db:"expires_at"`   // nil for never
}

// Tokens lists the acting agent's API tokens.
func (s *Service) Tokens(ctx context.Context) ([]Key, error) {
	me, err := authority.RequireAgent(ctx)
	if err != nil {
		return nil, err
	}
	return s.keysOf(ctx, me.ID)
}

// AddToken makes an API token for the acting agent. The token itself is given
// here and never again.
func (s *Service) AddToken(ctx context.Context, name string, expires *time.Time) (Key, string, error) {
	me, err := authority.RequireAgent(ctx)
	if err != nil {
		return Key{}, "", err
	}
	return s.addToken(ctx, me.ID, name, expires)
}

// IssueToken makes an API token for the agent with an address, for the command
// line. An agent who cannot sign in is the fault "agent.disabled".
func (s *Service) IssueToken(ctx context.Context, email, name string, expires *time.Time) (Key, string, error) {
	if err := authority.Require(ctx, authority.AgentManage); err != nil {
		return Key{}, "", err
	}
	who, err := s.agents.ByEmail(ctx, email)
	if err != nil {
		return Key{}, "", err
	}
	if who.State != agent.Active {
		return Key{}, "", fault.Conflict("agent.disabled")
	}
	return s.addToken(ctx, who.ID, name, expires)
}

func (s *Service) addToken(ctx context.Context, agentID int64, name string, expires *time.Time) (Key, string, error) {
	now := s.clock.Now()
	name = strings.TrimSpace(name)
	var f fault.Fields
	switch {
	case name == "":
		f.Add("name", "field.required")
	case utf8.RuneCountInString(name) > maxName:
		f.Add("name", "field.too_long", "max", maxName)
	}
	if expires != nil && !expires.After(now) {
		f.Add("expires_at", "field.time_past")
	}
	if err := f.Err(); err != nil {
		return Key{}, "", err
	}
	token := tokenBegins + id.Secret()
	k := Key{AgentID: agentID, Name: name, Prefix: token[:tokenShown], CreatedAt: now, ExpiresAt: expires}
	err := s.db.Write(ctx, func(ctx context.Context) error {
		keys, err := s.keysOf(ctx, agentID)
		if err != nil {
			return err
		}
		if len(keys) >= maxTokens {
			return fault.Conflict("token.too_many", "max", maxTokens)
		}
		if k.ID, err = s.insertKey(ctx, k, hashOf(token)); err != nil {
			return err
		}
		return s.journal.Record(ctx, about(KindTokenAdded, agentID, Token{k.ID, name}))
	})
	return k, token, err
}

// RemoveToken removes one of the acting agent's API tokens.
func (s *Service) RemoveToken(ctx context.Context, tokenID int64) error {
	me, err := authority.RequireAgent(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		k, err := s.keyOfAgent(ctx, me.ID, tokenID)
		if err != nil {
			return err
		}
		if err := s.deleteKey(ctx, tokenID); err != nil {
			return err
		}
		return s.journal.Record(ctx, about(KindTokenRemoved, me.ID, Token{k.ID, k.Name}))
	})
}

// Token gives the agent behind an API token, as he is now. A token that is not
// or no longer good is the fault "unauthenticated".
func (s *Service) Token(ctx context.Context, token string) (actor.Actor, error) {
	token = strings.TrimSpace(token)
	if !strings.HasPrefix(token, tokenBegins) {
		return actor.Actor{}, fault.Unauthenticated("unauthenticated")
	}
	k, err := s.keyByHash(ctx, hashOf(token))
	now := s.clock.Now()
	if errors.Is(err, db.ErrNotFound) || err == nil && k.ExpiresAt != nil && !now.Before(*k.ExpiresAt) {
		return actor.Actor{}, fault.Unauthenticated("unauthenticated")
	}
	if err != nil {
		return actor.Actor{}, err
	}
	who, err := s.agents.Actor(ctx, k.AgentID)
	if err != nil {
		return actor.Actor{}, err
	}
	if k.LastUsedAt == nil || now.Sub(*k.LastUsedAt) >= seenEvery {
		if err := s.db.Write(ctx, func(ctx context.Context) error { return s.touchKey(ctx, k.ID, now) }); err != nil {
			// Reading must be possible while writing is not.
			s.log.WarnContext(ctx, "could not note that a token is in use", "err", err)
		}
	}
	return who, nil
}

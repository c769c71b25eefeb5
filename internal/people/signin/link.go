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

// LinkKind is what a link is good for.
type LinkKind string

// The kinds of links. Each link works once.
const (
	linkSetup      LinkKind = "setup" // makes the first administrator
	LinkInvitation LinkKind = "invitation"
	LinkReset      LinkKind = "reset" // sets a new password
)

// How long links are good. A setup link is good until somebody is administrator.
const (
	invitationLasts = 7 * 24 * time.Hour
	resetLasts      = 24 * time.Hour
)

// link is a link as it is stored.
type link struct {
	ID        int64     `db:"id"`
	Hash      string    `db:"hash"`
	Kind      string    `db:"kind"`
	AgentID   int64     `db:"agent_id"` // 0 for setup
	CreatedAt time.Time `db:"created_at"`
	ExpiresAt time.Time `db:"expires_at"` // 1970 for never
}

// Offer is a link that was made for an agent. URL is to be shown, so that it
// can be handed over by any means; nobody can show it again.
type Offer struct {
	Agent   agent.Agent
	URL     string
	Expires time.Time
	Mailed  bool // whether it is on its way by mail, too
}

// Invite adds an agent and makes the link with which he joins.
func (s *Service) Invite(ctx context.Context, n agent.New) (Offer, error) {
	var out Offer
	var token string
	err := s.db.Write(ctx, func(ctx context.Context) (err error) {
		if out.Agent, err = s.agents.Add(ctx, n); err != nil {
			return err
		}
		token, out.Expires, err = s.makeLink(ctx, LinkInvitation, out.Agent.ID, invitationLasts)
		return err
	})
	if err != nil {
		return out, err
	}
	return s.hand(ctx, out, token), nil
}

// Relink makes a new link for an agent: an invitation for one who has not
// joined, else one to set a new password. Links made before stop working. A
// disabled agent is the fault "agent.disabled".
func (s *Service) Relink(ctx context.Context, agentID int64) (Offer, error) {
	if err := authority.Require(ctx, authority.AgentManage); err != nil {
		return Offer{}, err
	}
	var out Offer
	var token string
	err := s.db.Write(ctx, func(ctx context.Context) (err error) {
		if out.Agent, err = s.agents.Get(ctx, agentID); err != nil {
			return err
		}
		kind, lasts := LinkInvitation, invitationLasts
		switch out.Agent.State {
		case agent.Disabled:
			return fault.Conflict("agent.disabled")
		case agent.Active:
			kind, lasts = LinkReset, resetLasts
		case agent.Invited:
		}
		token, out.Expires, err = s.makeLink(ctx, kind, agentID, lasts)
		return err
	})
	if err != nil {
		return out, err
	}
	return s.hand(ctx, out, token), nil
}

// makeLink makes a link in place of those that the agent had, inside a Write.
func (s *Service) makeLink(ctx context.Context, kind LinkKind, agentID int64, lasts time.Duration) (string, time.Time, error) {
	token, now := id.Secret(), s.clock.Now()
	l := link{Hash: hashOf(token), Kind: string(kind), AgentID: agentID, CreatedAt: now, ExpiresAt: now.Add(lasts)}
	if err := s.deleteLinksOf(ctx, agentID); err != nil {
		return "", now, err
	}
	if err := s.insertLink(ctx, l); err != nil {
		return "", now, err
	}
	return token, l.ExpiresAt, s.journal.Record(ctx, about(KindLinkMade, agentID, LinkMade{kind}))
}

// hand makes the link's address and tries to mail it. That it cannot be mailed
// is no fault: it is shown.
func (s *Service) hand(ctx context.Context, o Offer, token string) Offer {
	o.URL = s.baseURL(ctx) + "/join/" + token
	if s.mailer == nil {
		return o
	}
	firm, err := s.settings.Get(ctx)
	if err == nil {
		o.Mailed, err = s.mailer.Invite(ctx, o.Agent.Email, o.Agent.Name, firm.FirmName, o.URL, o.Agent.Locale)
	}
	if err != nil {
		s.log.WarnContext(ctx, "a link could not be mailed", "agent", o.Agent.ID, "err", err)
		o.Mailed = false
	}
	return o
}

// Offered is what somebody who follows a link may know.
type Offered struct {
	Kind     LinkKind
	Name     string
	Email    string
	FirmName string
}

// Offered tells what a link is good for. One that is used up, replaced or too
// old is the fault "invitation.link_used".
func (s *Service) Offered(ctx context.Context, token string) (Offered, error) {
	l, who, err := s.follows(ctx, token)
	if err != nil {
		return Offered{}, err
	}
	firm, err := s.settings.Get(ctx)
	return Offered{Kind: LinkKind(l.Kind), Name: who.Name, Email: who.Email, FirmName: firm.FirmName}, err
}

// follows finds a link and the agent whom it is for.
func (s *Service) follows(ctx context.Context, token string) (link, agent.Agent, error) {
	l, err := s.linkByHash(ctx, hashOf(token))
	if errors.Is(err, db.ErrNotFound) || err == nil && (l.Kind == string(linkSetup) || !s.clock.Now().Before(l.ExpiresAt)) {
		return l, agent.Agent{}, fault.Gone("invitation.link_used")
	}
	if err != nil {
		return l, agent.Agent{}, err
	}
	who, err := s.agents.Get(actor.AsSystem(ctx), l.AgentID)
	if err == nil && who.State == agent.Disabled {
		err = fault.Gone("invitation.link_used")
	}
	return l, who, err
}

// Acceptance is what somebody enters who follows a link. Name, Locale and Zone
// may be nil, and count only when he joins.
type Acceptance struct {
	Password string
	Name     *string
	Locale   *string
	Zone     *string
}

// Accept sets the password, makes an invited agent active, ends sessions that
// there were and begins one. The link is used up.
func (s *Service) Accept(ctx context.Context, token string, in Acceptance, from Caller) (Opened, error) {
	l, who, err := s.follows(ctx, token)
	if err != nil {
		return Opened{}, err
	}
	p := agent.Preferences{}
	if l.Kind == string(LinkInvitation) {
		p = agent.Preferences{Name: in.Name, Locale: in.Locale, Zone: in.Zone}
	}
	var f fault.Fields
	checkPassword(&f, "password", in.Password, who.Name, who.Email)
	if err := f.Err(); err != nil {
		return Opened{}, err
	}
	hashed, err := s.hasher.hash(ctx, in.Password)
	if err != nil {
		return Opened{}, err
	}
	var out Opened
	err = s.db.Write(ctx, func(ctx context.Context) error {
		if n, err := s.deleteLink(ctx, l.ID); err != nil {
			return err
		} else if n == 0 {
			return fault.Gone("invitation.link_used") // somebody was quicker
		}
		// That he may join is what the link says; the rest he does himself.
		now, err := s.agents.Join(actor.AsSystem(ctx), who.ID, p)
		if err != nil {
			return err
		}
		self := actor.With(ctx, actor.Actor{Kind: actor.Agent, ID: now.ID, Name: now.Name, Role: now.Role})
		if err := s.setPassword(self, who.ID, hashed); err != nil {
			return err
		}
		if err := s.endSessions(self, who.ID, 0); err != nil {
			return err
		}
		out, err = s.open(ctx, now, from)
		return err
	})
	return out, err
}

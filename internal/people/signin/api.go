package signin

import (
	"context"
	"net/http"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/people/agent"
	"heed/internal/people/authority"
	"heed/internal/platform/rest"
)

// Me is what the desk needs to know about who is signed in.
type Me struct {
	Agent       agent.Profile          `json:"agent"`
	Permissions []authority.Permission `json:"permissions"`
	Modules     []string               `json:"modules" doc:"The parts of the program that are switched on for the agent"`
	Firm        Firm                   `json:"firm"`
	Position    int64                  `json:"position" doc:"Journal position at which this is true"`
}

// Firm is what every agent may know of the firm's settings.
type Firm struct {
	Name    string `json:"name"`
	Locale  string `json:"locale"`
	Zone    string `json:"zone"`
	Country string `json:"country"`
}

type meOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      Me
}

type goneOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

// me describes the acting agent.
func (s *Service) me(ctx context.Context) (Me, error) {
	who, err := authority.RequireAgent(ctx)
	if err != nil {
		return Me{}, err
	}
	pos, err := s.journal.Position(ctx)
	if err != nil {
		return Me{}, err
	}
	a, err := s.agents.Get(ctx, who.ID)
	if err != nil {
		return Me{}, err
	}
	acting, err := s.agents.Actor(ctx, who.ID)
	if err != nil {
		return Me{}, err
	}
	firm, err := s.settings.Get(ctx)
	w := agent.ProfileFor(ctx, a)
	w.Online = true
	return Me{
		Agent: w, Permissions: authority.Of(a.Role), Modules: firm.ModulesOf(acting), Position: pos,
		Firm: Firm{Name: firm.FirmName, Locale: firm.Locale, Zone: firm.Zone, Country: firm.Country},
	}, err
}

// opened answers with a session that has just begun.
func (s *Service) opened(ctx context.Context, o Opened, err error) (*meOut, error) {
	if err != nil {
		return nil, err
	}
	a := o.Agent
	ctx = actor.With(ctx, actor.Actor{Kind: actor.Agent, ID: a.ID, Name: a.Name, Role: a.Role, Locale: a.Locale, Zone: a.Zone})
	me, err := s.me(ctx)
	return &meOut{SetCookie: []http.Cookie{cookie(ctx, o.Token, int(sessionMost.Seconds()))}, Body: me}, err
}

func cookie(ctx context.Context, token string, maxAge int) http.Cookie {
	return http.Cookie{ //nolint:gosec // Secure follows how the desk is reached: on a plain address it would lose the cookie
		Name: rest.SessionCookie, Value: token, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: rest.Secure(ctx), SameSite: http.SameSiteLaxMode,
	}
}

func noCookie(ctx context.Context) *goneOut {
	return &goneOut{SetCookie: []http.Cookie{cookie(ctx, "", -1)}}
}

func caller(ctx context.Context) Caller {
	return Caller{Address: rest.ClientIP(ctx), UserAgent: rest.UserAgent(ctx)}
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	s.setupRoutes(r)
	s.sessionRoutes(r)
	s.linkRoutes(r)
	s.tokenRoutes(r)
}

type setupIn struct {
	Body struct {
		Token    string `json:"token"`
		FirmName string `json:"firm_name"`
		Name     string `json:"name"`
		Email    string `json:"email"`
		Password string `json:"password"`
		Locale   string `json:"locale"`
		Zone     string `json:"zone"`
	}
}

type setupTokenIn struct {
	Token string `query:"token" required:"true"`
}

func (s *Service) setupRoutes(r *rest.Router) {
	rest.Get(r, "/setup", rest.Op{ID: "check-setup", Tag: "setup", Summary: "Whether a setup link is good", Public: true},
		func(ctx context.Context, in *setupTokenIn) (*rest.Empty, error) {
			return &rest.Empty{}, s.CheckSetup(ctx, in.Token)
		})
	rest.Post(r, "/setup", rest.Op{
		ID: "setup", Tag: "setup", Summary: "Name the firm and make its first administrator", Public: true, Secret: true,
	}, func(ctx context.Context, in *setupIn) (*meOut, error) {
		o, err := s.Setup(ctx, First(in.Body), caller(ctx))
		return s.opened(ctx, o, err)
	})
}

type signInIn struct {
	Body struct {
		Email    string `json:"email" maxLength:"400"`
		Password string `json:"password" maxLength:"1024"`
	}
}

type sessionIn struct {
	ID int64 `path:"id"`
}

// SessionWire is how a session is written in the API.
type SessionWire struct {
	ID         int64     `json:"id"`
	Current    bool      `json:"current" doc:"Whether it is the one that asks"`
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at" doc:"To the minute"`
	IP         string    `json:"ip"`
	UserAgent  string    `json:"user_agent"`
}

type sessionsOut struct {
	Body struct {
		Items []SessionWire `json:"items"`
	}
}

type passwordIn struct {
	Body struct {
		OldPassword string `json:"old_password" maxLength:"1024"`
		NewPassword string `json:"new_password" maxLength:"1024"`
	}
}

func (s *Service) sessionRoutes(r *rest.Router) {
	rest.Post(r, "/session", rest.Op{ID: "sign-in", Tag: "session", Summary: "Sign in", Public: true, Secret: true},
		func(ctx context.Context, in *signInIn) (*meOut, error) {
			o, err := s.SignIn(ctx, in.Body.Email, in.Body.Password, caller(ctx))
			return s.opened(ctx, o, err)
		})
	rest.Get(r, "/session", rest.Op{ID: "get-session", Tag: "session", Summary: "Who is signed in"},
		func(ctx context.Context, _ *struct{}) (*rest.Body[Me], error) {
			me, err := s.me(ctx)
			return rest.Of(me), err
		})
	rest.Delete(r, "/session", rest.Op{ID: "sign-out", Tag: "session", Summary: "Sign out here", Status: http.StatusNoContent},
		func(ctx context.Context, _ *struct{}) (*goneOut, error) {
			return noCookie(ctx), s.SignOut(ctx, rest.SessionID(ctx))
		})
	rest.Get(r, "/sessions", rest.Op{ID: "list-sessions", Tag: "session", Summary: "Where one is signed in"},
		func(ctx context.Context, _ *struct{}) (*sessionsOut, error) {
			all, err := s.Sessions(ctx)
			out := &sessionsOut{}
			out.Body.Items = make([]SessionWire, len(all))
			for i, v := range all {
				out.Body.Items[i] = SessionWire{
					ID: v.ID, Current: v.ID == rest.SessionID(ctx), CreatedAt: v.CreatedAt, LastSeenAt: v.LastSeenAt,
					IP: v.Address, UserAgent: v.UserAgent,
				}
			}
			return out, err
		})
	rest.Delete(r, "/sessions/{id}", rest.Op{ID: "end-session", Tag: "session", Summary: "Sign out somewhere else"},
		func(ctx context.Context, in *sessionIn) (*rest.Empty, error) {
			return &rest.Empty{}, s.SignOut(ctx, in.ID)
		})
	rest.Delete(r, "/sessions", rest.Op{ID: "end-sessions", Tag: "session", Summary: "Sign out everywhere, here too", Status: http.StatusNoContent},
		func(ctx context.Context, _ *struct{}) (*goneOut, error) {
			return noCookie(ctx), s.SignOutEverywhere(ctx)
		})
	rest.Post(r, "/me/password", rest.Op{ID: "change-password", Tag: "session", Summary: "Change one's own password"},
		func(ctx context.Context, in *passwordIn) (*rest.Empty, error) {
			return &rest.Empty{}, s.ChangePassword(ctx, in.Body.OldPassword, in.Body.NewPassword, rest.SessionID(ctx))
		})
}

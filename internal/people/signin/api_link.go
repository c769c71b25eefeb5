package signin

import (
	"context"
	"net/http"
	"time"

	"heed/internal/people/agent"
	"heed/internal/platform/rest"
)

type inviteIn struct {
	Body struct {
		Email   string  `json:"email"`
		Name    string  `json:"name"`
		Role    string  `json:"role"`
		TeamIDs []int64 `json:"team_ids,omitempty"`
	}
}

// OfferWire is how a link that was just made is written in the API.
type OfferWire struct {
	Agent     agent.Profile `json:"agent"`
	Link      string        `json:"link" doc:"To be handed over; it is not shown again"`
	ExpiresAt time.Time     `json:"expires_at"`
	Mailed    bool          `json:"mailed" doc:"Whether it is on its way by mail, too"`
}

func offerWire(ctx context.Context, o Offer) *rest.Body[OfferWire] {
	return rest.Of(OfferWire{Agent: agent.ProfileFor(ctx, o.Agent), Link: o.URL, ExpiresAt: o.Expires, Mailed: o.Mailed})
}

type relinkIn struct {
	ID int64 `path:"id"`
}

type linkIn struct {
	Token string `path:"token"`
}

// OfferedWire is what the page of a link is told.
type OfferedWire struct {
	Name     string   `json:"name"`
	Email    string   `json:"email"`
	FirmName string   `json:"firm_name"`
	Kind     LinkKind `json:"kind" enum:"invitation,reset"`
}

type acceptIn struct {
	Token string `path:"token"`
	Body  struct {
		Password string  `json:"password" maxLength:"1024"`
		Name     *string `json:"name,omitempty"`
		Locale   *string `json:"locale,omitempty"`
		Zone     *string `json:"zone,omitempty"`
	}
}

func (s *Service) linkRoutes(r *rest.Router) {
	rest.Post(r, "/invitations", rest.Op{
		ID: "invite", Tag: "agents", Summary: "Invite somebody to work here", Status: http.StatusCreated, Secret: true,
	}, func(ctx context.Context, in *inviteIn) (*rest.Body[OfferWire], error) {
		b := in.Body
		o, err := s.Invite(ctx, agent.New{Email: b.Email, Name: b.Name, Role: b.Role, TeamIDs: b.TeamIDs})
		return offerWire(ctx, o), err
	})
	rest.Post(r, "/agents/{id}/link", rest.Op{
		ID: "make-link", Tag: "agents", Summary: "Make a new invitation, or a link to set a new password",
		Status: http.StatusCreated, Secret: true,
	}, func(ctx context.Context, in *relinkIn) (*rest.Body[OfferWire], error) {
		o, err := s.Relink(ctx, in.ID)
		return offerWire(ctx, o), err
	})
	rest.Get(r, "/invitations/{token}", rest.Op{ID: "get-invitation", Tag: "agents", Summary: "What a link is good for", Public: true},
		func(ctx context.Context, in *linkIn) (*rest.Body[OfferedWire], error) {
			o, err := s.Offered(ctx, in.Token)
			return rest.Of(OfferedWire{Name: o.Name, Email: o.Email, FirmName: o.FirmName, Kind: o.Kind}), err
		})
	rest.Post(r, "/invitations/{token}/accept", rest.Op{
		ID: "accept-invitation", Tag: "agents", Summary: "Set one's password and come in", Public: true, Secret: true,
	}, func(ctx context.Context, in *acceptIn) (*meOut, error) {
		o, err := s.Accept(ctx, in.Token, Acceptance(in.Body), caller(ctx))
		return s.opened(ctx, o, err)
	})
}

// KeyWire is how an API token is written in the API.
type KeyWire struct {
	ID         int64      `json:"id"`
	Name       string     `json:"name"`
	Prefix     string     `json:"prefix"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at"`
	ExpiresAt  *time.Time `json:"expires_at"`
	Token      string     `json:"token,omitempty" doc:"The token itself, only when it was just made"`
}

func keyWire(k Key, token string) KeyWire {
	return KeyWire{k.ID, k.Name, k.Prefix, k.CreatedAt, k.LastUsedAt, k.ExpiresAt, token}
}

type addKeyIn struct {
	Body struct {
		Name      string     `json:"name"`
		ExpiresAt *time.Time `json:"expires_at,omitempty"`
	}
}

type keyIn struct {
	ID int64 `path:"id"`
}

type keysOut struct {
	Body struct {
		Items []KeyWire `json:"items"`
	}
}

func (s *Service) tokenRoutes(r *rest.Router) {
	rest.Get(r, "/tokens", rest.Op{ID: "list-tokens", Tag: "tokens", Summary: "One's own API tokens"},
		func(ctx context.Context, _ *struct{}) (*keysOut, error) {
			keys, err := s.Tokens(ctx)
			out := &keysOut{}
			out.Body.Items = make([]KeyWire, len(keys))
			for i, k := range keys {
				out.Body.Items[i] = keyWire(k, "")
			}
			return out, err
		})
	rest.Post(r, "/tokens", rest.Op{
		ID: "add-token", Tag: "tokens", Summary: "Make an API token", Status: http.StatusCreated, Secret: true,
	}, func(ctx context.Context, in *addKeyIn) (*rest.Body[KeyWire], error) {
		k, token, err := s.AddToken(ctx, in.Body.Name, in.Body.ExpiresAt)
		return rest.Of(keyWire(k, token)), err
	})
	rest.Delete(r, "/tokens/{id}", rest.Op{ID: "remove-token", Tag: "tokens", Summary: "Remove an API token"},
		func(ctx context.Context, in *keyIn) (*rest.Empty, error) {
			return &rest.Empty{}, s.RemoveToken(ctx, in.ID)
		})
}

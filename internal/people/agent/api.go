package agent

import (
	"context"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/page"
	"heed/internal/platform/rest"
)

// Profile is how an agent is written in the API. Signature and shortcuts are only
// told to himself.
type Profile struct {
	ID            int64             `json:"id"`
	Name          string            `json:"name"`
	Email         string            `json:"email"`
	Role          string            `json:"role" enum:"administrator,supervisor,rep,employee"`
	State         State             `json:"state" enum:"invited,active,disabled"`
	TeamIDs       []int64           `json:"team_ids"`
	Locale        string            `json:"locale" enum:"en,zh-CN,zh-TW"`
	Zone          string            `json:"zone"`
	Theme         string            `json:"theme" enum:"light,dark,system"`
	Density       string            `json:"density" enum:"comfortable,compact"`
	SignatureHTML string            `json:"signature_html,omitempty"`
	Shortcuts     map[string]string `json:"shortcuts,omitempty"`
	Online        bool              `json:"online" doc:"Whether the desk is open"`
	CreatedAt     time.Time         `json:"created_at"`
	Version       int64             `json:"version"`
}

// ProfileFor writes an agent for the actor in ctx. Whether he is online is for
// the caller to fill in.
func ProfileFor(ctx context.Context, a Agent) Profile {
	w := Profile{
		ID: a.ID, Name: a.Name, Email: a.Email, Role: a.Role, State: a.State, TeamIDs: a.TeamIDs, Locale: a.Locale, Zone: a.Zone,
		Theme: a.Theme, Density: a.Density, CreatedAt: a.CreatedAt, Version: a.Version,
	}
	if me := actor.From(ctx); me.Kind == actor.Agent && me.ID == a.ID {
		w.SignatureHTML, w.Shortcuts = a.SignatureHTML, a.Shortcuts
	}
	return w
}

// TeamWire is how a team is written in the API.
type TeamWire struct {
	ID        int64   `json:"id"`
	Name      string  `json:"name"`
	Private   bool    `json:"private"`
	LeadID    int64   `json:"lead_id" doc:"Who answers for the team's queue; 0 for nobody"`
	MemberIDs []int64 `json:"member_ids"`
	Archived  bool    `json:"archived"`
	Version   int64   `json:"version"`
}

func teamWire(t Team) TeamWire {
	return TeamWire{t.ID, t.Name, t.Private, t.LeadID, t.MemberIDs, t.Archived, t.Version}
}

type listIn struct {
	rest.PageIn
	State string `query:"state" enum:"invited,active,disabled"`
}

type changeIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body struct {
		Name    *string  `json:"name,omitempty"`
		Role    *string  `json:"role,omitempty"`
		State   *State   `json:"state,omitempty"`
		TeamIDs *[]int64 `json:"team_ids,omitempty"`
	}
}

type meIn struct {
	Body struct {
		Name          *string            `json:"name,omitempty"`
		Locale        *string            `json:"locale,omitempty"`
		Zone          *string            `json:"zone,omitempty"`
		Theme         *string            `json:"theme,omitempty"`
		Density       *string            `json:"density,omitempty"`
		SignatureHTML *string            `json:"signature_html,omitempty"`
		Shortcuts     *map[string]string `json:"shortcuts,omitempty"`
	}
}

type teamBody struct {
	Name      *string  `json:"name,omitempty"`
	Private   *bool    `json:"private,omitempty"`
	LeadID    *int64   `json:"lead_id,omitempty"`
	MemberIDs *[]int64 `json:"member_ids,omitempty"`
	Archived  *bool    `json:"archived,omitempty"`
}

type addTeamIn struct {
	Body teamBody
}

type changeTeamIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body teamBody
}

type idIn struct {
	ID int64 `path:"id"`
}

// Routes adds the operations to the API. online tells which agents have the
// desk open.
func (s *Service) Routes(r *rest.Router, online func() []int64) {
	s.agentRoutes(r, online)
	s.teamRoutes(r)
}

func (s *Service) agentRoutes(r *rest.Router, online func() []int64) {
	rest.Get(r, "/agents", rest.Op{ID: "list-agents", Tag: "agents", Summary: "The people who work here"},
		func(ctx context.Context, in *listIn) (*rest.List[Profile], error) {
			p, err := s.List(ctx, State(in.State), in.Request())
			if err != nil {
				return nil, err
			}
			open := map[int64]bool{}
			for _, id := range online() {
				open[id] = true
			}
			out := page.Of[Profile]{Items: make([]Profile, len(p.Items)), Next: p.Next, Position: p.Position}
			for i, a := range p.Items {
				out.Items[i] = ProfileFor(ctx, a)
				out.Items[i].Online = open[a.ID]
			}
			return &rest.List[Profile]{Body: out}, nil
		})
	rest.Get(r, "/agents/{id}", rest.Op{ID: "get-agent", Tag: "agents", Summary: "One agent"},
		func(ctx context.Context, in *idIn) (*rest.One[Profile], error) {
			a, err := s.Get(ctx, in.ID)
			w := ProfileFor(ctx, a)
			for _, id := range online() {
				w.Online = w.Online || id == a.ID
			}
			return rest.OneOf(w, a.Version), err
		})
	rest.Patch(r, "/agents/{id}", rest.Op{ID: "change-agent", Tag: "agents", Summary: "Change an agent's name, role, state or teams"},
		func(ctx context.Context, in *changeIn) (*rest.One[Profile], error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			a, err := s.Change(ctx, in.ID, version, Patch(in.Body))
			return rest.OneOf(ProfileFor(ctx, a), a.Version), err
		})
	rest.Patch(r, "/me", rest.Op{ID: "change-me", Tag: "session", Summary: "Change one's own name and preferences"},
		func(ctx context.Context, in *meIn) (*rest.One[Profile], error) {
			a, err := s.Prefer(ctx, Preferences(in.Body))
			return rest.OneOf(ProfileFor(ctx, a), a.Version), err
		})
}

func (s *Service) teamRoutes(r *rest.Router) {
	rest.Get(r, "/teams", rest.Op{ID: "list-teams", Tag: "teams", Summary: "The teams that one may see"},
		func(ctx context.Context, in *rest.PageIn) (*rest.List[TeamWire], error) {
			p, err := s.Teams(ctx, in.Request())
			if err != nil {
				return nil, err
			}
			out := page.Of[TeamWire]{Items: make([]TeamWire, len(p.Items)), Next: p.Next, Position: p.Position}
			for i, t := range p.Items {
				out.Items[i] = teamWire(t)
			}
			return &rest.List[TeamWire]{Body: out}, nil
		})
	rest.Get(r, "/teams/{id}", rest.Op{ID: "get-team", Tag: "teams", Summary: "One team"},
		func(ctx context.Context, in *idIn) (*rest.One[TeamWire], error) {
			t, err := s.Team(ctx, in.ID)
			return rest.OneOf(teamWire(t), t.Version), err
		})
	rest.Post(r, "/teams", rest.Op{ID: "add-team", Tag: "teams", Summary: "Add a team", Status: 201},
		func(ctx context.Context, in *addTeamIn) (*rest.One[TeamWire], error) {
			t, err := s.AddTeam(ctx, TeamPatch(in.Body))
			return rest.OneOf(teamWire(t), t.Version), err
		})
	rest.Patch(r, "/teams/{id}", rest.Op{ID: "change-team", Tag: "teams", Summary: "Change a team"},
		func(ctx context.Context, in *changeTeamIn) (*rest.One[TeamWire], error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			t, err := s.ChangeTeam(ctx, in.ID, version, TeamPatch(in.Body))
			return rest.OneOf(teamWire(t), t.Version), err
		})
}

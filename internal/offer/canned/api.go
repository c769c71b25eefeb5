package canned

import (
	"context"

	"heed/internal/kernel/page"
	"heed/internal/platform/rest"
)

// cannedAnswer is how an answer is written in the API.
type cannedAnswer struct {
	ID      int64  `json:"id"`
	Code    string `json:"code" doc:"What is typed after / to get it"`
	Name    string `json:"name"`
	HTML    string `json:"html" doc:"With merge fields such as {{customer.name}}"`
	Locale  string `json:"locale" enum:",en,zh-CN,zh-TW" doc:"The language it is written in; empty for any"`
	Shared  bool   `json:"shared"`
	OwnerID *int64 `json:"owner_id"`
	Uses    int64  `json:"uses"`
	Version int64  `json:"version"`
}

func wire(a Answer) cannedAnswer {
	w := cannedAnswer{ID: a.ID, Code: a.Code, Name: a.Name, HTML: a.HTML, Locale: a.Locale, Shared: a.Shared, Uses: a.Uses, Version: a.Version}
	if a.OwnerID != 0 {
		w.OwnerID = &a.OwnerID
	}
	return w
}

type listIn struct {
	Q string `query:"q" doc:"Words of the code, the name or the text"`
}

type createIn struct {
	Body struct {
		Code   string `json:"code"`
		Name   string `json:"name"`
		HTML   string `json:"html"`
		Locale string `json:"locale,omitempty"`
		Shared bool   `json:"shared,omitempty"`
	}
}

type changeIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body struct {
		Code   *string `json:"code,omitempty"`
		Name   *string `json:"name,omitempty"`
		HTML   *string `json:"html,omitempty"`
		Locale *string `json:"locale,omitempty"`
		Shared *bool   `json:"shared,omitempty"`
	}
}

type idIn struct {
	ID int64 `path:"id"`
}

type renderIn struct {
	ID   int64 `path:"id"`
	Body struct {
		TicketID int64 `json:"ticket_id,omitempty"`
	}
}

// RenderedAnswer is an answer with its merge fields filled.
type RenderedAnswer struct {
	HTML string `json:"html"`
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	rest.Get(r, "/canned", rest.Op{ID: "list-canned", Tag: "canned", Summary: "Canned answers that I may use, the most used first"}, s.apiList)
	rest.Post(r, "/canned", rest.Op{ID: "create-canned", Tag: "canned", Summary: "Make a canned answer", Status: 201}, s.apiCreate)
	rest.Patch(r, "/canned/{id}", rest.Op{ID: "change-canned", Tag: "canned", Summary: "Change a canned answer"}, s.apiChange)
	rest.Delete(r, "/canned/{id}", rest.Op{ID: "remove-canned", Tag: "canned", Summary: "Remove a canned answer"}, s.apiRemove)
	rest.Post(r, "/canned/{id}/render", rest.Op{ID: "render-canned", Tag: "canned", Summary: "Fill a canned answer for a ticket and count its use"}, s.apiRender)
	s.reportRoutes(r)
}

func (s *Service) apiList(ctx context.Context, in *listIn) (*rest.List[cannedAnswer], error) {
	all, err := s.List(ctx, in.Q)
	out := page.Of[cannedAnswer]{Items: make([]cannedAnswer, len(all))}
	for i, a := range all {
		out.Items[i] = wire(a)
	}
	return &rest.List[cannedAnswer]{Body: out}, err
}

func (s *Service) apiCreate(ctx context.Context, in *createIn) (*rest.One[cannedAnswer], error) {
	a, err := s.Create(ctx, Input(in.Body))
	return rest.OneOf(wire(a), a.Version), err
}

func (s *Service) apiChange(ctx context.Context, in *changeIn) (*rest.One[cannedAnswer], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	a, err := s.Change(ctx, in.ID, version, Patch(in.Body))
	return rest.OneOf(wire(a), a.Version), err
}

func (s *Service) apiRemove(ctx context.Context, in *idIn) (*rest.Empty, error) {
	return &rest.Empty{}, s.Remove(ctx, in.ID)
}

func (s *Service) apiRender(ctx context.Context, in *renderIn) (*rest.Body[RenderedAnswer], error) {
	html, err := s.Render(ctx, in.ID, in.Body.TicketID)
	return rest.Of(RenderedAnswer{html}), err
}

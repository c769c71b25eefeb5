package search

import (
	"context"

	"heed/internal/platform/rest"
)

type findIn struct {
	rest.PageIn
	Q  string `query:"q" doc:"Words that must all be there; the last may be incomplete; a phrase in quotes; a number; a phone number in any writing"`
	In Scope  `query:"in" enum:"all,tickets,messages,customers" doc:"Where to look; everywhere by default"`
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	rest.Get(r, "/search", rest.Op{ID: "search", Tag: "search", Summary: "Find tickets, messages and customers, newest first"},
		func(ctx context.Context, in *findIn) (*rest.List[Hit], error) {
			p, err := s.Find(ctx, Query{Text: in.Q, In: in.In, Request: in.Request()})
			if err != nil {
				return nil, err
			}
			return &rest.List[Hit]{Body: p}, nil
		})
	rest.Get(r, "/search/index", rest.Op{ID: "get-search-index", Tag: "search", Summary: "How far the search index has been made anew"},
		func(ctx context.Context, _ *struct{}) (*rest.Body[Progress], error) { return bodyOf(s.Progress(ctx)) })
	rest.Post(r, "/search/index", rest.Op{ID: "rebuild-search-index", Tag: "search", Summary: "Make the search index anew", Status: 202},
		func(ctx context.Context, _ *struct{}) (*rest.Body[Progress], error) {
			if err := s.Reindex(ctx); err != nil {
				return nil, err
			}
			return bodyOf(s.Progress(ctx))
		})
}

func bodyOf[T any](v T, err error) (*rest.Body[T], error) {
	if err != nil {
		return nil, err
	}
	return rest.Of(v), nil
}

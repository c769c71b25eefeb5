package portrait

import (
	"context"

	"heed/internal/people/customer"
	"heed/internal/platform/rest"
)

type overviewIn struct {
	ID      int64  `path:"id"`
	Channel string `query:"channel" doc:"By which way he is spoken to; empty is any"`
}

type journeyIn struct {
	rest.PageIn
	ID   int64  `path:"id"`
	Kind string `query:"kind" maxLength:"80" doc:"How the kind of the events begins, such as message."`
}

type lookupIn struct {
	Phone string `query:"phone" maxLength:"100"`
	Email string `query:"email" maxLength:"400"`
	Q     string `query:"q" maxLength:"200" doc:"Name, sound, initials, address, part of a number, customer number, ticket number"`
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	rest.Get(r, "/customers/{id}/overview", rest.Op{ID: "get-customer-overview", Tag: "customers", Summary: "The head of a customer's page"},
		func(ctx context.Context, in *overviewIn) (*rest.Body[Overview], error) {
			return bodyOf(s.Overview(ctx, in.ID, in.Channel))
		})
	rest.Get(r, "/customers/{id}/timeline", rest.Op{ID: "get-customer-timeline", Tag: "customers", Summary: "Everything that happened with a customer, newest first"},
		func(ctx context.Context, in *journeyIn) (*rest.List[Step], error) {
			p, err := s.Journey(ctx, in.ID, in.Kind, in.Request())
			if err != nil {
				return nil, err
			}
			return &rest.List[Step]{Body: p}, nil
		})
	rest.Get(r, "/lookup", rest.Op{ID: "lookup", Tag: "customers", Summary: "Who asks: by number, address or anything"},
		func(ctx context.Context, in *lookupIn) (*rest.Body[Answer], error) {
			return bodyOf(s.Lookup(ctx, customer.Lookup(*in)))
		})
}

func bodyOf[T any](v T, err error) (*rest.Body[T], error) {
	if err != nil {
		return nil, err
	}
	return rest.Of(v), nil
}

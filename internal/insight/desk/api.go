package desk

import (
	"context"
	"strconv"
	"strings"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/platform/rest"
	"heed/internal/work/ticket"
)

type listIn struct {
	rest.PageIn
	View     string `query:"view" doc:"mine, unassigned, waiting, open, snoozed, solved, all, created_by_me or team:ID"`
	Status   string `query:"status" doc:"One or more, separated by commas"`
	Owner    string `query:"owner" doc:"An agent's id; 0 or none for tickets without an owner"`
	Team     string `query:"team" doc:"A team's id; 0 or none for the firm's own queue"`
	Priority string `query:"priority"`
	Tag      string `query:"tag" doc:"In any writing"`
	Customer int64  `query:"customer"`
	Channel  string `query:"channel"`
	Type     int64  `query:"type" doc:"A type's id, with the types below it"`
	Severity string `query:"severity" doc:"1 to 4; 0 or none for tickets that nobody has judged"`
	Place    string `query:"place" doc:"In any writing"`
	// Field may stand several times.
	Field        []string `query:"field,explode" doc:"KEY:VALUE, what a field of the type says; answer.KEY:VALUE for the answer to a question"`
	FirstContact string   `query:"first_contact" enum:",true,false"`
	Sort         string   `query:"sort" doc:"updated, created, oldest or priority"`
}

func (in listIn) listing() (Listing, error) {
	var f fault.Fields
	l := Listing{
		View: in.View, Priority: ticket.Priority(in.Priority), Tag: in.Tag, Customer: in.Customer, Channel: in.Channel, Sort: in.Sort,
		Owner: idOrNone("owner", in.Owner, &f), Team: idOrNone("team", in.Team, &f), Request: in.Request(),
		Type: in.Type, Severity: idOrNone("severity", in.Severity, &f), Place: in.Place,
	}
	if in.FirstContact != "" {
		first := in.FirstContact == "true"
		l.FirstContact = &first
	}
	for _, field := range in.Field {
		key, value, ok := strings.Cut(field, ":")
		if !ok || key == "" || value == "" {
			f.Add("field", "field.unknown_value")
			continue
		}
		l.Fields = append(l.Fields, Field{key, value})
	}
	for _, s := range strings.FieldsFunc(in.Status, func(r rune) bool { return r == ',' }) {
		l.Statuses = append(l.Statuses, ticket.Status(s))
	}
	return l, f.Err()
}

// idOrNone reads an id of the query; nil when it was not given, 0 for "none".
func idOrNone(name, text string, f *fault.Fields) *int64 {
	switch text {
	case "":
		return nil
	case "none":
		return new(int64)
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 0 {
		f.Add(name, "field.number_invalid")
	}
	return &id
}

type ticketIn struct {
	ID int64 `path:"id"`
}

// numberIn is /tickets/by-number/{number}. Its first part is a parameter, because
// Go's mux finds the literal ambiguous beside /tickets/{id}/timeline.
type numberIn struct {
	By     string `path:"by" doc:"by-number"`
	Number string `path:"number"`
}

type timelineIn struct {
	rest.PageIn
	ID int64 `path:"id"`
}

type readIn struct {
	ID   int64 `path:"id"`
	Body struct {
		MessageID int64 `json:"message_id" doc:"The last message that was seen"`
	}
}

type customerTicketsIn struct {
	rest.PageIn
	ID   int64  `path:"id"`
	Sort string `query:"sort" doc:"updated, created, oldest or priority"`
}

type markIn struct {
	Key string `path:"key"`
}

// ViewList is the list of views; it has no pages.
type ViewList struct {
	Items    []View `json:"items"`
	Position int64  `json:"position"`
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	rest.Get(r, "/tickets", rest.Op{ID: "list-tickets", Tag: "tickets", Summary: "The tickets of a view, narrowed by filters"},
		func(ctx context.Context, in *listIn) (*rest.List[TicketRow], error) {
			l, err := in.listing()
			if err != nil {
				return nil, err
			}
			return listOf(s.List(ctx, l))
		})
	rest.Get(r, "/tickets/{id}", rest.Op{ID: "get-ticket", Tag: "tickets", Summary: "A ticket with what is shown beside it"},
		func(ctx context.Context, in *ticketIn) (*rest.One[TicketDetail], error) {
			return detailOf(s.Detail(ctx, in.ID))
		})
	rest.Get(r, "/tickets/{by}/{number}", rest.Op{ID: "get-ticket-by-number", Tag: "tickets", Summary: "The ticket with a number"},
		func(ctx context.Context, in *numberIn) (*rest.One[TicketDetail], error) {
			if in.By != "by-number" {
				return nil, fault.NotFound("not_found")
			}
			return detailOf(s.Detail(ctx, ticket.IDOf(in.Number)))
		})
	rest.Get(r, "/tickets/{id}/timeline", rest.Op{ID: "get-ticket-timeline", Tag: "tickets", Summary: "What happened to a ticket, newest first"},
		func(ctx context.Context, in *timelineIn) (*rest.List[Step], error) {
			return listOf(s.Timeline(ctx, in.ID, in.Request()))
		})
	rest.Post(r, "/tickets/{id}/read", rest.Op{ID: "mark-ticket-read", Tag: "tickets", Summary: "Note that the caller has seen a ticket's messages"},
		func(ctx context.Context, in *readIn) (*rest.Empty, error) {
			return &rest.Empty{}, s.MarkRead(ctx, in.ID, in.Body.MessageID)
		})
	rest.Get(r, "/views", rest.Op{ID: "list-views", Tag: "tickets", Summary: "The caller's views with exact counts"},
		func(ctx context.Context, _ *struct{}) (*rest.Body[ViewList], error) {
			views, pos, err := s.Views(ctx)
			if err != nil {
				return nil, err
			}
			return rest.Of(ViewList{views, pos}), nil
		})
	rest.Get(r, "/customers/{id}/tickets", rest.Op{ID: "list-customer-tickets", Tag: "customers", Summary: "A customer's tickets, an organization's with those of its people"},
		func(ctx context.Context, in *customerTicketsIn) (*rest.List[TicketRow], error) {
			return listOf(s.OfCustomer(ctx, in.ID, Listing{Sort: in.Sort, Request: in.Request()}))
		})
	rest.Get(r, "/customers/{id}/summary", rest.Op{ID: "get-customer-summary", Tag: "customers", Summary: "How many tickets a customer has"},
		func(ctx context.Context, in *ticketIn) (*rest.Body[CustomerSummary], error) {
			sum, err := s.Summary(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			return rest.Of(sum), nil
		})
	s.onboardingRoutes(r)
	s.reportRoutes(r)
}

type periodIn struct {
	From  time.Time `query:"from" doc:"Registered from then on; by default 30 days ago"`
	To    time.Time `query:"to" doc:"Registered before; by default now"`
	Place string    `query:"place"`
	Type  int64     `query:"type" doc:"With the types below it"`
}

func (in periodIn) period(now time.Time) Period {
	p := Period{From: in.From, To: in.To, Place: in.Place, Type: in.Type}
	if p.To.IsZero() {
		p.To = now.Add(time.Second)
	}
	if p.From.IsZero() {
		p.From = p.To.AddDate(0, 0, -30)
	}
	return p
}

// Items is a list that has no pages.
type Items[T any] struct {
	Items []T `json:"items"`
}

func (s *Service) reportRoutes(r *rest.Router) {
	rest.Get(r, "/reports/requests", rest.Op{ID: "report-requests", Tag: "reports", Summary: "What came in during a period, by type, place and channel, with first-contact resolution"},
		func(ctx context.Context, in *periodIn) (*rest.Body[Requests], error) {
			out, err := s.Requests(ctx, in.period(s.clock.Now()))
			if err != nil {
				return nil, err
			}
			return rest.Of(out), nil
		})
	rest.Get(r, "/reports/faults", rest.Op{ID: "report-faults", Tag: "reports", Summary: "Fault codes of a period with the mean time to restore"},
		func(ctx context.Context, in *periodIn) (*rest.Body[Items[FaultShare]], error) {
			out, err := s.Faults(ctx, in.period(s.clock.Now()))
			if err != nil {
				return nil, err
			}
			return rest.Of(Items[FaultShare]{out}), nil
		})
	rest.Get(r, "/places", rest.Op{ID: "list-places", Tag: "tickets", Summary: "The places that tickets have"},
		func(ctx context.Context, _ *struct{}) (*rest.Body[Items[string]], error) {
			out, err := s.Places(ctx)
			if err != nil {
				return nil, err
			}
			return rest.Of(Items[string]{out}), nil
		})
}

func (s *Service) onboardingRoutes(r *rest.Router) {
	rest.Get(r, "/onboarding", rest.Op{ID: "get-onboarding", Tag: "onboarding", Summary: "The caller's first steps"},
		func(ctx context.Context, _ *struct{}) (*rest.Body[Onboarding], error) {
			o, err := s.Onboarding(ctx)
			if err != nil {
				return nil, err
			}
			return rest.Of(o), nil
		})
	rest.Post(r, "/onboarding/dismiss", rest.Op{ID: "dismiss-onboarding", Tag: "onboarding", Summary: "Put the list of first steps away"},
		func(ctx context.Context, _ *struct{}) (*rest.Empty, error) { return &rest.Empty{}, s.Dismiss(ctx) })
	rest.Post(r, "/onboarding/{key}/done", rest.Op{ID: "mark-onboarding-step", Tag: "onboarding", Summary: "Note that a first step is done"},
		func(ctx context.Context, in *markIn) (*rest.Empty, error) {
			return &rest.Empty{}, s.MarkStep(ctx, in.Key)
		})
}

func listOf[T any](p page.Of[T], err error) (*rest.List[T], error) {
	if err != nil {
		return nil, err
	}
	return &rest.List[T]{Body: p}, nil
}

func detailOf(d TicketDetail, err error) (*rest.One[TicketDetail], error) {
	if err != nil {
		return nil, err
	}
	return rest.OneOf(d, d.Version), nil
}

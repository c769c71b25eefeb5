package intake

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/people/customer"
	"heed/internal/platform/db"
	"heed/internal/platform/mailwire"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

// Deps are what the service is made of.
type Deps struct {
	DB           *db.DB
	Customers    *customer.Service
	Tickets      *ticket.Service
	Conversation *conversation.Service
}

// Service takes requests in.
type Service struct {
	db           *db.DB
	customers    *customer.Service
	tickets      *ticket.Service
	conversation *conversation.Service
}

// New makes the service.
func New(d Deps) *Service { return &Service{d.DB, d.Customers, d.Tickets, d.Conversation} }

// Request is what somebody wants of the firm.
type Request struct {
	// Ticket is what is registered. Its CustomerID names the customer; 0 leaves
	// it to Customer.
	Ticket ticket.Input
	// Customer describes him when he has no id; nil is nobody.
	Customer *customer.Registration
	// Message is what one of ours writes down: what the customer said, what we
	// answered at once, or a note. Nil is nothing.
	Message *conversation.Post
	// Mail is what came from outside. Nil is nothing.
	Mail *conversation.Prepared
	// Status and result, if given, are set in the same transaction (R296).
	Status     ticket.Status
	ResultCode *string
	ResultText *string
	ResultNote *string
}

// Opened is a request that has been taken in. Message has the ID 0 when nothing
// was written.
type Opened struct {
	Ticket  ticket.Ticket
	Message conversation.Message
}

// Open takes a request in: all of it or nothing.
func (s *Service) Open(ctx context.Context, r Request) (Opened, error) {
	if err := authority.Require(ctx, authority.TicketCreate); err != nil {
		return Opened{}, err
	}
	if r.Ticket.CustomerID != 0 && r.Customer != nil {
		var f fault.Fields
		f.Add("customer", "intake.customer_twice")
		return Opened{}, f.Err()
	}
	var out Opened
	err := s.db.Write(ctx, func(ctx context.Context) (err error) {
		out, err = s.open(ctx, r)
		return err
	})
	return out, err
}

func (s *Service) open(ctx context.Context, r Request) (out Opened, err error) {
	// A page may have been open since before his record became part of another.
	if r.Ticket.CustomerID, err = s.customers.Current(ctx, r.Ticket.CustomerID); err != nil {
		return out, err
	}
	if r.Ticket.CustomerID == 0 {
		if r.Ticket.CustomerID, err = s.customer(ctx, r.Customer); err != nil {
			return out, within("customer", err)
		}
	}
	if m := r.Message; m != nil && strings.TrimSpace(r.Ticket.Subject) == "" {
		r.Ticket.Subject = firstLine(cmp.Or(m.Text, mailwire.HTMLToText(m.HTML)))
	}
	if a := actor.From(ctx); r.Ticket.OwnerID == 0 && ends(r.Status) && a.Kind == actor.Agent && authority.Can(a, authority.TicketWork) {
		r.Ticket.OwnerID = a.ID // whoever settles it at once has it
	}
	if out.Ticket, err = s.tickets.Create(ctx, r.Ticket); err != nil {
		return out, err
	}
	if r.Mail != nil {
		if out.Message, err = s.conversation.Add(ctx, out.Ticket.ID, out.Ticket.CustomerID, *r.Mail); err != nil {
			return out, err
		}
		if out.Ticket, err = s.tickets.Get(ctx, out.Ticket.ID); err != nil {
			return out, err
		}
	}
	if r.Message != nil {
		if out.Message, out.Ticket, err = s.conversation.First(ctx, out.Ticket, *r.Message); err != nil {
			return out, within("message", err)
		}
	}
	if r.Status != "" && r.Status != out.Ticket.Status {
		out.Ticket, err = s.settle(ctx, out.Ticket, r)
	}
	return out, err
}

// firstLine is what a request is called that was given no name: the beginning
// of what was said.
func firstLine(said string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(said), "\n")
	words := []rune(strings.TrimSpace(line))
	if len(words) > firstLineMost {
		return string(words[:firstLineMost-1]) + "…"
	}
	return string(words)
}

// firstLineMost bounds it, in characters.
const firstLineMost = 80

// ends tells whether a state settles the matter.
func ends(s ticket.Status) bool { return s == ticket.StatusSolved || s == ticket.StatusClosed }

// settle sets the state in which the request is left. What is solved or closed
// in the moment in which it was registered was settled at first contact (R296);
// to be closed, a ticket is solved first.
func (s *Service) settle(ctx context.Context, t ticket.Ticket, r Request) (ticket.Ticket, error) {
	p := ticket.Patch{Status: &r.Status, ResultCode: r.ResultCode, ResultText: r.ResultText, ResultNote: r.ResultNote}
	if ends(r.Status) {
		first := true
		p.FirstContact = &first
	}
	if r.Status == ticket.StatusClosed && !slices.Contains(t.Status.Next(), ticket.StatusClosed) {
		solved := ticket.StatusSolved
		p.Status = &solved
		t, err := s.tickets.Change(ctx, t.ID, 0, p)
		if err != nil {
			return t, err
		}
		return s.tickets.Change(ctx, t.ID, 0, ticket.Patch{Status: &r.Status})
	}
	return s.tickets.Change(ctx, t.ID, 0, p)
}

package desk

import (
	"context"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
	"heed/internal/platform/journal"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

// People is what the desk asks about agents.
type People interface {
	// PrivateTeamsHidden lists the private teams whose tickets the actor in ctx
	// may not see.
	PrivateTeamsHidden(ctx context.Context) ([]int64, error)
}

// Tickets is what the desk asks of tickets.
type Tickets interface {
	// Get gives a ticket that the actor may see, else a KindNotFound fault.
	Get(ctx context.Context, id int64) (ticket.Ticket, error)
	MarkReadTo(ctx context.Context, id, agentID, incoming int64) error
}

// Conversations is what the desk asks about whom we answer.
type Conversations interface {
	// Recipients gives whom a reply on the ticket goes to by default.
	Recipients(ctx context.Context, ticketID int64) (conversation.Recipients, error)
}

// Deps are what the service is made of.
type Deps struct {
	DB            *db.DB
	Journal       *journal.Journal
	Clock         clock.Clock
	People        People
	Tickets       Tickets
	Conversations Conversations
	// Customer gives a customer whose ticket the actor may see.
	Customer func(ctx context.Context, id int64) (conversation.Customer, error)
}

// Service answers what the pages ask.
type Service struct {
	db            *db.DB
	journal       *journal.Journal
	clock         clock.Clock
	people        People
	tickets       Tickets
	conversations Conversations
	customerOf    func(ctx context.Context, id int64) (conversation.Customer, error)
	counted       counted
}

// New makes the service.
func New(d Deps) *Service {
	return &Service{
		db: d.DB, journal: d.Journal, clock: d.Clock, people: d.People, tickets: d.Tickets, conversations: d.Conversations,
		customerOf: d.Customer,
	}
}

// List gives a page of the tickets that the actor may see. An employee sees the
// ones he registered; any other view is the fault "forbidden" for him (R064).
func (s *Service) List(ctx context.Context, l Listing) (page.Of[TicketRow], error) {
	none := page.Of[TicketRow]{}
	a := actor.From(ctx)
	own := authority.Can(a, authority.TicketViewOwn)
	if !own {
		if err := authority.Require(ctx, authority.TicketView); err != nil {
			return none, err
		}
	}
	switch {
	case l.View == "" && own:
		l.View = ViewCreated
	case l.View == "":
		l.View = ViewAll
	case own && l.View != ViewCreated:
		return none, fault.Forbidden("forbidden")
	}
	if err := l.check(); err != nil {
		return none, err
	}
	hidden, err := s.hidden(ctx, a)
	if err != nil {
		return none, err
	}
	if l.Type != 0 {
		if l.Types, err = s.typesUnder(ctx, l.Type); err != nil {
			return none, err
		}
	}
	pos, err := s.journal.Position(ctx)
	if err != nil {
		return none, err
	}
	out, err := s.list(ctx, l, a, hidden)
	out.Position = pos
	return out, err
}

// hidden lists the private teams whose tickets a may not see; none for an
// employee, who sees what he registered wherever it has gone.
func (s *Service) hidden(ctx context.Context, a actor.Actor) ([]int64, error) {
	if authority.SeesPrivateTeams(a) || authority.Can(a, authority.TicketViewOwn) {
		return nil, nil
	}
	return s.people.PrivateTeamsHidden(actor.With(ctx, a))
}

// OfCustomer lists the tickets of a person, or of an organization and its
// people, that the actor may see.
func (s *Service) OfCustomer(ctx context.Context, customer int64, l Listing) (page.Of[TicketRow], error) {
	kind, err := s.customer(ctx, customer)
	if err != nil {
		return page.Of[TicketRow]{}, err
	}
	if kind == "organization" {
		l.Organization = customer
	} else {
		l.Customer = customer
	}
	return s.List(ctx, l)
}

// customer gives the kind of a customer that the actor may look at.
func (s *Service) customer(ctx context.Context, id int64) (string, error) {
	if err := authority.Require(ctx, authority.CustomerView); err != nil {
		return "", err
	}
	kind, err := s.customerKind(ctx, id)
	if err == nil && kind == "" {
		err = fault.NotFound("not_found")
	}
	return kind, err
}

// CustomerSummary is how much there is about a customer.
type CustomerSummary struct {
	OpenTickets  int64      `json:"open_tickets"`
	TotalTickets int64      `json:"total_tickets"`
	LastTicketAt *time.Time `json:"last_ticket_at"`
}

// Summary counts a customer's tickets that the actor may see.
func (s *Service) Summary(ctx context.Context, customer int64) (CustomerSummary, error) {
	kind, err := s.customer(ctx, customer)
	if err != nil {
		return CustomerSummary{}, err
	}
	a := actor.From(ctx)
	hidden, err := s.hidden(ctx, a)
	if err != nil {
		return CustomerSummary{}, err
	}
	var creator int64
	if authority.Can(a, authority.TicketViewOwn) {
		creator = a.ID
	}
	sum, err := s.summarize(ctx, kind == "organization", customer, creator, hidden)
	if err != nil {
		return CustomerSummary{}, err
	}
	out := CustomerSummary{OpenTickets: sum.Open, TotalTickets: sum.Total}
	if sum.Last != 0 {
		at := time.UnixMicro(sum.Last).UTC()
		out.LastTicketAt = &at
	}
	return out, nil
}

// Detail gives a ticket with all that the page shows beside the conversation.
func (s *Service) Detail(ctx context.Context, id int64) (TicketDetail, error) {
	a := actor.From(ctx)
	pos, err := s.journal.Position(ctx)
	if err != nil {
		return TicketDetail{}, err
	}
	var out TicketDetail
	err = s.db.Read(ctx, func(ctx context.Context) error {
		t, err := s.tickets.Get(ctx, id)
		if err != nil {
			return err
		}
		base, err := s.base(ctx, id)
		if err != nil {
			return err
		}
		rows, err := s.rows(ctx, base, []actor.Actor{a})
		if err != nil {
			return err
		}
		core := ticket.Core(t, a)
		out = TicketDetail{
			TicketRow: rows[a.ID], MailboxID: core.MailboxID, ResultCode: core.ResultCode, ResultText: core.ResultText,
			SolvedAt: core.SolvedAt, ClosedAt: core.ClosedAt, CreatedBy: core.CreatedBy, Allowed: core.Allowed, Position: pos,
			ReplyTo: []string{}, Cc: []string{}, CustomerEmails: []string{},
			SeverityReason: core.SeverityReason, Criticality: core.Criticality, PriorityBy: core.PriorityBy, PriorityReason: core.PriorityReason,
			SpentSeconds: core.SpentSeconds, FirstContact: core.FirstContact, Fields: core.Fields, Checklist: core.Checklist,
			ProductID: core.ProductID, DealerID: core.DealerID, ResultNote: core.ResultNote, Symptom: core.Symptom,
		}
		if out.User, err = s.person(ctx, t.UserID); err != nil {
			return err
		}
		if out.Payer, err = s.person(ctx, t.PayerID); err != nil {
			return err
		}
		return s.beside(ctx, t, a, &out)
	})
	return out, err
}

// beside adds whom a reply goes to and who answers for the queue.
func (s *Service) beside(ctx context.Context, t ticket.Ticket, a actor.Actor, out *TicketDetail) error {
	if t.OwnerID == 0 {
		owner, err := s.queueOwner(ctx, t.TeamID)
		if err != nil {
			return err
		}
		out.QueueOwnerID = orNull(owner)
	}
	if !authority.Can(a, authority.TicketWork) {
		return nil
	}
	to, err := s.conversations.Recipients(ctx, t.ID)
	if err != nil {
		return err
	}
	out.ReplyTo, out.Cc = to.To, to.Cc
	if t.CustomerID == 0 {
		return nil
	}
	c, err := s.customerOf(ctx, t.CustomerID)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return err
	}
	out.CustomerEmails = append(out.CustomerEmails, c.Emails...)
	return nil
}

// MarkRead notes that the actor has seen a ticket's messages up to one of them.
func (s *Service) MarkRead(ctx context.Context, id, message int64) error {
	a, err := authority.RequireAgent(ctx)
	if err != nil {
		return err
	}
	n, err := s.incomingTo(ctx, id, message)
	if err != nil {
		return err
	}
	return s.tickets.MarkReadTo(ctx, id, a.ID, n)
}

// Visible tells whether a may see a ticket.
func (s *Service) Visible(ctx context.Context, a actor.Actor, b Base) (bool, error) {
	if b.TeamID == 0 || authority.SeesPrivateTeams(a) {
		return ticket.Visible(a, b.TeamID, b.CreatorID, nil), nil
	}
	hidden, err := s.people.PrivateTeamsHidden(actor.With(ctx, a))
	return ticket.Visible(a, b.TeamID, b.CreatorID, hidden), err
}

// ForViewers gives a ticket's row as each of the viewers sees it, by agent id.
// Who may not see the ticket is left out; if there is no such ticket, all are.
// It reads the ticket once, however many look on.
func (s *Service) ForViewers(ctx context.Context, ticketID int64, viewers []actor.Actor) (map[int64]TicketRow, error) {
	b, err := s.base(ctx, ticketID)
	if fault.Is(err, fault.KindNotFound) {
		return map[int64]TicketRow{}, nil
	}
	if err != nil {
		return nil, err
	}
	may := make([]actor.Actor, 0, len(viewers))
	for _, v := range viewers {
		ok, err := s.Visible(ctx, v, b)
		if err != nil {
			return nil, err
		}
		if ok {
			may = append(may, v)
		}
	}
	return s.rows(ctx, b, may)
}

// rows gives a row to viewers who may see it.
func (s *Service) rows(ctx context.Context, b Base, viewers []actor.Actor) (map[int64]TicketRow, error) {
	out := make(map[int64]TicketRow, len(viewers))
	if len(viewers) == 0 {
		return out, nil
	}
	ids := make([]int64, len(viewers))
	for i, v := range viewers {
		ids[i] = v.ID
	}
	seen, err := s.seen(ctx, b.Row.ID, ids)
	if err != nil {
		return nil, err
	}
	drafts, err := s.drafting(ctx, b.Row.ID)
	if err != nil {
		return nil, err
	}
	joined, err := s.joined(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, v := range viewers {
		out[v.ID] = b.For(seen[v.ID], drafts[v.ID], joined[v.ID])
	}
	return out, nil
}

package ticket

import (
	"context"
	"reflect"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
)

// People is what tickets ask about agents and teams.
type People interface {
	// Actor gives an agent as he may act now. It is a fault when there is no
	// such agent or he is not active.
	Actor(ctx context.Context, agentID int64) (actor.Actor, error)
	// TeamInUse tells whether there is such a team and it is not archived.
	TeamInUse(ctx context.Context, teamID int64) (bool, error)
	// PrivateTeamsHidden lists the private teams whose tickets the actor in ctx
	// may not see.
	PrivateTeamsHidden(ctx context.Context) ([]int64, error)
}

// Customers is what tickets ask about customers.
type Customers interface {
	// HomeOf gives the organization that a customer belongs to: itself when it
	// is one, a person's first one, 0 when there is none. It is a KindNotFound
	// fault when there is no such customer.
	HomeOf(ctx context.Context, customerID int64) (int64, error)
}

// Types is what tickets ask about their types.
type Types interface {
	// TeamOf gives the team that works on tickets of a type, 0 for none.
	TeamOf(ctx context.Context, typeID int64) (int64, error)
	// Judge gives the ticket with what follows from its type and from the rule of
	// priorities. old is the ticket as it was, with the ID 0 for a new one. Faults
	// of fields say what the type does not take or misses.
	Judge(ctx context.Context, old, next Ticket) (Ticket, error)
}

// Guard looks at a change before it is stored. Faults of fields refuse it.
type Guard func(ctx context.Context, old, next Ticket) (fault.Fields, error)

// Deps are what the service is made of.
type Deps struct {
	DB        *db.DB
	Journal   *journal.Journal
	Jobs      *jobs.Queue
	Clock     clock.Clock
	People    People
	Customers Customers
	// Types judges tickets; nil: there are no types, and priorities are set by hand.
	Types Types
	// Preferred gives the agent whom a customer likes to talk to (0: none), and
	// whether he is there to take something now; nil: nobody is preferred.
	Preferred func(ctx context.Context, customerID int64) (agentID int64, there bool, err error)
	// Guards are asked before each change that somebody makes to a ticket.
	Guards []Guard
}

// Service holds the use cases of tickets.
type Service struct {
	db        *db.DB
	journal   *journal.Journal
	jobs      *jobs.Queue
	clock     clock.Clock
	people    People
	customers Customers
	types     Types
	preferred func(ctx context.Context, customerID int64) (int64, bool, error)
	guards    []Guard
}

// New makes the service.
func New(d Deps) *Service {
	return &Service{d.DB, d.Journal, d.Jobs, d.Clock, d.People, d.Customers, d.Types, d.Preferred, d.Guards}
}

// Create registers a ticket (R308). What the system registers for the outside
// (mail) is fitted instead of refused, because nothing that came in may be
// lost: with a team or an owner that cannot be, it goes to the firm's queue.
func (s *Service) Create(ctx context.Context, in Input) (Ticket, error) {
	if err := authority.Require(ctx, authority.TicketCreate); err != nil {
		return Ticket{}, err
	}
	if in.OwnerID != 0 {
		if err := authority.Require(ctx, authority.TicketWork); err != nil {
			return Ticket{}, err
		}
	}
	var t Ticket
	err := s.db.Write(ctx, func(ctx context.Context) error {
		a := actor.From(ctx)
		fitted, err := s.fit(ctx, in)
		if err != nil {
			return err
		}
		fitted, away, err := s.toPreferred(ctx, fitted)
		if err != nil {
			return err
		}
		if t, err = fitted.open(a, s.clock.Now()); err != nil {
			return err
		}
		if t, err = s.judge(ctx, Ticket{}, t); err != nil {
			return err
		}
		if t, err = s.insert(ctx, t); err != nil {
			return err
		}
		events := []event.New{t.created()}
		if away != 0 {
			events = append(events, t.preferredAway(away))
		}
		return s.journal.Record(ctx, events...)
	})
	return t, err
}

// toPreferred gives a new ticket that nobody was given to the agent whom its
// customer likes to talk to, if he is there and can own it (R062). away is that
// agent when he is not.
func (s *Service) toPreferred(ctx context.Context, in Input) (fitted Input, away int64, err error) {
	if s.preferred == nil || in.OwnerID != 0 || in.CustomerID == 0 {
		return in, 0, nil
	}
	agent, there, err := s.preferred(ctx, in.CustomerID)
	if err != nil || agent == 0 {
		return in, 0, err
	}
	key, err := s.ownerFault(ctx, agent, in.TeamID)
	if err != nil {
		return in, 0, err
	}
	if key != "" || !there {
		return in, agent, nil
	}
	in.OwnerID = agent
	return in, 0, nil
}

// fit checks team, owner and customer of a new ticket.
func (s *Service) fit(ctx context.Context, in Input) (Input, error) {
	var f fault.Fields
	a := actor.From(ctx)
	if in.TeamID == 0 && in.OwnerID == 0 {
		team, err := s.teamOf(ctx, in.TypeID)
		if err != nil {
			return in, err
		}
		in.TeamID = team
	}
	key, err := s.teamFault(ctx, in.TeamID)
	if err != nil {
		return in, err
	}
	switch {
	case key != "" && a.Kind != actor.Agent:
		in.TeamID = 0
	case key != "":
		f.Add("team_id", key)
	}
	if key, err = s.ownerFault(ctx, in.OwnerID, in.TeamID); err != nil {
		return in, err
	}
	switch {
	case key != "" && a.Kind != actor.Agent:
		in.OwnerID = 0
	case key != "":
		f.Add("owner_id", key)
	}
	home, key, err := s.homeOf(ctx, in.CustomerID)
	if err != nil {
		return in, err
	}
	if key != "" {
		f.Add("customer_id", key)
	}
	if in.OrganizationID == 0 {
		in.OrganizationID = home
	}
	if err := s.concernedFault(ctx, "user_id", in.UserID, &f); err != nil {
		return in, err
	}
	if err := s.concernedFault(ctx, "payer_id", in.PayerID, &f); err != nil {
		return in, err
	}
	return in, f.Err()
}

// concernedFault notes when a customer who uses or pays is not there (R052).
func (s *Service) concernedFault(ctx context.Context, field string, customer int64, f *fault.Fields) error {
	_, key, err := s.homeOf(ctx, customer)
	if key != "" {
		f.Add(field, key)
	}
	return err
}

// teamOf is the team that takes tickets of a type, 0 when there is none or it
// can have no tickets.
func (s *Service) teamOf(ctx context.Context, typeID int64) (int64, error) {
	if typeID == 0 || s.types == nil {
		return 0, nil
	}
	team, err := s.types.TeamOf(ctx, typeID)
	if err != nil || team == 0 {
		return 0, err
	}
	if key, err := s.teamFault(ctx, team); err != nil || key != "" {
		return 0, err
	}
	return team, nil
}

// judge asks what follows from the type and the rule of priorities, and then
// the guards.
func (s *Service) judge(ctx context.Context, old, next Ticket) (Ticket, error) {
	if s.types != nil {
		var err error
		if next, err = s.types.Judge(ctx, old, next); err != nil {
			return next, err
		}
	}
	if old.ID == 0 {
		return next, nil
	}
	for _, guard := range s.guards {
		f, err := guard(ctx, old, next)
		if err == nil {
			err = f.Err()
		}
		if err != nil {
			return next, err
		}
	}
	return next, nil
}

// Get gives a ticket that the actor may see; any other is not found.
func (s *Service) Get(ctx context.Context, id int64) (Ticket, error) {
	return s.see(ctx, id, false)
}

// Change changes a ticket. version is the one that the actor has seen; 0 is
// any. Faults: "stale", "ticket.illegal_transition" (R312), and of fields
// among others "ticket.result_required" (R313) and "ticket.owner_unknown" (R315).
func (s *Service) Change(ctx context.Context, id, version int64, p Patch) (Ticket, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Ticket{}, err
	}
	var t Ticket
	err := s.db.Write(ctx, func(ctx context.Context) error {
		old, err := s.see(ctx, id, true)
		if err != nil {
			return err
		}
		if version != 0 && version != old.Version {
			return db.ErrStale
		}
		fitted, err := s.fitPatch(ctx, old, p)
		if err != nil {
			return err
		}
		next, err := old.change(fitted, taker(ctx), s.clock.Now())
		if err != nil {
			return err
		}
		if next, err = s.judge(ctx, old, next); err != nil {
			return err
		}
		t, err = s.save(ctx, old, next, p.Reason)
		return err
	})
	return t, err
}

// fitPatch checks what the patch points at and adds what follows from it: with
// the customer comes his organization, and an owner who may not see the new
// team's tickets loses this one to its queue.
func (s *Service) fitPatch(ctx context.Context, old Ticket, p Patch) (Patch, error) {
	var f fault.Fields
	team, owner := old.TeamID, old.OwnerID
	if err := s.routeByType(ctx, old, &p); err != nil {
		return p, err
	}
	if p.TeamID != nil && *p.TeamID != old.TeamID {
		team = *p.TeamID
		key, err := s.teamFault(ctx, team)
		if err != nil {
			return p, err
		}
		if key != "" {
			f.Add("team_id", key)
		}
	}
	if p.OwnerID != nil {
		owner = *p.OwnerID
	}
	if owner != old.OwnerID || team != old.TeamID {
		key, err := s.ownerFault(ctx, owner, team)
		if err != nil {
			return p, err
		}
		switch {
		case key != "" && p.OwnerID == nil:
			p.OwnerID = new(int64)
		case key != "":
			f.Add("owner_id", key)
		}
	}
	if err := s.fitCustomer(ctx, old, &p, &f); err != nil {
		return p, err
	}
	for _, c := range []struct {
		field string
		to    *int64
		was   int64
	}{{"user_id", p.UserID, old.UserID}, {"payer_id", p.PayerID, old.PayerID}} {
		if c.to != nil && *c.to != c.was {
			if err := s.concernedFault(ctx, c.field, *c.to, &f); err != nil {
				return p, err
			}
		}
	}
	return p, f.Err()
}

// routeByType sends a ticket that nobody has to the team of its new type, if
// it lies in the firm's own queue or in that of the type before (R243).
func (s *Service) routeByType(ctx context.Context, old Ticket, p *Patch) error {
	if p.TypeID == nil || *p.TypeID == old.TypeID || p.TeamID != nil || old.OwnerID != 0 || p.OwnerID != nil && *p.OwnerID != 0 {
		return nil
	}
	to, err := s.teamOf(ctx, *p.TypeID)
	if err != nil || to == 0 {
		return err
	}
	from, err := s.teamOf(ctx, old.TypeID)
	if err == nil && (old.TeamID == 0 || old.TeamID == from) {
		p.TeamID = &to
	}
	return err
}

func (s *Service) fitCustomer(ctx context.Context, old Ticket, p *Patch, f *fault.Fields) error {
	if p.CustomerID != nil && *p.CustomerID != old.CustomerID {
		home, key, err := s.homeOf(ctx, *p.CustomerID)
		if err != nil {
			return err
		}
		if key != "" {
			f.Add("customer_id", key)
		}
		if p.OrganizationID == nil {
			p.OrganizationID = &home
		}
	}
	if p.OrganizationID != nil && *p.OrganizationID != old.OrganizationID {
		home, key, err := s.homeOf(ctx, *p.OrganizationID)
		if err != nil {
			return err
		}
		if key != "" || home != *p.OrganizationID {
			f.Add("organization_id", "field.not_found")
		}
	}
	return nil
}

// taker is the agent who becomes the owner of a ticket that he takes up and
// nobody has.
func taker(ctx context.Context) int64 {
	if a := actor.From(ctx); a.Kind == actor.Agent && authority.Can(a, authority.TicketWork) {
		return a.ID
	}
	return 0
}

// NoteMessage tells a ticket of a message that has joined its conversation,
// and gives it as it is then: preview and counts, the state that follows, the
// owner whom a reply makes, waking. Whether the actor may say it is for the
// conversation to ask; here he must only see the ticket.
func (s *Service) NoteMessage(ctx context.Context, id int64, said Said) (Ticket, error) {
	var t Ticket
	err := s.db.Write(ctx, func(ctx context.Context) error {
		old, err := s.see(ctx, id, true)
		if err != nil {
			return err
		}
		if t, err = s.save(ctx, old, old.heard(said, taker(ctx), s.clock.Now()), ""); err != nil {
			return err
		}
		if a := actor.From(ctx); said.Kind == SaidIncoming && a.Kind == actor.Agent {
			return s.wroteDown(ctx, old, t, a.ID)
		}
		return nil
	})
	return t, err
}

// wroteDown keeps what an agent typed in the customer's name from being unread
// for himself, if nothing before it was.
func (s *Service) wroteDown(ctx context.Context, old, t Ticket, agent int64) error {
	seen, err := s.readMark(ctx, t.ID, agent)
	if err != nil || seen < old.IncomingCount {
		return err
	}
	return s.markRead(ctx, t.ID, agent, t.IncomingCount, s.clock.Now())
}

// MarkRead notes that an agent has seen all that the customer has said so far.
func (s *Service) MarkRead(ctx context.Context, id, agentID int64) error {
	return s.MarkReadTo(ctx, id, agentID, 1<<62)
}

// MarkReadTo notes that an agent has seen the first incoming messages of the
// customer. It is no event: it concerns nobody else.
func (s *Service) MarkReadTo(ctx context.Context, id, agentID, incoming int64) error {
	return s.db.Write(ctx, func(ctx context.Context) error {
		t, err := s.see(ctx, id, false)
		if err != nil {
			return err
		}
		return s.markRead(ctx, id, agentID, min(incoming, t.IncomingCount), s.clock.Now())
	})
}

// see loads a ticket for an actor who may see it. lock keeps it from being
// changed by others until the transaction ends.
func (s *Service) see(ctx context.Context, id int64, lock bool) (Ticket, error) {
	a := actor.From(ctx)
	if !authority.Can(a, authority.TicketViewOwn) {
		if err := authority.Require(ctx, authority.TicketView); err != nil {
			return Ticket{}, err
		}
	}
	t, err := s.load(ctx, id, lock)
	if err != nil {
		return Ticket{}, err
	}
	ok, err := s.visible(ctx, a, t.TeamID, t.CreatorID())
	if err != nil {
		return Ticket{}, err
	}
	if !ok {
		return Ticket{}, fault.NotFound("ticket.not_found")
	}
	return t, nil
}

func (s *Service) visible(ctx context.Context, a actor.Actor, team, creator int64) (bool, error) {
	if team == 0 || authority.SeesPrivateTeams(a) {
		return Visible(a, team, creator, nil), nil
	}
	hidden, err := s.people.PrivateTeamsHidden(actor.With(ctx, a))
	return Visible(a, team, creator, hidden), err
}

// save stores what is different and records it. What is not different is no
// change: version and time stay.
func (s *Service) save(ctx context.Context, old, next Ticket, reason string) (Ticket, error) {
	if next.Status == StatusReopened && old.Status != StatusReopened {
		// Whoever had it may have left since.
		key, err := s.ownerFault(ctx, next.OwnerID, next.TeamID)
		if err != nil {
			return old, err
		}
		if key != "" {
			next.own(0)
		}
	}
	if reflect.DeepEqual(old, next) {
		return old, nil
	}
	next.Version, next.UpdatedAt = old.Version+1, s.clock.Now()
	if err := s.update(ctx, old, next); err != nil {
		return old, err
	}
	if err := s.planWake(ctx, old, next); err != nil {
		return old, err
	}
	return next, s.journal.Record(ctx, difference(old, next, reason)...)
}

// teamFault gives the key of the fault when the team cannot have tickets.
func (s *Service) teamFault(ctx context.Context, team int64) (string, error) {
	if team == 0 {
		return "", nil
	}
	ok, err := s.people.TeamInUse(ctx, team)
	if err != nil || ok {
		return "", err
	}
	return "ticket.team_unknown", nil
}

// ownerFault gives the key of the fault when the agent cannot own a ticket of
// the team: he is not active, has no right to work on tickets, or may not see it.
func (s *Service) ownerFault(ctx context.Context, agentID, team int64) (string, error) {
	if agentID == 0 {
		return "", nil
	}
	a, err := s.people.Actor(ctx, agentID)
	switch {
	case fault.KindOf(err) != fault.KindInternal && fault.KindOf(err) != fault.KindUnavailable:
		return "ticket.owner_unknown", nil
	case err != nil:
		return "", err
	case !authority.Can(a, authority.TicketWork):
		return "ticket.owner_may_not", nil
	}
	ok, err := s.visible(ctx, a, team, 0)
	if err != nil || ok {
		return "", err
	}
	return "ticket.owner_may_not", nil
}

// homeOf gives a customer's organization, or the key of the fault when there
// is no such customer.
func (s *Service) homeOf(ctx context.Context, customer int64) (int64, string, error) {
	if customer == 0 {
		return 0, "", nil
	}
	home, err := s.customers.HomeOf(ctx, customer)
	if fault.Is(err, fault.KindNotFound) {
		return 0, "field.not_found", nil
	}
	return home, "", err
}

// SetAnswers makes a ticket found by the answers to the questions of its type,
// and by no others (R037). What they are is kept, and told, by work/need; it
// calls this in the same transaction.
func (s *Service) SetAnswers(ctx context.Context, id int64, answers map[string]string) error {
	return s.db.Write(ctx, func(ctx context.Context) error {
		if _, err := s.see(ctx, id, false); err != nil {
			return err
		}
		return s.replaceAnswers(ctx, id, answers)
	})
}

// Purge removes tickets as if they had never been, with their events, for
// demo data and erasure. Messages and what else belongs to a ticket are removed
// by the slices that own them.
func (s *Service) Purge(ctx context.Context, ids []int64) error {
	if err := authority.Require(ctx, authority.TicketDelete); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		for _, id := range ids {
			t, err := s.see(ctx, id, true)
			if fault.Is(err, fault.KindNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if err := s.planWake(ctx, t, Ticket{}); err != nil {
				return err
			}
			if err := s.remove(ctx, t); err != nil {
				return err
			}
		}
		return s.journal.Forget(ctx, About, ids)
	})
}

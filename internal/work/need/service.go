package need

import (
	"context"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
	"heed/internal/platform/journal"
	"heed/internal/work/ticket"
	"heed/internal/work/tickettype"
)

// Tickets is what is asked of tickets.
type Tickets interface {
	// Get gives a ticket that the actor may see.
	Get(ctx context.Context, id int64) (ticket.Ticket, error)
	Change(ctx context.Context, id, version int64, p ticket.Patch) (ticket.Ticket, error)
	// SetAnswers makes the ticket found by these answers and by no others.
	SetAnswers(ctx context.Context, id int64, answers map[string]string) error
}

// Types is what is asked of the types of tickets.
type Types interface {
	Get(ctx context.Context, id int64) (tickettype.Type, error)
}

// Talk is what is asked of the conversation.
type Talk interface {
	// FirstWords gives what the customer said first on a ticket; "" when nothing.
	FirstWords(ctx context.Context, ticketID int64) (string, error)
	// Addressed gives how the customer is addressed and the language in which he
	// writes, or the firm's.
	Addressed(ctx context.Context, ticketID int64) (name, locale string, err error)
	// Reply sends the customer a reply of the actor's.
	Reply(ctx context.Context, ticketID int64, html string) error
	// Heard adds what the customer has said at the link, as the system.
	Heard(ctx context.Context, ticketID int64, text string) error
}

// Guide is an article for beginners.
type Guide struct {
	ArticleID int64
	Title     string
}

// Deps are what the service is made of.
type Deps struct {
	DB      *db.DB
	Journal *journal.Journal
	Clock   clock.Clock
	Tickets Tickets
	Types   Types
	Talk    Talk
	// Link gives the address of the page at which a customer answers by a token.
	Link func(token string) string
	// On tells whether the actor has the module; nil: everybody has.
	On func(ctx context.Context) (bool, error)
	// Novice tells whether a customer is new to what we sell; nil: nobody is (R086).
	Novice func(ctx context.Context, customerID int64) (bool, error)
	// Guides gives articles for beginners about what the ticket is about; may be nil.
	Guides func(ctx context.Context, t ticket.Ticket, locale string) ([]Guide, error)
}

// Service holds the use cases of listening.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	clock   clock.Clock
	tickets Tickets
	types   Types
	talk    Talk
	link    func(token string) string
	on      func(ctx context.Context) (bool, error)
	novice  func(ctx context.Context, customerID int64) (bool, error)
	guides  func(ctx context.Context, t ticket.Ticket, locale string) ([]Guide, error)
}

// New makes the service.
func New(d Deps) *Service {
	return &Service{d.DB, d.Journal, d.Clock, d.Tickets, d.Types, d.Talk, d.Link, d.On, d.Novice, d.Guides}
}

// Seen is all that is known of a ticket's need.
type Seen struct {
	Need
	Ticket       ticket.Ticket
	Type         tickettype.Type // its ID is 0 when the ticket has none
	Completeness int             // in percent
	Missing      []Missing
	Conflicts    []Conflict
	Moods        []MoodMark // the newest first
	Asked        Link       // how the customer was asked last; ID 0: not
	Novice       bool
	Guides       []Guide // for a novice
}

// Get gives the need of a ticket that the actor may see. locale is the reader's.
func (s *Service) Get(ctx context.Context, ticketID int64, locale string) (Seen, error) {
	if err := authority.Require(ctx, authority.NoteRead); err != nil {
		return Seen{}, err
	}
	n, t, typ, err := s.load(ctx, ticketID)
	if err != nil {
		return Seen{}, err
	}
	return s.seen(ctx, n, t, typ, locale)
}

func (s *Service) seen(ctx context.Context, n Need, t ticket.Ticket, typ tickettype.Type, locale string) (Seen, error) {
	out := Seen{Need: n, Ticket: t, Type: typ, Conflicts: n.Conflicts(typ, t.Fields)}
	out.Completeness, out.Missing = n.Completeness(typ, t.Fields)
	var err error
	if out.Moods, err = s.moods(ctx, t.ID); err != nil {
		return out, err
	}
	if out.Asked, err = s.lastLink(ctx, t.ID); err != nil {
		return out, err
	}
	if s.novice != nil && t.CustomerID != 0 {
		if out.Novice, err = s.novice(ctx, t.CustomerID); err != nil {
			return out, err
		}
	}
	if out.Novice && s.guides != nil {
		out.Guides, err = s.guides(ctx, t, locale)
	}
	return out, err
}

// load gives the need of a ticket that the actor may see, the ticket and its
// type. As long as nobody has written the customer's own words down, they are
// what he said first.
func (s *Service) load(ctx context.Context, ticketID int64) (Need, ticket.Ticket, tickettype.Type, error) {
	t, err := s.tickets.Get(ctx, ticketID)
	if err != nil {
		return Need{}, t, tickettype.Type{}, err
	}
	typ, err := s.typeOf(ctx, t)
	if err != nil {
		return Need{}, t, typ, err
	}
	n, err := s.find(ctx, ticketID)
	if err == nil && n.Version == unwritten {
		n.OpenedAt = t.CreatedAt
		n.OwnWords, err = s.talk.FirstWords(ctx, ticketID)
	}
	return n, t, typ, err
}

// typeOf is a Type of ID 0 when the ticket has none, or one that is gone.
func (s *Service) typeOf(ctx context.Context, t ticket.Ticket) (tickettype.Type, error) {
	if t.TypeID == 0 {
		return tickettype.Type{}, nil
	}
	typ, err := s.types.Get(ctx, t.TypeID)
	if fault.Is(err, fault.KindNotFound) {
		return tickettype.Type{}, nil
	}
	return typ, err
}

// change is the way of every change: rule gives the need as it is to be and
// what is told of it. version is the one that the actor has seen, 0 is any. told
// is by him, or by whom he stands for.
func (s *Service) change(ctx context.Context, ticketID, version int64, rule func(ctx context.Context, n Need, t ticket.Ticket, typ tickettype.Type) (Need, []event.New, error), by ...actor.Actor) error {
	return s.db.Write(ctx, func(ctx context.Context) error {
		old, t, typ, err := s.load(ctx, ticketID)
		if err != nil {
			return err
		}
		if version != 0 && version != old.Version {
			return db.ErrStale
		}
		n, told, err := rule(ctx, old, t, typ)
		if err != nil {
			return err
		}
		n.UpdatedAt, n.Version = s.clock.Now(), old.Version+1
		if err := s.save(ctx, n, old.Version); err != nil {
			return err
		}
		if n.Restatement != old.Restatement {
			if err := s.replaceLinks(ctx, ticketID); err != nil {
				return err
			}
		}
		for _, a := range by {
			ctx = actor.With(ctx, a)
		}
		return s.journal.Record(ctx, told...)
	})
}

// me is the agent who acts.
func me(ctx context.Context) By {
	a := actor.From(ctx)
	return By{ByAgent, a.ID, a.Name}
}

// Save writes down what has been understood. version is the one that the actor
// has seen, 0 is any. Faults: of the fields, and "stale".
func (s *Service) Save(ctx context.Context, ticketID, version int64, p Patch, locale string) (Seen, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Seen{}, err
	}
	err := s.change(ctx, ticketID, version, func(ctx context.Context, old Need, t ticket.Ticket, typ tickettype.Type) (Need, []event.New, error) {
		n, err := old.with(p, typ, me(ctx), s.clock.Now())
		if err != nil {
			return n, nil, err
		}
		if len(p.Answers) > 0 {
			if err := s.tickets.SetAnswers(ctx, ticketID, n.Answers); err != nil {
				return n, nil, err
			}
		}
		percent, _ := n.Completeness(typ, t.Fields)
		return n, []event.New{about(ticketID, t.CustomerID, EventChanged, ChangedData{p.parts(), percent})}, nil
	})
	if err != nil {
		return Seen{}, err
	}
	return s.Get(ctx, ticketID, locale)
}

// parts names what a patch says something of.
func (p Patch) parts() []string {
	out := []string{}
	for _, part := range []struct {
		name string
		is   bool
	}{
		{"own_words", p.OwnWords != nil},
		{"restatement", p.Restatement != nil},
		{"intent", p.Intent != nil},
		{"ladder", p.Ladder != nil},
		{"brief", p.Brief != nil},
		{"answers", len(p.Answers) > 0},
		{"resolved", len(p.Resolved) > 0},
	} {
		if part.is {
			out = append(out, part.name)
		}
	}
	return out
}

// Heard notes what the customer said to our restatement when an agent read it
// to him: yes, or what he means instead (R103, R431).
func (s *Service) Heard(ctx context.Context, ticketID int64, yes bool, instead, via, locale string) (Seen, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Seen{}, err
	}
	err := s.change(ctx, ticketID, 0, func(ctx context.Context, old Need, t ticket.Ticket, _ tickettype.Type) (Need, []event.New, error) {
		if via == "link" {
			via = "" // that is the customer's own way
		}
		n, err := old.confirm(yes, instead, via, me(ctx), s.clock.Now())
		return n, []event.New{confirmed(n, t.CustomerID, yes, via, me(ctx))}, err
	})
	if err != nil {
		return Seen{}, err
	}
	return s.Get(ctx, ticketID, locale)
}

func confirmed(n Need, customer int64, yes bool, via string, by By) event.New {
	kind := EventConfirmed
	if !yes {
		kind = EventCorrected
	}
	return about(n.TicketID, customer, kind, ConfirmedData{by.Kind, by.Name, via, n.Restatement, n.Correction})
}

// Skip notes why somebody goes on before the need is confirmed (R098).
func (s *Service) Skip(ctx context.Context, ticketID int64, reason, locale string) (Seen, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Seen{}, err
	}
	var f fault.Fields
	if line(&f, "reason", &reason, &reason, ReasonMost); reason == "" {
		f.Add("reason", "field.required")
	}
	if err := f.Err(); err != nil {
		return Seen{}, err
	}
	err := s.change(ctx, ticketID, 0, func(ctx context.Context, n Need, t ticket.Ticket, _ tickettype.Type) (Need, []event.New, error) {
		n.SkipReason, n.SkippedAt, n.SkippedBy = reason, s.clock.Now(), me(ctx)
		return n, []event.New{about(ticketID, t.CustomerID, EventSkipped, SkippedData{reason})}, nil
	})
	if err != nil {
		return Seen{}, err
	}
	return s.Get(ctx, ticketID, locale)
}

// MarkMood notes how the customer was before and after a contact (R099).
func (s *Service) MarkMood(ctx context.Context, ticketID int64, before, after Mood, locale string) (Seen, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Seen{}, err
	}
	var f fault.Fields
	for name, m := range map[string]Mood{"before": before, "after": after} {
		if !m.Known() {
			f.Add(name, "field.unknown_value")
		}
	}
	if err := f.Err(); err != nil {
		return Seen{}, err
	}
	err := s.change(ctx, ticketID, 0, func(ctx context.Context, n Need, t ticket.Ticket, _ tickettype.Type) (Need, []event.New, error) {
		n.Mood = after
		mark := MoodMark{TicketID: ticketID, Before: before, After: after, By: me(ctx), At: s.clock.Now()}
		return n, []event.New{about(ticketID, t.CustomerID, EventMood, MoodData{before, after})}, s.insertMood(ctx, mark)
	})
	if err != nil {
		return Seen{}, err
	}
	return s.Get(ctx, ticketID, locale)
}

// Purge removes everything of the tickets as if it had never been.
func (s *Service) Purge(ctx context.Context, ticketIDs []int64) error {
	if err := authority.Require(ctx, authority.TicketDelete); err != nil || len(ticketIDs) == 0 {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error { return s.purge(ctx, ticketIDs) })
}

// began is how long after the ticket a time was, in seconds; 0 when it was not.
func began(from, to time.Time) int64 {
	if to.IsZero() || to.Before(from) {
		return 0
	}
	return int64(to.Sub(from) / time.Second)
}

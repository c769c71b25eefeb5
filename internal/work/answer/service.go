package answer

import (
	"context"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/offer/canned"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

// Knowledge is what answers ask about articles.
type Knowledge interface {
	// Article gives the text in force of an article that the actor may read, in
	// the language or the nearest one.
	Article(ctx context.Context, articleID int64, locale string) (Article, error)
	// Suggest gives what fits a ticket, the best first.
	Suggest(ctx context.Context, sig Signals) ([]Hit, error)
	// Search gives what answers a question, the best first.
	Search(ctx context.Context, sig Signals) ([]Hit, error)
	// Coded gives the articles that have a short code, the most used first.
	Coded(ctx context.Context, locale string) ([]Hit, error)
	// NoteUse and NoteSolved count, in the caller's transaction.
	NoteUse(ctx context.Context, articleID int64) error
	NoteSolved(ctx context.Context, articleID int64) error
}

// Tickets is what answers ask about tickets.
type Tickets interface {
	Get(ctx context.Context, id int64) (ticket.Ticket, error)
}

// Conversation is by what corrections are said, and where the words are that
// suggestions are made of.
type Conversation interface {
	List(ctx context.Context, ticketID int64, r page.Request) (page.Of[conversation.Message], error)
	Recipients(ctx context.Context, ticketID int64) (conversation.Recipients, error)
	Post(ctx context.Context, p conversation.Post) (conversation.Message, ticket.Ticket, error)
}

// Customer is what is known of who gets an answer.
type Customer struct {
	Name   string
	Kind   string
	Locale string
}

// Task is what the owner of an article is asked to do.
type Task struct {
	Subject, Text string
	OwnerID       int64 // 0: nobody answers for the article
}

// Deps are what the service is made of.
type Deps struct {
	DB           *db.DB
	Journal      *journal.Journal
	Jobs         *jobs.Queue
	Clock        clock.Clock
	Knowledge    Knowledge
	Tickets      Tickets
	Conversation Conversation
	// Customer gives a customer whom the actor may see.
	Customer func(ctx context.Context, id int64) (Customer, error)
	// Actor gives an agent as he may act now.
	Actor func(ctx context.Context, agentID int64) (actor.Actor, error)
	// Facts gives what a letter may say about a ticket.
	Facts func(ctx context.Context, ticketID int64) (canned.Facts, error)
	// OpenTask opens a ticket for the owner of an article, in the caller's
	// transaction, and gives its id. Tickets come in by a door above this slice.
	OpenTask func(ctx context.Context, t Task) (int64, error)
	// IsName tells whether a text is the name of a customer; nil asks nobody.
	IsName func(ctx context.Context, text string) (bool, error)
	// Similar gives tickets that were like this one and are solved, the most like
	// first. What is written in tickets is found by a slice above this one.
	Similar func(ctx context.Context, ticketID int64, limit int) ([]Similar, error)
	// TypeGaps lists types of tickets with how many there were since a time and
	// how many published articles answer them, the most asked first. It is read by
	// a slice above this one.
	TypeGaps func(ctx context.Context, since time.Time) ([]TypeGap, error)
	// OpenAbout lists open tickets of types or about products, the newest first.
	// Lists of tickets are read by a slice above this one.
	OpenAbout func(ctx context.Context, typeIDs, productIDs []int64, limit int) ([]int64, error)
}

// Service holds the use cases of answers.
type Service struct {
	d       Deps
	db      *db.DB
	journal *journal.Journal
}

// New makes the service.
func New(d Deps) *Service { return &Service{d: d, db: d.DB, journal: d.Journal} }

// beforeMost bounds how many answers on a topic are looked back at.
const beforeMost = 100

// Give records that the actor gives a customer an answer, and tells what else
// he has been told on the topic before (R112). The use of the article counts
// (R303). locale is the language of the text that is given.
func (s *Service) Give(ctx context.Context, ticketID, articleID int64, locale, how string) (Given, []Earlier, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Given{}, nil, err
	}
	if !knownHow(how) {
		var f fault.Fields
		f.Add("how", "field.unknown_value")
		return Given{}, nil, f.Err()
	}
	t, err := s.d.Tickets.Get(ctx, ticketID)
	if err != nil {
		return Given{}, nil, err
	}
	a, err := s.d.Knowledge.Article(ctx, articleID, locale)
	if err != nil {
		return Given{}, nil, err
	}
	by := actor.From(ctx)
	g := Given{
		TicketID: t.ID, CustomerID: t.CustomerID, Recipient: recipientOf(t.CustomerID, t.ID), ArticleID: a.ID, VersionID: a.VersionID, N: a.N,
		Locale: a.Locale, Topic: a.Topic, Title: a.Title, How: how, ByID: by.ID, ByName: by.Name, At: s.d.Clock.Now(),
	}
	var earlier []Earlier
	err = s.db.Write(ctx, func(ctx context.Context) error {
		if earlier, err = s.earlier(ctx, g.Recipient, a); err != nil {
			return err
		}
		g.Warned = len(earlier) > 0
		if g.ID, err = s.insertGiven(ctx, g); err != nil {
			return err
		}
		if err := s.d.Knowledge.NoteUse(ctx, a.ID); err != nil {
			return err
		}
		return s.journal.Record(ctx, g.given(len(earlier)))
	})
	return g, earlier, err
}

// Earlier tells what else the customer of a ticket was told on the topic of an
// article, before it is given.
func (s *Service) earlier(ctx context.Context, recipient int64, a Article) ([]Earlier, error) {
	before, err := s.before(ctx, recipient, a.Topic, a.ID, beforeMost)
	return contradictions(a, before), err
}

// OfTicket is what was answered on a ticket.
type OfTicket struct {
	Given  []Given // the newest first
	Solved []int64 // the articles that solved it
	Flags  []Flag  // answers that have changed since
}

// OfTicket lists what was answered on a ticket.
func (s *Service) OfTicket(ctx context.Context, ticketID int64) (OfTicket, error) {
	var out OfTicket
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return out, err
	}
	if _, err := s.d.Tickets.Get(ctx, ticketID); err != nil {
		return out, err
	}
	err := s.db.Read(ctx, func(ctx context.Context) (err error) {
		if out.Given, err = s.givenOn(ctx, ticketID); err != nil {
			return err
		}
		if out.Solved, err = s.solvedBy(ctx, ticketID); err != nil {
			return err
		}
		out.Flags, err = s.flags(ctx, ticketID)
		return err
	})
	return out, err
}

// OfCustomer gives a page of what a customer was answered, the newest first.
// What was answered on tickets that the actor may not see is left out.
func (s *Service) OfCustomer(ctx context.Context, customerID int64, r page.Request) (page.Of[Given], error) {
	none := page.Of[Given]{Items: []Given{}}
	if err := authority.Require(ctx, authority.CustomerView); err != nil {
		return none, err
	}
	p, err := s.givenTo(ctx, customerID, r)
	if err != nil {
		return none, err
	}
	seen := map[int64]bool{}
	kept := []Given{}
	for _, g := range p.Items {
		visible, asked := seen[g.TicketID]
		if !asked {
			if visible, err = s.visible(ctx, g.TicketID); err != nil {
				return none, err
			}
			seen[g.TicketID] = visible
		}
		if visible {
			kept = append(kept, g)
		}
	}
	p.Items = kept
	return p, nil
}

// visible tells whether the actor may see a ticket.
func (s *Service) visible(ctx context.Context, ticketID int64) (bool, error) {
	_, err := s.d.Tickets.Get(ctx, ticketID)
	switch {
	case fault.Is(err, fault.KindNotFound), fault.Is(err, fault.KindForbidden):
		return false, nil
	}
	return err == nil, err
}

// Solved marks an article as what solved a ticket, once (R303).
func (s *Service) Solved(ctx context.Context, ticketID, articleID int64) error {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return err
	}
	t, err := s.d.Tickets.Get(ctx, ticketID)
	if err != nil {
		return err
	}
	a, err := s.d.Knowledge.Article(ctx, articleID, "")
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		fresh, err := s.insertSolved(ctx, t.ID, a.ID, actor.From(ctx).ID, s.d.Clock.Now())
		if err != nil || !fresh {
			return err
		}
		if err := s.d.Knowledge.NoteSolved(ctx, a.ID); err != nil {
			return err
		}
		return s.journal.Record(ctx, solvedEvent(t, a))
	})
}

// Seen takes a flag from a ticket: somebody has looked at the change.
func (s *Service) Seen(ctx context.Context, ticketID, articleID int64) error {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return err
	}
	if _, err := s.d.Tickets.Get(ctx, ticketID); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error { return s.dropFlag(ctx, ticketID, articleID) })
}

// Report tells how often each article served since a time, the most used
// first, at most 200.
func (s *Service) Report(ctx context.Context, since time.Time) ([]ArticleUse, error) {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return nil, err
	}
	return s.uses(ctx, since, 200)
}

// TypeGap is how many tickets of a type there were, and how many articles
// answer it.
type TypeGap struct {
	TypeID   int64
	Key      string
	Names    map[string]string
	Tickets  int64
	Articles int64
}

// Gaps lists what people ask that nobody has written an answer to: types that
// had tickets since a time and have no article, and what was searched for and
// not found (R116).
func (s *Service) Gaps(ctx context.Context, since time.Time) ([]TypeGap, []SearchGap, error) {
	searches, err := s.SearchGaps(ctx, since)
	if err != nil || s.d.TypeGaps == nil {
		return []TypeGap{}, searches, err
	}
	all, err := s.d.TypeGaps(ctx, since)
	types := []TypeGap{}
	for _, g := range all {
		if g.Tickets > 0 && g.Articles == 0 {
			types = append(types, g)
		}
	}
	return types, searches, err
}

// Purge removes what belongs to tickets, for demo data and erasure.
func (s *Service) Purge(ctx context.Context, ticketIDs []int64) error {
	if err := authority.Require(ctx, authority.TicketDelete); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error { return s.purge(ctx, ticketIDs) })
}

package portrait

import (
	"context"
	"strings"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/people/authority"
	"heed/internal/people/customer"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/journal"
	"heed/internal/work/ticket"
)

// People is what portraits ask about agents.
type People interface {
	// PrivateTeamsHidden lists the private teams whose tickets the actor in ctx
	// may not see.
	PrivateTeamsHidden(ctx context.Context) ([]int64, error)
}

// Deps are what the service is made of.
type Deps struct {
	DB        *db.DB
	Journal   *journal.Journal
	Clock     clock.Clock
	Settings  *setting.Service
	Customers *customer.Service
	People    People
	// EventFor gives a ticket's event as an agent may know it who may see the
	// ticket; false when it is not for him.
	EventFor func(e event.Event, a actor.Actor) (event.Event, bool)
}

// Service shows customers.
type Service struct {
	db        *db.DB
	journal   *journal.Journal
	clock     clock.Clock
	settings  *setting.Service
	customers *customer.Service
	people    People
	eventFor  func(event.Event, actor.Actor) (event.Event, bool)
}

// New makes the service.
func New(d Deps) *Service {
	return &Service{d.DB, d.Journal, d.Clock, d.Settings, d.Customers, d.People, d.EventFor}
}

// Matter is a ticket as a portrait names it.
type Matter struct {
	TicketID  int64         `json:"ticket_id"`
	Number    string        `json:"number"`
	Subject   string        `json:"subject"`
	Status    ticket.Status `json:"status"`
	CreatedAt time.Time     `json:"created_at"`
	UpdatedAt time.Time     `json:"updated_at"`
}

// Talk is what was said last.
type Talk struct {
	Matter
	At      time.Time `json:"at"`
	Preview string    `json:"preview"`
	By      string    `json:"by" enum:"customer,agent,system"`
}

// Overview is what the head of a customer's page shows (R173).
type Overview struct {
	customer.Ref
	Address          string                 `json:"address" doc:"How to address him: as he wants it, else his name"`
	Since            string                 `json:"since" doc:"The date since when he is a customer"`
	Novice           bool                   `json:"novice" doc:"He does not know our things and words yet"`
	EffectiveTier    string                 `json:"effective_tier" doc:"His own, else that of his organization"`
	PreferredAgentID *int64                 `json:"preferred_agent_id" doc:"His own, else that of his organization"`
	LastMatter       *Matter                `json:"last_matter"`
	LastTalk         *Talk                  `json:"last_talk"`
	OpenMatters      []Matter               `json:"open_matters" doc:"At most five, the last changed first"`
	OpenTickets      int64                  `json:"open_tickets"`
	TotalTickets     int64                  `json:"total_tickets"`
	Warnings         []customer.WarningCard `json:"warnings" doc:"What to mind now, by the channel asked for"`
	Suppliers        []customer.Ref         `json:"suppliers" doc:"Who supplies him, else who supplies his organization"`
	MergedInto       *int64                 `json:"merged_into"`
	Position         int64                  `json:"position"`
}

// openMost is how many open matters a head shows.
const openMost = 5

// Overview gives the head of a customer's page. channel is by which way he is
// spoken to; empty is any.
func (s *Service) Overview(ctx context.Context, id int64, channel string) (Overview, error) {
	pos, err := s.journal.Position(ctx)
	if err != nil {
		return Overview{}, err
	}
	c, err := s.customers.Get(ctx, id)
	if err != nil {
		return Overview{}, err
	}
	set, err := s.settings.Get(ctx)
	if err != nil {
		return Overview{}, err
	}
	out := Overview{
		Ref: customer.RefOf(c), Address: c.Salutation, Since: c.Joined(set.Zone), OpenMatters: []Matter{}, Suppliers: []customer.Ref{}, Position: pos,
	}
	if out.Address == "" {
		out.Address = c.Name
	}
	if c.MergedInto != 0 {
		out.MergedInto = &c.MergedInto
	}
	if err := s.known(ctx, c, channel, &out); err != nil {
		return Overview{}, err
	}
	v, err := s.sightOf(ctx)
	if err != nil {
		return Overview{}, err
	}
	return out, s.matters(ctx, c, v, &out)
}

// known fills in what the customer's records say.
func (s *Service) known(ctx context.Context, c customer.Customer, channel string, out *Overview) error {
	ws, err := s.customers.WarningsFor(ctx, c.ID, channel, s.clock.Now())
	if err != nil {
		return err
	}
	out.Warnings = customer.WarningCards(ws)
	if out.EffectiveTier, err = s.customers.TierOf(ctx, c.ID); err != nil {
		return err
	}
	agent, err := s.customers.PreferredAgent(ctx, c.ID)
	if err != nil {
		return err
	}
	if agent != 0 {
		out.PreferredAgentID = &agent
	}
	suppliers, err := s.customers.SuppliersOf(ctx, c.ID)
	for _, o := range suppliers {
		out.Suppliers = append(out.Suppliers, customer.RefOf(o))
	}
	return err
}

// matters fills in what the tickets say.
func (s *Service) matters(ctx context.Context, c customer.Customer, v sight, out *Overview) error {
	of := ofCustomer(c)
	var err error
	if out.OpenTickets, out.TotalTickets, err = s.count(ctx, of, v); err != nil {
		return err
	}
	if out.Novice, err = s.Novice(ctx, c.ID); err != nil {
		return err
	}
	open, err := s.tickets(ctx, of, v, onlyOpen, openMost)
	if err != nil {
		return err
	}
	for _, r := range open {
		out.OpenMatters = append(out.OpenMatters, r.matter())
	}
	newest, err := s.tickets(ctx, of, v, newestFirst, 1)
	if err != nil {
		return err
	}
	for _, r := range newest {
		m := r.matter()
		out.LastMatter = &m
	}
	said, err := s.tickets(ctx, of, v, lastSaid, 1)
	for _, r := range said {
		out.LastTalk = &Talk{r.matter(), r.LastMessageAt, r.Preview, r.LastBy}
	}
	return err
}

// Novice tells whether a customer is new to our things and words: as it was
// noted, else as long as nothing was solved for him.
func (s *Service) Novice(ctx context.Context, id int64) (bool, error) {
	c, err := s.customers.Get(actor.AsSystem(ctx), id)
	if err != nil || c.Novice != customer.NoviceUnknown {
		return c.Novice == customer.NoviceYes, err
	}
	solved, err := s.anySolved(ctx, ofCustomer(c))
	return !solved, err
}

// sight is which tickets an actor may see, as ticket.Visible says it of one.
type sight struct {
	none    bool
	hidden  []int64
	creator int64
}

func (s *Service) sightOf(ctx context.Context) (sight, error) {
	a := actor.From(ctx)
	switch {
	case authority.Can(a, authority.TicketView):
		if authority.SeesPrivateTeams(a) {
			return sight{}, nil
		}
		hidden, err := s.people.PrivateTeamsHidden(ctx)
		return sight{hidden: hidden}, err
	case authority.Can(a, authority.TicketViewOwn):
		return sight{creator: a.ID}, nil
	}
	return sight{none: true}, nil
}

// Found is a customer who may be the one that asks.
type Found struct {
	customer.Card
	OpenTickets int64   `json:"open_tickets"`
	LastMatter  *Matter `json:"last_matter"`
}

// FoundTicket is a ticket with its customer.
type FoundTicket struct {
	Matter
	Customer *customer.Ref `json:"customer"`
}

// Answer is what the one search box shows (R306).
type Answer struct {
	Customers []Found       `json:"customers" doc:"The best first, at most 20"`
	Tickets   []FoundTicket `json:"tickets" doc:"The ticket with that number"`
	Exact     bool          `json:"exact" doc:"Exactly one customer answers to the whole of what was asked"`
}

// foundMost is how many customers the box shows.
const foundMost = 20

// Lookup tells who asks, by a number, an address, or anything that is known of
// him or of his request. Who answers to the whole of it comes first.
func (s *Service) Lookup(ctx context.Context, l customer.Lookup) (Answer, error) {
	out := Answer{Customers: []Found{}, Tickets: []FoundTicket{}}
	found, whole, err := s.customers.LookupBest(ctx, l, foundMost)
	if err != nil {
		return out, err
	}
	out.Exact = whole == 1
	v, err := s.sightOf(ctx)
	if err != nil {
		return out, err
	}
	cards, err := s.customers.Cards(ctx, found)
	if err != nil {
		return out, err
	}
	open, last, err := s.each(ctx, found, v)
	if err != nil {
		return out, err
	}
	for i, c := range found {
		f := Found{Card: cards[i], OpenTickets: open[c.ID]}
		if m, ok := last[c.ID]; ok {
			f.LastMatter = &m
		}
		out.Customers = append(out.Customers, f)
	}
	if id := ticket.IDOf(strings.TrimSpace(l.Q)); id != 0 {
		out.Tickets, err = s.numbered(ctx, id, v)
	}
	return out, err
}

// numbered gives the ticket with a number, if it may be seen.
func (s *Service) numbered(ctx context.Context, id int64, v sight) ([]FoundTicket, error) {
	rows, err := s.byIDs(ctx, []int64{id}, v)
	out := []FoundTicket{}
	for _, r := range rows {
		f := FoundTicket{Matter: r.matter()}
		if r.CustomerID != 0 {
			c, err := s.customers.Get(ctx, r.CustomerID)
			if err != nil {
				return nil, err
			}
			ref := customer.RefOf(c)
			f.Customer = &ref
		}
		out = append(out, f)
	}
	return out, err
}

package search

import (
	"context"
	"log/slog"
	"slices"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/text"
	"heed/internal/work/ticket"
)

// People is what search asks about agents.
type People interface {
	// PrivateTeamsHidden lists the private teams whose tickets the actor in ctx
	// may not see.
	PrivateTeamsHidden(ctx context.Context) ([]int64, error)
}

// Deps are what the service is made of.
type Deps struct {
	DB      *db.DB
	Journal *journal.Journal
	Jobs    *jobs.Queue
	Clock   clock.Clock
	Log     *slog.Logger
	People  People
}

// Service finds things, and keeps the indexes that it finds them by.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	jobs    *jobs.Queue
	clock   clock.Clock
	log     *slog.Logger
	people  People
	engine  engine
	version int64
}

// New makes the service.
func New(d Deps) *Service {
	s := &Service{db: d.DB, journal: d.Journal, jobs: d.Jobs, clock: d.Clock, log: d.Log, people: d.People, version: version}
	if d.DB.Postgres() {
		s.engine = postgres{d.DB}
	} else {
		s.engine = lite{d.DB}
	}
	return s
}

// sight is what an actor may find.
type sight struct {
	hidden  []int64 // private teams that he is not in
	creator int64   // not 0: only tickets that this agent registered
	notes   bool
}

// sightOf says of an actor what ticket.Visible says of one ticket.
func (s *Service) sightOf(ctx context.Context) (sight, error) {
	a := actor.From(ctx)
	v := sight{notes: authority.Can(a, authority.NoteRead)}
	switch {
	case authority.Can(a, authority.TicketView):
		if authority.SeesPrivateTeams(a) {
			return v, nil
		}
		var err error
		v.hidden, err = s.people.PrivateTeamsHidden(ctx)
		return v, err
	case authority.Can(a, authority.TicketViewOwn):
		v.creator = a.ID
		return v, nil
	}
	return v, authority.Require(ctx, authority.TicketView)
}

// Find gives a page of what holds every word of the question, newest first; a
// ticket whose number is the question comes before everything. In all it finds
// only what the actor may see: customers are left out for who may not look at
// customers. Faults: "forbidden", and of the fields in and cursor.
func (s *Service) Find(ctx context.Context, q Query) (page.Of[Hit], error) {
	none := page.Of[Hit]{Items: []Hit{}}
	v, err := s.sightOf(ctx)
	if err != nil {
		return none, err
	}
	chosen, ok := partsOf(q.In)
	if !ok {
		var f fault.Fields
		f.Add("in", "field.unknown_value")
		return none, f.Err()
	}
	if q.In == Customers {
		if err := authority.Require(ctx, authority.CustomerView); err != nil {
			return none, err
		}
	}
	from, err := readCursor(q.Cursor)
	if err != nil {
		return none, err
	}
	parsed := text.Query(cutQuery(q.Text))
	if parsed.Empty() {
		return none, nil
	}
	none.Position, err = s.indexed(ctx)
	if err != nil {
		return none, err
	}
	out := none
	err = s.db.Read(ctx, func(ctx context.Context) error {
		out.Items, out.Next, err = s.find(ctx, q, parsed, v, chosen, from)
		return err
	})
	return out, err
}

func (s *Service) find(ctx context.Context, q Query, parsed text.Parsed, v sight, chosen []part, from cursor) ([]Hit, string, error) {
	size := q.Size()
	var exact []Hit
	var err error
	number := ticket.IDOf(q.Text)
	if number != 0 && chosen[0] == ticketPart && q.Cursor == "" {
		if exact, err = s.exactly(ctx, number, v, parsed); err != nil {
			return nil, "", err
		}
	}
	rows := make([][]Hit, 0, len(chosen))
	for _, p := range chosen {
		if p == customerPart && !authority.Can(actor.From(ctx), authority.CustomerView) {
			continue
		}
		not := int64(0)
		if p == ticketPart {
			not = number
		}
		row, err := s.walk(ctx, p, parsed, v, from[p], not, size+1)
		if err != nil {
			return nil, "", err
		}
		rows = append(rows, row)
	}
	hits, next, more := merge(rows, size-len(exact), from, partOf)
	hits = slices.Concat(exact, hits)
	if hits == nil {
		hits = []Hit{}
	}
	if !more {
		return hits, "", nil
	}
	return hits, next.String(), nil
}

// exactly gives the ticket with an id, if the actor may see it.
func (s *Service) exactly(ctx context.Context, id int64, v sight, parsed text.Parsed) ([]Hit, error) {
	ids, err := s.seen(ctx, id, v)
	if err != nil {
		return nil, err
	}
	return s.hits(ctx, ticketPart, ids, parsed)
}

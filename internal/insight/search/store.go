package search

import (
	"context"
	"errors"
	"strings"
	"time"

	"heed/internal/platform/db"
	"heed/internal/platform/text"
	"heed/internal/work/ticket"
)

// Migrations gives the schema of the indexes. What they hold differs between
// the engines; see store_sqlite.go and store_postgres.go.
func Migrations() []db.Migration {
	return []db.Migration{{
		Slice: "search", N: 1, SQLite: liteSchema, Postgres: postgresSchema,
		SQL: `CREATE TABLE search_state (id $int NOT NULL PRIMARY KEY, built $int NOT NULL, making $int NOT NULL, part $int NOT NULL, last_id $int NOT NULL, built_at $time NOT NULL) $end;`,
	}}
}

// engine is what the two databases do differently.
type engine interface {
	// put writes entries over what there is of the same things.
	put(ctx context.Context, p part, docs []document) error
	// drop removes entries.
	drop(ctx context.Context, p part, ids []int64) error
	// find begins the statement that gives the ids of what is found below an
	// id, joined with its row (t for tickets, m for messages, c for customers).
	find(p part, q text.Parsed, before int64) *db.Query
	// like begins the statement that gives the ids of tickets that have all of
	// some tokens and any of others.
	like(all, some []string) *db.Query
	// order ends it, passing over one id.
	order(q *db.Query, p part, not int64, limit int)
	// keep makes a reading statement keep its rows from being changed until the
	// transaction ends, take from being read by another that takes them, too.
	keep() string
	take() string
}

// narrow adds what the actor may see, as ticket.Visible says it of one ticket.
func narrow(q *db.Query, p part, v sight) {
	if p == customerPart {
		return
	}
	q.If(v.creator != 0, "AND t.creator_id > 0 AND t.creator_id = ?", v.creator)
	if len(v.hidden) > 0 {
		db.In(q, "AND t.team_id NOT IN", v.hidden)
	}
	q.If(p == messagePart && !v.notes, "AND m.kind <> 'note'")
}

// walk reads one index backwards from an id. The entry of the thing not is
// passed over.
func (s *Service) walk(ctx context.Context, p part, parsed text.Parsed, v sight, before, not int64, limit int) ([]Hit, error) {
	q := s.engine.find(p, parsed, before)
	narrow(q, p, v)
	s.engine.order(q, p, not, limit)
	ids, err := db.All[int64](ctx, s.db, q.String(), q.Args()...)
	if err != nil {
		return nil, err
	}
	return s.hits(ctx, p, ids, parsed)
}

// seen gives the id of a ticket if there is one that may be seen.
func (s *Service) seen(ctx context.Context, id int64, v sight) ([]int64, error) {
	q := db.New("SELECT t.id FROM ticket AS t WHERE t.id = ?", id)
	narrow(q, ticketPart, v)
	return db.All[int64](ctx, s.db, q.String(), q.Args()...)
}

type ticketRow struct {
	ID        int64             `db:"id"`
	Subject   string            `db:"subject"`
	Status    ticket.Status     `db:"status"`
	Tags      db.JSON[[]string] `db:"tags"`
	Preview   string            `db:"preview"`
	CreatedAt time.Time         `db:"created_at"`
	TypeID    int64             `db:"type_id"`
	ProductID int64             `db:"product_id"`
}

func (r ticketRow) document() document {
	words := append([]string{r.Subject, ticket.Ticket{ID: r.ID}.Number()}, r.Tags.V...)
	return document{r.ID, strings.Join(words, apart), marksOf(r.TypeID, r.ProductID)}
}

func (r ticketRow) hit(q text.Parsed) Hit {
	h := Hit{Kind: HitTicket, ID: r.ID, Title: r.Subject, At: r.CreatedAt, Status: r.Status, Number: ticket.Ticket{ID: r.ID}.Number()}
	shown := r.Tags.V
	if r.Preview != "" {
		shown = append(shown, r.Preview)
	}
	h.snip(strings.Join(shown, " · "), q)
	return h
}

func (s *Service) tickets(ctx context.Context, ids []int64, lock string) ([]ticketRow, error) {
	q := db.In(db.New("SELECT "+db.Cols[ticketRow]()+" FROM ticket WHERE 1 = 1"), "AND id IN", ids).Add(lock)
	return db.All[ticketRow](ctx, s.db, q.String(), q.Args()...)
}

// words is a message's document: what is new in it. It never changes.
type words struct {
	ID   int64  `db:"id"`
	Text string `db:"body_text"`
}

func (s *Service) words(ctx context.Context, ids []int64) ([]words, error) {
	q := db.In(db.New("SELECT "+db.Cols[words]()+" FROM message WHERE 1 = 1"), "AND id IN", ids)
	return db.All[words](ctx, s.db, q.String(), q.Args()...)
}

type messageRow struct {
	ID        int64         `db:"id"`
	TicketID  int64         `db:"ticket_id"`
	Kind      string        `db:"kind"`
	Text      string        `db:"body_text"`
	CreatedAt time.Time     `db:"created_at"`
	Subject   string        `db:"subject"`
	Status    ticket.Status `db:"status"`
}

func (r messageRow) hit(q text.Parsed) Hit {
	h := Hit{
		Kind: HitMessage, ID: r.ID, TicketID: r.TicketID, Title: r.Subject, At: r.CreatedAt, Status: r.Status,
		Number: ticket.Ticket{ID: r.TicketID}.Number(), Note: r.Kind == "note",
	}
	h.snip(r.Text, q)
	return h
}

func (s *Service) messages(ctx context.Context, ids []int64) ([]messageRow, error) {
	q := db.In(db.New(`SELECT m.id, m.ticket_id, m.kind, m.body_text, m.created_at, t.subject, t.status
		FROM message AS m JOIN ticket AS t ON t.id = m.ticket_id WHERE 1 = 1`), "AND m.id IN", ids)
	return db.All[messageRow](ctx, s.db, q.String(), q.Args()...)
}

// hits shows what was found, in the order of the ids. What has gone meanwhile
// is left out.
func (s *Service) hits(ctx context.Context, p part, ids []int64, q text.Parsed) ([]Hit, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	byID := make(map[int64]Hit, len(ids))
	var err error
	switch p {
	case ticketPart:
		var rows []ticketRow
		rows, err = s.tickets(ctx, ids, "")
		for _, r := range rows {
			byID[r.ID] = r.hit(q)
		}
	case messagePart:
		var rows []messageRow
		rows, err = s.messages(ctx, ids)
		for _, r := range rows {
			byID[r.ID] = r.hit(q)
		}
	default:
		var rows []customerRow
		rows, err = s.customers(ctx, ids, "")
		for _, r := range rows {
			byID[r.ID] = r.hit(q)
		}
	}
	out := make([]Hit, 0, len(ids))
	for _, id := range ids {
		if h, ok := byID[id]; ok {
			out = append(out, h)
		}
	}
	return out, err
}

// documents makes the entries of things, without those that are not there.
func (s *Service) documents(ctx context.Context, p part, ids []int64, lock string) ([]document, error) {
	var docs []document
	switch p {
	case ticketPart:
		rows, err := s.tickets(ctx, ids, lock)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			docs = append(docs, r.document())
		}
	case messagePart:
		rows, err := s.words(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			docs = append(docs, document{id: r.ID, text: r.Text})
		}
	default:
		rows, err := s.customers(ctx, ids, lock)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			docs = append(docs, r.document())
		}
	}
	return docs, nil
}

// after lists the next ids of a kind of things.
func (s *Service) after(ctx context.Context, p part, last int64, limit int) ([]int64, error) {
	return db.All[int64](ctx, s.db, "SELECT id FROM "+sources[p]+" WHERE id > ? ORDER BY id LIMIT ?", last, limit)
}

// newest is the highest id of a kind of things, 0 when there is none.
func (s *Service) newest(ctx context.Context, p part) (int64, error) {
	return db.One[int64](ctx, s.db, "SELECT COALESCE(MAX(id), 0) FROM "+sources[p])
}

// sources are the tables whose rows the indexes are about.
var sources = [parts]string{ticketPart: "ticket", messagePart: "message", customerPart: "customer"}

// indexes are the tables of the indexes.
var indexes = [parts]string{ticketPart: "search_ticket", messagePart: "search_message", customerPart: "search_customer"}

// messagesOf lists the messages of tickets.
func (s *Service) messagesOf(ctx context.Context, tickets []int64) ([]int64, error) {
	q := db.In(db.New("SELECT id FROM message WHERE 1 = 1"), "AND ticket_id IN", tickets)
	return db.All[int64](ctx, s.db, q.String(), q.Args()...)
}

// indexed is the position of the journal up to which the indexes are true.
func (s *Service) indexed(ctx context.Context) (int64, error) {
	pos, err := db.One[int64](ctx, s.db, "SELECT pos FROM journal_follower WHERE name = ?", followerName)
	if errors.Is(err, db.ErrNotFound) {
		return 0, nil
	}
	return pos, err
}

// state is in which form the entries are, and how far they have been made anew.
type state struct {
	Built  int64 `db:"built"`  // the version of all entries
	Making int64 `db:"making"` // the version in which they are being made; 0 when none are
	Part   int64 `db:"part"`
	Last   int64 `db:"last_id"`

	BuiltAt time.Time `db:"built_at"`
}

// state reads the state; ok is false when there is none yet.
func (s *Service) state(ctx context.Context, lock string) (st state, ok bool, err error) {
	st, err = db.One[state](ctx, s.db, "SELECT "+db.Cols[state]()+" FROM search_state WHERE id = 1 "+lock)
	if errors.Is(err, db.ErrNotFound) {
		return st, false, nil
	}
	return st, err == nil, err
}

func (s *Service) saveState(ctx context.Context, st state) error {
	_, err := db.Exec(ctx, s.db, `INSERT INTO search_state (id, built, making, part, last_id, built_at) VALUES (1, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET built = excluded.built, making = excluded.making, part = excluded.part,
			last_id = excluded.last_id, built_at = excluded.built_at`,
		st.Built, st.Making, st.Part, st.Last, st.BuiltAt)
	return err
}

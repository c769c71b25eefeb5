package portrait

import (
	"context"
	"encoding/json"
	"time"

	"heed/internal/kernel/event"
	"heed/internal/people/customer"
	"heed/internal/platform/db"
	"heed/internal/work/ticket"
)

// whose says by which column a customer's tickets are found.
type whose struct {
	id           int64
	organization bool
}

func ofCustomer(c customer.Customer) whose { return whose{c.ID, c.Kind == customer.Organization} }

// add narrows a statement on ticket to a customer's tickets that may be seen.
func (w whose) add(q *db.Query, v sight) *db.Query {
	q.If(w.organization, "organization_id > 0 AND organization_id = ?", w.id)
	q.If(!w.organization, "customer_id > 0 AND customer_id = ?", w.id)
	return v.add(q)
}

func (v sight) add(q *db.Query) *db.Query {
	q.If(v.none, "AND 1 = 0").If(v.creator != 0, "AND creator_id > 0 AND creator_id = ?", v.creator)
	if len(v.hidden) > 0 {
		q = db.In(q, "AND team_id NOT IN", v.hidden)
	}
	return q
}

type row struct {
	ID            int64     `db:"id"`
	Subject       string    `db:"subject"`
	Status        string    `db:"status"`
	CustomerID    int64     `db:"customer_id"`
	Preview       string    `db:"preview"`
	LastBy        string    `db:"last_by"`
	LastMessageAt time.Time `db:"last_message_at"`
	CreatedAt     time.Time `db:"created_at"`
	UpdatedAt     time.Time `db:"updated_at"`
}

func (r row) matter() Matter {
	return Matter{r.ID, ticket.Ticket{ID: r.ID}.Number(), r.Subject, ticket.Status(r.Status), r.CreatedAt, r.UpdatedAt}
}

// Which tickets, and in which order.
const (
	onlyOpen    = "AND shelf < 2 ORDER BY updated_at DESC, id DESC LIMIT ?"
	newestFirst = "ORDER BY id DESC LIMIT ?"
	lastSaid    = "AND message_count > 0 ORDER BY last_message_at DESC, id DESC LIMIT ?"
)

func (s *Service) tickets(ctx context.Context, of whose, v sight, which string, limit int) ([]row, error) {
	q := of.add(db.New("SELECT "+db.Cols[row]()+" FROM ticket WHERE"), v).Add(which, limit)
	return db.All[row](ctx, s.db, q.String(), q.Args()...)
}

func (s *Service) byIDs(ctx context.Context, ids []int64, v sight) ([]row, error) {
	q := v.add(db.In(db.New("SELECT "+db.Cols[row]()+" FROM ticket WHERE"), "id IN", ids))
	return db.All[row](ctx, s.db, q.String(), q.Args()...)
}

// count looks at each ticket of one customer.
func (s *Service) count(ctx context.Context, of whose, v sight) (open, total int64, err error) {
	type counts struct {
		Open  int64 `db:"open_n"`
		Total int64 `db:"total_n"`
	}
	q := of.add(db.New("SELECT COALESCE(SUM(CASE WHEN shelf < 2 THEN 1 ELSE 0 END), 0) AS open_n, COUNT(*) AS total_n FROM ticket WHERE"), v)
	n, err := db.One[counts](ctx, s.db, q.String(), q.Args()...)
	return n.Open, n.Total, err
}

func (s *Service) anySolved(ctx context.Context, of whose) (bool, error) {
	q := of.add(db.New("SELECT id FROM ticket WHERE"), sight{}).Add("AND solved_at > 0 LIMIT 1")
	ids, err := db.All[int64](ctx, s.db, q.String(), q.Args()...)
	return len(ids) > 0, err
}

// each gives for each of some customers how many of his tickets are open, and
// the newest one.
func (s *Service) each(ctx context.Context, cs []customer.Customer, v sight) (open map[int64]int64, last map[int64]Matter, err error) {
	open, last = map[int64]int64{}, map[int64]Matter{}
	var persons, organizations []int64
	for _, c := range cs {
		if c.Kind == customer.Organization {
			organizations = append(organizations, c.ID)
		} else {
			persons = append(persons, c.ID)
		}
	}
	type sum struct {
		Customer int64 `db:"customer"`
		Open     int64 `db:"open_n"`
		Newest   int64 `db:"newest"`
	}
	of := map[int64]int64{}
	for column, ids := range map[string][]int64{"customer_id": persons, "organization_id": organizations} {
		if len(ids) == 0 {
			continue
		}
		q := db.New("SELECT " + column + " AS customer, COALESCE(SUM(CASE WHEN shelf < 2 THEN 1 ELSE 0 END), 0) AS open_n, MAX(id) AS newest FROM ticket WHERE " + column + " > 0")
		q = v.add(db.In(q, "AND "+column+" IN", ids)).Add("GROUP BY " + column)
		sums, err := db.All[sum](ctx, s.db, q.String(), q.Args()...)
		if err != nil {
			return nil, nil, err
		}
		for _, n := range sums {
			open[n.Customer], of[n.Newest] = n.Open, n.Customer
		}
	}
	ids := make([]int64, 0, len(of))
	owner := map[int64][]int64{}
	for id, c := range of {
		ids, owner[id] = append(ids, id), append(owner[id], c)
	}
	if len(ids) == 0 {
		return open, last, nil
	}
	rows, err := s.byIDs(ctx, ids, v)
	for _, r := range rows {
		for _, c := range owner[r.ID] {
			last[c] = r.matter()
		}
	}
	return open, last, err
}

type eventRow struct {
	Pos       int64     `db:"pos"`
	At        time.Time `db:"at"`
	ActorKind string    `db:"actor_kind"`
	ActorID   int64     `db:"actor_id"`
	ActorName string    `db:"actor_name"`
	Kind      string    `db:"kind"`
	AboutKind string    `db:"about_kind"`
	AboutID   int64     `db:"about_id"`
	Customer  int64     `db:"customer_id"`
	Data      string    `db:"data"`
}

func (r eventRow) event() event.Event {
	return event.Event{
		Pos: r.Pos, At: r.At, Actor: event.Actor{Kind: r.ActorKind, ID: r.ActorID, Name: r.ActorName}, Kind: r.Kind,
		About: event.Ref{Kind: r.AboutKind, ID: r.AboutID}, Customer: r.Customer, Data: json.RawMessage(r.Data),
	}
}

// journeyers is who belongs to a customer's journey: he, for an organization
// its people, and every record that has become part of one of them.
const journeyers = `WITH RECURSIVE who (id) AS (
	SELECT id FROM customer WHERE id = ?
	UNION SELECT person_id FROM customer_affiliation WHERE organization_id = ?
	UNION SELECT c.id FROM customer AS c JOIN who ON c.merged_into = who.id WHERE c.merged_into > 0
) `

// journey reads the newest events of a customer's journey below a position.
func (s *Service) journey(ctx context.Context, id int64, begins string, before int64, limit int) ([]event.Event, error) {
	q := db.New(journeyers+"SELECT "+db.Cols[eventRow]()+" FROM journal WHERE customer_id > 0 AND customer_id IN (SELECT id FROM who) AND pos IS NOT NULL", id, id)
	q.If(begins != "", "AND kind >= ? AND kind < ?", begins, begins+"\U0010FFFF").If(before > 0, "AND pos < ?", before)
	q.Add("ORDER BY pos DESC LIMIT ?", limit)
	rows, err := db.All[eventRow](ctx, s.db, q.String(), q.Args()...)
	out := make([]event.Event, len(rows))
	for i, r := range rows {
		out[i] = r.event()
	}
	return out, err
}

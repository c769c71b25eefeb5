package desk

import (
	"context"
	"errors"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
	"heed/internal/work/ticket"
)

// Migrations gives the schema of what this slice writes: which first steps an
// agent has marked as done, and whether he has put the list away.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "desk", N: 1, SQL: `
CREATE TABLE onboarding_mark (agent_id $int NOT NULL, mark $text NOT NULL, at $time NOT NULL, PRIMARY KEY (agent_id, mark)) $end;`}}
}

// row is a ticket with the names that a list shows.
type row struct {
	ID             int64             `db:"id"`
	Subject        string            `db:"subject"`
	Status         string            `db:"status"`
	Rank           ticket.Priority   `db:"rank"`
	Channel        string            `db:"channel"`
	CustomerID     int64             `db:"customer_id"`
	CustomerName   string            `db:"customer_name"`
	CustomerKind   string            `db:"customer_kind"`
	OrganizationID int64             `db:"organization_id"`
	Organization   string            `db:"organization_name"`
	TeamID         int64             `db:"team_id"`
	OwnerID        int64             `db:"owner_id"`
	CreatorID      int64             `db:"creator_id"`
	Tags           db.JSON[[]string] `db:"tags"`
	Preview        string            `db:"preview"`
	LastBy         string            `db:"last_by"`
	LastMessageAt  time.Time         `db:"last_message_at"`
	MessageCount   int64             `db:"message_count"`
	IncomingCount  int64             `db:"incoming_count"`
	SnoozedUntil   int64             `db:"snoozed_until"`
	CreatedAt      time.Time         `db:"created_at"`
	UpdatedAt      time.Time         `db:"updated_at"`
	Version        int64             `db:"version"`
	TypeID         int64             `db:"type_id"`
	Severity       int64             `db:"severity"`
	Score          int64             `db:"score"` // with the other sign
	Place          string            `db:"place"`
}

// viewed is a row with what is the viewer's own.
type viewed struct {
	row
	Seen  int64 `db:"seen"`
	Draft bool  `db:"draft"`
}

const rowColumns = `t.id, t.subject, t.status, t.rank, t.channel, t.customer_id, COALESCE(c.name, '') AS customer_name,
	COALESCE(c.kind, '') AS customer_kind, t.organization_id, COALESCE(o.name, '') AS organization_name, t.team_id, t.owner_id, t.creator_id,
	t.tags, t.preview, t.last_by, t.last_message_at, t.message_count, t.incoming_count, t.snoozed_until, t.created_at, t.updated_at, t.version,
	t.type_id, t.severity, t.score, t.place`

const rowTables = ` FROM ticket AS t LEFT JOIN customer AS c ON c.id = t.customer_id LEFT JOIN customer AS o ON o.id = t.organization_id`

// selectViewed wants the viewer's id twice.
const selectViewed = "SELECT " + rowColumns + `, COALESCE(r.incoming_count, 0) AS seen,
	EXISTS (SELECT 1 FROM draft AS d WHERE d.ticket_id = t.id AND d.agent_id = ?) AS draft` + rowTables +
	" LEFT JOIN ticket_read AS r ON r.ticket_id = t.id AND r.agent_id = ?"

func (r row) base() Base {
	b := Base{TeamID: r.TeamID, CreatorID: r.CreatorID, Incoming: r.IncomingCount, Row: TicketRow{
		ID: r.ID, Number: ticket.Ticket{ID: r.ID}.Number(), Subject: r.Subject, Status: ticket.Status(r.Status), Priority: r.Rank, Channel: r.Channel,
		TeamID: orNull(r.TeamID), OwnerID: orNull(r.OwnerID), Tags: r.Tags.V, Preview: r.Preview, LastBy: r.LastBy,
		LastMessageAt: r.LastMessageAt, MessageCount: r.MessageCount, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: r.Version,
		TypeID: orNull(r.TypeID), Severity: orNull(r.Severity), Score: -r.Score, Place: r.Place,
	}}
	if r.CustomerID != 0 && r.CustomerKind != "" {
		b.Row.Customer = &Person{r.CustomerID, r.CustomerName, r.CustomerKind}
	}
	if r.OrganizationID != 0 && r.Organization != "" {
		b.Row.Organization = &Organization{r.OrganizationID, r.Organization}
	}
	if r.SnoozedUntil != 0 {
		until := time.UnixMicro(r.SnoozedUntil).UTC()
		b.Row.SnoozedUntil = &until
	}
	return b
}

func orNull[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}

// base reads one ticket's row.
func (s *Service) base(ctx context.Context, id int64) (Base, error) {
	r, err := db.One[row](ctx, s.db, "SELECT "+rowColumns+rowTables+" WHERE t.id = ?", id)
	if errors.Is(err, db.ErrNotFound) {
		return Base{}, fault.NotFound("ticket.not_found")
	}
	return r.base(), err
}

// person gives a customer as a ticket names him; nil when there is none.
func (s *Service) person(ctx context.Context, id int64) (*Person, error) {
	if id == 0 {
		return nil, nil //nolint:nilnil // nobody is no fault
	}
	p, err := db.One[Person](ctx, s.db, "SELECT id, name, kind FROM customer WHERE id = ?", id)
	if errors.Is(err, db.ErrNotFound) {
		return nil, nil //nolint:nilnil // nobody is no fault
	}
	return &p, err
}

// typesUnder gives a type with all that stand below it.
func (s *Service) typesUnder(ctx context.Context, id int64) ([]int64, error) {
	under, err := db.All[int64](ctx, s.db, `SELECT id FROM ticket_type WHERE parent_id = ?
		UNION SELECT id FROM ticket_type WHERE parent_id IN (SELECT p.id FROM ticket_type AS p WHERE p.parent_id = ?)`, id, id)
	return append(under, id), err
}

type mark struct {
	AgentID int64 `db:"agent_id"`
	Seen    int64 `db:"incoming_count"`
}

// seen gives how much of a ticket's incoming messages the agents have seen.
func (s *Service) seen(ctx context.Context, id int64, agents []int64) (map[int64]int64, error) {
	q := db.In(db.New("SELECT agent_id, incoming_count FROM ticket_read WHERE ticket_id = ?", id), "AND agent_id IN", agents)
	rows, err := db.All[mark](ctx, s.db, q.String(), q.Args()...)
	out := make(map[int64]int64, len(rows))
	for _, r := range rows {
		out[r.AgentID] = r.Seen
	}
	return out, err
}

type arrival struct {
	ID int64     `db:"id"`
	At time.Time `db:"created_at"`
}

// joined gives when the agents came to the firm.
func (s *Service) joined(ctx context.Context, agents []int64) (map[int64]time.Time, error) {
	q := db.In(db.New("SELECT id, created_at FROM agent WHERE 1 = 1"), "AND id IN", agents)
	rows, err := db.All[arrival](ctx, s.db, q.String(), q.Args()...)
	out := make(map[int64]time.Time, len(rows))
	for _, r := range rows {
		out[r.ID] = r.At
	}
	return out, err
}

// drafting gives the agents who have a draft on a ticket.
func (s *Service) drafting(ctx context.Context, id int64) (map[int64]bool, error) {
	agents, err := db.All[int64](ctx, s.db, "SELECT agent_id FROM draft WHERE ticket_id = ?", id)
	out := make(map[int64]bool, len(agents))
	for _, a := range agents {
		out[a] = true
	}
	return out, err
}

// incomingTo counts the customer's messages on a ticket up to one of them.
func (s *Service) incomingTo(ctx context.Context, id, message int64) (int64, error) {
	return db.One[int64](ctx, s.db, "SELECT COUNT(*) FROM message WHERE ticket_id = ? AND id <= ? AND kind = 'incoming'", id, message)
}

// queueOwner is who answers for the tickets that nobody has (R315): the lead of
// the team, and for the firm's own queue and a team without a lead the
// administrator who has been there longest. 0 is nobody.
func (s *Service) queueOwner(ctx context.Context, team int64) (int64, error) {
	lead, err := db.One[int64](ctx, s.db, `SELECT t.lead_id FROM team AS t JOIN agent AS a ON a.id = t.lead_id
		WHERE t.id = ? AND a.state = 'active'`, team)
	if errors.Is(err, db.ErrNotFound) {
		lead, err = db.One[int64](ctx, s.db, "SELECT id FROM agent WHERE role = 'administrator' AND state = 'active' ORDER BY id LIMIT 1")
	}
	if errors.Is(err, db.ErrNotFound) {
		return 0, nil
	}
	return lead, err
}

// team is a team as a view shows it.
type team struct {
	ID      int64  `db:"id"`
	Name    string `db:"name"`
	Private bool   `db:"private"`
}

func (s *Service) loadTeams(ctx context.Context) ([]team, error) {
	return db.All[team](ctx, s.db, "SELECT id, name, private FROM team WHERE NOT archived ORDER BY name_fold, id")
}

// loadGroups reads the counter table with its shards added up.
func (s *Service) loadGroups(ctx context.Context) ([]group, error) {
	return db.All[group](ctx, s.db, `SELECT team_id, owner_id, status, snoozed, CAST(SUM(n) AS BIGINT) AS n FROM ticket_counter
		GROUP BY team_id, owner_id, status, snoozed HAVING SUM(n) <> 0`)
}

func (s *Service) loadRegistered(ctx context.Context) ([]registered, error) {
	return db.All[registered](ctx, s.db, `SELECT agent_id, team_id, CAST(SUM(n) AS BIGINT) AS n FROM ticket_creator
		GROUP BY agent_id, team_id HAVING SUM(n) <> 0`)
}

// customerKind is person or organization, "" when there is no such customer.
func (s *Service) customerKind(ctx context.Context, id int64) (string, error) {
	kind, err := db.One[string](ctx, s.db, "SELECT kind FROM customer WHERE id = ?", id)
	if errors.Is(err, db.ErrNotFound) {
		return "", nil
	}
	return kind, err
}

type summary struct {
	Open  int64 `db:"open_n"`
	Total int64 `db:"total_n"`
	Last  int64 `db:"last_at"`
}

// summarize counts the tickets of one customer. It looks at each of them, which
// is right for one customer's page and wrong for a list of customers.
func (s *Service) summarize(ctx context.Context, organization bool, customer, creator int64, hidden []int64) (summary, error) {
	q := db.New(`SELECT COALESCE(SUM(CASE WHEN shelf < 2 THEN 1 ELSE 0 END), 0) AS open_n, COUNT(*) AS total_n,
		COALESCE(MAX(created_at), 0) AS last_at FROM ticket`)
	q.If(organization, "WHERE organization_id > 0 AND organization_id = ?", customer)
	q.If(!organization, "WHERE customer_id > 0 AND customer_id = ?", customer)
	q.If(creator != 0, "AND creator_id = ?", creator)
	if len(hidden) > 0 {
		db.In(q, "AND team_id NOT IN", hidden)
	}
	return db.One[summary](ctx, s.db, q.String(), q.Args()...)
}

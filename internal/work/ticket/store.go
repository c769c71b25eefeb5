package ticket

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
	"heed/internal/platform/text"
)

// Migrations gives the schema of tickets.
//
// shelf is where a ticket lies for the lists (see Shelf); partial indexes name
// its values literally. One index for each scope (all, owner, team) and order
// (updated, created, rank) keeps every list a walk along an index; they are
// partial, so that they hold the open tickets alone. score is stored with the
// other sign, so that an index by rank has the most points first.
//
// ticket_field holds, folded, what was written down about a ticket: the fields
// of its type, its place (PlaceField) and answers to questions (AnswerField).
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "ticket", N: 1, SQL: `
CREATE TABLE ticket (
	id $id,
	subject $text NOT NULL, status $text NOT NULL, rank $int NOT NULL, channel $text NOT NULL, shelf $int NOT NULL,
	customer_id $int NOT NULL, organization_id $int NOT NULL, team_id $int NOT NULL, owner_id $int NOT NULL,
	mailbox_id $int NOT NULL, tags $json NOT NULL, result_code $text NOT NULL, result_text $text NOT NULL,
	snoozed_until $time NOT NULL, preview $text NOT NULL, last_by $text NOT NULL, last_message_at $time NOT NULL,
	message_count $int NOT NULL, incoming_count $int NOT NULL, begun $bool NOT NULL,
	created_by_kind $text NOT NULL, created_by_id $int NOT NULL, created_by_name $text NOT NULL, creator_id $int NOT NULL,
	created_at $time NOT NULL, updated_at $time NOT NULL, solved_at $time NOT NULL, closed_at $time NOT NULL,
	version $int NOT NULL
) $end;
CREATE INDEX ticket_open_updated ON ticket (updated_at, id) WHERE shelf = 0;
CREATE INDEX ticket_open_created ON ticket (created_at, id) WHERE shelf = 0;
CREATE INDEX ticket_open_rank ON ticket (rank, created_at, id) WHERE shelf = 0;
CREATE INDEX ticket_owner_updated ON ticket (owner_id, updated_at, id) WHERE shelf = 0;
CREATE INDEX ticket_owner_created ON ticket (owner_id, created_at, id) WHERE shelf = 0;
CREATE INDEX ticket_owner_rank ON ticket (owner_id, rank, created_at, id) WHERE shelf = 0;
CREATE INDEX ticket_team_updated ON ticket (team_id, updated_at, id) WHERE shelf = 0;
CREATE INDEX ticket_team_created ON ticket (team_id, created_at, id) WHERE shelf = 0;
CREATE INDEX ticket_team_rank ON ticket (team_id, rank, created_at, id) WHERE shelf = 0;
CREATE INDEX ticket_open_status ON ticket (status, updated_at, id, owner_id, team_id) WHERE shelf = 0;
CREATE INDEX ticket_snoozed ON ticket (updated_at, id) WHERE shelf = 1;
CREATE INDEX ticket_done ON ticket (updated_at, id) WHERE shelf = 2;
CREATE INDEX ticket_updated ON ticket (updated_at, id);
CREATE INDEX ticket_created ON ticket (created_at, id);
CREATE INDEX ticket_rank ON ticket (rank, created_at, id);
CREATE INDEX ticket_creator_updated ON ticket (creator_id, updated_at, id) WHERE creator_id > 0;
CREATE INDEX ticket_creator_created ON ticket (creator_id, created_at, id) WHERE creator_id > 0;
CREATE INDEX ticket_customer ON ticket (customer_id, updated_at, id) WHERE customer_id > 0;
CREATE INDEX ticket_organization ON ticket (organization_id, updated_at, id) WHERE organization_id > 0;
CREATE TABLE ticket_tag (ticket_id $int NOT NULL, tag $text NOT NULL, PRIMARY KEY (tag, ticket_id)) $end;
CREATE INDEX ticket_tag_ticket ON ticket_tag (ticket_id);
CREATE TABLE ticket_read (
	agent_id $int NOT NULL, ticket_id $int NOT NULL, incoming_count $int NOT NULL, at $time NOT NULL,
	PRIMARY KEY (ticket_id, agent_id)
) $end;
CREATE TABLE ticket_counter (
	team_id $int NOT NULL, owner_id $int NOT NULL, status $text NOT NULL, snoozed $bool NOT NULL, shard $int NOT NULL, n $int NOT NULL,
	PRIMARY KEY (team_id, owner_id, status, snoozed, shard)
) $end;
CREATE TABLE ticket_creator (
	agent_id $int NOT NULL, team_id $int NOT NULL, shard $int NOT NULL, n $int NOT NULL,
	PRIMARY KEY (agent_id, team_id, shard)
) $end;`}, judgedMigration(), movedMigration()}
}

// judgedMigration adds what a ticket is about and how much hangs on it.
func judgedMigration() db.Migration {
	return db.Migration{Slice: "ticket", N: 2, SQL: `
ALTER TABLE ticket ADD COLUMN type_id $int NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN severity $int NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN severity_reason $text NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN criticality $int NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN priority_by $text NOT NULL DEFAULT 'rule';
ALTER TABLE ticket ADD COLUMN priority_reason $text NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN score $int NOT NULL DEFAULT -30;
ALTER TABLE ticket ADD COLUMN user_id $int NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN payer_id $int NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN place $text NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN spent_seconds $int NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN first_contact $bool NOT NULL DEFAULT FALSE;
ALTER TABLE ticket ADD COLUMN fields $json NOT NULL DEFAULT '{}';
ALTER TABLE ticket ADD COLUMN checklist $json NOT NULL DEFAULT '[]';
ALTER TABLE ticket ADD COLUMN product_id $int NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN dealer_id $int NOT NULL DEFAULT 0;
ALTER TABLE ticket ADD COLUMN result_note $text NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN symptom $text NOT NULL DEFAULT '';
UPDATE ticket SET priority_by = 'person' WHERE rank <> 2;
DROP INDEX ticket_open_rank;
DROP INDEX ticket_owner_rank;
DROP INDEX ticket_team_rank;
DROP INDEX ticket_rank;
CREATE INDEX ticket_open_rank ON ticket (rank, score, created_at, id) WHERE shelf = 0;
CREATE INDEX ticket_owner_rank ON ticket (owner_id, rank, score, created_at, id) WHERE shelf = 0;
CREATE INDEX ticket_team_rank ON ticket (team_id, rank, score, created_at, id) WHERE shelf = 0;
CREATE INDEX ticket_rank ON ticket (rank, score, created_at, id);
CREATE INDEX ticket_type_updated ON ticket (type_id, updated_at, id) WHERE type_id > 0;
CREATE TABLE ticket_field (ticket_id $int NOT NULL, field $text NOT NULL, value $text NOT NULL, PRIMARY KEY (field, value, ticket_id)) $end;
CREATE INDEX ticket_field_ticket ON ticket_field (ticket_id);
`}
}

// movedMigration adds what is needed to follow a customer who is merged.
func movedMigration() db.Migration {
	return db.Migration{Slice: "ticket", N: 3, SQL: `
CREATE INDEX ticket_user ON ticket (user_id, id) WHERE user_id > 0;
CREATE INDEX ticket_payer ON ticket (payer_id, id) WHERE payer_id > 0;
CREATE TABLE ticket_moved (merge_id $int NOT NULL, ticket_id $int NOT NULL, part $text NOT NULL, PRIMARY KEY (merge_id, ticket_id, part)) $end;
CREATE INDEX ticket_moved_ticket ON ticket_moved (ticket_id);
`}
}

// Scan reads a stored rank.
func (p *Priority) Scan(src any) error {
	rank, ok := src.(int64)
	if !ok || rank < 0 || rank >= int64(len(Priorities())) {
		return fmt.Errorf("ticket: %v is no rank", src)
	}
	*p = Priorities()[rank]
	return nil
}

// Value stores the rank.
func (p Priority) Value() (driver.Value, error) { return p.Rank(), nil }

// moment stores a time that may not have been: 0 then, so that an ordered
// column holds no NULL.
type moment int64

func momentOf(t time.Time) moment {
	if t.IsZero() {
		return 0
	}
	return moment(t.UnixMicro())
}

func (m moment) time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(m)).UTC()
}

type row struct {
	ID             int64             `db:"id"`
	Subject        string            `db:"subject"`
	Status         string            `db:"status"`
	Rank           Priority          `db:"rank"`
	Channel        string            `db:"channel"`
	Shelf          int64             `db:"shelf"`
	CustomerID     int64             `db:"customer_id"`
	OrganizationID int64             `db:"organization_id"`
	TeamID         int64             `db:"team_id"`
	OwnerID        int64             `db:"owner_id"`
	MailboxID      int64             `db:"mailbox_id"`
	Tags           db.JSON[[]string] `db:"tags"`
	ResultCode     string            `db:"result_code"`
	ResultText     string            `db:"result_text"`
	SnoozedUntil   int64             `db:"snoozed_until"`
	Preview        string            `db:"preview"`
	LastBy         string            `db:"last_by"`
	LastMessageAt  time.Time         `db:"last_message_at"`
	MessageCount   int64             `db:"message_count"`
	IncomingCount  int64             `db:"incoming_count"`
	Begun          bool              `db:"begun"`
	CreatedByKind  string            `db:"created_by_kind"`
	CreatedByID    int64             `db:"created_by_id"`
	CreatedByName  string            `db:"created_by_name"`
	CreatorID      int64             `db:"creator_id"`
	CreatedAt      time.Time         `db:"created_at"`
	UpdatedAt      time.Time         `db:"updated_at"`
	SolvedAt       int64             `db:"solved_at"`
	ClosedAt       int64             `db:"closed_at"`
	Version        int64             `db:"version"`

	TypeID         int64                      `db:"type_id"`
	Severity       int64                      `db:"severity"`
	SeverityReason string                     `db:"severity_reason"`
	Criticality    int64                      `db:"criticality"`
	PriorityBy     string                     `db:"priority_by"`
	PriorityReason string                     `db:"priority_reason"`
	Score          int64                      `db:"score"`
	UserID         int64                      `db:"user_id"`
	PayerID        int64                      `db:"payer_id"`
	Place          string                     `db:"place"`
	SpentSeconds   int64                      `db:"spent_seconds"`
	FirstContact   bool                       `db:"first_contact"`
	Fields         db.JSON[map[string]string] `db:"fields"`
	Checklist      db.JSON[[]string]          `db:"checklist"`
	ProductID      int64                      `db:"product_id"`
	DealerID       int64                      `db:"dealer_id"`
	ResultNote     string                     `db:"result_note"`
	Symptom        string                     `db:"symptom"`
}

func rowOf(t Ticket) row {
	return row{
		ID: t.ID, Subject: t.Subject, Status: string(t.Status), Rank: t.Priority, Channel: t.Channel, Shelf: int64(t.Shelf()),
		CustomerID: t.CustomerID, OrganizationID: t.OrganizationID, TeamID: t.TeamID, OwnerID: t.OwnerID, MailboxID: t.MailboxID,
		Tags: db.JSON[[]string]{V: t.Tags}, ResultCode: t.ResultCode, ResultText: t.ResultText, SnoozedUntil: int64(momentOf(t.SnoozedUntil)),
		Preview: t.Preview, LastBy: t.LastBy, LastMessageAt: t.LastMessageAt, MessageCount: t.MessageCount, IncomingCount: t.IncomingCount,
		Begun: t.Begun, CreatedByKind: string(t.CreatedBy.Kind), CreatedByID: t.CreatedBy.ID, CreatedByName: t.CreatedBy.Name,
		CreatorID: t.CreatorID(), CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt,
		SolvedAt: int64(momentOf(t.SolvedAt)), ClosedAt: int64(momentOf(t.ClosedAt)), Version: t.Version,
		TypeID: t.TypeID, Severity: t.Severity, SeverityReason: t.SeverityReason, Criticality: t.Criticality,
		PriorityBy: t.PriorityBy, PriorityReason: t.PriorityReason, Score: -t.Score, UserID: t.UserID, PayerID: t.PayerID,
		Place: t.Place, SpentSeconds: t.SpentSeconds, FirstContact: t.FirstContact,
		Fields: db.JSON[map[string]string]{V: merged(nil, t.Fields)}, Checklist: db.JSON[[]string]{V: tidyKeys(t.Checklist)},
		ProductID: t.ProductID, DealerID: t.DealerID, ResultNote: t.ResultNote, Symptom: t.Symptom,
	}
}

func (r row) ticket() Ticket {
	return Ticket{
		ID: r.ID, Subject: r.Subject, Status: Status(r.Status), Priority: r.Rank, Channel: r.Channel,
		CustomerID: r.CustomerID, OrganizationID: r.OrganizationID, TeamID: r.TeamID, OwnerID: r.OwnerID, MailboxID: r.MailboxID,
		Tags: r.Tags.V, ResultCode: r.ResultCode, ResultText: r.ResultText, SnoozedUntil: moment(r.SnoozedUntil).time(),
		Preview: r.Preview, LastBy: r.LastBy, LastMessageAt: r.LastMessageAt, MessageCount: r.MessageCount, IncomingCount: r.IncomingCount,
		Begun: r.Begun, CreatedBy: By{actor.Kind(r.CreatedByKind), r.CreatedByID, r.CreatedByName},
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, SolvedAt: moment(r.SolvedAt).time(), ClosedAt: moment(r.ClosedAt).time(),
		Version: r.Version,
		Judged: Judged{
			TypeID: r.TypeID, Severity: r.Severity, SeverityReason: r.SeverityReason, Criticality: r.Criticality,
			PriorityBy: r.PriorityBy, PriorityReason: r.PriorityReason, Score: -r.Score, UserID: r.UserID, PayerID: r.PayerID,
			Place: r.Place, SpentSeconds: r.SpentSeconds, FirstContact: r.FirstContact, Fields: r.Fields.V, Checklist: r.Checklist.V,
			ProductID: r.ProductID, DealerID: r.DealerID, ResultNote: r.ResultNote, Symptom: r.Symptom,
		},
	}
}

// load reads a ticket. Inside a Write it also keeps others from changing it
// until the transaction ends.
func (s *Service) load(ctx context.Context, id int64, lock bool) (Ticket, error) {
	q := "SELECT " + db.Cols[row]() + " FROM ticket WHERE id = ?"
	if lock && s.db.Postgres() {
		q += " FOR UPDATE"
	}
	r, err := db.One[row](ctx, s.db, q, id)
	if errors.Is(err, db.ErrNotFound) {
		return Ticket{}, fault.NotFound("ticket.not_found")
	}
	return r.ticket(), err
}

func (s *Service) insert(ctx context.Context, t Ticket) (Ticket, error) {
	r := rowOf(t)
	var err error
	if t.ID, err = db.Insert(ctx, s.db, "ticket", &r); err != nil {
		return t, err
	}
	if err := s.tag(ctx, t.ID, nil, t.Tags); err != nil {
		return t, err
	}
	if err := s.find(ctx, t.ID, nil, t.findable()); err != nil {
		return t, err
	}
	return t, s.count(ctx, nil, &t)
}

// column is one changeable column with its values before and after.
type column struct {
	name    string
	was, is any
}

// update writes what is different, and only that: SQLite rewrites the entry of
// every index that has a column in SET, changed or not.
func (s *Service) update(ctx context.Context, old, t Ticket) error {
	a, b := rowOf(old), rowOf(t)
	q := db.New("UPDATE ticket SET version = ?", b.Version)
	for _, c := range []column{
		{"subject", a.Subject, b.Subject},
		{"status", a.Status, b.Status},
		{"rank", a.Rank, b.Rank},
		{"shelf", a.Shelf, b.Shelf},
		{"customer_id", a.CustomerID, b.CustomerID},
		{"organization_id", a.OrganizationID, b.OrganizationID},
		{"team_id", a.TeamID, b.TeamID},
		{"owner_id", a.OwnerID, b.OwnerID},
		{"mailbox_id", a.MailboxID, b.MailboxID},
		{"result_code", a.ResultCode, b.ResultCode},
		{"result_text", a.ResultText, b.ResultText},
		{"snoozed_until", a.SnoozedUntil, b.SnoozedUntil},
		{"preview", a.Preview, b.Preview},
		{"last_by", a.LastBy, b.LastBy},
		{"last_message_at", a.LastMessageAt, b.LastMessageAt},
		{"message_count", a.MessageCount, b.MessageCount},
		{"incoming_count", a.IncomingCount, b.IncomingCount},
		{"begun", a.Begun, b.Begun},
		{"updated_at", a.UpdatedAt, b.UpdatedAt},
		{"solved_at", a.SolvedAt, b.SolvedAt},
		{"closed_at", a.ClosedAt, b.ClosedAt},
		{"type_id", a.TypeID, b.TypeID},
		{"severity", a.Severity, b.Severity},
		{"severity_reason", a.SeverityReason, b.SeverityReason},
		{"criticality", a.Criticality, b.Criticality},
		{"priority_by", a.PriorityBy, b.PriorityBy},
		{"priority_reason", a.PriorityReason, b.PriorityReason},
		{"score", a.Score, b.Score},
		{"user_id", a.UserID, b.UserID},
		{"payer_id", a.PayerID, b.PayerID},
		{"place", a.Place, b.Place},
		{"spent_seconds", a.SpentSeconds, b.SpentSeconds},
		{"first_contact", a.FirstContact, b.FirstContact},
		{"product_id", a.ProductID, b.ProductID},
		{"dealer_id", a.DealerID, b.DealerID},
		{"result_note", a.ResultNote, b.ResultNote},
		{"symptom", a.Symptom, b.Symptom},
	} {
		q.If(c.was != c.is, ", "+c.name+" = ?", c.is)
	}
	q.If(!slices.Equal(old.Tags, t.Tags), ", tags = ?", b.Tags)
	q.If(!maps.Equal(old.Fields, t.Fields), ", fields = ?", b.Fields)
	q.If(!slices.Equal(old.Checklist, t.Checklist), ", checklist = ?", b.Checklist)
	q.Add("WHERE id = ? AND version = ?", t.ID, old.Version)
	n, err := db.Exec(ctx, s.db, q.String(), q.Args()...)
	if err != nil {
		return err
	}
	if n == 0 {
		return db.ErrStale
	}
	if err := s.tag(ctx, t.ID, old.Tags, t.Tags); err != nil {
		return err
	}
	if err := s.find(ctx, t.ID, old.findable(), t.findable()); err != nil {
		return err
	}
	return s.count(ctx, &old, &t)
}

// tag keeps the side table by which tickets are found by a tag in any writing.
func (s *Service) tag(ctx context.Context, id int64, old, now []string) error {
	was, is := folded(old), folded(now)
	for _, tag := range without(was, is) {
		if _, err := db.Exec(ctx, s.db, "DELETE FROM ticket_tag WHERE tag = ? AND ticket_id = ?", tag, id); err != nil {
			return err
		}
	}
	for _, tag := range without(is, was) {
		if _, err := db.Exec(ctx, s.db, "INSERT INTO ticket_tag (tag, ticket_id) VALUES (?, ?)", tag, id); err != nil {
			return err
		}
	}
	return nil
}

func folded(tags []string) []string {
	out := make([]string, len(tags))
	for i, t := range tags {
		out[i] = text.Fold(t)
	}
	return out
}

// shards spread a counter over rows, so that PostgreSQL's writers seldom wait
// for each other's. Readers add them up.
const shards = 8

// counterKey is a row of ticket_counter.
type counterKey struct {
	TeamID  int64  `db:"team_id"`
	OwnerID int64  `db:"owner_id"`
	Status  string `db:"status"`
	Snoozed bool   `db:"snoozed"`
	Shard   int64  `db:"shard"`
}

// creatorKey is a row of ticket_creator.
type creatorKey struct {
	AgentID int64 `db:"agent_id"`
	TeamID  int64 `db:"team_id"`
	Shard   int64 `db:"shard"`
}

func (t Ticket) counter() counterKey {
	return counterKey{t.TeamID, t.OwnerID, string(t.Status), !t.SnoozedUntil.IsZero(), t.ID % shards}
}

func (t Ticket) creator() creatorKey { return creatorKey{t.CreatorID(), t.TeamID, t.ID % shards} }

// count moves a ticket in the counters from where it was to where it is; nil is
// nowhere. It comes last and goes in sorted order, so that transactions hold
// the rows briefly and do not wait for each other in a circle.
func (s *Service) count(ctx context.Context, old, now *Ticket) error {
	inbox, creators := map[counterKey]int64{}, map[creatorKey]int64{}
	for t, d := range map[*Ticket]int64{old: -1, now: +1} {
		if t == nil {
			continue
		}
		inbox[t.counter()] += d
		if t.CreatorID() != 0 {
			creators[t.creator()] += d
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(inbox), compareCounters) {
		if err := s.add(ctx, k, inbox[k]); err != nil {
			return err
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(creators), compareCreators) {
		if err := s.addCreator(ctx, k, creators[k]); err != nil {
			return err
		}
	}
	return nil
}

func compareCounters(a, b counterKey) int {
	snoozed := func(k counterKey) int {
		if k.Snoozed {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(a.TeamID, b.TeamID), cmp.Compare(a.OwnerID, b.OwnerID), strings.Compare(a.Status, b.Status),
		cmp.Compare(snoozed(a), snoozed(b)), cmp.Compare(a.Shard, b.Shard))
}

func compareCreators(a, b creatorKey) int {
	return cmp.Or(cmp.Compare(a.AgentID, b.AgentID), cmp.Compare(a.TeamID, b.TeamID), cmp.Compare(a.Shard, b.Shard))
}

func (s *Service) add(ctx context.Context, k counterKey, n int64) error {
	if n == 0 {
		return nil
	}
	_, err := db.Exec(ctx, s.db, `INSERT INTO ticket_counter (team_id, owner_id, status, snoozed, shard, n) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (team_id, owner_id, status, snoozed, shard) DO UPDATE SET n = ticket_counter.n + excluded.n`,
		k.TeamID, k.OwnerID, k.Status, k.Snoozed, k.Shard, n)
	return err
}

func (s *Service) addCreator(ctx context.Context, k creatorKey, n int64) error {
	if n == 0 {
		return nil
	}
	_, err := db.Exec(ctx, s.db, `INSERT INTO ticket_creator (agent_id, team_id, shard, n) VALUES (?, ?, ?, ?)
		ON CONFLICT (agent_id, team_id, shard) DO UPDATE SET n = ticket_creator.n + excluded.n`,
		k.AgentID, k.TeamID, k.Shard, n)
	return err
}

// markRead notes that an agent has seen this many of the customer's messages;
// a mark never goes back.
func (s *Service) markRead(ctx context.Context, ticketID, agentID, incoming int64, at time.Time) error {
	_, err := db.Exec(ctx, s.db, `INSERT INTO ticket_read (ticket_id, agent_id, incoming_count, at) VALUES (?, ?, ?, ?)
		ON CONFLICT (ticket_id, agent_id) DO UPDATE SET incoming_count = excluded.incoming_count, at = excluded.at
		WHERE ticket_read.incoming_count < excluded.incoming_count`, ticketID, agentID, incoming, at)
	return err
}

// readMark is how many of the customer's messages an agent has seen.
func (s *Service) readMark(ctx context.Context, ticketID, agentID int64) (int64, error) {
	n, err := db.One[int64](ctx, s.db, "SELECT incoming_count FROM ticket_read WHERE ticket_id = ? AND agent_id = ?", ticketID, agentID)
	if errors.Is(err, db.ErrNotFound) {
		return 0, nil
	}
	return n, err
}

// remove deletes a ticket with everything that this slice keeps of it.
func (s *Service) remove(ctx context.Context, t Ticket) error {
	for _, q := range []string{
		"DELETE FROM ticket_tag WHERE ticket_id = ?", "DELETE FROM ticket_field WHERE ticket_id = ?",
		"DELETE FROM ticket_moved WHERE ticket_id = ?", "DELETE FROM ticket_read WHERE ticket_id = ?", "DELETE FROM ticket WHERE id = ?",
	} {
		if _, err := db.Exec(ctx, s.db, q, t.ID); err != nil {
			return err
		}
	}
	return s.count(ctx, &t, nil)
}

// openOf lists the open tickets of an owner.
func (s *Service) openOf(ctx context.Context, owner int64) ([]int64, error) {
	return db.All[int64](ctx, s.db, `SELECT id FROM ticket WHERE owner_id = ? AND shelf = 0
		UNION ALL SELECT id FROM ticket WHERE owner_id = ? AND shelf = 1`, owner, owner)
}

// ownersIn lists the owners of a team's tickets that are open.
func (s *Service) ownersIn(ctx context.Context, team int64) ([]int64, error) {
	return db.All[int64](ctx, s.db, `SELECT DISTINCT owner_id FROM ticket WHERE team_id = ? AND shelf = 0 AND owner_id > 0
		UNION SELECT owner_id FROM ticket WHERE team_id = ? AND shelf = 1 AND owner_id > 0`, team, team)
}

package need

import (
	"context"
	"errors"
	"time"

	"heed/internal/platform/db"
)

// Migrations gives the schema of the needs.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "need", N: 1, SQL: `
CREATE TABLE need (
	id $id, ticket_id $int NOT NULL, own_words $text NOT NULL, restatement $text NOT NULL, intent $text NOT NULL,
	restated_at $time NOT NULL, restated_by $int NOT NULL, restated_name $text NOT NULL,
	confirmed_at $time NOT NULL, confirmed_kind $text NOT NULL, confirmed_by $int NOT NULL, confirmed_name $text NOT NULL, confirmed_via $text NOT NULL,
	corrections $int NOT NULL, correction $text NOT NULL,
	ladder $json NOT NULL, brief $json NOT NULL, answers $json NOT NULL, resolved $json NOT NULL, mood $text NOT NULL,
	skip_reason $text NOT NULL, skipped_at $time NOT NULL, skipped_by $int NOT NULL, skipped_name $text NOT NULL,
	opened_at $time NOT NULL, solved_at $time NOT NULL, updated_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE UNIQUE INDEX need_ticket ON need (ticket_id);
CREATE INDEX need_opened ON need (opened_at);

CREATE TABLE need_mood (
	id $id, ticket_id $int NOT NULL, mood_before $text NOT NULL, mood_after $text NOT NULL, agent_id $int NOT NULL, agent_name $text NOT NULL,
	created_at $time NOT NULL
) $end;
CREATE INDEX need_mood_ticket ON need_mood (ticket_id, id);
CREATE INDEX need_mood_time ON need_mood (created_at);

CREATE TABLE need_link (
	id $id, ticket_id $int NOT NULL, hash $text NOT NULL, restatement $text NOT NULL, locale $text NOT NULL,
	created_at $time NOT NULL, expires_at $time NOT NULL, state $text NOT NULL, used_at $time NOT NULL
) $end;
CREATE UNIQUE INDEX need_link_hash ON need_link (hash);
CREATE INDEX need_link_ticket ON need_link (ticket_id, id);
`}}
}

type row struct {
	ID            int64                      `db:"id"`
	TicketID      int64                      `db:"ticket_id"`
	OwnWords      string                     `db:"own_words"`
	Restatement   string                     `db:"restatement"`
	Intent        string                     `db:"intent"`
	RestatedAt    time.Time                  `db:"restated_at"`
	RestatedBy    int64                      `db:"restated_by"`
	RestatedName  string                     `db:"restated_name"`
	ConfirmedAt   time.Time                  `db:"confirmed_at"`
	ConfirmedKind string                     `db:"confirmed_kind"`
	ConfirmedBy   int64                      `db:"confirmed_by"`
	ConfirmedName string                     `db:"confirmed_name"`
	ConfirmedVia  string                     `db:"confirmed_via"`
	Corrections   int64                      `db:"corrections"`
	Correction    string                     `db:"correction"`
	Ladder        db.JSON[Ladder]            `db:"ladder"`
	Brief         db.JSON[Brief]             `db:"brief"`
	Answers       db.JSON[map[string]string] `db:"answers"`
	Resolved      db.JSON[[]Resolution]      `db:"resolved"`
	Mood          Mood                       `db:"mood"`
	SkipReason    string                     `db:"skip_reason"`
	SkippedAt     time.Time                  `db:"skipped_at"`
	SkippedBy     int64                      `db:"skipped_by"`
	SkippedName   string                     `db:"skipped_name"`
	OpenedAt      time.Time                  `db:"opened_at"`
	SolvedAt      time.Time                  `db:"solved_at"`
	UpdatedAt     time.Time                  `db:"updated_at"`
	Version       int64                      `db:"version"`
}

// agent is who an id and a name of a row are; no name is nobody.
func agent(id int64, name string) By {
	if id == 0 && name == "" {
		return By{}
	}
	return By{ByAgent, id, name}
}

func (r row) need() Need {
	return Need{
		TicketID: r.TicketID, OwnWords: r.OwnWords, Restatement: r.Restatement, Intent: r.Intent,
		RestatedAt: r.RestatedAt, RestatedBy: agent(r.RestatedBy, r.RestatedName),
		ConfirmedAt: r.ConfirmedAt, ConfirmedBy: By{r.ConfirmedKind, r.ConfirmedBy, r.ConfirmedName}, ConfirmedVia: r.ConfirmedVia,
		Corrections: r.Corrections, Correction: r.Correction, Ladder: r.Ladder.V, Brief: r.Brief.V, Answers: r.Answers.V, Resolved: r.Resolved.V,
		Mood: r.Mood, SkipReason: r.SkipReason, SkippedAt: r.SkippedAt, SkippedBy: agent(r.SkippedBy, r.SkippedName),
		OpenedAt: r.OpenedAt, SolvedAt: r.SolvedAt, UpdatedAt: r.UpdatedAt, Version: r.Version,
	}
}

func rowOf(n Need) row {
	if n.Answers == nil {
		n.Answers = map[string]string{}
	}
	if n.Resolved == nil {
		n.Resolved = []Resolution{}
	}
	if n.Ladder.Alternatives == nil {
		n.Ladder.Alternatives = []string{}
	}
	return row{
		TicketID: n.TicketID, OwnWords: n.OwnWords, Restatement: n.Restatement, Intent: n.Intent,
		RestatedAt: n.RestatedAt, RestatedBy: n.RestatedBy.ID, RestatedName: n.RestatedBy.Name,
		ConfirmedAt: n.ConfirmedAt, ConfirmedKind: n.ConfirmedBy.Kind, ConfirmedBy: n.ConfirmedBy.ID, ConfirmedName: n.ConfirmedBy.Name, ConfirmedVia: n.ConfirmedVia,
		Corrections: n.Corrections, Correction: n.Correction, Ladder: db.JSON[Ladder]{V: n.Ladder}, Brief: db.JSON[Brief]{V: n.Brief},
		Answers: db.JSON[map[string]string]{V: n.Answers}, Resolved: db.JSON[[]Resolution]{V: n.Resolved}, Mood: n.Mood,
		SkipReason: n.SkipReason, SkippedAt: n.SkippedAt, SkippedBy: n.SkippedBy.ID, SkippedName: n.SkippedBy.Name,
		OpenedAt: n.OpenedAt, SolvedAt: n.SolvedAt, UpdatedAt: n.UpdatedAt, Version: n.Version,
	}
}

// find is a Need of the version unwritten when nothing has been written down.
func (s *Service) find(ctx context.Context, ticketID int64) (Need, error) {
	r, err := db.One[row](ctx, s.db, "SELECT "+db.Cols[row]()+" FROM need WHERE ticket_id = ?", ticketID)
	if errors.Is(err, db.ErrNotFound) {
		return Need{TicketID: ticketID, Version: unwritten}, nil
	}
	return r.need(), err
}

// save stores a need that was at version was. It is db.ErrStale when another
// one was first.
func (s *Service) save(ctx context.Context, n Need, was int64) error {
	r := rowOf(n)
	if was == unwritten {
		_, err := db.Insert(ctx, s.db, "need", &r)
		if errors.Is(err, db.ErrExists) {
			return db.ErrStale
		}
		return err
	}
	rows, err := db.Exec(ctx, s.db, `UPDATE need SET own_words = ?, restatement = ?, intent = ?, restated_at = ?, restated_by = ?, restated_name = ?,
		confirmed_at = ?, confirmed_kind = ?, confirmed_by = ?, confirmed_name = ?, confirmed_via = ?, corrections = ?, correction = ?,
		ladder = ?, brief = ?, answers = ?, resolved = ?, mood = ?, skip_reason = ?, skipped_at = ?, skipped_by = ?, skipped_name = ?,
		solved_at = ?, updated_at = ?, version = ? WHERE ticket_id = ? AND version = ?`,
		r.OwnWords, r.Restatement, r.Intent, r.RestatedAt, r.RestatedBy, r.RestatedName,
		r.ConfirmedAt, r.ConfirmedKind, r.ConfirmedBy, r.ConfirmedName, r.ConfirmedVia, r.Corrections, r.Correction,
		r.Ladder, r.Brief, r.Answers, r.Resolved, r.Mood, r.SkipReason, r.SkippedAt, r.SkippedBy, r.SkippedName,
		r.SolvedAt, r.UpdatedAt, r.Version, r.TicketID, was)
	if err == nil && rows == 0 {
		return db.ErrStale
	}
	return err
}

type moodRow struct {
	ID        int64     `db:"id"`
	TicketID  int64     `db:"ticket_id"`
	Before    Mood      `db:"mood_before"`
	After     Mood      `db:"mood_after"`
	AgentID   int64     `db:"agent_id"`
	AgentName string    `db:"agent_name"`
	CreatedAt time.Time `db:"created_at"`
}

// moodsMost bounds what is shown of a ticket.
const moodsMost = 50

// moods gives the marks of a ticket, the newest first.
func (s *Service) moods(ctx context.Context, ticketID int64) ([]MoodMark, error) {
	rows, err := db.All[moodRow](ctx, s.db, "SELECT "+db.Cols[moodRow]()+" FROM need_mood WHERE ticket_id = ? ORDER BY id DESC LIMIT ?", ticketID, moodsMost)
	out := make([]MoodMark, len(rows))
	for i, r := range rows {
		out[i] = MoodMark{r.ID, r.TicketID, r.Before, r.After, agent(r.AgentID, r.AgentName), r.CreatedAt}
	}
	return out, err
}

func (s *Service) insertMood(ctx context.Context, m MoodMark) error {
	r := moodRow{TicketID: m.TicketID, Before: m.Before, After: m.After, AgentID: m.By.ID, AgentName: m.By.Name, CreatedAt: m.At}
	_, err := db.Insert(ctx, s.db, "need_mood", &r)
	return err
}

type linkRow struct {
	ID          int64     `db:"id"`
	TicketID    int64     `db:"ticket_id"`
	Hash        string    `db:"hash"`
	Restatement string    `db:"restatement"`
	Locale      string    `db:"locale"`
	CreatedAt   time.Time `db:"created_at"`
	ExpiresAt   time.Time `db:"expires_at"`
	State       LinkState `db:"state"`
	UsedAt      time.Time `db:"used_at"`
}

func (s *Service) insertLink(ctx context.Context, l Link) error {
	r := linkRow(l)
	_, err := db.Insert(ctx, s.db, "need_link", &r)
	return err
}

func (s *Service) findLink(ctx context.Context, hash string) (Link, error) {
	r, err := db.One[linkRow](ctx, s.db, "SELECT "+db.Cols[linkRow]()+" FROM need_link WHERE hash = ?", hash)
	return Link(r), err
}

// lastLink is a Link of ID 0 when the customer has not been asked.
func (s *Service) lastLink(ctx context.Context, ticketID int64) (Link, error) {
	r, err := db.One[linkRow](ctx, s.db, "SELECT "+db.Cols[linkRow]()+" FROM need_link WHERE ticket_id = ? ORDER BY id DESC LIMIT 1", ticketID)
	if errors.Is(err, db.ErrNotFound) {
		err = nil
	}
	return Link(r), err
}

// useLink takes an open link. It is db.ErrStale when another one was first.
func (s *Service) useLink(ctx context.Context, id int64, state LinkState, at time.Time) error {
	n, err := db.Exec(ctx, s.db, "UPDATE need_link SET state = ?, used_at = ? WHERE id = ? AND state = 'open'", state, at, id)
	if err == nil && n == 0 {
		return db.ErrStale
	}
	return err
}

func (s *Service) replaceLinks(ctx context.Context, ticketID int64) error {
	_, err := db.Exec(ctx, s.db, "UPDATE need_link SET state = 'replaced' WHERE ticket_id = ? AND state = 'open'", ticketID)
	return err
}

func (s *Service) purge(ctx context.Context, ticketIDs []int64) error {
	for _, q := range []*db.Query{
		db.In(db.New("DELETE FROM need WHERE 1 = 1"), "AND ticket_id IN", ticketIDs),
		db.In(db.New("DELETE FROM need_mood WHERE 1 = 1"), "AND ticket_id IN", ticketIDs),
		db.In(db.New("DELETE FROM need_link WHERE 1 = 1"), "AND ticket_id IN", ticketIDs),
	} {
		if _, err := db.Exec(ctx, s.db, q.String(), q.Args()...); err != nil {
			return err
		}
	}
	return nil
}

package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/event"
	"heed/internal/platform/db"
)

// placeMost is the most events that the sequencer places in one transaction.
const placeMost = 1000

// placeLock is the advisory lock of the sequencer.
const placeLock = 0x6a6f7572

type row struct {
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

type placed struct {
	row
	Pos int64 `db:"pos"`
}

func (j *Journal) append(ctx context.Context, r row) error {
	pos := nextPos
	if j.db.Postgres() {
		pos = "NULL"
	}
	return j.insert(ctx, r, pos)
}

const nextPos = "(SELECT COALESCE(MAX(pos), 0) + 1 FROM journal)"

func (j *Journal) insert(ctx context.Context, r row, pos string) error {
	_, err := db.Exec(ctx, j.db,
		"INSERT INTO journal (at, actor_kind, actor_id, actor_name, kind, about_kind, about_id, customer_id, data, pos) "+
			"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "+pos+")",
		r.At, r.ActorKind, r.ActorID, r.ActorName, r.Kind, r.AboutKind, r.AboutID, r.Customer, r.Data)
	return err
}

// place gives the next positions to committed events that have none (only on
// PostgreSQL) and returns how many. The lock makes it one sequencer at a time
// among all nodes; the statement after it sees all that has been committed.
func (j *Journal) place(ctx context.Context) (n int64, err error) {
	err = j.db.Write(ctx, func(ctx context.Context) error {
		if err := j.lockPlacing(ctx); err != nil {
			return err
		}
		n, err = db.Exec(ctx, j.db, `UPDATE journal SET pos = placed.pos FROM (
			SELECT id, (SELECT COALESCE(MAX(pos), 0) FROM journal) + ROW_NUMBER() OVER (ORDER BY id) AS pos
			FROM (SELECT id FROM journal WHERE pos IS NULL ORDER BY id LIMIT ?) AS unplaced
		) AS placed WHERE journal.id = placed.id`, placeMost)
		return err
	})
	return n, err
}

// lockPlacing keeps others from giving positions until the transaction ends.
func (j *Journal) lockPlacing(ctx context.Context) error {
	if !j.db.Postgres() {
		return nil // there is one writer
	}
	_, err := db.Exec(ctx, j.db, "SELECT pg_advisory_xact_lock(?)", int64(placeLock))
	return err
}

const selectEvents = "SELECT at, actor_kind, actor_id, actor_name, kind, about_kind, about_id, customer_id, data, pos FROM journal "

func (j *Journal) read(ctx context.Context, where string, args ...any) ([]event.Event, error) {
	rows, err := db.All[placed](ctx, j.db, selectEvents+where, args...)
	if err != nil {
		return nil, err
	}
	evs := make([]event.Event, len(rows))
	for i, r := range rows {
		evs[i] = event.Event{
			Pos: r.Pos, At: r.At, Actor: event.Actor{Kind: r.ActorKind, ID: r.ActorID, Name: r.ActorName}, Kind: r.Kind,
			About: event.Ref{Kind: r.AboutKind, ID: r.AboutID}, Customer: r.Customer, Data: json.RawMessage(r.Data),
		}
	}
	return evs, nil
}

func (j *Journal) timeline(ctx context.Context, where string, before int64, limit int, args ...any) ([]event.Event, error) {
	q := db.New("WHERE "+where+" AND pos IS NOT NULL", args...).If(before > 0, "AND pos < ?", before)
	q.Add("ORDER BY pos DESC LIMIT ?", limit)
	return j.read(ctx, q.String(), q.Args()...)
}

// Forget removes the events about the given things, for data that must go as
// if it had never been (demo data, a person's right to be erased). Positions of
// other events stay as they are. That something was forgotten is an event of
// its own: it also keeps the last position, so that none is ever given twice.
func (j *Journal) Forget(ctx context.Context, kind string, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	if err := j.lockPlacing(ctx); err != nil {
		return err
	}
	a := actor.From(ctx)
	mark := row{
		At: j.clock.Now(), ActorKind: string(a.Kind), ActorID: a.ID, ActorName: a.Name, Kind: EventForgotten, AboutKind: kind,
		Data: fmt.Sprintf(`{"things":%d}`, len(ids)),
	}
	if err := j.insert(ctx, mark, nextPos); err != nil {
		return err
	}
	for some := range slices.Chunk(ids, 500) {
		q := db.In(db.New("DELETE FROM journal WHERE about_kind = ?", kind), "AND about_id IN", some)
		if _, err := db.Exec(ctx, j.db, q.String(), q.Args()...); err != nil {
			return err
		}
	}
	db.After(ctx, j.committed)
	return nil
}

type progress struct {
	Name     string `db:"name"`
	Pos      int64  `db:"pos"`
	Failures int64  `db:"failures"`
	Error    string `db:"last_error"`
}

// lockProgress reads how far a follower has come and keeps other nodes from
// handling the same events meanwhile.
func (j *Journal) lockProgress(ctx context.Context, name string) (int64, error) {
	_, err := db.Exec(ctx, j.db, "INSERT INTO journal_follower (name, pos, failures, last_error) VALUES (?, 0, 0, '') ON CONFLICT (name) DO NOTHING", name)
	if err != nil {
		return 0, err
	}
	text := "SELECT pos FROM journal_follower WHERE name = ?"
	if j.db.Postgres() {
		text += " FOR UPDATE"
	}
	return db.One[int64](ctx, j.db, text, name)
}

// progressOf reads how far a follower has come; 0 before its first event.
func (j *Journal) progressOf(ctx context.Context, name string) (int64, error) {
	return db.One[int64](ctx, j.db, "SELECT COALESCE(MAX(pos), 0) FROM journal_follower WHERE name = ?", name)
}

func (j *Journal) saveProgress(ctx context.Context, name string, pos int64) error {
	_, err := db.Exec(ctx, j.db, "UPDATE journal_follower SET pos = ?, failures = 0, last_error = '' WHERE name = ?", pos, name)
	return err
}

func (j *Journal) noteFailure(ctx context.Context, name, text string) error {
	return j.db.Write(ctx, func(ctx context.Context) error {
		_, err := db.Exec(ctx, j.db, "UPDATE journal_follower SET failures = failures + 1, last_error = ? WHERE name = ?", text, name)
		return err
	})
}

// State is how far a follower has come and what holds it up.
type State struct {
	Name     string
	Pos      int64
	Failures int64
	Error    string
}

// States tells how far each follower has come.
func (j *Journal) States(ctx context.Context) ([]State, error) {
	rows, err := db.All[progress](ctx, j.db, "SELECT name, pos, failures, last_error FROM journal_follower ORDER BY name")
	if err != nil {
		return nil, err
	}
	out := make([]State, len(rows))
	for i, r := range rows {
		out[i] = State(r)
	}
	return out, nil
}

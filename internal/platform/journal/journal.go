package journal

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/platform/db"
)

// EventForgotten says that events about some things of a kind were removed. It
// is about none of them.
const EventForgotten = "journal.forgotten"

// Deps are what a journal is made of.
type Deps struct {
	DB    *db.DB
	Clock clock.Clock
	Log   *slog.Logger
}

// Journal records and reads events.
type Journal struct {
	db    *db.DB
	clock clock.Clock
	log   *slog.Logger

	mu     sync.Mutex
	wakes  map[chan struct{}]struct{}
	unseen chan struct{} // wakes the sequencer
}

// New makes a journal. On PostgreSQL nothing is readable until Run is running.
func New(d Deps) *Journal {
	return &Journal{
		db: d.DB, clock: d.Clock, log: d.Log,
		wakes: map[chan struct{}]struct{}{}, unseen: make(chan struct{}, 1),
	}
}

// Record appends events on behalf of the actor in ctx. It must be called
// inside the Write that makes the change.
func (j *Journal) Record(ctx context.Context, evs ...event.New) error {
	a := actor.From(ctx)
	at := j.clock.Now()
	for _, e := range evs {
		data := []byte("{}")
		if e.Data != nil {
			var err error
			if data, err = json.Marshal(e.Data); err != nil {
				return err
			}
		}
		r := row{
			At: at, ActorKind: string(a.Kind), ActorID: a.ID, ActorName: a.Name,
			Kind: e.Kind, AboutKind: e.About.Kind, AboutID: e.About.ID, Customer: e.Customer, Data: string(data),
		}
		if err := j.append(ctx, r); err != nil {
			return err
		}
	}
	db.After(ctx, j.committed)
	return nil
}

// committed tells the readers that there is something new.
func (j *Journal) committed() {
	if j.db.Postgres() {
		select {
		case j.unseen <- struct{}{}:
		default:
		}
		return
	}
	j.wake()
}

func (j *Journal) wake() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for c := range j.wakes {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// Wakes returns a channel that gets a token soon after new events can be read,
// and a function that ends it. Tokens are merged: after one, read until there
// is nothing more.
func (j *Journal) Wakes() (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	j.mu.Lock()
	j.wakes[c] = struct{}{}
	j.mu.Unlock()
	return c, func() {
		j.mu.Lock()
		delete(j.wakes, c)
		j.mu.Unlock()
	}
}

// Run notices what other processes have recorded and, on PostgreSQL, gives
// positions. It returns when ctx ends.
func (j *Journal) Run(ctx context.Context) {
	var wg sync.WaitGroup
	if j.db.Postgres() {
		wg.Go(func() { j.sequence(ctx) })
	}
	j.db.WatchOthers(ctx, 200*time.Millisecond, j.committed)
	wg.Wait()
}

// sequence gives positions to committed events until ctx ends.
func (j *Journal) sequence(ctx context.Context) {
	var known int64
	for {
		select {
		case <-ctx.Done():
			return
		case <-j.unseen:
		}
		for {
			n, err := j.place(ctx)
			// Another node may have given the positions; and who reads must hear
			// of them even if the database failed in between.
			pos, perr := j.Position(ctx)
			if err == nil {
				err = perr
			}
			if err == nil && pos != known || n > 0 {
				known = pos
				j.wake()
			}
			if err != nil && ctx.Err() == nil {
				j.log.Warn("the sequencer failed and goes on", "err", err)
			}
			if n < placeMost {
				break
			}
		}
	}
}

// Position is the last position that can be read. What is read from the
// database after asking holds at least everything up to it.
func (j *Journal) Position(ctx context.Context) (int64, error) {
	return db.One[int64](ctx, j.db, "SELECT COALESCE(MAX(pos), 0) FROM journal")
}

// Since reads at most limit events after pos, in order.
func (j *Journal) Since(ctx context.Context, pos int64, limit int) ([]event.Event, error) {
	return j.read(ctx, "WHERE pos > ? ORDER BY pos LIMIT ?", pos, limit)
}

// About reads the newest events about one thing, those before the event
// numbered before (0: from the end). It gives the events with their row
// numbers, which serve as the next page's key.
func (j *Journal) About(ctx context.Context, ref event.Ref, before int64, limit int) ([]event.Event, error) {
	return j.timeline(ctx, "about_kind = ? AND about_id = ?", before, limit, ref.Kind, ref.ID)
}

// OfCustomer reads the newest events of a customer's journey, as About does.
func (j *Journal) OfCustomer(ctx context.Context, customer, before int64, limit int) ([]event.Event, error) {
	return j.timeline(ctx, "customer_id > 0 AND customer_id = ?", before, limit, customer)
}

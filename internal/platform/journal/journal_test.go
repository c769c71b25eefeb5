package journal_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/journal"
)

var schema = append(journal.Migrations(), db.Migration{Slice: "seen", N: 1, SQL: "CREATE TABLE seen (pos $int NOT NULL, about $int NOT NULL) $end;"})

func open(t *testing.T, d *db.DB) *journal.Journal {
	j := journal.New(journal.Deps{DB: d, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { j.Run(ctx) })
	t.Cleanup(func() { cancel(); wg.Wait() })
	return j
}

func ev(id int64) event.New {
	return event.New{Kind: "thing.made", About: event.Ref{Kind: "thing", ID: id}, Customer: 4, Data: map[string]any{"n": id}}
}

func TestEventsAreRecordedWithTheirActorOrNotAtAll(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		j := open(t, d)
		ctx := actor.With(t.Context(), actor.Actor{Kind: actor.Agent, ID: 7, Name: "李工"})
		undone := errors.New("undone")
		err := d.Write(ctx, func(ctx context.Context) error { return errors.Join(j.Record(ctx, ev(1)), undone) })
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if err := d.Write(ctx, func(ctx context.Context) error { return j.Record(ctx, ev(2), ev(3)) }); err != nil {
			t.Fatal(err)
		}
		evs := waitFor(t, j, 2)
		if evs[0].Pos != 1 || evs[0].About.ID != 2 || evs[0].Actor.Name != "李工" || evs[1].Pos != 2 {
			t.Fatalf("%+v", evs)
		}
		var data struct{ N int64 }
		if err := evs[1].Decode(&data); err != nil || data.N != 3 {
			t.Fatal(err, data)
		}
		if about, err := j.About(ctx, event.Ref{Kind: "thing", ID: 3}, 0, 10); err != nil || len(about) != 1 {
			t.Fatal(err, about)
		}
		if mine, err := j.OfCustomer(ctx, 4, 2, 10); err != nil || len(mine) != 1 || mine[0].Pos != 1 {
			t.Fatal(err, mine)
		}
		if d.Write(ctx, func(ctx context.Context) error { return j.Forget(ctx, "thing", []int64{2}) }) != nil {
			t.Fatal("could not forget")
		}
		if evs, _ := j.Since(ctx, 0, 10); len(evs) != 2 || evs[0].Pos != 2 || evs[1].Kind != journal.EventForgotten {
			t.Fatalf("%+v", evs)
		}
	})
}

func TestNoPositionIsGivenTwiceWhateverIsForgotten(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		j := open(t, d)
		ctx := actor.AsSystem(t.Context())
		if err := d.Write(ctx, func(ctx context.Context) error { return j.Record(ctx, ev(1), ev(2), ev(3)) }); err != nil {
			t.Fatal(err)
		}
		waitFor(t, j, 3)
		if err := d.Write(ctx, func(ctx context.Context) error { return j.Forget(ctx, "thing", []int64{1, 2, 3}) }); err != nil {
			t.Fatal(err)
		}
		if err := d.Write(ctx, func(ctx context.Context) error { return j.Record(ctx, ev(4)) }); err != nil {
			t.Fatal(err)
		}
		evs := waitFor(t, j, 2)
		if evs[0].Pos != 4 || evs[1].Pos != 5 || evs[1].About.ID != 4 {
			t.Fatalf("%+v", evs)
		}
	})
}

func waitFor(t *testing.T, j *journal.Journal, n int) []event.Event {
	t.Helper()
	wakes, stop := j.Wakes()
	defer stop()
	deadline := time.After(20 * time.Second)
	for {
		evs, err := j.Since(t.Context(), 0, 10000)
		if err != nil {
			t.Fatal(err)
		}
		if len(evs) >= n {
			return evs
		}
		select {
		case <-wakes:
		case <-deadline:
			t.Fatalf("only %d of %d events", len(evs), n)
		}
	}
}

// Writers hold their transactions open for different times, so that commits
// come in another order than inserts: the case in which a reader that goes by
// insertion numbers loses events.
func TestNoLateCommitIsSkippedAndEachEventTakesEffectOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		j := open(t, d)
		const writers, each = 12, 25
		var handled atomic.Int64
		finished := make(chan struct{})
		f := journal.Follower{Name: "seen", Kinds: []string{"thing."}, Handle: func(ctx context.Context, evs []event.Event) error {
			for _, e := range evs {
				if _, err := db.Exec(ctx, d, "INSERT INTO seen (pos, about) VALUES (?, ?)", e.Pos, e.About.ID); err != nil {
					return err
				}
			}
			if evs[0].Pos%7 == 0 && handled.Load()%3 == 0 {
				handled.Add(1)
				return errors.New("a follower that fails now and then")
			}
			db.After(ctx, func() {
				if handled.Add(int64(len(evs))) >= writers*each {
					select {
					case finished <- struct{}{}:
					default:
					}
				}
			})
			return nil
		}}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var wg, fw sync.WaitGroup
		for range 2 { // two nodes follow with one name
			fw.Go(func() { j.Follow(ctx, f) })
		}
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					err := d.Write(actor.AsSystem(t.Context()), func(ctx context.Context) error {
						if err := j.Record(ctx, ev(int64(w*each+i))); err != nil {
							return err
						}
						if d.Postgres() && w%3 == 0 {
							_, err := db.Exec(ctx, d, "SELECT pg_sleep(?)", float64(i%5)/1000)
							return err
						}
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		evs := waitFor(t, j, writers*each)
		for i, e := range evs {
			if e.Pos != int64(i+1) {
				t.Fatalf("event %d has position %d", i+1, e.Pos)
			}
		}
		deadline := time.After(20 * time.Second)
		for {
			n, err := db.One[int64](t.Context(), d, "SELECT COUNT(*) FROM seen")
			if err != nil {
				t.Fatal(err)
			}
			if n >= writers*each {
				break
			}
			select {
			case <-finished:
			case <-time.After(50 * time.Millisecond):
			case <-deadline:
				t.Fatal("the follower came only to", n)
			}
		}
		cancel()
		fw.Wait()
		doubled, err := db.One[int64](t.Context(), d, "SELECT COUNT(*) - COUNT(DISTINCT about) FROM seen")
		if err != nil || doubled != 0 {
			t.Fatal(fmt.Sprint("took effect more than once: ", doubled), err)
		}
	})
}

// What another node has recorded and placed is heard of here, too: the pages
// and followers of this one wait for the same wakes.
func TestANodeHearsOfWhatAnotherHasPlaced(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t, dbtest.Postgres, schema)
	there := journal.New(journal.Deps{DB: d, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
	record := func(id int64) {
		t.Helper()
		err := d.Write(actor.AsSystem(t.Context()), func(ctx context.Context) error {
			if err := there.Record(ctx, ev(id)); err != nil {
				return err
			}
			_, err := db.Exec(ctx, d, "UPDATE journal SET pos = ? WHERE about_id = ?", id, id) // as the other's sequencer does
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	here := open(t, d)
	wakes, stop := here.Wakes()
	defer stop()
	for id := range int64(3) {
		record(id + 1)
		select {
		case <-wakes:
		case <-time.After(10 * time.Second):
			t.Fatal("nobody told of event ", id+1)
		}
	}
}

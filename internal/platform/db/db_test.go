package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
)

var schema = []db.Migration{{Slice: "thing", N: 1, SQL: `
CREATE TABLE thing (id $id, name $text NOT NULL, big $bool NOT NULL, at $time NOT NULL, gone $time, owner_id $int,
	extra $json NOT NULL, raw $bytes, weight $float NOT NULL, version $int NOT NULL) $end;
CREATE UNIQUE INDEX thing_name ON thing (name);`}}

type kind string

type thing struct {
	ID      int64             `db:"id"`
	Name    kind              `db:"name"`
	Big     bool              `db:"big"`
	At      time.Time         `db:"at"`
	Gone    *time.Time        `db:"gone"`
	Owner   *int64            `db:"owner_id"`
	Extra   db.JSON[[]string] `db:"extra"`
	Raw     []byte            `db:"raw"`
	Weight  float64           `db:"weight"`
	Version int64             `db:"version"`
}

func add(ctx context.Context, d *db.DB, name string) (int64, error) {
	t := thing{Name: kind(name), At: time.UnixMicro(5), Extra: db.JSON[[]string]{V: []string{"a"}}}
	return db.Insert(ctx, d, "thing", &t)
}

func count(t *testing.T, d *db.DB) int64 {
	t.Helper()
	n, err := db.One[int64](t.Context(), d, "SELECT COUNT(*) FROM thing")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRowsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		gone, owner := time.Date(2026, 2, 3, 4, 5, 6, 7000, time.UTC), int64(9)
		in := []thing{
			{
				Name: "空压机 – Ω", Big: true, At: time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC), Gone: &gone, Owner: &owner,
				Extra: db.JSON[[]string]{V: []string{"x", "é"}}, Raw: []byte{0, 1, 2}, Weight: 1.5, Version: 3,
			},
			{Name: "plain", At: gone, Extra: db.JSON[[]string]{V: []string{}}},
		}
		err := d.Write(ctx, func(ctx context.Context) error {
			for i := range in {
				id, err := db.Insert(ctx, d, "thing", &in[i])
				if err != nil {
					return err
				}
				in[i].ID = id
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		out, err := db.All[thing](ctx, d, "SELECT "+db.Cols[thing]()+" FROM thing ORDER BY id")
		if err != nil || len(out) != 2 {
			t.Fatal(err, out)
		}
		for i := range in {
			if fmt.Sprintf("%+v", deref(out[i])) != fmt.Sprintf("%+v", deref(in[i])) {
				t.Errorf("got  %+v\nwant %+v", deref(out[i]), deref(in[i]))
			}
		}
		at, err := db.One[time.Time](ctx, d, "SELECT gone FROM thing WHERE big AND owner_id = ?", owner)
		if err != nil || !at.Equal(gone) {
			t.Fatal(err, at)
		}
		q := db.In(db.New("SELECT id FROM thing WHERE NOT big"), "AND name IN", []kind{"plain", "other"}).If(false, "AND x = ?", 1)
		ids, err := db.All[int64](ctx, d, q.String(), q.Args()...)
		if err != nil || len(ids) != 1 {
			t.Fatal(err, ids)
		}
	})
}

func deref(t thing) map[string]any {
	m := map[string]any{"v": []any{t.ID, t.Name, t.Big, t.At.UnixMicro(), t.Extra, t.Raw, t.Weight, t.Version}}
	if t.Gone != nil {
		m["gone"] = t.Gone.UnixMicro()
	}
	if t.Owner != nil {
		m["owner"] = *t.Owner
	}
	return m
}

func TestTextThatOneEngineRefusesIsCleanedForBoth(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), func(ctx context.Context) error { _, err := add(ctx, d, "a\x00b\xffc"); return err })
		if err != nil {
			t.Fatal(err)
		}
		if name, err := db.One[string](t.Context(), d, "SELECT name FROM thing"); err != nil || name != "ab\uFFFDc" {
			t.Fatalf("%v %q", err, name)
		}
	})
}

func TestAFailedStatementForbidsTheCommitEvenWhenSwallowed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), func(ctx context.Context) error {
			if _, err := add(ctx, d, "one"); err != nil {
				return err
			}
			_, err := add(ctx, d, "one")
			if !errors.Is(err, db.ErrExists) {
				t.Errorf("a unique index gave %v", err)
			}
			return nil
		})
		if !errors.Is(err, db.ErrExists) || count(t, d) != 0 {
			t.Fatal(err, count(t, d))
		}
	})
}

func TestAWriteInsideAWriteJoinsItAndFailsWithIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		boom := errors.New("boom")
		after := 0
		err := d.Write(t.Context(), func(ctx context.Context) error {
			db.After(ctx, func() { after++ })
			if _, err := add(ctx, d, "outer"); err != nil {
				return err
			}
			_ = d.Write(ctx, func(ctx context.Context) error {
				if _, err := add(ctx, d, "inner"); err != nil {
					return err
				}
				return boom
			})
			return nil
		})
		if !errors.Is(err, boom) || count(t, d) != 0 || after != 0 {
			t.Fatal(err, count(t, d), after)
		}
		err = d.Write(t.Context(), func(ctx context.Context) error {
			db.After(ctx, func() { after++ })
			_, err := add(ctx, d, "outer")
			return errors.Join(err, d.Write(ctx, func(ctx context.Context) error { _, err := add(ctx, d, "inner"); return err }))
		})
		if err != nil || count(t, d) != 2 || after != 1 {
			t.Fatal(err, count(t, d), after)
		}
	})
}

func TestACancelledRequestDoesNotCutATransactionInTwo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		err := d.Write(ctx, func(ctx context.Context) error {
			if _, err := add(ctx, d, "one"); err != nil {
				return err
			}
			cancel()
			_, err := add(ctx, d, "two")
			return err
		})
		if err != nil || count(t, d) != 2 {
			t.Fatal(err, count(t, d))
		}
		if err := d.Write(ctx, func(context.Context) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Fatal("a cancelled caller must not begin:", err)
		}
	})
}

func TestManyWritersAreAllDurableAndEachOnItsOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		kept := 0
		for w := range 32 {
			wg.Go(func() {
				for i := range 20 {
					err := d.Write(t.Context(), func(ctx context.Context) error {
						if _, err := add(ctx, d, fmt.Sprintf("%d-%d", w, i)); err != nil {
							return err
						}
						if i%5 == 4 {
							return errors.New("changed my mind")
						}
						if i == 7 {
							_, err := add(ctx, d, "shared") // only one of the writers can have it
							return err
						}
						return nil
					})
					if err == nil {
						mu.Lock()
						kept++
						mu.Unlock()
					}
				}
			})
		}
		wg.Wait()
		want := 32*16 - 31
		if kept != want || count(t, d) != int64(want+1) {
			t.Fatal("acknowledged", kept, "stored", count(t, d), "want", want)
		}
	})
}

func TestAPanicEndsOnlyItsOwnTransaction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), func(ctx context.Context) error {
			if _, err := add(ctx, d, "lost"); err != nil {
				return err
			}
			panic("bug")
		})
		if err == nil || count(t, d) != 0 {
			t.Fatal("a panic must be an error and leave nothing")
		}
		if err := d.Write(t.Context(), func(ctx context.Context) error { _, err := add(ctx, d, "kept"); return err }); err != nil {
			t.Fatal("the queue goes on:", err)
		}
	})
}

func TestReadsOfOneSnapshotAgreeAndCannotWrite(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		err := d.Read(t.Context(), func(ctx context.Context) error {
			before, err := db.One[int64](ctx, d, "SELECT COUNT(*) FROM thing")
			if err != nil {
				return err
			}
			// Another request writes meanwhile: it has its own context.
			if err := d.Write(t.Context(), func(ctx context.Context) error { _, err := add(ctx, d, "x"); return err }); err != nil {
				return err
			}
			now, err := db.One[int64](ctx, d, "SELECT COUNT(*) FROM thing")
			if now != before {
				t.Errorf("the snapshot moved from %d to %d", before, now)
			}
			if d.Write(ctx, func(context.Context) error { return nil }) == nil {
				t.Error("a Write inside a Read was let through")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(t.Context(), d, "DELETE FROM thing"); err == nil {
			t.Fatal("Exec outside Write was let through")
		}
	})
}

func TestBeforeCommitRunsOnceInTheSameTransaction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		ctx := db.BeforeCommit(t.Context(), func(ctx context.Context) error { _, err := add(ctx, d, "key"); return err })
		do := func() error {
			return d.Write(ctx, func(ctx context.Context) error {
				return d.Write(ctx, func(ctx context.Context) error { _, err := add(ctx, d, fmt.Sprint(count(t, d))); return err })
			})
		}
		if err := do(); err != nil {
			t.Fatal(err)
		}
		if err := do(); !errors.Is(err, db.ErrExists) || count(t, d) != 2 {
			t.Fatal("the key was used twice", err, count(t, d))
		}
	})
}

func TestMigrationsRunOnceAndNoticeForeignSchemas(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		more := append(schema[:1:1], db.Migration{Slice: "thing", N: 2, SQL: "ALTER TABLE thing ADD COLUMN note $text NOT NULL DEFAULT '';"})
		for range 2 {
			if err := d.Migrate(ctx, more); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Migrate(ctx, schema); !fault.Is(err, fault.KindConflict) || fault.KeyOf(err) != "db.newer" {
			t.Fatal("an older program must refuse:", err)
		}
		changed := append(more[:0:0], more...)
		changed[0].SQL += " "
		if err := d.Migrate(ctx, changed); fault.KeyOf(err) != "db.migration_changed" {
			t.Fatal(err)
		}
		bad := append(more[:2:2], db.Migration{Slice: "thing", N: 3, SQL: "CREATE TABLE half (id $id) $end; CREATE NONSENSE;"})
		if d.Migrate(ctx, bad) == nil {
			t.Fatal("nonsense ran")
		}
		if _, err := db.One[int64](ctx, d, "SELECT COUNT(*) FROM half"); err == nil {
			t.Fatal("half a step stayed")
		}
	})
}

func TestAnotherProcessesCommitIsNoticed(t *testing.T) {
	t.Parallel()
	path := "sqlite:" + t.TempDir() + "/x.db"
	a, err := db.Open(t.Context(), db.Options{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.Migrate(t.Context(), schema); err != nil {
		t.Fatal(err)
	}
	b, err := db.Open(t.Context(), db.Options{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	go a.WatchOthers(ctx, time.Millisecond, func() {
		if n, err := db.One[int64](ctx, a, "SELECT COUNT(*) FROM thing"); err == nil && n == 1 {
			cancel()
		}
	})
	if err := b.Write(t.Context(), func(ctx context.Context) error { _, err := add(ctx, b, "x"); return err }); err != nil {
		t.Fatal(err)
	}
	<-ctx.Done()
	if !errors.Is(context.Cause(ctx), context.Canceled) {
		t.Fatal("not noticed")
	}
}

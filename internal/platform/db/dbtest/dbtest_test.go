package dbtest_test

import (
	"context"
	"testing"

	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
)

func TestEachGivesEveryTestItsOwnMigratedDatabase(t *testing.T) {
	t.Parallel()
	migrations := []db.Migration{{
		Slice: "parrot", N: 1,
		SQL: "CREATE TABLE parrot (id $id, name $text NOT NULL $end;",
	}}
	type parrot struct {
		ID   int64  `db:"id"`
		Name string `db:"name"`
	}
	for range 3 { // the same key three times: it would clash in a shared database
		dbtest.Each(t, migrations, func(t *testing.T, d *db.DB) {
			var id int64
			err := d.Write(t.Context(), func(ctx context.Context) (err error) {
				id, err = db.Insert(ctx, d, "parrot", &parrot{Name: "鸚鵡"})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if id != 1 {
				t.Errorf("first id is %d, want 1: the database is not new", id)
			}
		})
	}
}

func TestAServerStoppedAndStartedHasItsData(t *testing.T) {
	t.Parallel()
	s := dbtest.StartServer(t)
	open := func() *db.DB {
		d, err := db.Open(t.Context(), db.Options{URL: s.URL})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := open()
	if err := d.Migrate(t.Context(), []db.Migration{{Slice: "kept", N: 1, SQL: "CREATE TABLE kept (id $id $end;"}}); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	if err := d.Ping(t.Context()); !fault.Is(err, fault.KindUnavailable) {
		t.Errorf("a stopped server: %v", err)
	}
	s.Start()
	if n, err := db.One[int64](t.Context(), d, "SELECT COUNT(*) FROM kept"); err != nil || n != 0 {
		t.Error(n, err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

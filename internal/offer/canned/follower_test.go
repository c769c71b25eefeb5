package canned_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/offer/canned"
	"heed/internal/people/agent"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/journal"
)

func TestTheFirstAdministratorFindsAnswersAndLaterOnesDoNotGetThemTwice(t *testing.T) {
	t.Parallel()
	schema := slices.Concat(journal.Migrations(), setting.Migrations(), agent.Migrations(), canned.Migrations())
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		c := clock.System{}
		j := journal.New(journal.Deps{DB: d, Clock: c, Log: slog.New(slog.DiscardHandler)})
		settings := setting.New(setting.Deps{DB: d, Journal: j, Clock: c})
		agents := agent.NewService(agent.Deps{DB: d, Journal: j, Clock: c, Settings: settings})
		s := canned.New(canned.Deps{DB: d, Journal: j, Clock: c, Setting: settings, Ticket: func(context.Context, int64) (canned.Facts, error) {
			return canned.Facts{}, nil
		}})
		ctx := actor.AsSystem(t.Context())
		arrive := func(email, role string) int {
			if _, err := agents.Add(ctx, agent.New{Email: email, Name: email, Role: role}); err != nil {
				t.Fatal(err)
			}
			if err := j.CatchUp(ctx, s.Follower()); err != nil {
				t.Fatal(err)
			}
			all, err := s.List(as(t, eve), "")
			if err != nil {
				t.Fatal(err)
			}
			return len(all)
		}
		if n := arrive("rep@heed.example", "rep"); n != 0 {
			t.Fatal("a rep brings none:", n)
		}
		first := arrive("ada@heed.example", "administrator")
		if first == 0 {
			t.Fatal("the first administrator found no answers")
		}
		if n := arrive("bob@heed.example", "administrator"); n != first {
			t.Fatalf("%d answers became %d", first, n)
		}
	})
}

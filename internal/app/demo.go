package app

import (
	"context"
	"slices"

	"heed/internal/app/demo"
	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
)

func pageOf(limit int) page.Request { return page.Request{Limit: limit} }

// LoadDemo makes the demo firm, if it has not been made.
func (a *App) LoadDemo(ctx context.Context, progress func(done, total int)) error {
	past, c := a.inThePast()
	return demo.Load(actor.AsSystem(ctx), past.demoDeps(c), progress)
}

// ClearDemo removes what LoadDemo made, and nothing else.
func (a *App) ClearDemo(ctx context.Context) error {
	past, c := a.inThePast()
	return demo.Clear(actor.AsSystem(ctx), past.demoDeps(c))
}

// inThePast builds the slices anew over the same database with a clock that
// the demo moves through its three months.
func (a *App) inThePast() (*App, *clock.Manual) {
	c := clock.NewManual(a.clock.Now())
	past := &App{o: a.o, log: a.log, clock: c, past: true}
	past.baseURL.Store(a.baseURL.Load())
	past.DB, past.Box, past.Out, past.Blobs, past.Metrics = a.DB, a.Box, a.Out, a.Blobs, a.Metrics
	past.buildCore()
	past.buildPeople()
	past.buildWork()
	past.buildInsight()
	past.buildReach()
	return past, c
}

func (a *App) demoDeps(c *clock.Manual) demo.Deps {
	return demo.Deps{
		DB: a.DB, Journal: a.Journal, Clock: c, Settings: a.Settings, Agents: a.Agents, Customers: a.Customers, Canned: a.Canned,
		Tickets: a.Tickets, Conversation: a.Conversation, Email: a.Email, Search: a.Search, Knowledge: a.Knowledge, Readings: a.Readings, Answers: a.Answers, Flows: a.Flows, Catalog: a.Catalog, Dealers: a.Dealers, PurgeMail: a.purgeBeside, PurgeAgents: a.Agents.Purge,
		Followers: slices.Concat(a.Signin.Followers(), a.Tickets.Followers()),
		First: func(ctx context.Context) error {
			if err := a.Types.Seed(ctx); err != nil {
				return err
			}
			return a.Knowledge.Seed(ctx)
		},
		TypeIDs: func(ctx context.Context, key string) ([]int64, error) {
			t, err := a.Types.ByKey(ctx, key)
			if fault.Is(err, fault.KindNotFound) {
				return nil, nil
			}
			return []int64{t.ID}, err
		},
	}
}

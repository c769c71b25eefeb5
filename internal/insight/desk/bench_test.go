package desk_test

import (
	"testing"

	"heed/internal/insight/desk"
	"heed/internal/kernel/actor"
	"heed/internal/platform/db/dbtest"
)

// benchTickets is how many tickets the benchmarks look at; one in 20 is open.
const benchTickets = 50_000

func benchHouse(b *testing.B) *house {
	b.Helper()
	h := build(b, dbtest.New(b, dbtest.SQLite, migrations()))
	h.exec(b, `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO ticket (subject, status, rank, channel, shelf, customer_id, organization_id, team_id, owner_id, mailbox_id, tags, result_code, result_text,
			snoozed_until, preview, last_by, last_message_at, message_count, incoming_count, begun, created_by_kind, created_by_id, created_by_name, creator_id,
			created_at, updated_at, solved_at, closed_at, version)
		SELECT 'The pump leaks', CASE WHEN i % 20 = 0 THEN 'assigned' ELSE 'solved' END, i % 4, 'email', CASE WHEN i % 20 = 0 THEN 0 ELSE 2 END,
			1 + i % 3, 2, i % 3, i % 5, 0, '[]', '', '', 0, 'It leaks', 'customer', i, 1, 1, 0, 'system', 0, '', 0, i, i, 0, 0, 1 FROM n`, benchTickets)
	if err := h.tickets.Recount(b.Context()); err != nil {
		b.Fatal(err)
	}
	return h
}

func BenchmarkList(b *testing.B) {
	h := benchHouse(b)
	ctx := as(b.Context(), annID)
	for _, view := range []string{desk.ViewMine, desk.ViewUnassigned, desk.ViewOpen, "team:1", desk.ViewWaiting, desk.ViewSolved, desk.ViewAll} {
		b.Run(view, func(b *testing.B) {
			for b.Loop() {
				if _, err := h.List(ctx, desk.Listing{View: view, Sort: desk.SortPriority}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCounters(b *testing.B) {
	h := benchHouse(b)
	viewers := make([]actor.Actor, 200)
	for i := range viewers {
		viewers[i] = agentOf(annID)
		viewers[i].ID = int64(i + 1)
	}
	b.Run("200 viewers, nothing new", func(b *testing.B) {
		for b.Loop() {
			if _, err := h.Counters(b.Context(), viewers); err != nil {
				b.Fatal(err)
			}
		}
	})
}

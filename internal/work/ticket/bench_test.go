package ticket_test

import (
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/platform/db/dbtest"
	"heed/internal/work/ticket"
)

// BenchmarkCreate registers tickets as mail does, by one and by 64 callers.
func BenchmarkCreate(b *testing.B) {
	for name, callers := range map[string]int{"1 caller": 1, "64 callers": 64} {
		b.Run(name, func(b *testing.B) {
			h := build(dbtest.New(b, dbtest.SQLite, migrations()))
			ctx := actor.AsSystem(b.Context())
			b.SetParallelism(callers)
			b.ResetTimer()
			create := func() {
				if _, err := h.Create(ctx, ticket.Input{Subject: "The pump leaks", Channel: "email", TeamID: openTeam, CustomerID: personID}); err != nil {
					b.Error(err)
				}
			}
			if callers == 1 {
				for b.Loop() {
					create()
				}
				return
			}
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					create()
				}
			})
		})
	}
}

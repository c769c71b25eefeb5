package intake_test

import (
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/platform/db/dbtest"
	"heed/internal/reach/intake"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

// BenchmarkOpen registers a request with its first message from many callers at
// once, each durable.
func BenchmarkOpen(b *testing.B) {
	h := build(b, dbtest.New(b, dbtest.SQLite, migrations()))
	h.open(b, ann, intake.Request{Customer: wang()})
	ctx := actor.With(b.Context(), ann)
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_, err := h.Open(ctx, intake.Request{
				Ticket:  ticket.Input{Subject: "The pump leaks", Channel: "phone", CustomerID: 1},
				Message: &conversation.Post{Kind: conversation.Incoming, HTML: "<p>The pump has been <b>leaking</b> since Monday.</p>"},
			})
			if err != nil {
				b.Error(err)
			}
		}
	})
}

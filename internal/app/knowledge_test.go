package app

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/offer/knowledge"
	"heed/internal/people/agent"
	"heed/internal/platform/config"
)

// TestAnOwnerGetsTheTaskOfReviewing_R252 on the whole program: the date passes,
// and its owner has a ticket that says so in his language.
func TestAnOwnerGetsTheTaskOfReviewing_R252(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load([]string{"--data", t.TempDir()}, func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	now := clock.NewManual(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
	a, err := Open(t.Context(), Options{Config: cfg, Log: slog.New(slog.DiscardHandler), Clock: now, Version: "test"}, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	ctx := actor.AsSystem(t.Context())
	lin, err := a.Agents.Add(ctx, agent.New{Email: "lin@heed.example", Name: "林薇", Role: "rep", Locale: "zh-CN"})
	if err == nil {
		lin, err = a.Agents.Join(ctx, lin.ID, agent.Preferences{})
	}
	if err != nil {
		t.Fatal(err)
	}
	due := now.Now().AddDate(0, 1, 0)
	at := &due
	made, err := a.Knowledge.Create(ctx, knowledge.Meta{OwnerID: &lin.ID, ReviewBy: &at}, knowledge.Work{
		Texts: []knowledge.Text{{Locale: "zh-CN", Title: "营业时间", Answer: "<p>九点到五点。</p>"}},
	})
	if err == nil {
		_, err = a.Knowledge.Publish(ctx, made.ID, 0, knowledge.Release{})
	}
	if err != nil {
		t.Fatal(err)
	}
	now.Set(due.Add(time.Hour))
	for range 2 {
		if err := a.Knowledge.RemindOwners(ctx); err != nil {
			t.Fatal(err)
		}
	}
	task, err := a.Tickets.Get(ctx, 1)
	if err != nil || task.OwnerID != lin.ID || task.Subject != "复核知识条目：营业时间" {
		t.Fatalf("%+v %v", task, err)
	}
	if _, err := a.Tickets.Get(ctx, 2); err == nil {
		t.Error("he was told twice")
	}
	msgs, err := a.Conversation.List(ctx, task.ID, pageOf(5))
	if err != nil || len(msgs.Items) != 1 || !strings.Contains(msgs.Items[0].Text, "2026年4月2日") {
		t.Errorf("%+v %v", msgs.Items, err)
	}
}

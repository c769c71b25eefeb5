package demo_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"heed/internal/app/demo"
	"heed/internal/insight/desk"
	"heed/internal/insight/search"
	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/offer/canned"
	"heed/internal/offer/catalog"
	"heed/internal/offer/dealer"
	"heed/internal/offer/knowledge"
	"heed/internal/people/agent"
	"heed/internal/people/customer"
	"heed/internal/people/setting"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/live"
	"heed/internal/platform/secret"
	"heed/internal/reach/email"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

// now is a Thursday afternoon in Shanghai.
var now = time.Date(2026, 6, 18, 7, 30, 0, 0, time.UTC)

type house struct {
	demo.Deps
	jobs   *jobs.Queue
	desk   *desk.Service
	search *search.Service
}

func migrations() []db.Migration {
	return slices.Concat(journal.Migrations(), jobs.Migrations(), setting.Migrations(), agent.Migrations(), customer.Migrations(), canned.Migrations(), catalog.Migrations(), dealer.Migrations(), knowledge.Migrations(),
		ticket.Migrations(), conversation.Migrations(), email.Migrations(), desk.Migrations(), search.Migrations(), demo.Migrations())
}

func build(t testing.TB, d *db.DB) *house {
	t.Helper()
	c, log := clock.NewManual(now), slog.New(slog.DiscardHandler)
	h := &house{}
	h.DB, h.Clock = d, c
	h.Journal = journal.New(journal.Deps{DB: d, Clock: c, Log: log})
	h.jobs = jobs.NewQueue(jobs.Deps{DB: d, Clock: c, Log: log})
	h.Settings = setting.New(setting.Deps{DB: d, Journal: h.Journal, Clock: c})
	h.Agents = agent.NewService(agent.Deps{DB: d, Journal: h.Journal, Clock: c, Settings: h.Settings})
	h.Customers = customer.New(customer.Deps{DB: d, Journal: h.Journal, Clock: c, Settings: h.Settings})
	h.Canned = canned.New(canned.Deps{DB: d, Journal: h.Journal, Clock: c, Setting: h.Settings})
	h.Knowledge = knowledge.New(knowledge.Deps{DB: d, Journal: h.Journal, Jobs: h.jobs, Clock: c, Setting: h.Settings, Log: log})
	h.Tickets = ticket.New(ticket.Deps{DB: d, Journal: h.Journal, Jobs: h.jobs, Clock: c, People: ticket.Agents(h.Agents), Customers: h.Customers})
	blobs, err := blob.NewFiles(t.TempDir(), c)
	if err != nil {
		t.Fatal(err)
	}
	box, err := secret.Load(t.TempDir() + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	h.Catalog = catalog.New(catalog.Deps{DB: d, Journal: h.Journal, Clock: c, Setting: h.Settings, Blobs: blobs, FileLimit: 1 << 20})
	h.Dealers = dealer.New(dealer.Deps{DB: d, Journal: h.Journal, Clock: c, Setting: h.Settings, Shelves: h.Catalog.Shelves})
	h.Conversation = conversation.New(conversation.Deps{
		DB: d, Journal: h.Journal, Clock: c, Tickets: h.Tickets, Blobs: blobs, Seal: box, FileLimit: 1 << 20,
		Presence: live.NewHub(live.Deps{Journal: h.Journal, Clock: c, Log: log}),
		Customer: func(ctx context.Context, id int64) (conversation.Customer, error) {
			got, err := h.Customers.Get(ctx, id)
			out := conversation.Customer{Name: got.Name, Salutation: got.Salutation}
			for _, e := range got.Emails {
				out.Emails = append(out.Emails, e.Value)
			}
			return out, err
		},
		OwnAddresses: func(ctx context.Context) ([]string, error) { return h.Email.Addresses(ctx) },
	})
	h.Email = email.New(email.Deps{
		DB: d, Journal: h.Journal, Jobs: h.jobs, Clock: c, Log: log, Blobs: blobs, Seal: box, Setting: h.Settings, Tickets: h.Tickets,
		Conversation: h.Conversation, Requester: h.Customers.Requester, Belongs: h.Customers.Belongs,
	})
	h.search = search.New(search.Deps{DB: d, Journal: h.Journal, Jobs: h.jobs, Clock: c, Log: log, People: h.Agents})
	h.Search, h.PurgeMail = h.search, h.Email.Purge
	h.PurgeAgents = func(ctx context.Context, agents, teams []int64) error {
		disabled := agent.Disabled
		for _, id := range agents {
			if _, err := h.Agents.Change(ctx, id, 0, agent.Patch{State: &disabled}); err != nil {
				return err
			}
		}
		for _, f := range h.Tickets.Followers() {
			if err := h.Journal.CatchUp(ctx, f); err != nil {
				return err
			}
		}
		return h.Agents.Purge(ctx, agents, teams)
	}
	h.desk = desk.New(desk.Deps{DB: d, Journal: h.Journal, Clock: c, People: h.Agents, Tickets: h.Tickets, Conversations: h.Conversation})
	return h
}

func system(t testing.TB) context.Context {
	t.Helper()
	return actor.AsSystem(t.Context())
}

func count(t testing.TB, d *db.DB, table string) int64 {
	t.Helper()
	n, err := db.One[int64](t.Context(), d, "SELECT COUNT(*) FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func load(t testing.TB, h *house) {
	t.Helper()
	last, all := 0, 0
	err := demo.Load(t.Context(), h.Deps, func(done, total int) { last, all = done, total })
	if err != nil {
		t.Fatal(err)
	}
	if last == 0 || last != all {
		t.Errorf("progress ended at %d of %d", last, all)
	}
}

func TestTheDemoIsAFirmInTheMiddleOfItsWork(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		h := build(t, d)
		load(t, h)
		if err := h.Journal.CatchUp(t.Context(), h.search.Follower()); err != nil {
			t.Fatal(err)
		}
		if n := count(t, d, "ticket"); n != 2000 {
			t.Errorf("%d tickets", n)
		}
		if n := count(t, d, "ticket WHERE shelf < 2"); n < 170 || n > 200 {
			t.Errorf("%d tickets are open", n)
		}
		for _, where := range []string{
			"owner_id = 0 AND shelf = 0", "shelf = 1", "rank = 0 AND shelf = 0", "status = 'waiting_customer'", "status = 'waiting_internal'",
			"status = 'reopened'", "status = 'assigned'", "status = 'in_progress'",
		} {
			if n := count(t, d, "ticket WHERE "+where); n < 5 {
				t.Errorf("only %d tickets with %s", n, where)
			}
		}
		for _, lang := range []string{"zh-CN", "zh-TW", "en"} {
			if n := count(t, d, "message WHERE lang = '"+lang+"'"); n < 300 {
				t.Errorf("%d messages in %s", n, lang)
			}
		}
		if n := count(t, d, "message WHERE body_text LIKE '%{%'"); n > 0 {
			t.Errorf("%d messages have values that were not filled in", n)
		}
		if n := count(t, d, "message WHERE kind = 'reply' AND state <> 'sent'"); n > 0 {
			t.Errorf("%d replies wait to be sent", n)
		}
		if n := count(t, d, "attachment WHERE message_id = 0"); n > 0 {
			t.Errorf("%d files belong to nothing", n)
		}
		wrong, err := h.Tickets.Verify(system(t))
		if err != nil || len(wrong) > 0 {
			t.Errorf("counters are wrong: %v %v", wrong, err)
		}
		if n := count(t, d, "journal AS a JOIN journal AS b ON b.pos = a.pos + 1 WHERE b.at < a.at"); n > 0 {
			t.Errorf("%d events are older than the one before", n)
		}
		hits, err := h.search.Find(system(t), search.Query{Text: "漏油", In: search.Messages})
		if err != nil || len(hits.Items) < 10 {
			t.Errorf("the search finds %d messages: %v", len(hits.Items), err)
		}
		if err := demo.Load(t.Context(), h.Deps, nil); !fault.Is(err, fault.KindConflict) {
			t.Errorf("a second load gives %v", err)
		}
	})
}

// mailNothing carries out what waits to be mailed: it must find that all has
// been sent already. The services have no way to the outside here, so that a
// mail would be an error.
func mailNothing(t testing.TB, h *house) {
	t.Helper()
	handlers, _ := h.Email.JobHandlers()
	for _, handler := range handlers {
		waiting, err := db.All[string](t.Context(), h.DB, "SELECT args FROM job WHERE kind = ?", handler.Kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, args := range waiting {
			if err := handler.Run(system(t), jobs.Job{Kind: handler.Kind, Args: []byte(args), Attempt: 1, MaxAttempts: 1}); err != nil {
				t.Fatalf("%s %s: %v", handler.Kind, args, err)
			}
		}
	}
	if n := count(t, h.DB, "message WHERE kind = 'reply' AND state <> 'sent'"); n > 0 {
		t.Errorf("%d replies were not sent already", n)
	}
}

// TestClearRemovesExactlyTheDemo puts what a person made beside the demo.
func TestClearRemovesExactlyTheDemo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		h := build(t, d)
		boss, err := h.Agents.Add(system(t), agent.New{Name: "Boss", Email: "boss@firm.example", Role: "administrator"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Agents.Join(system(t), boss.ID, agent.Preferences{}); err != nil {
			t.Fatal(err)
		}
		who, err := h.Agents.Actor(t.Context(), boss.ID)
		if err != nil {
			t.Fatal(err)
		}
		interrupted, stop := context.WithCancel(t.Context())
		err = demo.Load(interrupted, h.Deps, func(done, total int) {
			if done > total/5 {
				stop()
			}
		})
		if err == nil {
			t.Fatal("a load that was interrupted says that it is done")
		}
		load(t, h) // begins anew
		if n := count(t, d, "ticket"); n != 2000 {
			t.Errorf("%d tickets", n)
		}
		ctx := actor.With(t.Context(), who)
		// What the followers make of old events is removed, too.
		for _, f := range []journal.Follower{h.Email.Follower(), h.search.Follower()} {
			if err := h.Journal.CatchUp(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		mailNothing(t, h)
		demoAgents, err := h.Agents.List(ctx, agent.Active, page.Request{})
		if err != nil {
			t.Fatal(err)
		}
		helper := demoAgents.Items[2].ID
		real, err := h.Tickets.Create(ctx, ticket.Input{Subject: "a real request", Channel: "phone", OwnerID: helper})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.Conversation.First(ctx, real, conversation.Post{Kind: conversation.Incoming, Text: "real words"}); err != nil {
			t.Fatal(err)
		}
		if err := demo.Clear(t.Context(), h.Deps); err != nil {
			t.Fatal(err)
		}
		// What an interrupted load had uploaded goes as every upload does that nothing has taken.
		h.Clock.Advance(25 * time.Hour)
		if err := h.Conversation.Sweep(system(t)); err != nil {
			t.Fatal(err)
		}
		for table, want := range map[string]int64{
			"ticket": 1, "message": 1, "attachment": 0, "customer": 0, "customer_identity": 0, "canned": 0, "canned_day": 0, "mailbox": 0, "demo_mark": 0, "draft": 0,
			"product": 0, "product_category": 0, "product_document": 0, "price": 0, "price_list": 0, "dealer": 0, "dealer_scope": 0,
			"ticket_tag": 0, "job WHERE kind NOT LIKE 'mail.%'": 0, "agent": 1, "team": 0, "mail_out": 0, "mail_ref": 0, "mail_party": 0,
		} {
			if n := count(t, d, table); n != want {
				t.Errorf("%d rows are left in %s, want %d", n, table, want)
			}
		}
		if n := count(t, d, fmt.Sprint("journal WHERE about_id <> 0 AND about_kind IN ('customer', 'canned', 'mailbox', 'team') OR about_kind = 'ticket' AND about_id NOT IN (0, ", real.ID, ")")); n > 0 {
			t.Errorf("%d events of the demo are left", n)
		}
		got, err := h.Tickets.Get(ctx, real.ID)
		if err != nil || got.OwnerID != 0 {
			t.Errorf("the real ticket is %+v, %v; want it back in the queue", got, err)
		}
		wrong, err := h.Tickets.Verify(system(t))
		if err != nil || len(wrong) > 0 {
			t.Errorf("counters are wrong: %v %v", wrong, err)
		}
	})
}

func TestTheDemoFirmKnowsItsCustomers_R048(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.Knowledge = nil
		load(t, h)
		for _, x := range []struct {
			where string
			least int64
		}{
			{"customer WHERE preferences <> '[]'", 100},
			{"customer WHERE customer_type <> ''", 100},
			{"customer WHERE preferred_agent_id > 0", 20},
			{"customer_note", 20},
			{"customer_link", 12},
			{"customer WHERE anonymous", 1},
			{"customer_affiliation WHERE roles <> '[]'", 100},
		} {
			if n := count(t, d, x.where); n < x.least {
				t.Errorf("%d of %s", n, x.where)
			}
		}
		maker, err := db.One[int64](t.Context(), d, "SELECT id FROM customer WHERE chain_role = 'maker' ORDER BY id LIMIT 1")
		if err != nil {
			t.Fatal(err)
		}
		if _, down, err := h.Customers.Chain(system(t), maker); err != nil || len(down) < 4 {
			t.Error(down, err)
		}
	})
}

func TestTheDemoFirmHasARangeWithPricesAndDealers_R304(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.Knowledge = nil
		load(t, h)
		for _, x := range []struct {
			where string
			least int64
		}{
			{"product", 25},
			{"product WHERE status = 'discontinued'", 3},
			{"price_list", 6},
			{"price", 25 * 6},
			{"dealer", 40},
			{"product_document WHERE audience = 'public'", 40},
			{"product_document WHERE audience = 'customers'", 10},
			{"customer WHERE tier = 'gold'", 10},
		} {
			if n := count(t, d, x.where); n < x.least {
				t.Errorf("%d of %s", n, x.where)
			}
		}
		p, err := h.Catalog.ByCode(system(t), "hg-37vf")
		if err != nil {
			t.Fatal(err)
		}
		basic, err := h.Catalog.Offer(system(t), p.ID, catalog.Buyer{Region: "CN"}, "")
		if err != nil || len(basic.Quotes) != 2 || basic.Quotes[0].Amount.Decimal() != "96500.00" || basic.Quotes[0].Then == nil {
			t.Error(basic, err)
		}
		gold, err := h.Catalog.Offer(system(t), p.ID, catalog.Buyer{Tier: "gold", Region: "TW"}, "")
		if err != nil || gold.Quotes[0].Amount.String() != "NT$390,080.00" {
			t.Error(gold, err)
		}
		near, err := h.Dealers.Nearest(t.Context(), dealer.Filter{City: "苏州", ProductID: p.ID}, page.Request{Limit: 3})
		if err != nil || len(near.Items) != 3 || near.Items[0].Km != 0 {
			t.Error(near, err)
		}
		launched, err := db.One[int64](t.Context(), d, "SELECT COUNT(*) FROM journal WHERE kind = 'product.launched'")
		if err != nil || launched != 2 {
			t.Error("announced:", launched, err)
		}
	})
}

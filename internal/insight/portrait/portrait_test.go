package portrait_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/insight/portrait"
	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/people/customer"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/rest"
	"heed/internal/work/ticket"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) // twelve in Shanghai

const secretTeam = 2

// town has two teams, of which the second is private.
type town struct{}

func (town) Actor(_ context.Context, id int64) (actor.Actor, error) {
	return actor.Actor{Kind: actor.Agent, ID: id, Role: authority.Rep}, nil
}
func (town) TeamInUse(_ context.Context, id int64) (bool, error) { return id <= secretTeam, nil }
func (town) PrivateTeamsHidden(ctx context.Context) ([]int64, error) {
	if actor.From(ctx).InTeam(secretTeam) {
		return nil, nil
	}
	return []int64{secretTeam}, nil
}

type house struct {
	*portrait.Service
	customers *customer.Service
	tickets   *ticket.Service
	journal   *journal.Journal
	db        *db.DB
	clock     *clock.Manual
	rep, boss context.Context
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	schema := slices.Concat(journal.Migrations(), jobs.Migrations(), rest.Migrations(), setting.Migrations(), customer.Migrations(), ticket.Migrations())
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		h := &house{db: d, clock: clock.NewManual(noon), rep: as(t, 1, authority.Rep), boss: as(t, 2, authority.Supervisor)}
		log := slog.New(slog.DiscardHandler)
		h.journal = journal.New(journal.Deps{DB: d, Clock: h.clock, Log: log})
		set := setting.New(setting.Deps{DB: d, Journal: h.journal, Clock: h.clock})
		if _, err := set.Change(actor.AsSystem(t.Context()), 0, setting.Patch{Country: new("CN"), Zone: new("Asia/Shanghai")}); err != nil {
			t.Fatal(err)
		}
		h.customers = customer.New(customer.Deps{DB: d, Journal: h.journal, Clock: h.clock, Settings: set})
		h.tickets = ticket.New(ticket.Deps{
			DB: d, Journal: h.journal, Jobs: jobs.NewQueue(jobs.Deps{DB: d, Clock: h.clock, Log: log}), Clock: h.clock, People: town{}, Customers: h.customers,
		})
		h.Service = portrait.New(portrait.Deps{
			DB: d, Journal: h.journal, Clock: h.clock, Settings: set, Customers: h.customers, People: town{},
			EventFor: func(e event.Event, a actor.Actor) (event.Event, bool) {
				return e, authority.Can(a, authority.NoteRead) || e.Kind == ticket.EventCreated
			},
		})
		fn(t, h)
	})
}

func as(t *testing.T, id int64, role string) context.Context {
	return actor.With(t.Context(), actor.Actor{Kind: actor.Agent, ID: id, Name: "Li", Role: role})
}

func (h *house) make(t *testing.T, n customer.Registration) customer.Customer {
	t.Helper()
	c, err := h.customers.Create(h.rep, n)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// open registers a ticket, each an hour after the one before.
func (h *house) open(t *testing.T, customer int64, subject string, team int64) ticket.Ticket {
	t.Helper()
	h.clock.Advance(time.Hour)
	got, err := h.tickets.Create(h.boss, ticket.Input{Subject: subject, Channel: "phone", CustomerID: customer, TeamID: team})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (h *house) say(t *testing.T, id int64, words string) {
	t.Helper()
	h.clock.Advance(time.Hour)
	if _, err := h.tickets.NoteMessage(h.boss, id, ticket.Said{By: "customer", Kind: ticket.SaidIncoming, Preview: words, At: h.clock.Now()}); err != nil {
		t.Fatal(err)
	}
}

func (h *house) solve(t *testing.T, id int64) {
	t.Helper()
	h.clock.Advance(time.Hour)
	solved := ticket.StatusSolved
	if _, err := h.tickets.Change(h.boss, id, 0, ticket.Patch{Status: &solved, ResultCode: new("solved_answered")}); err != nil {
		t.Fatal(err)
	}
}

func TestTheHeadOfThePageNamesAllFive_R173(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		retailer := h.make(t, customer.Registration{Kind: customer.Organization, Name: "Retailer", Profile: customer.Profile{ChainRole: new("retailer")}})
		firm := h.make(t, customer.Registration{Kind: customer.Organization, Name: "悦齿口腔", Profile: customer.Profile{Tier: new(customer.Gold), PreferredAgentID: new(int64(7))}})
		c := h.make(t, customer.Registration{
			Name: "李安娜", Salutation: "李医生", Organizations: []customer.Member{{OrganizationID: firm.ID}},
			Profile: customer.Profile{Since: new("2019-05-01"), Preferences: &[]customer.Preference{
				{Kind: customer.PreferTime, Channel: "phone", NotBefore: "14:00", Warn: true}, {Kind: customer.PreferTaboo, Text: "the accident", Warn: true},
			}},
		})
		if _, err := h.customers.LinkTo(h.rep, firm.ID, retailer.ID, true, customer.LinkSupplies); err != nil {
			t.Fatal(err)
		}
		empty, err := h.Overview(h.rep, c.ID, "")
		if err != nil || empty.LastMatter != nil || empty.LastTalk != nil || len(empty.OpenMatters) != 0 || !empty.Novice {
			t.Errorf("%+v %v", empty, err)
		}
		done := h.open(t, c.ID, "An old matter", 0)
		h.solve(t, done.ID)
		first := h.open(t, c.ID, "空压机漏油", 0)
		second := h.open(t, c.ID, "Invoice", 0)
		h.open(t, c.ID, "Secret", secretTeam)
		h.say(t, first.ID, "声音很大")

		o, err := h.Overview(h.rep, c.ID, "phone")
		if err != nil {
			t.Fatal(err)
		}
		if o.Name != "李安娜" || o.Address != "李医生" || o.Since != "2019-05-01" || o.LastMatter.Subject != "Invoice" || o.LastMatter.Number != second.Number() {
			t.Errorf("%+v %+v", o, o.LastMatter)
		}
		if len(o.OpenMatters) != 2 || o.OpenMatters[0].TicketID != first.ID || o.OpenTickets != 2 || o.TotalTickets != 3 {
			t.Errorf("%+v", o)
		}
		if o.LastTalk == nil || o.LastTalk.Preview != "声音很大" || o.LastTalk.TicketID != first.ID || o.LastTalk.By != "customer" {
			t.Errorf("%+v", o.LastTalk)
		}
		if o.EffectiveTier != "gold" || *o.PreferredAgentID != 7 || o.Novice || len(o.Suppliers) != 1 || o.Suppliers[0].Name != "Retailer" {
			t.Errorf("%+v", o)
		}
		if len(o.Warnings) != 1 || o.Warnings[0].Code != "note" {
			t.Errorf("at 17 in Shanghai he may be called: %+v", o.Warnings)
		}
		h.clock.Set(noon)
		if o, err = h.Overview(h.rep, c.ID, "phone"); err != nil || len(o.Warnings) != 2 {
			t.Errorf("at noon he sleeps: %+v %v", o.Warnings, err)
		}
		if o, err = h.Overview(h.boss, firm.ID, ""); err != nil || o.OpenTickets != 3 || o.TotalTickets != 4 || o.Address != "悦齿口腔" {
			t.Errorf("an organization has its people's: %+v %v", o, err)
		}
		if o, err = h.Overview(as(t, 9, authority.Employee), c.ID, ""); err != nil || o.TotalTickets != 0 || o.LastTalk != nil {
			t.Errorf("an employee sees what he registered: %+v %v", o, err)
		}
		if _, err := h.Overview(t.Context(), c.ID, ""); !fault.Is(err, fault.KindUnauthenticated) {
			t.Error(err)
		}
	})
}

func TestEveryKeyOfTheOneBoxFindsTheSameCustomer_R306(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		c := h.make(t, customer.Registration{Name: "王芳", Emails: []customer.Entry{{Value: "wang.fang@example.com"}}, Phones: []customer.Entry{{Value: "138 0013 8000"}}})
		h.make(t, customer.Registration{Name: "王芳菲"})
		tk := h.open(t, c.ID, "空压机漏油", 0)
		h.open(t, c.ID, "Secret", secretTeam)
		for q, exact := range map[string]bool{
			"王芳": true, "wangfang": false, "wf": false, "wang.fang@example.com": true, "13800138000": true, "+86 138 0013 8000": true, "8000": false,
			"138001": false, c.Number(): true,
		} {
			a, err := h.Lookup(h.rep, customer.Lookup{Q: q})
			if err != nil || len(a.Customers) == 0 || a.Customers[0].ID != c.ID || a.Exact != exact {
				t.Errorf("%q: %+v %v", q, a, err)
				continue
			}
			if f := a.Customers[0]; f.OpenTickets != 1 || f.LastMatter == nil || f.LastMatter.TicketID != tk.ID {
				t.Errorf("%q: %+v", q, f)
			}
		}
		for _, q := range []string{tk.Number(), "#" + tk.Number(), " " + tk.Number() + " "} {
			a, err := h.Lookup(h.rep, customer.Lookup{Q: q})
			if err != nil || len(a.Tickets) != 1 || a.Tickets[0].Customer.ID != c.ID || a.Tickets[0].Subject != "空压机漏油" {
				t.Errorf("%q: %+v %v", q, a, err)
			}
		}
		secret, err := h.Lookup(h.rep, customer.Lookup{Q: "#10002"})
		if err != nil || len(secret.Tickets) != 0 {
			t.Errorf("%+v %v", secret, err)
		}
		if a, err := h.Lookup(h.rep, customer.Lookup{Phone: "13800138000"}); err != nil || !a.Exact || len(a.Customers) != 1 {
			t.Errorf("%+v %v", a, err)
		}
		if _, err := h.Lookup(t.Context(), customer.Lookup{Q: "x"}); !fault.Is(err, fault.KindUnauthenticated) {
			t.Error(err)
		}
	})
}

func TestAnExactNameIsNotBuriedUnderOthers_R306(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		for i := range 60 {
			h.make(t, customer.Registration{Name: fmt.Sprintf("Ann Zed%02d", i)})
		}
		c := h.make(t, customer.Registration{Name: "Zed Ann"})
		a, err := h.Lookup(h.rep, customer.Lookup{Q: "zed ann"})
		if err != nil || len(a.Customers) != 20 || a.Customers[0].ID != c.ID || !a.Exact {
			t.Errorf("%d %v %v", len(a.Customers), a.Exact, err)
		}
	})
}

func (h *house) steps(t *testing.T, ctx context.Context, id int64, begins string) []string {
	t.Helper()
	var out []string
	req := page.Request{Limit: 2}
	for {
		p, err := h.Journey(ctx, id, begins, req)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range p.Items {
			line := s.Kind
			if s.Ticket != nil {
				line += " " + s.Ticket.Subject
			}
			out = append(out, line)
		}
		if req.Cursor = p.Next; p.Next == "" {
			return out
		}
	}
}

func TestOneTimelineOverEverything_R048(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		firm := h.make(t, customer.Registration{Kind: customer.Organization, Name: "Firm"})
		c := h.make(t, customer.Registration{Name: "王芳", Organizations: []customer.Member{{OrganizationID: firm.ID}}})
		a := h.open(t, c.ID, "Leak", 0)
		h.open(t, c.ID, "Secret", secretTeam)
		h.solve(t, a.ID)
		// What other slices tell of a customer is in it, too.
		err := h.db.Write(h.rep, func(ctx context.Context) error {
			return h.journal.Record(ctx, event.New{Kind: "answer.given", About: event.Ref{Kind: "ticket", ID: a.ID}, Customer: c.ID, Data: map[string]any{"article_id": 5}})
		})
		if err != nil {
			t.Fatal(err)
		}
		h.placed(t)
		want := []string{"answer.given Leak", "ticket.status_changed Leak", "ticket.created Leak", "customer.created"}
		got := h.steps(t, h.rep, c.ID, "")
		if got = slices.DeleteFunc(got, func(s string) bool { return strings.HasPrefix(s, "ticket.assigned") }); !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
		if got := h.steps(t, h.rep, c.ID, "answer."); !slices.Equal(got, want[:1]) {
			t.Errorf("%q", got)
		}
		if got := h.steps(t, h.rep, firm.ID, "ticket.created"); !slices.Equal(got, []string{"ticket.created Leak"}) {
			t.Errorf("an organization has that of its people: %q", got)
		}
		if got := h.steps(t, h.boss, c.ID, "ticket.created"); !slices.Equal(got, []string{"ticket.created Secret", "ticket.created Leak"}) {
			t.Errorf("%q", got)
		}
		if got := h.steps(t, as(t, 2, authority.Employee), c.ID, "answer."); len(got) != 0 {
			t.Errorf("an employee sees what was said among ourselves: %q", got)
		}
	})
}

// placed waits until every event has its position.
func (h *house) placed(t *testing.T) {
	t.Helper()
	err := h.journal.CatchUp(t.Context(), journal.Follower{Name: "test", Handle: func(context.Context, []event.Event) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheTimelineHoldsBothHistoriesAfterAMerge_R307(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		stays, goes := h.make(t, customer.Registration{Name: "王芳"}), h.make(t, customer.Registration{Anonymous: true})
		h.open(t, stays.ID, "Old", 0)
		h.open(t, goes.ID, "Call", 0)
		m, err := h.customers.Merge(h.rep, goes.ID, stays.ID)
		if err != nil {
			t.Fatal(err)
		}
		h.placed(t)
		if got := h.steps(t, h.boss, stays.ID, "ticket.created"); !slices.Equal(got, []string{"ticket.created Call", "ticket.created Old"}) {
			t.Errorf("%q", got)
		}
		if o, err := h.Overview(h.rep, goes.ID, ""); err != nil || o.MergedInto == nil || *o.MergedInto != stays.ID {
			t.Errorf("%+v %v", o, err)
		}
		if _, err := h.customers.Unmerge(h.rep, m.ID); err != nil {
			t.Fatal(err)
		}
		h.placed(t)
		if got := h.steps(t, h.boss, stays.ID, "ticket.created"); !slices.Equal(got, []string{"ticket.created Old"}) {
			t.Errorf("%q", got)
		}
		if got := h.steps(t, h.boss, goes.ID, "ticket.created"); !slices.Equal(got, []string{"ticket.created Call"}) {
			t.Errorf("%q", got)
		}
	})
}

// anybody lets every request act as a rep.
type anybody struct{}

func (anybody) Session(context.Context, string) (actor.Actor, int64, error) {
	return actor.Actor{}, 0, fault.Unauthenticated("unauthenticated")
}

func (anybody) Token(context.Context, string) (actor.Actor, error) {
	return actor.Actor{Kind: actor.Agent, ID: 1, Name: "Li", Role: authority.Rep}, nil
}

func TestPortraitsThroughTheAPI_R048(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		c := h.make(t, customer.Registration{Name: "王芳", Phones: []customer.Entry{{Value: "13800138000"}}})
		h.open(t, c.ID, "Leak", 0)
		h.placed(t)
		r := rest.NewRouter(rest.Deps{DB: h.db, Auth: anybody{}, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
		h.Routes(r)
		get := func(path string) map[string]any {
			t.Helper()
			req := httptest.NewRequest(http.MethodGet, rest.Base+path, nil)
			req.Header.Set("Authorization", "Bearer x")
			w := httptest.NewRecorder()
			r.ServeHTTP(w, req)
			var out map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code != http.StatusOK {
				t.Fatalf("%s: %d %s %v", path, w.Code, w.Body, err)
			}
			return out
		}
		o := get("/customers/1/overview?channel=phone")
		if o["name"] != "王芳" || o["number"] != "C-1001" || o["since"] != "2026-03-02" || o["open_tickets"] != 1.0 || o["last_matter"].(map[string]any)["subject"] != "Leak" {
			t.Errorf("%v", o)
		}
		if l := get("/customers/1/timeline?limit=1"); len(l["items"].([]any)) != 1 || l["next"] == "" {
			t.Errorf("%v", l)
		}
		a := get("/lookup?q=8000")
		if found := a["customers"].([]any)[0].(map[string]any); found["name"] != "王芳" || found["open_tickets"] != 1.0 || a["exact"] != false {
			t.Errorf("%v", a)
		}
	})
}

func TestARequestShowsWhoSuppliesItsCustomer_R051(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		dealer := h.make(t, customer.Registration{Kind: customer.Organization, Name: "Dealer", Profile: customer.Profile{ChainRole: new("dealer")}})
		c := h.make(t, customer.Registration{Name: "Consumer", Profile: customer.Profile{ChainRole: new("end_customer")}})
		tk := h.open(t, c.ID, "Leak", 0)
		if o, err := h.Overview(h.rep, tk.CustomerID, ""); err != nil || len(o.Suppliers) != 0 {
			t.Errorf("%+v %v", o.Suppliers, err)
		}
		if _, err := h.customers.LinkTo(h.rep, c.ID, dealer.ID, true, customer.LinkSupplies); err != nil {
			t.Fatal(err)
		}
		o, err := h.Overview(h.rep, tk.CustomerID, "")
		if err != nil || len(o.Suppliers) != 1 || o.Suppliers[0].Name != "Dealer" || o.Suppliers[0].ChainRole != "dealer" {
			t.Errorf("%+v %v", o.Suppliers, err)
		}
	})
}

func TestTheLastConversationIsRecalled_R062(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		c := h.make(t, customer.Registration{Name: "王芳", Salutation: "王老师", Profile: customer.Profile{PreferredAgentID: new(int64(7))}})
		old, recent := h.open(t, c.ID, "Chair", 0), h.open(t, c.ID, "Invoice", 0)
		h.say(t, recent.ID, "要发票")
		h.say(t, old.ID, "孩子上学了，周末再来")
		o, err := h.Overview(h.rep, c.ID, "")
		if err != nil || o.LastTalk == nil || o.LastTalk.TicketID != old.ID || o.LastTalk.Preview != "孩子上学了，周末再来" || !o.LastTalk.At.Equal(h.clock.Now()) {
			t.Errorf("%+v %v", o.LastTalk, err)
		}
		if o.Address != "王老师" || o.PreferredAgentID == nil || *o.PreferredAgentID != 7 {
			t.Errorf("%+v", o)
		}
	})
}

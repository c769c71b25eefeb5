package intake_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/customer"
	"heed/internal/people/setting"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/rest"
	"heed/internal/reach/intake"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

var (
	noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	ann  = actor.Actor{Kind: actor.Agent, ID: 2, Name: "Ann", Role: "rep", Locale: "en"}
	cleo = actor.Actor{Kind: actor.Agent, ID: 5, Name: "Cleo", Role: "employee", Locale: "en"}
)

// town stands in for the agents.
type town struct{}

func (town) Actor(_ context.Context, id int64) (actor.Actor, error) {
	for _, a := range []actor.Actor{ann, cleo} {
		if a.ID == id {
			return a, nil
		}
	}
	return actor.Actor{}, fault.NotFound("not_found")
}

func (town) TeamInUse(_ context.Context, id int64) (bool, error) { return id == 1, nil }
func (town) PrivateTeamsHidden(context.Context) ([]int64, error) { return nil, nil }

type house struct {
	*intake.Service
	db      *db.DB
	clock   *clock.Manual
	journal *journal.Journal
	talk    *conversation.Service
	tickets *ticket.Service
	people  *customer.Service
}

func migrations() []db.Migration {
	return slices.Concat(journal.Migrations(), jobs.Migrations(), rest.Migrations(), setting.Migrations(), customer.Migrations(), ticket.Migrations(), conversation.Migrations())
}

func build(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{db: d, clock: clock.NewManual(noon)}
	log := slog.New(slog.DiscardHandler)
	h.journal = journal.New(journal.Deps{DB: d, Clock: h.clock, Log: log})
	queue := jobs.NewQueue(jobs.Deps{DB: d, Clock: h.clock, Log: log})
	blobs, err := blob.NewFiles(t.TempDir(), h.clock)
	if err != nil {
		t.Fatal(err)
	}
	customers := customer.New(customer.Deps{
		DB: d, Journal: h.journal, Clock: h.clock, Settings: setting.New(setting.Deps{DB: d, Journal: h.journal, Clock: h.clock}),
	})
	h.people = customers
	h.tickets = ticket.New(ticket.Deps{DB: d, Journal: h.journal, Jobs: queue, Clock: h.clock, People: town{}, Customers: customers})
	h.talk = conversation.New(conversation.Deps{
		DB: d, Journal: h.journal, Clock: h.clock, Tickets: h.tickets, Blobs: blobs,
		Customer: func(ctx context.Context, id int64) (conversation.Customer, error) {
			c, err := customers.Get(ctx, id)
			out := conversation.Customer{Name: c.Name, Salutation: c.Salutation}
			for _, e := range c.Emails {
				out.Emails = append(out.Emails, e.Value)
			}
			return out, err
		},
		OwnAddresses: func(context.Context) ([]string, error) { return nil, nil }, FileLimit: 1 << 20,
	})
	h.Service = intake.New(intake.Deps{DB: d, Customers: customers, Tickets: h.tickets, Conversation: h.talk})
	return h
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) { fn(t, build(t, d)) })
}

func as(t testing.TB, a actor.Actor) context.Context {
	t.Helper()
	return actor.With(t.Context(), a)
}

func (h *house) open(t testing.TB, a actor.Actor, r intake.Request) intake.Opened {
	t.Helper()
	if r.Ticket.Subject == "" {
		r.Ticket.Subject = "The pump leaks"
	}
	if r.Ticket.Channel == "" {
		r.Ticket.Channel = "phone"
	}
	out, err := h.Open(as(t, a), r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (h *house) events(t *testing.T, id int64) []event.Event {
	t.Helper()
	err := h.journal.CatchUp(t.Context(), journal.Follower{Name: "test", Handle: func(context.Context, []event.Event) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	evs, err := h.journal.About(t.Context(), event.Ref{Kind: "ticket", ID: id}, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(evs)
	return evs
}

func wang() *customer.Registration {
	return &customer.Registration{Name: "王芳", Emails: []customer.Entry{{Value: "wang@example.com"}}, Phones: []customer.Entry{{Value: "+8613800138000"}}}
}

func TestEveryChannelsRequestGetsANumber_R247(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		seen := map[string]bool{}
		for _, channel := range ticket.Channels() {
			out := h.open(t, ann, intake.Request{Ticket: ticket.Input{Channel: channel}})
			if n := out.Ticket.Number(); n == "" || seen[n] || out.Ticket.Channel != channel {
				t.Errorf("%s: %q", channel, n)
			}
			seen[out.Ticket.Number()] = true
		}
		mail := h.talk.Prepare(conversation.Mail{Channel: "email", From: "li@example.com", AuthorName: "Li", Text: "Hello there"})
		out, err := h.Open(actor.AsSystem(t.Context()), intake.Request{Ticket: ticket.Input{Subject: "", Channel: "email"}, Customer: wang(), Mail: &mail})
		if err != nil || out.Ticket.Number() == "" || seen[out.Ticket.Number()] || out.Ticket.IncomingCount != 1 || out.Message.Author.ID != out.Ticket.CustomerID {
			t.Errorf("%+v %v", out, err)
		}
	})
}

func TestASimpleRequestIsDoneInOneSave_R296(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		out := h.open(t, ann, intake.Request{
			Customer: wang(), Message: &conversation.Post{Kind: conversation.Reply, Text: "Told her the opening hours."},
			Status: ticket.StatusSolved, ResultCode: new("solved_answered"), ResultText: new("Opening hours"),
		})
		if out.Ticket.Status != ticket.StatusSolved || out.Ticket.OwnerID != ann.ID || out.Message.State != conversation.Sent {
			t.Errorf("%+v", out)
		}
		if !out.Ticket.SolvedAt.Equal(out.Ticket.CreatedAt) || !out.Ticket.FirstContact {
			t.Error("it is not to be seen as solved at the first contact")
		}
		if later := h.open(t, ann, intake.Request{}); later.Ticket.FirstContact {
			t.Error("what is still open counts as solved at the first contact")
		}
		var kinds []string
		for _, e := range h.events(t, out.Ticket.ID) {
			kinds = append(kinds, e.Kind)
		}
		if !slices.Contains(kinds, ticket.EventCreated) || !slices.Contains(kinds, conversation.EventSpoken) || !slices.Contains(kinds, ticket.EventStatusChanged) {
			t.Error(kinds)
		}
	})
}

func TestAllIsSavedOrNothing_R313(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		_, err := h.Open(as(t, ann), intake.Request{
			Ticket: ticket.Input{Subject: "x", Channel: "phone"}, Message: &conversation.Post{Kind: conversation.Reply, Text: "x"}, Status: ticket.StatusSolved,
		})
		if !fault.Is(err, fault.KindInvalid) {
			t.Fatal(err)
		}
		if out := h.open(t, ann, intake.Request{}); out.Ticket.ID > 2 {
			t.Error("numbers", out.Ticket.ID)
		}
		n, err := db.One[int64](t.Context(), h.db, "SELECT COUNT(*) FROM ticket")
		if err != nil || n != 1 {
			t.Error(n, err)
		}
		if n, err = db.One[int64](t.Context(), h.db, "SELECT COUNT(*) FROM message"); err != nil || n != 0 {
			t.Error(n, err)
		}
	})
}

func TestARequestGoesToWhomTheCustomerHasBecomePartOf_R307(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		stays := h.open(t, ann, intake.Request{Customer: wang()}).Ticket.CustomerID
		goes := h.open(t, ann, intake.Request{Customer: &customer.Registration{Anonymous: true}}).Ticket.CustomerID
		if _, err := h.people.Merge(as(t, ann), goes, stays); err != nil {
			t.Fatal(err)
		}
		if got := h.open(t, ann, intake.Request{Ticket: ticket.Input{CustomerID: goes}}).Ticket.CustomerID; got != stays {
			t.Error("of", got)
		}
	})
}

func TestWhoGivesNoNameIsRegisteredAllTheSame_R307(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		first := h.open(t, ann, intake.Request{Customer: &customer.Registration{Anonymous: true}}).Ticket.CustomerID
		second := h.open(t, ann, intake.Request{Customer: &customer.Registration{Anonymous: true}}).Ticket.CustomerID
		if first == 0 || second == 0 || first == second {
			t.Error("two nameless callers are two:", first, second)
		}
	})
}

func TestTheCustomerIsFoundElseRegistered_R307(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		first := h.open(t, ann, intake.Request{Customer: wang()}).Ticket.CustomerID
		for name, n := range map[string]*customer.Registration{
			"by address and name":   {Name: " 王芳 ", Emails: []customer.Entry{{Value: "Wang@example.com"}}},
			"by address alone":      {Emails: []customer.Entry{{Value: "wang@example.com"}}},
			"by number and name":    {Name: "王芳", Phones: []customer.Entry{{Value: "+8613800138000"}}},
			"by number alone":       {Phones: []customer.Entry{{Value: "+8613800138000"}}},
			"by the second address": {Name: "王芳", Emails: []customer.Entry{{Value: "new@example.com"}, {Value: "wang@example.com"}}},
		} {
			if got := h.open(t, ann, intake.Request{Customer: n}).Ticket.CustomerID; got != first {
				t.Errorf("%s: customer %d, want %d", name, got, first)
			}
		}
		colleague := h.open(t, ann, intake.Request{Customer: &customer.Registration{Name: "Li", Phones: []customer.Entry{{Value: "+8613800138000"}}}}).Ticket.CustomerID
		if colleague == first {
			t.Error("two who share a number were taken for one")
		}
		again := h.open(t, ann, intake.Request{Customer: &customer.Registration{Name: "Li", Phones: []customer.Entry{{Value: "+8613800138000"}}}}).Ticket.CustomerID
		if again != colleague {
			t.Error("he who shares a number was registered twice")
		}
		other := &customer.Registration{Name: "Zhao", Emails: []customer.Entry{{Value: "wang@example.com"}}}
		if _, err := h.Open(as(t, ann), intake.Request{Ticket: ticket.Input{Subject: "x", Channel: "phone"}, Customer: other}); fault.KeyOf(err) != "customer.duplicate_email" {
			t.Error(err)
		}
		other.AllowDuplicate = true
		if got := h.open(t, ann, intake.Request{Customer: other}).Ticket.CustomerID; got == first {
			t.Error("another was wanted")
		}
		if anonymous := h.open(t, ann, intake.Request{}); anonymous.Ticket.CustomerID != 0 {
			t.Errorf("%+v", anonymous)
		}
		if _, err := h.Open(as(t, ann), intake.Request{Ticket: ticket.Input{Subject: "x", Channel: "phone", CustomerID: first}, Customer: wang()}); !fault.Is(err, fault.KindInvalid) {
			t.Error(err)
		}
	})
}

func TestAnEmployeeWritesDownWhatHeHears_R064(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		out := h.open(t, cleo, intake.Request{Customer: wang(), Message: &conversation.Post{Kind: conversation.Incoming, Text: "It is loud"}})
		if out.Ticket.Status != ticket.StatusNew || out.Ticket.OwnerID != 0 || out.Message.Author.Name != "王芳" || out.Ticket.IncomingCount != 1 {
			t.Errorf("%+v", out)
		}
		ms, err := h.talk.List(as(t, cleo), out.Ticket.ID, page.Request{})
		if err != nil || len(ms.Items) != 1 {
			t.Error(ms, err)
		}
		for name, r := range map[string]intake.Request{
			"a note":   {Message: &conversation.Post{Kind: conversation.Note, Text: "x"}},
			"a reply":  {Message: &conversation.Post{Kind: conversation.Reply, Text: "x"}},
			"an owner": {Ticket: ticket.Input{OwnerID: ann.ID}},
			"a state":  {Status: ticket.StatusSolved, ResultCode: new("spam")},
		} {
			r.Ticket.Subject, r.Ticket.Channel = "x", "phone"
			if _, err := h.Open(as(t, cleo), r); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := h.Open(t.Context(), intake.Request{}); !fault.Is(err, fault.KindUnauthenticated) {
			t.Error(err)
		}
	})
}

// doors let in whoever gives his name as a token.
type doors struct{}

func (doors) Session(context.Context, string) (actor.Actor, int64, error) {
	return actor.Actor{}, 0, fault.Unauthenticated("unauthenticated")
}

func (doors) Token(_ context.Context, bearer string) (actor.Actor, error) {
	if bearer == ann.Name {
		return ann, nil
	}
	return cleo, nil
}

func TestTheWholeRequestGoesThroughTheAPI_R308(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		r := rest.NewRouter(rest.Deps{DB: h.db, Auth: doors{}, Clock: h.clock, Log: slog.New(slog.DiscardHandler), Version: "test"})
		h.Routes(r)
		server := httptest.NewServer(r)
		t.Cleanup(server.Close)
		call := func(body, key string, into any) int {
			t.Helper()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/api/v1/tickets", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer Ann")
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Idempotency-Key", key)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			content, err := io.ReadAll(res.Body)
			if err == nil {
				err = json.Unmarshal(content, into)
			}
			if err != nil {
				t.Fatalf("%s: %v", content, err)
			}
			return res.StatusCode
		}
		f, err := h.talk.Upload(as(t, ann), "photo.png", strings.NewReader("\x89PNG\r\n\x1a\n"))
		if err != nil {
			t.Fatal(err)
		}
		body := `{"subject":"空压机漏油","channel":"phone","priority":"high","tags":["VIP"],
			"customer":{"kind":"person","name":"王芳","emails":[{"value":"wang@example.com"}]},
			"message":{"kind":"incoming","text":"昨天开始漏油","attachment_ids":[` + strconv.FormatInt(f.ID, 10) + `]}}`
		var made, again ticket.TicketCore
		if s := call(body, "k1", &made); s != http.StatusCreated || made.Number == "" || made.Preview != "昨天开始漏油" || made.Priority != ticket.High || *made.CustomerID != 1 {
			t.Fatal(s, made)
		}
		if s := call(body, "k1", &again); s != http.StatusCreated || again.ID != made.ID {
			t.Fatal(s, again)
		}
		ms, err := h.talk.List(as(t, ann), made.ID, page.Request{})
		if err != nil || len(ms.Items) != 1 || len(ms.Items[0].Files) != 1 {
			t.Fatal(ms, err)
		}
		var p struct {
			Key    string `json:"key"`
			Errors []struct {
				Field string `json:"field"`
			} `json:"errors"`
		}
		if s := call(`{"subject":"x","channel":"phone","customer":{"name":"Li","phones":[{"value":"1"}]}}`, "k2", &p); s != http.StatusUnprocessableEntity || p.Errors[0].Field != "customer.phones[0].value" {
			t.Error(s, p)
		}
		if s := call(`{"subject":"x","channel":"phone","message":{"kind":"note"}}`, "k3", &p); s != http.StatusUnprocessableEntity || p.Errors[0].Field != "message.html" {
			t.Error(s, p)
		}
	})
}

func TestARequestIsClosedInTheSaveThatRegistersItAndReopeningTakesTheFirstContactBack_R296(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		out := h.open(t, ann, intake.Request{
			Customer: wang(), Message: &conversation.Post{Kind: conversation.Incoming, Text: "When do you open on Sunday?"},
			Status: ticket.StatusClosed, ResultCode: new("solved_answered"), ResultText: new("At ten"), ResultNote: new("asks every week"),
		})
		got := out.Ticket
		if got.Status != ticket.StatusClosed || !got.FirstContact || got.OwnerID != ann.ID || got.ResultNote != "asks every week" {
			t.Fatalf("%+v", got)
		}
		reopened := ticket.StatusReopened
		got, err := h.tickets.Change(as(t, ann), got.ID, 0, ticket.Patch{Status: &reopened})
		if err != nil || got.FirstContact || got.ResultNote != "" {
			t.Errorf("%+v %v", got, err)
		}
	})
}

// post registers a request through the API as Ann.
func post(t *testing.T, h *house, body string, into any) int {
	t.Helper()
	r := rest.NewRouter(rest.Deps{DB: h.db, Auth: doors{}, Clock: h.clock, Log: slog.New(slog.DiscardHandler), Version: "test"})
	h.Routes(r)
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/tickets", strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer Ann")
	req.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return w.Code
}

func TestACallIsLoggedInThreeFields_R250(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		var got ticket.TicketCore
		code := post(t, h, `{"channel":"phone",
			"customer":{"kind":"person","name":"王芳","phones":[{"value":"+8613800138000"}]},
			"message":{"kind":"incoming","text":"空压机漏油，昨天开始\n很急"}}`, &got)
		if code != 201 || got.Channel != "phone" || got.CustomerID == nil || got.Subject != "空压机漏油，昨天开始" {
			t.Fatalf("%d %+v", code, got)
		}
		again := ticket.TicketCore{}
		code = post(t, h, `{"channel":"phone","customer":{"kind":"person","name":"王芳","phones":[{"value":"138 0013 8000"}]},"subject":"again"}`, &again)
		if code != 201 || again.CustomerID == nil || *again.CustomerID != *got.CustomerID {
			t.Errorf("who calls again is another: %d %+v", code, again)
		}
	})
}

func TestAWalkInIsLoggedInThreeFields_R446(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		var got ticket.TicketCore
		code := post(t, h, `{"channel":"visit","place":"shop 3","subject":"Lost umbrella"}`, &got)
		if code != 201 || got.Place != "shop 3" || got.Channel != "visit" {
			t.Fatalf("%d %+v", code, got)
		}
	})
}

func TestWhoAsksWhoUsesAndWhoPaysAreKeptApart_R052(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		asks := h.open(t, ann, intake.Request{Customer: wang()}).Ticket.CustomerID
		one := func(name string) int64 {
			return h.open(t, ann, intake.Request{Customer: &customer.Registration{Name: name}}).Ticket.CustomerID
		}
		uses, pays := one("李工"), one("采购部")
		out := h.open(t, ann, intake.Request{Ticket: ticket.Input{CustomerID: asks, UserID: uses, PayerID: pays}})
		got, err := h.tickets.Get(as(t, ann), out.Ticket.ID)
		if err != nil || got.CustomerID != asks || got.UserID != uses || got.PayerID != pays {
			t.Fatalf("%+v %v", got, err)
		}
		if _, err = h.tickets.Change(as(t, ann), got.ID, 0, ticket.Patch{PayerID: new(int64(999_999))}); !fault.Is(err, fault.KindInvalid) {
			t.Error("a payer who is not there:", err)
		}
		if got, err = h.tickets.Change(as(t, ann), got.ID, 0, ticket.Patch{UserID: new(int64(0))}); err != nil || got.UserID != 0 || got.PayerID != pays {
			t.Errorf("%+v %v", got, err)
		}
	})
}

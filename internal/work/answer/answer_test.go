package answer_test

import (
	"context"
	"encoding/json"
	"errors"
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
	"heed/internal/offer/canned"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/rest"
	"heed/internal/work/answer"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

var (
	eve  = actor.Actor{Kind: actor.Agent, ID: 1, Name: "Eve", Role: "supervisor", Locale: "en"}
	ann  = actor.Actor{Kind: actor.Agent, ID: 2, Name: "Ann", Role: "rep", Locale: "en"}
	bo   = actor.Actor{Kind: actor.Agent, ID: 3, Name: "Bo", Role: "rep", Locale: "en"}
	cleo = actor.Actor{Kind: actor.Agent, ID: 5, Name: "Cleo", Role: "employee", Locale: "en"}
)

const privateTeam = 9

// town stands in for the people.
type town struct{}

func (town) Actor(_ context.Context, id int64) (actor.Actor, error) {
	for _, a := range []actor.Actor{eve, ann, bo, cleo} {
		if a.ID == id {
			return a, nil
		}
	}
	return actor.Actor{}, fault.NotFound("not_found")
}
func (town) TeamInUse(context.Context, int64) (bool, error)      { return true, nil }
func (town) PrivateTeamsHidden(context.Context) ([]int64, error) { return []int64{privateTeam}, nil }
func (town) HomeOf(context.Context, int64) (int64, error)        { return 0, nil }

// shelf stands in for the articles.
type shelf struct {
	articles     map[int64]answer.Article
	uses, solved map[int64]int
	asked        answer.Signals
}

func (s *shelf) Article(_ context.Context, id int64, locale string) (answer.Article, error) {
	a, ok := s.articles[id]
	if !ok {
		return a, fault.NotFound("not_found")
	}
	if locale != "" {
		a.Locale = locale
	}
	return a, nil
}

func (s *shelf) Suggest(_ context.Context, sig answer.Signals) ([]answer.Hit, error) {
	s.asked = sig
	out := []answer.Hit{}
	for _, a := range s.articles {
		if sig.ProductID == 40 && a.Kind == "product" || strings.Contains(sig.Text, "warranty") && a.Topic == "warranty" {
			out = append(out, answer.Hit{Article: a})
		}
	}
	slices.SortFunc(out, func(a, b answer.Hit) int { return int(a.ID - b.ID) })
	return out, nil
}

func (s *shelf) Search(ctx context.Context, sig answer.Signals) ([]answer.Hit, error) {
	return s.Suggest(ctx, sig)
}

func (s *shelf) Coded(context.Context, string) ([]answer.Hit, error) {
	out := []answer.Hit{}
	for _, a := range s.articles {
		if a.Code != "" {
			out = append(out, answer.Hit{Article: a})
		}
	}
	return out, nil
}

func (s *shelf) NoteUse(_ context.Context, id int64) error    { s.uses[id]++; return nil }
func (s *shelf) NoteSolved(_ context.Context, id int64) error { s.solved[id]++; return nil }

type house struct {
	*answer.Service
	db      *db.DB
	clock   *clock.Manual
	journal *journal.Journal
	tickets *ticket.Service
	talk    *conversation.Service
	shelf   *shelf
	tasks   []answer.Task
	gaps    []answer.TypeGap
}

func migrations() []db.Migration {
	return slices.Concat(journal.Migrations(), jobs.Migrations(), ticket.Migrations(), conversation.Migrations(), answer.Migrations(), rest.Migrations())
}

// customers: those with an even id can be written to.
func customerOf(_ context.Context, id int64) (conversation.Customer, error) {
	c := conversation.Customer{Name: "Customer " + string(rune('A'+id%26))}
	if id%2 == 0 {
		c.Emails = []string{strings.ToLower(strings.ReplaceAll(c.Name, " ", ".")) + "@example.com"}
	}
	return c, nil
}

func build(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{db: d, clock: clock.NewManual(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))}
	log := slog.New(slog.DiscardHandler)
	h.journal = journal.New(journal.Deps{DB: d, Clock: h.clock, Log: log})
	queue := jobs.NewQueue(jobs.Deps{DB: d, Clock: h.clock, Log: log})
	blobs, err := blob.NewFiles(t.TempDir(), h.clock)
	if err != nil {
		t.Fatal(err)
	}
	h.tickets = ticket.New(ticket.Deps{DB: d, Journal: h.journal, Jobs: queue, Clock: h.clock, People: town{}, Customers: town{}})
	h.talk = conversation.New(conversation.Deps{
		DB: d, Journal: h.journal, Clock: h.clock, Tickets: h.tickets, Blobs: blobs, Customer: customerOf,
		OwnAddresses: func(context.Context) ([]string, error) { return nil, nil }, FileLimit: 1 << 20,
	})
	h.shelf = &shelf{
		articles: map[int64]answer.Article{
			10: {ID: 10, VersionID: 101, N: 1, Locale: "en", Kind: "policy", Topic: "warranty", Code: "warranty", Title: "Warranty is 24 months", Answer: "<p>{{customer.name}}: 24 months. {{agent.name}}</p>", OwnerID: bo.ID},
			11: {ID: 11, VersionID: 111, N: 1, Locale: "en", Kind: "question", Topic: "warranty", Title: "Is wear covered?", Answer: "<p>No.</p>"},
			12: {ID: 12, VersionID: 121, N: 1, Locale: "en", Kind: "product", Title: "Compressor GA-45", Answer: "<p>45 kW.</p>"},
		},
		uses: map[int64]int{}, solved: map[int64]int{},
	}
	h.Service = answer.New(answer.Deps{
		DB: d, Journal: h.journal, Jobs: queue, Clock: h.clock, Knowledge: h.shelf, Tickets: h.tickets, Conversation: h.talk,
		Customer: func(_ context.Context, id int64) (answer.Customer, error) {
			c, err := customerOf(nil, id) //nolint:staticcheck // it reads nothing of it
			return answer.Customer{Name: c.Name, Kind: "person", Locale: map[bool]string{true: "zh-CN", false: "en"}[id == 104]}, err
		},
		TypeGaps: func(context.Context, time.Time) ([]answer.TypeGap, error) { return h.gaps, nil },
		Actor:    town{}.Actor,
		IsName:   func(_ context.Context, text string) (bool, error) { return text == "王小明", nil },
		Facts:    func(ctx context.Context, id int64) (canned.Facts, error) { return h.talk.MergeFacts(ctx, id) },
		OpenTask: func(ctx context.Context, task answer.Task) (int64, error) {
			h.tasks = append(h.tasks, task)
			tk, err := h.tickets.Create(ctx, ticket.Input{Subject: task.Subject, Channel: "note", OwnerID: task.OwnerID})
			return tk.ID, err
		},
	})
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

func (h *house) open(t testing.TB, in ticket.Input) int64 {
	t.Helper()
	if in.Subject == "" {
		in.Subject = "a matter"
	}
	if in.Channel == "" {
		in.Channel = "email"
	}
	tk, err := h.tickets.Create(as(t, ann), in)
	if err != nil {
		t.Fatal(err)
	}
	return tk.ID
}

func (h *house) give(t testing.TB, by actor.Actor, ticketID, article int64) (answer.Given, []answer.Earlier) {
	t.Helper()
	h.clock.Advance(time.Minute)
	g, earlier, err := h.Give(as(t, by), ticketID, article, "en", answer.Inserted)
	if err != nil {
		t.Fatal(err)
	}
	return g, earlier
}

func (h *house) follow(t testing.TB) {
	t.Helper()
	for _, f := range h.Followers() {
		if err := h.journal.CatchUp(actor.AsSystem(t.Context()), f); err != nil {
			t.Fatal(err)
		}
	}
}

// publish makes a new version of an article, as offer/knowledge tells it.
func (h *house) publish(t testing.TB, id int64, data map[string]any) {
	t.Helper()
	a := h.shelf.articles[id]
	a.N++
	a.VersionID++
	h.shelf.articles[id] = a
	data["article_id"], data["n"], data["title"], data["topic"] = id, a.N, a.Title, a.Topic
	err := h.db.Write(as(t, eve), func(ctx context.Context) error {
		return h.journal.Record(ctx, event.New{Kind: "article.published", About: event.Ref{Kind: "article", ID: id}, Data: data})
	})
	if err != nil {
		t.Fatal(err)
	}
	h.follow(t)
}

func TestARepSeesWhatWasSaidBeforeOnTheTopic_R112(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		first := h.open(t, ticket.Input{CustomerID: 100})
		g, earlier := h.give(t, bo, first, 10)
		if len(earlier) != 0 || g.VersionID != 101 || g.N != 1 || g.ByName != "Bo" || g.CustomerID != 100 {
			t.Fatalf("given %+v, earlier %+v", g, earlier)
		}
		second := h.open(t, ticket.Input{CustomerID: 100})
		h.give(t, ann, second, 12) // of no topic
		s, err := h.Suggest(as(t, ann), h.open(t, ticket.Input{CustomerID: 100, Subject: "warranty"}))
		if err != nil || len(s.Articles) != 2 {
			t.Fatal(s, err)
		}
		if a := s.Articles[0]; a.ID != 10 || !a.Given || len(a.Earlier) != 0 {
			t.Errorf("the article that he was given is %+v", a)
		}
		if a := s.Articles[1]; a.ID != 11 || a.Given || len(a.Earlier) != 1 || a.Earlier[0].ByName != "Bo" {
			t.Errorf("the other one of the topic warns of nothing before it is given: %+v", a)
		}
		_, earlier = h.give(t, ann, second, 11)
		if len(earlier) != 1 || earlier[0].Kind != answer.OtherArticle || earlier[0].ArticleID != 10 || earlier[0].ByName != "Bo" ||
			earlier[0].TicketID != first || !earlier[0].At.Equal(g.At) || earlier[0].Title != "Warranty is 24 months" {
			t.Fatalf("what was said before is %+v", earlier)
		}
		// Another customer was told nothing.
		if _, earlier = h.give(t, ann, h.open(t, ticket.Input{CustomerID: 102}), 11); len(earlier) != 0 {
			t.Errorf("another customer's answers warn: %+v", earlier)
		}
		// A new version of the same article is another answer, too.
		h.publish(t, 10, map[string]any{})
		_, earlier = h.give(t, ann, first, 10)
		if len(earlier) != 2 || earlier[1].Kind != answer.OlderVersion || earlier[1].N != 1 || earlier[0].ArticleID != 11 {
			t.Errorf("after a new version: %+v", earlier)
		}
		p, err := h.OfCustomer(as(t, ann), 100, page.Request{Limit: 3})
		if err != nil || len(p.Items) != 3 || p.Next == "" || p.Items[0].N != 2 {
			t.Errorf("the customer's answers are %+v, %v", p, err)
		}
	})
}

func TestAnswersFollowTheCustomerOfTheTicketAndHisDouble_R112(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		id := h.open(t, ticket.Input{})
		h.give(t, bo, id, 10)
		if _, earlier := h.give(t, ann, id, 11); len(earlier) != 1 {
			t.Errorf("with nobody known, the ticket does not warn: %+v", earlier)
		}
		customer := int64(101)
		if _, err := h.tickets.Change(as(t, ann), id, 0, ticket.Patch{CustomerID: &customer}); err != nil {
			t.Fatal(err)
		}
		merged := func(kind string) {
			t.Helper()
			err := h.db.Write(as(t, eve), func(ctx context.Context) error {
				return h.journal.Record(ctx, event.New{Kind: kind, About: event.Ref{Kind: "customer", ID: 102}, Data: map[string]int64{"merge_id": 1, "from": 101, "into": 102}})
			})
			if err != nil {
				t.Fatal(err)
			}
			h.follow(t)
		}
		count := func(customer int64) int {
			t.Helper()
			p, err := h.OfCustomer(as(t, ann), customer, page.Request{})
			if err != nil {
				t.Fatal(err)
			}
			return len(p.Items)
		}
		h.follow(t)
		if n := count(101); n != 2 {
			t.Fatalf("the customer has %d answers", n)
		}
		own := h.open(t, ticket.Input{CustomerID: 102})
		h.give(t, ann, own, 12)
		merged("customer.merged")
		if a, b := count(101), count(102); a != 0 || b != 3 {
			t.Errorf("merged: %d and %d", a, b)
		}
		merged("customer.unmerged")
		if a, b := count(101), count(102); a != 2 || b != 1 {
			t.Errorf("undone: %d and %d", a, b)
		}
	})
}

func TestUseAndSolvedByAreCounted_R303(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		id := h.open(t, ticket.Input{CustomerID: 100})
		h.give(t, ann, id, 10)
		h.give(t, ann, id, 10)
		for range 2 {
			if err := h.Solved(as(t, ann), id, 10); err != nil {
				t.Fatal(err)
			}
		}
		if h.shelf.uses[10] != 2 || h.shelf.solved[10] != 1 {
			t.Errorf("used %d times, solved %d", h.shelf.uses[10], h.shelf.solved[10])
		}
		got, err := h.OfTicket(as(t, ann), id)
		if err != nil || len(got.Given) != 2 || !slices.Equal(got.Solved, []int64{10}) {
			t.Errorf("%+v, %v", got, err)
		}
		report, err := h.Report(as(t, eve), h.clock.Now().Add(-time.Hour))
		if err != nil || len(report) != 1 || report[0].Uses != 2 || report[0].Solved != 1 || report[0].Title != "Warranty is 24 months" {
			t.Errorf("%+v, %v", report, err)
		}
		if _, _, err := h.Give(as(t, cleo), id, 10, "en", answer.Inserted); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
		if _, _, err := h.Give(as(t, ann), id, 10, "en", "shouted"); !fault.Is(err, fault.KindInvalid) {
			t.Error(err)
		}
		secret := h.open(t, ticket.Input{})
		team := int64(privateTeam)
		if _, err := h.tickets.Change(as(t, eve), secret, 0, ticket.Patch{TeamID: &team}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.Give(as(t, ann), secret, 10, "en", answer.Inserted); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
	})
}

func TestSuggestionsComeFromTypeProductAndWords_R168(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		id := h.open(t, ticket.Input{Subject: "It is loud", CustomerID: 104, ProductID: 40})
		if _, _, err := h.talk.Post(as(t, ann), conversation.Post{TicketID: id, Kind: conversation.Incoming, Text: "and what about the warranty?"}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.talk.Post(as(t, ann), conversation.Post{TicketID: id, Kind: conversation.Note, Text: "a note about something else"}); err != nil {
			t.Fatal(err)
		}
		s, err := h.Suggest(as(t, ann), id)
		if err != nil || len(s.Articles) != 3 || s.Articles[2].ID != 12 {
			t.Fatalf("%+v, %v", s, err)
		}
		if q := h.shelf.asked; q.ProductID != 40 || q.CustomerID != 104 || strings.Contains(q.Text, "note") || q.Locale != "zh-CN" || s.Locale != "zh-CN" {
			t.Errorf("asked for %+v", q)
		}
	})
}

func TestAWrongAnswerIsAnOwnersTaskAndItsRecipientsAreKnown_R380(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		a, b := h.open(t, ticket.Input{CustomerID: 100}), h.open(t, ticket.Input{CustomerID: 102})
		h.give(t, ann, a, 10)
		h.give(t, ann, a, 10)
		h.give(t, bo, b, 10)
		h.give(t, bo, h.open(t, ticket.Input{}), 10)
		h.give(t, bo, b, 11)
		w, err := h.ReportWrong(as(t, ann), 10, 0, a, "It is 36 months by now")
		if err != nil || w.N != 1 || w.State != answer.WrongOpen {
			t.Fatal(w, err)
		}
		task, err := h.tickets.Get(as(t, ann), w.TaskID)
		if err != nil || task.OwnerID != bo.ID || !strings.Contains(task.Subject, "Warranty is 24 months") || !strings.Contains(h.tasks[0].Text, "36 months") {
			t.Errorf("the task is %+v, %v", task, err)
		}
		p, err := h.Recipients(as(t, bo), 10, 1, page.Request{Limit: 2}) // Bo owns the article
		if err != nil || len(p.Items) != 2 || p.Next == "" || p.Items[0].CustomerID != 102 || p.Items[1].CustomerID != 100 || p.Items[0].Name == "" {
			t.Fatalf("%+v, %v", p, err)
		}
		rest, err := h.Recipients(as(t, eve), 10, 1, page.Request{Limit: 2, Cursor: p.Next})
		if err != nil || len(rest.Items) != 1 || rest.Items[0].CustomerID != 0 || rest.Next != "" {
			t.Errorf("%+v, %v", rest, err)
		}
		if _, err := h.Recipients(as(t, ann), 10, 1, page.Request{}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("who neither owns nor publishes sees the list: %v", err)
		}
		if _, err := h.ReportWrong(as(t, ann), 10, 0, 0, " "); !fault.Is(err, fault.KindInvalid) {
			t.Error(err)
		}
		h.publish(t, 10, map[string]any{"change": "36 months"})
		reports, err := h.WrongReports(as(t, eve), 10)
		if err != nil || len(reports) != 1 || reports[0].State != answer.WrongCorrected {
			t.Errorf("after the new version the report is %+v, %v", reports, err)
		}
		if got, err := h.OfTicket(as(t, ann), a); err != nil || len(got.Flags) != 1 || got.Flags[0].Change != "36 months" || !got.Flags[0].Given {
			t.Errorf("the ticket is flagged with %+v, %v", got.Flags, err)
		}
	})
}

func TestACorrectionReachesEachRecipientOnce_R380(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		byCustomer := map[int64]int64{}
		for _, c := range []int64{100, 101, 102, 104, 106} {
			byCustomer[c] = h.open(t, ticket.Input{CustomerID: c})
			h.give(t, ann, byCustomer[c], 10)
			h.give(t, ann, byCustomer[c], 10)
		}
		loud := h.open(t, ticket.Input{CustomerID: 109, Channel: "phone"})
		h.give(t, ann, loud, 10)
		texts := map[string]string{"en": "<p>{{customer.name}}, it is 36 months.</p>", "zh-CN": "<p>{{customer.name}}，是 36 个月。</p>"}
		if _, err := h.Correct(as(t, ann), 10, 1, texts); !fault.Is(err, fault.KindForbidden) {
			t.Fatal(err)
		}
		if _, err := h.Correct(as(t, eve), 10, 7, texts); fault.KeyOf(err) != "answer.no_recipients" {
			t.Fatal(err)
		}
		c, err := h.Correct(as(t, eve), 10, 1, texts)
		if err != nil || c.Total != 6 {
			t.Fatal(c, err)
		}
		if _, err := h.Correct(as(t, eve), 10, 1, texts); fault.KeyOf(err) != "answer.correction_running" {
			t.Fatal(err)
		}
		run := h.Handlers()[0].Run
		system := actor.AsSystem(t.Context())
		// The job is killed after two, and runs a second time from there.
		if more, err := h.CorrectSome(system, c.ID, 2); err != nil || !more {
			t.Fatal(more, err)
		}
		half, err := h.Correction(as(t, eve), c.ID)
		if err != nil || half.Sent+half.Unreachable != 2 || half.Done {
			t.Fatalf("half way it is %+v, %v", half, err)
		}
		for range 2 {
			if err := run(system, jobs.Job{Args: []byte(`{"id":1}`)}); err != nil {
				t.Fatal(err)
			}
		}
		got, err := h.Correction(as(t, eve), c.ID)
		if err != nil || !got.Done || got.Sent != 4 || got.Unreachable != 2 {
			t.Fatalf("in the end it is %+v, %v", got, err)
		}
		for customer, id := range byCustomer {
			p, err := h.talk.List(as(t, eve), id, page.Request{})
			if err != nil {
				t.Fatal(err)
			}
			want := 1
			if customer%2 == 1 {
				want = 0
			}
			if len(p.Items) != want {
				t.Errorf("customer %d got %d messages", customer, len(p.Items))
				continue
			}
			if want == 1 && (p.Items[0].Author.Name != "Eve" || !strings.Contains(p.Items[0].Text, "36") || strings.Contains(p.Items[0].Text, "{{")) {
				t.Errorf("customer %d got %+v", customer, p.Items[0])
			}
			if customer == 104 && !strings.Contains(p.Items[0].Text, "个月") {
				t.Errorf("the Chinese customer got %q", p.Items[0].Text)
			}
			if tk, err := h.tickets.Get(as(t, eve), id); err != nil || tk.Status != ticket.StatusNew || tk.OwnerID != 0 {
				t.Errorf("the correction changed the ticket: %+v, %v", tk, err)
			}
		}
		if p, err := h.talk.List(as(t, eve), loud, page.Request{}); err != nil || len(p.Items) != 0 {
			t.Errorf("what nobody said on the phone is written down as said: %+v, %v", p.Items, err)
		}
		p, err := h.Recipients(as(t, eve), 10, 1, page.Request{})
		if err != nil {
			t.Fatal(err)
		}
		states := map[string]int{}
		for _, r := range p.Items {
			states[r.Correction]++
		}
		if states["sent"] != 4 || states["unreachable"] != 2 {
			t.Errorf("the list says %v", states)
		}
	})
}

// crash makes the posting of one message fail after the message was stored.
type crash struct {
	answer.Conversation
	at, n int
}

var errCrash = errors.New("the machine stopped")

func (c *crash) Post(ctx context.Context, p conversation.Post) (conversation.Message, ticket.Ticket, error) {
	m, t, err := c.Conversation.Post(ctx, p)
	if c.n++; err == nil && c.n == c.at {
		err = errCrash
	}
	return m, t, err
}

func TestACorrectionThatIsCutOffIsNotSentTwice_R380(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		var ids []int64
		for _, c := range []int64{100, 102, 104} {
			ids = append(ids, h.open(t, ticket.Input{CustomerID: c}))
			h.give(t, ann, ids[len(ids)-1], 10)
		}
		broken := answer.New(answer.Deps{
			DB: h.db, Journal: h.journal, Jobs: jobs.NewQueue(jobs.Deps{DB: h.db, Clock: h.clock, Log: slog.New(slog.DiscardHandler)}), Clock: h.clock,
			Knowledge: h.shelf, Tickets: h.tickets, Conversation: &crash{Conversation: h.talk, at: 2}, Actor: town{}.Actor,
			Customer: func(context.Context, int64) (answer.Customer, error) { return answer.Customer{}, nil },
			Facts:    func(ctx context.Context, id int64) (canned.Facts, error) { return h.talk.MergeFacts(ctx, id) },
		})
		c, err := broken.Correct(as(t, eve), 10, 1, map[string]string{"en": "<p>sorry</p>"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := broken.CorrectSome(actor.AsSystem(t.Context()), c.ID, 100); !errors.Is(err, errCrash) {
			t.Fatal(err)
		}
		if _, err := broken.CorrectSome(actor.AsSystem(t.Context()), c.ID, 100); err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if p, err := h.talk.List(as(t, eve), id, page.Request{}); err != nil || len(p.Items) != 1 {
				t.Errorf("ticket %d has %d messages, %v", id, len(p.Items), err)
			}
		}
	})
}

func TestSearchesWithoutResultAreCountedAndNameNobody_R116(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		search := func(q string, hits int) {
			t.Helper()
			if err := h.NoteSearch(as(t, ann), q, "zh-CN", hits); err != nil {
				t.Fatal(err)
			}
		}
		for _, q := range []string{"怎么退押金", "怎麼退押金", "怎么退", "王小明先生 138 0013 8000 退押金", "wang@example.com", "13800138000", "Mr Lee deposit", "王小明"} {
			search(q, 0)
		}
		search("保修", 3)
		search("foot pedal", 0)
		h.clock.Advance(24 * time.Hour)
		search("foot pedal", 2) // somebody has written the article since
		gaps, err := h.SearchGaps(as(t, eve), h.clock.Now().Add(-30*24*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, g := range gaps {
			got = append(got, g.Text)
		}
		slices.Sort(got)
		if len(gaps) != 3 || gaps[0].Empty != 2 || !slices.Equal(got, []string{"deposit", "怎麼退押金", "退押金"}) {
			t.Errorf("gaps are %+v", gaps)
		}
		stored, err := db.All[string](t.Context(), h.db, "SELECT shown FROM answer_search")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range stored {
			for _, personal := range []string{"王", "138", "@", "Lee"} {
				if strings.Contains(s, personal) {
					t.Errorf("%q is kept", s)
				}
			}
		}
	})
}

func TestTypingACodeInsertsTheAnswer_R302(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		r := rest.NewRouter(rest.Deps{DB: h.db, Auth: doors{}, Clock: h.clock, Log: slog.New(slog.DiscardHandler), Version: "test"})
		h.Routes(r)
		server := httptest.NewServer(r)
		t.Cleanup(server.Close)
		call := func(method, path, body string, into any) int {
			t.Helper()
			req, err := http.NewRequestWithContext(t.Context(), method, server.URL+"/api/v1"+path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer ann")
			req.Header.Set("Content-Type", "application/json")
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if err := json.NewDecoder(res.Body).Decode(into); err != nil {
				t.Fatal(err)
			}
			return res.StatusCode
		}
		var coded struct {
			Items []struct {
				ArticleID int64 `json:"article_id"`
				Code      string
			}
		}
		if got := call("GET", "/answers/coded", "", &coded); got != 200 || len(coded.Items) != 1 || coded.Items[0].Code != "warranty" {
			t.Fatal(got, coded)
		}
		id := h.open(t, ticket.Input{CustomerID: 100})
		var given struct {
			HTML  string
			Given struct {
				ByName string `json:"by_name"`
				N      int64
			}
		}
		path := "/tickets/" + strconv.FormatInt(id, 10) + "/answers"
		body := `{"article_id":` + strconv.FormatInt(coded.Items[0].ArticleID, 10) + `}`
		if got := call("POST", path, body, &given); got != 201 || given.HTML != "<p>Customer W: 24 months. Ann</p>" || given.Given.ByName != "Ann" || given.Given.N != 1 {
			t.Fatal(got, given)
		}
		if h.shelf.uses[10] != 1 {
			t.Errorf("used %d times", h.shelf.uses[10])
		}
	})
}

// doors let Ann in.
type doors struct{}

func (doors) Session(context.Context, string) (actor.Actor, int64, error) {
	return actor.Actor{}, 0, fault.Unauthenticated("unauthenticated")
}

func (doors) Token(context.Context, string) (actor.Actor, error) { return ann, nil }

func TestATypeWithRequestsAndNoArticleIsAGap_R116(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.gaps = []answer.TypeGap{{TypeID: 1, Key: "repair", Tickets: 9, Articles: 2}, {TypeID: 2, Key: "deposit", Tickets: 4}, {TypeID: 3, Key: "rare", Articles: 0}}
		types, _, err := h.Gaps(as(t, ann), h.clock.Now().Add(-time.Hour))
		if err != nil || len(types) != 1 || types[0].Key != "deposit" || types[0].Tickets != 4 {
			t.Errorf("%+v, %v", types, err)
		}
	})
}

func TestWhatNamesAPersonIsCutOutOfASearch(t *testing.T) {
	t.Parallel()
	for q, want := range map[string]string{
		"空压机 E14": "空压机 E14", "GA-37 4500": "GA-37 4500", "李女士的退款": "的退款", "call +1 (202) 555-0123 back": "call back",
		"order SO-20261124001 late": "order late", "ask Dr. Who about it": "ask about it", "x": "", "a@b.example": "", strings.Repeat("长", 90): "",
	} {
		got, ok := answer.Anonymous(q)
		if got != want && (ok || want != "") {
			t.Errorf("%q becomes %q, %v", q, got, ok)
		}
	}
}

func TestOpenTicketsOnTheTopicAreFlaggedWhenItChanges_R120(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		given, other, closed := h.open(t, ticket.Input{CustomerID: 100}), h.open(t, ticket.Input{CustomerID: 102}), h.open(t, ticket.Input{CustomerID: 104})
		untouched := h.open(t, ticket.Input{CustomerID: 106})
		h.give(t, ann, given, 10)
		h.give(t, ann, other, 11) // another article of the topic
		h.give(t, ann, closed, 10)
		status, result := ticket.StatusSolved, "solved_answered"
		if _, err := h.tickets.Change(as(t, ann), closed, 0, ticket.Patch{Status: &status, ResultCode: &result}); err != nil {
			t.Fatal(err)
		}
		h.publish(t, 10, map[string]any{"change": "36 months"})
		for id, want := range map[int64]int{given: 1, other: 1, closed: 0, untouched: 0} {
			got, err := h.OfTicket(as(t, ann), id)
			if err != nil || len(got.Flags) != want {
				t.Errorf("ticket %d has flags %+v, %v", id, got.Flags, err)
			}
		}
		if err := h.Seen(as(t, ann), given, 10); err != nil {
			t.Fatal(err)
		}
		if got, err := h.OfTicket(as(t, ann), given); err != nil || len(got.Flags) != 0 {
			t.Errorf("seen, it is still flagged: %+v, %v", got.Flags, err)
		}
	})
}

package search_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"heed/internal/insight/search"
	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/offer/knowledge"
	"heed/internal/people/customer"
	"heed/internal/people/setting"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/work/answer"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// The people of the tests. Team 2 is private and has Bo.
const openTeam, privateTeam = 1, 2

var (
	boss = actor.Actor{Kind: actor.Agent, ID: 1, Name: "Boss", Role: "administrator"}
	ann  = actor.Actor{Kind: actor.Agent, ID: 2, Name: "Ann", Role: "rep", Teams: []int64{openTeam}}
	bo   = actor.Actor{Kind: actor.Agent, ID: 3, Name: "Bo", Role: "rep", Teams: []int64{openTeam, privateTeam}}
	cleo = actor.Actor{Kind: actor.Agent, ID: 5, Name: "Cleo", Role: "employee"}
)

// town stands in for the people, who live in other slices.
type town struct{}

func (town) Actor(_ context.Context, id int64) (actor.Actor, error) {
	for _, a := range []actor.Actor{boss, ann, bo, cleo} {
		if a.ID == id {
			return a, nil
		}
	}
	return actor.Actor{}, fault.NotFound("not_found")
}

func (town) TeamInUse(context.Context, int64) (bool, error) { return true, nil }

func (town) PrivateTeamsHidden(ctx context.Context) ([]int64, error) {
	if actor.From(ctx).InTeam(privateTeam) {
		return nil, nil
	}
	return []int64{privateTeam}, nil
}

func (town) HomeOf(context.Context, int64) (int64, error) { return 0, nil }

type house struct {
	*search.Service
	db           *db.DB
	journal      *journal.Journal
	clock        *clock.Manual
	queue        *jobs.Queue
	tickets      *ticket.Service
	conversation *conversation.Service
	customers    *customer.Service
}

func migrations() []db.Migration {
	return slices.Concat(journal.Migrations(), jobs.Migrations(), setting.Migrations(), customer.Migrations(), ticket.Migrations(), conversation.Migrations(), knowledge.Migrations(), answer.Migrations(), search.Migrations())
}

func build(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{db: d, clock: clock.NewManual(noon)}
	log := slog.New(slog.DiscardHandler)
	h.journal = journal.New(journal.Deps{DB: d, Clock: h.clock, Log: log})
	h.queue = jobs.NewQueue(jobs.Deps{DB: d, Clock: h.clock, Log: log})
	h.tickets = ticket.New(ticket.Deps{DB: d, Journal: h.journal, Jobs: h.queue, Clock: h.clock, People: town{}, Customers: town{}})
	blobs, err := blob.NewFiles(t.TempDir(), h.clock)
	if err != nil {
		t.Fatal(err)
	}
	h.conversation = conversation.New(conversation.Deps{
		DB: d, Journal: h.journal, Clock: h.clock, Tickets: h.tickets, Blobs: blobs,
		Customer:     func(context.Context, int64) (conversation.Customer, error) { return conversation.Customer{}, nil },
		OwnAddresses: func(context.Context) ([]string, error) { return nil, nil },
	})
	settings := setting.New(setting.Deps{DB: d, Journal: h.journal, Clock: h.clock})
	h.customers = customer.New(customer.Deps{DB: d, Journal: h.journal, Clock: h.clock, Settings: settings})
	h.Service = search.New(search.Deps{DB: d, Journal: h.journal, Jobs: h.queue, Clock: h.clock, Log: log, People: town{}})
	if err := h.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
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

func (h *house) insert(t testing.TB, text string, args ...any) int64 {
	t.Helper()
	var id int64
	err := h.db.Write(t.Context(), func(ctx context.Context) (err error) {
		id, err = db.One[int64](ctx, h.db, text, args...)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return id
}

// open registers a ticket, a minute after the one before.
func (h *house) open(t testing.TB, a actor.Actor, in ticket.Input) int64 {
	t.Helper()
	h.clock.Advance(time.Minute)
	if in.Channel == "" {
		in.Channel = "phone"
	}
	got, err := h.tickets.Create(as(t, a), in)
	if err != nil {
		t.Fatal(err)
	}
	return got.ID
}

// say adds a message to a ticket, a minute after what was before.
func (h *house) say(t testing.TB, a actor.Actor, id int64, kind conversation.Kind, words string) int64 {
	t.Helper()
	h.clock.Advance(time.Minute)
	m, _, err := h.conversation.Post(as(t, a), conversation.Post{TicketID: id, Kind: kind, Text: words})
	if err != nil {
		t.Fatal(err)
	}
	return m.ID
}

func (h *house) catchUp(t testing.TB) {
	t.Helper()
	if err := h.journal.CatchUp(t.Context(), h.Follower()); err != nil {
		t.Fatal(err)
	}
}

func (h *house) find(t testing.TB, a actor.Actor, q string, in search.Scope) []search.Hit {
	t.Helper()
	p, err := h.Find(as(t, a), search.Query{Text: q, In: in})
	if err != nil {
		t.Fatalf("find %q: %v", q, err)
	}
	if p.Items == nil {
		t.Errorf("find %q: a page without items must be a list, too", q)
	}
	return p.Items
}

// names lists what was found, as "ticket 1".
func names(hits []search.Hit) []string {
	out := []string{}
	for _, h := range hits {
		out = append(out, fmt.Sprint(h.Kind, " ", h.ID))
	}
	return out
}

func want(t testing.TB, got []search.Hit, wanted ...string) {
	t.Helper()
	if !slices.Equal(names(got), append([]string{}, wanted...)) {
		t.Errorf("found %v, want %v", names(got), wanted)
	}
}

func TestTicketsAreFoundBySubjectTagAndNumber(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		a := h.open(t, ann, ticket.Input{Subject: "空压机 GA-37 报警 E14", Tags: []string{"保修期内"}})
		b := h.open(t, ann, ticket.Input{Subject: "牙科椅漏水"})
		h.say(t, ann, b, conversation.Incoming, fmt.Sprintf("与工单 %d 无关", a+10000))
		h.catchUp(t)
		for _, q := range []string{"空压机", "空壓機", "壓", "ga37", "GA-37 e14", "保修", "报警 空压"} {
			want(t, h.find(t, ann, q, search.Tickets), fmt.Sprint("ticket ", a))
		}
		want(t, h.find(t, ann, "保修 漏水", search.Tickets))
		number := fmt.Sprint(a + 10000)
		got := h.find(t, ann, "#"+number, search.All)
		if len(got) < 2 || got[0].ID != a || got[0].Kind != search.HitTicket || got[1].Kind != search.HitMessage {
			t.Errorf("the number %s finds %v, want the ticket first, then the message about it", number, names(got))
		}
		if got[0].Number != number || got[0].Title != "空压机 GA-37 报警 E14" || got[0].Status != ticket.StatusNew {
			t.Errorf("hit is %+v", got[0])
		}
	})
}

func TestMessagesAreFoundInEitherScriptAndByTheBeginningOfTheLastWord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		a := h.open(t, ann, ticket.Input{Subject: "x"})
		one := h.say(t, ann, a, conversation.Incoming, "您好，印表機卡紙了，請回電 021-5555 0123 或 +86 138 0013 8000。The compressor trips at startup.")
		h.say(t, ann, a, conversation.Incoming, "别的事情")
		h.catchUp(t)
		for _, q := range []string{
			"印表机", "卡纸", "卡紙", "回电", "compr", "Compressor TRIPS", "trips compr", "13800138000", "+86 138-0013-8000", "2155550123", "(021) 55550123",
			`"trips at startup"`,
		} {
			got := h.find(t, ann, q, search.Messages)
			want(t, got, fmt.Sprint("message ", one))
			if len(got) == 1 && len(got[0].Ranges) == 0 {
				t.Errorf("%q marks nothing in %q", q, got[0].Snippet)
			}
		}
		for _, q := range []string{"", "  ", "。，", "ompress", "打印机 卡纸", "13900139000", `"startup trips"`} {
			want(t, h.find(t, ann, q, search.All))
		}
	})
}

func TestCustomersAreFoundByNameSoundAddressPhoneAndNumber_R306(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		wang := h.addCustomer(t, "王芳", "fang.wang@clinic.example", "+8613800138000")
		lu := h.addCustomer(t, "呂明德", "lu@factory.example", "+886255550112")
		smith := h.addCustomer(t, "Sarah Smith-Jones", "sarah@dental.example", "+12025550123")
		h.catchUp(t)
		for q, id := range map[string]int64{
			"王芳": wang, "wangfang": wang, "wf": wang, "wangf": wang, "fang.wang@clinic.example": wang, "clinic": wang, "138 0013 8000": wang,
			"吕明": lu, "lvmingde": lu, "lumingde": lu, "02 5555 0112": lu, "smith": smith, "sarah jon": smith, "(202) 555-0123": smith,
			fmt.Sprint("C-", 1000+lu): lu,
		} {
			want(t, h.find(t, ann, q, search.Customers), fmt.Sprint("customer ", id))
		}
		h.renameCustomer(t, wang, "汪芳芳")
		h.catchUp(t)
		want(t, h.find(t, ann, "wangfangfang", search.Customers), fmt.Sprint("customer ", wang))
		want(t, h.find(t, ann, "王芳", search.Customers))
	})
}

func TestNobodyFindsWhatHeMayNotSee_R064(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		open := h.open(t, ann, ticket.Input{Subject: "compressor one", TeamID: openTeam})
		secret := h.open(t, bo, ticket.Input{Subject: "compressor two", TeamID: privateTeam})
		own := h.open(t, cleo, ticket.Input{Subject: "compressor three"})
		h.say(t, ann, own, conversation.Note, "compressor note")
		word := h.say(t, ann, own, conversation.Incoming, "compressor word")
		hidden := h.say(t, bo, secret, conversation.Note, "compressor secret")
		h.addCustomer(t, "Compressor Club", "", "")
		h.catchUp(t)
		in := func(a actor.Actor, s search.Scope) []string {
			got := names(h.find(t, a, "compressor", s))
			slices.Sort(got)
			return got
		}
		secretTicket, secretNote := fmt.Sprint("ticket ", secret), fmt.Sprint("message ", hidden)
		if got := in(boss, search.All); !slices.Contains(got, secretTicket) || !slices.Contains(got, secretNote) || len(got) != 7 {
			t.Errorf("the administrator finds %v", got)
		}
		if got := in(bo, search.All); len(got) != 7 {
			t.Errorf("a member of the private team finds %v", got)
		}
		if got := in(ann, search.All); slices.Contains(got, secretTicket) || slices.Contains(got, secretNote) || len(got) != 5 {
			t.Errorf("who is not in the private team finds %v", got)
		}
		if got := in(cleo, search.All); !slices.Equal(got, []string{"customer 1", fmt.Sprint("message ", word), fmt.Sprint("ticket ", own)}) {
			t.Errorf("an employee finds %v", got)
		}
		want(t, h.find(t, ann, fmt.Sprint(secret+10000), search.All))
		want(t, h.find(t, cleo, fmt.Sprint(open+10000), search.Tickets))
		if _, err := h.Find(t.Context(), search.Query{Text: "compressor"}); !fault.Is(err, fault.KindUnauthenticated) {
			t.Errorf("nobody gets %v", err)
		}
		if _, err := h.Find(as(t, ann), search.Query{Text: "x", In: "drawers"}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("an unknown scope gives %v", err)
		}
	})
}

func TestPagesGiveEverythingOnceNewestFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		first := h.open(t, ann, ticket.Input{Subject: "pump 1"})
		for i := range 17 {
			id := h.open(t, ann, ticket.Input{Subject: fmt.Sprint("pump ", i)})
			h.say(t, ann, id, conversation.Incoming, "pump words")
			if i%5 == 0 {
				h.clock.Advance(time.Minute)
				h.addCustomer(t, fmt.Sprint("Pump Works ", i), "", "")
			}
		}
		h.say(t, ann, first, conversation.Note, fmt.Sprint("pump ", first+10000))
		h.catchUp(t)
		var all []search.Hit
		q := search.Query{Text: "pump", Request: page.Request{Limit: 7}}
		for {
			p, err := h.Find(as(t, ann), q)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, p.Items...)
			if q.Cursor = p.Next; q.Cursor == "" {
				break
			}
			if len(p.Items) != 7 {
				t.Fatalf("a page in the middle has %d", len(p.Items))
			}
		}
		if len(all) != 18+18+4 {
			t.Errorf("%d hits, want 40: %v", len(all), names(all))
		}
		if !slices.IsSortedFunc(all, func(a, b search.Hit) int { return b.At.Compare(a.At) }) {
			t.Error("not newest first")
		}
		if n := len(slices.Compact(slices.Sorted(slices.Values(names(all))))); n != len(all) {
			t.Errorf("%d hits, %d different ones", len(all), n)
		}
	})
}

func TestWhatWasChangedOrRemovedIsNotFoundAsItWas(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		a := h.open(t, ann, ticket.Input{Subject: "vacuum pump", Tags: []string{"warranty"}})
		b := h.open(t, ann, ticket.Input{Subject: "vacuum hose"})
		h.say(t, ann, a, conversation.Incoming, "vacuum lost")
		h.catchUp(t)
		subject, tags := "dryer", []string{"contract"}
		if _, err := h.tickets.Change(as(t, ann), b, 0, ticket.Patch{Subject: &subject, Tags: &tags}); err != nil {
			t.Fatal(err)
		}
		h.catchUp(t)
		want(t, h.find(t, ann, "hose", search.All))
		want(t, h.find(t, ann, "dryer contract", search.All), fmt.Sprint("ticket ", b))
		if err := h.Purge(as(t, boss), []int64{b}, nil); err != nil {
			t.Fatal(err)
		}
		want(t, h.find(t, ann, "dryer", search.All))
		for _, purge := range []func(context.Context, []int64) error{h.conversation.Purge, h.tickets.Purge} {
			if err := purge(as(t, boss), []int64{a}); err != nil {
				t.Fatal(err)
			}
		}
		want(t, h.find(t, ann, "vacuum", search.All))
		want(t, h.find(t, ann, fmt.Sprint(a+10000), search.All))
	})
}

func TestTheIndexIsMadeAnewAfterAChangeOfTokens(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ids := []int64{}
		for i := range 3 {
			ids = append(ids, h.open(t, ann, ticket.Input{Subject: fmt.Sprint("valve ", i)}))
			h.say(t, ann, ids[i], conversation.Incoming, "valve words")
		}
		h.addCustomer(t, "Valve House", "", "")
		h.catchUp(t)
		// As a program of another version would have left it: no entry, and its own number.
		if err := h.Purge(as(t, boss), ids, []int64{1}); err != nil {
			t.Fatal(err)
		}
		h.insert(t, "UPDATE search_state SET built = 1 WHERE id = 1 RETURNING id")
		want(t, h.find(t, ann, "valve", search.All))
		if err := h.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := h.Start(t.Context()); err != nil { // a second node, or a restart before it is done
			t.Fatal(err)
		}
		p, err := h.Progress(as(t, boss))
		if err != nil || !p.Running || p.Done != 0 || p.Total == 0 {
			t.Fatalf("progress is %+v, %v", p, err)
		}
		if n, err := db.One[int64](t.Context(), h.db, "SELECT COUNT(*) FROM job WHERE kind = 'search.reindex'"); err != nil || n != 1 {
			t.Fatalf("%d jobs wait, %v", n, err)
		}
		run := h.Handlers()[0].Run
		stopped, stop := context.WithCancel(actor.AsSystem(t.Context()))
		stop()
		if err := run(stopped, jobs.Job{}); err == nil {
			t.Error("a job that was stopped says that it is done")
		}
		if err := run(actor.AsSystem(t.Context()), jobs.Job{}); err != nil {
			t.Fatal(err)
		}
		if got := h.find(t, ann, "valve", search.All); len(got) != 7 {
			t.Errorf("found %v", names(got))
		}
		if p, err = h.Progress(as(t, boss)); err != nil || p.Running || p.Done != p.Total {
			t.Errorf("progress is %+v, %v", p, err)
		}
		if err := h.Reindex(as(t, ann)); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a rep rebuilds the index: %v", err)
		}
	})
}

func TestRangesCountAsJavaScriptDoes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		a := h.open(t, ann, ticket.Input{Subject: "x"})
		h.say(t, ann, a, conversation.Incoming, strings.Repeat("🦷🪥 ", 40)+"请看 𠮷 牙科椅 🦷 照片，还有牙科椅底座 "+strings.Repeat("好", 200))
		h.catchUp(t)
		got := h.find(t, ann, "牙科椅", search.Messages)
		if len(got) != 1 || len(got[0].Ranges) != 2 {
			t.Fatalf("found %+v", got)
		}
		units := utf16.Encode([]rune(got[0].Snippet))
		for _, r := range got[0].Ranges {
			if s := string(utf16.Decode(units[r[0]:r[1]])); s != "牙科椅" {
				t.Errorf("range %v of %q is %q", r, got[0].Snippet, s)
			}
		}
	})
}

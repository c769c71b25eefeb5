package conversation_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/live"
	"heed/internal/platform/outbound"
	"heed/internal/platform/secret"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// The people of the tests. Team 2 is private and has Bo.
const (
	annID, boID, cleoID      = 2, 3, 5
	openTeam, privateTeam    = 1, 2
	wangID, liID, nobodyID   = 100, 101, 102
	fileLimit                = 1 << 20
	serviceAddress           = "service@heed.example"
	wangAddress, liAddress   = "wang@example.com", "li@example.com"
	wangSecond, otherAddress = "fang@example.com", "other@example.com"
)

var (
	ann  = actor.Actor{Kind: actor.Agent, ID: annID, Name: "Ann", Role: "rep", Teams: []int64{openTeam}, Locale: "en"}
	bo   = actor.Actor{Kind: actor.Agent, ID: boID, Name: "Bo", Role: "rep", Teams: []int64{openTeam, privateTeam}, Locale: "en"}
	cleo = actor.Actor{Kind: actor.Agent, ID: cleoID, Name: "Cleo", Role: "employee", Locale: "en"}
)

// town stands in for the people, who live in other slices.
type town struct{}

func (town) Actor(_ context.Context, id int64) (actor.Actor, error) {
	for _, a := range []actor.Actor{ann, bo, cleo} {
		if a.ID == id {
			return a, nil
		}
	}
	return actor.Actor{}, fault.NotFound("not_found")
}

func (town) TeamInUse(_ context.Context, id int64) (bool, error) {
	return id == openTeam || id == privateTeam, nil
}

func (town) PrivateTeamsHidden(ctx context.Context) ([]int64, error) {
	if actor.From(ctx).InTeam(privateTeam) {
		return nil, nil
	}
	return []int64{privateTeam}, nil
}

func (town) HomeOf(_ context.Context, id int64) (int64, error) {
	if id >= wangID && id <= nobodyID {
		return 0, nil
	}
	return 0, fault.NotFound("not_found")
}

func customer(_ context.Context, id int64) (conversation.Customer, error) {
	switch id {
	case wangID:
		return conversation.Customer{Name: "王芳", Salutation: "王女士", Emails: []string{wangAddress, wangSecond}}, nil
	case liID:
		return conversation.Customer{Name: "Li", Emails: []string{liAddress}}, nil
	}
	return conversation.Customer{Name: "Nobody"}, nil
}

type house struct {
	*conversation.Service
	db      *db.DB
	journal *journal.Journal
	clock   *clock.Manual
	tickets *ticket.Service
	blobs   blob.Store
	hub     *live.Hub
}

func migrations() []db.Migration {
	return slices.Concat(journal.Migrations(), jobs.Migrations(), ticket.Migrations(), conversation.Migrations())
}

func build(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{db: d, clock: clock.NewManual(noon)}
	log := slog.New(slog.DiscardHandler)
	h.journal = journal.New(journal.Deps{DB: d, Clock: h.clock, Log: log})
	queue := jobs.NewQueue(jobs.Deps{DB: d, Clock: h.clock, Log: log})
	h.tickets = ticket.New(ticket.Deps{DB: d, Journal: h.journal, Jobs: queue, Clock: h.clock, People: town{}, Customers: town{}})
	h.hub = live.NewHub(live.Deps{Journal: h.journal, Clock: h.clock, Log: log})
	blobs, err := blob.NewFiles(t.TempDir(), h.clock)
	if err != nil {
		t.Fatal(err)
	}
	h.blobs = blobs
	box, err := secret.Load(t.TempDir() + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	out, err := outbound.New(outbound.Options{Allow: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(out.Close)
	h.Service = conversation.New(conversation.Deps{
		DB: d, Journal: h.journal, Clock: h.clock, Tickets: h.tickets, Blobs: blobs, Presence: h.hub, Seal: box, Outbound: out,
		Customer:     customer,
		OwnAddresses: func(context.Context) ([]string, error) { return []string{serviceAddress}, nil },
		FileLimit:    fileLimit,
	})
	return h
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) { fn(t, build(t, d)) })
}

func as(t *testing.T, a actor.Actor) context.Context {
	t.Helper()
	return actor.With(t.Context(), a)
}

func system(t *testing.T) context.Context {
	t.Helper()
	return actor.AsSystem(t.Context())
}

// open registers a ticket on a channel.
func (h *house) open(t *testing.T, by actor.Actor, channel string, customer, team int64) ticket.Ticket {
	t.Helper()
	got, err := h.tickets.Create(as(t, by), ticket.Input{Subject: "The pump leaks", Channel: channel, CustomerID: customer, TeamID: team})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (h *house) post(t *testing.T, by actor.Actor, p conversation.Post) (conversation.Message, ticket.Ticket) {
	t.Helper()
	m, tk, err := h.Post(as(t, by), p)
	if err != nil {
		t.Fatal(err)
	}
	return m, tk
}

func (h *house) receive(t *testing.T, in conversation.Mail) conversation.Message {
	t.Helper()
	in.Channel, in.SentAt = "email", h.clock.Now().Add(-time.Minute)
	if in.From == "" {
		in.From = wangAddress
	}
	m, err := h.Receive(system(t), in)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (h *house) upload(t *testing.T, by actor.Actor, name, content string) conversation.File {
	t.Helper()
	f, err := h.Upload(as(t, by), name, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (h *house) kinds(t *testing.T, ticketID int64) []event.Event {
	t.Helper()
	err := h.journal.CatchUp(t.Context(), journal.Follower{Name: "test", Handle: func(context.Context, []event.Event) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	evs, err := h.journal.About(t.Context(), event.Ref{Kind: "ticket", ID: ticketID}, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(evs)
	return slices.DeleteFunc(evs, func(e event.Event) bool { return !strings.HasPrefix(e.Kind, "message.") })
}

func (h *house) list(t *testing.T, by actor.Actor, ticketID int64) []conversation.Message {
	t.Helper()
	ms, err := h.List(as(t, by), ticketID, page.Request{})
	if err != nil {
		t.Fatal(err)
	}
	return ms.Items
}

func wantKey(t *testing.T, err error, key string) {
	t.Helper()
	if err == nil || fault.KeyOf(err) != key {
		t.Errorf("got %v, want %s", err, key)
	}
}

func wantField(t *testing.T, err error, name, key string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Name == name && x.Key == key }) {
		t.Errorf("got %v, want %s: %s", err, name, key)
	}
}

func TestAReplyIsQueuedForWhoWroteLast(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "email", wangID, 0)
		h.receive(t, conversation.Mail{TicketID: tk.ID, CustomerID: wangID, AuthorName: "王芳", From: wangSecond, To: []string{serviceAddress}, Text: "漏油了"})
		h.receive(t, conversation.Mail{TicketID: tk.ID, From: otherAddress, Text: "I am away", Automatic: true})
		m, after := h.post(t, ann, conversation.Post{TicketID: tk.ID, Kind: conversation.Reply, HTML: "<p>Hello<script>x</script> <b>there</b></p>"})
		if m.State != conversation.Queued || !slices.Equal(m.To, []string{wangSecond}) || m.Channel != "email" || !m.SentAt.IsZero() {
			t.Errorf("%+v", m)
		}
		if m.HTML != "<p>Hello <b>there</b></p>" || m.Text != "Hello there" || m.Lang != "en" || m.Author.Name != "Ann" {
			t.Errorf("%+v", m)
		}
		if after.Status != ticket.StatusInProgress || after.OwnerID != annID || after.Preview != "Hello there" || after.LastBy != "agent" || after.MessageCount != 3 {
			t.Errorf("%+v", after)
		}
		evs := h.kinds(t, tk.ID)
		if len(evs) != 3 || evs[0].Kind != conversation.EventReceived || evs[2].Kind != conversation.EventQueued || evs[2].Customer != wangID {
			t.Errorf("%+v", evs)
		}
		r, err := h.Recipients(as(t, ann), tk.ID)
		if err != nil || !slices.Equal(r.To, []string{wangSecond}) || len(r.Cc) != 0 {
			t.Error(r, err)
		}
	})
}

func TestAReplyWithoutAnAddressIsRefusedUnlessWeSpeak(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		mail := h.open(t, ann, "email", nobodyID, 0)
		_, _, err := h.Post(as(t, ann), conversation.Post{TicketID: mail.ID, Kind: conversation.Reply, HTML: "x"})
		wantKey(t, err, "conversation.no_recipient")
		_, _, err = h.Post(as(t, ann), conversation.Post{TicketID: mail.ID, Kind: conversation.Reply, HTML: "x", To: []string{"nonsense"}})
		wantField(t, err, "to", "field.email_invalid")
		known := h.open(t, ann, "web", wangID, 0)
		if m, _ := h.post(t, ann, conversation.Post{TicketID: known.ID, Kind: conversation.Reply, HTML: "x"}); !slices.Equal(m.To, []string{wangAddress}) {
			t.Errorf("%+v", m)
		}
		_, _, err = h.Post(as(t, ann), conversation.Post{TicketID: known.ID, Kind: conversation.Reply, HTML: "x", To: []string{}})
		wantKey(t, err, "conversation.no_recipient")

		phone := h.open(t, ann, "phone", wangID, 0)
		m, after := h.post(t, ann, conversation.Post{TicketID: phone.ID, Kind: conversation.Reply, Text: "I told her to close the valve."})
		if m.State != conversation.Sent || len(m.To) != 0 || m.Channel != "phone" || after.Status != ticket.StatusInProgress {
			t.Errorf("%+v", m)
		}
		if evs := h.kinds(t, phone.ID); len(evs) != 1 || evs[0].Kind != conversation.EventSpoken {
			t.Errorf("%+v", evs)
		}
		if m, _ = h.post(t, ann, conversation.Post{TicketID: phone.ID, Kind: conversation.Reply, HTML: "As promised", To: []string{wangAddress}}); m.State != conversation.Queued || m.Channel != "email" {
			t.Errorf("%+v", m)
		}
		if _, err := h.SetState(system(t), m.ID-1, conversation.Bounced, "", ""); !fault.Is(err, fault.KindConflict) {
			t.Error("what was said on the phone bounced:", err)
		}
	})
}

func TestWhatTheCustomerSaidIsHis_R308(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "phone", wangID, 0)
		f := h.upload(t, ann, "photo.png", "\x89PNG\r\n\x1a\nxxxx")
		m, after := h.post(t, ann, conversation.Post{TicketID: tk.ID, Kind: conversation.Incoming, Text: "空压机漏油，声音很大", FileIDs: []int64{f.ID}})
		if m.State != conversation.Received || m.Author != (conversation.Author{Kind: "customer", ID: wangID, Name: "王芳"}) || m.Channel != "phone" || m.Lang != "zh-CN" {
			t.Errorf("%+v", m)
		}
		if after.IncomingCount != 1 || after.LastBy != "customer" || after.Preview != "空压机漏油，声音很大" {
			t.Errorf("%+v", after)
		}
		got := h.list(t, bo, tk.ID)
		if len(got) != 1 || got[0].Text != m.Text || len(got[0].Files) != 1 || got[0].Files[0].Name != "photo.png" || got[0].Files[0].Type != "image/png" {
			t.Errorf("%+v", got)
		}
		mail := h.open(t, ann, "email", wangID, 0)
		if m, _ := h.post(t, ann, conversation.Post{TicketID: mail.ID, Kind: conversation.Incoming, Text: "x"}); m.Channel != "phone" {
			t.Error("mail cannot be heard:", m.Channel)
		}
		if m, _ := h.post(t, ann, conversation.Post{TicketID: mail.ID, Kind: conversation.Incoming, Text: "x", Channel: "visit"}); m.Channel != "visit" {
			t.Error(m.Channel)
		}
	})
}

func TestStatusAndResultAreSetWithTheMessageOrNeither_R313(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "email", wangID, 0)
		p := conversation.Post{TicketID: tk.ID, Kind: conversation.Reply, HTML: "Done", Status: ticket.StatusSolved}
		_, _, err := h.Post(as(t, ann), p)
		wantField(t, err, "result_code", "ticket.result_required")
		if got := h.list(t, ann, tk.ID); len(got) != 0 {
			t.Fatal("the message was stored without its status")
		}
		p.ResultCode, p.ResultText, p.ResultNote = new("solved_fixed"), new("New seal"), new("worn")
		m, after := h.post(t, ann, p)
		if after.Status != ticket.StatusSolved || after.ResultCode != "solved_fixed" || after.ResultText != "New seal" || after.ResultNote != "worn" || m.ID == 0 {
			t.Errorf("%+v", after)
		}
		_, _, err = h.Post(as(t, ann), conversation.Post{TicketID: tk.ID, Kind: conversation.Note, HTML: "x", Status: ticket.StatusWaitingCustomer})
		wantKey(t, err, "ticket.illegal_transition")
	})
}

func TestAStaleVersionIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "phone", wangID, 0)
		_, after := h.post(t, ann, conversation.Post{TicketID: tk.ID, Kind: conversation.Note, HTML: "x", Version: tk.Version})
		if after.Version == tk.Version {
			t.Fatal("a note leaves the version as it is; this test needs another change")
		}
		_, _, err := h.Post(as(t, ann), conversation.Post{TicketID: tk.ID, Kind: conversation.Note, HTML: "x", Version: tk.Version})
		wantKey(t, err, "stale")
	})
}

func TestTheSameClientKeyIsTheSameMessage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "email", wangID, 0)
		const n = 8
		ids := make(chan int64, n)
		for range n {
			go func() {
				m, _, err := h.Post(actor.With(t.Context(), ann), conversation.Post{TicketID: tk.ID, Kind: conversation.Reply, HTML: "once", ClientKey: "k1"})
				if err != nil {
					t.Error(err)
				}
				ids <- m.ID
			}()
		}
		first := <-ids
		for range n - 1 {
			if id := <-ids; id != first {
				t.Errorf("message %d and %d", first, id)
			}
		}
		if got := h.list(t, ann, tk.ID); len(got) != 1 {
			t.Errorf("%d messages", len(got))
		}
		other := h.open(t, ann, "email", wangID, 0)
		if m, _ := h.post(t, ann, conversation.Post{TicketID: other.ID, Kind: conversation.Reply, HTML: "another", ClientKey: "k1"}); m.ID == first {
			t.Error("keys of two tickets were taken for one")
		}
	})
}

func TestNotesAreForWhoMayReadThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, cleo, "phone", wangID, 0)
		f := h.upload(t, ann, "secret.txt", "the secret price list")
		said, _ := h.post(t, ann, conversation.Post{TicketID: tk.ID, Kind: conversation.Reply, Text: "Hello"})
		note, after := h.post(t, ann, conversation.Post{TicketID: tk.ID, Kind: conversation.Note, HTML: "<p>secret words</p>", FileIDs: []int64{f.ID}})
		if after.Preview != "Hello" {
			t.Error("the ticket shows", after.Preview)
		}
		if got := h.list(t, bo, tk.ID); len(got) != 2 || got[0].ID != note.ID {
			t.Errorf("%+v", got)
		}
		if got := h.list(t, cleo, tk.ID); len(got) != 1 || got[0].ID != said.ID {
			t.Errorf("the employee sees %+v", got)
		}
		_, err := h.Get(as(t, cleo), note.ID)
		wantKey(t, err, "not_found")
		_, err = h.Document(as(t, cleo), note.ID, conversation.Full, false)
		wantKey(t, err, "not_found")
		_, _, err = h.OpenFile(as(t, cleo), f.Token)
		wantKey(t, err, "not_found")
		_, _, err = h.Post(as(t, cleo), conversation.Post{TicketID: tk.ID, Kind: conversation.Incoming, Text: "x"})
		wantKey(t, err, "forbidden")
		for _, e := range h.kinds(t, tk.ID) {
			if strings.Contains(string(e.Data), "secret") {
				t.Errorf("the journal holds %s", e.Data)
			}
		}
	})
}

func TestPrivateTeamsAreClosedToOthers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, bo, "phone", wangID, privateTeam)
		f := h.upload(t, bo, "a.txt", "text")
		m, _ := h.post(t, bo, conversation.Post{TicketID: tk.ID, Kind: conversation.Incoming, Text: "x", FileIDs: []int64{f.ID}})
		ctx := as(t, ann)
		_, err := h.List(ctx, tk.ID, page.Request{})
		wantKey(t, err, "ticket.not_found")
		_, err = h.Get(ctx, m.ID)
		wantKey(t, err, "ticket.not_found")
		_, _, err = h.OpenFile(ctx, f.Token)
		wantKey(t, err, "ticket.not_found")
		_, _, err = h.Post(ctx, conversation.Post{TicketID: tk.ID, Kind: conversation.Note, HTML: "x"})
		wantKey(t, err, "ticket.not_found")
		_, err = h.SaveDraft(ctx, conversation.Draft{TicketID: tk.ID, Kind: conversation.Note, HTML: "x"}, nil, nil)
		wantKey(t, err, "ticket.not_found")
		wantKey(t, h.Enter(ctx, tk.ID, "viewing"), "ticket.not_found")
		_, err = h.Present(ctx, tk.ID)
		wantKey(t, err, "ticket.not_found")
		_, content, err := h.OpenFile(as(t, bo), f.Token)
		if err != nil {
			t.Fatal(err)
		}
		defer content.Close()
	})
}

func TestMessagesArePagedFromTheNewest(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "phone", wangID, 0)
		var want, got []int64
		for range 7 {
			m, _ := h.post(t, ann, conversation.Post{TicketID: tk.ID, Kind: conversation.Note, HTML: "x"})
			want = append([]int64{m.ID}, want...)
		}
		r := page.Request{Limit: 3}
		for {
			p, err := h.List(as(t, ann), tk.ID, r)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range p.Items {
				got = append(got, m.ID)
			}
			if r.Cursor = p.Next; p.Next == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		if _, err := h.List(as(t, ann), tk.ID, page.Request{Cursor: "nonsense"}); !fault.Is(err, fault.KindInvalid) {
			t.Error(err)
		}
	})
}

func TestAnEmptyMessageIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "phone", wangID, 0)
		for _, html := range []string{"", "<p> </p>", "<script>x</script>"} {
			_, _, err := h.Post(as(t, ann), conversation.Post{TicketID: tk.ID, Kind: conversation.Note, HTML: html})
			wantField(t, err, "html", "field.required")
		}
		_, _, err := h.Post(as(t, ann), conversation.Post{TicketID: tk.ID, Kind: "shout", HTML: "x"})
		wantField(t, err, "kind", "field.unknown_value")
	})
}

func TestTheWayOfAReplyIsKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "email", wangID, 0)
		m, _ := h.post(t, ann, conversation.Post{TicketID: tk.ID, Kind: conversation.Reply, HTML: "x"})
		set := func(to conversation.State, key, detail string) {
			t.Helper()
			if _, err := h.SetState(system(t), m.ID, to, key, detail); err != nil {
				t.Fatal(err)
			}
		}
		_, err := h.Retry(as(t, ann), m.ID)
		wantKey(t, err, "conversation.not_failed")
		set(conversation.Sending, "", "")
		set(conversation.Sending, "", "")
		set(conversation.Failed, "not_found", "550 no such user")
		got, err := h.Get(as(t, ann), m.ID)
		if err != nil || got.State != conversation.Failed || got.ErrorDetail != "550 no such user" {
			t.Fatal(got, err)
		}
		_, err = h.SetState(system(t), m.ID, conversation.Delivered, "", "")
		wantKey(t, err, "conversation.illegal_state")
		if got, err = h.Retry(as(t, ann), m.ID); err != nil || got.State != conversation.Queued || got.ErrorKey != "" {
			t.Fatal(got, err)
		}
		set(conversation.Sending, "", "")
		h.clock.Advance(time.Minute)
		set(conversation.Sent, "", "")
		if got, err = h.Get(as(t, ann), m.ID); err != nil || !got.SentAt.Equal(noon.Add(time.Minute)) {
			t.Fatal(got, err)
		}
		var kinds []string
		for _, e := range h.kinds(t, tk.ID) {
			kinds = append(kinds, strings.TrimPrefix(e.Kind, "message."))
		}
		if want := "queued state_changed state_changed state_changed queued state_changed state_changed"; strings.Join(kinds, " ") != want {
			t.Errorf("%q, want %q", kinds, want)
		}
		_, err = h.SetState(as(t, cleo), m.ID, conversation.Bounced, "", "")
		wantKey(t, err, "forbidden")
	})
}

func TestEverythingOfATicketCanBePurged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk, kept := h.open(t, ann, "phone", wangID, 0), h.open(t, ann, "phone", wangID, 0)
		f, g, drafted := h.upload(t, ann, "a.txt", "gone"), h.upload(t, ann, "b.txt", "kept"), h.upload(t, ann, "c.txt", "drafted")
		h.post(t, ann, conversation.Post{TicketID: tk.ID, Kind: conversation.Note, HTML: "x", FileIDs: []int64{f.ID}})
		h.post(t, ann, conversation.Post{TicketID: kept.ID, Kind: conversation.Note, HTML: "x", FileIDs: []int64{g.ID}})
		if _, err := h.SaveDraft(as(t, ann), conversation.Draft{TicketID: tk.ID, Kind: conversation.Note, HTML: "y"}, []int64{drafted.ID}, nil); err != nil {
			t.Fatal(err)
		}
		wantKey(t, h.Purge(as(t, ann), []int64{tk.ID}), "forbidden")
		if err := h.Purge(system(t), []int64{tk.ID}); err != nil {
			t.Fatal(err)
		}
		if got := h.list(t, ann, tk.ID); len(got) != 0 {
			t.Errorf("%+v", got)
		}
		for _, gone := range []conversation.File{f, drafted} {
			_, _, err := h.OpenFile(as(t, ann), gone.Token)
			wantKey(t, err, "not_found")
		}
		_, err := h.Draft(as(t, ann), tk.ID, conversation.Note)
		wantKey(t, err, "not_found")
		_, content, err := h.OpenFile(as(t, ann), g.Token)
		if err != nil {
			t.Fatal(err)
		}
		defer content.Close()
		if b, err := io.ReadAll(content); err != nil || string(b) != "kept" {
			t.Error(string(b), err)
		}
		used, err := h.BlobsInUse(t.Context(), []string{f.BlobKey, g.BlobKey, drafted.BlobKey})
		if err != nil || !slices.Equal(used, []string{g.BlobKey}) {
			t.Error(used, err)
		}
	})
}

func TestPresenceIsToldByTicket(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "phone", wangID, 0)
		if err := h.Enter(as(t, ann), tk.ID, "replying"); err != nil {
			t.Fatal(err)
		}
		at, err := h.Present(as(t, bo), tk.ID)
		if err != nil || len(at) != 1 || at[0].Name != "Ann" || at[0].Doing != "replying" {
			t.Fatal(at, err)
		}
		if id, ok := conversation.TicketOf(conversation.Topic(tk.ID)); !ok || id != tk.ID {
			t.Error(id, ok)
		}
		if _, ok := conversation.TicketOf("call:7"); ok {
			t.Error("a call was taken for a ticket")
		}
		if err := h.Leave(as(t, ann), tk.ID); err != nil {
			t.Fatal(err)
		}
		if at, err = h.Present(as(t, bo), tk.ID); err != nil || len(at) != 0 {
			t.Fatal(at, err)
		}
	})
}

package desk_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/insight/desk"
	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/offer/canned"
	"heed/internal/people/agent"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/reach/email"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
	"heed/internal/work/tickettype"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// Ada administers; Ann is a rep of the open team; Bo is one of both teams; Eve
// supervises and leads the private team; Cleo is an employee.
const (
	adaID, annID, boID, eveID, cleoID = 1, 2, 3, 4, 5
	openTeam, privateTeam             = 1, 2
	personID, firmID, strayID         = 1, 2, 3
)

func migrations() []db.Migration {
	return slices.Concat(journal.Migrations(), jobs.Migrations(), agent.Migrations(), customerSchema(), ticket.Migrations(), tickettype.Migrations(),
		conversation.Migrations(), canned.Migrations(), email.Migrations(), desk.Migrations())
}

func agentOf(id int64) actor.Actor {
	a := actor.Actor{Kind: actor.Agent, ID: id}
	switch id {
	case adaID:
		a.Name, a.Role = "Ada", "administrator"
	case annID:
		a.Name, a.Role, a.Teams = "Ann", "rep", []int64{openTeam}
	case boID:
		a.Name, a.Role, a.Teams = "Bo", "rep", []int64{openTeam, privateTeam}
	case eveID:
		a.Name, a.Role, a.Teams = "Eve", "supervisor", []int64{privateTeam}
	case cleoID:
		a.Name, a.Role = "Cleo", "employee"
	}
	return a
}

// town answers for the people of the tests; conversations and customers of
// their tickets are not looked at.
type town struct{}

func (town) Actor(_ context.Context, id int64) (actor.Actor, error) {
	if a := agentOf(id); a.Role != "" {
		return a, nil
	}
	return actor.Actor{}, fault.NotFound("not_found")
}

func (town) TeamInUse(_ context.Context, id int64) (bool, error) { return id <= privateTeam, nil }

func (town) PrivateTeamsHidden(ctx context.Context) ([]int64, error) {
	if actor.From(ctx).InTeam(privateTeam) {
		return nil, nil
	}
	return []int64{privateTeam}, nil
}

func (town) HomeOf(_ context.Context, id int64) (int64, error) {
	if id == strayID {
		return 0, nil
	}
	return firmID, nil
}

func (town) Recipients(context.Context, int64) (conversation.Recipients, error) {
	return conversation.Recipients{To: []string{"li@example.com"}, Cc: []string{}}, nil
}

type house struct {
	*desk.Service
	tickets *ticket.Service
	db      *db.DB
	journal *journal.Journal
	clock   *clock.Manual
}

func build(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{db: d, clock: clock.NewManual(noon)}
	log := slog.New(slog.DiscardHandler)
	h.journal = journal.New(journal.Deps{DB: d, Clock: h.clock, Log: log})
	h.tickets = ticket.New(ticket.Deps{
		DB: d, Journal: h.journal, Jobs: jobs.NewQueue(jobs.Deps{DB: d, Clock: h.clock, Log: log}), Clock: h.clock, People: town{}, Customers: town{},
	})
	h.Service = desk.New(desk.Deps{
		DB: d, Journal: h.journal, Clock: h.clock, People: town{}, Tickets: h.tickets, Conversations: town{},
		Customer: func(context.Context, int64) (conversation.Customer, error) {
			return conversation.Customer{Emails: []string{"li@example.com"}}, nil
		},
	})
	h.settle(t)
	return h
}

// settle puts people, teams and customers into the tables that the desk reads.
func (h *house) settle(t testing.TB) {
	t.Helper()
	for id := int64(adaID); id <= cleoID; id++ {
		a := agentOf(id)
		h.exec(t, `INSERT INTO agent (name, email, role, state, locale, zone, theme, density, signature_html, shortcuts, created_at, updated_at, version)
			VALUES (?, ?, ?, 'active', 'en', 'UTC', 'system', 'compact', '', '{}', 0, 0, 1)`, a.Name, a.Name+"@example.com", a.Role)
	}
	h.exec(t, `INSERT INTO team (name, name_fold, private, lead_id, archived, created_at, updated_at, version) VALUES ('Service', 'service', ?, 3, ?, 0, 0, 1)`, false, false)
	h.exec(t, `INSERT INTO team (name, name_fold, private, lead_id, archived, created_at, updated_at, version) VALUES ('Complaints', 'complaints', ?, 4, ?, 0, 0, 1)`, true, false)
	h.settleCustomers(t)
}

func (h *house) exec(t testing.TB, text string, args ...any) {
	t.Helper()
	err := h.db.Write(t.Context(), func(ctx context.Context) error {
		_, err := db.Exec(ctx, h.db, text, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func as(ctx context.Context, id int64) context.Context { return actor.With(ctx, agentOf(id)) }

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) { fn(t, build(t, d)) })
}

func (h *house) make(t testing.TB, by int64, in ticket.Input) ticket.Ticket {
	t.Helper()
	if in.Subject == "" {
		in.Subject = "The pump leaks"
	}
	in.Channel = "phone"
	h.clock.Advance(time.Second)
	got, err := h.tickets.Create(as(t.Context(), by), in)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (h *house) change(t testing.TB, id int64, p ticket.Patch) ticket.Ticket {
	t.Helper()
	h.clock.Advance(time.Second)
	got, err := h.tickets.Change(as(t.Context(), adaID), id, 0, p)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// place gives positions to what was recorded; on SQLite there is nothing to do.
func (h *house) place(t testing.TB) {
	t.Helper()
	if err := h.journal.CatchUp(t.Context(), journal.Follower{Name: "test", Handle: func(context.Context, []event.Event) error { return nil }}); err != nil {
		t.Fatal(err)
	}
}

// fill makes tickets in all states, teams and hands, some registered by Cleo.
func (h *house) fill(t testing.TB) {
	t.Helper()
	owners, teams := []int64{0, annID, boID}, []int64{0, openTeam, privateTeam}
	for i := range 54 {
		in := ticket.Input{TeamID: teams[i/2%3], Priority: ticket.Priorities()[i%4], Tags: [][]string{{"VIP"}, {"油", "vip"}, nil}[i%3]}
		in.CustomerID = []int64{0, personID, firmID, strayID}[i%4]
		if owner := owners[i/3%3]; owner != annID || in.TeamID != privateTeam {
			in.OwnerID = owner
		}
		by := int64(adaID)
		if i%5 == 0 {
			by, in.OwnerID = cleoID, 0
		} else if i%5 < 3 {
			by = []int64{annID, boID}[i%5-1]
		}
		if by == annID && in.TeamID == privateTeam {
			by = boID
		}
		made := h.make(t, by, in)
		switch status := ticket.Statuses()[i%9]; {
		case i%7 == 0:
			h.change(t, made.ID, ticket.Patch{SnoozedUntil: new(noon.Add(24 * time.Hour))})
		case !status.Open():
			if status == ticket.StatusClosed {
				h.change(t, made.ID, ticket.Patch{Status: new(ticket.StatusSolved), ResultCode: new("solved_fixed")})
			}
			h.change(t, made.ID, ticket.Patch{Status: &status, ResultCode: new("solved_fixed")})
		case status == ticket.StatusWaitingCustomer || status == ticket.StatusInProgress:
			h.change(t, made.ID, ticket.Patch{Status: &status})
		}
	}
	h.place(t)
}

// all reads a list to its end in small pages, checking that no ticket comes twice.
func (h *house) all(t *testing.T, ctx context.Context, l desk.Listing) []desk.TicketRow {
	t.Helper()
	var out []desk.TicketRow
	seen := map[int64]bool{}
	l.Limit = 4
	for {
		p, err := h.List(ctx, l)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Items {
			if seen[r.ID] {
				t.Fatalf("%+v: ticket %d twice", l, r.ID)
			}
			seen[r.ID] = true
		}
		out = append(out, p.Items...)
		if l.Cursor = p.Next; l.Cursor == "" {
			return out
		}
	}
}

func TestEveryCountIsTheLengthOfItsList(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.fill(t)
		for _, who := range []int64{adaID, annID, boID, eveID} {
			ctx := as(t.Context(), who)
			views, pos, err := h.Views(ctx)
			if err != nil || pos == 0 {
				t.Fatal(pos, err)
			}
			live, err := h.Counters(t.Context(), []actor.Actor{agentOf(who)})
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range views {
				list := h.all(t, ctx, desk.Listing{View: v.Key})
				if int64(len(list)) != v.Count || live[who][v.Key] != v.Count {
					t.Errorf("agent %d: %s counts %d, live %d, lists %d", who, v.Key, v.Count, live[who][v.Key], len(list))
				}
				if v.Count == 0 && who == boID {
					t.Errorf("%s is empty: the test shows nothing", v.Key)
				}
				if v.Key == "team:2" && v.Name != "Complaints" {
					t.Errorf("%+v", v)
				}
			}
		}
		before, _, err := h.Views(as(t.Context(), boID))
		if err != nil {
			t.Fatal(err)
		}
		h.make(t, boID, ticket.Input{OwnerID: boID})
		h.place(t)
		after, _, err := h.Views(as(t.Context(), boID))
		if err != nil || after[0].Key != desk.ViewMine || after[0].Count != before[0].Count+1 {
			t.Errorf("%+v, then %+v, %v", before[0], after[0], err)
		}
	})
}

func TestAListComesInItsOrderAndWithoutGaps(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.fill(t)
		ctx := as(t.Context(), adaID)
		orders := map[string]func(a, b desk.TicketRow) int{
			desk.SortUpdated: func(a, b desk.TicketRow) int { return b.UpdatedAt.Compare(a.UpdatedAt) },
			desk.SortCreated: func(a, b desk.TicketRow) int { return b.CreatedAt.Compare(a.CreatedAt) },
			desk.SortOldest:  func(a, b desk.TicketRow) int { return a.CreatedAt.Compare(b.CreatedAt) },
			desk.SortPriority: func(a, b desk.TicketRow) int {
				if a.Priority != b.Priority {
					return int(a.Priority.Rank() - b.Priority.Rank())
				}
				return a.CreatedAt.Compare(b.CreatedAt)
			},
		}
		for sort, less := range orders {
			list := h.all(t, ctx, desk.Listing{View: desk.ViewAll, Sort: sort})
			if len(list) != 54 || !slices.IsSortedFunc(list, less) {
				t.Errorf("%s: %d tickets, sorted %v", sort, len(list), slices.IsSortedFunc(list, less))
			}
		}
		p, err := h.List(ctx, desk.Listing{Sort: desk.SortUpdated, Request: page.Request{Limit: 2}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.List(ctx, desk.Listing{Sort: desk.SortCreated, Request: page.Request{Limit: 2, Cursor: p.Next}})
		if fault.KeyOf(err) != "cursor_invalid" {
			t.Errorf("another list's cursor: %v", err)
		}
	})
}

func TestFiltersNarrowAList(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.fill(t)
		ctx := as(t.Context(), adaID)
		all := h.all(t, ctx, desk.Listing{})
		tests := []struct {
			name string
			l    desk.Listing
			want func(r desk.TicketRow) bool
		}{
			{"states", desk.Listing{Statuses: []ticket.Status{ticket.StatusNew, ticket.StatusClosed}}, func(r desk.TicketRow) bool {
				return r.Status == ticket.StatusNew || r.Status == ticket.StatusClosed
			}},
			{"owner", desk.Listing{Owner: new(int64(boID))}, func(r desk.TicketRow) bool { return r.OwnerID != nil && *r.OwnerID == boID }},
			{"no owner", desk.Listing{Owner: new(int64)}, func(r desk.TicketRow) bool { return r.OwnerID == nil }},
			{"team", desk.Listing{Team: new(int64(openTeam))}, func(r desk.TicketRow) bool { return r.TeamID != nil && *r.TeamID == openTeam }},
			{"priority", desk.Listing{Priority: ticket.Urgent}, func(r desk.TicketRow) bool { return r.Priority == ticket.Urgent }},
			{"tag in another writing", desk.Listing{Tag: "ｖｉＰ"}, func(r desk.TicketRow) bool {
				return slices.ContainsFunc(r.Tags, func(s string) bool { return strings.EqualFold(s, "vip") })
			}},
			{"customer", desk.Listing{Customer: personID}, func(r desk.TicketRow) bool { return r.Customer != nil && r.Customer.ID == personID }},
			{"organization", desk.Listing{Organization: firmID}, func(r desk.TicketRow) bool { return r.Organization != nil }},
			{"channel", desk.Listing{Channel: "email"}, func(desk.TicketRow) bool { return false }},
		}
		for _, tt := range tests {
			want := 0
			for _, r := range all {
				if tt.want(r) {
					want++
				}
			}
			got := h.all(t, ctx, tt.l)
			if len(got) != want || slices.ContainsFunc(got, func(r desk.TicketRow) bool { return !tt.want(r) }) {
				t.Errorf("%s: %d tickets, want %d", tt.name, len(got), want)
			}
		}
		for field, l := range map[string]desk.Listing{
			"view": {View: "team:x"}, "sort": {Sort: "luck"}, "status": {Statuses: []ticket.Status{"parked"}}, "priority": {Priority: "soon"}, "channel": {Channel: "smoke"},
		} {
			if _, err := h.List(ctx, l); !fault.Is(err, fault.KindInvalid) || !strings.Contains(err.Error(), "["+field+":") {
				t.Errorf("%s: %v", field, err)
			}
		}
	})
}

func TestPrivateTeamsAndEmployeesInEveryRead_R064(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.fill(t)
		hidden := h.make(t, boID, ticket.Input{TeamID: privateTeam, CustomerID: personID})
		own := h.make(t, cleoID, ticket.Input{TeamID: privateTeam, CustomerID: personID})
		h.place(t)
		ann, cleo := as(t.Context(), annID), as(t.Context(), cleoID)
		for _, view := range []string{desk.ViewUnassigned, desk.ViewOpen, desk.ViewSnoozed, desk.ViewSolved, desk.ViewAll, desk.ViewCreated, "team:2"} {
			for _, r := range h.all(t, ann, desk.Listing{View: view}) {
				if r.TeamID != nil && *r.TeamID == privateTeam {
					t.Errorf("%s shows Ann ticket %d of a private team", view, r.ID)
				}
			}
			if _, err := h.List(cleo, desk.Listing{View: view}); view != desk.ViewCreated && fault.KeyOf(err) != "forbidden" {
				t.Errorf("an employee and %s: %v", view, err)
			}
		}
		if got := h.all(t, cleo, desk.Listing{}); len(got) != 12 || slices.ContainsFunc(got, func(r desk.TicketRow) bool { return r.ID == hidden.ID }) {
			t.Errorf("Cleo sees %d tickets, want the 12 that she registered", len(got))
		}
		for _, read := range []func(context.Context, int64) error{
			func(ctx context.Context, id int64) error { _, err := h.Detail(ctx, id); return err },
			func(ctx context.Context, id int64) error { _, err := h.Timeline(ctx, id, page.Request{}); return err },
			func(ctx context.Context, id int64) error { return h.MarkRead(ctx, id, 1) },
		} {
			if err := read(ann, hidden.ID); fault.KeyOf(err) != "ticket.not_found" {
				t.Errorf("Ann and a private team's ticket: %v", err)
			}
			if err := read(cleo, hidden.ID); fault.KeyOf(err) != "ticket.not_found" {
				t.Errorf("Cleo and another's ticket: %v", err)
			}
			if err := read(cleo, own.ID); err != nil {
				t.Errorf("Cleo and her own ticket: %v", err)
			}
		}
		viewers := []actor.Actor{agentOf(adaID), agentOf(annID), agentOf(boID), agentOf(eveID), agentOf(cleoID)}
		rows, err := h.ForViewers(t.Context(), hidden.ID, viewers)
		if err != nil || len(rows) != 3 || rows[annID].ID != 0 || rows[cleoID].ID != 0 || rows[boID].ID != hidden.ID {
			t.Errorf("%d viewers, %v", len(rows), err)
		}
		counters, err := h.Counters(t.Context(), viewers)
		if err != nil || counters[cleoID] != nil {
			t.Errorf("an employee's counters: %v, %v", counters[cleoID], err)
		}
		if _, ok := counters[annID]["team:2"]; ok {
			t.Error("Ann counts a private team")
		}
		if _, _, err := h.Views(cleo); fault.KeyOf(err) != "forbidden" {
			t.Errorf("an employee's views: %v", err)
		}
		for who, want := range map[int64]int{adaID: len(h.all(t, as(t.Context(), adaID), desk.Listing{Customer: personID})), cleoID: 4} {
			list, err := h.OfCustomer(as(t.Context(), who), personID, desk.Listing{})
			sum, err2 := h.Summary(as(t.Context(), who), personID)
			if err != nil || err2 != nil || len(list.Items) != int(sum.TotalTickets) || len(list.Items) != want {
				t.Errorf("agent %d: %d tickets of the customer, summary %+v, want %d, %v, %v", who, len(list.Items), sum, want, err, err2)
			}
		}
		all, _ := h.Summary(as(t.Context(), adaID), personID)
		some, err := h.Summary(ann, personID)
		if err != nil || some.TotalTickets >= all.TotalTickets {
			t.Errorf("Ann counts %+v of %+v, %v", some, all, err)
		}
		firm, err := h.OfCustomer(as(t.Context(), adaID), firmID, desk.Listing{Request: page.Request{Limit: 200}})
		if err != nil || len(firm.Items) <= int(all.TotalTickets) {
			t.Errorf("the firm has %d tickets, its person %d, %v", len(firm.Items), all.TotalTickets, err)
		}
		if _, err := h.Summary(ann, 99); fault.KeyOf(err) != "not_found" {
			t.Errorf("no such customer: %v", err)
		}
		for _, err := range []error{second(h.List(t.Context(), desk.Listing{})), second(h.Summary(t.Context(), personID)), second(h.Detail(t.Context(), own.ID))} {
			if !fault.Is(err, fault.KindUnauthenticated) {
				t.Errorf("nobody: %v", err)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestUnreadAndDraftAreTheViewersOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		sys := actor.AsSystem(t.Context())
		made := h.make(t, annID, ticket.Input{CustomerID: personID})
		for i := range 3 {
			said := ticket.Said{By: "customer", Kind: ticket.SaidIncoming, Preview: fmt.Sprint("word ", i), At: noon}
			if _, err := h.tickets.NoteMessage(sys, made.ID, said); err != nil {
				t.Fatal(err)
			}
			h.message(t, made.ID, "incoming")
			h.message(t, made.ID, "note")
		}
		h.exec(t, `INSERT INTO draft (ticket_id, agent_id, kind, html, recipients, copies, updated_at, version) VALUES (?, ?, 'reply', 'x', '[]', '[]', 0, 1)`, made.ID, boID)
		h.place(t)
		if err := h.MarkRead(as(t.Context(), annID), made.ID, 3); err != nil { // the second of the customer's
			t.Fatal(err)
		}
		rows, err := h.ForViewers(t.Context(), made.ID, []actor.Actor{agentOf(annID), agentOf(boID)})
		if err != nil || rows[annID].Unread != 1 || rows[boID].Unread != 3 || rows[annID].Draft || !rows[boID].Draft {
			t.Errorf("%+v, %v", rows, err)
		}
		for _, who := range []int64{annID, boID} {
			list, err := h.List(as(t.Context(), who), desk.Listing{View: desk.ViewUnassigned})
			if err != nil || len(list.Items) != 1 || fmt.Sprintf("%+v", shown(list.Items[0])) != fmt.Sprintf("%+v", shown(rows[who])) {
				t.Errorf("agent %d: list %+v, live %+v, %v", who, list.Items, rows[who], err)
			}
			d, err := h.Detail(as(t.Context(), who), made.ID)
			if err != nil || d.Unread != rows[who].Unread || d.Draft != rows[who].Draft {
				t.Errorf("agent %d: detail %+v, %v", who, d, err)
			}
		}
	})
}

// shown is a row with its pointers followed, for comparing.
func shown(r desk.TicketRow) any {
	out := r
	out.Customer, out.Organization = nil, nil
	return []any{out, *r.Customer, *r.Organization}
}

func (h *house) message(t testing.TB, id int64, kind string) {
	t.Helper()
	h.exec(t, `INSERT INTO message (ticket_id, kind, channel, author_kind, author_id, author_name, sender, answer_to, recipients, copies, subject,
		body_text, body_html, quoted_text, quoted_html, quoted, html_mail, blocked, original_key, lang, automatic, state, error_key, error_detail, client_key, created_at, sent_at)
		VALUES (?, ?, 'email', 'agent', 2, 'Ann', '', '[]', '[]', '[]', '', '', '', '', '', ?, ?, 0, '', '', ?, 'sent', '', '', '', 0, 0)`, id, kind, false, false, false)
}

func TestATicketIsShownWithWhatBelongsToIt_R315(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		inTeam := h.make(t, annID, ticket.Input{TeamID: openTeam, CustomerID: personID})
		inFirm := h.make(t, annID, ticket.Input{CustomerID: strayID})
		owned := h.make(t, annID, ticket.Input{OwnerID: annID})
		h.place(t)
		ann := as(t.Context(), annID)
		d, err := h.Detail(ann, inTeam.ID)
		if err != nil || d.QueueOwnerID == nil || *d.QueueOwnerID != boID || d.Customer.Name != "李雷" || d.Organization.Name != "Example Compressors" ||
			len(d.Allowed) != 6 || !slices.Equal(d.ReplyTo, []string{"li@example.com"}) || !slices.Equal(d.CustomerEmails, []string{"li@example.com"}) || d.Position == 0 {
			t.Errorf("%+v, %v", d, err)
		}
		if d, err = h.Detail(ann, inFirm.ID); err != nil || d.QueueOwnerID == nil || *d.QueueOwnerID != adaID || d.Organization != nil {
			t.Errorf("%+v, %v", d, err)
		}
		if d, err = h.Detail(ann, owned.ID); err != nil || d.QueueOwnerID != nil || d.Customer != nil || len(d.CustomerEmails) != 0 {
			t.Errorf("%+v, %v", d, err)
		}
		if _, err = h.Detail(ann, 999); fault.KeyOf(err) != "ticket.not_found" {
			t.Error(err)
		}
		if rows, err := h.ForViewers(t.Context(), 999, []actor.Actor{agentOf(annID)}); err != nil || len(rows) != 0 {
			t.Errorf("%v, %v", rows, err)
		}
	})
}

func TestTheTimelineTellsEachWhatHeMayKnow_R314(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		made := h.make(t, cleoID, ticket.Input{})
		h.change(t, made.ID, ticket.Patch{OwnerID: new(int64(annID)), Reason: "he is difficult"})
		h.change(t, made.ID, ticket.Patch{Tags: new([]string{"nuisance"})})
		h.change(t, made.ID, ticket.Patch{Priority: new(ticket.Low)})
		h.change(t, made.ID, ticket.Patch{Status: new(ticket.StatusSolved), ResultCode: new("refused"), ResultText: new("No warranty"), Reason: "he dropped it"})
		err := h.db.Write(as(t.Context(), annID), func(ctx context.Context) error {
			about := event.Ref{Kind: "ticket", ID: made.ID}
			return h.journal.Record(ctx, event.New{Kind: "message.noted", About: about, Data: map[string]int{"message_id": 1}},
				event.New{Kind: "message.received", About: about, Data: map[string]any{"message_id": 2, "preview": "words"}})
		})
		if err != nil {
			t.Fatal(err)
		}
		h.place(t)
		kinds := func(who int64, limit int) (string, string) {
			t.Helper()
			var names, data []string
			r := page.Request{Limit: limit}
			for {
				p, err := h.Timeline(as(t.Context(), who), made.ID, r)
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range p.Items {
					names, data = append(names, s.Kind), append(data, string(s.Data))
				}
				if r.Cursor = p.Next; r.Cursor == "" {
					return strings.Join(names, " "), strings.Join(data, " ")
				}
			}
		}
		const everything = "message.received message.noted ticket.status_changed ticket.changed ticket.tagged ticket.status_changed ticket.assigned ticket.created"
		const known = "message.received ticket.status_changed ticket.status_changed ticket.assigned ticket.created"
		for _, limit := range []int{1, 2, 50} {
			if got, _ := kinds(annID, limit); got != everything {
				t.Errorf("Ann, pages of %d: %s", limit, got)
			}
			got, data := kinds(cleoID, limit)
			if got != known || strings.Contains(data, "difficult") || strings.Contains(data, "dropped") || strings.Contains(data, "words") || !strings.Contains(data, "No warranty") {
				t.Errorf("Cleo, pages of %d: %s\n%s", limit, got, data)
			}
		}
	})
}

func TestFirstStepsComeFromFactsAndEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ada, ann, cleo := as(t.Context(), adaID), as(t.Context(), annID), as(t.Context(), cleoID)
		done := func(ctx context.Context) string {
			t.Helper()
			o, err := h.Onboarding(ctx)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, s := range o.Steps {
				if s.Done {
					out = append(out, s.Key+"!")
				} else {
					out = append(out, s.Key)
				}
			}
			return strings.Join(out, " ")
		}
		if got := done(ada); got != "profile mailbox invite! team! first_ticket first_reply canned shortcuts" {
			t.Error(got)
		}
		if got := done(ann); got != "profile first_ticket first_reply canned shortcuts" {
			t.Error(got)
		}
		if got := done(cleo); got != "profile first_ticket shortcuts" {
			t.Error(got)
		}
		made := h.make(t, annID, ticket.Input{})
		h.message(t, made.ID, "reply")
		h.exec(t, "UPDATE agent SET signature_html = '<p>Ada</p>' WHERE id = ?", adaID)
		h.exec(t, `INSERT INTO canned (code, code_key, scope, name, html, locale, shared, owner_id, uses, updated_at, version) VALUES ('a', 'a', 0, 'A', 'a', '', ?, 0, 1, 0, 1)`, true)
		h.exec(t, `INSERT INTO mailbox (name, address, aliases, team_id, active, imap, imap_secret, smtp, smtp_secret, ack_enabled, ack_subject, ack_html, signature_html, created_at, version)
			VALUES ('Help', 'help@example.com', '[]', 0, ?, '{}', '', '{}', '', ?, '', '', '', 0, 1)`, true, false)
		for range 2 {
			if err := h.MarkStep(ada, desk.StepShortcuts); err != nil {
				t.Fatal(err)
			}
			if err := h.Dismiss(ada); err != nil {
				t.Fatal(err)
			}
		}
		if got := done(ada); strings.Count(got, "!") != 8 {
			t.Error(got)
		}
		o, err := h.Onboarding(ada)
		if other, err2 := h.Onboarding(ann); err != nil || err2 != nil || !o.Dismissed || other.Dismissed {
			t.Errorf("%v %v", o, other)
		}
		if err := h.MarkStep(ada, "dismissed"); fault.KeyOf(err) != "not_found" {
			t.Error(err)
		}
		h.place(t)
		evs, err := h.journal.About(t.Context(), event.Ref{Kind: "agent", ID: adaID}, 0, 10)
		if err != nil || len(evs) != 2 {
			t.Errorf("%d events, %v", len(evs), err)
		}
	})
}

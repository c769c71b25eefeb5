package referral_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/day"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/offer/dealer"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/work/referral"
	"heed/internal/work/ticket"
)

var (
	eve  = actor.Actor{Kind: actor.Agent, ID: 1, Name: "Eve", Role: "supervisor"}
	ann  = actor.Actor{Kind: actor.Agent, ID: 2, Name: "Ann", Role: "rep"}
	cleo = actor.Actor{Kind: actor.Agent, ID: 3, Name: "Cleo", Role: "employee"}
)

// town is the firm: its agents, one private team 9, and whoever carries words.
type town struct {
	letters []referral.Letter
	told    []string
	mute    bool // no mailbox can send
}

func (*town) Actor(_ context.Context, id int64) (actor.Actor, error) {
	for _, a := range []actor.Actor{eve, ann, cleo} {
		if a.ID == id {
			return a, nil
		}
	}
	return actor.Actor{}, fault.NotFound("not_found")
}
func (*town) TeamInUse(_ context.Context, id int64) (bool, error) { return id == 9, nil }
func (*town) PrivateTeamsHidden(ctx context.Context) ([]int64, error) {
	return []int64{9}, nil
}
func (*town) HomeOf(context.Context, int64) (int64, error) { return 0, nil }

func (o *town) Mail(_ context.Context, l referral.Letter) (bool, error) {
	if !o.mute {
		o.letters = append(o.letters, l)
	}
	return !o.mute, nil
}

func (o *town) Tell(_ context.Context, _ ticket.Ticket, words func(string) string) (bool, error) {
	o.told = append(o.told, words("en"))
	return true, nil
}

type house struct {
	*referral.Service
	*town
	db      *db.DB
	tickets *ticket.Service
	dealers *dealer.Service
	journal *journal.Journal
	clock   *clock.Manual
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	all := slices.Concat(journal.Migrations(), jobs.Migrations(), setting.Migrations(), dealer.Migrations(), ticket.Migrations(), referral.Migrations())
	dbtest.Each(t, all, func(t *testing.T, d *db.DB) {
		h := &house{db: d, town: &town{}, clock: clock.NewManual(time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC))}
		log := slog.New(slog.DiscardHandler)
		h.journal = journal.New(journal.Deps{DB: d, Clock: h.clock, Log: log})
		set := setting.New(setting.Deps{DB: d, Journal: h.journal, Clock: h.clock})
		zone, country, locale, name := "Asia/Shanghai", "CN", "zh-CN", "Chengyue"
		if _, err := set.Change(actor.AsSystem(t.Context()), 0, setting.Patch{Zone: &zone, Country: &country, Locale: &locale, FirmName: &name}); err != nil {
			t.Fatal(err)
		}
		h.dealers = dealer.New(dealer.Deps{DB: d, Journal: h.journal, Clock: h.clock, Setting: set})
		h.tickets = ticket.New(ticket.Deps{
			DB: d, Journal: h.journal, Jobs: jobs.NewQueue(jobs.Deps{DB: d, Clock: h.clock, Log: log}), Clock: h.clock, People: h.town, Customers: h.town,
		})
		h.Service = referral.New(referral.Deps{
			DB: d, Journal: h.journal, Clock: h.clock, Setting: set, Tickets: h.tickets, Dealers: h.dealers, Ports: h.town,
			BaseURL: func(context.Context) string { return "https://desk.example" },
		})
		fn(t, h)
	})
}

func as(t *testing.T, a actor.Actor) context.Context {
	t.Helper()
	return actor.With(t.Context(), a)
}

func (h *house) dealer(t *testing.T, name string, p dealer.Patch) dealer.Dealer {
	t.Helper()
	city, mail := "苏州", strings.ToLower(name)+"@dealer.example"
	p.Name, p.City, p.Email = &name, &city, &mail
	d, err := h.dealers.Create(as(t, eve), p)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (h *house) ticket(t *testing.T, in ticket.Input) ticket.Ticket {
	t.Helper()
	in.Subject, in.Channel = "Oil leak", "phone"
	got, err := h.tickets.Create(as(t, eve), in)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (h *house) now(t *testing.T, id int64) ticket.Ticket {
	t.Helper()
	got, err := h.tickets.Get(actor.AsSystem(t.Context()), id)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (h *house) told(t *testing.T, id int64) []string {
	t.Helper()
	if err := h.journal.CatchUp(t.Context(), journal.Follower{Name: "t", Handle: func(context.Context, []event.Event) error { return nil }}); err != nil {
		t.Fatal(err)
	}
	all, err := h.journal.About(t.Context(), event.Ref{Kind: "ticket", ID: id}, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range slices.Backward(all) {
		if strings.HasPrefix(e.Kind, "referral.") {
			var d referral.Told
			if err := json.Unmarshal(e.Data, &d); err != nil {
				t.Fatal(err)
			}
			out = append(out, e.Kind+" "+string(d.State)+" "+d.Dealer+" "+d.By+" "+e.Actor.Name+" "+d.Text)
		}
	}
	return out
}

func token(link string) string { return link[strings.LastIndex(link, "/")+1:] }

func TestATicketForwardedToADealerIsHisWhileTheClockGoesOn_R305(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		phone := "0512 6666 1234"
		d := h.dealer(t, "Hengtai", dealer.Patch{Phone: &phone})
		tk := h.ticket(t, ticket.Input{OwnerID: ann.ID})
		due := h.clock.Now().Add(48 * time.Hour)
		r, link, err := h.Create(as(t, ann), tk.ID, referral.Input{DealerID: d.ID, Note: "Change the seal", Contact: "Ms Wang", Due: &due, TellCustomer: true})
		if err != nil || r.State != referral.Sent || !r.Told {
			t.Fatal(r, err)
		}
		now := h.now(t, tk.ID)
		if now.DealerID != d.ID || now.Status != ticket.StatusWaitingInternal || now.OwnerID != ann.ID || !now.SolvedAt.IsZero() {
			t.Errorf("the ticket is %+v", now)
		}
		l := h.letters[0]
		if l.To != "hengtai@dealer.example" || l.Link != link || l.Number != tk.Number() || l.Locale != "zh-CN" || !strings.HasPrefix(link, "https://desk.example/help/referral/") {
			t.Errorf("%+v", l)
		}
		if len(h.town.told) != 1 || !strings.Contains(h.town.told[0], "Hengtai") || !strings.Contains(h.town.told[0], "512 6666 1234") {
			t.Error(h.town.told)
		}
		if kept, err := db.One[string](t.Context(), h.db, "SELECT token_hash FROM referral"); err != nil || strings.Contains(link, kept) || len(kept) != 64 {
			t.Error("the token is kept as", kept, err)
		}
		view, err := h.ByToken(t.Context(), token(link))
		if err != nil || view.Number != tk.Number() || view.Note != "Change the seal" || view.Firm != "Chengyue" {
			t.Fatal(view, err)
		}
		for _, s := range []struct {
			state referral.State
			text  string
		}{{referral.Accepted, ""}, {referral.Working, "on Monday"}, {referral.Working, "waiting for the part"}} {
			if _, err := h.Report(t.Context(), token(link), s.state, s.text); err != nil {
				t.Fatal(err)
			}
		}
		if v, ok, err := h.ForCustomer(t.Context(), tk.ID); err != nil || !ok || v.State != referral.Working || v.Dealer != "Hengtai" {
			t.Error("the customer sees", v, ok, err)
		}
		h.clock.Advance(72 * time.Hour)
		all, err := h.OfTicket(as(t, ann), tk.ID)
		if err != nil || len(all) != 1 || !all[0].Late(h.clock.Now()) || len(all[0].Steps) != 4 || all[0].Steps[3].Text != "waiting for the part" || all[0].Steps[3].By != "dealer" {
			t.Fatalf("the rep sees %+v %v", all, err)
		}
		if _, err := h.Report(t.Context(), token(link), referral.Done, "seal changed"); err != nil {
			t.Fatal(err)
		}
		if now := h.now(t, tk.ID); now.DealerID != 0 || now.Status != ticket.StatusInProgress || now.OwnerID != ann.ID {
			t.Errorf("after that the ticket is %+v", now)
		}
		if len(h.town.told) != 3 {
			t.Error("the customer was told", h.town.told)
		}
		want := []string{
			"referral.sent sent Hengtai  Ann ", "referral.reported accepted Hengtai dealer Hengtai ", "referral.reported working Hengtai dealer Hengtai on Monday",
			"referral.reported working Hengtai dealer Hengtai waiting for the part", "referral.reported done Hengtai dealer Hengtai seal changed",
		}
		if got := h.told(t, tk.ID); !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
		if _, err := h.ByToken(t.Context(), token(link)); fault.KeyOf(err) != "referral.link_void" {
			t.Error("the link is still good:", err)
		}
		if got, err := h.OfDealer(as(t, ann), d.ID, page.Request{}); err != nil || len(got.Items) != 1 || got.Items[0].State != referral.Done {
			t.Error(got, err)
		}
	})
}

func TestNobodyForwardsWhatHeMayNotOrToWhomHeMayNot_R305(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		over := day.Day("2026-11-23")
		d, gone := h.dealer(t, "Hengtai", dealer.Patch{}), h.dealer(t, "Gone", dealer.Patch{To: &over})
		tk, secret := h.ticket(t, ticket.Input{}), h.ticket(t, ticket.Input{TeamID: 9})
		past := h.clock.Now().Add(-time.Hour)
		for name, tt := range map[string]struct {
			by   actor.Actor
			id   int64
			in   referral.Input
			want string
		}{
			"an employee":          {cleo, tk.ID, referral.Input{DealerID: d.ID, Note: "x"}, "forbidden"},
			"a hidden ticket":      {ann, secret.ID, referral.Input{DealerID: d.ID, Note: "x"}, "ticket.not_found"},
			"nothing to do":        {ann, tk.ID, referral.Input{DealerID: d.ID, Note: " "}, "note field.required"},
			"no dealer":            {ann, tk.ID, referral.Input{Note: "x"}, "dealer_id field.required"},
			"a dealer who is none": {ann, tk.ID, referral.Input{DealerID: 99, Note: "x"}, "dealer_id field.not_found"},
			"a dealer of the past": {ann, tk.ID, referral.Input{DealerID: gone.ID, Note: "x"}, "dealer.not_current"},
			"due in the past":      {ann, tk.ID, referral.Input{DealerID: d.ID, Note: "x", Due: &past}, "due field.time_past"},
		} {
			if _, _, err := h.Create(as(t, tt.by), tt.id, tt.in); field(err) != tt.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		if len(h.letters) != 0 || h.now(t, tk.ID).DealerID != 0 {
			t.Error("something was forwarded")
		}
	})
}

func TestAReferralIsResentWithdrawnOrReportedByPhone_R305(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		d := h.dealer(t, "Hengtai", dealer.Patch{})
		tk := h.ticket(t, ticket.Input{OwnerID: ann.ID})
		h.mute = true
		r, link, err := h.Create(as(t, ann), tk.ID, referral.Input{DealerID: d.ID, Note: "x"})
		if err != nil || r.MailTo != "" {
			t.Fatal("nobody could mail it:", r, err)
		}
		if _, _, err := h.Create(as(t, ann), tk.ID, referral.Input{DealerID: d.ID, Note: "x"}); fault.KeyOf(err) != "referral.open" {
			t.Error("forwarded twice:", err)
		}
		h.mute = false
		again, second, err := h.Resend(as(t, ann), r.ID)
		if err != nil || again.MailTo != "hengtai@dealer.example" || second == link {
			t.Fatal(again, err)
		}
		if _, err := h.Report(t.Context(), token(link), referral.Accepted, ""); fault.KeyOf(err) != "referral.link_void" {
			t.Error("the first link is still good:", err)
		}
		if _, err := h.ReportFor(as(t, ann), r.ID, referral.Declined, ""); field(err) != "text referral.reason_required" {
			t.Error(err)
		}
		if _, err := h.Withdraw(as(t, ann), r.ID, "the customer called"); err != nil {
			t.Fatal(err)
		}
		if now := h.now(t, tk.ID); now.DealerID != 0 || now.Status != ticket.StatusInProgress {
			t.Errorf("%+v", now)
		}
		if _, err := h.ReportFor(as(t, ann), r.ID, referral.Done, ""); fault.KeyOf(err) != "referral.step" {
			t.Error(err)
		}
		r, link, err = h.Create(as(t, ann), tk.ID, referral.Input{DealerID: d.ID, Note: "y"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Report(t.Context(), token(link), referral.Declined, "no time"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.Resend(as(t, ann), r.ID); fault.KeyOf(err) != "referral.step" {
			t.Error(err)
		}
		if err := h.db.Write(t.Context(), func(ctx context.Context) error { return h.Purge(ctx, []int64{tk.ID}) }); err != nil {
			t.Fatal(err)
		}
		if all, err := h.OfTicket(as(t, ann), tk.ID); err != nil || len(all) != 0 {
			t.Error(all, err)
		}
	})
}

func field(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok && len(f.Fields) > 0 {
		return f.Fields[0].Name + " " + f.Fields[0].Key
	}
	return fault.KeyOf(err)
}

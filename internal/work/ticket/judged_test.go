package ticket_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/people/customer"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/work/ticket"
)

func TestTheResultHasAPartThatStaysAmongOurselves_R313(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := h.as(t.Context(), annID)
		tk := h.make(t, ann, ticket.Input{OwnerID: annID})
		if _, err := h.Change(ann, tk.ID, 0, ticket.Patch{ResultNote: new("too early")}); !fault.Is(err, fault.KindInvalid) {
			t.Error("an open ticket has a result:", err)
		}
		got, err := h.Change(ann, tk.ID, 0, ticket.Patch{
			Status: new(ticket.StatusSolved), ResultCode: new("solved_fixed"), ResultText: new("The seal was replaced."), ResultNote: new("He had fitted it wrongly."),
		})
		if err != nil || got.ResultText != "The seal was replaced." || got.ResultNote != "He had fitted it wrongly." {
			t.Fatal(got, err)
		}
		if core := ticket.Core(got, actor.From(h.as(t.Context(), cleoID))); core.ResultNote != "" || core.ResultText == "" {
			t.Errorf("who may not read notes sees %q", core.ResultNote)
		}
		if got, err = h.Change(ann, tk.ID, 0, ticket.Patch{Status: new(ticket.StatusReopened)}); err != nil || got.ResultNote != "" {
			t.Error(got, err)
		}
	})
}

func TestTimeSpentAddsUpBesideTheStampsOfEachStep_R314(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := h.as(t.Context(), annID)
		tk := h.make(t, ann, ticket.Input{OwnerID: annID, SpentSeconds: 30})
		for _, p := range []ticket.Patch{{SpentAdd: 90}, {SpentAdd: 60, Status: new(ticket.StatusInProgress)}} {
			h.clock.Advance(time.Minute)
			var err error
			if tk, err = h.Change(ann, tk.ID, 0, p); err != nil {
				t.Fatal(err)
			}
		}
		if tk.SpentSeconds != 180 {
			t.Error("spent", tk.SpentSeconds)
		}
		for _, p := range []ticket.Patch{{SpentAdd: -1}, {SpentSeconds: new(int64(-1))}} {
			if _, err := h.Change(ann, tk.ID, 0, p); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%+v: %v", p, err)
			}
		}
		got, err := h.Change(ann, tk.ID, 0, ticket.Patch{SpentSeconds: new(int64(45))})
		if err != nil || got.SpentSeconds != 45 {
			t.Error(got.SpentSeconds, err)
		}
	})
}

func TestTheTicketsOfAMergedCustomerFollowHimAndComeBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := h.as(t.Context(), annID)
		other := int64(personID + 1)
		a := h.make(t, ann, ticket.Input{CustomerID: personID})
		b := h.make(t, ann, ticket.Input{CustomerID: other, PayerID: personID})
		c := h.make(t, ann, ticket.Input{CustomerID: personID})
		tell := func(kind string) {
			t.Helper()
			err := h.db.Write(t.Context(), func(ctx context.Context) error {
				return h.journal.Record(actor.AsSystem(ctx), event.New{
					Kind: kind, About: event.Ref{Kind: "customer", ID: other}, Customer: other, Data: customer.Merged{MergeID: 5, From: personID, Into: other},
				})
			})
			for _, f := range h.Followers() {
				if err == nil {
					err = h.journal.CatchUp(actor.AsSystem(t.Context()), f)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		parts := func(id int64) [2]int64 {
			got, err := h.Get(ann, id)
			if err != nil {
				t.Fatal(err)
			}
			return [2]int64{got.CustomerID, got.PayerID}
		}
		tell(customer.KindMerged)
		if parts(a.ID) != [2]int64{other, 0} || parts(b.ID) != [2]int64{other, other} || parts(c.ID) != [2]int64{other, 0} {
			t.Fatal(parts(a.ID), parts(b.ID), parts(c.ID))
		}
		if _, err := h.Change(ann, c.ID, 0, ticket.Patch{CustomerID: new(int64(firmID))}); err != nil {
			t.Fatal(err)
		}
		tell(customer.KindUnmerged)
		if parts(a.ID) != [2]int64{personID, 0} || parts(b.ID) != [2]int64{other, personID} || parts(c.ID) != [2]int64{firmID, 0} {
			t.Error(parts(a.ID), parts(b.ID), parts(c.ID))
		}
	})
}

func TestAnAnswerIsKeptForFindingAndReplaced_R037(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := h.as(t.Context(), annID)
		tk := h.make(t, ann, ticket.Input{Fields: map[string]string{"serial": "GA-37"}})
		for _, answers := range []map[string]string{{"tone": "no", "noise": "嗡嗡聲"}, {"noise": "嗡嗡声"}} {
			if err := h.SetAnswers(ann, tk.ID, answers); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := db.All[string](t.Context(), h.db, "SELECT field || '=' || value FROM ticket_field WHERE ticket_id = ? ORDER BY field", tk.ID)
		if err != nil || len(rows) != 2 || rows[0] != "answer.noise="+ticket.Findable("嗡嗡聲") || rows[1] != "serial=ga-37" {
			t.Error(rows, err)
		}
		if err := h.SetAnswers(h.as(t.Context(), cleoID), tk.ID, nil); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
	})
}

func TestANewTicketGoesToTheAgentWhomTheCustomerPrefersIfHeIsThere_R062(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) {
		there := true
		h := buildWith(d, func(deps *ticket.Deps) {
			deps.Preferred = func(context.Context, int64) (int64, bool, error) { return boID, there, nil }
		})
		ann := h.as(t.Context(), annID)
		if tk := h.make(t, ann, ticket.Input{CustomerID: personID}); tk.OwnerID != boID {
			t.Error("owner", tk.OwnerID)
		}
		if tk := h.make(t, ann, ticket.Input{CustomerID: personID, OwnerID: annID}); tk.OwnerID != annID {
			t.Error("a chosen owner was replaced by", tk.OwnerID)
		}
		there = false
		tk := h.make(t, ann, ticket.Input{CustomerID: personID})
		evs := h.events(t, tk.ID)
		away := func(e event.Event) bool { return e.Kind == ticket.EventPreferredAway }
		if tk.OwnerID != 0 || !slices.ContainsFunc(evs, away) {
			t.Error(tk.OwnerID, evs)
		}
	})
}

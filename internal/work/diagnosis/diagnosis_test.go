package diagnosis_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/journal"
	"heed/internal/work/diagnosis"
	"heed/internal/work/ticket"
)

var (
	eve  = actor.Actor{Kind: actor.Agent, ID: 1, Name: "Eve", Role: "supervisor", Locale: "en"}
	ann  = actor.Actor{Kind: actor.Agent, ID: 2, Name: "Ann", Role: "rep", Locale: "en"}
	cleo = actor.Actor{Kind: actor.Agent, ID: 5, Name: "Cleo", Role: "employee", Locale: "en"}
)

// desk stands in for the tickets.
type desk map[int64]ticket.Ticket

func (d desk) Get(_ context.Context, id int64) (ticket.Ticket, error) {
	t, ok := d[id]
	if !ok {
		return t, fault.NotFound("ticket.not_found")
	}
	return t, nil
}

type house struct {
	*diagnosis.Service
	db *db.DB
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, slices.Concat(journal.Migrations(), diagnosis.Migrations()), func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
		j := journal.New(journal.Deps{DB: d, Clock: c, Log: slog.New(slog.DiscardHandler)})
		tickets := desk{7: {ID: 7, CustomerID: 100, Judged: ticket.Judged{ProductID: 40}}, 8: {ID: 8, Judged: ticket.Judged{TypeID: 3}}}
		fn(t, &house{diagnosis.New(diagnosis.Deps{DB: d, Journal: j, Clock: c, Tickets: tickets}), d})
	})
}

func as(t *testing.T, a actor.Actor) context.Context {
	t.Helper()
	return actor.With(t.Context(), a)
}

func en(s string) diagnosis.Words { return diagnosis.Words{"en": s} }

// tree is a phone that does not start.
func tree() []diagnosis.Node {
	return []diagnosis.Node{
		{Key: "start", Question: en("Does it light up when it is charged?"), Answers: []diagnosis.Answer{{en("Yes"), "battery"}, {en("No"), "charger"}}},
		{Key: "charger", Question: en("With another charger?"), Answers: []diagnosis.Answer{{en("Yes"), "bad-charger"}, {en("No"), "board"}}},
		{Key: "battery", Result: &diagnosis.Result{Cause: en("The battery is flat"), ArticleID: 12, Act: diagnosis.ActReply}},
		{Key: "bad-charger", Result: &diagnosis.Result{Cause: en("The charger is broken"), Part: "CH-5W", Act: diagnosis.ActPart}},
		{Key: "board", Result: &diagnosis.Result{Cause: en("The board is broken"), Act: diagnosis.ActRepair}},
	}
}

func (h *house) published(t *testing.T, in diagnosis.Input) diagnosis.Flow {
	t.Helper()
	fl, err := h.Create(as(t, ann), in)
	if err != nil {
		t.Fatal(err)
	}
	if fl, err = h.Publish(as(t, eve), fl.ID, fl.Version); err != nil || fl.State != diagnosis.Published || fl.LiveN != 1 {
		t.Fatal(fl, err)
	}
	return fl
}

func TestAWalkSavesItsPathCauseAndPartOnTheTicket_R039(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		fl := h.published(t, diagnosis.Input{Names: en("Phone does not start"), Nodes: tree()})
		w, nodes, err := h.Start(as(t, ann), 7, fl.ID)
		if err != nil || w.At != "start" || len(nodes) != 5 {
			t.Fatal(w, err)
		}
		if w, _, err = h.Step(as(t, ann), w.ID, "start", 1); err != nil || w.At != "charger" || w.State != diagnosis.Walking {
			t.Fatal(w, err)
		}
		if w, _, err = h.Step(as(t, ann), w.ID, "charger", 0); err != nil || w.State != diagnosis.Found || w.Result.Part != "CH-5W" {
			t.Fatal(w, err)
		}
		saved, err := h.Walks(as(t, ann), 7)
		if err != nil || len(saved) != 1 || len(saved[0].Path) != 2 || saved[0].Result.Cause["en"] != "The charger is broken" || saved[0].Path[1].Said["en"] != "Yes" {
			t.Fatalf("%+v, %v", saved, err)
		}
		told, err := db.All[string](t.Context(), h.db, "SELECT data FROM journal WHERE kind = 'diagnosis.found' AND about_id = 7")
		if err != nil || len(told) != 1 {
			t.Fatal(told, err)
		}
		for _, want := range []string{"CH-5W", "The charger is broken", "With another charger? → Yes"} {
			if !strings.Contains(told[0], want) {
				t.Errorf("the ticket's journal says %s", told[0])
			}
		}
		// The customer corrects himself: back to the first question.
		if w, _, err = h.Step(as(t, ann), w.ID, "start", 0); err != nil || w.State != diagnosis.Found || w.Result.ArticleID != 12 || len(w.Path) != 1 {
			t.Errorf("%+v, %v", w, err)
		}
		if _, _, err := h.Step(as(t, ann), w.ID, "board", 0); fault.KeyOf(err) != "diagnosis.not_on_way" {
			t.Error(err)
		}
		if _, _, err := h.Start(as(t, ann), 99, fl.ID); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
		if _, _, err := h.Start(as(t, cleo), 7, fl.ID); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
	})
}

func TestAWalkGoesOnInItsOwnVersion(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		fl := h.published(t, diagnosis.Input{Names: en("Phone"), Nodes: tree()})
		w, _, err := h.Start(as(t, ann), 7, fl.ID)
		if err != nil {
			t.Fatal(err)
		}
		nodes := tree()
		nodes[0].Answers[1].Next = "board"
		nodes = slices.Delete(nodes, 1, 2)
		nodes = slices.DeleteFunc(nodes, func(n diagnosis.Node) bool { return n.Key == "bad-charger" })
		changed, err := h.Change(as(t, ann), fl.ID, fl.Version, diagnosis.Patch{Nodes: &nodes})
		if err != nil || !changed.Changed || changed.LiveN != 1 {
			t.Fatal(changed, err)
		}
		if _, err := h.Change(as(t, ann), fl.ID, fl.Version, diagnosis.Patch{Nodes: &nodes}); fault.KeyOf(err) != "stale" {
			t.Error(err)
		}
		if _, err := h.Publish(as(t, ann), fl.ID, 0); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
		if changed, err = h.Publish(as(t, eve), fl.ID, 0); err != nil || changed.LiveN != 2 || changed.Changed {
			t.Fatal(changed, err)
		}
		if w, _, err = h.Step(as(t, ann), w.ID, "start", 1); err != nil || w.At != "charger" {
			t.Errorf("the old walk stands at %q, %v", w.At, err)
		}
		if _, err := h.Retire(as(t, eve), fl.ID, 0); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.Start(as(t, ann), 7, fl.ID); fault.KeyOf(err) != "diagnosis.not_published" {
			t.Error(err)
		}
	})
}

func TestAFlowThatCannotBeWalkedIsNotPublished(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func([]diagnosis.Node) []diagnosis.Node{
		"an answer leads nowhere": func(n []diagnosis.Node) []diagnosis.Node { n[0].Answers[0].Next = "gone"; return n },
		"a way leads back":        func(n []diagnosis.Node) []diagnosis.Node { n[1].Answers[0].Next = "start"; return n },
		"a node is never reached": func(n []diagnosis.Node) []diagnosis.Node { n[1].Answers[1].Next = "battery"; return n },
		"a question is empty":     func(n []diagnosis.Node) []diagnosis.Node { n[0].Question = nil; return n },
		"a result has no cause":   func(n []diagnosis.Node) []diagnosis.Node { n[4].Result.Cause = nil; return n },
		"a question has no way":   func(n []diagnosis.Node) []diagnosis.Node { n[1].Answers = nil; return n },
		"it is empty":             func([]diagnosis.Node) []diagnosis.Node { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := dbtest.New(t, dbtest.SQLite, slices.Concat(journal.Migrations(), diagnosis.Migrations()))
			c := clock.NewManual(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
			s := diagnosis.New(diagnosis.Deps{DB: d, Journal: journal.New(journal.Deps{DB: d, Clock: c}), Clock: c, Tickets: desk{}})
			fl, err := s.Create(as(t, eve), diagnosis.Input{Names: en("x"), Nodes: spoil(tree())})
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Publish(as(t, eve), fl.ID, 0)
			if f, ok := errors.AsType[*fault.Error](err); !ok || len(f.Fields) == 0 || !strings.HasPrefix(f.Fields[0].Name, "nodes") {
				t.Errorf("published with %v", err)
			}
		})
	}
}

func TestFlowsFitTheTicketAndDraftsAreForWhoWrites(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		general := h.published(t, diagnosis.Input{Names: en("General"), Nodes: tree()})
		product := h.published(t, diagnosis.Input{Names: en("Compressor"), ProductIDs: []int64{40}, Nodes: tree()})
		kind := h.published(t, diagnosis.Input{Names: en("Repair"), TypeIDs: []int64{3}, Nodes: tree()})
		if _, err := h.Create(as(t, ann), diagnosis.Input{Names: en("Draft")}); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[int64][]int64{7: {product.ID, general.ID}, 8: {kind.ID, general.ID}} {
			all, err := h.FlowsFor(as(t, ann), id)
			if err != nil {
				t.Fatal(err)
			}
			var got []int64
			for _, fl := range all {
				got = append(got, fl.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("ticket %d can be walked with %v, want %v", id, got, want)
			}
		}
		a, errA := h.Flows(as(t, ann))
		b, errB := h.Flows(as(t, cleo))
		if len(a) != 4 || len(b) != 3 || errA != nil || errB != nil {
			t.Errorf("who writes sees %d, who reads %d", len(a), len(b))
		}
	})
}

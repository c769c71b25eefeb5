package tickettype_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/work/ticket"
	"heed/internal/work/tickettype"
)

// firm is the people of these tests: team 1 is the technicians'.
type firm struct{}

func (firm) Actor(_ context.Context, id int64) (actor.Actor, error) {
	return actor.Actor{Kind: actor.Agent, ID: id, Name: "Ann", Role: "rep"}, nil
}
func (firm) TeamInUse(_ context.Context, id int64) (bool, error) { return id == 1, nil }
func (firm) PrivateTeamsHidden(context.Context) ([]int64, error) { return nil, nil }
func (firm) HomeOf(_ context.Context, _ int64) (int64, error)    { return 0, nil }
func (firm) tier(_ context.Context, id int64) (string, error) {
	return map[int64]string{7: "gold", 8: "basic"}[id], nil
}
func (firm) criticality(_ context.Context, product int64) (int64, error) { return product, nil }

type desk struct {
	*ticket.Service
	types   *tickettype.Service
	journal *journal.Journal
	db      *db.DB
}

func eachDesk(t *testing.T, fn func(t *testing.T, d *desk)) {
	t.Helper()
	schema := slices.Concat(journal.Migrations(), jobs.Migrations(), ticket.Migrations(), tickettype.Migrations())
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		c, log := clock.NewManual(noon), slog.New(slog.DiscardHandler)
		j := journal.New(journal.Deps{DB: d, Clock: c, Log: log})
		types := tickettype.New(tickettype.Deps{DB: d, Journal: j, Clock: c, TeamInUse: firm{}.TeamInUse, TierOf: firm{}.tier, CriticalityOf: firm{}.criticality})
		if err := types.Seed(actor.AsSystem(t.Context())); err != nil {
			t.Fatal(err)
		}
		fn(t, &desk{ticket.New(ticket.Deps{
			DB: d, Journal: j, Jobs: jobs.NewQueue(jobs.Deps{DB: d, Clock: c, Log: log}), Clock: c, People: firm{}, Customers: firm{}, Types: types,
		}), types, j, d})
	})
}

func (d *desk) typ(t *testing.T, key string) tickettype.Type {
	t.Helper()
	typ, err := d.types.ByKey(rep(t.Context()), key)
	if err != nil {
		t.Fatal(key, err)
	}
	return typ
}

// open makes a ticket of a type with what it wants to be known then.
func (d *desk) open(t *testing.T, in ticket.Input, key string) ticket.Ticket {
	t.Helper()
	typ := d.typ(t, key)
	in.Subject, in.Channel, in.TypeID = key, "phone", typ.ID
	if in.Fields == nil {
		in.Fields = map[string]string{}
		for _, f := range typ.Fields {
			if f.Required == tickettype.AtOpen {
				in.Fields[f.Key] = value(f)
			}
		}
	}
	got, err := d.Create(rep(t.Context()), in)
	if err != nil {
		t.Fatal(key, err)
	}
	return got
}

// value is something that a field takes.
func value(f tickettype.Field) string {
	switch f.Kind {
	case tickettype.Number:
		return "12.5"
	case tickettype.Chosen:
		return f.Choices[len(f.Choices)-1].Key
	case tickettype.Date:
		return "2026-11-24"
	case tickettype.Moment:
		return "2026-11-24T09:30:00+08:00"
	case tickettype.Phone:
		return "+86 138 0013 8000"
	case tickettype.Money:
		return "1250.00 cny"
	case tickettype.YesNo:
		return "yes"
	default:
		return "某物 " + f.Key
	}
}

func fields(err error) []string {
	var out []string
	if f, ok := errors.AsType[*fault.Error](err); ok {
		for _, one := range f.Fields {
			out = append(out, one.Name+"="+one.Key)
		}
	}
	slices.Sort(out)
	return out
}

// Every type is opened, filled in some order, ticked off and solved, whatever
// else happens to the ticket meanwhile; and nothing that is required may be missing.
func TestATicketOfEveryTypeCanBeOpenedFilledAndSolved_R261(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		ann := rep(t.Context())
		all, err := d.types.List(ann)
		if err != nil {
			t.Fatal(err)
		}
		rnd := rand.New(rand.NewPCG(1, 2))
		for _, typ := range all {
			tk := d.open(t, ticket.Input{CustomerID: 7}, typ.Key)
			var steps []ticket.Patch
			for _, f := range typ.Fields {
				steps = append(steps, ticket.Patch{Fields: map[string]string{f.Key: value(f)}})
			}
			for i := range typ.Checklist {
				steps = append(steps, ticket.Patch{Checklist: new(checks(typ, i+1))})
			}
			steps = append(steps, ticket.Patch{Severity: new(int64(3))}, ticket.Patch{SpentAdd: 60}, ticket.Patch{Place: new("shop 3")},
				ticket.Patch{Status: new(ticket.StatusWaitingCustomer)}, ticket.Patch{Subject: new("x")})
			solved := ticket.Patch{Status: new(ticket.StatusSolved), ResultCode: new("solved_answered")}
			missing := false
			for _, f := range typ.Fields {
				missing = missing || f.Required == tickettype.AtSolve
			}
			for _, c := range typ.Checklist {
				missing = missing || c.Required
			}
			if missing {
				if _, err := d.Change(ann, tk.ID, 0, solved); !fault.Is(err, fault.KindInvalid) {
					t.Errorf("%s was solved although something is missing: %v", typ.Key, err)
				}
			}
			for _, i := range rnd.Perm(len(steps)) {
				if _, err := d.Change(ann, tk.ID, 0, steps[i]); err != nil {
					t.Fatalf("%s: %+v: %v %v", typ.Key, steps[i], err, fields(err))
				}
			}
			if _, err := d.Change(ann, tk.ID, 0, ticket.Patch{Checklist: new(checks(typ, len(typ.Checklist)))}); err != nil {
				t.Fatal(typ.Key, err)
			}
			got, err := d.Change(ann, tk.ID, 0, solved)
			if err != nil || got.Status != ticket.StatusSolved || len(got.Fields) != len(typ.Fields) || len(got.Checklist) != len(typ.Checklist) {
				t.Fatalf("%s cannot be solved: %v %v", typ.Key, err, fields(err))
			}
			again, err := d.Get(ann, tk.ID)
			if err != nil || again.Fields["order_number"] != got.Fields["order_number"] || again.SpentSeconds != 60 {
				t.Error(typ.Key, again, err)
			}
		}
	})
}

func checks(typ tickettype.Type, n int) []string {
	out := []string{}
	for _, c := range typ.Checklist[:n] {
		out = append(out, c.Key)
	}
	return out
}

func TestAChangeOfTheTypeSwapsFieldsAndTheJournalKeepsTheOldOnes_R309(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		ann := rep(t.Context())
		tk := d.open(t, ticket.Input{Fields: map[string]string{"order_number": "A-17", "product": "GA 37", "reason": "broken", "opened": "yes"}}, "return")
		repair := d.typ(t, "repair")
		got, err := d.Change(ann, tk.ID, 0, ticket.Patch{TypeID: &repair.ID, Fields: map[string]string{"fault_code": "E14"}})
		if err != nil {
			t.Fatal(err, fields(err))
		}
		if len(got.Fields) != 2 || got.Fields["product"] != "GA 37" || got.Fields["fault_code"] != "E14" {
			t.Error("the fields are not those of the new type:", got.Fields)
		}
		told := map[string][2]any{}
		if err := last(t, d, tk.ID, ticket.EventChanged).Decode(&told); err != nil {
			t.Fatal(err)
		}
		for k, v := range map[string][2]any{"fields.order_number": {"A-17", ""}, "fields.reason": {"broken", ""}, "fields.fault_code": {"", "E14"}} {
			if told[k] != v {
				t.Errorf("%s: the journal has %v", k, told[k])
			}
		}
		if _, err := d.Change(ann, tk.ID, 0, ticket.Patch{Fields: map[string]string{"reason": "broken", "warranty": "perhaps"}}); !slices.Equal(fields(err),
			[]string{"fields.reason=field.unknown_value", "fields.warranty=tickettype.value_invalid"}) {
			t.Error(fields(err))
		}
	})
}

func last(t *testing.T, d *desk, id int64, kind string) event.Event {
	t.Helper()
	err := d.journal.CatchUp(t.Context(), journal.Follower{Name: "test", Handle: func(context.Context, []event.Event) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	evs, err := d.journal.About(t.Context(), event.Ref{Kind: "ticket", ID: id}, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range evs { // newest first
		if e.Kind == kind {
			return e
		}
	}
	t.Fatal("no", kind)
	return event.Event{}
}

func TestTheWorstSeverityWantsAReason_R310(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		ann := rep(t.Context())
		tk := d.open(t, ticket.Input{}, "fault")
		if tk.Severity != 3 {
			t.Fatal("the type's severity is not taken:", tk.Severity)
		}
		if _, err := d.Change(ann, tk.ID, 0, ticket.Patch{Severity: new(int64(1))}); !slices.Equal(fields(err), []string{"severity_reason=ticket.severity_reason"}) {
			t.Fatal(err, fields(err))
		}
		if _, err := d.Create(ann, ticket.Input{Subject: "x", Channel: "phone", Severity: 1}); !slices.Contains(fields(err), "severity_reason=ticket.severity_reason") {
			t.Error(err)
		}
		got, err := d.Change(ann, tk.ID, 0, ticket.Patch{Severity: new(int64(1)), SeverityReason: new("gas escapes")})
		if err != nil || got.SeverityReason != "gas escapes" || got.Priority != ticket.Urgent {
			t.Fatal(got, err)
		}
		if got, err = d.Change(ann, tk.ID, 0, ticket.Patch{Severity: new(int64(2))}); err != nil || got.SeverityReason != "" {
			t.Error("less than the worst needs no reason:", got, err)
		}
	})
}

func TestPriorityFollowsFromTheRuleAndAPersonSaysWhyNot_R311(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		ann := rep(t.Context())
		gold, basic := d.open(t, ticket.Input{CustomerID: 7}, "repair"), d.open(t, ticket.Input{CustomerID: 8}, "repair")
		if gold.Severity != 2 || gold.Priority != ticket.High || basic.Priority != ticket.High || gold.Score <= basic.Score {
			t.Fatalf("gold %s %d, basic %s %d", gold.Priority, gold.Score, basic.Priority, basic.Score)
		}
		got, err := d.Change(ann, basic.ID, 0, ticket.Patch{ProductID: new(int64(3))})
		if err != nil || got.Criticality != 3 || got.Score <= basic.Score {
			t.Error("what hangs on the product does not count:", got, err)
		}
		if _, err := d.Change(ann, gold.ID, 0, ticket.Patch{Priority: new(ticket.Low)}); !slices.Equal(fields(err), []string{"priority_reason=tickettype.priority_reason"}) {
			t.Fatal(err, fields(err))
		}
		got, err = d.Change(ann, gold.ID, 0, ticket.Patch{Priority: new(ticket.Low), PriorityReason: new("he is on holiday")})
		if err != nil || got.Priority != ticket.Low || got.PriorityBy != ticket.ByPerson || got.PriorityReason != "he is on holiday" {
			t.Fatal(got, err)
		}
		if got, err = d.Change(ann, gold.ID, 0, ticket.Patch{Severity: new(int64(4))}); err != nil || got.Priority != ticket.Low {
			t.Error("the rule took back what a person had set:", got, err)
		}
		if got, err = d.Change(ann, gold.ID, 0, ticket.Patch{Severity: new(int64(2)), PriorityBy: new(ticket.ByRule)}); err != nil ||
			got.Priority != ticket.High || got.PriorityBy != ticket.ByRule || got.PriorityReason != "" {
			t.Error("the rule does not decide again:", got, err)
		}
	})
}

func TestATypeRoutesToItsTeam_R243(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		support := d.typ(t, "technical_support")
		if _, err := d.types.Change(admin(t.Context()), support.ID, 0, tickettype.Input{TeamID: new(int64(1))}); err != nil {
			t.Fatal(err)
		}
		if tk := d.open(t, ticket.Input{}, "technical_support"); tk.TeamID != 1 || tk.OwnerID != 0 {
			t.Error("a new one did not go to the technicians:", tk.TeamID)
		}
		tk := d.open(t, ticket.Input{}, "usage")
		got, err := d.Change(rep(t.Context()), tk.ID, 0, ticket.Patch{TypeID: &support.ID})
		if err != nil || got.TeamID != 1 {
			t.Error("a changed one did not go to the technicians:", got.TeamID, err)
		}
		mine := d.open(t, ticket.Input{OwnerID: 2}, "usage")
		if got, err = d.Change(rep(t.Context()), mine.ID, 0, ticket.Patch{TypeID: &support.ID}); err != nil || got.TeamID != 0 || got.OwnerID != 2 {
			t.Error("a ticket was taken from its owner:", got, err)
		}
	})
}

func TestMailIsNotRefusedForWhatIsMissing_R247(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		typ := d.typ(t, "delivery")
		tk, err := d.Create(actor.AsSystem(t.Context()), ticket.Input{Subject: "x", Channel: "email", TypeID: typ.ID, Fields: map[string]string{"wished_date": "soon"}})
		if err != nil || len(tk.Fields) != 0 {
			t.Error(tk, err)
		}
	})
}

func TestDeliveryIsMarkedWithItsProof_R242(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		ann := rep(t.Context())
		tk := d.open(t, ticket.Input{}, "delivery")
		solved := ticket.Patch{Status: new(ticket.StatusSolved), ResultCode: new("solved_fixed"), ResultText: new("Delivered on 2 March, 12:00")}
		_, err := d.Change(ann, tk.ID, 0, solved)
		if got := strings.Join(fields(err), " "); !strings.Contains(got, "fields.delivered_at=field.required") ||
			!strings.Contains(got, "fields.received_by=field.required") || !strings.Contains(got, "checklist.proof=tickettype.step_missing") {
			t.Fatal("delivered without time and proof:", got)
		}
		solved.Fields = map[string]string{"delivered_at": "2026-03-02T12:00:00Z", "received_by": "王芳"}
		solved.Checklist = &[]string{"packed", "called", "proof"}
		if got, err := d.Change(ann, tk.ID, 0, solved); err != nil || got.ResultText == "" || got.Fields["received_by"] != "王芳" {
			t.Error(got, err, fields(err))
		}
	})
}

func TestTheRuleAndTheWordsCanBeChanged_R310(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		ada := admin(t.Context())
		j, err := d.types.Judgement(rep(t.Context()))
		if err != nil || len(j.Levels) != 4 || j.Levels[0].Meaning["zh-CN"] == "" {
			t.Fatal(j, err)
		}
		j.Levels = slices.Clone(j.Levels)
		j.Levels[1].Names = tickettype.Names{"en": "Grave"}
		j.Rule.Severity[2] = 90
		if _, err := d.types.SetJudgement(rep(t.Context()), j.Version, j); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
		if _, err := d.types.SetJudgement(ada, j.Version, j); err != nil {
			t.Fatal(err)
		}
		if _, err := d.types.SetJudgement(ada, j.Version, j); err == nil {
			t.Error("a stale change was taken")
		}
		if tk := d.open(t, ticket.Input{}, "repair"); tk.Priority != ticket.Urgent {
			t.Error("the new rule is not used at once:", tk.Priority)
		}
		j.Rule.High = j.Rule.Urgent + 1
		if _, err := d.types.SetJudgement(ada, 0, j); !fault.Is(err, fault.KindInvalid) {
			t.Error(err)
		}
	})
}

func TestTheRuleOfPriorities_R311(t *testing.T) {
	t.Parallel()
	r := tickettype.DefaultRule()
	for _, tt := range []struct {
		severity    int64
		tier        string
		criticality int64
		extra       int64
		want        ticket.Priority
	}{
		{0, "", 0, 0, ticket.Normal},
		{1, "", 0, 0, ticket.Urgent},
		{2, "", 0, 0, ticket.High},
		{3, "", 0, 0, ticket.Normal},
		{4, "", 0, 0, ticket.Low},
		{3, "platinum", 0, 0, ticket.Normal},
		{3, "platinum", 3, 0, ticket.High},
		{2, "gold", 3, 10, ticket.Urgent},
		{4, "platinum", 3, 0, ticket.Normal},
		{2, "unknown", 9, -5, ticket.High},
	} {
		name := fmt.Sprint(tt.severity, tt.tier, tt.criticality, tt.extra)
		if got := r.Priority(r.Points(tt.severity, tt.tier, tt.criticality, tt.extra)); got != tt.want {
			t.Errorf("%s: %s, not %s", name, got, tt.want)
		}
	}
}

package ticket_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/work/ticket"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// The people of the tests: agents by id; team 1 is open to all, team 2 is
// private and has Bo and Eve, team 3 is archived.
const (
	adminID, annID, boID, eveID, cleoID = 1, 2, 3, 4, 5
	openTeam, privateTeam, archived     = 1, 2, 3
	personID, firmID                    = 100, 200
)

type town struct {
	mu     sync.Mutex
	agents map[int64]actor.Actor
}

func newTown() *town {
	agent := func(id int64, name, role string, teams ...int64) actor.Actor {
		return actor.Actor{Kind: actor.Agent, ID: id, Name: name, Role: role, Teams: teams}
	}
	return &town{agents: map[int64]actor.Actor{
		adminID: agent(adminID, "Ada", "administrator"), annID: agent(annID, "Ann", "rep", openTeam),
		boID: agent(boID, "Bo", "rep", openTeam, privateTeam), eveID: agent(eveID, "Eve", "supervisor", privateTeam),
		cleoID: agent(cleoID, "Cleo", "employee"),
	}}
}

func (o *town) Actor(_ context.Context, id int64) (actor.Actor, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if a, ok := o.agents[id]; ok {
		return a, nil
	}
	return actor.Actor{}, fault.NotFound("not_found")
}

func (o *town) leave(id int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.agents, id)
}

func (*town) TeamInUse(_ context.Context, id int64) (bool, error) {
	return id == openTeam || id == privateTeam, nil
}

func (*town) PrivateTeamsHidden(ctx context.Context) ([]int64, error) {
	if actor.From(ctx).InTeam(privateTeam) {
		return nil, nil
	}
	return []int64{privateTeam}, nil
}

func (*town) HomeOf(_ context.Context, id int64) (int64, error) {
	switch id {
	case personID, firmID:
		return firmID, nil
	case personID + 1:
		return 0, nil
	}
	return 0, fault.NotFound("not_found")
}

type house struct {
	*ticket.Service
	db      *db.DB
	journal *journal.Journal
	jobs    *jobs.Queue
	clock   *clock.Manual
	town    *town
}

func migrations() []db.Migration {
	return slices.Concat(journal.Migrations(), jobs.Migrations(), ticket.Migrations())
}

func build(d *db.DB) *house { return buildWith(d, func(*ticket.Deps) {}) }

func buildWith(d *db.DB, more func(*ticket.Deps)) *house {
	h := &house{db: d, clock: clock.NewManual(noon), town: newTown()}
	log := slog.New(slog.DiscardHandler)
	h.journal = journal.New(journal.Deps{DB: d, Clock: h.clock, Log: log})
	h.jobs = jobs.NewQueue(jobs.Deps{DB: d, Clock: h.clock, Log: log})
	deps := ticket.Deps{DB: d, Journal: h.journal, Jobs: h.jobs, Clock: h.clock, People: h.town, Customers: h.town}
	more(&deps)
	h.Service = ticket.New(deps)
	return h
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) { fn(t, build(d)) })
}

func (h *house) as(ctx context.Context, id int64) context.Context {
	a, err := h.town.Actor(ctx, id)
	if err != nil {
		panic(err)
	}
	return actor.With(ctx, a)
}

func (h *house) make(t *testing.T, ctx context.Context, in ticket.Input) ticket.Ticket {
	t.Helper()
	if in.Subject == "" {
		in.Subject = "The pump leaks"
	}
	if in.Channel == "" {
		in.Channel = "phone"
	}
	got, err := h.Create(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// events gives all events about a ticket in order.
func (h *house) events(t *testing.T, id int64) []event.Event {
	t.Helper()
	err := h.journal.CatchUp(t.Context(), journal.Follower{Name: "test", Handle: func(context.Context, []event.Event) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	evs, err := h.journal.About(t.Context(), event.Ref{Kind: ticket.About, ID: id}, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(evs)
	return evs
}

func (h *house) counted(t *testing.T) {
	t.Helper()
	wrong, err := h.Verify(t.Context())
	if err != nil || len(wrong) != 0 {
		t.Errorf("counters differ from a recount: %+v, %v", wrong, err)
	}
}

// waiting counts the jobs that are to end a snooze.
func (h *house) waiting(t *testing.T) (int64, error) {
	t.Helper()
	return db.One[int64](t.Context(), h.db, "SELECT COUNT(*) FROM job WHERE kind = 'ticket.wake' AND state < 2")
}

func wantField(t *testing.T, err error, name, key string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Name == name && x.Key == key }) {
		t.Errorf("%v, want %s: %s", err, name, key)
	}
}

func wantKey(t *testing.T, err error, key string) {
	t.Helper()
	if err == nil || fault.KeyOf(err) != key {
		t.Errorf("%v, want %s", err, key)
	}
}

func TestATicketIsSavedAsItWasRegistered_R308(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := h.as(t.Context(), annID)
		made := h.make(t, ann, ticket.Input{
			Subject: "空压机漏油", Channel: "phone", Priority: ticket.Urgent, CustomerID: personID, TeamID: openTeam, OwnerID: boID, Tags: []string{"VIP", "油"},
		})
		got, err := h.Get(ann, made.ID)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got) != fmt.Sprint(made) {
			t.Errorf("read  %+v\nwrote %+v", got, made)
		}
		if got.OrganizationID != firmID || got.Status != ticket.StatusAssigned || got.Number() != fmt.Sprint(10000+got.ID) || !got.CreatedAt.Equal(noon) {
			t.Errorf("%+v", got)
		}
		evs := h.events(t, made.ID)
		var data ticket.CreatedData
		if len(evs) != 1 || evs[0].Kind != ticket.EventCreated || evs[0].Customer != personID || evs[0].Decode(&data) != nil || data.OwnerID != boID {
			t.Errorf("events %+v", evs)
		}
		h.counted(t)
	})
}

func TestAnIllegalJumpIsRefusedAndLeavesNoTrace_R312(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := h.as(t.Context(), annID)
		made := h.make(t, ann, ticket.Input{})
		_, err := h.Change(ann, made.ID, made.Version, ticket.Patch{Status: new(ticket.StatusReopened), Subject: new("Other")})
		wantKey(t, err, "ticket.illegal_transition")
		got, err := h.Get(ann, made.ID)
		if err != nil || got.Version != 1 || got.Subject != made.Subject || len(h.events(t, made.ID)) != 1 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestClosingWithoutAResultIsRefused_R313(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := h.as(t.Context(), annID)
		made := h.make(t, ann, ticket.Input{OwnerID: annID})
		_, err := h.Change(ann, made.ID, 0, ticket.Patch{Status: new(ticket.StatusSolved)})
		wantField(t, err, "result_code", "ticket.result_required")
		got, err := h.Change(ann, made.ID, 0, ticket.Patch{Status: new(ticket.StatusSolved), ResultCode: new("solved_fixed"), ResultText: new("Seal changed")})
		if err != nil || got.ResultCode != "solved_fixed" {
			t.Fatalf("%+v, %v", got, err)
		}
		evs := h.events(t, made.ID)
		var data ticket.StatusData
		if last := evs[len(evs)-1]; last.Kind != ticket.EventStatusChanged || last.Decode(&data) != nil || data.ResultCode != "solved_fixed" {
			t.Errorf("last event %+v", last)
		}
		h.counted(t)
	})
}

func TestEveryStepHasItsTime_R314(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := h.as(t.Context(), annID)
		made := h.make(t, ann, ticket.Input{OwnerID: annID})
		steps := []ticket.Patch{
			{Status: new(ticket.StatusInProgress)},
			{Status: new(ticket.StatusWaitingCustomer)},
			{Status: new(ticket.StatusInProgress)},
			{Status: new(ticket.StatusSolved), ResultCode: new("solved_fixed")},
			{Status: new(ticket.StatusClosed)},
		}
		var times []time.Time
		for _, p := range steps {
			h.clock.Advance(time.Hour)
			times = append(times, h.clock.Now())
			if _, err := h.Change(ann, made.ID, 0, p); err != nil {
				t.Fatal(err)
			}
		}
		got, err := h.Get(ann, made.ID)
		if err != nil || !got.CreatedAt.Equal(noon) || !got.SolvedAt.Equal(times[3]) || !got.ClosedAt.Equal(times[4]) || !got.UpdatedAt.Equal(times[4]) {
			t.Errorf("%+v, %v", got, err)
		}
		for i, e := range h.events(t, made.ID)[1:] {
			var data ticket.StatusData
			if e.Decode(&data) != nil || data.To != *steps[i].Status || !e.At.Equal(times[i]) {
				t.Errorf("step %d: %+v at %v", i, data, e.At)
			}
		}
	})
}

func TestAnOwnerMustBeAbleToDoIt_R315(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := h.as(t.Context(), annID)
		made := h.make(t, ann, ticket.Input{TeamID: openTeam})
		for owner, key := range map[int64]string{99: "ticket.owner_unknown", cleoID: "ticket.owner_may_not"} {
			_, err := h.Change(ann, made.ID, 0, ticket.Patch{OwnerID: new(owner)})
			wantField(t, err, "owner_id", key)
		}
		_, err := h.Change(ann, made.ID, 0, ticket.Patch{OwnerID: new(int64(annID)), TeamID: new(int64(privateTeam))})
		wantField(t, err, "owner_id", "ticket.owner_may_not")
		for _, team := range []int64{archived, 99} {
			_, err = h.Change(ann, made.ID, 0, ticket.Patch{TeamID: new(team)})
			wantField(t, err, "team_id", "ticket.team_unknown")
		}
		// Handing a ticket to a private team takes it from an owner who is not in it.
		if _, err = h.Change(ann, made.ID, 0, ticket.Patch{OwnerID: new(int64(annID))}); err != nil {
			t.Fatal(err)
		}
		moved, err := h.Change(ann, made.ID, 0, ticket.Patch{TeamID: new(int64(privateTeam)), Reason: "A matter for them"})
		if err != nil || moved.OwnerID != 0 || moved.Status != ticket.StatusNew {
			t.Fatalf("%+v, %v", moved, err)
		}
		_, err = h.Get(ann, made.ID)
		wantKey(t, err, "ticket.not_found")
		_, err = h.Change(ann, made.ID, 0, ticket.Patch{Subject: new("x")})
		wantKey(t, err, "ticket.not_found")
		bo := h.as(t.Context(), boID)
		if got, err := h.Change(bo, made.ID, moved.Version, ticket.Patch{Status: new(ticket.StatusInProgress)}); err != nil || got.OwnerID != boID {
			t.Errorf("%+v, %v", got, err)
		}
		var data ticket.AssignedData
		evs := h.events(t, made.ID)
		i := slices.IndexFunc(evs, func(e event.Event) bool { return e.Decode(&data) == nil && data.TeamTo == privateTeam })
		if i < 0 || data.From != annID || data.To != 0 || data.TeamFrom != openTeam || data.Reason != "A matter for them" {
			t.Errorf("hand-over told as %+v", data)
		}
		h.counted(t)
	})
}

func TestMailIsNeverRefusedForItsTeamOrOwner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		got := h.make(t, actor.AsSystem(t.Context()), ticket.Input{Channel: "email", TeamID: archived, OwnerID: 99, CustomerID: personID + 1})
		if got.TeamID != 0 || got.OwnerID != 0 || got.Status != ticket.StatusNew || got.OrganizationID != 0 {
			t.Errorf("%+v", got)
		}
		_, err := h.Create(h.as(t.Context(), annID), ticket.Input{Subject: "x", Channel: "phone", TeamID: archived, OwnerID: 99, CustomerID: 7})
		wantField(t, err, "team_id", "ticket.team_unknown")
		wantField(t, err, "owner_id", "ticket.owner_unknown")
		wantField(t, err, "customer_id", "field.not_found")
	})
}

func TestAnEmployeeRegistersAndSeesHisOwnAndNoMore_R064(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		cleo := h.as(t.Context(), cleoID)
		own := h.make(t, cleo, ticket.Input{TeamID: privateTeam})
		other := h.make(t, h.as(t.Context(), annID), ticket.Input{})
		if _, err := h.Get(cleo, own.ID); err != nil {
			t.Error(err)
		}
		_, err := h.Get(cleo, other.ID)
		wantKey(t, err, "ticket.not_found")
		_, err = h.Change(cleo, own.ID, 0, ticket.Patch{Priority: new(ticket.Urgent)})
		wantKey(t, err, "forbidden")
		_, err = h.Create(cleo, ticket.Input{Subject: "x", Channel: "phone", OwnerID: annID})
		wantKey(t, err, "forbidden")
		if _, err := h.NoteMessage(cleo, own.ID, ticket.Said{By: "customer", Kind: ticket.SaidIncoming, Preview: "Hello", At: noon}); err != nil {
			t.Error(err)
		}
		_, err = h.NoteMessage(cleo, other.ID, ticket.Said{By: "customer", Kind: ticket.SaidIncoming, Preview: "Hello", At: noon})
		wantKey(t, err, "ticket.not_found")
		_, err = h.Get(t.Context(), own.ID)
		wantKey(t, err, "unauthenticated")
	})
}

func TestAStaleVersionIsRefusedAndNoChangeIsNone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := h.as(t.Context(), annID)
		made := h.make(t, ann, ticket.Input{Tags: []string{"A"}})
		same, err := h.Change(ann, made.ID, 1, ticket.Patch{Subject: new(made.Subject), Tags: new([]string{"A"}), Priority: new(ticket.Normal)})
		if err != nil || same.Version != 1 || len(h.events(t, made.ID)) != 1 {
			t.Errorf("%+v, %v", same, err)
		}
		if _, err = h.Change(ann, made.ID, 1, ticket.Patch{Tags: new([]string{"B"})}); err != nil {
			t.Fatal(err)
		}
		_, err = h.Change(ann, made.ID, 1, ticket.Patch{Subject: new("y")})
		wantKey(t, err, "stale")
	})
}

func TestARepliesMessagesAndReadMarks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		sys, ann := actor.AsSystem(t.Context()), h.as(t.Context(), annID)
		made := h.make(t, sys, ticket.Input{Channel: "email"})
		incoming := ticket.Said{By: "customer", Kind: ticket.SaidIncoming, Preview: "Help", At: noon}
		if _, err := h.NoteMessage(sys, made.ID, incoming); err != nil {
			t.Fatal(err)
		}
		if err := h.MarkRead(ann, made.ID, annID); err != nil {
			t.Fatal(err)
		}
		got, err := h.NoteMessage(ann, made.ID, ticket.Said{By: "agent", Kind: ticket.SaidReply, Preview: "Try this", At: noon})
		if err != nil || got.OwnerID != annID || got.Status != ticket.StatusInProgress || got.LastBy != "agent" {
			t.Errorf("%+v, %v", got, err)
		}
		if got, err = h.NoteMessage(ann, made.ID, incoming); err != nil || got.IncomingCount != 2 {
			t.Errorf("%+v, %v", got, err)
		}
		// What Ann typed herself is read by her, and a mark never goes back.
		if err := h.MarkReadTo(ann, made.ID, annID, 1); err != nil {
			t.Fatal(err)
		}
		if n := readMark(t, h, made.ID, annID); n != 2 {
			t.Errorf("mark %d", n)
		}
		if err := h.MarkReadTo(ann, made.ID, boID, 1); err != nil {
			t.Fatal(err)
		}
		if n := readMark(t, h, made.ID, boID); n != 1 {
			t.Errorf("mark %d", n)
		}
		h.counted(t)
	})
}

func readMark(t *testing.T, h *house, id, agent int64) int64 {
	t.Helper()
	n, err := db.One[int64](t.Context(), h.db, "SELECT incoming_count FROM ticket_read WHERE ticket_id = ? AND agent_id = ?", id, agent)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAReopenedTicketWhoseOwnerLeftGoesToTheQueue_R315(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		sys, ann := actor.AsSystem(t.Context()), h.as(t.Context(), annID)
		made := h.make(t, ann, ticket.Input{OwnerID: annID})
		if _, err := h.Change(ann, made.ID, 0, ticket.Patch{Status: new(ticket.StatusSolved), ResultCode: new("solved_fixed")}); err != nil {
			t.Fatal(err)
		}
		h.town.leave(annID)
		got, err := h.NoteMessage(sys, made.ID, ticket.Said{By: "customer", Kind: ticket.SaidIncoming, Preview: "Again", At: noon})
		if err != nil || got.Status != ticket.StatusReopened || got.OwnerID != 0 {
			t.Errorf("%+v, %v", got, err)
		}
		h.counted(t)
	})
}

func TestASnoozedTicketWakesAtItsTime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := h.as(t.Context(), annID)
		until := noon.Add(2 * time.Hour)
		made := h.make(t, ann, ticket.Input{OwnerID: annID})
		if _, err := h.Change(ann, made.ID, 0, ticket.Patch{SnoozedUntil: new(until.Add(time.Hour))}); err != nil {
			t.Fatal(err)
		}
		got, err := h.Change(ann, made.ID, 0, ticket.Patch{SnoozedUntil: &until})
		if err != nil || got.Shelf() != ticket.Snoozed {
			t.Fatalf("%+v, %v", got, err)
		}
		if n, err := h.waiting(t); err != nil || n != 1 {
			t.Fatalf("%d jobs wait, %v", n, err)
		}
		h.counted(t)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { h.jobs.Run(ctx, h.Handlers(), nil) })
		defer func() { cancel(); wg.Wait() }()
		h.clock.Set(until)
		deadline := time.After(20 * time.Second)
		for {
			got, err = h.Get(ann, made.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got.SnoozedUntil.IsZero() {
				break
			}
			select {
			case <-deadline:
				t.Fatal("it sleeps on")
			case <-time.After(10 * time.Millisecond):
			}
		}
		evs := h.events(t, made.ID)
		if last := evs[len(evs)-1]; last.Kind != ticket.EventWoken || last.Actor.Kind != string(actor.System) {
			t.Errorf("last event %+v", last)
		}
		h.counted(t)
	})
}

func TestWakingByHandLeavesNoJobBehind(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := h.as(t.Context(), annID)
		made := h.make(t, ann, ticket.Input{})
		for _, until := range []time.Time{noon.Add(time.Hour), {}} {
			if _, err := h.Change(ann, made.ID, 0, ticket.Patch{SnoozedUntil: &until}); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := h.waiting(t); err != nil || n != 0 {
			t.Errorf("%d jobs wait, %v", n, err)
		}
	})
}

func TestPurgingLeavesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := h.as(t.Context(), annID)
		gone := h.make(t, ann, ticket.Input{Tags: []string{"demo"}})
		kept := h.make(t, ann, ticket.Input{Tags: []string{"demo"}})
		if _, err := h.Change(ann, gone.ID, 0, ticket.Patch{SnoozedUntil: new(noon.Add(time.Hour))}); err != nil {
			t.Fatal(err)
		}
		if err := h.MarkRead(ann, gone.ID, annID); err != nil {
			t.Fatal(err)
		}
		wantKey(t, h.Purge(ann, []int64{gone.ID}), "forbidden")
		if err := h.Purge(h.as(t.Context(), adminID), []int64{gone.ID, 9999}); err != nil {
			t.Fatal(err)
		}
		_, err := h.Get(ann, gone.ID)
		wantKey(t, err, "ticket.not_found")
		if _, err := h.Get(ann, kept.ID); err != nil {
			t.Error(err)
		}
		for _, q := range []string{"SELECT COUNT(*) FROM ticket_tag WHERE ticket_id = ?", "SELECT COUNT(*) FROM ticket_read WHERE ticket_id = ?", "SELECT COUNT(*) FROM journal WHERE about_id = ?"} {
			if n, err := db.One[int64](t.Context(), h.db, q, gone.ID); err != nil || n != 0 {
				t.Errorf("%s: %d, %v", q, n, err)
			}
		}
		if n, err := h.waiting(t); err != nil || n != 0 {
			t.Errorf("%d jobs wait, %v", n, err)
		}
		h.counted(t)
	})
}

func TestVerifyFindsAWrongCounterAndRecountMendsIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := h.as(t.Context(), annID)
		for range 20 {
			h.make(t, ann, ticket.Input{TeamID: openTeam, OwnerID: annID})
		}
		err := h.db.Write(t.Context(), func(ctx context.Context) error {
			_, err := db.Exec(ctx, h.db, "UPDATE ticket_counter SET n = n + 1 WHERE shard = 1")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		wrong, err := h.Verify(t.Context())
		if err != nil || len(wrong) != 1 || wrong[0].Kept != 21 || wrong[0].Real != 20 || wrong[0].AgentID != annID {
			t.Errorf("%+v, %v", wrong, err)
		}
		if err := h.Recount(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.counted(t)
	})
}

// TestARandomWalkKeepsTheInvariants does at random what may be done and much
// that may not, and then holds every ticket against the package comment and
// against its own events.
func TestARandomWalkKeepsTheInvariants_R312(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		seed := uint64(20260302)
		r := rand.New(rand.NewPCG(seed, 7))
		pick := func(n int) int { return r.IntN(n) }
		var ids []int64
		for range 12 {
			in := ticket.Input{TeamID: []int64{0, openTeam, privateTeam}[pick(3)], CustomerID: []int64{0, personID}[pick(2)], Tags: []string{"a"}}
			if pick(2) == 0 {
				in.OwnerID = boID
			}
			ids = append(ids, h.make(t, h.as(t.Context(), adminID), in).ID)
		}
		for range 500 {
			h.clock.Advance(time.Minute)
			id := ids[pick(len(ids))]
			ctx := h.as(t.Context(), []int64{adminID, annID, boID, eveID, cleoID}[pick(5)])
			if pick(6) == 0 {
				ctx = actor.AsSystem(t.Context())
			}
			var err error
			if pick(3) == 0 {
				said := ticket.Said{By: "customer", Kind: ticket.SaidIncoming, Preview: fmt.Sprint("said ", r.Int()), At: h.clock.Now(), Automatic: pick(5) == 0}
				if pick(2) == 0 {
					said.By, said.Kind = "agent", []string{ticket.SaidReply, ticket.SaidNote}[pick(2)]
				}
				_, err = h.NoteMessage(ctx, id, said)
			} else {
				_, err = h.Change(ctx, id, 0, randomPatch(pick, h.clock.Now()))
			}
			if fault.KindOf(err) == fault.KindInternal && err != nil {
				t.Fatal(err)
			}
		}
		h.counted(t)
		for _, id := range ids {
			got, err := h.Get(actor.AsSystem(t.Context()), id)
			if err != nil {
				t.Fatal(err)
			}
			holds(t, got)
			toldBy(t, got, h.events(t, id))
		}
	})
}

func randomPatch(pick func(int) int, now time.Time) ticket.Patch {
	var p ticket.Patch
	if pick(2) == 0 {
		p.Status = &ticket.Statuses()[pick(9)]
	}
	if pick(2) == 0 {
		p.ResultCode = &ticket.Results()[pick(9)]
	}
	if pick(3) == 0 {
		p.OwnerID = new([]int64{0, annID, boID, eveID, cleoID, 99}[pick(6)])
	}
	if pick(4) == 0 {
		p.TeamID = new([]int64{0, openTeam, privateTeam, archived}[pick(4)])
	}
	if pick(4) == 0 {
		p.Tags = new([][]string{{}, {"a"}, {"A", "b"}, {"b"}}[pick(4)])
	}
	if pick(5) == 0 {
		p.SnoozedUntil = new([]time.Time{{}, now.Add(time.Hour), now.Add(-time.Hour)}[pick(3)])
	}
	if pick(6) == 0 {
		p.Priority = &ticket.Priorities()[pick(4)]
	}
	if pick(8) == 0 {
		p.CustomerID = new([]int64{0, personID, personID + 1, 7}[pick(4)])
	}
	return p
}

// holds checks the invariants of the package comment.
func holds(t *testing.T, got ticket.Ticket) {
	t.Helper()
	for rule, ok := range map[string]bool{
		"new has no owner and no work begun":           got.Status != ticket.StatusNew || got.OwnerID == 0 && !got.Begun,
		"assigned has an owner and no work begun":      got.Status != ticket.StatusAssigned || got.OwnerID != 0 && !got.Begun,
		"a result if and only if it has ended":         got.Status.Open() == (got.ResultCode == ""),
		"solved has its time":                          got.Status != ticket.StatusSolved || !got.SolvedAt.IsZero(),
		"closed and cancelled have their time":         (got.Status == ticket.StatusClosed || got.Status == ticket.StatusCancelled) == !got.ClosedAt.IsZero(),
		"an open ticket has no end":                    !got.Status.Open() || got.SolvedAt.IsZero(),
		"snoozed is open":                              got.SnoozedUntil.IsZero() || got.Status.Open(),
		"a private team's ticket is nobody's outside":  got.TeamID != privateTeam || got.OwnerID != annID,
		"an employee owns none":                        got.OwnerID != cleoID && got.OwnerID != 99,
		"the archived team has none":                   got.TeamID != archived,
		"the organization belongs to the customer":     got.CustomerID != personID || got.OrganizationID == firmID,
		"incoming messages are among all the messages": got.IncomingCount <= got.MessageCount,
	} {
		if !ok {
			t.Errorf("%s: %+v", rule, got)
		}
	}
}

// toldBy builds the ticket from its events alone and compares.
func toldBy(t *testing.T, got ticket.Ticket, evs []event.Event) {
	t.Helper()
	var told ticket.Ticket
	tags := map[string]bool{}
	for _, e := range evs {
		switch e.Kind {
		case ticket.EventCreated:
			var d ticket.CreatedData
			decode(t, e, &d)
			told.Status, told.OwnerID, told.TeamID = d.Status, d.OwnerID, d.TeamID
			for _, tag := range d.Tags {
				tags[tag] = true
			}
		case ticket.EventAssigned:
			var d ticket.AssignedData
			decode(t, e, &d)
			if d.From != told.OwnerID || d.TeamFrom != told.TeamID {
				t.Errorf("%+v follows owner %d, team %d", d, told.OwnerID, told.TeamID)
			}
			told.OwnerID, told.TeamID = d.To, d.TeamTo
		case ticket.EventStatusChanged:
			var d ticket.StatusData
			decode(t, e, &d)
			if d.From != told.Status || d.To.Open() != (d.ResultCode == "") {
				t.Errorf("%+v follows %s", d, told.Status)
			}
			told.Status, told.ResultCode = d.To, d.ResultCode
			if !d.To.Open() {
				told.SnoozedUntil = time.Time{}
			}
		case ticket.EventChanged:
			var d map[string][2]any
			decode(t, e, &d)
			if c, ok := d["customer_id"]; ok {
				told.CustomerID = int64(c[1].(float64))
			}
			if c, ok := d["result_code"]; ok {
				told.ResultCode = c[1].(string)
			}
		case ticket.EventTagged:
			var d ticket.TaggedData
			decode(t, e, &d)
			for _, tag := range d.Removed {
				delete(tags, tag)
			}
			for _, tag := range d.Added {
				tags[tag] = true
			}
		case ticket.EventSnoozed:
			var d ticket.SnoozedData
			decode(t, e, &d)
			told.SnoozedUntil = d.Until
		case ticket.EventWoken:
			told.SnoozedUntil = time.Time{}
		}
	}
	if told.Status != got.Status || told.OwnerID != got.OwnerID || told.TeamID != got.TeamID || told.ResultCode != got.ResultCode ||
		!told.SnoozedUntil.Equal(got.SnoozedUntil) || len(tags) != len(got.Tags) {
		t.Errorf("the events tell %+v %v\nthe ticket is %+v", told, tags, got)
	}
}

func decode(t *testing.T, e event.Event, v any) {
	t.Helper()
	if err := e.Decode(v); err != nil {
		t.Fatal(err)
	}
}

// TestManyWritersOfOneQueueLoseNoCount lets many take tickets of one queue at once.
func TestManyWritersOfOneQueueLoseNoCount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				ctx := h.as(t.Context(), []int64{annID, boID}[w%2])
				for range 10 {
					made, err := h.Create(ctx, ticket.Input{Subject: "x", Channel: "phone", TeamID: openTeam})
					if err == nil {
						_, err = h.Change(ctx, made.ID, made.Version, ticket.Patch{Status: new(ticket.StatusInProgress)})
					}
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		h.counted(t)
	})
}

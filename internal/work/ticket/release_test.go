package ticket_test

import (
	"context"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/event"
	"heed/internal/people/agent"
	"heed/internal/work/ticket"
)

func (h *house) tell(t *testing.T, kind string, about event.Ref, data any) {
	t.Helper()
	err := h.db.Write(actor.AsSystem(t.Context()), func(ctx context.Context) error {
		return h.journal.Record(ctx, event.New{Kind: kind, About: about, Data: data})
	})
	if err == nil {
		err = h.journal.CatchUp(t.Context(), h.Followers()[0])
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheTicketsOfWhoLeavesGoBackToTheirQueue_R315(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := h.as(t.Context(), annID)
		open := h.make(t, ann, ticket.Input{OwnerID: annID, TeamID: openTeam})
		sleeping := h.make(t, ann, ticket.Input{OwnerID: annID})
		if _, err := h.Change(ann, sleeping.ID, 0, ticket.Patch{SnoozedUntil: new(noon.Add(time.Hour))}); err != nil {
			t.Fatal(err)
		}
		done := h.make(t, ann, ticket.Input{OwnerID: annID})
		if _, err := h.Change(ann, done.ID, 0, ticket.Patch{Status: new(ticket.StatusSolved), ResultCode: new("solved_fixed")}); err != nil {
			t.Fatal(err)
		}
		other := h.make(t, ann, ticket.Input{OwnerID: boID})
		h.tell(t, agent.KindChanged, event.Ref{Kind: "agent", ID: annID}, agent.Changed{Fields: []string{"name"}})
		want := func(id, owner int64, status ticket.Status) {
			t.Helper()
			if got, err := h.Get(actor.AsSystem(t.Context()), id); err != nil || got.OwnerID != owner || got.Status != status {
				t.Errorf("%s of %d, %v; want %s of %d", got.Status, got.OwnerID, err, status, owner)
			}
		}
		want(open.ID, annID, ticket.StatusAssigned)
		h.town.leave(annID)
		h.tell(t, agent.KindChanged, event.Ref{Kind: "agent", ID: annID}, agent.Changed{State: &[2]agent.State{agent.Active, agent.Disabled}})
		want(open.ID, 0, ticket.StatusNew)
		want(sleeping.ID, 0, ticket.StatusNew)
		want(done.ID, annID, ticket.StatusSolved)
		want(other.ID, boID, ticket.StatusAssigned)
		h.tell(t, agent.KindChanged, event.Ref{Kind: "agent", ID: boID}, agent.Changed{Role: &[2]string{"rep", "employee"}})
		want(other.ID, 0, ticket.StatusNew)
		h.counted(t)
	})
}

func TestWhoLeavesAPrivateTeamLeavesItsTickets_R315(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		bo := h.as(t.Context(), boID)
		private := h.make(t, bo, ticket.Input{OwnerID: boID, TeamID: privateTeam})
		open := h.make(t, bo, ticket.Input{OwnerID: boID, TeamID: openTeam})
		h.town.mu.Lock()
		a := h.town.agents[boID]
		a.Teams = []int64{openTeam}
		h.town.agents[boID] = a
		h.town.mu.Unlock()
		h.tell(t, agent.KindTeamChanged, event.Ref{Kind: "team", ID: privateTeam}, agent.TeamChanged{Removed: []int64{boID}})
		sys := actor.AsSystem(t.Context())
		if got, err := h.Get(sys, private.ID); err != nil || got.OwnerID != 0 {
			t.Errorf("%+v, %v", got, err)
		}
		if got, err := h.Get(sys, open.ID); err != nil || got.OwnerID != boID {
			t.Errorf("%+v, %v", got, err)
		}
		h.counted(t)
	})
}

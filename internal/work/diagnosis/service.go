package diagnosis

import (
	"context"
	"slices"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
	"heed/internal/platform/journal"
	"heed/internal/work/ticket"
)

// Tickets is what walks ask about tickets.
type Tickets interface {
	Get(ctx context.Context, id int64) (ticket.Ticket, error)
}

// Deps are what the service is made of.
type Deps struct {
	DB      *db.DB
	Journal *journal.Journal
	Clock   clock.Clock
	Tickets Tickets
}

// Service holds the use cases of flows.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	clock   clock.Clock
	tickets Tickets
}

// New makes the service.
func New(d Deps) *Service { return &Service{d.DB, d.Journal, d.Clock, d.Tickets} }

// Flows lists the flows: those that can be walked, and for who writes, drafts
// and retired ones too.
func (s *Service) Flows(ctx context.Context) ([]Flow, error) {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return nil, err
	}
	all, err := s.flows(ctx)
	if authority.Can(actor.From(ctx), authority.KnowledgeWrite) {
		return all, err
	}
	return slices.DeleteFunc(all, func(fl Flow) bool { return fl.State != Published }), err
}

// FlowsFor lists the flows that can be walked on a ticket: those for its type
// or product first, then those for any.
func (s *Service) FlowsFor(ctx context.Context, ticketID int64) ([]Flow, error) {
	t, err := s.tickets.Get(ctx, ticketID)
	if err != nil {
		return nil, err
	}
	all, err := s.Flows(ctx)
	fits := func(fl Flow) int {
		n := 0
		if t.ProductID != 0 && slices.Contains(fl.ProductIDs, t.ProductID) {
			n += 2
		}
		if t.TypeID != 0 && slices.Contains(fl.TypeIDs, t.TypeID) {
			n++
		}
		return n
	}
	out := slices.DeleteFunc(all, func(fl Flow) bool {
		return fl.State != Published || fits(fl) == 0 && len(fl.TypeIDs)+len(fl.ProductIDs) > 0
	})
	slices.SortStableFunc(out, func(a, b Flow) int { return fits(b) - fits(a) })
	return out, err
}

// Flow gives a flow.
func (s *Service) Flow(ctx context.Context, id int64) (Flow, error) {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return Flow{}, err
	}
	fl, err := s.loadFlow(ctx, id)
	if err == nil && fl.State != Published && !authority.Can(actor.From(ctx), authority.KnowledgeWrite) {
		err = db.ErrNotFound
	}
	return fl, err
}

// Create makes the draft of a flow.
func (s *Service) Create(ctx context.Context, in Input) (Flow, error) {
	if err := authority.Require(ctx, authority.KnowledgeWrite); err != nil {
		return Flow{}, err
	}
	fl, err := Flow{State: Draft, UpdatedAt: s.clock.Now(), Version: 1}.
		with(Patch{Names: &in.Names, TypeIDs: &in.TypeIDs, ProductIDs: &in.ProductIDs, Nodes: &in.Nodes})
	if err != nil {
		return fl, err
	}
	err = s.db.Write(ctx, func(ctx context.Context) error {
		if fl.ID, err = s.insertFlow(ctx, fl); err != nil {
			return err
		}
		return s.journal.Record(ctx, fl.event(EventFlowCreated))
	})
	return fl, err
}

// Change changes the draft of a flow that was seen at a version; 0 is any.
// What is published stays as it is until the draft is published.
func (s *Service) Change(ctx context.Context, id, version int64, p Patch) (Flow, error) {
	return s.change(ctx, authority.KnowledgeWrite, id, version, EventFlowChanged, func(_ context.Context, fl Flow) (Flow, error) { return fl.with(p) })
}

// Publish makes the draft the version that is walked. Faults name the nodes
// that are not complete.
func (s *Service) Publish(ctx context.Context, id, version int64) (Flow, error) {
	return s.change(ctx, authority.KnowledgePublish, id, version, EventFlowPublished, func(ctx context.Context, fl Flow) (Flow, error) {
		if err := complete(fl.Nodes); err != nil {
			return fl, err
		}
		fl.State = Published
		if fl.LiveN > 0 && !fl.Changed {
			return fl, nil // back from retirement
		}
		fl.LiveN, fl.Changed, fl.UpdatedAt = fl.LiveN+1, false, s.clock.Now()
		by := actor.From(ctx)
		return fl, s.insertVersion(ctx, fl, by.ID, by.Name)
	})
}

// Retire takes a flow out of service. Walks that have begun go on.
func (s *Service) Retire(ctx context.Context, id, version int64) (Flow, error) {
	return s.change(ctx, authority.KnowledgePublish, id, version, EventFlowRetired, func(_ context.Context, fl Flow) (Flow, error) {
		if fl.State != Published {
			return fl, fault.Conflict("diagnosis.not_published")
		}
		fl.State = Retired
		return fl, nil
	})
}

func (s *Service) change(ctx context.Context, needs authority.Permission, id, version int64, kind string, fn func(context.Context, Flow) (Flow, error)) (Flow, error) {
	if err := authority.Require(ctx, needs); err != nil {
		return Flow{}, err
	}
	var fl Flow
	err := s.db.Write(ctx, func(ctx context.Context) error {
		old, err := s.loadFlow(ctx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != old.Version {
			return db.ErrStale
		}
		if fl, err = fn(ctx, old); err != nil {
			return err
		}
		fl.UpdatedAt, fl.Version = s.clock.Now(), old.Version+1
		if err := s.updateFlow(ctx, fl, old.Version); err != nil {
			return err
		}
		return s.journal.Record(ctx, fl.event(kind))
	})
	return fl, err
}

// Start begins to walk a flow on a ticket, in its published version.
func (s *Service) Start(ctx context.Context, ticketID, flowID int64) (Walk, []Node, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Walk{}, nil, err
	}
	t, err := s.tickets.Get(ctx, ticketID)
	if err != nil {
		return Walk{}, nil, err
	}
	by := actor.From(ctx)
	w := Walk{TicketID: t.ID, FlowID: flowID, State: Walking, Path: []Step{}, ByID: by.ID, ByName: by.Name, StartedAt: s.clock.Now(), EndedAt: s.clock.Now(), Version: 1}
	var nodes []Node
	err = s.db.Write(ctx, func(ctx context.Context) error {
		fl, err := s.loadFlow(ctx, flowID)
		if err != nil {
			return err
		}
		if fl.State != Published {
			return fault.Conflict("diagnosis.not_published")
		}
		w.FlowN = fl.LiveN
		if w.Names, nodes, err = s.version(ctx, fl.ID, fl.LiveN); err != nil {
			return err
		}
		w.At = nodes[0].Key
		if nodes[0].Result != nil {
			w.State, w.Result = Found, nodes[0].Result
		}
		if w.ID, err = s.insertWalk(ctx, w); err != nil {
			return err
		}
		return s.journal.Record(ctx, w.event(EventStarted, t.CustomerID, by.Locale))
	})
	return w, nodes, err
}

// Walk gives a walk with the nodes of its version.
func (s *Service) Walk(ctx context.Context, id int64) (Walk, []Node, error) {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return Walk{}, nil, err
	}
	w, err := s.loadWalk(ctx, id)
	if err != nil {
		return w, nil, err
	}
	if _, err := s.tickets.Get(ctx, w.TicketID); err != nil {
		return w, nil, err
	}
	_, nodes, err := s.version(ctx, w.FlowID, w.FlowN)
	return w, nodes, err
}

// Walks lists the walks on a ticket, the newest first.
func (s *Service) Walks(ctx context.Context, ticketID int64) ([]Walk, error) {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return nil, err
	}
	if _, err := s.tickets.Get(ctx, ticketID); err != nil {
		return nil, err
	}
	return s.walksOn(ctx, ticketID)
}

// Step answers the question at which a walk stands, or an earlier one anew. At
// a result the way, the cause and the part are told on the ticket (R039).
func (s *Service) Step(ctx context.Context, walkID int64, node string, answer int) (Walk, []Node, error) {
	return s.move(ctx, walkID, func(w Walk, nodes []Node) (Walk, string, error) {
		next, err := w.step(nodes, node, answer, s.clock.Now())
		if next.State == Found {
			return next, EventFound, err
		}
		return next, "", err
	})
}

// Abandon ends a walk that leads nowhere.
func (s *Service) Abandon(ctx context.Context, walkID int64) (Walk, []Node, error) {
	return s.move(ctx, walkID, func(w Walk, _ []Node) (Walk, string, error) {
		if w.State != Walking {
			return w, "", fault.Conflict("diagnosis.walk_ended")
		}
		w.State, w.EndedAt = Abandoned, s.clock.Now()
		return w, EventAbandoned, nil
	})
}

func (s *Service) move(ctx context.Context, id int64, fn func(Walk, []Node) (Walk, string, error)) (Walk, []Node, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Walk{}, nil, err
	}
	var w Walk
	var nodes []Node
	err := s.db.Write(ctx, func(ctx context.Context) error {
		old, err := s.loadWalk(ctx, id)
		if err != nil {
			return err
		}
		t, err := s.tickets.Get(ctx, old.TicketID)
		if err != nil {
			return err
		}
		if _, nodes, err = s.version(ctx, old.FlowID, old.FlowN); err != nil {
			return err
		}
		var kind string
		if w, kind, err = fn(old, nodes); err != nil {
			return err
		}
		w.Version = old.Version + 1
		if err := s.updateWalk(ctx, w, old.Version); err != nil || kind == "" {
			return err
		}
		return s.journal.Record(ctx, w.event(kind, t.CustomerID, actor.From(ctx).Locale))
	})
	return w, nodes, err
}

// Purge removes the walks on tickets, and flows as if they had never been, for
// demo data.
func (s *Service) Purge(ctx context.Context, tickets, flows []int64) error {
	if err := authority.Require(ctx, authority.TicketDelete); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		if err := s.purge(ctx, tickets, flows); err != nil {
			return err
		}
		return s.journal.Forget(ctx, "flow", flows)
	})
}

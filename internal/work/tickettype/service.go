package tickettype

import (
	"context"
	"slices"
	"sync"
	"time"

	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
	"heed/internal/platform/journal"
)

// fresh is how long what is kept in memory is believed. A change made by this
// program is seen at once; this bounds how late that of another one is.
const fresh = 3 * time.Second

// Deps are what the service is made of.
type Deps struct {
	DB      *db.DB
	Journal *journal.Journal
	Clock   clock.Clock
	// TeamInUse tells whether there is such a team and it is not archived; nil:
	// no team is in use.
	TeamInUse func(ctx context.Context, teamID int64) (bool, error)
	// TierOf gives the tier of a customer, "" when he has none; nil: nobody has one.
	TierOf func(ctx context.Context, customerID int64) (string, error)
	// CriticalityOf gives how much hangs on a product, 0 (unknown) to 3; nil: unknown.
	CriticalityOf func(ctx context.Context, productID int64) (int64, error)
}

// Service holds the use cases of types and the judging of tickets.
type Service struct {
	db            *db.DB
	journal       *journal.Journal
	clock         clock.Clock
	teamInUse     func(ctx context.Context, teamID int64) (bool, error)
	tierOf        func(ctx context.Context, customerID int64) (string, error)
	criticalityOf func(ctx context.Context, productID int64) (int64, error)

	mu    sync.Mutex
	kept  *known
	until time.Time // kept is believed before
	turn  int64     // counts changes, so that what was read before one is not kept after it
}

// known is what is kept in memory. It is never changed, only replaced.
type known struct {
	list  []Type // in the order of the tree
	byID  map[int64]Type
	byKey map[string]Type
	judge Judgement
	stamp int64 // what it was read at, see store
}

// New makes the service.
func New(d Deps) *Service {
	return &Service{
		db: d.DB, journal: d.Journal, clock: d.Clock, teamInUse: d.TeamInUse, tierOf: d.TierOf, criticalityOf: d.CriticalityOf,
	}
}

func (s *Service) known(ctx context.Context) (*known, error) {
	now := s.clock.Now()
	s.mu.Lock()
	kept, ok, turn := s.kept, s.kept != nil && now.Before(s.until), s.turn
	s.mu.Unlock()
	if ok {
		return kept, nil
	}
	stamp, err := s.stamp(ctx)
	if err != nil {
		return nil, err
	}
	if kept != nil && kept.stamp == stamp {
		s.believe(ctx, kept, turn, now)
		return kept, nil
	}
	all, err := s.loadAll(ctx)
	if err != nil {
		return nil, err
	}
	judge, err := s.loadJudgement(ctx)
	if err != nil {
		return nil, err
	}
	k := &known{list: inOrder(all), byID: make(map[int64]Type, len(all)), byKey: make(map[string]Type, len(all)), judge: judge, stamp: stamp}
	for _, t := range all {
		k.byID[t.ID], k.byKey[t.Key] = t, t
	}
	s.believe(ctx, k, turn, now)
	return k, nil
}

// believe keeps k for a while. Read inside a transaction, it may hold what is
// not true unless that is committed.
func (s *Service) believe(ctx context.Context, k *known, turn int64, now time.Time) {
	db.After(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.turn == turn {
			s.kept, s.until = k, now.Add(fresh)
		}
	})
}

// forget drops what is kept, now and once the transaction has ended.
func (s *Service) forget(ctx context.Context) {
	drop := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.turn++
		s.kept = nil
	}
	drop()
	db.After(ctx, drop)
}

// inOrder puts each type before its children and siblings in their order.
func inOrder(all []Type) []Type {
	children := map[int64][]Type{}
	for _, t := range all {
		children[t.ParentID] = append(children[t.ParentID], t)
	}
	out := make([]Type, 0, len(all))
	var walk func(parent int64)
	walk = func(parent int64) {
		for _, t := range children[parent] {
			out = append(out, t)
			walk(t.ID)
		}
	}
	walk(0)
	return out
}

// List gives all types, each before its children, those switched off too. The
// list is shared: do not change it.
func (s *Service) List(ctx context.Context) ([]Type, error) {
	if err := authority.RequireKnown(ctx); err != nil {
		return nil, err
	}
	k, err := s.known(ctx)
	if err != nil {
		return nil, err
	}
	return k.list, nil
}

// Get gives a type. Fault: "tickettype.not_found".
func (s *Service) Get(ctx context.Context, id int64) (Type, error) {
	if err := authority.RequireKnown(ctx); err != nil {
		return Type{}, err
	}
	k, err := s.known(ctx)
	if err != nil {
		return Type{}, err
	}
	t, ok := k.byID[id]
	if !ok {
		return Type{}, fault.NotFound("tickettype.not_found")
	}
	return t, nil
}

// ByKey gives the type with a key. Fault: "tickettype.not_found".
func (s *Service) ByKey(ctx context.Context, key string) (Type, error) {
	if err := authority.RequireKnown(ctx); err != nil {
		return Type{}, err
	}
	k, err := s.known(ctx)
	if err != nil {
		return Type{}, err
	}
	t, ok := k.byKey[key]
	if !ok {
		return Type{}, fault.NotFound("tickettype.not_found")
	}
	return t, nil
}

// Create makes a type.
func (s *Service) Create(ctx context.Context, in Input) (Type, error) {
	if err := authority.Require(ctx, authority.TypeManage); err != nil {
		return Type{}, err
	}
	var t Type
	err := s.db.Write(ctx, func(ctx context.Context) (err error) {
		all, err := s.loadAll(ctx)
		if err != nil {
			return err
		}
		if len(all) >= TypesMost {
			return fault.Conflict("tickettype.too_many", "max", TypesMost)
		}
		t, err = Type{Key: in.Key, Active: true, Position: nextPosition(all, in.ParentID), UpdatedAt: s.clock.Now(), Version: 1}.with(in)
		if err != nil {
			return err
		}
		if err = s.fits(ctx, t, all); err != nil {
			return err
		}
		if t.ID, err = s.insert(ctx, t); err != nil {
			return err
		}
		s.forget(ctx)
		return s.journal.Record(ctx, t.event(EventCreated))
	})
	return t, err
}

// nextPosition is behind the siblings.
func nextPosition(all []Type, parent *int64) int64 {
	var under, last int64
	if parent != nil {
		under = *parent
	}
	for _, t := range all {
		if t.ParentID == under {
			last = max(last, t.Position)
		}
	}
	return last + 1
}

// Change changes a type that was seen at a version; 0 is any.
func (s *Service) Change(ctx context.Context, id, version int64, in Input) (Type, error) {
	if err := authority.Require(ctx, authority.TypeManage); err != nil {
		return Type{}, err
	}
	var t Type
	err := s.db.Write(ctx, func(ctx context.Context) error {
		old, err := s.find(ctx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != old.Version {
			return db.ErrStale
		}
		if t, err = old.with(in); err != nil {
			return err
		}
		all, err := s.loadAll(ctx)
		if err != nil {
			return err
		}
		if err := s.fits(ctx, t, all); err != nil {
			return err
		}
		t.UpdatedAt, t.Version = s.clock.Now(), old.Version+1
		if err := s.update(ctx, t, old.Version); err != nil {
			return err
		}
		s.forget(ctx)
		return s.journal.Record(ctx, t.event(EventChanged))
	})
	return t, err
}

// fits checks what a type points at: its place in the tree and its team.
func (s *Service) fits(ctx context.Context, t Type, all []Type) error {
	var f fault.Fields
	if !placed(t, all) {
		f.Add("parent_id", "tickettype.parent_invalid")
	}
	if t.TeamID != 0 && s.teamInUse != nil {
		ok, err := s.teamInUse(ctx, t.TeamID)
		if err != nil {
			return err
		}
		if !ok {
			f.Add("team_id", "ticket.team_unknown")
		}
	}
	return f.Err()
}

// placed tells whether a type may stand below its parent: there is one, it is
// not below the type itself, and the tree does not become too deep.
func placed(t Type, all []Type) bool {
	parents := map[int64]int64{}
	for _, o := range all {
		parents[o.ID] = o.ParentID
	}
	if t.ID != 0 {
		parents[t.ID] = t.ParentID
	}
	depth := func(id int64) int {
		n := 1
		for p := parents[id]; p != 0; p = parents[p] {
			if n++; n > depthMost {
				return n
			}
		}
		return n
	}
	if t.ID == 0 {
		_, known := parents[t.ParentID]
		return t.ParentID == 0 || known && depth(t.ParentID) < depthMost
	}
	if _, known := parents[t.ParentID]; t.ParentID != 0 && !known {
		return false
	}
	return !slices.ContainsFunc(all, func(o Type) bool { return depth(o.ID) > depthMost })
}

// Judgement gives the severities in words and the rule of priorities.
func (s *Service) Judgement(ctx context.Context) (Judgement, error) {
	if err := authority.RequireKnown(ctx); err != nil {
		return Judgement{}, err
	}
	k, err := s.known(ctx)
	if err != nil {
		return Judgement{}, err
	}
	return k.judge, nil
}

// SetJudgement replaces severities and rule that were seen at a version; 0 is
// any. Tickets are judged by it from their next change on.
func (s *Service) SetJudgement(ctx context.Context, version int64, j Judgement) (Judgement, error) {
	if err := authority.Require(ctx, authority.TypeManage); err != nil {
		return Judgement{}, err
	}
	if err := j.check(); err != nil {
		return Judgement{}, err
	}
	err := s.db.Write(ctx, func(ctx context.Context) error {
		old, err := s.loadJudgement(ctx)
		if err != nil {
			return err
		}
		if version != 0 && version != old.Version {
			return db.ErrStale
		}
		for i := range j.Levels {
			j.Levels[i].Names, j.Levels[i].Meaning = j.Levels[i].Names.tidy(), j.Levels[i].Meaning.tidy()
		}
		j.Version = old.Version + 1
		if err := s.saveJudgement(ctx, j, old.Version); err != nil {
			return err
		}
		s.forget(ctx)
		return s.journal.Record(ctx, j.event())
	})
	return j, err
}

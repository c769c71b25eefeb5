package reading

import (
	"context"
	"slices"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/agent"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
	"heed/internal/platform/journal"
)

// dueAfter is when who has not read a must-read is reminded, if nobody has
// said otherwise; again is the pause between two reminders.
const (
	dueAfter = 3 * 24 * time.Hour
	again    = 24 * time.Hour
	// inForceFor is how long somebody who joins a team still gets its must-reads.
	inForceFor = 180 * 24 * time.Hour
)

// People is what readings ask about agents.
type People interface {
	List(ctx context.Context, state agent.State, p page.Request) (page.Of[agent.Agent], error)
}

// Deps are what the service is made of.
type Deps struct {
	DB      *db.DB
	Journal *journal.Journal
	Clock   clock.Clock
	People  People
	// Titles gives the titles of a published article by locale.
	Titles func(ctx context.Context, articleID int64) (map[string]string, error)
	// Cards gives the answers that are used most and that the actor may read.
	Cards func(ctx context.Context, locale string, limit int) ([]Card, error)
}

// Service holds the use cases of readings.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	clock   clock.Clock
	people  People
	titles  func(ctx context.Context, articleID int64) (map[string]string, error)
	cards   func(ctx context.Context, locale string, limit int) ([]Card, error)
}

// New makes the service.
func New(d Deps) *Service { return &Service{d.DB, d.Journal, d.Clock, d.People, d.Titles, d.Cards} }

// Create publishes a reading made by hand to everybody in its teams.
func (s *Service) Create(ctx context.Context, in Input) (Reading, error) {
	if err := authority.Require(ctx, authority.KnowledgePublish); err != nil {
		return Reading{}, err
	}
	r := Reading{Must: in.Must, Source: FromPerson, TeamIDs: in.TeamIDs}
	titles := in.Titles
	if in.ArticleID != 0 {
		of, err := s.titles(ctx, in.ArticleID)
		if err != nil {
			return Reading{}, err
		}
		r.Source, r.SourceID = FromArticle, in.ArticleID
		if len(titles) == 0 {
			titles = of
		}
	}
	due := in.DueAt
	if due.IsZero() && in.Must {
		due = s.clock.Now().Add(dueAfter)
	}
	r, err := r.with(Patch{Titles: &titles, Texts: &in.Texts, Quiz: &in.Quiz, DueAt: &due}, s.clock.Now())
	if err != nil {
		return Reading{}, err
	}
	return s.publish(ctx, r)
}

// publish stores a new reading and gives it to everybody whom it concerns.
func (s *Service) publish(ctx context.Context, r Reading) (Reading, error) {
	if by := actor.From(ctx); by.Kind == actor.Agent {
		r.ByID, r.ByName = by.ID, by.Name
	}
	r.CreatedAt, r.Version = s.clock.Now(), 1
	r.TeamIDs = sorted(r.TeamIDs)
	active, err := s.active(ctx)
	if err != nil {
		return r, err
	}
	var whom []int64
	for _, a := range active {
		if r.concerns(a.TeamIDs) {
			whom = append(whom, a.ID)
		}
	}
	err = s.db.Write(ctx, func(ctx context.Context) error {
		if r.Must && r.Source == FromArticle {
			if err := s.closeOlder(ctx, r.SourceID); err != nil {
				return err
			}
		}
		if r.ID, err = s.insert(ctx, r); err != nil {
			return err
		}
		if err := s.give(ctx, r.ID, whom); err != nil {
			return err
		}
		return s.journal.Record(ctx, r.event(EventPublished, whom, nil))
	})
	return r, err
}

// closeOlder closes the must-reads about an article: a newer one comes.
func (s *Service) closeOlder(ctx context.Context, articleID int64) error {
	older, err := s.inForce(ctx, FromArticle, articleID, time.Time{})
	if err != nil {
		return err
	}
	for _, o := range older {
		if err := s.close(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) close(ctx context.Context, r Reading) error {
	was := r.Version
	r.ClosedAt, r.Version = s.clock.Now(), was+1
	if err := s.update(ctx, r, was); err != nil {
		return err
	}
	if err := s.takeAll(ctx, r.ID); err != nil {
		return err
	}
	return s.journal.Record(ctx, r.event(EventClosed, nil, nil))
}

// Change changes a reading that was seen at a version; 0 is any. Who has
// acknowledged it before keeps that.
func (s *Service) Change(ctx context.Context, id, version int64, p Patch) (Reading, error) {
	if err := authority.Require(ctx, authority.KnowledgePublish); err != nil {
		return Reading{}, err
	}
	var r Reading
	err := s.db.Write(ctx, func(ctx context.Context) error {
		old, err := s.load(ctx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != old.Version {
			return db.ErrStale
		}
		if !old.ClosedAt.IsZero() {
			return fault.Conflict("reading.closed")
		}
		if r, err = old.with(p, s.clock.Now()); err != nil {
			return err
		}
		if !r.ClosedAt.IsZero() {
			r.Version++
			return s.close(ctx, old)
		}
		r.Version++
		if err := s.update(ctx, r, old.Version); err != nil {
			return err
		}
		return s.journal.Record(ctx, r.event(EventChanged, nil, nil))
	})
	return r, err
}

// Mine gives a page of what the actor has still to read, or has read, newest
// first.
func (s *Service) Mine(ctx context.Context, open bool, r page.Request) (page.Of[Mine], error) {
	me, err := s.reader(ctx)
	if err != nil {
		return page.Of[Mine]{}, err
	}
	out, err := s.mine(ctx, me.ID, open, r)
	if err != nil {
		return out, err
	}
	out.Position, err = s.journal.Position(ctx)
	return out, err
}

// All gives a page of all readings, newest first, to who may publish.
func (s *Service) All(ctx context.Context, r page.Request) (page.Of[Reading], error) {
	if err := authority.Require(ctx, authority.KnowledgePublish); err != nil {
		return page.Of[Reading]{}, err
	}
	return s.all(ctx, r)
}

// Unread is how many readings are open for an agent.
type Unread struct {
	Count int // at most 100
	Must  int // of them
}

// Unread counts what the actor has still to read.
func (s *Service) Unread(ctx context.Context) (Unread, error) {
	me, err := s.reader(ctx)
	if err != nil {
		return Unread{}, err
	}
	return s.counts(ctx, me.ID)
}

// reader is the agent who acts, if he may read what is known.
func (s *Service) reader(ctx context.Context) (actor.Actor, error) {
	me, err := authority.RequireAgent(ctx)
	if err != nil {
		return me, err
	}
	return me, authority.Require(ctx, authority.KnowledgeRead)
}

// Open gives a reading to the actor, who has it now before his eyes: an
// announcement is done with that. Whoever may publish sees every reading.
func (s *Service) Open(ctx context.Context, id int64) (Mine, error) {
	me, err := s.reader(ctx)
	if err != nil {
		return Mine{}, err
	}
	var out Mine
	err = s.db.Write(ctx, func(ctx context.Context) error {
		r, st, err := s.forMe(ctx, id, me)
		if err != nil {
			return err
		}
		if st.AgentID != 0 && st.ReadAt == 0 {
			if st.ReadAt = momentOf(s.clock.Now()); !r.Must {
				st.State, st.DoneAt = 1, st.ReadAt
			}
			if err := s.saveState(ctx, st); err != nil {
				return err
			}
			if !r.Must {
				err = s.journal.Record(ctx, r.event(EventRead, []int64{me.ID}, nil))
			}
		}
		out = r.mine(st)
		out.Open = st.AgentID != 0 && st.State == 0
		return err
	})
	return out, err
}

// forMe loads a reading with how far an agent has come; an empty state when he
// only looks at it as one who may publish.
func (s *Service) forMe(ctx context.Context, id int64, me actor.Actor) (Reading, state, error) {
	r, err := s.load(ctx, id)
	if err != nil {
		return r, state{}, err
	}
	st, err := s.stateOf(ctx, id, me.ID)
	if fault.Is(err, fault.KindNotFound) && authority.Can(me, authority.KnowledgePublish) {
		return r, state{}, nil
	}
	return r, st, err
}

// Acknowledge says that the actor has read a must-read and answers its quiz,
// one choice (from 0) a question. It gives the questions that were answered
// wrongly: if there are any, the reading stays open (R121).
func (s *Service) Acknowledge(ctx context.Context, id int64, answers []int) (Mine, []int, error) {
	me, err := s.reader(ctx)
	if err != nil {
		return Mine{}, nil, err
	}
	var out Mine
	var wrong []int
	err = s.db.Write(ctx, func(ctx context.Context) error {
		r, err := s.load(ctx, id)
		if err != nil {
			return err
		}
		st, err := s.stateOf(ctx, id, me.ID)
		if err != nil {
			return err
		}
		if wrong = []int{}; st.State != 0 {
			out = r.mine(st)
			return nil // said before
		}
		now := momentOf(s.clock.Now())
		if st.ReadAt == 0 {
			st.ReadAt = now
		}
		if len(r.Quiz) > 0 {
			st.Tries++
		}
		kind := EventAcknowledged
		if wrong = r.wrong(answers); len(wrong) > 0 {
			kind = EventMissed
		} else {
			st.State, st.DoneAt = 1, now
		}
		if err := s.saveState(ctx, st); err != nil {
			return err
		}
		out = r.mine(st)
		return s.journal.Record(ctx, r.event(kind, []int64{me.ID}, wrong))
	})
	return out, wrong, err
}

// Progress tells how far everybody has come with a reading. Agents who are not
// active any more are not counted.
func (s *Service) Progress(ctx context.Context, id int64) (Progress, error) {
	var out Progress
	if err := authority.Require(ctx, authority.KnowledgePublish); err != nil {
		return out, err
	}
	if _, err := s.load(ctx, id); err != nil {
		return out, err
	}
	names, err := s.names(ctx)
	if err != nil {
		return out, err
	}
	return s.progress(ctx, id, names)
}

func (s *Service) names(ctx context.Context) (map[int64]string, error) {
	active, err := s.active(ctx)
	names := make(map[int64]string, len(active))
	for _, a := range active {
		names[a.ID] = a.Name
	}
	return names, err
}

func (s *Service) progress(ctx context.Context, id int64, names map[int64]string) (Progress, error) {
	out := Progress{Done: []Reader{}, Outstanding: []Reader{}}
	states, err := s.states(ctx, id)
	for _, st := range states {
		name, ok := names[st.AgentID]
		if !ok {
			continue
		}
		out.Total++
		r := Reader{st.AgentID, name, st.ReadAt.time(), st.DoneAt.time(), st.Tries, st.RemindedAt.time()}
		if st.State == 0 {
			out.Outstanding = append(out.Outstanding, r)
		} else {
			out.Done = append(out.Done, r)
		}
	}
	return out, err
}

// Shares gives the share of each of several readings, in percent.
func (s *Service) Shares(ctx context.Context, ids []int64) (map[int64]Progress, error) {
	if err := authority.Require(ctx, authority.KnowledgePublish); err != nil {
		return nil, err
	}
	names, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[int64]Progress, len(ids))
	for _, id := range ids {
		if out[id], err = s.progress(ctx, id, names); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// active lists the active agents.
func (s *Service) active(ctx context.Context) ([]agent.Agent, error) {
	var all []agent.Agent
	p := page.Request{Limit: page.MaxLimit}
	for {
		got, err := s.people.List(actor.AsSystem(ctx), agent.Active, p)
		if err != nil {
			return nil, err
		}
		all = append(all, got.Items...)
		if p.Cursor = got.Next; p.Cursor == "" {
			return all, nil
		}
	}
}

func sorted(ids []int64) []int64 {
	out := append([]int64{}, ids...)
	slices.Sort(out)
	return slices.Compact(out)
}

// Purge removes readings as if they had never been, with their events, for
// demo data.
func (s *Service) Purge(ctx context.Context, ids []int64) error {
	if err := authority.Require(ctx, authority.TicketDelete); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		if err := s.drop(ctx, ids); err != nil {
			return err
		}
		return s.journal.Forget(ctx, "reading", ids)
	})
}

// PurgeAbout is Purge for the readings about articles or products.
func (s *Service) PurgeAbout(ctx context.Context, source string, ids []int64) error {
	if err := authority.Require(ctx, authority.TicketDelete); err != nil {
		return err
	}
	for some := range slices.Chunk(ids, 200) {
		about, err := s.about(ctx, source, some)
		if err != nil {
			return err
		}
		if err := s.Purge(ctx, about); err != nil {
			return err
		}
	}
	return nil
}

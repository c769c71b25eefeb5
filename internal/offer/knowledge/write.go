package knowledge

import (
	"context"
	"strings"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
	"heed/internal/platform/jobs"
)

func codeOf(typed string) string {
	return strings.ToLower(strings.TrimPrefix(strings.TrimSpace(typed), "/"))
}

// Create makes an article with its first version as a draft, owned by the actor
// unless the input names an owner.
func (s *Service) Create(ctx context.Context, m Meta, w Work) (Article, error) {
	if err := authority.Require(ctx, authority.KnowledgeWrite); err != nil {
		return Article{}, err
	}
	now, by := s.clock.Now(), actor.From(ctx)
	blank := Article{
		Kind: Question, Audience: Internal, OwnerID: by.ID, TeamIDs: []int64{}, ProductIDs: []int64{}, TypeIDs: []int64{}, Tags: []string{},
		CreatedBy: by.ID, CreatedAt: now, UpdatedAt: now, Version: 1,
	}
	var f fault.Fields
	a := blank.with(m, &f)
	w = w.clean(&f)
	if err := f.Err(); err != nil {
		return Article{}, err
	}
	a = a.begin()
	err := s.db.Write(ctx, func(ctx context.Context) (err error) {
		if a.ID, err = s.insert(ctx, a); err != nil {
			return err
		}
		if err = s.write(ctx, a.ID, a.DraftN, w); err != nil {
			return err
		}
		return s.journal.Record(ctx, a.event(EventCreated, a.told()))
	})
	return a, err
}

// edit carries out a change of an article that was seen at a version (0: any).
func (s *Service) edit(ctx context.Context, id, version int64, needs authority.Permission, fn func(ctx context.Context, a Article) (Article, error)) (Article, error) {
	if err := authority.Require(ctx, needs); err != nil {
		return Article{}, err
	}
	var out Article
	err := s.db.Write(ctx, func(ctx context.Context) error {
		old, err := s.Get(ctx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != old.Version {
			return db.ErrStale
		}
		a, err := fn(ctx, old)
		if err != nil {
			return err
		}
		a.Version, a.UpdatedAt = old.Version+1, s.clock.Now()
		if err := s.save(ctx, a, old.Version); err != nil {
			return err
		}
		db.After(ctx, func() { s.known.touch(id) })
		out = a
		return nil
	})
	return out, err
}

// Change changes what all versions share, and the version under way, which it
// begins when there is none. What is nil stays. On what is published, who may
// read it and its code are for who publishes.
func (s *Service) Change(ctx context.Context, id, version int64, m Meta, w *Work) (Article, error) {
	return s.edit(ctx, id, version, authority.KnowledgeWrite, func(ctx context.Context, old Article) (Article, error) {
		var f fault.Fields
		a, clean := old.with(m, &f), Work{}
		if w != nil {
			clean = w.clean(&f)
		}
		if err := f.Err(); err != nil {
			return a, err
		}
		if old.LiveN > 0 && old.governs(a) {
			if err := authority.Require(ctx, authority.KnowledgePublish); err != nil {
				return a, err
			}
		}
		if w != nil {
			a = a.begin()
			if err := s.write(ctx, id, a.DraftN, clean); err != nil {
				return a, err
			}
		}
		return a, s.journal.Record(ctx, a.event(EventChanged, a.told()))
	})
}

// Begin begins the next version of a published article as a copy of the last
// one. Where one is under way already it does nothing.
func (s *Service) Begin(ctx context.Context, id int64) (Article, error) {
	return s.edit(ctx, id, 0, authority.KnowledgeWrite, func(ctx context.Context, a Article) (Article, error) {
		if a.DraftN != 0 {
			return a, nil
		}
		w, err := s.work(ctx, id, a.LiveN)
		if err != nil {
			return a, err
		}
		a = a.begin()
		if err := s.write(ctx, id, a.DraftN, w); err != nil {
			return a, err
		}
		return a, s.journal.Record(ctx, a.event(EventChanged, a.told()))
	})
}

// Submit hands the version under way to who reviews, with a note for him.
func (s *Service) Submit(ctx context.Context, id, version int64, note string) (Article, error) {
	return s.edit(ctx, id, version, authority.KnowledgeWrite, func(ctx context.Context, a Article) (Article, error) {
		w, err := s.work(ctx, id, a.DraftN)
		if err != nil {
			return a, err
		}
		if a, err = a.submit(note); err != nil {
			return a, err
		}
		if err := w.complete(a.Kind); err != nil {
			return a, err
		}
		return a, s.journal.Record(ctx, a.event(EventSubmitted, a.told()))
	})
}

// Return gives what is in review back to its writer, or brings a retired article
// back into service.
func (s *Service) Return(ctx context.Context, id, version int64, reason string) (Article, error) {
	return s.edit(ctx, id, version, authority.KnowledgePublish, func(ctx context.Context, a Article) (Article, error) {
		a, err := a.giveBack(reason)
		if err != nil {
			return a, err
		}
		told := a.told()
		told.Note = cut(reason)
		return a, s.journal.Record(ctx, a.event(EventReturned, told))
	})
}

// Release is how a version is published.
type Release struct {
	EffectiveFrom time.Time  // zero is now
	EffectiveTo   *time.Time // nil is never
	Change        string     // what changed
	Impact        string     // what that means for customers
	MustRead      bool
	Teams         []int64     // who must read it; none is all
	ReviewBy      **time.Time // nil leaves it
}

// Publish publishes the version under way, from a date on. Faults:
// "knowledge.no_draft", "invalid" with what is missing.
func (s *Service) Publish(ctx context.Context, id, version int64, p Release) (Article, error) {
	return s.edit(ctx, id, version, authority.KnowledgePublish, func(ctx context.Context, a Article) (Article, error) {
		now := s.clock.Now()
		if p.EffectiveFrom.IsZero() || p.EffectiveFrom.Before(now) {
			p.EffectiveFrom = now
		}
		p.Change, p.Impact, p.Teams = cut(p.Change), cut(p.Impact), idSet(p.Teams)
		if p.EffectiveTo != nil && !p.EffectiveTo.After(p.EffectiveFrom) {
			var f fault.Fields
			f.Add("effective_to", "knowledge.period_reversed")
			return a, f.Err()
		}
		set(&a.ReviewBy, p.ReviewBy)
		w, err := s.work(ctx, id, a.DraftN)
		if err != nil {
			return a, err
		}
		if a, err = a.publish(now); err != nil {
			return a, err
		}
		if err := w.complete(a.Kind); err != nil {
			return a, err
		}
		if err := s.release(ctx, id, a.LiveN, p, now, actor.From(ctx).ID); err != nil {
			return a, err
		}
		if p.EffectiveFrom.After(now) && s.jobs != nil {
			if err := s.jobs.Enqueue(ctx, jobs.New{Kind: jobEffective, Args: effectiveArgs{id, a.LiveN}, RunAt: p.EffectiveFrom}); err != nil {
				return a, err
			}
		}
		return a, s.recordPublished(ctx, a, p)
	})
}

func (s *Service) recordPublished(ctx context.Context, a Article, p Release) error {
	texts, err := s.texts(ctx, a.ID, a.LiveN)
	if err != nil {
		return err
	}
	d := PublishedData{
		Told: a.told(), VersionIDs: map[string]int64{}, N: a.LiveN, Kind: a.Kind, Topic: a.Topic, ProductIDs: a.ProductIDs, TypeIDs: a.TypeIDs,
		Change: p.Change, Impact: p.Impact, MustRead: p.MustRead, Teams: p.Teams, EffectiveFrom: p.EffectiveFrom, EffectiveTo: p.EffectiveTo,
	}
	for i, t := range texts {
		d.VersionIDs[t.Locale] = t.ID
		if i == 0 {
			d.VersionID, d.Title = t.ID, t.Title
		}
	}
	return s.journal.Record(ctx, a.event(EventPublished, d))
}

// Retire takes a published article out of service. Its versions stay.
func (s *Service) Retire(ctx context.Context, id, version int64, reason string) (Article, error) {
	return s.edit(ctx, id, version, authority.KnowledgePublish, func(ctx context.Context, a Article) (Article, error) {
		a, err := a.retire()
		if err != nil {
			return a, err
		}
		told := a.told()
		told.Note = cut(reason)
		return a, s.journal.Record(ctx, a.event(EventRetired, told))
	})
}

// Discard gives up the version under way. An article that was never published
// goes with it.
func (s *Service) Discard(ctx context.Context, id, version int64) error {
	if err := authority.Require(ctx, authority.KnowledgeWrite); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		a, err := s.Get(ctx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != a.Version {
			return db.ErrStale
		}
		if a.LiveN == 0 {
			if err := s.remove(ctx, id); err != nil {
				return err
			}
			return s.journal.Record(ctx, a.event(EventRemoved, a.told()))
		}
		n, was := a.DraftN, a.Version
		if a, err = a.discard(); err != nil {
			return err
		}
		if err := s.drop(ctx, id, n); err != nil {
			return err
		}
		a.Version, a.UpdatedAt = was+1, s.clock.Now()
		if err := s.save(ctx, a, was); err != nil {
			return err
		}
		return s.journal.Record(ctx, a.event(EventChanged, a.told()))
	})
}

// Purge removes articles with everything about them as if they had never been,
// for demo data.
func (s *Service) Purge(ctx context.Context, ids []int64) error {
	if err := authority.Require(ctx, authority.KnowledgePublish); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		for _, id := range ids {
			if err := s.remove(ctx, id); err != nil {
				return err
			}
		}
		db.After(ctx, func() { s.known.touch(ids...) })
		return s.journal.Forget(ctx, About, ids)
	})
}

// What is counted of an article.
const (
	countUsed      = "used"
	countSolved    = "solved"
	countHelpful   = "helpful"
	countUnhelpful = "unhelpful"
)

// NoteUse counts that an article was given to a customer.
func (s *Service) NoteUse(ctx context.Context, articleID int64) error {
	return s.note(ctx, articleID, countUsed, "")
}

// NoteSolved counts that an article solved a matter: its rank rises.
func (s *Service) NoteSolved(ctx context.Context, articleID int64) error {
	return s.note(ctx, articleID, countSolved, "")
}

// NoteCure is NoteSolved for one cure of a fault, by its key.
func (s *Service) NoteCure(ctx context.Context, articleID int64, cure string) error {
	return s.note(ctx, articleID, countSolved, key(cure))
}

// NoteHelpful counts that a reader found an article helpful, or not. It needs no
// permission but that he may read it.
func (s *Service) NoteHelpful(ctx context.Context, articleID int64, helpful bool) error {
	if helpful {
		return s.note(ctx, articleID, countHelpful, "")
	}
	return s.note(ctx, articleID, countUnhelpful, "")
}

func (s *Service) note(ctx context.Context, id int64, what, cure string) error {
	if err := mayRead(ctx); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		a, err := s.Get(ctx, id)
		if err != nil {
			return err
		}
		if err := s.count(ctx, id, what); err != nil {
			return err
		}
		if cure != "" {
			if err := s.countCure(ctx, id, cure); err != nil {
				return err
			}
		}
		db.After(ctx, func() { s.known.touch(id) })
		return s.journal.Record(ctx, a.event(EventCounted, Counted{Told: a.told(), What: what, Cure: cure}))
	})
}

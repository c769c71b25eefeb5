package wording

import (
	"context"

	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/people/agent"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
	"heed/internal/platform/journal"
)

// Deps are what the service is made of.
type Deps struct {
	DB      *db.DB
	Journal *journal.Journal
	Clock   clock.Clock
}

// Service holds the use cases of the watched words.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	clock   clock.Clock
}

// New makes the service.
func New(d Deps) *Service { return &Service{d.DB, d.Journal, d.Clock} }

// List gives all words by language. Whoever writes to customers may read them.
func (s *Service) List(ctx context.Context) ([]Word, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return nil, err
	}
	return s.all(ctx)
}

// Create has a word watched. Faults: of the fields, "field.taken" among them.
func (s *Service) Create(ctx context.Context, p Patch) (Word, error) {
	if err := authority.Require(ctx, authority.TypeManage); err != nil {
		return Word{}, err
	}
	w, err := Word{Kind: Forbidden, Severity: Warn, Active: true, UpdatedAt: s.clock.Now(), Version: 1}.with(p)
	if err != nil {
		return w, err
	}
	err = s.db.Write(ctx, func(ctx context.Context) (err error) {
		if w.ID, err = s.insert(ctx, w); err != nil {
			return err
		}
		return s.journal.Record(ctx, w.event(EventCreated))
	})
	return w, err
}

// Change changes a word that was seen at a version; 0 is any.
func (s *Service) Change(ctx context.Context, id, version int64, p Patch) (Word, error) {
	if err := authority.Require(ctx, authority.TypeManage); err != nil {
		return Word{}, err
	}
	var w Word
	err := s.db.Write(ctx, func(ctx context.Context) error {
		old, err := s.find(ctx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != old.Version {
			return db.ErrStale
		}
		if w, err = old.with(p); err != nil {
			return err
		}
		w.UpdatedAt, w.Version = s.clock.Now(), old.Version+1
		if err := s.update(ctx, w, old.Version); err != nil {
			return err
		}
		return s.journal.Record(ctx, w.event(EventChanged))
	})
	return w, err
}

// Remove has a word watched no longer.
func (s *Service) Remove(ctx context.Context, id int64) error {
	if err := authority.Require(ctx, authority.TypeManage); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		w, err := s.find(ctx, id)
		if err != nil {
			return err
		}
		if err := s.delete(ctx, id); err != nil {
			return err
		}
		return s.journal.Record(ctx, w.event(EventRemoved))
	})
}

// Check says what is to be said about a reply, what blocks it first (R415).
func (s *Service) Check(ctx context.Context, r Reply) ([]Finding, error) {
	words, err := s.all(ctx)
	return check(words, r), err
}

// Allow is nil for a reply that may go. Faults: "wording.forbidden" with the
// word and what to say instead, "wording.field_unfilled" with the field.
func (s *Service) Allow(ctx context.Context, r Reply) error {
	found, err := s.Check(ctx, r)
	if err != nil || len(found) == 0 || found[0].Severity != Block {
		return err
	}
	if f := found[0]; f.Rule == RuleUnfilled {
		return fault.Invalid("wording.field_unfilled", "field", f.Word)
	}
	if found[0].Instead == "" {
		return fault.Invalid("wording.forbidden", "word", found[0].Word)
	}
	return fault.Invalid("wording.forbidden_instead", "word", found[0].Word, "instead", found[0].Instead)
}

// Seed has the first words watched, once, in all languages: a firm answers its
// customers in theirs. Where there is any word it does nothing.
func (s *Service) Seed(ctx context.Context) error {
	if err := authority.Require(ctx, authority.TypeManage); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		if all, err := s.all(ctx); err != nil || len(all) > 0 {
			return err
		}
		for _, w := range firstWords() {
			if _, err := s.Create(ctx, Patch{Word: &w.Word, Locale: &w.Locale, Instead: &w.Instead, Kind: &w.Kind, Severity: &w.Severity}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Follower gives a firm its first words when its first administrator has
// arrived.
func (s *Service) Follower() journal.Follower {
	return journal.Follower{Name: "wording.first", Kinds: []string{agent.KindCreated}, Handle: func(ctx context.Context, evs []event.Event) error {
		for _, e := range evs {
			var made agent.Created
			if err := e.Decode(&made); err != nil {
				return err
			}
			if made.Role == authority.Administrator {
				return s.Seed(ctx)
			}
		}
		return nil
	}}
}

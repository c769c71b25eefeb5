package setting

import (
	"context"
	"sync"
	"time"

	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
	"heed/internal/platform/journal"
)

// fresh is how long the kept settings are believed. A change made by this
// program is seen at once; this bounds how late that of another one is.
const fresh = 3 * time.Second

// Deps are what a service is made of.
type Deps struct {
	DB      *db.DB
	Journal *journal.Journal
	Clock   clock.Clock
}

// Service gives and changes the settings.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	clock   clock.Clock

	mu    sync.Mutex
	kept  Settings
	until time.Time // kept is believed before
	turn  int64     // counts changes, so that what was read before one is not kept after it
}

// New makes a service.
func New(d Deps) *Service {
	return &Service{db: d.DB, journal: d.Journal, clock: d.Clock}
}

// Get gives the settings, for everything in the program that needs them. They
// hold nothing that a signed-in agent may not know.
func (s *Service) Get(ctx context.Context) (Settings, error) {
	now := s.clock.Now()
	s.mu.Lock()
	kept, ok, turn := s.kept, now.Before(s.until), s.turn
	s.mu.Unlock()
	if ok {
		return kept, nil
	}
	out, err := s.load(ctx)
	if err != nil {
		return out, err
	}
	// Read inside a transaction, it may hold what is not true unless that is committed.
	db.After(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.turn == turn {
			s.kept, s.until = out, now.Add(fresh)
		}
	})
	return out, nil
}

// Country is the country by which phone numbers without a country code are read.
func (s *Service) Country(ctx context.Context) (string, error) {
	set, err := s.Get(ctx)
	return set.Country, err
}

// Show gives the settings to somebody who may manage them.
func (s *Service) Show(ctx context.Context) (Settings, error) {
	if err := authority.Require(ctx, authority.SettingManage); err != nil {
		return Settings{}, err
	}
	return s.load(ctx)
}

// Change changes settings that were seen at a version (0: any); a version that
// is no longer the present one is the fault "stale".
func (s *Service) Change(ctx context.Context, version int64, p Patch) (Settings, error) {
	if err := authority.Require(ctx, authority.SettingManage); err != nil {
		return Settings{}, err
	}
	var out Settings
	err := s.db.Write(ctx, func(ctx context.Context) error {
		was, err := s.load(ctx)
		if err != nil {
			return err
		}
		if version != 0 && version != was.Version {
			return fault.Conflict("stale")
		}
		var fields []string
		if out, fields, err = was.with(p); err != nil || len(fields) == 0 {
			return err
		}
		out.UpdatedAt = s.clock.Now()
		if out.Version, err = s.save(ctx, out); err != nil {
			return err
		}
		db.After(ctx, s.forget)
		return s.journal.Record(ctx, changed(fields))
	})
	return out, err
}

func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn++
	s.until = time.Time{}
}

package answer

import (
	"context"
	"strings"
	"time"

	"heed/internal/people/authority"
	"heed/internal/platform/jobs"
)

const (
	// keepSearches is how long counts of searches are kept.
	keepSearches = 400 * 24 * time.Hour
	jobSweep     = "answer.sweep"
)

// NoteSearch counts what somebody searched for and did not find, if anything is
// left of it that names nobody; and that it is found by now. hits is how much
// was found. Who searched is not kept (R116).
func (s *Service) NoteSearch(ctx context.Context, q, locale string, hits int) error {
	shown, ok := Anonymous(q)
	key := searchKey(shown)
	if !ok || key == "" {
		return nil
	}
	if hits > 0 {
		if wanted, err := s.wanted(ctx, key); err != nil || !wanted {
			return err
		}
	} else if s.d.IsName != nil {
		if person, err := s.d.IsName(ctx, shown); err != nil || person {
			return err
		}
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		return s.countSearch(ctx, key, shown, locale, s.d.Clock.Now().UTC().Truncate(24*time.Hour), hits == 0)
	})
}

// SearchGaps lists what was searched for since a day and found nothing, the
// most wanted first, at most 100. What is found by now is left out.
func (s *Service) SearchGaps(ctx context.Context, since time.Time) ([]SearchGap, error) {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return nil, err
	}
	gaps, err := s.searchGaps(ctx, since, 100)
	return withoutBeginnings(gaps), err
}

// withoutBeginnings drops what is only the beginning of another question in the
// list: somebody was still typing.
func withoutBeginnings(gaps []SearchGap) []SearchGap {
	out := make([]SearchGap, 0, len(gaps))
	for i, g := range gaps {
		begun := false
		for j, other := range gaps {
			a, b := searchKey(g.Text), searchKey(other.Text)
			begun = begun || i != j && len(a) < len(b) && strings.HasPrefix(b, a)
		}
		if !begun {
			out = append(out, g)
		}
	}
	return out
}

// Jobs gives the job that forgets old counts of searches.
func (s *Service) Jobs() ([]jobs.Handler, []jobs.Periodic) {
	sweep := jobs.Handler{Kind: jobSweep, Run: func(ctx context.Context, _ jobs.Job) error {
		return s.db.Write(ctx, func(ctx context.Context) error { return s.dropSearches(ctx, s.d.Clock.Now().Add(-keepSearches)) })
	}}
	return append(s.Handlers(), sweep), []jobs.Periodic{{Kind: jobSweep, Every: 24 * time.Hour}}
}

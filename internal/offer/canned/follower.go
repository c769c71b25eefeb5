package canned

import (
	"context"

	"heed/internal/kernel/event"
	"heed/internal/people/agent"
	"heed/internal/people/authority"
	"heed/internal/platform/journal"
)

// Follower gives a firm its first answers when its first administrator has
// arrived, in the firm's language.
func (s *Service) Follower() journal.Follower {
	return journal.Follower{Name: "canned.first", Kinds: []string{agent.KindCreated}, Handle: func(ctx context.Context, evs []event.Event) error {
		for _, e := range evs {
			var made agent.Created
			if err := e.Decode(&made); err != nil {
				return err
			}
			if made.Role != authority.Administrator {
				continue
			}
			set, err := s.setting.Get(ctx)
			if err != nil {
				return err
			}
			if err := s.Seed(ctx, set.Locale); err != nil {
				return err
			}
		}
		return nil
	}}
}

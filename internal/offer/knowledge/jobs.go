package knowledge

import (
	"context"
	"errors"
	"time"

	"heed/internal/platform/db"
	"heed/internal/platform/jobs"
)

const (
	jobEffective = "knowledge.effective"
	jobReview    = "knowledge.review"
)

type effectiveArgs struct {
	ArticleID int64 `json:"article_id"`
	N         int64 `json:"n"`
}

// Jobs are what waits for a time: a version whose date comes, and articles that
// should be looked at again.
func (s *Service) Jobs() ([]jobs.Handler, []jobs.Periodic) {
	handlers := []jobs.Handler{
		{Kind: jobEffective, Run: s.becomeEffective},
		{Kind: jobReview, Run: func(ctx context.Context, _ jobs.Job) error { return s.RemindOwners(ctx) }},
	}
	return handlers, []jobs.Periodic{{Kind: jobReview, Every: 15 * time.Minute}}
}

// becomeEffective tells that the date of a version has come, if nothing has
// taken its place meanwhile. Search serves it by its date, and does not wait.
func (s *Service) becomeEffective(ctx context.Context, j jobs.Job) error {
	var args effectiveArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Permanent(err)
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		a, err := s.load(ctx, args.ArticleID)
		if errors.Is(err, db.ErrNotFound) || err == nil && (a.Status != Published || a.LiveN != args.N) {
			return nil
		}
		if err != nil {
			return err
		}
		return s.journal.Record(ctx, a.event(EventEffective, a.told()))
	})
}

// remindMost bounds how many owners are reminded in one transaction.
const remindMost = 100

// RemindOwners tells the owners of articles whose review-by date has passed,
// once for each date.
func (s *Service) RemindOwners(ctx context.Context) error {
	for {
		more := false
		err := s.db.Write(ctx, func(ctx context.Context) error {
			all, err := s.due(ctx, s.clock.Now(), remindMost)
			if err != nil {
				return err
			}
			more = len(all) == remindMost
			listed, err := s.listed(ctx, all, "")
			if err != nil {
				return err
			}
			for _, l := range listed {
				if err := s.remindOf(ctx, l); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || !more {
			return err
		}
	}
}

func (s *Service) remindOf(ctx context.Context, l Listed) error {
	if first, err := s.markTold(ctx, l.ID); err != nil || !first {
		return err
	}
	if s.remind != nil {
		if err := s.remind(ctx, Reminder{ArticleID: l.ID, OwnerID: l.OwnerID, Title: l.Title, ReviewBy: *l.ReviewBy}); err != nil {
			return err
		}
	}
	return s.journal.Record(ctx, l.event(EventReviewDue, ReviewDue{Told: l.told(), Title: l.Title, ReviewBy: *l.ReviewBy}))
}

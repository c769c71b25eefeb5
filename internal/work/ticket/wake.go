package ticket

import (
	"context"
	"errors"
	"fmt"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/platform/jobs"
)

// jobWake is the kind of the job that ends a snooze.
const jobWake = "ticket.wake"

// wakeArgs say which snooze is to end.
type wakeArgs struct {
	TicketID int64     `json:"ticket_id"`
	Until    time.Time `json:"until"`
}

// wakeKey names a snooze: the ticket and its time, so that a new snooze is not
// taken for the one that is just ending.
func wakeKey(t Ticket) string { return fmt.Sprintf("%d:%d", t.ID, t.SnoozedUntil.UnixMicro()) }

// planWake keeps the job of a snooze in step with the ticket.
func (s *Service) planWake(ctx context.Context, old, t Ticket) error {
	if old.SnoozedUntil.Equal(t.SnoozedUntil) {
		return nil
	}
	if !old.SnoozedUntil.IsZero() {
		if err := s.jobs.Cancel(ctx, jobWake, wakeKey(old)); err != nil {
			return err
		}
	}
	if t.SnoozedUntil.IsZero() {
		return nil
	}
	return s.jobs.Enqueue(ctx, jobs.New{
		Kind: jobWake, Args: wakeArgs{t.ID, t.SnoozedUntil}, RunAt: t.SnoozedUntil, Unique: wakeKey(t),
	})
}

// Handlers gives the jobs of this slice.
func (s *Service) Handlers() []jobs.Handler {
	return []jobs.Handler{{Kind: jobWake, Run: func(ctx context.Context, j jobs.Job) error {
		var args wakeArgs
		if err := j.Decode(&args); err != nil {
			return jobs.Permanent(err)
		}
		return s.wake(ctx, args)
	}}}
}

var errAwake = errors.New("ticket: nothing to wake")

// wake ends a snooze, unless the ticket was woken or snoozed anew meanwhile.
func (s *Service) wake(ctx context.Context, args wakeArgs) error {
	err := s.db.Write(ctx, func(ctx context.Context) error {
		old, err := s.see(ctx, args.TicketID, true)
		if fault.Is(err, fault.KindNotFound) || err == nil && !old.SnoozedUntil.Equal(args.Until) {
			return errAwake
		}
		if err != nil {
			return err
		}
		next := old
		next.SnoozedUntil = time.Time{}
		_, err = s.save(ctx, old, next, "")
		return err
	})
	if errors.Is(err, errAwake) {
		return nil
	}
	return err
}

package journal

import (
	"context"
	"errors"
	"strings"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/event"
)

// A follower handles at most followMost events in one transaction, and waits
// between tries at something that fails up to followPause.
const (
	followMost  = 200
	followPause = 30 * time.Second
)

// Follower handles events after they have been committed.
type Follower struct {
	// Name keeps its position; it never changes.
	Name string
	// Kinds are prefixes of the kinds of events that it wants; empty is all.
	Kinds []string
	// Handle is given the wanted events in order. Its context carries the
	// transaction in which the position is saved: what it writes there takes
	// effect once. It acts as the system.
	Handle func(ctx context.Context, evs []event.Event) error
}

// Follow runs the follower until ctx ends.
func (j *Journal) Follow(ctx context.Context, f Follower) {
	wakes, stop := j.Wakes()
	defer stop()
	pause := 50 * time.Millisecond
	for {
		n, err := j.follow(ctx, f)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			j.log.Error("a follower failed and will try again", "follower", f.Name, "err", err, "in", pause)
			_ = j.noteFailure(ctx, f.Name, err.Error())
			select {
			case <-ctx.Done():
				return
			case <-time.After(pause):
			}
			pause = min(pause*2, followPause)
			continue
		case n == followMost:
			continue
		}
		pause = 50 * time.Millisecond
		select {
		case <-ctx.Done():
			return
		case <-wakes:
		}
	}
}

// CatchUp handles everything that there is now, for tests and for programs
// that end.
func (j *Journal) CatchUp(ctx context.Context, f Follower) error {
	for {
		if j.db.Postgres() {
			if _, err := j.place(ctx); err != nil {
				return err
			}
		}
		n, err := j.follow(ctx, f)
		if err != nil || n == 0 {
			return err
		}
	}
}

var errNothing = errors.New("journal: nothing new")

// follow handles one batch and returns how many events it passed.
func (j *Journal) follow(ctx context.Context, f Follower) (n int, err error) {
	err = j.db.Write(actor.AsSystem(ctx), func(ctx context.Context) error {
		pos, err := j.lockProgress(ctx, f.Name)
		if err != nil {
			return err
		}
		evs, err := j.Since(ctx, pos, followMost)
		if err != nil {
			return err
		}
		n = len(evs)
		if n == 0 {
			return errNothing // nothing to keep: spare the commit
		}
		if wanted := f.wanted(evs); len(wanted) > 0 {
			if err := f.Handle(ctx, wanted); err != nil {
				return err
			}
		}
		return j.saveProgress(ctx, f.Name, evs[n-1].Pos)
	})
	if errors.Is(err, errNothing) {
		err = nil
	}
	return n, err
}

func (f Follower) wanted(evs []event.Event) []event.Event {
	if len(f.Kinds) == 0 {
		return evs
	}
	var out []event.Event
	for _, e := range evs {
		for _, k := range f.Kinds {
			if strings.HasPrefix(e.Kind, k) {
				out = append(out, e)
				break
			}
		}
	}
	return out
}

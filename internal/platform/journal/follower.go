package journal

import (
	"context"
	"strings"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
)

// A follower handles at most followMost events in one transaction, and waits
// between tries at something that fails up to followPause.
const (
	followMost  = 200
	followPause = 30 * time.Second
	// awayPause is the same while the database does not answer: it is back at once.
	awayPause = 2 * time.Second
	// followIdle is how often it is saved that events passed which nobody wanted.
	followIdle = time.Second
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

// progressNow is how far a follower has come.
type progressNow struct {
	pos   int64 // seen up to here; what lies between saved and pos concerned it not
	saved int64
}

// Follow runs the follower until ctx ends.
func (j *Journal) Follow(ctx context.Context, f Follower) {
	wakes, stop := j.Wakes()
	defer stop()
	idle := time.NewTicker(followIdle)
	defer idle.Stop()
	pause := 50 * time.Millisecond
	var at *progressNow
	defer func() { _ = j.flush(context.WithoutCancel(ctx), f, at) }() // else it reads a little again, which harms nothing
	for {
		n, err := j.begin(ctx, f, &at)
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
			most := followPause
			if fault.Is(err, fault.KindUnavailable) {
				most = awayPause
			}
			pause = min(pause*2, most)
			continue
		case n == followMost:
			continue
		}
		pause = 50 * time.Millisecond
		select {
		case <-ctx.Done():
			return
		case <-wakes:
		case <-idle.C:
			if err := j.flush(ctx, f, at); err != nil && ctx.Err() == nil {
				j.log.Warn("a follower could not note how far it has come", "follower", f.Name, "err", err)
			}
		}
	}
}

// begin finds out where the follower stands, at first, and goes on from there.
func (j *Journal) begin(ctx context.Context, f Follower, at **progressNow) (int, error) {
	if *at == nil {
		pos, err := j.progressOf(ctx, f.Name)
		if err != nil {
			return 0, err
		}
		*at = &progressNow{pos: pos, saved: pos}
	}
	return j.follow(ctx, f, *at)
}

// CatchUp handles everything that there is now, for tests and for programs
// that end.
func (j *Journal) CatchUp(ctx context.Context, f Follower) error {
	var at *progressNow
	for {
		if j.db.Postgres() {
			if _, err := j.place(ctx); err != nil {
				return err
			}
		}
		n, err := j.begin(ctx, f, &at)
		if err != nil {
			return err
		}
		if n == 0 {
			return j.flush(ctx, f, at)
		}
	}
}

// follow handles one batch and returns how many events it passed. Events are
// read beside the transaction, so that a batch without anything wanted costs
// the writers nothing.
func (j *Journal) follow(ctx context.Context, f Follower, at *progressNow) (n int, err error) {
	evs, err := j.Since(ctx, at.pos, followMost)
	if err != nil || len(evs) == 0 {
		return 0, err
	}
	last := evs[len(evs)-1].Pos
	if wanted := f.wanted(evs); len(wanted) > 0 {
		if err := j.handle(ctx, f, wanted, last); err != nil {
			return 0, err
		}
		at.saved = last
	}
	at.pos = last
	return len(evs), nil
}

func (j *Journal) handle(ctx context.Context, f Follower, wanted []event.Event, last int64) error {
	return j.db.Write(actor.AsSystem(ctx), func(ctx context.Context) error {
		pos, err := j.lockProgress(ctx, f.Name)
		if err != nil || pos >= last {
			return err // another node has come as far
		}
		rest := wanted
		for len(rest) > 0 && rest[0].Pos <= pos {
			rest = rest[1:] // another node has handled these
		}
		if len(rest) > 0 {
			if err := f.Handle(ctx, rest); err != nil {
				return err
			}
		}
		return j.saveProgress(ctx, f.Name, last)
	})
}

// flush saves how far the follower has come past events that did not concern it.
func (j *Journal) flush(ctx context.Context, f Follower, at *progressNow) error {
	if at == nil || at.saved >= at.pos {
		return nil
	}
	err := j.db.Write(ctx, func(ctx context.Context) error {
		pos, err := j.lockProgress(ctx, f.Name)
		if err != nil || pos >= at.pos {
			return err
		}
		return j.saveProgress(ctx, f.Name, at.pos)
	})
	if err == nil {
		at.saved = at.pos
	}
	return err
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

package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/platform/db"
)

const (
	defaultAttempts = 12
	// lease is how long a worker may be silent before another takes its job.
	lease = time.Minute
	// poll is the net under the wakes: nothing is found later than this.
	poll = 2 * time.Second
	// pauseMost bounds the pause between tries; with the default 12 tries a job
	// is tried for about a day.
	pauseMost = 4 * time.Hour
)

// New is a job to be enqueued.
type New struct {
	Kind string
	Args any // marshalled to JSON
	// RunAt is the earliest time; zero is now.
	RunAt time.Time
	// Unique, if not empty, lets at most one waiting or running job of this
	// kind have this key; a second one is left out.
	Unique string
	// Priority orders waiting jobs, lower first. 0 is usual.
	Priority int
	// MaxAttempts is how often it is tried; 0 means 12.
	MaxAttempts int
}

// Job is a job as its handler and the administrator see it.
type Job struct {
	ID          int64           `json:"id"`
	Kind        string          `json:"kind"`
	Args        json.RawMessage `json:"args"`
	Attempt     int             `json:"attempt"` // 1 at the first try
	MaxAttempts int             `json:"max_attempts"`
	LastError   string          `json:"last_error"`
	CreatedAt   time.Time       `json:"created_at"`
	FailedAt    *time.Time      `json:"failed_at"`
}

// Decode reads the job's arguments into v.
func (j Job) Decode(v any) error { return json.Unmarshal(j.Args, v) }

// Handler does the jobs of one kind.
type Handler struct {
	Kind string
	// Timeout bounds one try; 0 means one minute.
	Timeout time.Duration
	// Run does the job as the system. It may be run again after it has
	// succeeded, if the node dies before that is noted.
	Run func(ctx context.Context, j Job) error
}

// Periodic enqueues a job of a kind again and again, one at a time on all nodes.
type Periodic struct {
	Kind  string
	Every time.Duration
}

type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent marks an error that no further try can help: the job is dead at once.
func Permanent(err error) error { return permanent{err} }

type later struct{ pause time.Duration }

func (l later) Error() string { return fmt.Sprintf("later, in %s", l.pause) }

// Later is returned by a handler to have the job run again after the pause
// without counting this try.
func Later(pause time.Duration) error { return later{pause} }

// IsLater tells whether err asks for another try without counting this one.
func IsLater(err error) bool {
	_, ok := errors.AsType[later](err)
	return ok
}

// Deps are what a queue is made of.
type Deps struct {
	DB      *db.DB
	Clock   clock.Clock
	Log     *slog.Logger
	Workers int // 0 means 8
	// Grace is how long running jobs may go on after Run was told to end, before
	// their context ends; 0 means 15 seconds.
	Grace time.Duration
}

// Queue holds jobs and works on them.
type Queue struct {
	db      *db.DB
	clock   clock.Clock
	log     *slog.Logger
	workers int
	grace   time.Duration
	wake    chan struct{}
}

// NewQueue makes a queue; nothing is worked on before Run.
func NewQueue(d Deps) *Queue {
	if d.Workers == 0 {
		d.Workers = 8
	}
	if d.Grace == 0 {
		d.Grace = 15 * time.Second
	}
	return &Queue{db: d.DB, clock: d.Clock, log: d.Log, workers: d.Workers, grace: d.Grace, wake: make(chan struct{}, 1)}
}

// Enqueue adds a job in the transaction of ctx. A second job with the same
// unique key is left out without an error.
func (q *Queue) Enqueue(ctx context.Context, n New) error {
	args, err := json.Marshal(n.Args)
	if err != nil {
		return err
	}
	now := q.clock.Now()
	if n.RunAt.IsZero() {
		n.RunAt = now
	}
	if n.MaxAttempts == 0 {
		n.MaxAttempts = defaultAttempts
	}
	if err := q.insert(ctx, n, string(args), now); err != nil {
		return err
	}
	db.After(ctx, q.poke)
	return nil
}

func (q *Queue) poke() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Run works on jobs until ctx ends and the running ones are done. Jobs of a
// kind without a handler wait.
func (q *Queue) Run(ctx context.Context, handlers []Handler, periodics []Periodic) {
	byKind := map[string]Handler{}
	kinds := make([]string, 0, len(handlers))
	for _, h := range handlers {
		byKind[h.Kind] = h
		kinds = append(kinds, h.Kind)
	}
	slots := make(chan struct{}, q.workers)
	hard, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	var wg sync.WaitGroup
	defer func() {
		defer time.AfterFunc(q.grace, cut).Stop()
		wg.Wait()
	}()
	tick := time.NewTimer(0)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-q.wake:
		case <-tick.C:
		}
		q.plan(ctx, periodics)
		for q.start(ctx, hard, kinds, byKind, slots, &wg) {
		}
		tick.Reset(q.untilNext(ctx, kinds))
	}
}

// start claims as many jobs as there are free workers and tells whether there
// may be more.
func (q *Queue) start(ctx, hard context.Context, kinds []string, byKind map[string]Handler, slots chan struct{}, wg *sync.WaitGroup) bool {
	free := cap(slots) - len(slots)
	if free == 0 || ctx.Err() != nil {
		return false
	}
	claimed, err := q.claim(ctx, kinds, free)
	if err != nil {
		if ctx.Err() == nil {
			q.log.Error("could not claim jobs", "err", err)
		}
		return false
	}
	for _, j := range claimed {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots; q.poke() }()
			q.work(hard, byKind[j.Kind], j)
		})
	}
	return len(claimed) == free
}

// work does one job and notes how it ended. hard ends later than the program is
// told to, so that what has begun can come to its end; what hangs is cut off.
func (q *Queue) work(hard context.Context, h Handler, j Job) {
	if h.Timeout == 0 {
		h.Timeout = time.Minute
	}
	run, cancel := context.WithTimeout(actor.AsSystem(hard), h.Timeout)
	ctx := actor.AsSystem(context.WithoutCancel(hard))
	stop := q.holdLease(ctx, j)
	err := q.safely(run, h, j)
	cancel()
	stop()
	if err := q.settle(ctx, j, err); err != nil {
		q.log.Error("could not note how a job ended; it will run again", "job", j.ID, "kind", j.Kind, "err", err)
	}
}

// safely gives a panic as an error that an administrator can be shown.
func (q *Queue) safely(ctx context.Context, h Handler, j Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			q.log.Error("panic in a job", "job", j.ID, "kind", j.Kind, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return h.Run(ctx, j)
}

// holdLease renews the job's lease until the returned function is called.
func (q *Queue) holdLease(ctx context.Context, j Job) func() {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		t := time.NewTicker(lease / 3)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				_ = q.renew(ctx, j)
			}
		}
	})
	return func() { cancel(); wg.Wait() }
}

func (q *Queue) settle(ctx context.Context, j Job, err error) error {
	var l later
	var p permanent
	now := q.clock.Now()
	switch {
	case err == nil:
		return q.done(ctx, j)
	case errors.As(err, &l):
		return q.again(ctx, j, j.Attempt-1, now.Add(l.pause), "")
	case errors.As(err, &p), j.Attempt >= j.MaxAttempts:
		q.log.Error("a job failed for good", "job", j.ID, "kind", j.Kind, "attempt", j.Attempt, "err", err)
		return q.bury(ctx, j, err.Error(), now)
	}
	q.log.Warn("a job failed and will be tried again", "job", j.ID, "kind", j.Kind, "attempt", j.Attempt, "err", err)
	return q.again(ctx, j, j.Attempt, now.Add(pause(j.Attempt)), err.Error())
}

// pause grows as 2, 4, 8 … seconds up to pauseMost, with a tenth of jitter so
// that what failed together does not come back together.
func pause(attempt int) time.Duration {
	d := min(time.Second<<min(attempt, 20), pauseMost)
	return d + time.Duration(rand.Int64N(int64(d)/10+1)) //nolint:gosec // jitter, no secret
}

// untilNext is how long the queue may sleep.
func (q *Queue) untilNext(ctx context.Context, kinds []string) time.Duration {
	at, err := q.nextAt(ctx, kinds)
	if err != nil {
		return poll
	}
	return max(min(at.Sub(q.clock.Now()), poll), time.Millisecond)
}

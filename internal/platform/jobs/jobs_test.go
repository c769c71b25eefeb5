package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"heed/internal/kernel/clock"
	"heed/internal/kernel/page"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
)

func queue(d *db.DB, c clock.Clock) *jobs.Queue {
	return jobs.NewQueue(jobs.Deps{DB: d, Clock: c, Log: slog.New(slog.DiscardHandler)})
}

func enqueue(t *testing.T, d *db.DB, q *jobs.Queue, n jobs.New) {
	t.Helper()
	if err := d.Write(t.Context(), func(ctx context.Context) error { return q.Enqueue(ctx, n) }); err != nil {
		t.Fatal(err)
	}
}

// run works until the test ends and gives what the handler was called with.
func run(t *testing.T, q *jobs.Queue, ps []jobs.Periodic, handle func(j jobs.Job) error) <-chan jobs.Job {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	calls := make(chan jobs.Job, 10000)
	var wg sync.WaitGroup
	wg.Go(func() {
		q.Run(ctx, []jobs.Handler{{Kind: "test", Run: func(_ context.Context, j jobs.Job) error {
			err := handle(j)
			calls <- j
			return err
		}}}, ps)
	})
	t.Cleanup(func() { cancel(); wg.Wait() })
	return calls
}

func next(t *testing.T, calls <-chan jobs.Job) jobs.Job {
	t.Helper()
	select {
	case j := <-calls:
		return j
	case <-time.After(20 * time.Second):
		t.Fatal("no job was run")
		return jobs.Job{}
	}
}

// nextAsTimePasses moves the clock on until a job is run: a failed try notes
// its next time only after the handler has returned.
func nextAsTimePasses(t *testing.T, c *clock.Manual, calls <-chan jobs.Job) jobs.Job {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		c.Advance(time.Minute)
		select {
		case j := <-calls:
			return j
		case <-deadline:
			t.Fatal("no job was run")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func TestAJobLivesAndDiesWithItsTransaction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, jobs.Migrations(), func(t *testing.T, d *db.DB) {
		q := queue(d, clock.System{})
		calls := run(t, q, nil, func(jobs.Job) error { return nil })
		undone := errors.New("undone")
		err := d.Write(t.Context(), func(ctx context.Context) error {
			return errors.Join(q.Enqueue(ctx, jobs.New{Kind: "test", Args: "never"}), undone)
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		enqueue(t, d, q, jobs.New{Kind: "test", Args: "done"})
		if j := next(t, calls); string(j.Args) != `"done"` || j.Attempt != 1 {
			t.Fatalf("%+v", j)
		}
	})
}

func TestEachOfManyJobsIsRunOnceByTwoNodes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, jobs.Migrations(), func(t *testing.T, d *db.DB) {
		a, b := queue(d, clock.System{}), queue(d, clock.System{})
		const n = 200
		var mu sync.Mutex
		seen := map[string]int{}
		all := make(chan struct{})
		note := func(j jobs.Job) error {
			mu.Lock()
			defer mu.Unlock()
			seen[string(j.Args)]++
			if len(seen) == n {
				select {
				case <-all:
				default:
					close(all)
				}
			}
			return nil
		}
		run(t, a, nil, note)
		run(t, b, nil, note)
		for i := range n {
			enqueue(t, d, a, jobs.New{Kind: "test", Args: i})
		}
		select {
		case <-all:
		case <-time.After(30 * time.Second):
			t.Fatal("only", len(seen))
		}
		mu.Lock()
		defer mu.Unlock()
		for k, times := range seen {
			if times != 1 {
				t.Errorf("job %s ran %d times", k, times)
			}
		}
	})
}

func TestAUniqueJobIsEnqueuedOnceUntilItIsDone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, jobs.Migrations(), func(t *testing.T, d *db.DB) {
		q := queue(d, clock.System{})
		for i := range 3 {
			enqueue(t, d, q, jobs.New{Kind: "test", Args: i, Unique: "k"})
		}
		enqueue(t, d, q, jobs.New{Kind: "test", Args: "last", Priority: 1})
		calls := run(t, q, nil, func(jobs.Job) error { return nil })
		got := map[string]bool{string(next(t, calls).Args): true, string(next(t, calls).Args): true}
		if !got["0"] || !got[`"last"`] {
			t.Fatal(got)
		}
	})
}

func TestAJobThatKeepsFailingIsDeadAndComesBackWhenAsked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, jobs.Migrations(), func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
		q := queue(d, c)
		var mu sync.Mutex
		broken := true
		calls := run(t, q, nil, func(jobs.Job) error {
			mu.Lock()
			defer mu.Unlock()
			if broken {
				return errors.New("printer on fire")
			}
			return nil
		})
		enqueue(t, d, q, jobs.New{Kind: "test", Args: 1, MaxAttempts: 2})
		if j := next(t, calls); j.Attempt != 1 {
			t.Fatalf("%+v", j)
		}
		if j := nextAsTimePasses(t, c, calls); j.Attempt != 2 || j.LastError != "printer on fire" {
			t.Fatalf("%+v", j)
		}
		deadline := time.Now().Add(20 * time.Second)
		var list page.Of[jobs.Job]
		for len(list.Items) == 0 && time.Now().Before(deadline) {
			var err error
			if list, err = q.Dead(t.Context(), page.Request{}); err != nil {
				t.Fatal(err)
			}
		}
		if len(list.Items) != 1 || list.Items[0].LastError != "printer on fire" || list.Items[0].FailedAt == nil {
			t.Fatalf("%+v", list)
		}
		mu.Lock()
		broken = false
		mu.Unlock()
		if err := q.Retry(t.Context(), list.Items[0].ID); err != nil {
			t.Fatal(err)
		}
		if j := next(t, calls); j.Attempt != 1 {
			t.Fatalf("%+v", j)
		}
		if q.Retry(t.Context(), list.Items[0].ID) == nil {
			t.Fatal("retried what is not dead")
		}
	})
}

func TestPermanentIsDeadAtOnceAndLaterDoesNotCount(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, jobs.Migrations(), func(t *testing.T, d *db.DB) {
		q := queue(d, clock.System{})
		n := 0
		calls := run(t, q, nil, func(jobs.Job) error {
			if n++; n == 1 {
				return jobs.Later(time.Millisecond)
			}
			return jobs.Permanent(fmt.Errorf("no such mailbox"))
		})
		enqueue(t, d, q, jobs.New{Kind: "test", Args: 1})
		if a, b := next(t, calls), next(t, calls); a.Attempt != 1 || b.Attempt != 1 {
			t.Fatalf("%+v %+v", a, b)
		}
		for deadline := time.Now().Add(20 * time.Second); ; {
			list, err := q.Dead(t.Context(), page.Request{})
			if err == nil && len(list.Items) == 1 {
				if err := q.Discard(t.Context(), list.Items[0].ID); err != nil {
					t.Fatal(err)
				}
				return
			}
			if time.Now().After(deadline) {
				t.Fatal("never dead", err)
			}
		}
	})
}

func TestAJobWhoseWorkerDiedIsTakenByAnother(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, jobs.Migrations(), func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
		enqueue(t, d, queue(d, c), jobs.New{Kind: "test", Args: 1})
		// A worker that took the job and was killed leaves this row behind.
		err := d.Write(t.Context(), func(ctx context.Context) error {
			_, err := db.Exec(ctx, d, "UPDATE job SET state = 1, attempt = 1, lease_until = ?", c.Now().Add(time.Minute))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		calls := run(t, queue(d, c), nil, func(jobs.Job) error { return nil })
		select {
		case <-calls:
			t.Fatal("taken while the lease was good")
		case <-time.After(50 * time.Millisecond):
		}
		if j := nextAsTimePasses(t, c, calls); j.Attempt != 2 {
			t.Fatalf("%+v", j)
		}
	})
}

func TestPeriodicJobsComeAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, jobs.Migrations(), func(t *testing.T, d *db.DB) {
		q := queue(d, clock.System{})
		calls := run(t, q, []jobs.Periodic{{Kind: "test", Every: 5 * time.Millisecond}}, func(jobs.Job) error { return nil })
		for range 3 {
			next(t, calls)
		}
	})
}

func TestWaitingJobsAreCounted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, jobs.Migrations(), func(t *testing.T, d *db.DB) {
		q := queue(d, clock.System{})
		for i := range 3 {
			enqueue(t, d, q, jobs.New{Kind: "test", Args: i})
		}
		if n, err := q.Waiting(t.Context(), "test", 2); err != nil || n != 2 {
			t.Fatal(n, err)
		}
	})
}

// A worker that was silent too long has lost its job: what it notes at last
// must neither end nor double the try of the one that has it now.
func TestAWorkerThatLostItsJobCannotEndIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, jobs.Migrations(), func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
		begun, slow, hold := make(chan int, 10), make(chan struct{}), make(chan struct{})
		handle := func(j jobs.Job) error {
			begun <- j.Attempt
			if j.Attempt == 1 {
				<-slow
				return errors.New("too late")
			}
			<-hold
			return nil
		}
		q := queue(d, c)
		enqueue(t, d, q, jobs.New{Kind: "test"})
		calls := run(t, q, nil, handle)
		if n := <-begun; n != 1 {
			t.Fatal(n)
		}
		c.Advance(2 * time.Minute) // past the lease, and no further: the second try has its own
		if n := <-begun; n != 2 {
			t.Fatal(n)
		}
		close(slow)
		next(t, calls)
		c.Advance(10 * time.Second) // past the pause of a failed try, within the lease
		select {
		case n := <-begun:
			t.Error("a third try began beside the second: ", n)
		case <-time.After(3 * time.Second): // the queue looks every two
		}
		if n, err := db.One[int64](t.Context(), d, "SELECT COUNT(*) FROM job WHERE state = 1"); err != nil || n != 1 {
			t.Error("running:", n, err)
		}
		close(hold)
		next(t, calls)
	})
}

func TestAJobThatHangsDoesNotHoldUpTheEnd(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t, "sqlite", jobs.Migrations())
	q := jobs.NewQueue(jobs.Deps{DB: d, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), Grace: 50 * time.Millisecond})
	enqueue(t, d, q, jobs.New{Kind: "test"})
	ctx, cancel := context.WithCancel(t.Context())
	begun, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		q.Run(ctx, []jobs.Handler{{Kind: "test", Timeout: time.Hour, Run: func(ctx context.Context, _ jobs.Job) error {
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		}}}, nil)
	}()
	<-begun
	cancel()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatal("the end waits for it")
	}
	if n, err := db.One[int64](t.Context(), d, "SELECT COUNT(*) FROM job WHERE state = 0"); err != nil || n != 1 {
		t.Error("it does not wait for its next try:", n, err)
	}
}

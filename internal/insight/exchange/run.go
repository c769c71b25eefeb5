package exchange

import (
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"io"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
	"heed/internal/platform/jobs"
)

const (
	jobKind = "exchange.import"
	// pieceMost is how many rows are stored in a transaction.
	pieceMost = 500
	// stepTime is how long a job goes on before it makes room, so that the
	// program can end, and tellEvery how often pages are told.
	stepTime  = 10 * time.Second
	tellEvery = time.Second
	jobTime   = 10 * time.Minute
)

type jobArgs struct {
	ID int64 `json:"id"`
}

func (s *Service) enqueue(ctx context.Context, id int64) error {
	return s.jobs.Enqueue(ctx, jobs.New{Kind: jobKind, Args: jobArgs{id}})
}

// Handlers gives the job that works on imports.
func (s *Service) Handlers() []jobs.Handler {
	return []jobs.Handler{{Kind: jobKind, Timeout: jobTime, Run: func(ctx context.Context, j jobs.Job) error {
		var args jobArgs
		if err := j.Decode(&args); err != nil {
			return jobs.Permanent(err)
		}
		more, err := s.Step(ctx, args.ID, stepTime)
		if err == nil && more {
			return jobs.Later(0)
		}
		return err
	}}}
}

// item is a row on its way.
type item struct {
	Record
	cells     []string
	problems  []Problem
	duplicate bool
}

func (i item) good() bool { return len(i.problems) == 0 }

var (
	errUndo    = errors.New("exchange: a dry run is undone")
	errStopped = errors.New("exchange: somebody else has it, or it was cancelled")
)

// Step works on an import for about so long and tells whether there is more to
// do. It may be called again at any time, by anybody: it goes on where the last
// transaction ended.
func (s *Service) Step(ctx context.Context, id int64, most time.Duration) (more bool, err error) {
	return s.step(ctx, id, most, func(Import) {})
}

func (s *Service) step(ctx context.Context, id int64, most time.Duration, progress func(Import)) (more bool, err error) {
	im, err := s.load(ctx, id)
	switch {
	case fault.Is(err, fault.KindNotFound):
		return false, nil // it was removed
	case err != nil:
		return false, err
	case !im.State.Busy():
		return false, nil
	}
	w := &worker{s: s, im: im, seen: map[uint64]int{}, seed: maphash.MakeSeed(), until: s.clock.Now().Add(most), progress: progress}
	more, err = w.work(ctx)
	switch {
	case errors.Is(err, errStopped), errors.Is(err, db.ErrStale):
		return false, nil
	case err == nil:
		return more, nil
	}
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.KindUnavailable {
		return false, err // tried again
	}
	return false, w.end(ctx, Failed, f)
}

// worker is one Step.
type worker struct {
	s     *Service
	im    Import
	as    actor.Actor
	seen  map[uint64]int // hash of a record's key → its line
	seed  maphash.Seed
	until time.Time

	progress func(Import)
}

func (w *worker) work(ctx context.Context) (more bool, err error) {
	if w.as, err = w.who(ctx); err != nil {
		return false, err
	}
	if w.im.Counts.Rows == 0 {
		if err := w.count(ctx); err != nil {
			return false, err
		}
	}
	if more, err = w.through(ctx); err != nil || more {
		return more, err
	}
	if w.im.State == Checking {
		return false, w.end(ctx, Checked, nil)
	}
	return false, w.end(ctx, Done, nil)
}

// through goes through the file, piece by piece, until its end or until the time
// is up.
func (w *worker) through(ctx context.Context) (more bool, err error) {
	t, err := w.s.open(ctx, w.im)
	if err != nil {
		return false, err
	}
	defer t.Close()
	var piece []item
	here := map[uint64]bool{}
	header := true
	for {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && row.N == 0 {
			return false, err
		}
		if row.Empty() || header {
			header = header && row.Empty()
			continue
		}
		it, hash := w.item(row.N, row.Line, append([]string{}, row.Cells...), err)
		if int64(row.N) <= w.im.Position {
			continue
		}
		if len(piece) >= pieceMost || hash != 0 && here[hash] {
			if err := cmp.Or(w.store(ctx, piece), ctx.Err()); err != nil {
				return false, err
			}
			if w.s.clock.Now().After(w.until) {
				return true, nil
			}
			piece = piece[:0]
			clear(here)
		}
		here[hash] = true
		piece = append(piece, it)
	}
	return false, w.store(ctx, piece)
}

// who acts: the agent who began it, as far as he still may.
func (w *worker) who(ctx context.Context) (actor.Actor, error) {
	if w.im.ByID == 0 {
		return actor.From(actor.AsSystem(ctx)), nil
	}
	return w.s.actor(ctx, w.im.ByID)
}

// count reads the file once to its end, so that one that breaks off in the
// middle is refused before anything is stored, and its length is known.
func (w *worker) count(ctx context.Context) error {
	t, err := w.s.open(ctx, w.im)
	if err != nil {
		return err
	}
	defer t.Close()
	rows := int64(-1) // the header
	for {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && row.N == 0 {
			return err
		}
		if !row.Empty() {
			rows++
		}
	}
	return w.save(ctx, func(context.Context) error {
		w.im.Counts.Rows = max(rows, 0)
		return nil
	})
}

// item makes a record of a row and finds out whether the file said it before.
func (w *worker) item(n, line int, cells []string, broken error) (item, uint64) {
	r, problems := w.im.read(n, line, cells)
	if t, ok := w.s.importers[w.im.Kind].(Tidier); ok {
		r = t.Tidy(r)
	}
	it := item{Record: r, cells: cells, problems: problems}
	if broken != nil {
		it.problems = ProblemsOf(w.im.Kind, broken)
	}
	if !it.good() {
		return it, 0
	}
	key := w.s.importers[w.im.Kind].Key(r)
	if key == "" {
		return it, 0
	}
	hash := maphash.String(w.seed, key)
	if before, ok := w.seen[hash]; ok {
		it.duplicate = true
		it.problems = []Problem{{Key: "exchange.duplicate", Params: map[string]any{"line": before}}}
		return it, 0
	}
	w.seen[hash] = line
	return it, hash
}

// store stores the rows, in halves when they cannot be stored together.
func (w *worker) store(ctx context.Context, rows []item) error {
	if len(rows) == 0 {
		return nil
	}
	good := make([]int, 0, len(rows))
	for i, it := range rows {
		if it.good() {
			good = append(good, i)
		}
	}
	err := w.try(ctx, rows, good)
	switch {
	case err == nil, errors.Is(err, errStopped), errors.Is(err, db.ErrStale), ctx.Err() != nil, fault.Is(err, fault.KindUnavailable):
		return err
	case len(good) == 0:
		return err
	case len(good) == 1:
		// The one that cannot be stored: kept with the reason.
		it := &rows[good[0]]
		if it.problems = ProblemsOf(w.im.Kind, err); it.problems == nil {
			w.s.log.Error("a row could not be imported", "import", w.im.ID, "line", it.Line, "err", err)
			it.problems = []Problem{{Key: "exchange.row_failed"}}
		}
		return w.try(ctx, rows, nil)
	}
	middle := good[len(good)/2]
	if err := w.store(ctx, rows[:middle]); err != nil {
		return err
	}
	return w.store(ctx, rows[middle:])
}

// try stores the good ones of the rows and, in the same transaction, how far the
// import has come. A dry run undoes the former.
func (w *worker) try(ctx context.Context, rows []item, good []int) error {
	var outcomes []Outcome
	apply := func(ctx context.Context) (err error) {
		if len(good) == 0 {
			outcomes = nil
			return nil
		}
		outcomes, err = w.apply(actor.With(ctx, w.as), rows, good)
		return err
	}
	if w.im.State == Checking {
		err := w.s.db.Write(ctx, func(ctx context.Context) error {
			if err := apply(ctx); err != nil {
				return err
			}
			return errUndo
		})
		if err != nil && !errors.Is(err, errUndo) {
			return err
		}
		return w.save(ctx, func(ctx context.Context) error { return w.note(ctx, rows, good, outcomes) })
	}
	return w.save(ctx, func(ctx context.Context) error {
		if err := apply(ctx); err != nil {
			return err
		}
		return w.note(ctx, rows, good, outcomes)
	})
}

// apply hands records to the importer, with what their external keys stand for,
// and remembers the keys of what was stored.
func (w *worker) apply(ctx context.Context, rows []item, good []int) ([]Outcome, error) {
	records, keys := make([]Record, len(good)), []string{}
	for i, at := range good {
		records[i] = rows[at].Record
		if k := records[i].Values["key"]; k != "" {
			keys = append(keys, k)
		}
	}
	known, err := w.s.Known(ctx, w.im.Kind, keys)
	if err != nil {
		return nil, err
	}
	for i := range records {
		if k := records[i].Values["key"]; k != "" {
			records[i].KnownID = known[k]
		}
	}
	outcomes, err := w.s.importers[w.im.Kind].Apply(ctx, records)
	if err != nil {
		return nil, err
	}
	for i, o := range outcomes {
		if k := records[i].Values["key"]; k != "" && o.ID != 0 && len(o.Problems) == 0 && known[k] != o.ID {
			if err := w.s.learn(ctx, w.im.Kind, k, o.ID); err != nil {
				return nil, err
			}
		}
	}
	return outcomes, nil
}

// note counts what became of rows and keeps those that were not stored.
func (w *worker) note(ctx context.Context, rows []item, good []int, outcomes []Outcome) error {
	c := &w.im.Counts
	what := make(map[int]Outcome, len(good))
	for i, at := range good {
		what[at] = outcomes[i]
	}
	var kept []Kept
	for i, it := range rows {
		c.Read++
		problems := it.problems
		if o, ok := what[i]; ok {
			if problems = o.Problems; len(problems) == 0 {
				switch o.What {
				case IsNew:
					c.New++
				case IsChanged:
					c.Changed++
				default:
					c.Same++
				}
				continue
			}
		}
		k := Kept{ImportID: w.im.ID, N: int64(it.N), Line: int64(it.Line), Kind: "bad", Problems: db.JSON[[]Problem]{V: problems}, Cells: db.JSON[[]string]{V: it.cells}}
		if it.duplicate {
			k.Kind = "duplicate"
			c.Duplicate++
		} else {
			c.Bad++
		}
		kept = append(kept, k)
	}
	w.im.Position = int64(rows[len(rows)-1].N)
	if err := w.s.keep(ctx, kept); err != nil {
		return err
	}
	return w.tell(ctx)
}

// tell records the progress, now and then.
func (w *worker) tell(ctx context.Context) error {
	now := w.s.clock.Now()
	if now.Sub(w.im.ToldAt) < tellEvery {
		return nil
	}
	w.im.ToldAt = now
	im := w.im
	db.After(ctx, func() { w.progress(im) })
	return w.s.journal.Record(actor.With(ctx, w.as), w.im.event(KindProgressed))
}

// save runs fn in a transaction that stores the import as fn leaves it; when it
// fails the worker's import is as it was.
func (w *worker) save(ctx context.Context, fn func(ctx context.Context) error) error {
	was := w.im
	err := w.s.db.Write(ctx, func(ctx context.Context) error {
		w.im = was
		w.im.Version++
		if err := fn(ctx); err != nil {
			return err
		}
		return w.s.save(ctx, w.im, was.Version)
	})
	if err != nil {
		w.im = was
	}
	return err
}

func (w *worker) end(ctx context.Context, to State, why *fault.Error) error {
	err := w.save(ctx, func(ctx context.Context) error {
		w.im.State, w.im.EndedAt = to, w.s.clock.Now()
		w.im.WhyArgs = map[string]any{}
		if why != nil {
			w.im.Why = "fault." + why.Key
			if why.Params != nil {
				w.im.WhyArgs = why.Params
			}
		}
		as := w.as
		if as.Kind == "" {
			as = actor.From(actor.AsSystem(ctx))
		}
		return w.s.journal.Record(actor.With(ctx, as), w.im.event(KindEnded))
	})
	if errors.Is(err, db.ErrStale) {
		return nil
	}
	return err
}

// Immediately runs an import without a server: the verb of the command line. One
// of the same file that was interrupted is taken up where it ended. progress is
// told now and then.
func (s *Service) Immediately(ctx context.Context, kind, name string, content io.Reader, encoding string, dry bool, progress func(Import)) (Import, error) {
	im, err := s.Upload(ctx, kind, name, content)
	if err != nil {
		return im, err
	}
	if encoding != "" && encoding != im.Encoding {
		if im, err = s.Map(ctx, im.ID, encoding, nil); err != nil {
			return im, err
		}
	}
	if !dry {
		begun, err := s.unfinished(ctx, kind, im.BlobKey)
		if err != nil {
			return im, err
		}
		if len(begun) > 0 {
			if err := s.Remove(ctx, im.ID); err != nil {
				return im, err
			}
			im = begun[0]
		}
	}
	to := Running
	if dry {
		to = Checking
	}
	if im, err = s.begin(ctx, im.ID, to, false); err != nil {
		return im, err
	}
	for more := true; more; {
		if more, err = s.step(ctx, im.ID, jobTime, progress); err != nil {
			return im, err
		}
	}
	return s.load(ctx, im.ID)
}

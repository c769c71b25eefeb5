package exchange

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/sheet"
)

// Deps are what a service is made of.
type Deps struct {
	DB       *db.DB
	Journal  *journal.Journal
	Jobs     *jobs.Queue
	Blobs    blob.Store
	Clock    clock.Clock
	Log      *slog.Logger
	Settings *setting.Service
	// Actor gives an agent as he may act now: an import stores its rows as who
	// began it.
	Actor func(ctx context.Context, agentID int64) (actor.Actor, error)
	// Importers and Exporters by their kinds.
	Importers map[string]Importer
	Exporters map[string]Exporter
}

// Service holds the use cases of imports and exports.
type Service struct {
	db        *db.DB
	journal   *journal.Journal
	jobs      *jobs.Queue
	blobs     blob.Store
	clock     clock.Clock
	log       *slog.Logger
	settings  *setting.Service
	actor     func(ctx context.Context, agentID int64) (actor.Actor, error)
	importers map[string]Importer
	exporters map[string]Exporter
}

// NewService makes the service.
func NewService(d Deps) *Service {
	return &Service{d.DB, d.Journal, d.Jobs, d.Blobs, d.Clock, d.Log, d.Settings, d.Actor, d.Importers, d.Exporters}
}

// Kinds lists what can be imported, in the order in which it is shown.
func (s *Service) Kinds() []string {
	return slices.DeleteFunc(slices.Clone(words().kinds), func(k string) bool { return s.importers[k] == nil })
}

// kindFault tells why a kind cannot be imported.
func (s *Service) kindFault(kind string) error {
	switch {
	case s.importers[kind] != nil:
		return nil
	case kind == "assets":
		return fault.Invalid("exchange.no_assets")
	}
	return fault.Invalid("exchange.unknown_kind", "kind", kind)
}

// Upload stores a file and looks at it: what it is, its columns, and what they
// seem to be. Faults: those of platform/sheet.
func (s *Service) Upload(ctx context.Context, kind, name string, content io.Reader) (Import, error) {
	if err := authority.Require(ctx, authority.DataImport); err != nil {
		return Import{}, err
	}
	if err := s.kindFault(kind); err != nil {
		return Import{}, err
	}
	format, err := sheet.FormatOf(name)
	if err != nil {
		return Import{}, err
	}
	ref, err := s.blobs.Put(ctx, content, sheet.FileMost)
	if err != nil {
		return Import{}, err
	}
	a := actor.From(ctx)
	im := Import{
		Kind: kind, File: blob.TidyName(name), BlobKey: ref.Key, Bytes: ref.Size, Format: string(format), State: New,
		ByID: byID(a), ByName: a.Name, At: s.clock.Now(), Version: 1, Sample: [][]string{}, WhyArgs: map[string]any{},
	}
	if im, err = s.look(ctx, im); err != nil {
		return Import{}, err
	}
	im.Mapping = Guess(kind, im.Headers)
	err = s.db.Write(ctx, func(ctx context.Context) (err error) {
		if im.ID, err = s.insert(ctx, im); err != nil {
			return err
		}
		return s.journal.Record(ctx, im.event(KindUploaded))
	})
	return im, err
}

func byID(a actor.Actor) int64 {
	if a.Kind == actor.Agent {
		return a.ID
	}
	return 0
}

// Get gives an import.
func (s *Service) Get(ctx context.Context, id int64) (Import, error) {
	if err := authority.Require(ctx, authority.DataImport); err != nil {
		return Import{}, err
	}
	return s.load(ctx, id)
}

// List gives a page of the imports, the newest first.
func (s *Service) List(ctx context.Context, r page.Request) (page.Of[Import], error) {
	var before int64
	if err := authority.Require(ctx, authority.DataImport); err != nil {
		return page.Of[Import]{}, err
	}
	if r.Cursor != "" {
		if err := page.Decode(r.Cursor, &before); err != nil {
			return page.Of[Import]{}, err
		}
	}
	pos, err := s.journal.Position(ctx)
	if err != nil {
		return page.Of[Import]{}, err
	}
	all, err := s.loadPage(ctx, before, r.Size()+1)
	out := page.Cut(all, r.Size(), func(im Import) []any { return []any{im.ID} })
	out.Position = pos
	return out, err
}

// edit changes an import that nobody works on.
func (s *Service) edit(ctx context.Context, id int64, fn func(ctx context.Context, im Import) (Import, error)) (Import, error) {
	if err := authority.Require(ctx, authority.DataImport); err != nil {
		return Import{}, err
	}
	var out Import
	err := s.db.Write(ctx, func(ctx context.Context) error {
		im, err := s.load(ctx, id)
		if err != nil {
			return err
		}
		was := im.Version
		im.Version++
		if out, err = fn(ctx, im); err != nil {
			return err
		}
		return s.save(ctx, out, was)
	})
	return out, err
}

// Map chooses the encoding ("" stays) and what the columns of the file are. With
// another encoding the file is looked at anew, and a nil mapping guessed.
func (s *Service) Map(ctx context.Context, id int64, encoding string, mapping map[string]int) (Import, error) {
	seen, err := s.Get(ctx, id)
	if err != nil {
		return Import{}, err
	}
	if seen.State.Busy() {
		return Import{}, fault.Conflict("exchange.busy")
	}
	if encoding != "" && encoding != seen.Encoding && seen.Format == string(sheet.CSV) {
		again := seen
		again.Encoding = encoding
		if again, err = s.look(ctx, again); err != nil {
			return Import{}, err
		}
		seen = again
	}
	if mapping == nil {
		mapping = Guess(seen.Kind, seen.Headers)
	} else if err := seen.checkMapping(mapping); err != nil {
		return Import{}, err
	}
	return s.edit(ctx, id, func(ctx context.Context, im Import) (Import, error) {
		if im.State.Busy() {
			return im, fault.Conflict("exchange.busy")
		}
		im.Encoding, im.Comma, im.Headers, im.Sample, im.Mapping = seen.Encoding, seen.Comma, seen.Headers, seen.Sample, mapping
		im.State, im.Position, im.Counts, im.Why = New, 0, Counts{}, ""
		return im, s.clearRows(ctx, id)
	})
}

// Check begins a dry run: it finds what the run would find and changes nothing.
func (s *Service) Check(ctx context.Context, id int64) (Import, error) {
	return s.begin(ctx, id, Checking, true)
}

// Run begins the import, or takes up one that was interrupted.
func (s *Service) Run(ctx context.Context, id int64) (Import, error) {
	return s.begin(ctx, id, Running, true)
}

func (s *Service) begin(ctx context.Context, id int64, to State, queued bool) (Import, error) {
	return s.edit(ctx, id, func(ctx context.Context, im Import) (Import, error) {
		if err := im.checkMapping(im.Mapping); err != nil {
			return im, err
		}
		if im.State.Busy() && im.State != to {
			return im, fault.Conflict("exchange.busy")
		}
		if im.State != to {
			rows := im.Counts.Rows
			im.State, im.Position, im.Counts, im.Why, im.EndedAt = to, 0, Counts{Rows: rows}, "", time.Time{}
			a := actor.From(ctx)
			im.ByID, im.ByName, im.ToldAt = byID(a), a.Name, s.clock.Now()
			if err := s.clearRows(ctx, id); err != nil {
				return im, err
			}
		}
		if err := s.journal.Record(ctx, im.event(KindBegun)); err != nil || !queued {
			return im, err
		}
		return im, s.enqueue(ctx, id)
	})
}

// Cancel ends a check or a run. What was stored stays.
func (s *Service) Cancel(ctx context.Context, id int64) (Import, error) {
	return s.edit(ctx, id, func(ctx context.Context, im Import) (Import, error) {
		if !im.State.Busy() {
			return im, fault.Conflict("exchange.not_running")
		}
		im.State, im.EndedAt = Cancelled, s.clock.Now()
		return im, s.journal.Record(ctx, im.event(KindEnded))
	})
}

// Remove forgets an import that is not being worked on; what it stored stays.
func (s *Service) Remove(ctx context.Context, id int64) error {
	if err := authority.Require(ctx, authority.DataImport); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		im, err := s.load(ctx, id)
		if err != nil {
			return err
		}
		if im.State.Busy() {
			return fault.Conflict("exchange.busy")
		}
		if err := s.remove(ctx, id); err != nil {
			return err
		}
		return s.journal.Record(ctx, im.event(KindRemoved))
	})
}

// Rows gives a page of the rows that were not imported, in the file's order.
func (s *Service) Rows(ctx context.Context, id int64, r page.Request) (Import, page.Of[Kept], error) {
	var after int64
	im, err := s.Get(ctx, id)
	if err != nil {
		return im, page.Of[Kept]{}, err
	}
	if r.Cursor != "" {
		if err := page.Decode(r.Cursor, &after); err != nil {
			return im, page.Of[Kept]{}, err
		}
	}
	rows, err := s.kept(ctx, id, after, r.Size()+1)
	return im, page.Cut(rows, r.Size(), func(k Kept) []any { return []any{k.N} }), err
}

// FirstRows gives the first rows that were not imported, at most n.
func (s *Service) FirstRows(ctx context.Context, id int64, n int) ([]Kept, error) {
	_, p, err := s.Rows(ctx, id, page.Request{Limit: n})
	return p.Items, err
}

package exchange

import (
	"context"
	"io"
	"net/url"
	"strings"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/platform/sheet"
)

// Emit takes a row: the cells by the keys of the columns.
type Emit func(row map[string]any) error

// Exporter gives the things of a kind that a filter chooses, as far as the actor
// may see them.
type Exporter func(ctx context.Context, filter url.Values, emit Emit) error

// Export is a table that is being given out.
type Export struct {
	Kind   string
	Format sheet.Format
	Filter url.Values
	Locale string
	Zone   *time.Location
}

// ExportOf reads the name of a table, as "customers.csv".
func (s *Service) ExportOf(name string) (Export, error) {
	kind, ext, _ := strings.Cut(name, ".")
	e := Export{Kind: kind, Format: sheet.Format(ext)}
	if e.Format != sheet.CSV && e.Format != sheet.XLSX || s.exporters[kind] == nil {
		return e, fault.NotFound("not_found")
	}
	return e, nil
}

// Permit records who takes what, and is a fault when he may not. It comes before
// the first byte, so that nothing leaves unrecorded.
func (s *Service) Permit(ctx context.Context, e Export) (Export, error) {
	if err := authority.Require(ctx, authority.DataExport); err != nil {
		return e, err
	}
	set, err := s.settings.Get(ctx)
	if err != nil {
		return e, err
	}
	e.Zone = zoneOf(actor.From(ctx), set)
	err = s.db.Write(ctx, func(ctx context.Context) error {
		return s.journal.Record(ctx, e.told(0).event(KindExported))
	})
	return e, err
}

func zoneOf(a actor.Actor, set setting.Settings) *time.Location {
	for _, name := range []string{a.Zone, set.Zone} {
		if z, err := time.LoadLocation(name); name != "" && err == nil {
			return z
		}
	}
	return time.UTC
}

func (e Export) told(rows int64) Exported {
	out := Exported{Kind: e.Kind, Format: string(e.Format), Rows: rows, Filter: map[string]string{}}
	for k, v := range e.Filter {
		if joined := strings.Join(v, ","); joined != "" {
			out.Filter[k] = joined
		}
	}
	return out
}

// Write writes the table, with the names of the columns and the words of its
// choices in the reader's language.
func (s *Service) Write(ctx context.Context, e Export, out io.Writer) error {
	columns := ColumnsOf(e.Kind)
	w, err := sheet.NewWriter(out, e.Format, e.Zone)
	if err != nil {
		return err
	}
	header := make([]any, len(columns))
	for i, c := range columns {
		header[i] = c.Name(e.Locale)
	}
	if err := w.Write(header...); err != nil {
		return err
	}
	var rows int64
	err = s.exporters[e.Kind](ctx, e.Filter, func(row map[string]any) error {
		rows++
		cells := make([]any, len(columns))
		for i, c := range columns {
			cells[i] = e.show(c.Key, row[c.Key])
		}
		return w.Write(cells...)
	})
	if err != nil {
		return err // the file stays open-ended, and is seen to be broken
	}
	if err := w.Close(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error { return s.journal.Record(ctx, e.told(rows).event(KindExportDone)) })
}

func (e Export) show(column string, v any) any {
	switch v := v.(type) {
	case string:
		return Show(e.Locale, e.Kind, column, v)
	case []string:
		out := make([]string, len(v))
		for i, one := range v {
			out[i] = Show(e.Locale, e.Kind, column, one)
		}
		return strings.Join(out, "; ")
	}
	return v
}

// Template gives the header of a kind, to be filled in.
func (s *Service) Template(kind, locale string, format sheet.Format, out io.Writer) error {
	w, err := sheet.NewWriter(out, format, time.UTC)
	if err != nil {
		return err
	}
	var header []any
	for _, c := range ColumnsOf(kind) {
		if !c.ReadOnly && c.Key != "number" {
			header = append(header, c.Name(locale))
		}
	}
	if err := w.Write(header...); err != nil {
		return err
	}
	return w.Close()
}

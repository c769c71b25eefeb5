package exchange

import (
	"context"
	"io"
	"strings"
	"time"

	"heed/internal/platform/i18n"
	"heed/internal/platform/sheet"
)

// Text tells a problem to a reader, with the column that it is about.
func (p Problem) Text(locale, kind string) string {
	s := i18n.T(locale, p.Key, p.Params)
	if c, ok := columnOf(kind, p.Column); ok {
		return c.Name(locale) + i18n.T(locale, "exchange.colon", nil) + s
	}
	return s
}

// keptAtOnce is how many rows are read at once.
const keptAtOnce = 500

// WriteRows writes the rows that were not imported as CSV: the columns of the
// file, and why.
func (s *Service) WriteRows(ctx context.Context, im Import, locale string, out io.Writer) error {
	w, err := sheet.NewWriter(out, sheet.CSV, time.UTC)
	if err != nil {
		return err
	}
	header := make([]any, 0, len(im.Headers)+1)
	for _, h := range im.Headers {
		header = append(header, h)
	}
	if err := w.Write(append(header, i18n.T(locale, "exchange.reason", nil))...); err != nil {
		return err
	}
	for after := int64(0); ; {
		rows, err := s.kept(ctx, im.ID, after, keptAtOnce)
		if err != nil {
			return err
		}
		for _, r := range rows {
			cells := make([]any, len(im.Headers), len(im.Headers)+1)
			for i := range cells {
				cells[i] = ""
				if i < len(r.Cells.V) {
					cells[i] = r.Cells.V[i]
				}
			}
			why := make([]string, len(r.Problems.V))
			for i, p := range r.Problems.V {
				why[i] = p.Text(locale, im.Kind)
			}
			if err := w.Write(append(cells, strings.Join(why, " "))...); err != nil {
				return err
			}
			after = r.N
		}
		if len(rows) < keptAtOnce {
			return w.Close()
		}
	}
}

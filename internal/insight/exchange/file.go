package exchange

import (
	"context"
	"errors"
	"io"
	"sync"

	"heed/internal/platform/sheet"
)

// sampleRows is how many rows are shown before the columns are chosen.
const sampleRows = 20

// at reads a stored file at any place: what platform/sheet wants.
type at struct {
	mu sync.Mutex
	r  io.ReadSeeker
}

func (a *at) ReadAt(p []byte, off int64) (int, error) {
	if r, ok := a.r.(io.ReaderAt); ok {
		return r.ReadAt(p, off)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, err := a.r.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(a.r, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

// table is an open file.
type table struct {
	sheet.Reader
	file io.Closer
}

func (t table) Close() error { return errors.Join(t.Reader.Close(), t.file.Close()) }

func (s *Service) open(ctx context.Context, im Import) (table, error) {
	file, size, err := s.blobs.Open(ctx, im.BlobKey)
	if err != nil {
		return table{}, err
	}
	r, err := sheet.Open(&at{r: file}, size, sheet.Options{Format: sheet.Format(im.Format), Encoding: im.Encoding})
	if err != nil {
		return table{}, errors.Join(err, file.Close())
	}
	return table{r, file}, nil
}

// look fills in what the file shows at its beginning.
func (s *Service) look(ctx context.Context, im Import) (Import, error) {
	t, err := s.open(ctx, im)
	if err != nil {
		return im, err
	}
	defer t.Close()
	im.Encoding, im.Comma = t.Encoding(), ""
	if c, ok := t.Reader.(interface{ Comma() rune }); ok {
		im.Comma = string(c.Comma())
	}
	im.Headers, im.Sample = nil, [][]string{}
	for len(im.Sample) < sampleRows {
		row, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return im, nil
		case err != nil && len(row.Cells) == 0:
			return im, err
		case row.Empty():
		case im.Headers == nil:
			im.Headers = append([]string{}, row.Cells...)
		default:
			im.Sample = append(im.Sample, append([]string{}, row.Cells...))
		}
	}
	return im, nil
}

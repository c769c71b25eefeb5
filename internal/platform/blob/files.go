package blob

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"heed/internal/kernel/clock"
)

// leftover is the age from which an unfinished file is swept: longer than any
// upload lasts.
const leftover = 24 * time.Hour

// Files keeps blobs in a folder, as ab/cd/abcd….
type Files struct {
	dir   string
	clock clock.Clock
}

var _ Store = (*Files)(nil)

// NewFiles makes the folder if need be, and sweeps what a crash left in it.
func NewFiles(dir string, c clock.Clock) (*Files, error) {
	s := &Files{dir: dir, clock: c}
	if err := os.MkdirAll(s.temp(), 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(s.temp())
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && c.Now().Sub(info.ModTime()) > leftover {
			_ = os.Remove(filepath.Join(s.temp(), e.Name()))
		}
	}
	return s, nil
}

func (s *Files) temp() string { return filepath.Join(s.dir, "tmp") }

func (s *Files) path(key string) string { return filepath.Join(s.dir, key[:2], key[2:4], key) }

// Put implements Store: written to a file aside, flushed, renamed, and the
// folders flushed, so that after a crash a blob is whole or absent.
func (s *Files) Put(ctx context.Context, r io.Reader, limit int64) (Ref, error) {
	f, ref, err := spool(ctx, s.temp(), r, limit)
	if err != nil {
		return Ref{}, err
	}
	path := s.path(ref.Key)
	if info, err := os.Stat(path); err == nil && info.Size() == ref.Size {
		now := s.clock.Now()
		if os.Chtimes(path, now, now) == nil {
			discard(f)
			if err := s.flush(path); err != nil { // whoever stored it may not have come to this yet
				return Ref{}, disk(err)
			}
			return ref, nil
		}
		// Deleted between the two: store it anew.
	}
	if err := s.keep(f, path); err != nil {
		discard(f)
		return Ref{}, disk(err)
	}
	return ref, nil
}

func (s *Files) keep(f *os.File, path string) error {
	now := s.clock.Now()
	if err := errors.Join(f.Sync(), f.Close(), os.Chtimes(f.Name(), now, now)); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return s.flush(path)
}

// flush makes the name of a file durable. Its folders may be new, so the ones
// above them are flushed too.
func (s *Files) flush(path string) error {
	inner := filepath.Dir(path)
	return errors.Join(syncDir(inner), syncDir(filepath.Dir(inner)), syncDir(s.dir))
}

// Open implements Store.
func (s *Files) Open(_ context.Context, key string) (io.ReadSeekCloser, int64, error) {
	if !validKey(key) {
		return nil, 0, notFound()
	}
	f, err := os.Open(s.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, notFound()
	}
	if err != nil {
		return nil, 0, disk(err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, disk(err)
	}
	return f, info.Size(), nil
}

// Delete implements Store.
func (s *Files) Delete(_ context.Context, key string) error {
	if !validKey(key) {
		return nil
	}
	if err := os.Remove(s.path(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return disk(err)
	}
	return nil
}

// List implements Store.
func (s *Files) List(ctx context.Context, before time.Time, f func(key string, size int64) error) error {
	return filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // gone since its folder was read
		case err != nil:
			return err
		case d.IsDir() || !validKey(d.Name()):
			return nil
		}
		info, err := d.Info()
		if err != nil || !info.ModTime().Before(before) {
			return nil //nolint:nilerr // gone since its folder was read
		}
		return f(d.Name(), info.Size())
	})
}

// Check implements Store: it writes a small file and removes it.
func (s *Files) Check(context.Context) error {
	f, err := os.CreateTemp(s.temp(), "check-*")
	if err != nil {
		return disk(err)
	}
	defer discard(f)
	if _, err := f.Write(make([]byte, 4096)); err != nil {
		return disk(err)
	}
	if err := f.Sync(); err != nil {
		return disk(err)
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

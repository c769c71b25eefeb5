package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"heed/internal/kernel/fault"
)

// Ref names a stored blob.
type Ref struct {
	Key    string // for Open; the SHA-256 in hexadecimal
	Size   int64  // bytes
	SHA256 [sha256.Size]byte
}

// Store keeps blobs. Its methods are safe for concurrent use. Faults:
// "too_large" from Put, "blob.disk_full" and "blob.unavailable" when the place is
// full or out of reach, "blob.not_found" from Open.
type Store interface {
	// Put stores what r gives and returns once it is durable. More than limit
	// bytes (0 is no limit) are refused. Errors of r are returned as they are.
	Put(ctx context.Context, r io.Reader, limit int64) (Ref, error)
	// Open gives a blob's content and its size in bytes.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, int64, error)
	// Delete removes a blob. One that is not there is no error.
	Delete(ctx context.Context, key string) error
	// List calls f for each blob that was last put before the given time, in
	// no particular order, until f returns an error. f may delete the blob.
	List(ctx context.Context, before time.Time, f func(key string, size int64) error) error
	// Check tells whether blobs can be stored now.
	Check(ctx context.Context) error
}

// validKey keeps everything but the keys of this package from becoming a path.
func validKey(key string) bool {
	if len(key) != 2*sha256.Size {
		return false
	}
	for _, c := range []byte(key) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func notFound() error { return fault.NotFound("blob.not_found") }

// spool copies r into a new file in dir, which the caller closes and removes.
func spool(ctx context.Context, dir string, r io.Reader, limit int64) (*os.File, Ref, error) {
	f, err := os.CreateTemp(dir, "put-*")
	if err != nil {
		return nil, Ref{}, disk(err)
	}
	ref, err := fill(ctx, f, r, limit)
	if err != nil {
		discard(f)
		return nil, Ref{}, err
	}
	return f, ref, nil
}

func fill(ctx context.Context, f *os.File, r io.Reader, limit int64) (Ref, error) {
	src := &source{ctx: ctx, r: r}
	var in io.Reader = src
	if limit > 0 {
		in = io.LimitReader(src, limit+1)
	}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, hash), in)
	switch {
	case src.err != nil:
		return Ref{}, src.err
	case err != nil:
		return Ref{}, disk(err)
	case limit > 0 && n > limit:
		return Ref{}, fault.TooLarge("too_large", "limit", limit)
	}
	ref := Ref{Size: n}
	hash.Sum(ref.SHA256[:0])
	ref.Key = hex.EncodeToString(ref.SHA256[:])
	return ref, nil
}

// source remembers an error of the reader, to tell it from one of the disk,
// and stops when the context ends.
type source struct {
	ctx context.Context //nolint:containedctx // lives as long as one copy
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		s.err = err
		return 0, err
	}
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

func discard(f *os.File) {
	f.Close()
	_ = os.Remove(f.Name()) // what stays is swept at the next start
}

// disk makes a fault of an error of the file system.
func disk(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fault.Wrap(err, fault.KindUnavailable, "blob.disk_full")
	}
	return fault.Wrap(err, fault.KindUnavailable, "blob.unavailable")
}

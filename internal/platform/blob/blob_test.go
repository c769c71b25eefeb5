package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/platform/blob"
)

func s3(t *testing.T, bucket string) *blob.S3 {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("blobs"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	var d net.Dialer
	s, err := blob.NewS3(blob.S3Options{
		Endpoint: server.URL, Bucket: bucket, Region: "us-east-1", AccessKey: "a", SecretKey: "b",
		Prefix: "/heed/", TempDir: t.TempDir(), Dial: d.DialContext,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func files(t *testing.T, dir string, c clock.Clock) *blob.Files {
	t.Helper()
	s, err := blob.NewFiles(dir, c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// each runs a test on both stores.
func each(t *testing.T, f func(t *testing.T, s blob.Store)) {
	t.Helper()
	t.Run("files", func(t *testing.T) {
		t.Parallel()
		f(t, files(t, t.TempDir(), clock.System{}))
	})
	t.Run("s3", func(t *testing.T) {
		t.Parallel()
		f(t, s3(t, "blobs"))
	})
}

func put(t *testing.T, s blob.Store, content string) blob.Ref {
	t.Helper()
	ref, err := s.Put(t.Context(), strings.NewReader(content), 0)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func read(t *testing.T, s blob.Store, key string) string {
	t.Helper()
	f, size, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil || int64(len(data)) != size {
		t.Fatalf("%d bytes of %d, %v", len(data), size, err)
	}
	return string(data)
}

func keys(t *testing.T, s blob.Store, before time.Time) []string {
	t.Helper()
	var out []string
	err := s.List(t.Context(), before, func(key string, size int64) error {
		if got := read(t, s, key); int64(len(got)) != size {
			t.Errorf("%s is listed with %d bytes and has %d", key, size, len(got))
		}
		out = append(out, key)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhatIsPutIsOpened(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s blob.Store) {
		for _, content := range []string{"", "hello", strings.Repeat("0123456789abcdef", 1<<16)} {
			ref := put(t, s, content)
			sum := sha256.Sum256([]byte(content))
			if ref.SHA256 != sum || ref.Key != hex.EncodeToString(sum[:]) || ref.Size != int64(len(content)) {
				t.Errorf("got %+v", ref)
			}
			if got := read(t, s, ref.Key); got != content {
				t.Errorf("got %d bytes, want %d", len(got), len(content))
			}
		}
		f, _, err := s.Open(t.Context(), put(t, s, "0123456789").Key)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.Seek(-3, io.SeekEnd); err != nil {
			t.Fatal(err)
		}
		if tail, err := io.ReadAll(f); err != nil || string(tail) != "789" {
			t.Errorf("the end is %q, %v", tail, err)
		}
		if err := s.Check(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestTheSameContentIsStoredOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s blob.Store) {
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := s.Put(t.Context(), strings.NewReader("logo"), 0); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := keys(t, s, time.Now().Add(time.Hour)); len(got) != 1 {
			t.Errorf("got %v", got)
		}
	})
}

func TestTheLimitIsExact(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s blob.Store) {
		if _, err := s.Put(t.Context(), strings.NewReader("12345"), 5); err != nil {
			t.Error(err)
		}
		_, err := s.Put(t.Context(), strings.NewReader("123456"), 5)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.KindTooLarge || f.Key != "too_large" || f.Params["limit"] != int64(5) {
			t.Errorf("got %v", err)
		}
		if got := keys(t, s, time.Now().Add(time.Hour)); len(got) != 1 {
			t.Errorf("stored: %v", got)
		}
	})
}

func TestAReadersErrorIsItsOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s blob.Store) {
		broken := errors.New("the line broke")
		if _, err := s.Put(t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)), 0); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Put(ctx, strings.NewReader("x"), 0); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s blob.Store) {
		for _, key := range []string{strings.Repeat("a", 64), "", "../../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("../", 21) + "a"} {
			if _, _, err := s.Open(t.Context(), key); fault.KeyOf(err) != "blob.not_found" || !fault.Is(err, fault.KindNotFound) {
				t.Errorf("%q: %v", key, err)
			}
			if err := s.Delete(t.Context(), key); err != nil {
				t.Errorf("%q: %v", key, err)
			}
		}
		ref := put(t, s, "gone")
		if err := s.Delete(t.Context(), ref.Key); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Open(t.Context(), ref.Key); fault.KeyOf(err) != "blob.not_found" {
			t.Errorf("got %v", err)
		}
	})
}

func TestListEndsWithTheCallersError(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s blob.Store) {
		for i := range 5 {
			put(t, s, strings.Repeat("x", i))
		}
		enough := errors.New("enough")
		calls := 0
		err := s.List(t.Context(), time.Now().Add(time.Hour), func(string, int64) error {
			if calls++; calls == 2 {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) || calls != 2 {
			t.Errorf("%d calls, %v", calls, err)
		}
		if got := keys(t, s, time.Now().Add(-time.Hour)); len(got) != 0 {
			t.Errorf("new ones are listed: %v", got)
		}
	})
}

func TestPuttingAgainMakesABlobNew(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	s := files(t, t.TempDir(), c)
	a, b := put(t, s, "a"), put(t, s, "b")
	c.Advance(48 * time.Hour)
	put(t, s, "a")
	old := keys(t, s, c.Now().Add(-24*time.Hour))
	if len(old) != 1 || old[0] != b.Key {
		t.Errorf("old are %v, want only %s and not %s", old, b.Key, a.Key)
	}
}

func TestACrashLeavesNothingThatStays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := clock.NewManual(time.Now())
	files(t, dir, c)
	half := filepath.Join(dir, "tmp", "put-123")
	if err := os.WriteFile(half, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	files(t, dir, c)
	if _, err := os.Stat(half); err != nil {
		t.Fatalf("an upload under way was swept: %v", err)
	}
	c.Advance(25 * time.Hour)
	s := files(t, dir, c)
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Put(t.Context(), iotest.ErrReader(io.ErrUnexpectedEOF), 0); err == nil {
		t.Error("no error")
	}
	put(t, s, "whole")
	if left, err := os.ReadDir(filepath.Join(dir, "tmp")); err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestAFolderThatCannotBeUsedIsUnavailable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := files(t, dir, clock.System{})
	if err := os.Remove(filepath.Join(dir, "tmp")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), bytes.NewReader(nil), 0); fault.KeyOf(err) != "blob.unavailable" {
		t.Errorf("got %v", err)
	}
	if err := s.Check(t.Context()); fault.KeyOf(err) != "blob.unavailable" {
		t.Errorf("got %v", err)
	}
}

func TestAStoreOutOfReachIsUnavailable(t *testing.T) {
	t.Parallel()
	if err := s3(t, "no-such-bucket").Check(t.Context()); fault.KeyOf(err) != "blob.unavailable" {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	s, err := blob.NewS3(blob.S3Options{
		Endpoint: "http://store.example", Bucket: "b", Region: "r", AccessKey: "a", SecretKey: "b", TempDir: t.TempDir(),
		Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no way") },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(ctx); err == nil {
		t.Error("no error")
	}
	for _, endpoint := range []string{"", "s3.example", "ftp://s3.example", "https://s3.example/path"} {
		if _, err := blob.NewS3(blob.S3Options{Endpoint: endpoint}); err == nil {
			t.Errorf("%q is taken", endpoint)
		}
	}
}

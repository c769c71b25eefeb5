package blob

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"heed/internal/kernel/fault"
)

// S3Options say where the store is.
type S3Options struct {
	Endpoint  string // https://s3.example.com, or http://… for one in the house
	Bucket    string // must exist
	Region    string
	AccessKey string // "" is a public bucket
	SecretKey string
	Prefix    string // before each key, "heed/" or "heed"
	TempDir   string // for files on their way; "" is the system's

	// Dial makes the connections, normally (*outbound.Out).DialContext of one
	// that allows the endpoint's host.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// S3 keeps blobs in a bucket of an S3-compatible store.
type S3 struct {
	client *minio.Client
	bucket string
	prefix string
	temp   string
}

var _ Store = (*S3)(nil)

// NewS3 prepares the connection; whether it works, Check tells.
func NewS3(o S3Options) (*S3, error) {
	u, err := url.Parse(o.Endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("blob_s3_endpoint is %q; give an address without a path, such as https://s3.example.com", o.Endpoint)
	}
	transport, err := minio.DefaultTransport(u.Scheme == "https")
	if err != nil {
		return nil, err
	}
	transport.DialContext = o.Dial
	transport.Proxy = nil
	client, err := minio.New(u.Host, &minio.Options{
		Creds:     credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""),
		Secure:    u.Scheme == "https",
		Region:    o.Region,
		Transport: transport,
	})
	if err != nil {
		return nil, fmt.Errorf("blob_s3_endpoint: %w", err)
	}
	return &S3{client: client, bucket: o.Bucket, prefix: strings.Trim(o.Prefix, "/"), temp: o.TempDir}, nil
}

func (s *S3) name(key string) string { return path.Join(s.prefix, key[:2], key) }

// Put implements Store. The content goes through a file on this machine first,
// because its key must be known before it is sent.
func (s *S3) Put(ctx context.Context, r io.Reader, limit int64) (Ref, error) {
	f, ref, err := spool(ctx, s.temp, r, limit)
	if err != nil {
		return Ref{}, err
	}
	defer discard(f)
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Ref{}, disk(err)
	}
	// Also when it is there already: that makes it new for List.
	_, err = s.client.PutObject(ctx, s.bucket, s.name(ref.Key), f, ref.Size, minio.PutObjectOptions{
		ContentType:  "application/octet-stream", // never shown by the store itself
		UserMetadata: map[string]string{"sha256": base64.StdEncoding.EncodeToString(ref.SHA256[:])},
		// An empty body signed in chunks would go out without its length, which stores refuse.
		DisableContentSha256: ref.Size == 0,
	})
	if err != nil {
		return Ref{}, unavailable(err)
	}
	return ref, nil
}

// Open implements Store.
func (s *S3) Open(ctx context.Context, key string) (io.ReadSeekCloser, int64, error) {
	if !validKey(key) {
		return nil, 0, notFound()
	}
	object, err := s.client.GetObject(ctx, s.bucket, s.name(key), minio.GetObjectOptions{})
	if err != nil {
		return nil, 0, unavailable(err)
	}
	info, err := object.Stat()
	if err != nil {
		object.Close()
		return nil, 0, unavailable(err)
	}
	return object, info.Size, nil
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, key string) error {
	if !validKey(key) {
		return nil
	}
	err := s.client.RemoveObject(ctx, s.bucket, s.name(key), minio.RemoveObjectOptions{})
	if err != nil && minio.ToErrorResponse(err).Code != minio.NoSuchKey {
		return unavailable(err)
	}
	return nil
}

// List implements Store.
func (s *S3) List(ctx context.Context, before time.Time, f func(key string, size int64) error) error {
	ctx, cancel := context.WithCancel(ctx) // ends the listing when f does
	defer cancel()
	prefix := ""
	if s.prefix != "" {
		prefix = s.prefix + "/"
	}
	for o := range s.client.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if o.Err != nil {
			return unavailable(o.Err)
		}
		key := path.Base(o.Key)
		if !validKey(key) || s.name(key) != o.Key || !o.LastModified.Before(before) {
			continue
		}
		if err := f(key, o.Size); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Check implements Store: it asks for the bucket.
func (s *S3) Check(ctx context.Context) error {
	ok, err := s.client.BucketExists(ctx, s.bucket)
	if err != nil {
		return unavailable(err)
	}
	if !ok {
		return fault.Wrap(fmt.Errorf("there is no bucket %s", s.bucket), fault.KindUnavailable, "blob.unavailable")
	}
	return nil
}

func unavailable(err error) error {
	var pathErr *os.PathError
	switch {
	case minio.ToErrorResponse(err).Code == minio.NoSuchKey:
		return notFound()
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &pathErr):
		return disk(err)
	}
	return fault.Wrap(err, fault.KindUnavailable, "blob.unavailable")
}

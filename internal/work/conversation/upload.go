package conversation

import (
	"bufio"
	"context"
	"errors"
	"io"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/id"
	"heed/internal/people/authority"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
)

// Upload stores a file of the actor's until a message takes it. More bytes than
// the limit is a KindTooLarge fault.
func (s *Service) Upload(ctx context.Context, name string, content io.Reader) (File, error) {
	a, err := authority.RequireAgent(ctx)
	if err != nil {
		return File{}, err
	}
	if err := authority.Require(ctx, authority.TicketCreate); err != nil {
		return File{}, err
	}
	r := bufio.NewReaderSize(content, blob.Sniffed)
	head, err := r.Peek(blob.Sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return File{}, err
	}
	f := File{Token: id.Token(), OwnerID: a.ID, Name: blob.TidyName(name), CreatedAt: s.clock.Now()}
	f.Type = TypeOf(f.Name, head)
	ref, err := s.blobs.Put(ctx, r, s.fileLimit)
	if err != nil {
		return File{}, err
	}
	f.BlobKey, f.Size = ref.Key, ref.Size
	err = s.db.Write(ctx, func(ctx context.Context) (err error) {
		f.ID, err = s.insertFile(ctx, f)
		return err
	})
	return f, err
}

// DropUpload removes a file of the actor's that no message has taken.
func (s *Service) DropUpload(ctx context.Context, fileID int64) error {
	a, err := authority.RequireAgent(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error { return s.dropUpload(ctx, fileID, a.ID) })
}

// OpenFile gives a file by its token, to who may read the message it belongs to
// or has uploaded it. The caller closes it.
func (s *Service) OpenFile(ctx context.Context, token string) (File, io.ReadSeekCloser, error) {
	f, err := s.findFile(ctx, token)
	if err != nil {
		return File{}, nil, err
	}
	if f.MessageID == 0 {
		if a := actor.From(ctx); a.Kind != actor.Agent || a.ID != f.OwnerID {
			return File{}, nil, db.ErrNotFound
		}
	} else if _, err := s.Get(ctx, f.MessageID); err != nil {
		return File{}, nil, err
	}
	r, _, err := s.blobs.Open(ctx, f.BlobKey)
	return f, r, err
}

// OpenOriginal gives the mail that a message came in, as it came, to who may
// read the message. The caller closes it.
func (s *Service) OpenOriginal(ctx context.Context, messageID int64) (io.ReadSeekCloser, error) {
	m, err := s.Get(ctx, messageID)
	if err != nil {
		return nil, err
	}
	if m.OriginalKey == "" {
		return nil, fault.NotFound("not_found")
	}
	r, _, err := s.blobs.Open(ctx, m.OriginalKey)
	return r, err
}

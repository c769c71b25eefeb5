package conversation

import (
	"context"
	"time"

	"heed/internal/platform/db"
)

type fileRow struct {
	ID        int64     `db:"id"`
	Token     string    `db:"token"`
	MessageID int64     `db:"message_id"`
	DraftID   int64     `db:"draft_id"`
	OwnerID   int64     `db:"owner_id"`
	Name      string    `db:"name"`
	Type      string    `db:"type"`
	Size      int64     `db:"size"`
	BlobKey   string    `db:"blob_key"`
	ContentID string    `db:"content_id"`
	Inline    bool      `db:"inline"`
	CreatedAt time.Time `db:"created_at"`
}

func (r fileRow) file() File {
	return File{
		ID: r.ID, Token: r.Token, MessageID: r.MessageID, OwnerID: r.OwnerID, Name: r.Name, Type: r.Type, Size: r.Size,
		BlobKey: r.BlobKey, ContentID: r.ContentID, Inline: r.Inline, CreatedAt: r.CreatedAt,
	}
}

func (s *Service) insertFile(ctx context.Context, f File) (int64, error) {
	return db.Insert(ctx, s.db, "attachment", &fileRow{
		Token: f.Token, MessageID: f.MessageID, OwnerID: f.OwnerID, Name: f.Name, Type: f.Type, Size: f.Size,
		BlobKey: f.BlobKey, ContentID: f.ContentID, Inline: f.Inline, CreatedAt: f.CreatedAt,
	})
}

func (s *Service) findFile(ctx context.Context, token string) (File, error) {
	r, err := db.One[fileRow](ctx, s.db, "SELECT "+db.Cols[fileRow]()+" FROM attachment WHERE token = ?", token)
	return r.file(), err
}

func (s *Service) files(ctx context.Context, q *db.Query) ([]File, error) {
	rows, err := db.All[fileRow](ctx, s.db, q.String(), q.Args()...)
	files := make([]File, len(rows))
	for i, r := range rows {
		files[i] = r.file()
	}
	return files, err
}

func (s *Service) filesOf(ctx context.Context, messageIDs []int64) ([]File, error) {
	if len(messageIDs) == 0 {
		return nil, nil
	}
	return s.files(ctx, db.In(db.New("SELECT "+db.Cols[fileRow]()+" FROM attachment WHERE message_id <> 0"), "AND message_id IN", messageIDs).Add("ORDER BY id"))
}

func (s *Service) filesOfDraft(ctx context.Context, draftID int64) ([]File, error) {
	return s.files(ctx, db.New("SELECT "+db.Cols[fileRow]()+" FROM attachment WHERE draft_id <> 0 AND draft_id = ? ORDER BY id", draftID))
}

// uploads finds those of the files that the agent has uploaded and no message
// has taken.
func (s *Service) uploads(ctx context.Context, ids []int64, owner int64) ([]File, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return s.files(ctx, db.In(db.New("SELECT "+db.Cols[fileRow]()+" FROM attachment WHERE message_id = 0 AND owner_id = ?", owner), "AND id IN", ids).Add("ORDER BY id"))
}

// take gives an upload to a message. It is db.ErrStale when another message was
// quicker or the file is gone.
func (s *Service) take(ctx context.Context, f File, messageID int64) error {
	n, err := db.Exec(ctx, s.db, "UPDATE attachment SET message_id = ?, draft_id = 0, inline = ? WHERE id = ? AND message_id = 0", messageID, f.Inline, f.ID)
	if err == nil && n == 0 {
		return db.ErrStale
	}
	return err
}

// hold keeps exactly the given uploads of the agent for the draft.
func (s *Service) hold(ctx context.Context, draftID, owner int64, ids []int64) error {
	drop := db.New("UPDATE attachment SET draft_id = 0 WHERE draft_id <> 0 AND draft_id = ?", draftID)
	if len(ids) > 0 {
		db.In(drop, "AND id NOT IN", ids)
	}
	if _, err := db.Exec(ctx, s.db, drop.String(), drop.Args()...); err != nil || len(ids) == 0 {
		return err
	}
	keep := db.In(db.New("UPDATE attachment SET draft_id = ? WHERE message_id = 0 AND owner_id = ?", draftID, owner), "AND id IN", ids)
	_, err := db.Exec(ctx, s.db, keep.String(), keep.Args()...)
	return err
}

// dropUpload removes an upload that no message has taken; db.ErrNotFound when
// there is none.
func (s *Service) dropUpload(ctx context.Context, id, owner int64) error {
	n, err := db.Exec(ctx, s.db, "DELETE FROM attachment WHERE id = ? AND owner_id = ? AND message_id = 0", id, owner)
	if err == nil && n == 0 {
		return db.ErrNotFound
	}
	return err
}

// dropLoose removes at most n uploads that nothing has taken since before.
func (s *Service) dropLoose(ctx context.Context, before time.Time, n int) (int64, error) {
	return db.Exec(ctx, s.db, `DELETE FROM attachment WHERE message_id = 0 AND draft_id = 0 AND id IN (
		SELECT id FROM attachment WHERE message_id = 0 AND draft_id = 0 AND created_at < ? ORDER BY created_at LIMIT ?)`, before, n)
}

func (s *Service) blobsInUse(ctx context.Context, keys []string) ([]string, error) {
	q := db.In(db.New("SELECT blob_key FROM attachment WHERE 1 = 1"), "AND blob_key IN", keys)
	db.In(q.Add("UNION SELECT original_key FROM message WHERE original_key <> ''"), "AND original_key IN", keys)
	return db.All[string](ctx, s.db, q.String(), q.Args()...)
}

package conversation

import (
	"net/url"
	"time"

	"heed/internal/platform/blob"
)

// File is something attached: to a message once one has taken it, before that
// an upload of OwnerID.
type File struct {
	ID        int64
	Token     string // its unguessable name in addresses
	MessageID int64  // 0 as long as no message has taken it
	OwnerID   int64  // the agent who uploaded it; 0 for what came by mail
	Name      string
	Type      string // what its content is, see TypeOf
	Size      int64  // in bytes
	BlobKey   string
	ContentID string // by which an HTML mail names it
	Inline    bool   // shown within the text
	CreatedAt time.Time
}

// filesPath is where files are served from, a path of its own below which no page
// of ours lives.
const filesPath = "/files/"

// URL is where the file is to be had.
func (f File) URL() string { return filesPath + f.Token + "/" + url.PathEscape(f.Name) }

// TypeOf tells the type of a file by its first bytes, see [blob.TypeOf].
func TypeOf(name string, head []byte) string { return blob.TypeOf(name, head) }

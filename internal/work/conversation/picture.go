package conversation

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"heed/internal/kernel/fault"
	"heed/internal/platform/blob"
)

// Part chooses what of a message a document shows.
type Part string

// The parts of a message.
const (
	Full   Part = "full"   // what is new and what it repeats
	Fresh  Part = "new"    // what is new
	Quoted Part = "quoted" // what it repeats of earlier messages
)

// pictureLimit bounds a picture from another server, in bytes.
const pictureLimit = 8 << 20

// Document gives a message that the actor may read as a complete page. With
// pictures, those on other servers are loaded through us; without, not at all.
func (s *Service) Document(ctx context.Context, messageID int64, part Part, pictures bool) (string, error) {
	m, err := s.Get(ctx, messageID)
	if err != nil {
		return "", err
	}
	html := m.HTML
	if part != Fresh && m.Quoted {
		q, err := s.quoteOf(ctx, m.ID)
		if err != nil {
			return "", err
		}
		if part == Quoted {
			html = ""
		}
		html += q.html
	} else if part == Quoted {
		html = ""
	}
	if !pictures {
		return document(m.Lang, withoutRemote(html)), nil
	}
	return document(m.Lang, withRemote(html, func(address string) string {
		return picturePath(m.ID) + "?u=" + url.QueryEscape(s.seal.Seal(address, pictureContext(m.ID)))
	})), nil
}

// pictureContext binds the sealed address of a picture to its message, so that
// an address can be loaded only by who may read the message, and only if it is
// in it.
func pictureContext(messageID int64) string {
	return "message/" + strconv.FormatInt(messageID, 10) + "/picture"
}

// Picture loads a picture of a message from another server and gives it with
// its type. sealed is from the message's document. What is no raster image is a
// KindInvalid fault.
func (s *Service) Picture(ctx context.Context, messageID int64, sealed string) ([]byte, string, error) {
	if _, err := s.Get(ctx, messageID); err != nil {
		return nil, "", err
	}
	address, err := s.seal.Open(sealed, pictureContext(messageID))
	if err != nil {
		return nil, "", fault.NotFound("not_found")
	}
	content, err := s.fetch(ctx, address)
	if err != nil {
		if _, ok := errors.AsType[*fault.Error](err); ok {
			return nil, "", err
		}
		return nil, "", fault.Wrap(err, fault.KindUnavailable, "conversation.picture_unreachable")
	}
	kind := TypeOf("", content)
	if !blob.IsPicture(kind) {
		return nil, "", fault.Invalid("conversation.no_picture")
	}
	return content, kind, nil
}

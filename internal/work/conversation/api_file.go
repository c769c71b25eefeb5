package conversation

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/platform/blob"
	"heed/internal/platform/outbound"
	"heed/internal/platform/rest"
)

// pictureTime bounds loading a picture from another server.
const pictureTime = 15 * time.Second

// filePolicy is the Content-Security-Policy of files: whatever a browser makes
// of one, it does nothing.
const filePolicy = "default-src 'none'; sandbox; frame-ancestors 'none'"

func (s *Service) fileRoutes(r *rest.Router) {
	op := rest.Op{Tag: "messages"}
	rest.Raw(r, http.MethodPost, rest.Base+"/attachments", op, s.serveUpload)
	rest.Delete(r, "/attachments/{id}", rest.Op{ID: "remove-attachment", Tag: "messages", Summary: "Remove a file that no message has taken"},
		func(ctx context.Context, in *idIn) (*rest.Empty, error) {
			return &rest.Empty{}, s.DropUpload(ctx, in.ID)
		})
	rest.Raw(r, http.MethodGet, filesPath+"{token}/{name}", op, s.serveFile)
	rest.Raw(r, http.MethodGet, rest.Base+"/messages/{id}/body", op, s.serveDocument)
	rest.Raw(r, http.MethodGet, rest.Base+"/messages/{id}/image", op, s.servePicture)
	rest.Raw(r, http.MethodGet, rest.Base+"/messages/{id}/original", op, s.serveOriginal)
}

// serveUpload takes the field "file" of a form and streams it into the store.
func (s *Service) serveUpload(w http.ResponseWriter, req *http.Request) {
	// The form around the file is small; what is beyond both is not read.
	req.Body = http.MaxBytesReader(w, req.Body, s.fileLimit+64<<10)
	part, err := filePart(req)
	if err != nil {
		rest.WriteFault(w, req, err)
		return
	}
	f, err := s.Upload(req.Context(), part.FileName(), part)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = fault.TooLarge("too_large", "limit", s.fileLimit)
	}
	if err != nil {
		rest.WriteFault(w, req, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(wireFiles([]File{f})[0]) // the caller may be gone; the sweep takes the file
}

func filePart(req *http.Request) (*multipart.Part, error) {
	form, err := req.MultipartReader()
	if err != nil {
		return nil, fault.Wrap(err, fault.KindInvalid, "conversation.no_form")
	}
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, fault.Wrap(err, fault.KindInvalid, "conversation.no_form")
		}
		if part.FormName() == "file" {
			return part, nil
		}
	}
}

// serveFile gives a file: as a download, unless it is a picture.
func (s *Service) serveFile(w http.ResponseWriter, req *http.Request) {
	f, content, err := s.OpenFile(req.Context(), req.PathValue("token"))
	if err != nil {
		rest.WriteFault(w, req, err)
		return
	}
	defer content.Close()
	kind, err := typeOfContent(f.Name, content)
	if err != nil {
		rest.WriteFault(w, req, err)
		return
	}
	disposition := "attachment"
	if blob.IsPicture(kind) && !req.URL.Query().Has("download") {
		disposition = "inline"
	}
	if strings.HasPrefix(kind, "text/") {
		kind = "application/octet-stream" // its charset is unknown, and nobody shows it here
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": f.Name}))
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, max-age=86400, immutable")
	http.ServeContent(w, req, "", f.CreatedAt, content)
}

// typeOfContent looks at the content once more, so that what is shown in the
// page is a picture whatever the row says.
func typeOfContent(name string, content io.ReadSeeker) (string, error) {
	head := make([]byte, blob.Sniffed)
	n, err := io.ReadFull(content, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	_, err = content.Seek(0, io.SeekStart)
	return TypeOf(name, head[:n]), err
}

// serveDocument gives a message as a page for a frame.
func (s *Service) serveDocument(w http.ResponseWriter, req *http.Request) {
	id, ok := pathID(w, req)
	if !ok {
		return
	}
	part := Full
	switch q := Part(req.URL.Query().Get("part")); q {
	case Full, Fresh, Quoted:
		part = q
	}
	html, err := s.Document(req.Context(), id, part, req.URL.Query().Get("images") == "1")
	if err != nil {
		rest.WriteFault(w, req, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", documentPolicy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "private, no-cache")
	_, _ = io.WriteString(w, html) //nolint:gosec // it was cleaned, and its policy runs no script; the caller may be gone
}

// servePicture gives a picture of another server.
func (s *Service) servePicture(w http.ResponseWriter, req *http.Request) {
	id, ok := pathID(w, req)
	if !ok {
		return
	}
	content, kind, err := s.Picture(req.Context(), id, req.URL.Query().Get("u"))
	if err != nil {
		rest.WriteFault(w, req, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, max-age=86400")
	_, _ = w.Write(content) //nolint:gosec // it is a raster image and sent as one; the caller may be gone
}

// serveOriginal gives the mail as it came, as a download.
func (s *Service) serveOriginal(w http.ResponseWriter, req *http.Request) {
	id, ok := pathID(w, req)
	if !ok {
		return
	}
	content, err := s.OpenOriginal(req.Context(), id)
	if err != nil {
		rest.WriteFault(w, req, err)
		return
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", "message/rfc822")
	h.Set("Content-Disposition", `attachment; filename="message-`+strconv.FormatInt(id, 10)+`.eml"`)
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Cache-Control", "private, no-cache")
	http.ServeContent(w, req, "", time.Time{}, content)
}

func pathID(w http.ResponseWriter, req *http.Request) (int64, bool) {
	id, err := strconv.ParseInt(req.PathValue("id"), 10, 64)
	if err != nil {
		rest.WriteFault(w, req, fault.NotFound("not_found"))
	}
	return id, err == nil
}

// fetch loads a picture from another server, telling it nothing about who looks.
func (s *Service) fetch(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody) //nolint:gosec // outbound reaches public addresses only
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "image/*")
	res, err := s.outbound.Client(outbound.Limits{Timeout: pictureTime, Bytes: pictureLimit}).Do(req) //nolint:gosec // as above
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, errors.New("the other server answered " + res.Status)
	}
	return io.ReadAll(res.Body)
}

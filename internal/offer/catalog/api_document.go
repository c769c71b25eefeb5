package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/platform/blob"
	"heed/internal/platform/rest"
)

// filePolicy is the Content-Security-Policy of documents: whatever a browser
// makes of one, it does nothing.
const filePolicy = "default-src 'none'; sandbox; frame-ancestors 'none'"

type document struct {
	ID           int64      `json:"id"`
	ProductID    int64      `json:"product_id"`
	SeriesID     int64      `json:"series_id" doc:"The same for all versions of one document"`
	Version      int64      `json:"version"`
	Kind         string     `json:"kind" enum:"description,technical,manual,certificate,other"`
	Locale       string     `json:"locale" doc:"Empty: in no language in particular"`
	Title        string     `json:"title"`
	Audience     Audience   `json:"audience" enum:"public,customers,partners,internal"`
	Name         string     `json:"name" doc:"Of the file"`
	Type         string     `json:"type"`
	Size         int64      `json:"size"`
	URL          string     `json:"url"`
	AddedBy      string     `json:"added_by"`
	AddedAt      time.Time  `json:"added_at"`
	SupersededAt *time.Time `json:"superseded_at"`
}

func wireDocument(d Document) document {
	return document{
		d.ID, d.ProductID, d.SeriesID, d.N, d.Kind, d.Locale, d.Title, d.Audience, d.Name, d.Type, d.Size, d.URL(), d.AddedBy, d.AddedAt, d.SupersededAt,
	}
}

type documentsIn struct {
	ID  int64 `path:"id"`
	All bool  `query:"all" doc:"With the versions that were superseded"`
}

type sendIn struct {
	ID   int64 `path:"id"`
	Body struct {
		DocumentID int64  `json:"document_id"`
		How        string `json:"how" enum:"mail,link" doc:"mail: as an attachment of a reply; link: the customer is told the address, which is noted down"`
		Text       string `json:"text,omitempty" maxLength:"20000" doc:"What is said with it"`
	}
}

func (s *Service) documentRoutes(r *rest.Router) {
	rest.Get(r, "/products/{id}/documents", op("list-product-documents", "A product's documents"), s.apiDocuments)
	rest.Raw(r, http.MethodPost, rest.Base+"/products/{id}/documents", rest.Op{Module: Module}, s.serveUpload)
	rest.Delete(r, "/product-documents/{id}", op("withdraw-product-document", "Give a document out no more"), s.apiWithdraw)
	rest.Post(r, "/tickets/{id}/documents", op("send-document", "Send a document to the customer of a ticket"), s.apiSend)
	rest.Raw(r, http.MethodGet, documentsPath+"{token}/{name}", rest.Op{Module: Module, Public: true}, s.serveDocument)
}

func (s *Service) apiDocuments(ctx context.Context, in *documentsIn) (*rest.List[document], error) {
	all, err := s.Documents(ctx, in.ID, in.All)
	out := page.Of[document]{Items: make([]document, len(all))}
	for i, d := range all {
		out.Items[i] = wireDocument(d)
	}
	return &rest.List[document]{Body: out}, err
}

func (s *Service) apiWithdraw(ctx context.Context, in *idIn) (*rest.Empty, error) {
	return &rest.Empty{}, s.WithdrawDocument(ctx, in.ID)
}

func (s *Service) apiSend(ctx context.Context, in *sendIn) (*rest.Body[document], error) {
	d, err := s.Send(ctx, SendInput{in.ID, in.Body.DocumentID, in.Body.How, in.Body.Text})
	return rest.Of(wireDocument(d)), err
}

// serveUpload takes the field "file" of a form and streams it into the store.
// What is said of the document stands in the query, because it has to be known
// before the file is taken: kind, locale, title, audience, replaces.
func (s *Service) serveUpload(w http.ResponseWriter, req *http.Request) {
	d, err := s.upload(w, req)
	if err != nil {
		rest.WriteFault(w, req, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(wireDocument(d)) // the caller may be gone
}

func (s *Service) upload(w http.ResponseWriter, req *http.Request) (Document, error) {
	productID, err := strconv.ParseInt(req.PathValue("id"), 10, 64)
	if err != nil {
		return Document{}, fault.NotFound("not_found")
	}
	// The form around the file is small; what is beyond both is not read.
	req.Body = http.MaxBytesReader(w, req.Body, s.fileLimit+64<<10)
	part, err := filePart(req)
	if err != nil {
		return Document{}, err
	}
	q := req.URL.Query()
	replaces, _ := strconv.ParseInt(q.Get("replaces"), 10, 64)
	d, err := s.AddDocument(req.Context(), productID, DocumentInput{
		Kind: q.Get("kind"), Locale: q.Get("locale"), Title: q.Get("title"), Audience: Audience(q.Get("audience")), Replaces: replaces,
	}, part.FileName(), part)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = fault.TooLarge("too_large", "limit", s.fileLimit)
	}
	return d, err
}

func filePart(req *http.Request) (*multipart.Part, error) {
	form, err := req.MultipartReader()
	for err == nil {
		var part *multipart.Part
		if part, err = form.NextPart(); err == nil && part.FormName() == "file" {
			return part, nil
		}
	}
	return nil, fault.Wrap(err, fault.KindInvalid, "catalog.no_form")
}

// serveDocument gives a document as a download, so that no browser shows in our
// name what somebody has uploaded.
func (s *Service) serveDocument(w http.ResponseWriter, req *http.Request) {
	d, content, err := s.OpenDocument(req.Context(), req.PathValue("token"))
	if err != nil {
		rest.WriteFault(w, req, err)
		return
	}
	defer content.Close()
	kind, disposition := d.Type, "attachment"
	switch {
	case strings.HasPrefix(kind, "text/"):
		kind = "application/octet-stream" // its charset is unknown, and nobody shows it here
	case blob.IsPicture(kind) && !req.URL.Query().Has("download"):
		disposition = "inline"
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": d.Name}))
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, max-age=300")
	if d.Audience == Public {
		h.Set("Cache-Control", "public, max-age=300")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	http.ServeContent(w, req, "", d.AddedAt, content)
}

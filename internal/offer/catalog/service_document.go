package catalog

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"strings"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/id"
	"heed/internal/people/authority"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/i18n"
)

// Documents gives a product's documents, by kind, language and title; with all,
// also the versions that have been superseded.
func (s *Service) Documents(ctx context.Context, productID int64, all bool) ([]Document, error) {
	if _, err := s.Get(ctx, productID); err != nil {
		return nil, err
	}
	return s.documents(ctx, productID, all)
}

// AddDocument stores a document, or a new version of one, which supersedes the
// one before (R239). More bytes than the limit are a KindTooLarge fault.
func (s *Service) AddDocument(ctx context.Context, productID int64, in DocumentInput, fileName string, content io.Reader) (Document, error) {
	if err := authority.Require(ctx, authority.CatalogEdit); err != nil {
		return Document{}, err
	}
	if _, err := s.find(ctx, productID); err != nil {
		return Document{}, err
	}
	fileName = blob.TidyName(fileName)
	if _, err := s.newDocument(ctx, productID, in, fileName); err != nil {
		return Document{}, err // before the file is taken
	}
	r := bufio.NewReaderSize(content, blob.Sniffed)
	head, err := r.Peek(blob.Sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return Document{}, err
	}
	ref, err := s.blobs.Put(ctx, r, s.fileLimit)
	if err != nil {
		return Document{}, err
	}
	var d Document
	err = s.db.Write(ctx, func(ctx context.Context) error {
		if d, err = s.newDocument(ctx, productID, in, fileName); err != nil {
			return err
		}
		d.Token, d.Name, d.Type, d.Size, d.BlobKey = id.Token(), fileName, blob.TypeOf(fileName, head), ref.Size, ref.Key
		d.AddedBy, d.AddedAt = actor.From(ctx).Name, s.clock.Now()
		if d, err = s.insertDocument(ctx, d, in.Replaces); err != nil {
			return err
		}
		return s.journal.Record(ctx, d.event(EventDocumentAdded))
	})
	return d, err
}

func (s *Service) newDocument(ctx context.Context, productID int64, in DocumentInput, fileName string) (Document, error) {
	var before Document
	if in.Replaces != 0 {
		var err error
		before, err = s.findDocument(ctx, in.Replaces)
		if err != nil && !errors.Is(err, db.ErrNotFound) {
			return Document{}, err
		}
		if err != nil || before.ProductID != productID || !before.Current() {
			var f fault.Fields
			f.Add("replaces", "catalog.not_current")
			return Document{}, f.Err()
		}
	}
	return in.open(productID, before, fileName)
}

// WithdrawDocument has a document be given out no more. It stays in the history.
func (s *Service) WithdrawDocument(ctx context.Context, id int64) error {
	if err := authority.Require(ctx, authority.CatalogEdit); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		d, err := s.findDocument(ctx, id)
		if err != nil || !d.Current() {
			return err
		}
		if err := s.supersede(ctx, id); err != nil {
			return err
		}
		return s.journal.Record(ctx, d.event(EventDocumentRemoved))
	})
}

// OpenDocument gives a document by its token to who belongs to its audience
// (R240). Superseded versions are for those who work here: whoever was sent one
// can be asked about it. The caller closes it.
func (s *Service) OpenDocument(ctx context.Context, token string) (Document, io.ReadSeekCloser, error) {
	d, err := s.findDocumentByToken(ctx, token)
	if err != nil {
		return Document{}, nil, err
	}
	by := actor.From(ctx)
	if !d.Audience.admits(by) {
		if by.Kind == actor.Anonymous {
			return Document{}, nil, fault.Unauthenticated("unauthenticated")
		}
		return Document{}, nil, fault.Forbidden("forbidden")
	}
	if !d.Current() && !authority.Can(by, authority.CatalogView) {
		return Document{}, nil, db.ErrNotFound
	}
	r, _, err := s.blobs.Open(ctx, d.BlobKey)
	return d, r, err
}

// The ways in which a document goes to a customer.
const (
	ByMail = "mail" // as an attachment of a reply
	ByLink = "link" // he is told the address, which only works for a public one
)

// SendInput says what to send to the customer of a ticket, and how.
type SendInput struct {
	TicketID, DocumentID int64
	How                  string
	Text                 string // what is said with it; of a mail
}

// Send sends a document to the customer of a ticket. Which version went is told
// by the event document.sent about the ticket (R239).
func (s *Service) Send(ctx context.Context, in SendInput) (Document, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Document{}, err
	}
	customer, err := s.desk.See(ctx, in.TicketID)
	if err != nil {
		return Document{}, err
	}
	d, err := s.findDocument(ctx, in.DocumentID)
	if err != nil {
		return Document{}, err
	}
	var f fault.Fields
	switch {
	case !d.Current():
		f.Add("document_id", "catalog.not_current")
	case d.Audience == Internal:
		f.Add("document_id", "catalog.document_internal")
	case in.How == ByLink && d.Audience != Public:
		f.Add("how", "catalog.link_not_public")
	case in.How != ByMail && in.How != ByLink:
		f.Add("how", "field.unknown_value")
	}
	if err := f.Err(); err != nil {
		return Document{}, err
	}
	var file int64
	if in.How == ByMail {
		if file, err = s.attach(ctx, d); err != nil {
			return Document{}, err
		}
	}
	err = s.db.Write(ctx, func(ctx context.Context) error {
		if in.How == ByMail {
			if err := s.desk.Reply(ctx, in.TicketID, letter(d, in.Text), file); err != nil {
				return err
			}
		}
		return s.journal.Record(ctx, event.New{
			Kind: EventDocumentSent, About: event.Ref{Kind: "ticket", ID: in.TicketID}, Customer: customer, Data: d.told(in.How),
		})
	})
	return d, err
}

func (s *Service) attach(ctx context.Context, d Document) (int64, error) {
	content, _, err := s.blobs.Open(ctx, d.BlobKey)
	if err != nil {
		return 0, err
	}
	defer content.Close()
	return s.desk.Attach(ctx, d.Name, content)
}

// letter is the reply that a document goes with: what the agent wrote and which
// version of what is attached, in the document's language.
func letter(d Document, said string) string {
	var b strings.Builder
	for p := range strings.SplitSeq(strings.TrimSpace(said), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(p), "\n", "<br>") + "</p>")
		}
	}
	b.WriteString("<p>" + html.EscapeString(i18n.T(orElse(d.Locale, i18n.English), "catalog.attached", map[string]any{"title": d.Title, "version": fmt.Sprint(d.N)})) + "</p>")
	return b.String()
}

// BlobsInUse gives those of the keys whose blobs are documents.
func (s *Service) BlobsInUse(ctx context.Context, keys []string) ([]string, error) {
	return s.blobsInUse(ctx, keys)
}

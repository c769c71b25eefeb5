package conversation

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/id"
	"heed/internal/people/authority"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/work/ticket"
)

// Post is a message that somebody of ours writes: a reply, a note, or what the
// customer said on the phone or in person.
type Post struct {
	TicketID int64
	Kind     Kind
	// Channel is by which way it was said, for what the customer said. Empty is
	// the ticket's own.
	Channel string
	// HTML is from the editor; Text serves when there is none.
	HTML, Text string
	// To and Cc of a reply; nil To is whom Recipients gives.
	To, Cc  []string
	Subject string // empty: the ticket's
	FileIDs []int64
	// Status and result, if given, are set in the same transaction.
	Status     ticket.Status
	ResultCode *string
	ResultText *string
	ResultNote *string // stays among ourselves
	// Version of the ticket that the author saw; 0 is any.
	Version int64
	// ClientKey makes the same message posted twice be one.
	ClientKey string
	// Automatic is for what the program says of its own accord.
	Automatic bool
	// CannedID is the canned answer that a reply was made of, 0 for none.
	CannedID int64
}

// Post adds a message to a ticket and gives it with the ticket as it is then.
func (s *Service) Post(ctx context.Context, p Post) (Message, ticket.Ticket, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Message{}, ticket.Ticket{}, err
	}
	t, err := s.tickets.Get(ctx, p.TicketID)
	if err != nil {
		return Message{}, ticket.Ticket{}, err
	}
	return s.post(ctx, t, p)
}

// First adds the first message to a ticket that the actor has just registered.
// Who may only register tickets may only write down what the customer said.
func (s *Service) First(ctx context.Context, t ticket.Ticket, p Post) (Message, ticket.Ticket, error) {
	if err := authority.Require(ctx, authority.TicketCreate); err != nil {
		return Message{}, ticket.Ticket{}, err
	}
	if p.Kind != Incoming || p.Status != "" || t.MessageCount != 0 {
		if err := authority.Require(ctx, authority.TicketWork); err != nil {
			return Message{}, ticket.Ticket{}, err
		}
	}
	p.TicketID = t.ID
	return s.post(ctx, t, p)
}

// post adds a message once for each client key. The key is looked up before
// anything is checked, because a message that was posted has taken its files and
// changed the ticket; and once more after a fault, because it may have been
// posted meanwhile.
func (s *Service) post(ctx context.Context, t ticket.Ticket, p Post) (Message, ticket.Ticket, error) {
	if m, err := s.findByKey(ctx, t.ID, p.ClientKey); !errors.Is(err, db.ErrNotFound) {
		return m, t, err
	}
	m, after, err := s.postNew(ctx, t, p)
	if err == nil || p.ClientKey == "" {
		return m, after, err
	}
	again := s.db.Write(ctx, func(ctx context.Context) (err error) { // so that it waits for the other one's commit
		if m, err = s.findByKey(ctx, t.ID, p.ClientKey); err != nil {
			return err
		}
		after, err = s.tickets.Get(ctx, t.ID)
		return err
	})
	if again != nil {
		return Message{}, t, err
	}
	return m, after, nil
}

func (s *Service) postNew(ctx context.Context, t ticket.Ticket, p Post) (Message, ticket.Ticket, error) {
	if p.Version != 0 && p.Version != t.Version {
		return Message{}, t, db.ErrStale
	}
	m, err := s.compose(ctx, t, p)
	if err != nil {
		return Message{}, t, err
	}
	if err := s.allow(ctx, m); err != nil {
		return Message{}, t, err
	}
	m.CannedID = p.CannedID
	if m.Untouched, err = s.untouched(ctx, p.CannedID, m); err != nil {
		return Message{}, t, err
	}
	err = s.db.Write(ctx, func(ctx context.Context) (err error) {
		m, t, err = s.save(ctx, m, p)
		return err
	})
	return m, t, err
}

// compose makes the message out of what was put in, without storing anything.
func (s *Service) compose(ctx context.Context, t ticket.Ticket, p Post) (Message, error) {
	now, a := s.clock.Now(), actor.From(ctx)
	files, err := s.uploads(ctx, p.FileIDs, a.ID)
	if err != nil {
		return Message{}, err
	}
	var f fault.Fields
	if len(files) != len(unique(p.FileIDs)) {
		f.Add("attachment_ids", "field.not_found")
	}
	if len(files) > maxFiles {
		f.Add("attachment_ids", "field.too_many", "max", maxFiles)
	}
	if p.HTML != "" {
		p.Text = "" // it is made anew, so that both forms say the same
	}
	w := cleanWords(p.Text, fromEditor(p.HTML), files)
	if strings.TrimSpace(w.text) == "" && len(files) == 0 {
		f.Add("html", "field.required")
	}
	if utf8.RuneCountInString(w.html) > maxText {
		f.Add("html", "field.too_long", "max", maxText)
	}
	if utf8.RuneCountInString(p.Subject) > maxSubject {
		f.Add("subject", "field.too_long", "max", maxSubject)
	}
	markInline(w.html, files)
	m := Message{
		TicketID: t.ID, Kind: p.Kind, Channel: t.Channel, Author: Author{Kind: string(a.Kind), ID: a.ID, Name: a.Name}, Subject: p.Subject,
		Text: w.text, HTML: w.html, Blocked: w.blocked, Lang: LanguageOf(w.text), Automatic: p.Automatic, State: Sent,
		CreatedAt: now, SentAt: now, Files: files,
	}
	switch p.Kind {
	case Incoming:
		err = s.composeIncoming(ctx, t, p, &m, &f)
	case Reply:
		err = s.composeReply(ctx, t, p, &m, &f)
	case Note:
	default:
		f.Add("kind", "field.unknown_value")
	}
	if err != nil {
		return m, err
	}
	return m, f.Err()
}

// composeIncoming makes the customer the author of what an agent wrote down.
func (s *Service) composeIncoming(ctx context.Context, t ticket.Ticket, p Post, m *Message, f *fault.Fields) error {
	m.State, m.SentAt = Received, time.Time{}
	switch {
	case p.Channel != "":
		if m.Channel = p.Channel; !slices.Contains(ticket.Channels(), p.Channel) {
			f.Add("channel", "field.unknown_value")
		}
	case t.Channel == "email":
		m.Channel = "phone" // mail comes by itself; who writes down what he heard, heard it
	}
	c, err := s.customerOf(ctx, t)
	m.Author = Author{Kind: "customer", ID: t.CustomerID, Name: c.Name}
	return err
}

// composeReply finds out whom a reply goes to. Where we speak to the customer,
// a reply without an address is what we said.
func (s *Service) composeReply(ctx context.Context, t ticket.Ticket, p Post, m *Message, f *fault.Fields) error {
	m.To, m.Cc = addresses("to", p.To, f), addresses("cc", p.Cc, f)
	if p.To == nil && !Speaks(t.Channel) {
		r, err := s.answerTo(ctx, t)
		if err != nil {
			return err
		}
		m.To = r.To
	}
	m.Cc = withoutAddresses(m.Cc, m.To, func(string) bool { return false })
	switch {
	case len(m.To) > 0:
		m.Channel, m.State, m.SentAt = "email", Queued, time.Time{}
	case f.Err() == nil && (!Speaks(t.Channel) || len(m.Cc) > 0):
		return fault.Invalid("conversation.no_recipient")
	}
	return nil
}

// save stores a composed message and everything that goes with it.
func (s *Service) save(ctx context.Context, m Message, p Post) (Message, ticket.Ticket, error) {
	var t ticket.Ticket
	var err error
	if m.ID, err = s.insert(ctx, m, quote{}, p.ClientKey); err != nil {
		return m, t, err
	}
	m.Files = slices.Clone(m.Files)
	for i := range m.Files {
		m.Files[i].MessageID = m.ID
		if err := s.take(ctx, m.Files[i], m.ID); err != nil {
			return m, t, err
		}
	}
	if m.Kind != Incoming {
		if err := s.deleteDraft(ctx, m.TicketID, actor.From(ctx).ID, m.Kind); err != nil {
			return m, t, err
		}
	}
	if err := s.noteSent(ctx, m); err != nil {
		return m, t, err
	}
	if t, err = s.tickets.NoteMessage(ctx, m.TicketID, m.noted()); err != nil {
		return m, t, err
	}
	if err := s.journal.Record(ctx, m.said(t.CustomerID)); err != nil {
		return m, t, err
	}
	if p.Status != "" {
		t, err = s.tickets.Change(ctx, m.TicketID, 0, ticket.Patch{Status: &p.Status, ResultCode: p.ResultCode, ResultText: p.ResultText, ResultNote: p.ResultNote})
	}
	return m, t, err
}

// noted is what the ticket is told of the message. It learns no word of a note.
func (m Message) noted() ticket.Said {
	said := ticket.Said{By: m.Author.Kind, Kind: string(m.Kind), Preview: previewOf(m.Text), At: m.CreatedAt, Automatic: m.Automatic}
	if said.Preview == "" && len(m.Files) > 0 {
		said.Preview = m.Files[0].Name
	}
	if m.Kind == Note {
		said.Preview = ""
	}
	return said
}

// Mail is what has come in from outside.
type Mail struct {
	TicketID   int64
	CustomerID int64
	Channel    string
	AuthorName string
	From       string
	ReplyTo    []string // where the sender wants answers, if not at From
	To, Cc     []string
	Subject    string
	// Text and HTML are what is new; either may be missing. The quoted ones are
	// what it repeats of earlier messages. All may be hostile.
	Text, HTML             string
	QuotedText, QuotedHTML string
	Lang                   string // a hint for what the text does not tell
	Automatic              bool
	OriginalKey            string // the blob of the raw mail
	Files                  []File // Name, Type (of TypeOf), Size, BlobKey, ContentID
	SentAt                 time.Time
}

// Prepared is a mail made fit for storing: cleaning a large one takes longer
// than a transaction should.
type Prepared struct {
	message Message
	quoted  quote
}

// Receive adds what has come in from outside to a ticket, as the system. It
// refuses nothing but a ticket that is not there: what is too long is cut. The
// blobs of its files must be stored before.
func (s *Service) Receive(ctx context.Context, in Mail) (Message, error) {
	return s.Add(ctx, in.TicketID, in.CustomerID, s.Prepare(in))
}

// Prepare does the first half of Receive, before the transaction.
func (s *Service) Prepare(in Mail) Prepared {
	now := s.clock.Now()
	files := make([]File, 0, len(in.Files))
	for _, f := range in.Files {
		files = append(files, File{
			Token: id.Token(), Name: blob.TidyName(f.Name), Type: cut(f.Type, maxName), Size: f.Size, BlobKey: f.BlobKey,
			ContentID: cut(f.ContentID, maxSubject), CreatedAt: now,
		})
	}
	w, q := cleanWords(in.Text, in.HTML, files), words{}
	if in.QuotedText != "" || in.QuotedHTML != "" {
		q = cleanWords(in.QuotedText, in.QuotedHTML, files)
	}
	markInline(w.html+q.html, files)
	return Prepared{
		message: Message{
			Kind: Incoming, Channel: in.Channel, Author: Author{Kind: "customer", Name: cut(in.AuthorName, maxName)},
			From: in.From, ReplyTo: in.ReplyTo, To: in.To, Cc: in.Cc, Subject: cut(in.Subject, maxSubject),
			Text: w.text, HTML: w.html, Quoted: q.html != "", HTMLMail: in.HTML != "", Blocked: w.blocked, OriginalKey: in.OriginalKey,
			Lang: languageOr(w.text, in.Lang), Automatic: in.Automatic, State: Received, CreatedAt: now, SentAt: in.SentAt, Files: files,
		},
		quoted: quote{text: q.text, html: q.html},
	}
}

// Add does the second half of Receive, possibly in the transaction that made the
// ticket.
func (s *Service) Add(ctx context.Context, ticketID, customerID int64, p Prepared) (Message, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Message{}, err
	}
	m := p.message
	m.TicketID, m.Author.ID = ticketID, customerID
	err := s.db.Write(ctx, func(ctx context.Context) (err error) {
		m, err = s.saveReceived(ctx, m, p.quoted)
		return err
	})
	return m, err
}

// languageOr is the language of the text, or the hint where the text could be
// in it as well.
func languageOr(text, hint string) string {
	lang := LanguageOf(text)
	if lang == "" || lang == "zh" && strings.HasPrefix(hint, "zh-") {
		return cut(hint, 20)
	}
	return lang
}

func (s *Service) saveReceived(ctx context.Context, m Message, q quote) (Message, error) {
	var err error
	if m.ID, err = s.insert(ctx, m, q, ""); err != nil {
		return m, err
	}
	m.Files = slices.Clone(m.Files)
	for i := range m.Files {
		m.Files[i].MessageID = m.ID
		if m.Files[i].ID, err = s.insertFile(ctx, m.Files[i]); err != nil {
			return m, err
		}
	}
	t, err := s.tickets.NoteMessage(ctx, m.TicketID, m.noted())
	if err != nil {
		return m, err
	}
	return m, s.journal.Record(ctx, m.said(t.CustomerID))
}

// unique drops repeated ids.
func unique(ids []int64) []int64 {
	out := slices.Clone(ids)
	slices.Sort(out)
	return slices.Compact(out)
}

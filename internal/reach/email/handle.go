package email

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"heed/internal/kernel/event"
	"heed/internal/platform/db"
	"heed/internal/platform/i18n"
	"heed/internal/platform/jobs"
	"heed/internal/platform/mailwire"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

// Why a mail could not become part of a ticket, as text keys.
const (
	reasonBounce  = "email.refused.unknown_bounce" // a delivery report about nothing that we know
	reasonTrouble = "email.refused.trouble"        // the program could not handle it
)

const (
	// A mail that cannot be handled is shown to people after this many tries,
	// while the job goes on trying.
	shownAfter = 3
	// References beyond this many are not looked up.
	refsMost = 100
)

// handle finds out what a stored mail is and what follows from it.
func (s *Service) handle(ctx context.Context, j jobs.Job) error {
	var args handleArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Permanent(err)
	}
	in, err := s.mailByID(ctx, args.ID)
	if errors.Is(err, db.ErrNotFound) || err == nil && in.State == mailHandled {
		return nil
	}
	if err != nil {
		return err
	}
	err = s.trySort(ctx, in)
	if err != nil && !jobs.IsLater(err) && j.Attempt >= shownAfter && in.State != mailRefused {
		// The time of this try may be over, which is what went wrong.
		if e := s.refuse(context.WithoutCancel(ctx), in, reasonTrouble); e != nil {
			return errors.Join(err, e)
		}
	}
	return err
}

// trySort gives a panic as an error, so that a mail that the program cannot
// stand is shown to people as any other that it cannot handle, and holds up
// none that answers it.
func (s *Service) trySort(ctx context.Context, in mailIn) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.Log.Error("panic in handling a mail", "mail", in.ID, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("email: panic: %v", p)
		}
	}()
	return s.sort(ctx, in)
}

// sort reads the mail and passes it on by what it is.
func (s *Service) sort(ctx context.Context, in mailIn) error {
	raw, err := s.raw(ctx, in.RawKey)
	if err != nil {
		return err
	}
	m, err := read(raw)
	if err != nil {
		return err
	}
	if ours, err := s.isOurs(ctx, m.MessageID); err != nil || ours {
		// What we sent ourselves came back, through a list or a copy.
		return errors.Join(err, s.done(ctx, in, 0))
	}
	if report, ok := mailwire.Bounce(m); ok {
		return s.bounced(ctx, in, report)
	}
	if wait, err := s.earlierWaits(ctx, in, m); err != nil || wait {
		return errors.Join(err, again(wait))
	}
	return s.receive(ctx, in, m)
}

// again asks for another try soon: what the mail answers is being handled.
func again(wait bool) error {
	if wait {
		return jobs.Later(100 * time.Millisecond)
	}
	return nil
}

func (s *Service) raw(ctx context.Context, key string) ([]byte, error) {
	r, _, err := s.Blobs.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// references gives all ids that the mail refers to, the nearest first.
func references(m *mailwire.Mail) []string {
	var out []string
	add := func(ids []string) {
		for _, id := range slices.Backward(ids) {
			if !slices.Contains(out, id) && len(out) < refsMost {
				out = append(out, id)
			}
		}
	}
	add(m.InReplyTo)
	add(m.References)
	return out
}

// receive joins the mail to its ticket or opens one.
func (s *Service) receive(ctx context.Context, in mailIn, m *mailwire.Mail) error {
	box, err := s.mailbox(ctx, in.MailboxID)
	if isMissing(err) {
		box, err = Mailbox{ID: in.MailboxID}, nil // it was removed meanwhile; its mail is still answered for
	}
	if err != nil {
		return err
	}
	files, err := s.store(ctx, m)
	if err != nil {
		return err
	}
	kind, automatic := mailwire.Automatic(m)
	return s.DB.Write(ctx, func(ctx context.Context) error {
		if err := s.claim(ctx, in.ID, m.FromAddress().Address); err != nil {
			if errors.Is(err, errStored) {
				return nil
			}
			return err
		}
		id, err := s.ticketOf(ctx, m)
		if err != nil {
			return err
		}
		opened := id == 0
		from := sender(m)
		customer, err := s.Requester(ctx, from.Address, from.Name)
		if err != nil {
			return err
		}
		if opened {
			t, err := s.Tickets.Create(ctx, ticket.Input{
				Subject: s.subjectOf(m), Channel: "email", CustomerID: customer, TeamID: box.TeamID, MailboxID: box.ID,
			})
			if err != nil {
				return err
			}
			id = t.ID
		}
		mail := s.mailOf(ctx, in, m, files, opened)
		mail.TicketID, mail.CustomerID, mail.Automatic = id, customer, automatic && speaksForItself(kind)
		said, err := s.Conversation.Receive(ctx, mail)
		if err != nil {
			return err
		}
		if err := s.remember(ctx, id, said.ID, m, box); err != nil {
			return err
		}
		if opened && !automatic {
			if err := s.planAck(ctx, box, m, id); err != nil {
				return err
			}
		}
		return s.finish(ctx, in.ID, id)
	})
}

// speaksForItself tells whether a program wrote the mail. The other kinds of
// automatic mail only must not be answered: a person may have written them.
func speaksForItself(k mailwire.AutoKind) bool {
	switch k {
	case mailwire.AutoReplied, mailwire.AutoGenerated, mailwire.AutoBounce:
		return true
	default:
		return false
	}
}

// sender is who wrote the mail; a mail that does not say is nobody's.
func sender(m *mailwire.Mail) mailwire.Address {
	a := m.FromAddress()
	if a.Address == "" {
		a = m.Sender
	}
	if a.Address == "" {
		a.Address = m.ReturnPath
	}
	return a
}

func (s *Service) subjectOf(m *mailwire.Mail) string {
	if m.Subject != "" {
		return m.Subject
	}
	text := []rune(firstLine(m.PlainText()))
	if len(text) > 80 {
		text = text[:80]
	}
	if len(text) == 0 {
		return "-"
	}
	return string(text)
}

func firstLine(text string) string {
	for line := range bytes.Lines([]byte(text)) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return string(line)
		}
	}
	return ""
}

// mailOf makes of the mail what the conversation stores. The first mail of a
// ticket is shown whole; of an answer, what it repeats is folded away.
func (s *Service) mailOf(ctx context.Context, in mailIn, m *mailwire.Mail, files []conversation.File, first bool) conversation.Mail {
	out := conversation.Mail{
		Channel: "email", AuthorName: sender(m).Name, From: sender(m).Address, ReplyTo: addressesOf(m.ReplyTo),
		To: addressesOf(m.To), Cc: addressesOf(m.Cc), Subject: m.Subject, Lang: m.Language, OriginalKey: in.RawKey,
		Files: files, SentAt: m.Date,
	}
	switch {
	case in.HeaderOnly:
		out.Text = i18n.T(s.locale(ctx), "email.too_large_notice", map[string]any{"size": strconv.FormatInt(in.Size>>20, 10)})
	case first:
		out.Text, out.HTML = m.Text, m.HTML
	default:
		out.Text, out.QuotedText = mailwire.Trim(m.Text)
		if m.HTML != "" {
			out.HTML, out.QuotedHTML = mailwire.TrimHTML(m.HTML)
		}
	}
	return out
}

// locale is the language of notices that the program writes into a ticket.
func (s *Service) locale(ctx context.Context) string {
	set, err := s.Setting.Get(ctx)
	if err != nil {
		return "en"
	}
	return set.Locale
}

func addressesOf(list []mailwire.Address) []string {
	out := []string{}
	for _, a := range list {
		if a.Address != "" {
			out = append(out, a.Address)
		}
	}
	return out
}

// store puts the attached files into the blob store, before the transaction.
func (s *Service) store(ctx context.Context, m *mailwire.Mail) ([]conversation.File, error) {
	var out []conversation.File
	for _, p := range m.Attachments {
		ref, err := s.Blobs.Put(ctx, bytes.NewReader(p.Data), 0)
		if err != nil {
			return nil, err
		}
		out = append(out, conversation.File{
			Name: p.Name, Type: conversation.TypeOf(p.Name, p.Data[:min(len(p.Data), 1024)]), Size: ref.Size, BlobKey: ref.Key,
			ContentID: p.ContentID, Inline: p.Inline,
		})
	}
	return out, nil
}

// ticketOf finds the ticket that the mail belongs to, 0 for none: one of whose
// mails it refers to, and to which its sender belongs. The subject proves
// nothing, and neither does the knowledge of an id alone.
func (s *Service) ticketOf(ctx context.Context, m *mailwire.Mail) (int64, error) {
	from := fold(sender(m).Address)
	tried := map[int64]bool{}
	for _, ref := range references(m) {
		ids, err := s.ticketsWith(ctx, ref)
		if err != nil {
			return 0, err
		}
		for _, id := range ids {
			if tried[id] {
				continue
			}
			tried[id] = true
			if ok, err := s.belongs(ctx, id, from); err != nil || ok {
				return id, err
			}
		}
	}
	return 0, nil
}

// belongs tells whether an address may speak on the ticket: it wrote or was
// written to there, or it is the customer's or his organization's.
func (s *Service) belongs(ctx context.Context, ticketID int64, address string) (bool, error) {
	if address == "" {
		return false, nil
	}
	if ok, err := s.isParty(ctx, ticketID, address); err != nil || ok {
		return ok, err
	}
	t, err := s.Tickets.Get(ctx, ticketID)
	if err != nil || t.CustomerID == 0 {
		return false, ignoreMissing(err)
	}
	return s.Belongs(ctx, t.CustomerID, address)
}

// remember notes by what later mails will find the ticket, and who may write there.
func (s *Service) remember(ctx context.Context, ticketID, message int64, m *mailwire.Mail, box Mailbox) error {
	if err := s.addRef(ctx, m.MessageID, ticketID, message, false); err != nil {
		return err
	}
	people := []string{sender(m).Address}
	people = append(people, addressesOf(m.ReplyTo)...)
	people = append(people, addressesOf(m.To)...)
	people = append(people, addressesOf(m.Cc)...)
	own, err := s.Addresses(ctx)
	if err != nil {
		return err
	}
	for _, p := range people {
		if p = fold(p); p != "" && !slices.Contains(own, p) && !box.Takes(p) {
			if err := s.addParty(ctx, ticketID, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// done notes that nothing more follows from the mail.
func (s *Service) done(ctx context.Context, in mailIn, ticketID int64) error {
	return s.DB.Write(ctx, func(ctx context.Context) error { return s.finish(ctx, in.ID, ticketID) })
}

// refuse shows the mail to people as one that no ticket was made of.
func (s *Service) refuse(ctx context.Context, in mailIn, reason string) error {
	return s.DB.Write(ctx, func(ctx context.Context) error {
		if err := s.setRefused(ctx, in.ID, reason); err != nil {
			return err
		}
		return s.Journal.Record(ctx, event.New{
			Kind: EventMailRefused, About: event.Ref{Kind: "mail", ID: in.ID}, Data: RefusedData{in.MailboxID, reason},
		})
	})
}

func ignoreMissing(err error) error {
	if isMissing(err) {
		return nil
	}
	return err
}

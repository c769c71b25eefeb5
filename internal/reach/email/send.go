package email

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"heed/internal/kernel/event"
	"heed/internal/kernel/id"
	"heed/internal/platform/db"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/mailwire"
	"heed/internal/work/conversation"
)

const (
	jobSend = "mail.send"
	// sendTime bounds one try at sending, with the largest of mails.
	sendTime = 5 * time.Minute
	// chainMost bounds the References of a reply; the first ones and the last
	// ones are what mail programs thread by.
	chainMost = 30
)

type mailOut struct {
	MessageRow int64     `db:"message_row"`
	TicketID   int64     `db:"ticket_id"`
	MailboxID  int64     `db:"mailbox_id"`
	MessageID  string    `db:"message_id"`
	CreatedAt  time.Time `db:"created_at"`
}

type sendArgs struct {
	Message int64 `json:"message"`
}

// Follower sends the replies that are to go out by mail.
func (s *Service) Follower() journal.Follower {
	return journal.Follower{Name: "email", Kinds: []string{conversation.EventQueued}, Handle: func(ctx context.Context, evs []event.Event) error {
		for _, e := range evs {
			var said conversation.Said
			if err := e.Decode(&said); err != nil {
				return err
			}
			if err := s.plan(ctx, said.MessageID); err != nil {
				return err
			}
		}
		return nil
	}}
}

// plan gives a reply its Message-ID, once, and has it sent.
func (s *Service) plan(ctx context.Context, message int64) error {
	o, err := s.Conversation.ForMail(ctx, message)
	if err != nil {
		return ignoreMissing(err)
	}
	if o.Message.State != conversation.Queued {
		return nil // it has found its way already
	}
	_, err = s.outOf(ctx, message)
	if errors.Is(err, db.ErrNotFound) {
		box, err := s.sendingBox(ctx, o.Ticket.MailboxID)
		if err != nil {
			return err
		}
		out := mailOut{
			MessageRow: message, TicketID: o.Ticket.ID, MailboxID: box.ID, CreatedAt: s.Clock.Now(),
			MessageID: fmt.Sprintf("%s.%d.%d@%s", id.Token(), o.Ticket.ID, message, domainOf(box.Address)),
		}
		if err := s.insertOut(ctx, out); err != nil {
			return err
		}
		if err := s.addRef(ctx, out.MessageID, out.TicketID, message, true); err != nil {
			return err
		}
		for _, a := range slices.Concat(o.Message.To, o.Message.Cc) {
			if err := s.addParty(ctx, out.TicketID, fold(a)); err != nil {
				return err
			}
		}
	} else if err != nil {
		return err
	}
	return s.Jobs.Enqueue(ctx, jobs.New{Kind: jobSend, Args: sendArgs{message}, Unique: strconv.FormatInt(message, 10)})
}

// sendingBox gives the mailbox to send from: the ticket's, else the first that
// can send. Without any it is the zero Mailbox.
func (s *Service) sendingBox(ctx context.Context, wanted int64) (Mailbox, error) {
	all, err := s.mailboxes(ctx)
	if err != nil {
		return Mailbox{}, err
	}
	var first Mailbox
	for _, m := range all {
		if !m.Active || m.SMTP == nil {
			continue
		}
		if m.ID == wanted {
			return m, nil
		}
		if first.ID == 0 {
			first = m
		}
	}
	return first, nil
}

// send hands a reply to the mail server, and notes before and after it how far
// it has come.
func (s *Service) send(ctx context.Context, j jobs.Job) error {
	var args sendArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Permanent(err)
	}
	o, err := s.Conversation.ForMail(ctx, args.Message)
	if err != nil {
		return ignoreMissing(err)
	}
	switch o.Message.State {
	case conversation.Queued:
	case conversation.Sending:
		// The program died between handing the mail over and noting the answer.
		return s.note(ctx, args.Message, conversation.MaybeSent, "email.send.interrupted", "")
	default:
		return nil
	}
	out, err := s.outOf(ctx, args.Message)
	if err != nil {
		return err
	}
	box, err := s.sendingBox(ctx, o.Ticket.MailboxID)
	if err != nil {
		return err
	}
	if box.ID == 0 {
		return s.failed(ctx, args.Message, "email.send.no_mailbox", "")
	}
	raw, err := s.write(ctx, box, out, o)
	if err != nil {
		return s.unwritten(ctx, j, args.Message, err)
	}
	account, err := s.smtpAccount(box, box.SMTP, nil)
	if err != nil {
		return s.unwritten(ctx, j, args.Message, err)
	}
	if err := s.note(ctx, args.Message, conversation.Sending, "", ""); err != nil {
		return err
	}
	receipt, err := mailwire.Send(ctx, account, box.Address, slices.Concat(o.Message.To, o.Message.Cc), raw)
	return s.settle(context.WithoutCancel(ctx), j, box, args.Message, receipt, err)
}

func (s *Service) note(ctx context.Context, message int64, to conversation.State, key, detail string) error {
	_, err := s.Conversation.SetState(ctx, message, to, key, detail)
	return err
}

// failed notes that a reply cannot be sent at all.
func (s *Service) failed(ctx context.Context, message int64, key, detail string) error {
	return s.DB.Write(ctx, func(ctx context.Context) error {
		if err := s.note(ctx, message, conversation.Sending, "", ""); err != nil {
			return err
		}
		return s.note(ctx, message, conversation.Failed, key, detail)
	})
}

// unwritten has a reply that could not be made ready tried again, because what
// it needs may be there later; after the last try the message shows it.
func (s *Service) unwritten(ctx context.Context, j jobs.Job, message int64, err error) error {
	if j.Attempt < j.MaxAttempts {
		return err
	}
	return s.failed(context.WithoutCancel(ctx), message, "email.send.cannot_write", err.Error())
}

// settle notes what the mail server said.
func (s *Service) settle(ctx context.Context, j jobs.Job, box Mailbox, message int64, r mailwire.Receipt, err error) error {
	if err == nil {
		return s.accepted(ctx, box, message, r)
	}
	key, detail := whyUnsent(err)
	if se, ok := errors.AsType[*mailwire.SendError](err); ok {
		switch se.Kind {
		case mailwire.SendUncertain:
			return s.note(ctx, message, conversation.MaybeSent, "email.send.uncertain", detail)
		case mailwire.SendPermanent:
			return s.note(ctx, message, conversation.Failed, key, detail)
		case mailwire.SendTemporary: // as any other trouble on the way: tried again
		}
	}
	last := j.Attempt >= j.MaxAttempts
	e := s.DB.Write(ctx, func(ctx context.Context) error {
		if e := s.setSMTPState(ctx, box.ID, key, detail, nil); e != nil {
			return e
		}
		if last {
			return s.note(ctx, message, conversation.Failed, key, detail)
		}
		return s.note(ctx, message, conversation.Queued, key, detail)
	})
	if e != nil {
		return errors.Join(err, e)
	}
	if last {
		return nil // the message shows it; there is nothing for an administrator to do
	}
	return err
}

// accepted notes that the server took the mail, and for whom it did not.
func (s *Service) accepted(ctx context.Context, box Mailbox, message int64, r mailwire.Receipt) error {
	key, detail := "", ""
	if len(r.Rejected) > 0 {
		key, detail = "email.send.some_refused", rejections(r.Rejected)
	}
	return s.DB.Write(ctx, func(ctx context.Context) error {
		now := s.Clock.Now()
		if err := s.setSMTPState(ctx, box.ID, "", "", &now); err != nil {
			return err
		}
		return s.note(ctx, message, conversation.Sent, key, detail)
	})
}

// whyUnsent gives the key of the text that tells why nothing was sent, and the
// server's own words.
func whyUnsent(err error) (key, detail string) {
	key, detail = "email.send.failed", err.Error()
	if p, ok := mailwire.ProblemOf(err); ok {
		key, detail = "fault."+p.Key, p.Detail
	}
	if se, ok := errors.AsType[*mailwire.SendError](err); ok {
		if len(se.Rejected) > 0 {
			key, detail = "email.send.refused", rejections(se.Rejected)
		} else if se.Message != "" {
			detail = se.Message
		}
	}
	return key, detail
}

func rejections(list []mailwire.Rejection) string {
	var parts []string
	for _, r := range list {
		parts = append(parts, fmt.Sprintf("%s: %d %s", r.Address, r.Code, r.Message))
	}
	return strings.Join(parts, "; ")
}

// write makes the mail of a reply.
func (s *Service) write(ctx context.Context, box Mailbox, out mailOut, o conversation.Outgoing) ([]byte, error) {
	parts, err := s.parts(ctx, o.Files)
	if err != nil {
		return nil, err
	}
	chain, err := s.chain(ctx, out)
	if err != nil {
		return nil, err
	}
	html, err := s.signed(ctx, box, o)
	if err != nil {
		return nil, err
	}
	m := mailwire.Outgoing{
		MessageID: out.MessageID, References: chain, From: mailwire.Address{Name: from(o.Message.Author.Name, box.Name), Address: box.Address},
		To: plainAddresses(o.Message.To), Cc: plainAddresses(o.Message.Cc), Subject: replySubject(o), Date: out.CreatedAt, HTML: html, Parts: parts,
	}
	if len(chain) > 0 {
		m.InReplyTo = chain[len(chain)-1]
	}
	if o.Message.Automatic {
		m.AutoSubmitted = "auto-generated"
	}
	return mailwire.Compose(m)
}

// Letter gives a reply as its mail will lie before the customer: from whom, with
// which subject, and with the signature.
func (s *Service) Letter(ctx context.Context, o conversation.Outgoing) (conversation.Letter, error) {
	box, err := s.sendingBox(ctx, o.Ticket.MailboxID)
	if err != nil {
		return conversation.Letter{}, err
	}
	html, err := s.signed(ctx, box, o)
	out := conversation.Letter{Subject: replySubject(o), HTML: html}
	if box.Address != "" {
		out.From = from(o.Message.Author.Name, box.Name) + " <" + box.Address + ">"
	}
	return out, err
}

func from(agent, box string) string {
	if agent == "" || agent == box {
		return box
	}
	return agent + " (" + box + ")"
}

func replySubject(o conversation.Outgoing) string {
	subject := o.Message.Subject
	if subject == "" {
		subject = o.Ticket.Subject
		if o.Answering.ID != 0 && o.Answering.Subject != "" {
			subject = o.Answering.Subject
		}
	}
	if o.Answering.ID == 0 || strings.HasPrefix(strings.ToLower(subject), "re:") {
		return subject
	}
	return "Re: " + subject
}

// signed puts the signature below the reply.
func (s *Service) signed(ctx context.Context, box Mailbox, o conversation.Outgoing) (string, error) {
	signature := box.SignatureHTML
	if o.Message.Author.Kind == "agent" {
		own, err := s.Signature(ctx, o.Message.Author.ID)
		if err != nil {
			return "", err
		}
		if own != "" {
			signature = own
		}
	}
	if signature == "" {
		return o.HTML, nil
	}
	return o.HTML + "<br><div>-- </div><div>" + signature + "</div>", nil
}

func plainAddresses(list []string) []mailwire.Address {
	out := make([]mailwire.Address, len(list))
	for i, a := range list {
		out[i].Address = a
	}
	return out
}

func (s *Service) parts(ctx context.Context, files []conversation.File) ([]mailwire.Part, error) {
	var out []mailwire.Part
	for _, f := range files {
		r, _, err := s.Blobs.Open(ctx, f.BlobKey)
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil {
			return nil, err
		}
		out = append(out, mailwire.Part{Name: f.Name, ContentType: f.Type, ContentID: f.ContentID, Inline: f.Inline, Data: b})
	}
	return out, nil
}

// chain gives the Message-IDs of the ticket's mails before this one, the oldest
// first, shortened in the middle.
func (s *Service) chain(ctx context.Context, out mailOut) ([]string, error) {
	ids, err := s.refsOf(ctx, out.TicketID, out.CreatedAt, out.MessageID)
	if err != nil || len(ids) <= chainMost {
		return ids, err
	}
	return append(ids[:3:3], ids[len(ids)-chainMost+3:]...), nil
}

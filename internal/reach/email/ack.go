package email

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"heed/internal/kernel/event"
	"heed/internal/kernel/id"
	"heed/internal/platform/i18n"
	"heed/internal/platform/jobs"
	"heed/internal/platform/mailwire"
)

const (
	jobAck   = "mail.acknowledge"
	jobSweep = "mail.sweep"
	// An address is acknowledged at most this often in an hour: enough for a
	// busy customer, and the end of any loop between two programs.
	acksMost = 4
	ackSpan  = time.Hour
)

type ackArgs struct {
	Ticket     int64    `json:"ticket"`
	Mailbox    int64    `json:"mailbox"`
	MessageID  string   `json:"message_id"`
	To         string   `json:"to"`
	Name       string   `json:"name"`
	InReplyTo  string   `json:"in_reply_to"`
	References []string `json:"references"`
}

// planAck has the sender of a first mail told that it has arrived, with the
// ticket's number, if he wrote to the mailbox himself and was not told too
// often already.
func (s *Service) planAck(ctx context.Context, box Mailbox, m *mailwire.Mail, ticketID int64) error {
	to := sender(m)
	if !box.AckEnabled || box.SMTP == nil || to.Address == "" || !addressed(box, m) {
		return nil
	}
	if answers := m.AnswerTo(); len(answers) > 0 {
		to = answers[0]
	}
	return s.queueAck(ctx, box, to, ticketID, m.MessageID, m.References)
}

// Acknowledge has an address told that its request has arrived by another way than
// mail, such as a form, with the ticket's number, from the first mailbox that can
// send. Where no mailbox acknowledges, nothing is sent.
func (s *Service) Acknowledge(ctx context.Context, ticketID int64, address, name string) error {
	box, err := s.sendingBox(ctx, 0)
	if err != nil || box.ID == 0 || !box.AckEnabled {
		return err
	}
	return s.queueAck(ctx, box, mailwire.Address{Name: name, Address: address}, ticketID, "", nil)
}

// queueAck enqueues an acknowledgement, unless it would go to ourselves or the
// address was told often enough.
func (s *Service) queueAck(ctx context.Context, box Mailbox, to mailwire.Address, ticketID int64, inReplyTo string, references []string) error {
	all, err := s.mailboxes(ctx)
	if err != nil || slices.ContainsFunc(all, func(m Mailbox) bool { return m.Takes(to.Address) }) {
		return err // one of our mailboxes writing to another
	}
	now := s.Clock.Now()
	n, err := s.acksSince(ctx, fold(to.Address), now.Add(-ackSpan))
	if err != nil || n >= acksMost {
		return err
	}
	if err := s.addAck(ctx, fold(to.Address), now); err != nil {
		return err
	}
	args := ackArgs{
		Ticket: ticketID, Mailbox: box.ID, To: to.Address, Name: to.Name, InReplyTo: inReplyTo, References: references,
		MessageID: fmt.Sprintf("%s.%d@%s", id.Token(), ticketID, domainOf(box.Address)),
	}
	// The answer to an acknowledgement belongs to the ticket too.
	if err := s.addRef(ctx, args.MessageID, ticketID, 0, true); err != nil {
		return err
	}
	return s.Jobs.Enqueue(ctx, jobs.New{Kind: jobAck, Args: args, Unique: strconv.FormatInt(ticketID, 10), Priority: 1})
}

// addressed tells whether the mail names the mailbox among its recipients
// (RFC 5230 section 4.5): what came by a list or a blind copy is not answered.
func addressed(box Mailbox, m *mailwire.Mail) bool {
	for _, a := range append(append([]mailwire.Address{}, m.To...), m.Cc...) {
		if box.Takes(a.Address) {
			return true
		}
	}
	return false
}

// mergeFields puts the merge fields into the built-in texts, whose own
// placeholders are of another form.
var mergeFields = map[string]any{
	"name": "{{customer.name}}", "number": "{{ticket.number}}", "subject": "{{ticket.subject}}", "firm": "{{firm.name}}",
}

func (s *Service) acknowledge(ctx context.Context, j jobs.Job) error {
	var args ackArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Permanent(err)
	}
	box, err := s.mailbox(ctx, args.Mailbox)
	if err != nil || box.SMTP == nil || !box.Active {
		return ignoreMissing(err)
	}
	facts, err := s.Facts(ctx, args.Ticket)
	if err != nil {
		return ignoreMissing(err)
	}
	facts.Blank = true
	locale := s.locale(ctx)
	subject, html := box.AckSubject, box.AckHTML
	if subject == "" {
		subject = i18n.T(locale, "email.ack_subject", mergeFields)
	}
	if html == "" {
		html = i18n.T(locale, "email.ack_html", mergeFields)
	}
	raw, err := mailwire.Compose(mailwire.Outgoing{
		MessageID: args.MessageID, InReplyTo: args.InReplyTo, References: args.References, AutoSubmitted: "auto-replied",
		From: mailwire.Address{Name: box.Name, Address: box.Address}, To: []mailwire.Address{{Name: args.Name, Address: args.To}},
		Subject: facts.Text(subject), HTML: facts.HTML(html), Date: s.Clock.Now(),
	})
	if err != nil {
		return jobs.Permanent(err)
	}
	account, err := s.smtpAccount(box, box.SMTP, nil)
	if err != nil {
		return err
	}
	if _, err := mailwire.Send(ctx, account, box.Address, []string{args.To}, raw); err != nil {
		return ackError(err)
	}
	err = s.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context) error {
		return s.Journal.Record(ctx, event.New{
			Kind: EventAcknowledged, About: event.Ref{Kind: "ticket", ID: args.Ticket}, Data: SentTo{Address: args.To},
		})
	})
	if err != nil { // it has gone out: another try would send a second one
		s.Log.Error("an acknowledgement was sent and could not be noted", "ticket", args.Ticket, "err", err)
	}
	return nil
}

// ackError decides whether an acknowledgement is tried again. One that may
// have gone out is not: better none than two.
func ackError(err error) error {
	var se *mailwire.SendError
	if errors.As(err, &se) && se.Kind == mailwire.SendTemporary {
		return err
	}
	return jobs.Permanent(err)
}

// JobHandlers gives the handlers of mail's jobs and when they run by themselves.
func (s *Service) JobHandlers() ([]jobs.Handler, []jobs.Periodic) {
	handlers := []jobs.Handler{
		{Kind: jobHandle, Timeout: 2 * time.Minute, Run: s.handle},
		{Kind: jobSend, Timeout: sendTime, Run: s.send},
		{Kind: jobAck, Timeout: sendTime, Run: s.acknowledge},
		{Kind: jobInvite, Timeout: sendTime, Run: s.invite},
		{Kind: jobRefer, Timeout: sendTime, Run: s.refer},
		{Kind: jobSweep, Run: func(ctx context.Context, _ jobs.Job) error {
			return s.DB.Write(ctx, func(ctx context.Context) error { return s.sweepAcks(ctx, s.Clock.Now().Add(-ackSpan)) })
		}},
	}
	return handlers, []jobs.Periodic{{Kind: jobSweep, Every: time.Hour}}
}

package email

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
	"heed/internal/platform/mailwire"
	"heed/internal/work/conversation"
)

func isMissing(err error) bool { return fault.Is(err, fault.KindNotFound) }

// bounced notes on the message what became of it. A report about nothing that
// we sent is kept and shown apart; it never opens a ticket.
func (s *Service) bounced(ctx context.Context, in mailIn, r *mailwire.Report) error {
	out, err := s.outByID(ctx, originalID(r))
	if errors.Is(err, db.ErrNotFound) {
		return s.refuse(ctx, in, reasonBounce)
	}
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context) error {
		for _, d := range r.Recipients {
			if err := s.delivery(ctx, out, d); err != nil {
				return err
			}
		}
		return s.finish(ctx, in.ID, out.TicketID)
	})
}

// originalID is the id of the mail that the report is about.
func originalID(r *mailwire.Report) string {
	if r.OriginalMessageID != "" {
		return r.OriginalMessageID
	}
	return strings.Trim(strings.TrimSpace(r.Original.Get("Message-ID")), "<>")
}

// delivery notes the fate of a reply at one recipient.
func (s *Service) delivery(ctx context.Context, out mailOut, d mailwire.Delivery) error {
	detail := strings.TrimSpace(d.Address + ": " + strings.TrimSpace(d.Status+" "+d.Diagnostic))
	switch d.Action {
	case mailwire.ActionFailed, mailwire.ActionComplaint:
		return s.move(ctx, out.MessageRow, conversation.Bounced, "email.bounce."+cmp.Or(d.Reason, mailwire.ReasonOther), detail)
	case mailwire.ActionDelivered, mailwire.ActionRelayed, mailwire.ActionExpanded:
		return s.move(ctx, out.MessageRow, conversation.Delivered, "", "")
	case mailwire.ActionDelayed:
		return s.Journal.Record(ctx, event.New{
			Kind: EventMailDelayed, About: event.Ref{Kind: "ticket", ID: out.TicketID},
			Data: SentTo{MessageID: out.MessageRow, Address: d.Address, Detail: d.Diagnostic},
		})
	}
	return nil
}

// move notes how far a reply has come. A report that comes after a graver one,
// or when the message is gone, changes nothing.
func (s *Service) move(ctx context.Context, message int64, to conversation.State, key, detail string) error {
	if message == 0 {
		return nil // an acknowledgement
	}
	m, err := s.Conversation.Get(ctx, message)
	if err != nil {
		return ignoreMissing(err)
	}
	if !conversation.CanMove(m.State, to) {
		return nil
	}
	_, err = s.Conversation.SetState(ctx, message, to, key, detail)
	return err
}

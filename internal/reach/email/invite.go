package email

import (
	"context"
	"fmt"
	"html"

	"heed/internal/kernel/id"
	"heed/internal/platform/i18n"
	"heed/internal/platform/jobs"
	"heed/internal/platform/mailwire"
)

const jobInvite = "mail.invite"

// inviteArgs are kept in the database until the mail is sent, so the link, with
// which anybody can join, is sealed.
type inviteArgs struct {
	To     string `json:"to"`
	Name   string `json:"name"`
	Firm   string `json:"firm"`
	Link   string `json:"link"`
	Locale string `json:"locale"`
	ID     string `json:"id"`
}

// Invite has a link to join, or to choose a new password, mailed from the first
// mailbox that can send. It tells whether there is one.
func (s *Service) Invite(ctx context.Context, to, name, firm, link, locale string) (bool, error) {
	box, err := s.sendingBox(ctx, 0)
	if err != nil || box.ID == 0 {
		return false, err
	}
	key := id.Token()
	err = s.DB.Write(ctx, func(ctx context.Context) error {
		return s.Jobs.Enqueue(ctx, jobs.New{Kind: jobInvite, MaxAttempts: 6, Args: inviteArgs{
			To: to, Name: name, Firm: firm, Link: s.Seal.Seal(link, jobInvite+key), Locale: locale, ID: key,
		}})
	})
	return err == nil, err
}

func (s *Service) invite(ctx context.Context, j jobs.Job) error {
	var args inviteArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Permanent(err)
	}
	link, err := s.Seal.Open(args.Link, jobInvite+args.ID)
	if err != nil {
		return jobs.Permanent(err)
	}
	words := map[string]any{"name": html.EscapeString(args.Name), "firm": html.EscapeString(args.Firm), "link": html.EscapeString(link)}
	return s.sendOwn(ctx, args.ID, mailwire.Address{Name: args.Name, Address: args.To},
		i18n.T(args.Locale, "email.invite_subject", map[string]any{"firm": args.Firm}), i18n.T(args.Locale, "email.invite_html", words))
}

// sendOwn mails a letter of the firm's own, which belongs to no conversation,
// from the first mailbox that can send. id makes it the same mail when the job runs again.
func (s *Service) sendOwn(ctx context.Context, id string, to mailwire.Address, subject, body string) error {
	box, err := s.sendingBox(ctx, 0)
	if err != nil {
		return err
	}
	if box.ID == 0 {
		return jobs.Permanent(fmt.Errorf("no mailbox can send"))
	}
	raw, err := mailwire.Compose(mailwire.Outgoing{
		MessageID: id + "@" + domainOf(box.Address), From: mailwire.Address{Name: box.Name, Address: box.Address},
		To: []mailwire.Address{to}, AutoSubmitted: "auto-generated", Date: s.Clock.Now(), Subject: subject, HTML: body,
	})
	if err != nil {
		return jobs.Permanent(err)
	}
	account, err := s.smtpAccount(box, box.SMTP, nil)
	if err != nil {
		return err
	}
	if _, err = mailwire.Send(ctx, account, box.Address, []string{to.Address}, raw); err != nil {
		return ackError(err)
	}
	return nil
}

package email

import (
	"context"
	"html"
	"strings"
	"time"

	"heed/internal/kernel/id"
	"heed/internal/platform/i18n"
	"heed/internal/platform/jobs"
	"heed/internal/platform/mailwire"
	"heed/internal/work/referral"
)

const jobRefer = "mail.refer"

// referArgs are kept in the database until the mail is sent, so the link, with
// which anybody can act for the dealer, is sealed.
type referArgs struct {
	Letter referral.Letter `json:"letter"`
	ID     string          `json:"id"`
}

// Refer has a ticket that is handed to a dealer mailed to him from the first
// mailbox that can send. It tells whether there is one.
func (s *Service) Refer(ctx context.Context, l referral.Letter) (bool, error) {
	box, err := s.sendingBox(ctx, 0)
	if err != nil || box.ID == 0 {
		return false, err
	}
	key := id.Token()
	l.Link = s.Seal.Seal(l.Link, jobRefer+key)
	err = s.DB.Write(ctx, func(ctx context.Context) error {
		return s.Jobs.Enqueue(ctx, jobs.New{Kind: jobRefer, Args: referArgs{l, key}})
	})
	return err == nil, err
}

func (s *Service) refer(ctx context.Context, j jobs.Job) error {
	var args referArgs
	if err := j.Decode(&args); err != nil {
		return jobs.Permanent(err)
	}
	l := args.Letter
	link, err := s.Seal.Open(l.Link, jobRefer+args.ID)
	if err != nil {
		return jobs.Permanent(err)
	}
	lines := func(text string) string { return strings.ReplaceAll(html.EscapeString(text), "\n", "<br>") }
	words := map[string]any{
		"name": html.EscapeString(l.Name), "firm": html.EscapeString(l.Firm), "number": l.Number, "subject": html.EscapeString(l.Subject),
		"note": lines(l.Note), "link": html.EscapeString(link), "contact": "", "due": "",
	}
	if l.Contact != "" {
		words["contact"] = i18n.T(l.Locale, "email.refer_contact", map[string]any{"contact": lines(l.Contact)})
	}
	if l.Due != nil {
		set, err := s.Setting.Get(ctx)
		if err != nil {
			return err
		}
		zone, err := time.LoadLocation(set.Zone)
		if err != nil {
			zone = time.UTC
		}
		words["due"] = i18n.T(l.Locale, "email.refer_due", map[string]any{"due": l.Due.In(zone).Format("2006-01-02 15:04 MST")})
	}
	return s.sendOwn(ctx, args.ID, mailwire.Address{Name: l.Name, Address: l.To},
		i18n.T(l.Locale, "email.refer_subject", map[string]any{"number": l.Number, "subject": l.Subject}), i18n.T(l.Locale, "email.refer_html", words))
}

package email

import (
	"context"
	"fmt"

	"heed/internal/kernel/fault"
	"heed/internal/platform/mailwire"
)

func sealContext(mailbox int64, which string) string {
	return fmt.Sprintf("mailbox/%d/%s", mailbox, which)
}

// sealPasswords stores the passwords that were given, encrypted.
func (s *Service) sealPasswords(ctx context.Context, m *Mailbox, in Input) error {
	for _, p := range []struct {
		given *string
		to    *string
		which string
	}{{in.IMAPPassword, &m.IMAPSecret, "imap"}, {in.SMTPPassword, &m.SMTPSecret, "smtp"}} {
		switch {
		case p.given == nil:
		case len(*p.given) > secretMost:
			var f fault.Fields
			f.Add(p.which+".password", "field.too_long", "max", secretMost)
			return f.Err()
		case *p.given == "":
			*p.to = ""
		default:
			*p.to = s.Seal.Seal(*p.given, sealContext(m.ID, p.which))
		}
	}
	return s.setSecrets(ctx, *m)
}

func (s *Service) endpoint(a *Account) mailwire.Endpoint {
	return mailwire.Endpoint{
		Host: a.Host, Port: a.Port, TLS: mailwire.TLSMode(a.Security), AnyCertificate: a.AllowSelfSigned, Dialer: s.Dialer,
	}
}

// password gives the password that was typed, else the one that is kept.
func (s *Service) password(m Mailbox, typed *string, sealed, which string) (string, error) {
	if typed != nil && *typed != "" {
		return *typed, nil
	}
	if sealed == "" {
		return "", nil
	}
	return s.Seal.Open(sealed, sealContext(m.ID, which))
}

func (s *Service) imapAccount(m Mailbox, a *Account, typed *string) (mailwire.IMAPAccount, error) {
	password, err := s.password(m, typed, m.IMAPSecret, "imap")
	return mailwire.IMAPAccount{
		Endpoint: s.endpoint(a), User: a.User, Password: password, Folder: a.Folder, MaxSize: s.MailLimit,
	}, err
}

func (s *Service) smtpAccount(m Mailbox, a *Account, typed *string) (mailwire.SMTPAccount, error) {
	password, err := s.password(m, typed, m.SMTPSecret, "smtp")
	return mailwire.SMTPAccount{Endpoint: s.endpoint(a), User: a.User, Password: password, HelloName: domainOf(m.Address)}, err
}

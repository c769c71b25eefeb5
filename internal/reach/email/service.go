package email

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/offer/canned"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/mailwire"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

// Sealer encrypts the passwords of mailboxes; secret.Box is one.
type Sealer interface {
	Seal(plaintext, context string) string
	Open(sealed, context string) (string, error)
}

// Deps are what the service is made of.
type Deps struct {
	DB           *db.DB
	Journal      *journal.Journal
	Jobs         *jobs.Queue
	Clock        clock.Clock
	Log          *slog.Logger
	Blobs        blob.Store
	Seal         Sealer
	Dialer       mailwire.Dialer
	Setting      *setting.Service
	Tickets      *ticket.Service
	Conversation *conversation.Service
	// Requester finds the customer with an address or registers him.
	Requester func(ctx context.Context, address, name string) (int64, error)
	// Belongs tells whether an address is the customer's or that of somebody of
	// the same organization.
	Belongs func(ctx context.Context, customerID int64, address string) (bool, error)
	// Signature gives an agent's signature as HTML; the system acts.
	Signature func(ctx context.Context, agentID int64) (string, error)
	// Facts gives what an acknowledgement may say about a ticket.
	Facts func(ctx context.Context, ticketID int64) (canned.Facts, error)
	// MailLimit bounds an incoming mail, in bytes.
	MailLimit int64
}

// Service holds the use cases of mail.
type Service struct {
	Deps
	changed chan struct{} // wakes the fetchers when mailboxes were changed

	mu      sync.Mutex
	current map[int64]fetching // the mailboxes that are fetched, by id
}

// New makes the service; mail is fetched while Run is running.
func New(d Deps) *Service {
	return &Service{Deps: d, changed: make(chan struct{}, 1), current: map[int64]fetching{}}
}

// Input is what is given of a mailbox, as in the API. A nil field of a change
// stays as it is; NoIMAP and NoSMTP take an account away.
type Input struct {
	Name, Address *string
	Aliases       *[]string
	TeamID        *int64
	Active        *bool
	IMAP, SMTP    *Account
	NoIMAP        bool
	NoSMTP        bool
	IMAPPassword  *string
	SMTPPassword  *string
	AckEnabled    *bool
	AckSubject    *string
	AckHTML       *string
	SignatureHTML *string
}

// into gives the mailbox with the input's fields, and which of them differ.
func (in Input) into(m Mailbox) (Mailbox, []string) {
	var fields []string
	set(&m.Name, trimmed(in.Name), "name", &fields)
	set(&m.Address, foldedPtr(in.Address), "address", &fields)
	if in.Aliases != nil {
		aliases := []string{}
		for _, a := range *in.Aliases {
			if a = fold(a); a != "" && !slices.Contains(aliases, a) {
				aliases = append(aliases, a)
			}
		}
		if !slices.Equal(aliases, m.Aliases) {
			m.Aliases, fields = aliases, append(fields, "aliases")
		}
	}
	set(&m.TeamID, in.TeamID, "team_id", &fields)
	set(&m.Active, in.Active, "active", &fields)
	m.IMAP, fields = account(m.IMAP, in.IMAP, in.NoIMAP, "imap", fields)
	m.SMTP, fields = account(m.SMTP, in.SMTP, in.NoSMTP, "smtp", fields)
	set(&m.AckEnabled, in.AckEnabled, "ack_enabled", &fields)
	set(&m.AckSubject, trimmed(in.AckSubject), "ack_subject", &fields)
	set(&m.AckHTML, cleanPtr(in.AckHTML), "ack_html", &fields)
	set(&m.SignatureHTML, cleanPtr(in.SignatureHTML), "signature_html", &fields)
	return m, fields
}

func set[T comparable](to, from *T, name string, fields *[]string) {
	if from != nil && *from != *to {
		*to = *from
		*fields = append(*fields, name)
	}
}

func account(was, now *Account, none bool, name string, fields []string) (*Account, []string) {
	switch {
	case none:
		if was != nil {
			fields = append(fields, name)
		}
		return nil, fields
	case now == nil:
		return was, fields
	}
	a := *now
	a.Host, a.User, a.Folder = strings.TrimSpace(a.Host), strings.TrimSpace(a.User), strings.TrimSpace(a.Folder)
	if was == nil || *was != a {
		fields = append(fields, name)
	}
	return &a, fields
}

func trimmed(s *string) *string { return mapped(s, strings.TrimSpace) }

func foldedPtr(s *string) *string { return mapped(s, fold) }

func cleanPtr(s *string) *string {
	return mapped(s, func(html string) string { return mailwire.Clean(html, mailwire.CleanOptions{}).HTML })
}

func mapped(s *string, f func(string) string) *string {
	if s == nil {
		return nil
	}
	out := f(*s)
	return &out
}

// List gives all mailboxes; a firm has a handful.
func (s *Service) List(ctx context.Context) ([]Mailbox, error) {
	if err := authority.Require(ctx, authority.MailboxManage); err != nil {
		return nil, err
	}
	return s.mailboxes(ctx)
}

// Get gives a mailbox.
func (s *Service) Get(ctx context.Context, id int64) (Mailbox, error) {
	if err := authority.Require(ctx, authority.MailboxManage); err != nil {
		return Mailbox{}, err
	}
	return s.mailbox(ctx, id)
}

// Add makes a mailbox. Its mail is fetched from now on: what lies in the folder
// already stays there.
func (s *Service) Add(ctx context.Context, in Input) (Mailbox, error) {
	if err := authority.Require(ctx, authority.MailboxManage); err != nil {
		return Mailbox{}, err
	}
	m, _ := in.into(Mailbox{Active: true, Aliases: []string{}, CreatedAt: s.Clock.Now(), Version: 1})
	if err := m.check(); err != nil {
		return m, err
	}
	err := s.DB.Write(ctx, func(ctx context.Context) (err error) {
		if err := s.free(ctx, m); err != nil {
			return err
		}
		if m.ID, err = s.insertMailbox(ctx, m); err != nil {
			return err
		}
		if err := s.sealPasswords(ctx, &m, in); err != nil {
			return err
		}
		return s.Journal.Record(ctx, event.New{Kind: EventMailboxCreated, About: about(m.ID), Data: MailboxData{Address: m.Address}})
	})
	s.wake()
	return m, err
}

// Change edits a mailbox. A version that is not the present one (0: any) is a
// KindConflict fault.
func (s *Service) Change(ctx context.Context, id, version int64, in Input) (Mailbox, error) {
	if err := authority.Require(ctx, authority.MailboxManage); err != nil {
		return Mailbox{}, err
	}
	var m Mailbox
	err := s.DB.Write(ctx, func(ctx context.Context) error {
		was, err := s.mailbox(ctx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != was.Version {
			return db.ErrStale
		}
		var fields []string
		m, fields = in.into(was)
		if err := m.check(); err != nil {
			return err
		}
		if err := s.free(ctx, m); err != nil {
			return err
		}
		if err := s.sealPasswords(ctx, &m, in); err != nil {
			return err
		}
		if in.IMAPPassword != nil || in.SMTPPassword != nil {
			fields = append(fields, "password")
		}
		if len(fields) == 0 {
			return nil
		}
		if err := s.updateMailbox(ctx, &m); err != nil {
			return err
		}
		if moved(was.IMAP, m.IMAP) {
			if err := s.forgetPosition(ctx, id); err != nil {
				return err
			}
		}
		return s.Journal.Record(ctx, event.New{Kind: EventMailboxChanged, About: about(id), Data: MailboxData{Address: m.Address, Fields: fields}})
	})
	s.wake()
	return m, err
}

// moved tells whether positions in the old folder mean nothing in the new one.
func moved(was, now *Account) bool {
	if was == nil || now == nil {
		return was != now
	}
	return was.Host != now.Host || was.User != now.User || was.Folder != now.Folder
}

// Remove takes a mailbox away. Its tickets and their mail stay.
func (s *Service) Remove(ctx context.Context, id int64) error {
	if err := authority.Require(ctx, authority.MailboxManage); err != nil {
		return err
	}
	err := s.DB.Write(ctx, func(ctx context.Context) error {
		m, err := s.mailbox(ctx, id)
		if err != nil {
			return err
		}
		if err := s.deleteMailbox(ctx, id); err != nil {
			return err
		}
		return s.Journal.Record(ctx, event.New{Kind: EventMailboxRemoved, About: about(id), Data: MailboxData{Address: m.Address}})
	})
	s.wake()
	return err
}

func about(mailbox int64) event.Ref { return event.Ref{Kind: "mailbox", ID: mailbox} }

// free sees to it that no address belongs to two mailboxes.
func (s *Service) free(ctx context.Context, m Mailbox) error {
	all, err := s.mailboxes(ctx)
	if err != nil {
		return err
	}
	var f fault.Fields
	for _, other := range all {
		if other.ID == m.ID {
			continue
		}
		if other.Takes(m.Address) {
			f.Add("address", "email.address_taken", "mailbox", other.Name)
		}
		for _, a := range m.Aliases {
			if other.Takes(a) {
				f.Add("aliases", "email.address_taken", "mailbox", other.Name)
			}
		}
	}
	return f.Err()
}

// wake has the fetchers look at the mailboxes anew.
func (s *Service) wake() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// Addresses lists the addresses of all mailboxes, aliases included.
func (s *Service) Addresses(ctx context.Context) ([]string, error) {
	all, err := s.mailboxes(ctx)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, m := range all {
		out = append(append(out, m.Address), m.Aliases...)
	}
	return out, nil
}

// Check tries the accounts of a mailbox as they are.
func (s *Service) Check(ctx context.Context, m Mailbox) (imap, smtp []mailwire.Problem, err error) {
	return s.Test(ctx, m.ID, Input{IMAP: m.IMAP, SMTP: m.SMTP})
}

// Test tries the accounts without keeping anything. An empty password means
// the one that the mailbox (id, 0 for a new one) has.
func (s *Service) Test(ctx context.Context, id int64, in Input) (imap, smtp []mailwire.Problem, err error) {
	if err := authority.Require(ctx, authority.MailboxManage); err != nil {
		return nil, nil, err
	}
	m := Mailbox{}
	if id != 0 {
		if m, err = s.mailbox(ctx, id); err != nil {
			return nil, nil, err
		}
	}
	var f fault.Fields
	in.IMAP.check(&f, "imap")
	in.SMTP.check(&f, "smtp")
	if err := f.Err(); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 45*time.Second)
	defer cancel()
	var wg sync.WaitGroup
	if in.IMAP != nil {
		a, err := s.imapAccount(m, in.IMAP, in.IMAPPassword)
		if err != nil {
			return nil, nil, err
		}
		wg.Go(func() { imap = mailwire.TestIMAP(ctx, a) })
	}
	if in.SMTP != nil {
		a, err := s.smtpAccount(m, in.SMTP, in.SMTPPassword)
		if err != nil {
			wg.Wait()
			return nil, nil, err
		}
		wg.Go(func() { smtp = mailwire.TestSMTP(ctx, a, m.Address) })
	}
	wg.Wait()
	return imap, smtp, nil
}

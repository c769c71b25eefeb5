package email

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
	"heed/internal/platform/jobs"
	"heed/internal/platform/mailwire"
)

const jobHandle = "mail.handle"

// arrival is a raw mail on its way in.
type arrival struct {
	mailbox    int64
	raw        []byte
	headerOnly bool  // raw is only the header of a mail of size bytes
	size       int64 // bytes of the whole mail
	at         time.Time
}

type handleArgs struct {
	ID int64 `json:"id"`
}

// jobKey lets one job at a time handle a mail.
func jobKey(id int64) string { return strconv.FormatInt(id, 10) }

// keyOf recognises the same mail in two mailboxes or fetched twice. The
// Message-ID alone would take two mails for one when a program gives all its
// mails the same; the fingerprint alone would when it writes the same twice.
func keyOf(m *mailwire.Mail, raw []byte) string {
	h := sha256.Sum256([]byte(m.MessageID + "\x00" + mailwire.Fingerprint(raw)))
	return hex.EncodeToString(h[:])
}

// take makes a raw mail durable and has it handled. also runs in the same
// transaction. A mail that was taken before is not taken again, which is no
// error.
func (s *Service) take(ctx context.Context, a arrival, also func(ctx context.Context) error) error {
	m, err := read(a.raw)
	if err != nil {
		return err
	}
	ref, err := s.Blobs.Put(ctx, bytes.NewReader(a.raw), 0)
	if err != nil {
		return err
	}
	row := mailIn{
		Key: keyOf(m, a.raw), MailboxID: a.mailbox, MessageID: m.MessageID, RawKey: ref.Key, Size: max(ref.Size, a.size), HeaderOnly: a.headerOnly,
		Sender: m.FromAddress().Address, Subject: m.Subject, State: mailStored, ReceivedAt: a.at,
	}
	return s.DB.Write(ctx, func(ctx context.Context) error {
		id, err := s.insertMail(ctx, row)
		if err != nil {
			return err
		}
		if id != 0 {
			if err := s.Jobs.Enqueue(ctx, jobs.New{Kind: jobHandle, Args: handleArgs{id}, Unique: jobKey(id)}); err != nil {
				return err
			}
		}
		if also == nil {
			return nil
		}
		return also(ctx)
	})
}

// read reads a mail. Only one without any content is refused.
func read(raw []byte) (*mailwire.Mail, error) { return kept(mailwire.Parse(raw)) }

// kept keeps a mail that the reader has stumbled over as the plain text that it
// gives then: no mail is lost to a fault of ours.
func kept(m *mailwire.Mail, err error) (*mailwire.Mail, error) {
	if m == nil {
		return nil, fault.Wrap(err, fault.KindInvalid, "email.empty")
	}
	return m, nil
}

// Deliver takes a mail for an address of ours, from one's own mail server
// (LMTP) or the command line. When it returns nil the mail is durable. An
// address that is no mailbox's is a KindNotFound fault, too large a mail a
// KindTooLarge one; any other error asks to try again.
func (s *Service) Deliver(ctx context.Context, to string, raw io.Reader) error {
	m, err := s.Accept(ctx, to)
	if err != nil {
		return err
	}
	b, err := io.ReadAll(io.LimitReader(raw, s.MailLimit+1))
	if err != nil {
		return err
	}
	if int64(len(b)) > s.MailLimit {
		return fault.TooLarge("email.too_large", "limit", s.MailLimit)
	}
	return s.take(ctx, arrival{mailbox: m.ID, raw: b, size: int64(len(b)), at: s.Clock.Now()}, nil)
}

// Accept gives the active mailbox that mail to the address comes to.
func (s *Service) Accept(ctx context.Context, to string) (Mailbox, error) {
	all, err := s.mailboxes(ctx)
	if err != nil {
		return Mailbox{}, err
	}
	for _, m := range all {
		if m.Active && m.Takes(to) {
			return m, nil
		}
	}
	return Mailbox{}, fault.NotFound("email.no_mailbox", "address", to)
}

// domainOf gives the domain of an address, for Message-IDs and greetings.
func domainOf(address string) string {
	_, domain, ok := strings.Cut(address, "@")
	if !ok || domain == "" {
		return "localhost"
	}
	return domain
}

// What became of a mail.
const (
	mailStored  = "stored"
	mailHandled = "handled"
	mailRefused = "refused"
)

type mailIn struct {
	ID         int64     `db:"id"`
	Key        string    `db:"dkey"`
	MailboxID  int64     `db:"mailbox_id"`
	MessageID  string    `db:"message_id"`
	RawKey     string    `db:"raw_key"`
	Size       int64     `db:"size"`
	HeaderOnly bool      `db:"header_only"`
	Sender     string    `db:"sender"`
	Subject    string    `db:"subject"`
	State      string    `db:"state"`
	Reason     string    `db:"reason"`
	TicketID   int64     `db:"ticket_id"`
	ReceivedAt time.Time `db:"received_at"`
}

var errStored = db.ErrNotFound // the mail is no longer waiting to be handled

package email

import (
	"context"
	"errors"
	"time"

	"heed/internal/kernel/page"
	"heed/internal/platform/db"
	"heed/internal/platform/mailwire"
)

// insertMail records an incoming mail and gives its id, or 0 when the same
// mail is recorded already.
func (s *Service) insertMail(ctx context.Context, m mailIn) (int64, error) {
	id, err := db.One[int64](ctx, s.DB, `INSERT INTO mail_in (dkey, mailbox_id, message_id, raw_key, size, header_only, sender, subject, state, reason, ticket_id, received_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, ?) ON CONFLICT (dkey) DO NOTHING RETURNING id`,
		m.Key, m.MailboxID, m.MessageID, m.RawKey, m.Size, m.HeaderOnly, m.Sender, m.Subject, m.State, m.ReceivedAt)
	if errors.Is(err, db.ErrNotFound) {
		return 0, nil
	}
	return id, err
}

func (s *Service) mailByID(ctx context.Context, id int64) (mailIn, error) {
	return db.One[mailIn](ctx, s.DB, "SELECT "+db.Cols[mailIn]()+" FROM mail_in WHERE id = ?", id)
}

// claim takes the mail for this transaction; it is errStored when another has
// handled it. On PostgreSQL two mails of one sender wait for each other, so
// that he is registered once.
func (s *Service) claim(ctx context.Context, id int64, sender string) error {
	n, err := db.Exec(ctx, s.DB, "UPDATE mail_in SET state = 'handled' WHERE id = ? AND state <> 'handled'", id)
	if err != nil {
		return err
	}
	if n == 0 {
		return errStored
	}
	if s.DB.Postgres() {
		_, err = db.Exec(ctx, s.DB, "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", "mail sender "+fold(sender))
	}
	return err
}

func (s *Service) finish(ctx context.Context, id, ticketID int64) error {
	_, err := db.Exec(ctx, s.DB, "UPDATE mail_in SET state = 'handled', reason = '', ticket_id = ? WHERE id = ?", ticketID, id)
	return err
}

func (s *Service) setRefused(ctx context.Context, id int64, reason string) error {
	_, err := db.Exec(ctx, s.DB, "UPDATE mail_in SET state = 'refused', reason = ? WHERE id = ?", reason, id)
	return err
}

func (s *Service) setStored(ctx context.Context, id int64) error {
	_, err := db.Exec(ctx, s.DB, "UPDATE mail_in SET state = 'stored', reason = '' WHERE id = ?", id)
	return err
}

func (s *Service) refused(ctx context.Context, r page.Request) (page.Of[mailIn], error) {
	before := int64(1) << 62
	if r.Cursor != "" {
		if err := page.Decode(r.Cursor, &before); err != nil {
			return page.Of[mailIn]{}, err
		}
	}
	rows, err := db.All[mailIn](ctx, s.DB, "SELECT "+db.Cols[mailIn]()+" FROM mail_in WHERE state = 'refused' AND id < ? ORDER BY id DESC LIMIT ?", before, r.Size()+1)
	if err != nil {
		return page.Of[mailIn]{}, err
	}
	return page.Cut(rows, r.Size(), func(m mailIn) []any { return []any{m.ID} }), nil
}

// earlierWaits tells whether a mail that this one refers to has come in before
// it and is not handled yet.
func (s *Service) earlierWaits(ctx context.Context, in mailIn, m *mailwire.Mail) (bool, error) {
	refs := references(m)
	if len(refs) == 0 {
		return false, nil
	}
	q := db.In(db.New("SELECT id FROM mail_in WHERE state = 'stored' AND id < ?", in.ID), "AND message_id IN", refs).Add("LIMIT 1")
	_, err := db.One[int64](ctx, s.DB, q.String(), q.Args()...)
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func (s *Service) addRef(ctx context.Context, messageID string, ticketID, message int64, ours bool) error {
	if messageID == "" {
		return nil
	}
	_, err := db.Exec(ctx, s.DB, `INSERT INTO mail_ref (message_id, ticket_id, message_row, ours, at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (message_id, ticket_id) DO NOTHING`, messageID, ticketID, message, ours, s.Clock.Now())
	return err
}

func (s *Service) isOurs(ctx context.Context, messageID string) (bool, error) {
	_, err := db.One[int64](ctx, s.DB, "SELECT ticket_id FROM mail_ref WHERE message_id = ? AND ours LIMIT 1", messageID)
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func (s *Service) ticketsWith(ctx context.Context, messageID string) ([]int64, error) {
	return db.All[int64](ctx, s.DB, "SELECT ticket_id FROM mail_ref WHERE message_id = ? ORDER BY ticket_id DESC LIMIT 20", messageID)
}

// refsOf gives the Message-IDs of a ticket's mails up to a time, the oldest first.
func (s *Service) refsOf(ctx context.Context, ticketID int64, until time.Time, except string) ([]string, error) {
	return db.All[string](ctx, s.DB, "SELECT message_id FROM mail_ref WHERE ticket_id = ? AND at <= ? AND message_id <> ? ORDER BY at, message_row LIMIT 1000",
		ticketID, until, except)
}

func (s *Service) addParty(ctx context.Context, ticketID int64, address string) error {
	_, err := db.Exec(ctx, s.DB, "INSERT INTO mail_party (ticket_id, address) VALUES (?, ?) ON CONFLICT (ticket_id, address) DO NOTHING", ticketID, address)
	return err
}

func (s *Service) isParty(ctx context.Context, ticketID int64, address string) (bool, error) {
	n, err := db.One[int64](ctx, s.DB, "SELECT COUNT(*) FROM mail_party WHERE ticket_id = ? AND address = ?", ticketID, address)
	return n > 0, err
}

func (s *Service) insertOut(ctx context.Context, o mailOut) error {
	return db.Put(ctx, s.DB, "mail_out", &o)
}

func (s *Service) outOf(ctx context.Context, message int64) (mailOut, error) {
	return db.One[mailOut](ctx, s.DB, "SELECT "+db.Cols[mailOut]()+" FROM mail_out WHERE message_row = ?", message)
}

// outByID gives what we sent under a Message-ID: a reply, or an
// acknowledgement, whose message is 0.
func (s *Service) outByID(ctx context.Context, messageID string) (mailOut, error) {
	if messageID == "" {
		return mailOut{}, db.ErrNotFound
	}
	return db.One[mailOut](ctx, s.DB, "SELECT message_row, ticket_id, 0 AS mailbox_id, message_id, at AS created_at FROM mail_ref WHERE message_id = ? AND ours LIMIT 1", messageID)
}

func (s *Service) acksSince(ctx context.Context, address string, since time.Time) (int64, error) {
	return db.One[int64](ctx, s.DB, "SELECT COUNT(*) FROM mail_ack WHERE address = ? AND at > ?", address, since)
}

func (s *Service) addAck(ctx context.Context, address string, at time.Time) error {
	_, err := db.Exec(ctx, s.DB, "INSERT INTO mail_ack (address, at) VALUES (?, ?)", address, at)
	return err
}

func (s *Service) sweepAcks(ctx context.Context, before time.Time) error {
	_, err := db.Exec(ctx, s.DB, "DELETE FROM mail_ack WHERE at < ?", before)
	return err
}

// BlobsInUse gives those of the keys whose blobs hold raw mails.
func (s *Service) BlobsInUse(ctx context.Context, keys []string) ([]string, error) {
	q := db.In(db.New("SELECT raw_key FROM mail_in WHERE 1 = 1"), "AND raw_key IN", keys)
	return db.All[string](ctx, s.DB, q.String(), q.Args()...)
}

// Purge removes what is kept about the mails of tickets as if it had never
// been, for demo data.
func (s *Service) Purge(ctx context.Context, ticketIDs []int64) error {
	for len(ticketIDs) > 0 {
		some := ticketIDs[:min(len(ticketIDs), 500)]
		ticketIDs = ticketIDs[len(some):]
		for _, text := range []string{
			"DELETE FROM mail_ref WHERE ticket_id IN", "DELETE FROM mail_party WHERE ticket_id IN",
			"DELETE FROM mail_out WHERE ticket_id IN", "DELETE FROM mail_in WHERE ticket_id > 0 AND ticket_id IN",
		} {
			q := db.In(db.New(""), text, some)
			if _, err := db.Exec(ctx, s.DB, q.String(), q.Args()...); err != nil {
				return err
			}
		}
	}
	return nil
}

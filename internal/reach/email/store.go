package email

import (
	"context"
	"errors"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
)

type mailboxRow struct {
	ID            int64             `db:"id"`
	Name          string            `db:"name"`
	Address       string            `db:"address"`
	Aliases       db.JSON[[]string] `db:"aliases"`
	TeamID        int64             `db:"team_id"`
	Active        bool              `db:"active"`
	IMAP          db.JSON[*Account] `db:"imap"`
	IMAPSecret    string            `db:"imap_secret"`
	SMTP          db.JSON[*Account] `db:"smtp"`
	SMTPSecret    string            `db:"smtp_secret"`
	AckEnabled    bool              `db:"ack_enabled"`
	AckSubject    string            `db:"ack_subject"`
	AckHTML       string            `db:"ack_html"`
	SignatureHTML string            `db:"signature_html"`
	CreatedAt     time.Time         `db:"created_at"`
	Version       int64             `db:"version"`
}

func rowOf(m Mailbox) mailboxRow {
	return mailboxRow{
		m.ID, m.Name, m.Address,
		db.JSON[[]string]{V: m.Aliases},
		m.TeamID, m.Active,
		db.JSON[*Account]{V: m.IMAP},
		m.IMAPSecret,
		db.JSON[*Account]{V: m.SMTP},
		m.SMTPSecret, m.AckEnabled, m.AckSubject, m.AckHTML, m.SignatureHTML, m.CreatedAt, m.Version,
	}
}

func (r mailboxRow) mailbox() Mailbox {
	return Mailbox{
		r.ID, r.Name, r.Address, r.Aliases.V, r.TeamID, r.Active, r.IMAP.V, r.IMAPSecret,
		r.SMTP.V, r.SMTPSecret, r.AckEnabled, r.AckSubject, r.AckHTML, r.SignatureHTML, r.CreatedAt, r.Version,
	}
}

func (s *Service) mailboxes(ctx context.Context) ([]Mailbox, error) {
	rows, err := db.All[mailboxRow](ctx, s.DB, "SELECT "+db.Cols[mailboxRow]()+" FROM mailbox ORDER BY id")
	if err != nil {
		return nil, err
	}
	out := make([]Mailbox, len(rows))
	for i, r := range rows {
		out[i] = r.mailbox()
	}
	return out, nil
}

func (s *Service) mailbox(ctx context.Context, id int64) (Mailbox, error) {
	r, err := db.One[mailboxRow](ctx, s.DB, "SELECT "+db.Cols[mailboxRow]()+" FROM mailbox WHERE id = ?", id)
	if errors.Is(err, db.ErrNotFound) {
		return Mailbox{}, fault.NotFound("email.mailbox_unknown")
	}
	return r.mailbox(), err
}

func (s *Service) insertMailbox(ctx context.Context, m Mailbox) (int64, error) {
	r := rowOf(m)
	id, err := db.Insert(ctx, s.DB, "mailbox", &r)
	if err != nil {
		return 0, err
	}
	_, err = db.Exec(ctx, s.DB, `INSERT INTO mailbox_state (mailbox_id, uid_validity, last_uid, imap_state, imap_error, imap_detail, smtp_error, smtp_detail)
		VALUES (?, 0, 0, 'off', '', '', '', '')`, id)
	return id, err
}

// updateMailbox stores m over the version that it was read at, and counts up.
func (s *Service) updateMailbox(ctx context.Context, m *Mailbox) error {
	r := rowOf(*m)
	n, err := db.Exec(ctx, s.DB, `UPDATE mailbox SET name = ?, address = ?, aliases = ?, team_id = ?, active = ?, imap = ?, smtp = ?,
		ack_enabled = ?, ack_subject = ?, ack_html = ?, signature_html = ?, version = version + 1 WHERE id = ? AND version = ?`,
		r.Name, r.Address, r.Aliases, r.TeamID, r.Active, r.IMAP, r.SMTP, r.AckEnabled, r.AckSubject, r.AckHTML, r.SignatureHTML, r.ID, r.Version)
	if err == nil && n == 0 {
		return db.ErrStale
	}
	m.Version++
	return err
}

func (s *Service) setSecrets(ctx context.Context, m Mailbox) error {
	_, err := db.Exec(ctx, s.DB, "UPDATE mailbox SET imap_secret = ?, smtp_secret = ? WHERE id = ?", m.IMAPSecret, m.SMTPSecret, m.ID)
	return err
}

func (s *Service) deleteMailbox(ctx context.Context, id int64) error {
	if _, err := db.Exec(ctx, s.DB, "DELETE FROM mailbox_state WHERE mailbox_id = ?", id); err != nil {
		return err
	}
	_, err := db.Exec(ctx, s.DB, "DELETE FROM mailbox WHERE id = ?", id)
	return err
}

type stateRow struct {
	MailboxID   int64      `db:"mailbox_id"`
	UIDValidity int64      `db:"uid_validity"`
	LastUID     int64      `db:"last_uid"`
	BeganAt     time.Time  `db:"began_at"`
	AgainTo     int64      `db:"again_to"`
	IMAP        string     `db:"imap_state"`
	IMAPError   string     `db:"imap_error"`
	IMAPDetail  string     `db:"imap_detail"`
	LastFetchAt *time.Time `db:"last_fetch_at"`
	SMTPError   string     `db:"smtp_error"`
	SMTPDetail  string     `db:"smtp_detail"`
	LastSentAt  *time.Time `db:"last_sent_at"`
}

func (s *Service) state(ctx context.Context, mailbox int64) (State, error) {
	r, err := db.One[stateRow](ctx, s.DB, "SELECT "+db.Cols[stateRow]()+" FROM mailbox_state WHERE mailbox_id = ?", mailbox)
	return State(r), err
}

func (s *Service) setIMAPState(ctx context.Context, mailbox int64, state, key, detail string) error {
	_, err := db.Exec(ctx, s.DB, "UPDATE mailbox_state SET imap_state = ?, imap_error = ?, imap_detail = ? WHERE mailbox_id = ?", state, key, detail, mailbox)
	return err
}

func (s *Service) setSMTPState(ctx context.Context, mailbox int64, key, detail string, sent *time.Time) error {
	_, err := db.Exec(ctx, s.DB, "UPDATE mailbox_state SET smtp_error = ?, smtp_detail = ?, last_sent_at = COALESCE(CAST(? AS BIGINT), last_sent_at) WHERE mailbox_id = ?",
		key, detail, sent, mailbox)
	return err
}

// setPosition saves how far the folder has been read. Nothing is saved by who
// still fetches what the mailbox was before it was changed.
func (s *Service) setPosition(ctx context.Context, m Mailbox, validity, uid uint32, at time.Time) error {
	_, err := db.Exec(ctx, s.DB, `UPDATE mailbox_state SET uid_validity = ?, last_uid = ?, last_fetch_at = ?
		WHERE mailbox_id = ? AND EXISTS (SELECT 1 FROM mailbox WHERE id = ? AND version = ?)`,
		int64(validity), int64(uid), at, m.ID, m.ID, m.Version)
	return err
}

// setNumbering notes under which numbers a folder is read from now on.
func (s *Service) setNumbering(ctx context.Context, m Mailbox, began time.Time, again uint32) error {
	_, err := db.Exec(ctx, s.DB, `UPDATE mailbox_state SET began_at = ?, again_to = ?
		WHERE mailbox_id = ? AND EXISTS (SELECT 1 FROM mailbox WHERE id = ? AND version = ?)`, began, int64(again), m.ID, m.ID, m.Version)
	return err
}

func (s *Service) forgetPosition(ctx context.Context, mailbox int64) error {
	_, err := db.Exec(ctx, s.DB, "UPDATE mailbox_state SET uid_validity = 0, last_uid = 0 WHERE mailbox_id = ?", mailbox)
	return err
}

// waiting counts the mails of a mailbox that are stored and not yet handled.
func (s *Service) waiting(ctx context.Context, mailbox int64) (int64, error) {
	return db.One[int64](ctx, s.DB, "SELECT COUNT(*) FROM (SELECT 1 FROM mail_in WHERE state = 'stored' AND mailbox_id = ? LIMIT 1000) AS waiting", mailbox)
}

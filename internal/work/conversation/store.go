package conversation

import (
	"context"
	"errors"
	"time"

	"heed/internal/kernel/page"
	"heed/internal/platform/db"
)

// Migrations gives the schema of the conversation.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "conversation", N: 1, SQL: `
CREATE TABLE message (
	id $id, ticket_id $int NOT NULL, kind $text NOT NULL, channel $text NOT NULL,
	author_kind $text NOT NULL, author_id $int NOT NULL, author_name $text NOT NULL,
	sender $text NOT NULL, answer_to $json NOT NULL, recipients $json NOT NULL, copies $json NOT NULL, subject $text NOT NULL,
	body_text $text NOT NULL, body_html $text NOT NULL, quoted_text $text NOT NULL, quoted_html $text NOT NULL, quoted $bool NOT NULL,
	html_mail $bool NOT NULL, blocked $int NOT NULL, original_key $text NOT NULL, lang $text NOT NULL, automatic $bool NOT NULL,
	state $text NOT NULL, error_key $text NOT NULL, error_detail $text NOT NULL, client_key $text NOT NULL,
	created_at $time NOT NULL, sent_at $time NOT NULL
) $end;
CREATE INDEX message_ticket ON message (ticket_id, id);
CREATE UNIQUE INDEX message_client_key ON message (ticket_id, client_key) WHERE client_key <> '';
CREATE INDEX message_original ON message (original_key) WHERE original_key <> '';

CREATE TABLE attachment (
	id $id, token $text NOT NULL, message_id $int NOT NULL, draft_id $int NOT NULL, owner_id $int NOT NULL,
	name $text NOT NULL, type $text NOT NULL, size $int NOT NULL, blob_key $text NOT NULL,
	content_id $text NOT NULL, inline $bool NOT NULL, created_at $time NOT NULL
) $end;
CREATE UNIQUE INDEX attachment_token ON attachment (token);
CREATE INDEX attachment_message ON attachment (message_id, id) WHERE message_id <> 0;
CREATE INDEX attachment_draft ON attachment (draft_id, id) WHERE draft_id <> 0;
CREATE INDEX attachment_loose ON attachment (created_at) WHERE message_id = 0 AND draft_id = 0;
CREATE INDEX attachment_blob ON attachment (blob_key);

CREATE TABLE draft (
	id $id, ticket_id $int NOT NULL, agent_id $int NOT NULL, kind $text NOT NULL,
	html $text NOT NULL, recipients $json NOT NULL, copies $json NOT NULL, updated_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE UNIQUE INDEX draft_place ON draft (ticket_id, agent_id, kind);
CREATE INDEX draft_agent ON draft (agent_id, ticket_id);
`}}
}

// row is a message without what it repeats of earlier ones, which is often the
// larger part and rarely looked at.
type row struct {
	ID          int64             `db:"id"`
	TicketID    int64             `db:"ticket_id"`
	Kind        Kind              `db:"kind"`
	Channel     string            `db:"channel"`
	AuthorKind  string            `db:"author_kind"`
	AuthorID    int64             `db:"author_id"`
	AuthorName  string            `db:"author_name"`
	From        string            `db:"sender"`
	ReplyTo     db.JSON[[]string] `db:"answer_to"`
	To          db.JSON[[]string] `db:"recipients"`
	Cc          db.JSON[[]string] `db:"copies"`
	Subject     string            `db:"subject"`
	Text        string            `db:"body_text"`
	HTML        string            `db:"body_html"`
	Quoted      bool              `db:"quoted"`
	HTMLMail    bool              `db:"html_mail"`
	Blocked     int64             `db:"blocked"`
	OriginalKey string            `db:"original_key"`
	Lang        string            `db:"lang"`
	Automatic   bool              `db:"automatic"`
	State       State             `db:"state"`
	ErrorKey    string            `db:"error_key"`
	ErrorDetail string            `db:"error_detail"`
	CreatedAt   time.Time         `db:"created_at"`
	SentAt      time.Time         `db:"sent_at"`
}

// newRow is all of a message, as it is added.
type newRow struct {
	row
	QuotedText string `db:"quoted_text"`
	QuotedHTML string `db:"quoted_html"`
	ClientKey  string `db:"client_key"`
}

func (r row) message() Message {
	return Message{
		ID: r.ID, TicketID: r.TicketID, Kind: r.Kind, Channel: r.Channel,
		Author: Author{Kind: r.AuthorKind, ID: r.AuthorID, Name: r.AuthorName},
		From:   r.From, ReplyTo: r.ReplyTo.V, To: r.To.V, Cc: r.Cc.V, Subject: r.Subject,
		Text: r.Text, HTML: r.HTML, Quoted: r.Quoted, HTMLMail: r.HTMLMail, Blocked: int(r.Blocked), OriginalKey: r.OriginalKey,
		Lang: r.Lang, Automatic: r.Automatic, State: r.State, ErrorKey: r.ErrorKey, ErrorDetail: r.ErrorDetail,
		CreatedAt: r.CreatedAt, SentAt: r.SentAt,
	}
}

func (s *Service) insert(ctx context.Context, m Message, quoted quote, clientKey string) (int64, error) {
	r := newRow{
		row: row{
			TicketID: m.TicketID, Kind: m.Kind, Channel: m.Channel,
			AuthorKind: m.Author.Kind, AuthorID: m.Author.ID, AuthorName: m.Author.Name,
			From: m.From, ReplyTo: listOf(m.ReplyTo), To: listOf(m.To), Cc: listOf(m.Cc), Subject: m.Subject,
			Text: m.Text, HTML: m.HTML, Quoted: m.Quoted, HTMLMail: m.HTMLMail, Blocked: int64(m.Blocked), OriginalKey: m.OriginalKey,
			Lang: m.Lang, Automatic: m.Automatic, State: m.State, ErrorKey: m.ErrorKey, ErrorDetail: m.ErrorDetail,
			CreatedAt: m.CreatedAt, SentAt: m.SentAt,
		},
		QuotedText: quoted.text, QuotedHTML: quoted.html, ClientKey: clientKey,
	}
	return db.Insert(ctx, s.db, "message", &r)
}

// listOf stores no list as an empty one.
func listOf(v []string) db.JSON[[]string] {
	if v == nil {
		v = []string{}
	}
	return db.JSON[[]string]{V: v}
}

func (s *Service) find(ctx context.Context, id int64) (Message, error) {
	return s.one(ctx, "SELECT "+db.Cols[row]()+" FROM message WHERE id = ?", id)
}

// findByKey finds what a client has already posted. It is db.ErrNotFound when
// it has not.
func (s *Service) findByKey(ctx context.Context, ticketID int64, key string) (Message, error) {
	if key == "" {
		return Message{}, db.ErrNotFound
	}
	return s.one(ctx, "SELECT "+db.Cols[row]()+" FROM message WHERE ticket_id = ? AND client_key <> '' AND client_key = ?", ticketID, key)
}

// lastIncoming finds the last message of the ticket before the given one that a
// person sent from an address.
func (s *Service) lastIncoming(ctx context.Context, ticketID, before int64) (Message, error) {
	r, err := db.One[row](ctx, s.db, "SELECT "+db.Cols[row]()+` FROM message
		WHERE ticket_id = ? AND id < ? AND kind = 'incoming' AND sender <> '' AND NOT automatic ORDER BY id DESC LIMIT 1`, ticketID, before)
	return r.message(), err
}

// firstIncoming finds what a person first said on the ticket, whether he wrote
// it or an agent wrote it down.
func (s *Service) firstIncoming(ctx context.Context, ticketID int64) (Message, error) {
	r, err := db.One[row](ctx, s.db, "SELECT "+db.Cols[row]()+` FROM message
		WHERE ticket_id = ? AND kind = 'incoming' AND NOT automatic ORDER BY id LIMIT 1`, ticketID)
	return r.message(), err
}

// answered tells whether an agent has replied on the ticket.
func (s *Service) answered(ctx context.Context, ticketID int64) (bool, error) {
	_, err := db.One[int64](ctx, s.db, "SELECT id FROM message WHERE ticket_id = ? AND kind = 'reply' AND author_kind = 'agent' LIMIT 1", ticketID)
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func (s *Service) one(ctx context.Context, text string, args ...any) (Message, error) {
	r, err := db.One[row](ctx, s.db, text, args...)
	if err != nil {
		return Message{}, err
	}
	ms, err := s.withFiles(ctx, []row{r})
	if err != nil {
		return Message{}, err
	}
	return ms[0], nil
}

// last is an id above all.
const last = int64(1) << 62

func (s *Service) list(ctx context.Context, ticketID int64, notes bool, r page.Request) (page.Of[Message], error) {
	before := last
	if r.Cursor != "" {
		if err := page.Decode(r.Cursor, &before); err != nil {
			return page.Of[Message]{}, err
		}
	}
	q := db.New("SELECT "+db.Cols[row]()+" FROM message WHERE ticket_id = ? AND id < ?", ticketID, before).
		If(!notes, "AND kind <> 'note'").Add("ORDER BY id DESC LIMIT ?", r.Size()+1)
	rows, err := db.All[row](ctx, s.db, q.String(), q.Args()...)
	if err != nil {
		return page.Of[Message]{}, err
	}
	ms, err := s.withFiles(ctx, rows)
	return page.Cut(ms, r.Size(), func(m Message) []any { return []any{m.ID} }), err
}

func (s *Service) withFiles(ctx context.Context, rows []row) ([]Message, error) {
	ms := make([]Message, len(rows))
	at := make(map[int64]int, len(rows))
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ms[i], at[r.ID], ids[i] = r.message(), i, r.ID
	}
	files, err := s.filesOf(ctx, ids)
	for _, f := range files {
		m := &ms[at[f.MessageID]]
		m.Files = append(m.Files, f)
	}
	return ms, err
}

func (s *Service) quoteOf(ctx context.Context, id int64) (quote, error) {
	r, err := db.One[struct {
		Text string `db:"quoted_text"`
		HTML string `db:"quoted_html"`
	}](ctx, s.db, "SELECT quoted_text, quoted_html FROM message WHERE id = ?", id)
	return quote{text: r.Text, html: r.HTML}, err
}

// saveState stores m's state, if the message is still in the one it was in.
func (s *Service) saveState(ctx context.Context, m Message, was State) error {
	n, err := db.Exec(ctx, s.db, "UPDATE message SET state = ?, error_key = ?, error_detail = ?, sent_at = ? WHERE id = ? AND state = ?",
		m.State, m.ErrorKey, m.ErrorDetail, m.SentAt, m.ID, was)
	if err == nil && n == 0 {
		return db.ErrStale
	}
	return err
}

// purge removes everything of the tickets.
func (s *Service) purge(ctx context.Context, ticketIDs []int64) error {
	for _, q := range []*db.Query{
		db.In(db.New("DELETE FROM attachment WHERE draft_id <> 0 AND draft_id IN (SELECT id FROM draft WHERE 1 = 1"), "AND ticket_id IN", ticketIDs).Add(")"),
		db.In(db.New("DELETE FROM attachment WHERE message_id <> 0 AND message_id IN (SELECT id FROM message WHERE 1 = 1"), "AND ticket_id IN", ticketIDs).Add(")"),
		db.In(db.New("DELETE FROM message WHERE 1 = 1"), "AND ticket_id IN", ticketIDs),
		db.In(db.New("DELETE FROM draft WHERE 1 = 1"), "AND ticket_id IN", ticketIDs),
	} {
		if _, err := db.Exec(ctx, s.db, q.String(), q.Args()...); err != nil {
			return err
		}
	}
	return nil
}

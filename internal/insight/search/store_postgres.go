package search

import (
	"context"
	"strings"

	"heed/internal/platform/db"
	"heed/internal/platform/text"
)

// postgresSchema: the tokens are a tsvector made by platform/text, found by a
// GIN index. The statistics tell the planner which words are rare: with the
// default it walks the ids backwards through everything in search of one.
const postgresSchema = `
CREATE TABLE search_ticket (id BIGINT PRIMARY KEY, tokens TSVECTOR NOT NULL);
CREATE TABLE search_message (id BIGINT PRIMARY KEY, tokens TSVECTOR NOT NULL);
CREATE TABLE search_customer (id BIGINT PRIMARY KEY, tokens TSVECTOR NOT NULL);
CREATE INDEX search_ticket_tokens ON search_ticket USING GIN (tokens);
CREATE INDEX search_message_tokens ON search_message USING GIN (tokens);
CREATE INDEX search_customer_tokens ON search_customer USING GIN (tokens);
ALTER TABLE search_ticket ALTER COLUMN tokens SET STATISTICS 1000;
ALTER TABLE search_message ALTER COLUMN tokens SET STATISTICS 1000;
ALTER TABLE search_customer ALTER COLUMN tokens SET STATISTICS 1000;`

// postgres finds with a tsvector.
type postgres struct{ db *db.DB }

func (e postgres) put(ctx context.Context, p part, docs []document) error {
	q := [parts]string{
		ticketPart:   "INSERT INTO search_ticket (id, tokens) VALUES (?, ?::text::tsvector) ON CONFLICT (id) DO UPDATE SET tokens = excluded.tokens",
		messagePart:  "INSERT INTO search_message (id, tokens) VALUES (?, ?::text::tsvector) ON CONFLICT (id) DO UPDATE SET tokens = excluded.tokens",
		customerPart: "INSERT INTO search_customer (id, tokens) VALUES (?, ?::text::tsvector) ON CONFLICT (id) DO UPDATE SET tokens = excluded.tokens",
	}[p]
	for _, d := range docs {
		if _, err := db.Exec(ctx, e.db, q, d.id, vector(d)); err != nil {
			return err
		}
	}
	return nil
}

// vector is a document as text that PostgreSQL casts to a tsvector.
func vector(d document) string {
	var b strings.Builder
	b.WriteString(text.TSVector(d.text))
	for _, m := range d.marks {
		b.WriteString(" '" + m + "'")
	}
	return b.String()
}

// like writes tokens in quotes: they hold neither quotes nor backslashes.
func (postgres) like(all, some []string) *db.Query {
	quoted := func(tokens []string) []string {
		out := make([]string, len(tokens))
		for i, t := range tokens {
			out[i] = "'" + t + "'"
		}
		return out
	}
	parts := quoted(all)
	if len(some) > 0 {
		parts = append(parts, "("+strings.Join(quoted(some), " | ")+")")
	}
	return db.New("SELECT s.id FROM search_ticket AS s JOIN ticket AS t ON t.id = s.id WHERE s.tokens @@ ?::tsquery", strings.Join(parts, " & "))
}

func (e postgres) drop(ctx context.Context, p part, ids []int64) error {
	for len(ids) > 0 {
		some := ids[:min(len(ids), 500)]
		ids = ids[len(some):]
		q := db.In(db.New([parts]string{
			ticketPart:   "DELETE FROM search_ticket WHERE 1 = 1",
			messagePart:  "DELETE FROM search_message WHERE 1 = 1",
			customerPart: "DELETE FROM search_customer WHERE 1 = 1",
		}[p]), "AND id IN", some)
		if _, err := db.Exec(ctx, e.db, q.String(), q.Args()...); err != nil {
			return err
		}
	}
	return nil
}

// The question goes in as a tsquery, not as text that is cast: of that the
// planner knows nothing when it plans.
func (postgres) find(p part, q text.Parsed, before int64) *db.Query {
	return db.New([parts]string{
		ticketPart: `SELECT s.id FROM search_ticket AS s JOIN ticket AS t ON t.id = s.id
			WHERE s.tokens @@ ?::tsquery AND s.id < ?`,
		messagePart: `SELECT s.id FROM search_message AS s JOIN message AS m ON m.id = s.id JOIN ticket AS t ON t.id = m.ticket_id
			WHERE s.tokens @@ ?::tsquery AND s.id < ?`,
		customerPart: `SELECT s.id FROM search_customer AS s JOIN customer AS c ON c.id = s.id
			WHERE s.tokens @@ ?::tsquery AND s.id < ?`,
	}[p], q.TSQuery(), before)
}

func (postgres) order(q *db.Query, _ part, not int64, limit int) {
	q.If(not != 0, "AND s.id <> ?", not).Add("ORDER BY s.id DESC LIMIT ?", limit)
}

func (postgres) keep() string { return "FOR SHARE" }
func (postgres) take() string { return "FOR UPDATE" }

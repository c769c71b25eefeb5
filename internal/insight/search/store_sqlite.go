package search

import (
	"context"
	"strings"

	"heed/internal/platform/db"
	"heed/internal/platform/text"
)

// liteSchema: the indexes are FTS5 tables without content, whose rowid is the
// id of the thing. contentless_delete lets an entry be replaced or removed by
// its rowid alone.
const liteSchema = `
CREATE VIRTUAL TABLE search_ticket USING fts5(body, content='', contentless_delete=1, tokenize="` + text.FTS5Tokenizer + `");
CREATE VIRTUAL TABLE search_message USING fts5(body, content='', contentless_delete=1, tokenize="` + text.FTS5Tokenizer + `");
CREATE VIRTUAL TABLE search_customer USING fts5(body, content='', contentless_delete=1, tokenize="` + text.FTS5Tokenizer + `");`

// lite finds with FTS5.
type lite struct{ db *db.DB }

func (e lite) put(ctx context.Context, p part, docs []document) error {
	q := [parts]string{
		ticketPart:   "INSERT OR REPLACE INTO search_ticket (rowid, body) VALUES (?, ?)",
		messagePart:  "INSERT OR REPLACE INTO search_message (rowid, body) VALUES (?, ?)",
		customerPart: "INSERT OR REPLACE INTO search_customer (rowid, body) VALUES (?, ?)",
	}[p]
	for _, d := range docs {
		if _, err := db.Exec(ctx, e.db, q, d.id, strings.Join(append([]string{text.IndexText(d.text)}, d.marks...), " ")); err != nil {
			return err
		}
	}
	return nil
}

// like puts each token in double quotes, so that nothing acts as an operator.
func (lite) like(all, some []string) *db.Query {
	quoted := func(tokens []string) []string {
		out := make([]string, len(tokens))
		for i, t := range tokens {
			out[i] = `"` + t + `"`
		}
		return out
	}
	parts := quoted(all)
	if len(some) > 0 {
		parts = append(parts, "("+strings.Join(quoted(some), " OR ")+")")
	}
	return db.New("SELECT search_ticket.rowid FROM search_ticket CROSS JOIN ticket AS t ON t.id = search_ticket.rowid WHERE search_ticket MATCH ?", strings.Join(parts, " AND "))
}

func (e lite) drop(ctx context.Context, p part, ids []int64) error {
	q := [parts]string{
		ticketPart:   "DELETE FROM search_ticket WHERE rowid = ?",
		messagePart:  "DELETE FROM search_message WHERE rowid = ?",
		customerPart: "DELETE FROM search_customer WHERE rowid = ?",
	}[p]
	for _, id := range ids {
		if _, err := db.Exec(ctx, e.db, q, id); err != nil {
			return err
		}
	}
	return nil
}

// CROSS JOIN keeps SQLite to the order written: the index is walked, and each
// row is looked at by its id.
func (lite) find(p part, q text.Parsed, before int64) *db.Query {
	return db.New([parts]string{
		ticketPart: `SELECT search_ticket.rowid FROM search_ticket CROSS JOIN ticket AS t ON t.id = search_ticket.rowid
			WHERE search_ticket MATCH ? AND search_ticket.rowid < ?`,
		messagePart: `SELECT search_message.rowid FROM search_message CROSS JOIN message AS m ON m.id = search_message.rowid
			CROSS JOIN ticket AS t ON t.id = m.ticket_id WHERE search_message MATCH ? AND search_message.rowid < ?`,
		customerPart: `SELECT search_customer.rowid FROM search_customer CROSS JOIN customer AS c ON c.id = search_customer.rowid
			WHERE search_customer MATCH ? AND search_customer.rowid < ?`,
	}[p], q.FTS5(), before)
}

func (lite) order(q *db.Query, p part, not int64, limit int) {
	q.If(not != 0, "AND "+indexes[p]+".rowid <> ?", not).Add("ORDER BY "+indexes[p]+".rowid DESC LIMIT ?", limit)
}

// There is one writer, so rows need no locks.
func (lite) keep() string { return "" }
func (lite) take() string { return "" }

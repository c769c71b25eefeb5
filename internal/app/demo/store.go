package demo

import (
	"context"

	"heed/internal/platform/db"
)

// Migrations gives the schema of what this package keeps.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "demo", N: 1, SQL: `
CREATE TABLE demo_mark (kind $text NOT NULL, id $int NOT NULL, PRIMARY KEY (kind, id)) $end;`}}
}

// The kinds of things that are marked.
const (
	markAgent     = "agent"
	markTeam      = "team"
	markMailbox   = "mailbox"
	markCanned    = "canned"
	markCustomer  = "customer"
	markTicket    = "ticket"
	markArticle   = "article"
	markTerm      = "glossary_term"
	markExpert    = "expert"
	markProduct   = "product"
	markPriceList = "price_list"
	markCategory  = "category"
	markDealer    = "dealer"
	markFlow      = "flow"
	markReading   = "reading"
	markComplete  = "complete" // id 1: all has been made
)

func (l *loader) mark(ctx context.Context, kind string, id int64) error {
	_, err := db.Exec(ctx, l.DB, "INSERT INTO demo_mark (kind, id) VALUES (?, ?)", kind, id)
	return err
}

func marks(ctx context.Context, d *db.DB, kind string) ([]int64, error) {
	return db.All[int64](ctx, d, "SELECT id FROM demo_mark WHERE kind = ? ORDER BY id", kind)
}

// anyMark tells whether anything has been made.
func anyMark(ctx context.Context, d *db.DB) (bool, error) {
	kinds, err := db.All[string](ctx, d, "SELECT kind FROM demo_mark LIMIT 1")
	return len(kinds) > 0, err
}

func unmark(ctx context.Context, d *db.DB, kind string, ids []int64) error {
	q := db.In(db.New("DELETE FROM demo_mark WHERE kind = ?", kind), "AND id IN", ids)
	_, err := db.Exec(ctx, d, q.String(), q.Args()...)
	return err
}

package customer

import (
	"context"
	"strings"

	"heed/internal/platform/db"
)

// last is a character behind every other: what begins with p lies between p
// and p+last, byte by byte.
const last = "\U0010FFFF"

// columns are those of a customer whose table is called c.
var columns = "c." + strings.ReplaceAll(db.Cols[Customer](), ", ", ", c.")

// loadPage reads customers in the order that the filter wants. want nil is everybody,
// organization 0 is any.
func (s *Service) loadPage(ctx context.Context, want *wanted, f Filter, organization int64, after cursor, limit int) ([]Customer, error) {
	if want != nil && want.empty() {
		return []Customer{}, nil
	}
	q := db.New("SELECT " + columns + " FROM")
	if want != nil {
		want.add(q)
		q.Add("AS w JOIN customer AS c ON c.id = w.customer_id")
	} else {
		q.Add("customer AS c")
	}
	q.Add("WHERE c.merged_into = 0").If(f.Kind != "", "AND c.kind = ?", string(f.Kind))
	q.If(f.Tier != "", "AND c.tier <> '' AND c.tier = ?", string(f.Tier))
	q.If(organization != 0, "AND c.id IN (SELECT person_id FROM customer_affiliation WHERE organization_id = ?)", organization)
	if f.Newest {
		q.If(after.id != 0, "AND c.id < ?", after.id).Add("ORDER BY c.id DESC LIMIT ?", limit)
	} else {
		q.If(after.id != 0, "AND (c.name_sort, c.id) > (?, ?)", after.sort, after.id).Add("ORDER BY c.name_sort, c.id LIMIT ?", limit)
	}
	return db.All[Customer](ctx, s.db, q.String(), q.Args()...)
}

// add appends a table of the ids that a question finds, each once. It leads
// the join: left to choose, PostgreSQL walks through all customers in the
// order of their names and asks for each whether it is one.
//
// INTERSECT comes first: SQLite goes from left to right, PostgreSQL binds it
// tighter, and so both agree.
func (w *wanted) add(q *db.Query) {
	const (
		token = "SELECT DISTINCT customer_id FROM customer_token WHERE token >= ? AND token < ?"
		tail  = "SELECT DISTINCT customer_id FROM customer_identity WHERE reversed >= ? AND reversed < ?"
		head  = "SELECT DISTINCT customer_id FROM customer_identity WHERE kind = 'phone' AND value >= ? AND value < ?"
	)
	q.Add("(")
	first := true
	part := func(joint, text string, args ...any) {
		q.If(!first, joint).Add(text, args...)
		first = false
	}
	for _, t := range w.words {
		part("INTERSECT", token, t, t+last)
	}
	if w.joined != "" {
		part("UNION", token, w.joined, w.joined+last)
	}
	for _, t := range w.tails {
		part("UNION", tail, t, t+last)
	}
	for _, h := range w.heads {
		part("UNION", head, h, h+last)
	}
	if w.id != 0 {
		part("UNION", "SELECT id AS customer_id FROM customer WHERE id = ?", w.id)
	}
	q.Add(")")
}

// havingEmails gives customers other than one who have one of the addresses,
// the oldest first.
func (s *Service) havingEmails(ctx context.Context, emails []string, other int64) ([]Customer, error) {
	q := db.New("SELECT "+columns+" FROM customer AS c WHERE c.id <> ?", other)
	q = db.In(q, "AND c.id IN (SELECT customer_id FROM customer_identity WHERE kind = 'email' AND value IN", emails).Add(")")
	q.Add("ORDER BY c.id LIMIT ?", lookupMost)
	return db.All[Customer](ctx, s.db, q.String(), q.Args()...)
}

// havingPhone gives customers who have a number, by its digits from last to
// first: all of them, or how they begin.
func (s *Service) havingPhone(ctx context.Context, reversed string, whole bool, limit int) ([]Customer, error) {
	q := db.New("SELECT " + columns + " FROM customer AS c WHERE c.id IN (SELECT customer_id FROM customer_identity")
	q.If(whole, "WHERE reversed = ?", reversed).If(!whole, "WHERE reversed >= ? AND reversed < ?", reversed, reversed+last)
	q.Add(") ORDER BY c.id LIMIT ?", limit)
	return db.All[Customer](ctx, s.db, q.String(), q.Args()...)
}

package customer_test

import (
	"context"
	"testing"

	"heed/internal/people/customer"
	"heed/internal/platform/db"
)

// crowdSQL puts in 100,000 customers as the store keeps them.
var crowdSQL = []string{
	`INSERT INTO customer (kind, name, name_sort, salutation, locale, zone, notes, people_count, created_at, updated_at, version)
		SELECT 'person', 'Wang ' || i, 'wang ' || i, '', '', '', '', 0, 1, 1, 1 FROM (` + crowdRows + `) AS n`,
	`INSERT INTO customer_identity (customer_id, kind, value, reversed, label)
		SELECT id, 'phone', '+86138' || (10000000 + id), '', '' FROM customer WHERE name LIKE 'Wang %'`,
	`INSERT INTO customer_identity (customer_id, kind, value, reversed, label)
		SELECT id, 'email', 'user' || id || '@mail.example', '', '' FROM customer WHERE name LIKE 'Wang %'`,
	`INSERT INTO customer_token (token, customer_id) SELECT 'wang', id FROM customer WHERE name LIKE 'Wang %'`,
	`INSERT INTO customer_token (token, customer_id) SELECT 'user' || id || '@mail.example', id FROM customer WHERE name LIKE 'Wang %'`,
	`INSERT INTO customer_token (token, customer_id) SELECT 'mail.example', id FROM customer WHERE name LIKE 'Wang %'`,
}

const crowdRows = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n`

func TestEachKeyFindsTheSameCustomerAmong100000_R306(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("makes 100,000 customers")
	}
	each(t, func(t *testing.T, h house) {
		wanted := h.make(t, customer.Registration{
			Name: "欧阳雪莹", Emails: entries("xueying.ouyang@dental.example"), Phones: entries("+86 139 1234 5678"),
		})
		err := h.db.Write(h.rep, func(ctx context.Context) error {
			for _, text := range crowdSQL {
				if _, err := db.Exec(ctx, h.db, text); err != nil {
					return err
				}
			}
			if h.db.Postgres() {
				_, err := db.Exec(ctx, h.db, "ANALYZE")
				return err
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{
			"欧阳雪莹", "雪莹", "歐陽雪瑩", "ouyangxueying", "ouyang xueying", "oyxy", "xueying.ouyang@dental.example", "xueying", "139 1234 5678",
			"+86 139 1234", "139123", "345678", wanted.Number(),
		} {
			found, _, err := h.LookupBest(h.rep, customer.Lookup{Q: q}, 20)
			if err != nil || len(found) == 0 || found[0].ID != wanted.ID {
				t.Errorf("%q finds %d: %v", q, len(found), err)
			}
		}
		// What everybody has finds as many as are shown.
		if found, _, err := h.LookupBest(h.rep, customer.Lookup{Q: "wang"}, 20); err != nil || len(found) != 20 {
			t.Errorf("%d: %v", len(found), err)
		}
	})
}

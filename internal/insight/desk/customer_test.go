package desk_test

import (
	"testing"

	"heed/internal/platform/db"
)

func customerSchema() []db.Migration {
	return []db.Migration{{Slice: "customer", N: 1, SQL: "CREATE TABLE customer (id $id, kind $text NOT NULL, name $text NOT NULL) $end;"}}
}

// settleCustomers puts in Li, his firm, and somebody without a firm.
func (h *house) settleCustomers(t testing.TB) {
	t.Helper()
	for _, c := range [][2]string{{"person", "李雷"}, {"organization", "Example Compressors"}, {"person", "Han Meimei"}} {
		h.exec(t, "INSERT INTO customer (kind, name) VALUES (?, ?)", c[0], c[1])
	}
}

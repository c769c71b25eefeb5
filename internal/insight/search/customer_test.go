package search_test

import (
	"testing"

	"heed/internal/platform/db"
)

func customerSchema() []db.Migration {
	return []db.Migration{{Slice: "customer", N: 1, SQL: `
CREATE TABLE customer (id $id, kind $text NOT NULL, name $text NOT NULL, created_at $time NOT NULL) $end;
CREATE TABLE customer_identity (id $id, customer_id $int NOT NULL, kind $text NOT NULL, value $text NOT NULL) $end;`}}
}

// addCustomer adds somebody with an address and a phone number.
func (h *house) addCustomer(t testing.TB, name, email, phone string) int64 {
	t.Helper()
	id := h.insert(t, "INSERT INTO customer (kind, name, created_at) VALUES ('person', ?, ?) RETURNING id", name, h.clock.Now())
	for kind, value := range map[string]string{"email": email, "phone": phone} {
		if value != "" {
			h.insert(t, "INSERT INTO customer_identity (customer_id, kind, value) VALUES (?, ?, ?) RETURNING id", id, kind, value)
		}
	}
	h.tell(t, "customer.created", id)
	return id
}

func (h *house) renameCustomer(t testing.TB, id int64, name string) {
	t.Helper()
	h.insert(t, "UPDATE customer SET name = ? WHERE id = ? RETURNING id", name, id)
	h.tell(t, "customer.changed", id)
}

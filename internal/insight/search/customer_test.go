package search_test

import (
	"testing"

	"heed/internal/people/customer"
)

// addCustomer adds somebody with an address and a phone number.
func (h *house) addCustomer(t testing.TB, name, email, phone string) int64 {
	t.Helper()
	n := customer.Registration{Name: name}
	if email != "" {
		n.Emails = []customer.Entry{{Value: email}}
	}
	if phone != "" {
		n.Phones = []customer.Entry{{Value: phone}}
	}
	c, err := h.customers.Create(as(t, boss), n)
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

func (h *house) renameCustomer(t testing.TB, id int64, name string) {
	t.Helper()
	if _, err := h.customers.Change(as(t, boss), id, 0, customer.Patch{Name: &name}); err != nil {
		t.Fatal(err)
	}
}

package search_test

import (
	"testing"

	"heed/internal/insight/search"
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

func TestAMergedCustomerIsFoundAsTheOtherOne_R307(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		stays, goes := h.addCustomer(t, "Anna Stays", "stays@example.com", ""), h.addCustomer(t, "Anna Goes", "goes@example.com", "")
		old := customer.NumberOf(goes)
		m, err := h.customers.Merge(as(t, boss), goes, stays)
		if err != nil {
			t.Fatal(err)
		}
		h.catchUp(t)
		for _, q := range []string{"anna", "goes@example.com", old} {
			want(t, h.find(t, boss, q, search.Customers), "customer 1")
		}
		if _, err := h.customers.Unmerge(as(t, boss), m.ID); err != nil {
			t.Fatal(err)
		}
		h.catchUp(t)
		want(t, h.find(t, boss, "anna", search.Customers), "customer 2", "customer 1")
		for _, q := range []string{"goes@example.com", old} {
			want(t, h.find(t, boss, q, search.Customers), "customer 2")
		}
	})
}

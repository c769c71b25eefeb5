package customer_test

import (
	"testing"

	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/people/customer"
)

func in(name, email, phone string) customer.Incoming {
	n := customer.Incoming{Registration: customer.Registration{Name: name}}
	if email != "" {
		n.Emails = []customer.Entry{{Value: email}}
	}
	if phone != "" {
		n.Phones = []customer.Entry{{Value: phone}}
	}
	return n
}

func TestManyAreTakenAtOnceAndKnownAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		firm := h.make(t, customer.Registration{Kind: customer.Organization, Name: "Harbour Dental"})
		office := "021 5555 0100"
		rows := []customer.Incoming{
			in("王芳", "wang@x.example", ""), in("Dana", "", office), in("Eve", "", office), in("Only Name", "", ""),
			{Registration: customer.Registration{Kind: customer.Organization, Name: "North Retail"}},
			in("Broken", "nowhere", ""),
		}
		rows[0].Organizations = []customer.Member{{OrganizationID: firm.ID, Title: "Dentist"}}
		first, err := h.Take(h.rep, rows)
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range first {
			if wrong := i == 5; (x.Err != nil) != wrong || x.New == wrong {
				t.Errorf("%d: %+v", i, x)
			}
		}
		if first[1].ID == first[2].ID {
			t.Error("two people of one office became one")
		}
		again, err := h.Take(h.rep, rows)
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range again[:5] {
			if x.New || x.Changed || x.ID != first[i].ID {
				t.Errorf("again %d: %+v, was %+v", i, x, first[i])
			}
		}
		found, err := h.FindByPhone(h.rep, office)
		if err != nil || len(found) != 2 {
			t.Errorf("%v %v", found, err)
		}
		if c, err := h.Get(h.rep, first[0].ID); err != nil || len(c.Organizations) != 1 || c.Organizations[0].Title != "Dentist" {
			t.Errorf("%+v %v", c, err)
		}
		if c, _ := h.Get(h.rep, firm.ID); c.PeopleCount != 1 {
			t.Errorf("the organization counts %d people", c.PeopleCount)
		}
		if byName, err := h.OrganizationsNamed(h.rep, []string{"HARBOUR dental", "nobody"}); err != nil || len(byName) != 1 || byName["HARBOUR dental"] != firm.ID {
			t.Errorf("%v %v", byName, err)
		}
	})
}

func TestWhoIsKnownIsCompletedAndLosesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		gold := customer.Gold
		was := h.make(t, customer.Registration{
			Name: "王芳", Notes: "old", Emails: []customer.Entry{{Value: "wang@x.example"}}, Phones: []customer.Entry{{Value: "+8613800138000"}},
		})
		row := in("王芳", "wang@x.example", "+8613800138001")
		row.Tier = &gold
		got, err := h.Take(h.rep, []customer.Incoming{row})
		if err != nil || !got[0].Changed || got[0].ID != was.ID {
			t.Fatalf("%+v %v", got, err)
		}
		now, err := h.Get(h.rep, was.ID)
		if err != nil || now.Notes != "old" || len(now.Phones) != 2 || now.Tier != customer.Gold || now.Version != was.Version+1 {
			t.Errorf("%+v %v", now, err)
		}
		// An address of somebody else is a fault of the row, and stores nothing of it.
		h.make(t, customer.Registration{Name: "Li", Emails: []customer.Entry{{Value: "li@x.example"}}})
		row = in("王芳", "wang@x.example", "")
		row.Notes = "new"
		row.Emails = append(row.Emails, customer.Entry{Value: "li@x.example"})
		if got, err = h.Take(h.rep, []customer.Incoming{row, in("Zoe", "zoe@x.example", "")}); err != nil || fault.KeyOf(got[0].Err) != "customer.duplicate_email" || !got[1].New {
			t.Errorf("%+v %v", got, err)
		}
		if again, _ := h.Get(h.rep, was.ID); again.Version != now.Version {
			t.Errorf("half of a row was stored: %+v", again)
		}
		// A merged record is he whom it has become part of.
		twin := h.make(t, customer.Registration{Name: "王芳"})
		if _, err := h.Merge(h.rep, twin.ID, was.ID); err != nil {
			t.Fatal(err)
		}
		known := in("王芳", "", "")
		known.KnownID = twin.ID
		if got, err = h.Take(h.rep, []customer.Incoming{known}); err != nil || got[0].ID != was.ID || got[0].New {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := h.Take(as(t, authority.Employee), []customer.Incoming{known}); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
	})
}

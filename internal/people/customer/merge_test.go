package customer_test

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/people/customer"
	"heed/internal/platform/db"
)

// state is everything that is stored of some customers, apart from versions and
// times of change.
func (h house) state(t *testing.T, ids ...int64) string {
	t.Helper()
	var b strings.Builder
	for _, id := range ids {
		c, err := h.Get(h.rep, id)
		if err != nil {
			t.Fatal(err)
		}
		c.Version, c.UpdatedAt = 0, time.Time{}
		notes, err := h.Notes(h.rep, id)
		if err != nil {
			t.Fatal(err)
		}
		up, down, err := h.Chain(h.rep, id)
		if err != nil {
			t.Fatal(err)
		}
		people, err := h.People(h.rep, id, page.Request{})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%+v notes %+v", c, notes)
		for _, n := range slices.Concat(up, down) {
			fmt.Fprintf(&b, " %d:%s:%+v", n.Steps, n.Customer.Name, n.Link)
		}
		for _, p := range people.Items {
			fmt.Fprintf(&b, " %s %+v", p.Name, p.Organizations)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestMergeKeepsBothHistoriesAndIsUndoneExactly_R307(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		clinic := h.make(t, customer.Registration{Kind: customer.Organization, Name: "悦齿口腔"})
		bank := h.make(t, customer.Registration{Kind: customer.Organization, Name: "Leasing"})
		stays := h.make(t, customer.Registration{
			Name: "王芳", Emails: entries("wang@example.com"), Notes: "likes tea",
			Organizations: []customer.Member{{OrganizationID: clinic.ID, Roles: []string{"buyer"}}},
			Profile:       customer.Profile{Tier: new(customer.Gold)},
		})
		goes := h.make(t, customer.Registration{
			Name: "Wang Fang", Emails: entries("wang@example.com", "wf@example.net"), Phones: entries("13800138000"), Notes: "has a dog",
			Salutation: "王医生", AllowDuplicate: true,
			Organizations: []customer.Member{{OrganizationID: clinic.ID, Roles: []string{"user"}}, {OrganizationID: bank.ID, Roles: []string{"payer"}}},
			Profile: customer.Profile{
				Tier: new(customer.Silver), Since: new("2015-02-03"), City: new("广州"),
				Preferences: &[]customer.Preference{{Kind: customer.PreferTone, Text: "formal"}},
			},
		})
		for _, c := range []customer.Customer{stays, goes} {
			if _, err := h.AddNote(h.rep, c.ID, customer.NoteInput{Text: "plays chess " + c.Name, Consent: true, ConsentHow: "phone"}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := h.LinkTo(h.rep, goes.ID, bank.ID, true, customer.LinkSupplies); err != nil {
			t.Fatal(err)
		}
		before := h.state(t, stays.ID, goes.ID, clinic.ID, bank.ID)

		m, err := h.Merge(h.rep, goes.ID, stays.ID)
		if err != nil {
			t.Fatal(err)
		}
		got, err := h.Get(h.rep, stays.ID)
		if err != nil || len(got.Emails) != 2 || len(got.Phones) != 1 || len(got.Organizations) != 2 || got.Salutation != "王医生" || got.Tier != customer.Gold ||
			got.Since != "2015-02-03" || got.City != "广州" || len(got.Preferences.V) != 1 || got.Notes != "likes tea\n\nhas a dog" || got.Name != "王芳" {
			t.Errorf("%+v %v", got, err)
		}
		if notes, err := h.Notes(h.rep, stays.ID); err != nil || len(notes) != 2 {
			t.Error(notes, err)
		}
		if up, _, err := h.Chain(h.rep, stays.ID); err != nil || len(up) != 1 || up[0].Customer.ID != bank.ID {
			t.Error(up, err)
		}
		if c, err := h.Get(h.rep, clinic.ID); err != nil || c.PeopleCount != 1 {
			t.Error(c.PeopleCount, err)
		}
		// The old record is a signpost, and found nowhere but by its number.
		if old, err := h.Get(h.rep, goes.ID); err != nil || old.MergedInto != stays.ID || len(old.Emails) != 0 || old.Name != "Wang Fang" {
			t.Errorf("%+v %v", old, err)
		}
		for q, want := range map[string]string{"wf@example.net": "王芳", "wangfang": "王芳", goes.Number(): "王芳", "8000": "王芳"} {
			if p, err := h.List(h.rep, customer.Filter{Q: q}, page.Request{}); err != nil || names(p.Items) != want {
				t.Errorf("%s finds %q %v", q, names(p.Items), err)
			}
		}
		if id, err := h.Requester(actor.AsSystem(t.Context()), "wf@example.net", ""); err != nil || id != stays.ID {
			t.Error("mail to the old address goes elsewhere:", id, err)
		}
		if all, err := h.Merges(h.rep, stays.ID); err != nil || len(all) != 1 || all[0].From.ID != goes.ID || all[0].Merge.ByName != "Li" {
			t.Errorf("%+v %v", all, err)
		}
		if _, err := h.Change(h.rep, goes.ID, 0, customer.Patch{Name: new("x")}); fault.KeyOf(err) != "customer.merged_already" {
			t.Error(err)
		}

		if _, err := h.Unmerge(h.rep, m.ID); err != nil {
			t.Fatal(err)
		}
		if after := h.state(t, stays.ID, goes.ID, clinic.ID, bank.ID); after != before {
			t.Errorf("before\n%s\nafter\n%s", before, after)
		}
		if _, err := h.Unmerge(h.rep, m.ID); fault.KeyOf(err) != "customer.merge_undone" {
			t.Error(err)
		}
		var kinds []string
		for _, e := range h.events(t) {
			if strings.HasPrefix(e, "customer.merged") || strings.HasPrefix(e, "customer.unmerged") {
				kinds = append(kinds, e)
			}
		}
		if want := []string{fmt.Sprintf("customer.merged %d", stays.ID), fmt.Sprintf("customer.unmerged %d", stays.ID)}; !slices.Equal(kinds, want) {
			t.Errorf("%q", kinds)
		}
	})
}

func TestWhatWasChangedSinceAMergeStaysWhenItIsUndone_R307(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		stays := h.make(t, customer.Registration{Name: "A", Emails: entries("a@example.com")})
		goes := h.make(t, customer.Registration{Name: "B", Emails: entries("b@example.com"), Salutation: "Dr B", Zone: "Asia/Tokyo"})
		m, err := h.Merge(h.rep, goes.ID, stays.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Change(h.rep, stays.ID, 0, customer.Patch{Salutation: new("Mr A"), Emails: new(entries("new@example.com", "b@example.com", "a@example.com"))})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Unmerge(h.rep, m.ID); err != nil {
			t.Fatal(err)
		}
		a, err := h.Get(h.rep, stays.ID)
		if err != nil || a.Salutation != "Mr A" || a.Zone != "" || !reflect.DeepEqual(a.Emails, []customer.Email{{Value: "new@example.com"}, {Value: "a@example.com"}}) {
			t.Errorf("%+v %v", a, err)
		}
		b, err := h.Get(h.rep, goes.ID)
		if err != nil || b.Salutation != "Dr B" || b.Zone != "Asia/Tokyo" || len(b.Emails) != 1 || b.MergedInto != 0 {
			t.Errorf("%+v %v", b, err)
		}
	})
}

func TestOrganizationsMergeWithTheirPeople_R307(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		org := func(name string) customer.Customer {
			return h.make(t, customer.Registration{Kind: customer.Organization, Name: name})
		}
		stays, goes, maker := org("Stays"), org("Goes"), org("Maker")
		person := func(name string, in ...customer.Customer) customer.Customer {
			n := customer.Registration{Name: name}
			for i, o := range in {
				n.Organizations = append(n.Organizations, customer.Member{OrganizationID: o.ID, Title: fmt.Sprint(name, i), Roles: []string{"buyer"}})
			}
			return h.make(t, n)
		}
		one, both, other := person("one", goes), person("both", goes, stays), person("other", stays)
		for _, l := range []struct{ lower, upper int64 }{{goes.ID, maker.ID}, {stays.ID, maker.ID}, {one.ID, goes.ID}} {
			if _, err := h.LinkTo(h.rep, l.lower, l.upper, true, customer.LinkSupplies); err != nil {
				t.Fatal(err)
			}
		}
		all := []int64{stays.ID, goes.ID, maker.ID, one.ID, both.ID, other.ID}
		before := h.state(t, all...)
		m, err := h.Merge(h.rep, goes.ID, stays.ID)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := h.People(h.rep, stays.ID, page.Request{}); err != nil || names(p.Items) != "both, one, other" {
			t.Error(names(p.Items), err)
		}
		if c, err := h.Get(h.rep, stays.ID); err != nil || c.PeopleCount != 3 {
			t.Error(c.PeopleCount, err)
		}
		if c, err := h.Get(h.rep, goes.ID); err != nil || c.PeopleCount != 0 {
			t.Error(c.PeopleCount, err)
		}
		if up, _, err := h.Chain(h.rep, one.ID); err != nil || len(up) != 2 || up[0].Customer.ID != stays.ID || up[1].Customer.ID != maker.ID {
			t.Errorf("%+v %v", up, err)
		}
		if home, err := h.HomeOf(h.rep, one.ID); err != nil || home != stays.ID {
			t.Error(home, err)
		}
		if _, err := h.Unmerge(h.rep, m.ID); err != nil {
			t.Fatal(err)
		}
		if after := h.state(t, all...); after != before {
			t.Errorf("before\n%s\nafter\n%s", before, after)
		}
	})
}

func TestWhatCannotBeMerged_R307(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		a, b, c := h.make(t, customer.Registration{Name: "A"}), h.make(t, customer.Registration{Name: "B"}), h.make(t, customer.Registration{Name: "C"})
		firm := h.make(t, customer.Registration{Kind: customer.Organization, Name: "Firm"})
		if _, err := h.Merge(h.rep, a.ID, firm.ID); fault.KeyOf(err) != "customer.merge_kinds" {
			t.Error("a person became an organization:", err)
		}
		if _, err := h.Merge(h.rep, a.ID, a.ID); fields(err) != "into customer.merge_self" {
			t.Error(err)
		}
		if _, err := h.Merge(h.rep, a.ID, 999); fields(err) != "into field.not_found" {
			t.Error(err)
		}
		if _, err := h.Merge(h.rep, 999, a.ID); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
		if _, err := h.Merge(as(t, authority.Employee), a.ID, b.ID); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
		first, err := h.Merge(h.rep, a.ID, b.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Merge(h.rep, a.ID, c.ID); fault.KeyOf(err) != "customer.merged_already" {
			t.Error(err)
		}
		if _, err := h.Merge(h.rep, c.ID, a.ID); fault.KeyOf(err) != "customer.merged_already" {
			t.Error(err)
		}
		second, err := h.Merge(h.rep, b.ID, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := h.Get(h.rep, a.ID); err != nil || got.MergedInto != c.ID {
			t.Error("the signpost does not lead to the end:", got.MergedInto, err)
		}
		if _, err := h.Unmerge(h.rep, first.ID); fault.KeyOf(err) != "customer.merged_already" {
			t.Error("the later merge is undone first:", err)
		}
		if _, err := h.Unmerge(as(t, authority.Employee), second.ID); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
		for _, m := range []customer.Merge{second, first} {
			if _, err := h.Unmerge(h.rep, m.ID); err != nil {
				t.Error(err)
			}
		}
		if _, err := h.Unmerge(h.rep, 999); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
	})
}

func TestAnAnonymousCallerBecomesTheTrueOneLater_R307(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		caller := h.make(t, customer.Registration{Anonymous: true})
		if caller.Name != "" || !caller.Anonymous {
			t.Errorf("%+v", caller)
		}
		if _, err := h.Create(h.rep, customer.Registration{Kind: customer.Organization, Anonymous: true}); fields(err) != "name field.required" {
			t.Error("an organization has a name:", err)
		}
		known := h.make(t, customer.Registration{Name: "王芳"})
		if p, err := h.List(h.rep, customer.Filter{}, page.Request{}); err != nil || names(p.Items) != "王芳, " {
			t.Errorf("the nameless come last: %q %v", names(p.Items), err)
		}
		if p, err := h.List(h.rep, customer.Filter{Q: caller.Number()}, page.Request{}); err != nil || len(p.Items) != 1 {
			t.Error(p.Items, err)
		}
		if d, err := h.Duplicates(h.rep, caller.ID); err != nil || len(d) != 0 {
			t.Error("nobody resembles the nameless:", d, err)
		}
		if _, err := h.Merge(h.rep, caller.ID, known.ID); err != nil {
			t.Fatal(err)
		}
		if c, err := h.Get(h.rep, known.ID); err != nil || c.Anonymous || c.Name != "王芳" {
			t.Errorf("%+v %v", c, err)
		}
		// He may also just give his name.
		other := h.make(t, customer.Registration{Anonymous: true})
		if c, err := h.Change(h.rep, other.ID, 0, customer.Patch{Name: new("Anna")}); err != nil || c.Anonymous || c.Name != "Anna" {
			t.Errorf("%+v %v", c, err)
		}
	})
}

func TestWhoMayBeTheSameIsShown_R306(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		a := h.make(t, customer.Registration{Name: "王芳", Emails: entries("a@example.com"), Phones: entries("13800138000")})
		h.make(t, customer.Registration{Name: "王 芳", Phones: entries("13800138000")})
		h.make(t, customer.Registration{Name: "王方"})
		h.make(t, customer.Registration{Name: "Somebody", Emails: entries("a@example.com"), AllowDuplicate: true})
		h.make(t, customer.Registration{Kind: customer.Organization, Name: "王芳"})
		h.make(t, customer.Registration{Name: "李明"})
		shown := func(ds []customer.Duplicate, err error) string {
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, d := range ds {
				out = append(out, d.Customer.Name+": "+strings.Join(d.Reasons, " "))
			}
			return strings.Join(out, ", ")
		}
		if got := shown(h.Duplicates(h.rep, a.ID)); got != "王 芳: phone name, Somebody: email, 王方: sound" {
			t.Error(got)
		}
		d := customer.Description{Kind: customer.Person, Name: " 王芳", Phone: "+86 138 0013 8000", Email: "half@"}
		if got := shown(h.Alike(h.rep, d)); got != "王芳: phone name, 王 芳: phone name, 王方: sound" {
			t.Error(got)
		}
		if got := shown(h.Alike(h.rep, customer.Description{})); got != "" {
			t.Error(got)
		}
	})
}

func TestTheChainFromTheMakerToTheConsumer_R051(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		node := func(kind customer.Kind, name, role string) customer.Customer {
			return h.make(t, customer.Registration{Kind: kind, Name: name, Profile: customer.Profile{ChainRole: &role}})
		}
		maker := node(customer.Organization, "Maker", "maker")
		wholesaler := node(customer.Organization, "Wholesaler", "wholesaler_1")
		retailer := node(customer.Organization, "Retailer", "retailer")
		consumer := node(customer.Person, "Consumer", "end_customer")
		link := func(lower, upper customer.Customer, kind string) customer.Link {
			t.Helper()
			l, err := h.LinkTo(h.rep, lower.ID, upper.ID, true, kind)
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		link(wholesaler, maker, customer.LinkSupplies)
		link(retailer, wholesaler, customer.LinkDistributesFor)
		last, err := h.LinkTo(h.rep, retailer.ID, consumer.ID, false, customer.LinkSupplies)
		if err != nil {
			t.Fatal(err)
		}
		shown := func(ns []customer.Node) string {
			var out []string
			for _, n := range ns {
				out = append(out, fmt.Sprintf("%d %s %s %s", n.Steps, n.Customer.Name, n.Customer.ChainRole, n.Link.Kind))
			}
			return strings.Join(out, ", ")
		}
		up, down, err := h.Chain(h.rep, consumer.ID)
		if err != nil || len(down) != 0 || shown(up) != "-1 Retailer retailer supplies, -2 Wholesaler wholesaler_1 distributes_for, -3 Maker maker supplies" {
			t.Error(shown(up), shown(down), err)
		}
		if up, down, err = h.Chain(h.rep, maker.ID); err != nil || len(up) != 0 || len(down) != 3 || down[2].Customer.Name != "Consumer" || down[2].Via != retailer.ID {
			t.Error(shown(up), shown(down), err)
		}
		if got, err := h.SuppliersOf(h.rep, consumer.ID); err != nil || names(got) != "Retailer" {
			t.Error(names(got), err)
		}
		staff := h.make(t, customer.Registration{Name: "Clerk", Organizations: []customer.Member{{OrganizationID: retailer.ID}}})
		if got, err := h.SuppliersOf(h.rep, staff.ID); err != nil || names(got) != "Wholesaler" {
			t.Error("of somebody's firm:", names(got), err)
		}
		if _, err := h.LinkTo(h.rep, maker.ID, consumer.ID, true, customer.LinkSupplies); fields(err) != "customer_id customer.chain_circle" {
			t.Error(err)
		}
		if _, err := h.LinkTo(h.rep, maker.ID, maker.ID, true, customer.LinkSupplies); fields(err) != "customer_id customer.chain_circle" {
			t.Error(err)
		}
		if _, err := h.LinkTo(h.rep, maker.ID, 999, true, customer.LinkSupplies); fields(err) != "customer_id field.not_found" {
			t.Error(err)
		}
		if _, err := h.LinkTo(h.rep, maker.ID, staff.ID, false, "loves"); fields(err) != "kind field.unknown_value" {
			t.Error(err)
		}
		if _, err := h.LinkTo(h.rep, wholesaler.ID, maker.ID, true, customer.LinkSupplies); !fault.Is(err, fault.KindExists) {
			t.Error("twice:", err)
		}
		if err := h.Unlink(h.rep, maker.ID, last.ID); !fault.Is(err, fault.KindNotFound) {
			t.Error("somebody else's link:", err)
		}
		if err := h.Unlink(h.rep, consumer.ID, last.ID); err != nil {
			t.Error(err)
		}
		if up, _, err := h.Chain(h.rep, consumer.ID); err != nil || len(up) != 0 {
			t.Error(shown(up), err)
		}
		if _, err := h.LinkTo(as(t, authority.Employee), consumer.ID, retailer.ID, true, customer.LinkSupplies); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
	})
}

func TestPersonalNotesAreKeptWithConsentAlone_R062(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		c := h.make(t, customer.Registration{Name: "Li"})
		if _, err := h.AddNote(h.rep, c.ID, customer.NoteInput{Text: "two children"}); fields(err) != "consent customer.consent_required, consent_how field.required" {
			t.Error(err)
		}
		if _, err := h.AddNote(h.rep, c.ID, customer.NoteInput{Consent: true, ConsentHow: "said so"}); fields(err) != "text field.required" {
			t.Error(err)
		}
		n, err := h.AddNote(h.rep, c.ID, customer.NoteInput{Text: "two children", Consent: true, ConsentHow: "said so on the phone"})
		if err != nil {
			t.Fatal(err)
		}
		got, err := h.Notes(h.rep, c.ID)
		if err != nil || len(got) != 1 || got[0].Text != "two children" || got[0].ByName != "Li" || got[0].ConsentHow != "said so on the phone" {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := h.Notes(as(t, authority.Employee), c.ID); !fault.Is(err, fault.KindForbidden) {
			t.Error("everybody reads personal notes:", err)
		}
		if err := h.RemoveNote(h.rep, c.ID+1, n.ID); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
		if err := h.RemoveNote(h.rep, c.ID, n.ID); err != nil {
			t.Error(err)
		}
		if got, err := h.Notes(h.rep, c.ID); err != nil || len(got) != 0 {
			t.Error(got, err)
		}
		for _, e := range h.events(t) {
			if strings.Contains(e, "children") {
				t.Error("the journal holds what was personal:", e)
			}
		}
	})
}

func TestPurgeTakesEverythingAlong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		a, b, c := h.make(t, customer.Registration{Name: "A"}), h.make(t, customer.Registration{Name: "B"}), h.make(t, customer.Registration{Name: "C"})
		if _, err := h.AddNote(h.rep, b.ID, customer.NoteInput{Text: "x", Consent: true, ConsentHow: "y"}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.LinkTo(h.rep, b.ID, c.ID, true, customer.LinkSupplies); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Merge(h.rep, a.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.Purge(actor.AsSystem(t.Context()), []int64{b.ID}); err != nil {
			t.Fatal(err)
		}
		for table, want := range map[string]int64{"customer": 1, "customer_note": 0, "customer_link": 0, "customer_merge": 0} {
			if n, err := db.One[int64](t.Context(), h.db, "SELECT COUNT(*) FROM "+table); err != nil || n != want {
				t.Errorf("%s has %d rows: %v", table, n, err)
			}
		}
	})
}

func TestMergingThroughTheAPI_R307(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		do := h.api(t)
		do(http.StatusCreated, "POST", "/customers", `{"name":"王芳","phones":[{"value":"13800138000"}]}`)
		do(http.StatusCreated, "POST", "/customers", `{"anonymous":true}`)
		do(http.StatusCreated, "POST", "/customers", `{"name":"王芳","phones":[{"value":"13800138000"}]}`)
		d := do(http.StatusOK, "GET", "/customers/1/duplicates", "")["items"].([]any)
		if len(d) != 1 || d[0].(map[string]any)["reasons"].([]any)[0] != "phone" {
			t.Error(d)
		}
		if d := do(http.StatusOK, "GET", "/duplicates?phone=13800138000", "")["items"].([]any); len(d) != 2 {
			t.Error(d)
		}
		m := do(http.StatusOK, "POST", "/customers/3/merge", `{"into":1}`)
		if old := do(http.StatusOK, "GET", "/customers/3", ""); old["merged_into"] != 1.0 {
			t.Error(old)
		}
		if ms := do(http.StatusOK, "GET", "/customers/1/merges", "")["items"].([]any); len(ms) != 1 {
			t.Error(ms)
		}
		do(http.StatusOK, "POST", fmt.Sprintf("/customers/merges/%v/undo", m["id"]), "")
		if old := do(http.StatusOK, "GET", "/customers/3", ""); old["merged_into"] != nil {
			t.Error(old)
		}
		n := do(http.StatusCreated, "POST", "/customers/1/notes", `{"text":"chess","consent":true,"consent_how":"phone"}`)
		do(http.StatusUnprocessableEntity, "POST", "/customers/1/notes", `{"text":"chess"}`)
		if ns := do(http.StatusOK, "GET", "/customers/1/notes", "")["items"].([]any); len(ns) != 1 {
			t.Error(ns)
		}
		do(http.StatusNoContent, "DELETE", fmt.Sprintf("/customers/1/notes/%v", n["id"]), "")
		do(http.StatusNoContent, "POST", "/customers/1/links", `{"customer_id":3,"direction":"up"}`)
		chain := do(http.StatusOK, "GET", "/customers/1/chain", "")
		up := chain["up"].([]any)[0].(map[string]any)
		if up["steps"] != -1.0 || up["customer"].(map[string]any)["number"] != "C-1003" || len(chain["down"].([]any)) != 0 {
			t.Error(chain)
		}
		do(http.StatusNoContent, "DELETE", fmt.Sprintf("/customers/1/links/%v", up["link_id"]), "")
		do(http.StatusOK, "PATCH", "/customers/1", `{"zone":"Asia/Tokyo","preferences":[{"kind":"time","channel":"phone","not_before":"10:00","warn":true}]}`, "If-Match", `"3"`)
		w := do(http.StatusOK, "GET", "/customers/1/warnings?channel=phone&at=2026-11-24T00:00:00Z", "")["items"].([]any)
		if len(w) != 1 || w[0].(map[string]any)["code"] != "too_early" || w[0].(map[string]any)["local_time"] != "09:00" {
			t.Error(w)
		}
		do(http.StatusOK, "GET", "/customers/1/warnings", "")
	})
}

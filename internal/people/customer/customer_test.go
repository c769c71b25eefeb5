package customer_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/people/customer"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/journal"
	"heed/internal/platform/rest"
)

var schema = slices.Concat(journal.Migrations(), rest.Migrations(), setting.Migrations(), customer.Migrations())

type house struct {
	*customer.Service
	db      *db.DB
	journal *journal.Journal
	rep     context.Context
}

func as(t *testing.T, role string) context.Context {
	return actor.With(t.Context(), actor.Actor{Kind: actor.Agent, ID: 1, Name: "Li", Role: role})
}

func each(t *testing.T, fn func(t *testing.T, h house)) {
	t.Helper()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		j := journal.New(journal.Deps{DB: d, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
		set := setting.New(setting.Deps{DB: d, Journal: j, Clock: clock.System{}})
		if _, err := set.Change(actor.AsSystem(t.Context()), 0, setting.Patch{Country: new("CN")}); err != nil {
			t.Fatal(err)
		}
		s := customer.New(customer.Deps{DB: d, Journal: j, Clock: clock.System{}, Settings: set})
		fn(t, house{s, d, j, as(t, authority.Rep)})
	})
}

func (h house) make(t *testing.T, n customer.Registration) customer.Customer {
	t.Helper()
	c, err := h.Create(h.rep, n)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// events gives the kinds and data of what happened, in order.
func (h house) events(t *testing.T) []string {
	t.Helper()
	var out []string
	err := h.journal.CatchUp(t.Context(), journal.Follower{Name: "test", Kinds: []string{"customer."}, Handle: func(_ context.Context, evs []event.Event) error {
		for _, e := range evs {
			if e.Customer != e.About.ID {
				t.Errorf("%s belongs to the journey of %d", e.Kind, e.Customer)
			}
			var fields struct{ Fields []string }
			if err := e.Decode(&fields); err != nil {
				return err
			}
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %d %s", e.Kind, e.About.ID, strings.Join(fields.Fields, ","))))
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func names(cs []customer.Customer) string {
	var out []string
	for _, c := range cs {
		out = append(out, c.Name)
	}
	return strings.Join(out, ", ")
}

func fields(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return fmt.Sprint(err)
	}
	var out []string
	for _, field := range f.Fields {
		out = append(out, field.Name+" "+field.Key)
	}
	return strings.Join(out, ", ")
}

func entries(values ...string) []customer.Entry {
	var out []customer.Entry
	for _, v := range values {
		out = append(out, customer.Entry{Value: v})
	}
	return out
}

func TestAPersonBelongsToSeveralOrganizations_R057(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		clinic := h.make(t, customer.Registration{Kind: customer.Organization, Name: "悦齿口腔"})
		factory := h.make(t, customer.Registration{Kind: customer.Organization, Name: "Harmony Compressors"})
		anna := h.make(t, customer.Registration{
			Name: "李安娜", Salutation: "李医生", Notes: " likes tea ",
			Organizations: []customer.Member{{OrganizationID: clinic.ID, Title: "Dentist"}, {OrganizationID: factory.ID}, {OrganizationID: clinic.ID}},
		})
		got, err := h.Get(h.rep, anna.ID)
		if err != nil || len(got.Organizations) != 2 || got.Organizations[0].Name != "悦齿口腔" || got.Organizations[0].Title != "Dentist" || got.Notes != "likes tea" {
			t.Fatalf("%+v %v", got, err)
		}
		if got, err := h.Get(h.rep, clinic.ID); err != nil || got.PeopleCount != 1 {
			t.Errorf("%+v %v", got, err)
		}
		if home, err := h.HomeOf(h.rep, anna.ID); err != nil || home != clinic.ID {
			t.Error(home, err)
		}
		if home, err := h.HomeOf(h.rep, factory.ID); err != nil || home != factory.ID {
			t.Error(home, err)
		}
		if _, err := h.HomeOf(h.rep, 999); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
		if p, err := h.People(h.rep, factory.ID, page.Request{}); err != nil || names(p.Items) != "李安娜" {
			t.Error(names(p.Items), err)
		}
		if _, err := h.People(h.rep, 999, page.Request{}); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
		if _, err := h.Change(h.rep, anna.ID, anna.Version, customer.Patch{Organizations: &[]customer.Member{{OrganizationID: factory.ID, Title: "Buyer"}}}); err != nil {
			t.Fatal(err)
		}
		if got, err := h.Get(h.rep, clinic.ID); err != nil || got.PeopleCount != 0 {
			t.Errorf("%+v %v", got, err)
		}
		want := []string{
			"customer.created 1", "customer.created 2", "customer.changed 1 people", "customer.changed 2 people", "customer.created 3",
			"customer.changed 1 people", "customer.changed 3 organizations",
		}
		if got := h.events(t); !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
		for _, members := range [][]customer.Member{{{OrganizationID: anna.ID}}, {{OrganizationID: 999}}} {
			_, err := h.Create(h.rep, customer.Registration{Name: "X", Organizations: members})
			if got := fields(err); got != "organization_ids[0].id field.not_found" {
				t.Error(got)
			}
		}
		_, err = h.Create(h.rep, customer.Registration{Kind: customer.Organization, Name: "X", Organizations: []customer.Member{{OrganizationID: clinic.ID}}})
		if got := fields(err); got != "organization_ids field.person_only" {
			t.Error(got)
		}
	})
}

func TestFindByAnyKey_R306(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		h.make(t, customer.Registration{Name: "王芳", Emails: entries("Wang.Fang@Example.com", "wf@clinic.example"), Phones: entries("138 0013 8000", "(020) 6655 1234 转 801")})
		h.make(t, customer.Registration{Name: "Anna Müller", Emails: entries("anna@example.net"), Phones: entries("+1 (202) 555-0123")})
		h.make(t, customer.Registration{Kind: customer.Organization, Name: "三丰機械有限公司"})
		h.make(t, customer.Registration{Name: "王小明"})
		for _, tt := range []struct{ q, want string }{
			{"王芳", "王芳"},
			{"芳", "王芳"},
			{"王", "王芳, 王小明"},
			{"wangfang", "王芳"},
			{"wang fang", "王芳"},
			{"WF", "王芳"},
			{"wang", "王芳, 王小明"},
			{"wang.fang@example.com", "王芳"},
			{"<WANG.FANG@EXAMPLE.COM>", "王芳"},
			{"wf@cli", "王芳"},
			{"clinic.example", "王芳"},
			{"13800138000", "王芳"},
			{"+86 138-0013-8000", "王芳"},
			{"0086 138 0013 8000", "王芳"},
			{"１３８００１３８０００", "王芳"},
			{"8000", "王芳"},
			{"1380013", "王芳"},
			{"+86 1380", "王芳"},
			{"020 6655", "王芳"},
			{"+1 202", "Anna Müller"},
			{"13-8000", "王芳"},
			{"020 6655 1234", "王芳"},
			{"66551234", "王芳"},
			{"C-1001", "王芳"},
			{"c1001", "王芳"},
			{"1001", "王芳"},
			{"muller anna", "Anna Müller"},
			{"ann mül", "Anna Müller"},
			{"202 555 0123", "Anna Müller"},
			{"三丰机械", "三丰機械有限公司"},
			{"sfjx", "三丰機械有限公司"},
			{"anna 8000", ""},
			{"800", ""},
			{"nobody", ""},
			{"?!", ""},
			{"' OR 1=1 --", ""},
			{"", "Anna Müller, 三丰機械有限公司, 王芳, 王小明"},
		} {
			p, err := h.List(h.rep, customer.Filter{Q: tt.q}, page.Request{})
			if err != nil || names(p.Items) != tt.want {
				t.Errorf("%q finds %q (%v), want %q", tt.q, names(p.Items), err, tt.want)
			}
		}
		for _, tt := range []struct {
			l    customer.Lookup
			want string
		}{
			{customer.Lookup{Phone: "+8613800138000"}, "王芳"},
			{customer.Lookup{Phone: "02066551234"}, "王芳"},
			{customer.Lookup{Phone: "66551234"}, "王芳"},
			{customer.Lookup{Phone: "13800138001"}, ""},
			{customer.Lookup{Phone: "anonymous"}, ""},
			{customer.Lookup{Email: "WF@clinic.example"}, "王芳"},
			{customer.Lookup{Email: "clinic"}, ""},
			{customer.Lookup{Q: "muller"}, "Anna Müller"},
		} {
			found, err := h.Lookup(h.rep, tt.l)
			if err != nil || names(found) != tt.want {
				t.Errorf("%+v finds %q (%v), want %q", tt.l, names(found), err, tt.want)
			}
			if len(found) > 0 && len(found[0].Emails) == 0 {
				t.Errorf("%+v is found without addresses", tt.l)
			}
		}
		p, err := h.List(h.rep, customer.Filter{Kind: customer.Organization}, page.Request{})
		if err != nil || names(p.Items) != "三丰機械有限公司" {
			t.Error(names(p.Items), err)
		}
	})
}

func TestWhatIsChangedIsFoundAsItIsNow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		c := h.make(t, customer.Registration{Name: "Old Name", Emails: entries("old@example.com"), Phones: entries("13800138000")})
		now, err := h.Change(h.rep, c.ID, c.Version, customer.Patch{
			Name: new("New Name"), Emails: &[]customer.Entry{{Value: "b@example.com"}, {Value: "a@example.com", Primary: true}}, Phones: &[]customer.Entry{},
			Locale: new("zh-TW"), Zone: new("Asia/Taipei"), Salutation: new("Sir"), Notes: new("n"),
		})
		if err != nil || now.Version != 2 || now.Emails[0].Value != "a@example.com" {
			t.Fatal(now, err)
		}
		if got, err := h.Get(h.rep, c.ID); err != nil || got.Emails[0].Value != "a@example.com" || len(got.Phones) != 0 || got.Zone != "Asia/Taipei" || got.Version != 2 {
			t.Error(got, err)
		}
		for q, found := range map[string]bool{"old": false, "13800138000": false, "new name": true, "b@example.com": true} {
			p, err := h.List(h.rep, customer.Filter{Q: q}, page.Request{})
			if err != nil || (len(p.Items) == 1) != found {
				t.Errorf("%q: %v %v", q, names(p.Items), err)
			}
		}
		if _, err := h.Change(h.rep, c.ID, 1, customer.Patch{Name: new("x")}); fault.KeyOf(err) != "stale" {
			t.Error(err)
		}
		if same, err := h.Change(h.rep, c.ID, 2, customer.Patch{Name: new("New  Name")}); err != nil || same.Version != 2 {
			t.Error("a change of nothing:", same, err)
		}
		if got := h.events(t); !slices.Equal(got, []string{"customer.created 1", "customer.changed 1 name,salutation,locale,zone,notes,emails,phones"}) {
			t.Errorf("%q", got)
		}
	})
}

func TestDuplicatesAreWarnedOf_R306(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		first := h.make(t, customer.Registration{Name: "Anna", Emails: entries("anna@example.com")})
		n := customer.Registration{Name: "Anna again", Emails: entries("ANNA@example.com")}
		_, err := h.Create(h.rep, n)
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != "customer.duplicate_email" || f.Params["customer_id"] != first.ID || f.Params["name"] != "Anna" {
			t.Fatal(err)
		}
		n.AllowDuplicate = true
		second := h.make(t, n)
		if found, err := h.FindByEmail(h.rep, "anna@example.com"); err != nil || names(found) != "Anna, Anna again" {
			t.Error(names(found), err)
		}
		// What he has already is no news.
		if _, err := h.Change(h.rep, second.ID, 0, customer.Patch{Emails: new(entries("anna@example.com", "more@example.com"))}); err != nil {
			t.Error(err)
		}
		third := h.make(t, customer.Registration{Name: "Ben"})
		p := customer.Patch{Emails: new(entries("more@example.com"))}
		if _, err := h.Change(h.rep, third.ID, 0, p); fault.KeyOf(err) != "customer.duplicate_email" {
			t.Error(err)
		}
		p.AllowDuplicate = true
		if _, err := h.Change(h.rep, third.ID, 0, p); err != nil {
			t.Error(err)
		}
	})
}

func TestANewCallerIsRegisteredInline_R307(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		c := h.make(t, customer.Registration{Phones: entries("138 0013 8000")})
		if c.Name != "138 0013 8000" || c.Kind != customer.Person || c.Number() != "C-1001" {
			t.Errorf("%+v", c)
		}
		if c := h.make(t, customer.Registration{Emails: entries("x@example.com")}); c.Name != "x@example.com" {
			t.Errorf("%+v", c)
		}
		_, err := h.Create(h.rep, customer.Registration{
			Kind: "robot", Emails: entries("ok@example.com", "bad"), Phones: entries("12", "6655 1234"), Locale: "fr", Zone: "Mars",
			Name: strings.Repeat("长", 201),
		})
		want := "kind field.unknown_value, locale field.unknown_value, zone field.zone_unknown, emails[1].value field.email_invalid, " +
			"phones[0].value field.phone_invalid, phones[1].value field.phone_no_area_code, name field.too_long"
		if got := fields(err); got != want {
			t.Error(got)
		}
		if _, err := h.Create(h.rep, customer.Registration{}); fields(err) != "name field.required" {
			t.Error(err)
		}
		value, shown, err := h.NormalizePhone(h.rep, "020 6655 1234 分机 8")
		if err != nil || value != "+862066551234;ext=8" || shown != "020 6655 1234 ext. 8" {
			t.Error(value, shown, err)
		}
		// What we give out comes back as it was.
		if c := h.make(t, customer.Registration{Name: "Ext", Phones: entries(value)}); c.Phones[0].Number.String() != value {
			t.Error(c.Phones)
		}
	})
}

func TestWhatEachRoleMayDoWithCustomers_R064(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		employee := as(t, authority.Employee)
		c, err := h.Create(employee, customer.Registration{Name: "Caller"})
		if err != nil {
			t.Fatal("an employee cannot register who calls:", err)
		}
		if _, err := h.Get(employee, c.ID); err != nil {
			t.Error(err)
		}
		if _, err := h.Change(employee, c.ID, 0, customer.Patch{Name: new("X")}); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
		if err := h.Purge(h.rep, []int64{c.ID}); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
		nobody := t.Context()
		_, err1 := h.Create(nobody, customer.Registration{Name: "X"})
		_, err2 := h.Get(nobody, c.ID)
		_, err3 := h.List(nobody, customer.Filter{}, page.Request{})
		_, err4 := h.Lookup(nobody, customer.Lookup{Phone: "1"})
		_, err5 := h.FindByEmail(nobody, "x@example.com")
		for _, err := range []error{err1, err2, err3, err4, err5} {
			if !fault.Is(err, fault.KindUnauthenticated) {
				t.Error(err)
			}
		}
	})
}

func TestMailsOfANewCustomerAtOnceMakeOneOfHim(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		system := actor.AsSystem(t.Context())
		var wg sync.WaitGroup
		ids := make([]int64, 8)
		for i := range ids {
			wg.Go(func() {
				var err error
				if ids[i], err = h.Requester(system, "New@example.com", "新客户"); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if slices.Min(ids) != slices.Max(ids) || ids[0] == 0 {
			t.Error(ids)
		}
		if c, err := h.Get(system, ids[0]); err != nil || c.Name != "新客户" {
			t.Error(c, err)
		}
		if id, err := h.Requester(system, "MAILER-DAEMON", ""); err != nil || id != 0 {
			t.Error(id, err)
		}
		if id, err := h.Requester(system, "long@example.com", strings.Repeat("长", 500)); err != nil || id == 0 {
			t.Error(id, err)
		}
		// A person before the organization that has the same address.
		org := h.make(t, customer.Registration{Kind: customer.Organization, Name: "Desk", Emails: entries("desk@example.com")})
		if id, err := h.Requester(system, "desk@example.com", "Somebody"); err != nil || id != org.ID {
			t.Error(id, err)
		}
		clerk := h.make(t, customer.Registration{Name: "Clerk", Emails: entries("desk@example.com"), AllowDuplicate: true})
		if id, err := h.Requester(system, "desk@example.com", "Somebody"); err != nil || id != clerk.ID {
			t.Error(id, err)
		}
	})
}

func TestColleaguesBelongTogether(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		org := h.make(t, customer.Registration{Kind: customer.Organization, Name: "Clinic", Emails: entries("clinic@example.com")})
		in := func(name string) customer.Customer {
			return h.make(t, customer.Registration{Name: name, Emails: entries(name + "@example.com"), Organizations: []customer.Member{{OrganizationID: org.ID}}})
		}
		anna := in("anna")
		in("ben")
		h.make(t, customer.Registration{Name: "stranger", Emails: entries("stranger@example.com")})
		for address, want := range map[string]bool{
			"ANNA@example.com": true, "ben@example.com": true, "clinic@example.com": true,
			"stranger@example.com": false, "unknown@example.com": false, "nonsense": false,
		} {
			if got, err := h.Belongs(h.rep, anna.ID, address); err != nil || got != want {
				t.Errorf("%s: %v %v", address, got, err)
			}
		}
		if got, err := h.Belongs(h.rep, org.ID, "ben@example.com"); err != nil || !got {
			t.Error(got, err)
		}
	})
}

func TestPurgeLeavesNoTrace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		stays := h.make(t, customer.Registration{Kind: customer.Organization, Name: "Stays"})
		goes := h.make(t, customer.Registration{Kind: customer.Organization, Name: "Goes"})
		a := h.make(t, customer.Registration{Name: "A", Emails: entries("a@example.com"), Phones: entries("13800138000"), Organizations: []customer.Member{{OrganizationID: stays.ID}, {OrganizationID: goes.ID}}})
		b := h.make(t, customer.Registration{Name: "B", Organizations: []customer.Member{{OrganizationID: goes.ID}}})
		if err := h.Purge(actor.AsSystem(t.Context()), []int64{a.ID, goes.ID}); err != nil {
			t.Fatal(err)
		}
		if c, err := h.Get(h.rep, stays.ID); err != nil || c.PeopleCount != 0 {
			t.Error(c, err)
		}
		if c, err := h.Get(h.rep, b.ID); err != nil || len(c.Organizations) != 0 {
			t.Error(c, err)
		}
		if _, err := h.Get(h.rep, a.ID); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
		for table, want := range map[string]int64{"customer": 2, "customer_identity": 0, "customer_affiliation": 0, "customer_token": 2} {
			if n, err := db.One[int64](t.Context(), h.db, "SELECT COUNT(*) FROM "+table); err != nil || n != want {
				t.Errorf("%s has %d rows: %v", table, n, err)
			}
		}
		for _, e := range h.events(t) {
			if strings.Contains(e, fmt.Sprintf(" %d", a.ID)) {
				t.Error(e)
			}
		}
	})
}

func TestListsGoByPagesInTheOrderOfNames(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		for _, name := range []string{"王芳", "Zoe", "李明", "anna", "Bea", "李明"} {
			h.make(t, customer.Registration{Name: name})
		}
		var all []customer.Customer
		req := page.Request{Limit: 2}
		for {
			p, err := h.List(h.rep, customer.Filter{}, req)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, p.Items...)
			if req.Cursor = p.Next; p.Next == "" {
				break
			}
		}
		if got := names(all); got != "anna, Bea, 李明, 李明, 王芳, Zoe" {
			t.Error(got)
		}
		var newest []customer.Customer
		for req = (page.Request{Limit: 4}); ; {
			p, err := h.List(h.rep, customer.Filter{Newest: true}, req)
			if err != nil {
				t.Fatal(err)
			}
			newest = append(newest, p.Items...)
			if req.Cursor = p.Next; p.Next == "" {
				break
			}
		}
		if got := names(newest); got != "李明, Bea, anna, 李明, Zoe, 王芳" {
			t.Error(got)
		}
		if _, err := h.List(h.rep, customer.Filter{}, page.Request{Cursor: "nonsense"}); fault.KeyOf(err) != "cursor_invalid" {
			t.Error(err)
		}
	})
}

// anybody lets every request act as a rep.
type anybody struct{}

func (anybody) Session(context.Context, string) (actor.Actor, int64, error) {
	return actor.Actor{}, 0, fault.Unauthenticated("unauthenticated")
}

func (anybody) Token(context.Context, string) (actor.Actor, error) {
	return actor.Actor{Kind: actor.Agent, ID: 1, Name: "Li", Role: authority.Rep}, nil
}

// api gives what asks the API as a rep and wants an answer with a status.
func (h house) api(t *testing.T) func(status int, method, path, body string, extra ...string) map[string]any {
	r := rest.NewRouter(rest.Deps{DB: h.db, Auth: anybody{}, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)})
	h.Routes(r)
	return func(status int, method, path, body string, extra ...string) map[string]any {
		t.Helper()
		req := httptest.NewRequest(method, rest.Base+path, strings.NewReader(body))
		req.Header.Set("Authorization", "Bearer x")
		req.Header.Set("Content-Type", "application/json")
		for i := 0; i+1 < len(extra); i += 2 {
			req.Header.Set(extra[i], extra[i+1])
		}
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		out := map[string]any{}
		if w.Body.Len() > 0 {
			if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
				t.Fatal(err)
			}
		}
		if w.Code != status {
			t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
		}
		return out
	}
}

func TestCustomersThroughTheAPI(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		do := h.api(t)
		made := do(http.StatusCreated, "POST", "/customers", `{"name":"王芳","emails":[{"value":"A@Example.com","label":"work"}],"phones":[{"value":"138 0013 8000"}]}`)
		phone := made["phones"].([]any)[0].(map[string]any)
		if made["number"] != "C-1001" || made["kind"] != "person" || phone["value"] != "+8613800138000" || phone["shown"] != "138 0013 8000" || phone["primary"] != true {
			t.Errorf("%v", made)
		}
		dup := do(http.StatusConflict, "POST", "/customers", `{"name":"X","emails":[{"value":"a@example.com"}]}`)
		if dup["key"] != "customer.duplicate_email" || dup["params"].(map[string]any)["customer_id"] != 1.0 || !strings.Contains(dup["detail"].(string), "王芳") {
			t.Errorf("%v", dup)
		}
		bad := do(http.StatusUnprocessableEntity, "POST", "/customers", `{"name":"X","phones":[{"value":"12"}]}`)
		if e := bad["errors"].([]any)[0].(map[string]any); e["field"] != "phones[0].value" || e["key"] != "field.phone_invalid" {
			t.Errorf("%v", bad)
		}
		do(http.StatusUnprocessableEntity, "PATCH", "/customers/1", `{"notes":"x"}`)
		changed := do(http.StatusOK, "PATCH", "/customers/1", `{"notes":"x"}`, "If-Match", `"1"`)
		if changed["notes"] != "x" || changed["version"] != 2.0 || len(changed["emails"].([]any)) != 1 {
			t.Errorf("%v", changed)
		}
		do(http.StatusConflict, "PATCH", "/customers/1", `{"notes":"y"}`, "If-Match", `"1"`)
		do(http.StatusOK, "GET", "/customers/1", "")
		do(http.StatusNotFound, "GET", "/customers/9", "")
		if list := do(http.StatusOK, "GET", "/customers?q=wf&limit=1", ""); len(list["items"].([]any)) != 1 {
			t.Errorf("%v", list)
		}
		if people := do(http.StatusOK, "GET", "/customers/1/people", ""); len(people["items"].([]any)) != 0 {
			t.Errorf("%v", people)
		}
	})
}

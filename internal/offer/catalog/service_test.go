package catalog_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/day"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/offer/catalog"
	"heed/internal/people/setting"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
)

// The evening of the 24th in Shanghai, the zone of the firm, is the day after in UTC+14 and the same day in UTC.
var evening = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

var (
	eve = actor.Actor{Kind: actor.Agent, ID: 1, Name: "Eve", Role: "supervisor", Locale: "en"}
	ann = actor.Actor{Kind: actor.Agent, ID: 2, Name: "Ann", Role: "rep", Locale: "zh-CN"}
)

// desk stands for tickets and conversations: ticket 7 is the customer 70's.
type desk struct {
	said  []string
	files []string
}

func (*desk) See(_ context.Context, id int64) (int64, error) {
	if id != 7 {
		return 0, fault.NotFound("ticket.not_found")
	}
	return 70, nil
}

func (k *desk) Attach(_ context.Context, name string, content io.Reader) (int64, error) {
	b, err := io.ReadAll(content)
	k.files = append(k.files, name+": "+string(b))
	return int64(len(k.files)), err
}

func (k *desk) Reply(_ context.Context, _ int64, html string, file int64) error {
	if file == 0 {
		return errors.New("no file")
	}
	k.said = append(k.said, html)
	return nil
}

type house struct {
	*catalog.Service
	db      *db.DB
	journal *journal.Journal
	clock   *clock.Manual
	desk    *desk
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	all := slices.Concat(journal.Migrations(), jobs.Migrations(), setting.Migrations(), catalog.Migrations())
	dbtest.Each(t, all, func(t *testing.T, d *db.DB) {
		h := &house{db: d, clock: clock.NewManual(evening), desk: &desk{}}
		h.journal = journal.New(journal.Deps{DB: d, Clock: h.clock, Log: slog.New(slog.DiscardHandler)})
		set := setting.New(setting.Deps{DB: d, Journal: h.journal, Clock: h.clock})
		zone := "Asia/Shanghai"
		if _, err := set.Change(actor.AsSystem(t.Context()), 0, setting.Patch{Zone: &zone}); err != nil {
			t.Fatal(err)
		}
		blobs, err := blob.NewFiles(t.TempDir(), h.clock)
		if err != nil {
			t.Fatal(err)
		}
		h.Service = catalog.New(catalog.Deps{
			DB: d, Journal: h.journal, Clock: h.clock, Setting: set, Blobs: blobs, Desk: h.desk, FileLimit: 1 << 16,
			Buyer: func(_ context.Context, id int64) (catalog.Buyer, error) {
				return map[int64]catalog.Buyer{70: {Tier: "gold", Region: "CN-31"}, 71: {Region: "CN-44"}}[id], nil
			},
		})
		fn(t, h)
	})
}

func as(t *testing.T, a actor.Actor) context.Context {
	t.Helper()
	return actor.With(t.Context(), a)
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (h *house) product(t *testing.T, code string, status catalog.Status, names catalog.Names) catalog.Product {
	t.Helper()
	return must[catalog.Product](t)(h.Create(as(t, eve), catalog.Patch{Code: &code, Names: &names, Status: &status}))
}

func (h *house) list(t *testing.T, name, currency, tier, region string) catalog.List {
	t.Helper()
	return must[catalog.List](t)(h.SaveList(as(t, eve), 0, 0, catalog.ListPatch{Name: &name, Currency: &currency, Tier: &tier, Region: &region}))
}

func (h *house) events(t *testing.T, kind string, id int64) []event.Event {
	t.Helper()
	if err := h.journal.CatchUp(t.Context(), journal.Follower{Name: "test", Handle: func(context.Context, []event.Event) error { return nil }}); err != nil {
		t.Fatal(err)
	}
	all, err := h.journal.About(t.Context(), event.Ref{Kind: kind, ID: id}, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func kinds(all []event.Event) string {
	var out []string
	for _, e := range all {
		out = append(out, e.Kind)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func codes(p page.Of[catalog.Product]) string {
	var out []string
	for _, x := range p.Items {
		out = append(out, x.Code)
	}
	return strings.Join(out, " ")
}

func field(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok && len(f.Fields) > 0 {
		return f.Fields[0].Name + " " + f.Fields[0].Key
	}
	return fault.KeyOf(err)
}

func TestTomorrowsPriceIsNotTodaysAndBecomesSoAtMidnight_R005(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p := h.product(t, "HG-15A", catalog.Active, catalog.Names{"en": "Compressor"})
		l := h.list(t, "Everybody", "CNY", "", "")
		must[catalog.Price](t)(h.SetPrice(as(t, eve), catalog.PriceInput{ListID: l.ID, ProductID: p.ID, Minor: 4280000}))
		must[catalog.Price](t)(h.SetPrice(as(t, eve), catalog.PriceInput{ListID: l.ID, ProductID: p.ID, Minor: 3980000, From: "2026-11-25"}))
		price := func() int64 {
			o := must[catalog.Offer](t)(h.OfferTo(as(t, ann), p.ID, 0, ""))
			return o.Quotes[0].Amount.Minor
		}
		if got := price(); got != 4280000 {
			t.Errorf("today it costs %d", got)
		}
		o := must[catalog.Offer](t)(h.OfferTo(as(t, ann), p.ID, 0, ""))
		if then := o.Quotes[0].Then; then == nil || then.From != "2026-11-25" || then.Amount.Minor != 3980000 {
			t.Errorf("what comes is %+v", then)
		}
		h.clock.Set(time.Date(2026, 11, 24, 15, 59, 0, 0, time.UTC)) // 23:59 in Shanghai
		if got := price(); got != 4280000 {
			t.Errorf("before midnight it costs %d", got)
		}
		h.clock.Set(time.Date(2026, 11, 24, 16, 0, 0, 0, time.UTC))
		if got := price(); got != 3980000 {
			t.Errorf("tomorrow it costs %d", got)
		}
		if o := must[catalog.Offer](t)(h.OfferTo(as(t, ann), p.ID, 0, "2026-11-24")); o.Quotes[0].Amount.Minor != 4280000 {
			t.Error("what it cost yesterday is forgotten")
		}
	})
}

func TestACustomerIsToldThePriceOfHisTierAndRegionAndWhy_R297(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p := h.product(t, "DC-300", catalog.Active, catalog.Names{"en": "Chair"})
		all, gold, taiwan := h.list(t, "Basic CN", "CNY", "", "CN"), h.list(t, "Gold CN", "CNY", "gold", "CN"), h.list(t, "Basic TW", "TWD", "", "TW")
		for l, minor := range map[int64]int64{all.ID: 5800000, gold.ID: 5220000, taiwan.ID: 25900000} {
			must[catalog.Price](t)(h.SetPrice(as(t, eve), catalog.PriceInput{ListID: l, ProductID: p.ID, Minor: minor}))
		}
		got := must[catalog.Offer](t)(h.OfferTo(as(t, ann), p.ID, 70, ""))
		if len(got.Quotes) != 1 || got.Quotes[0].Amount.Minor != 5220000 || got.Quotes[0].Why != catalog.ByTierAndRegion || got.Quotes[0].List.Name != "Gold CN" {
			t.Errorf("gold: %+v", got.Quotes)
		}
		got = must[catalog.Offer](t)(h.OfferTo(as(t, ann), p.ID, 71, ""))
		if len(got.Quotes) != 1 || got.Quotes[0].Amount.Minor != 5800000 || got.Quotes[0].Why != catalog.ByRegion {
			t.Errorf("basic: %+v", got.Quotes)
		}
		if _, err := h.SetPrice(as(t, ann), catalog.PriceInput{ListID: all.ID, ProductID: p.ID, Minor: 1}); !fault.Is(err, fault.KindForbidden) {
			t.Error("a rep sets prices:", err)
		}
		if _, err := h.OfferTo(t.Context(), p.ID, 70, ""); !fault.Is(err, fault.KindUnauthenticated) {
			t.Error("anybody is told prices:", err)
		}
	})
}

func TestADiscontinuedProductIsNotOfferedButStays_R304(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p, other := h.product(t, "HG-15A", catalog.Active, catalog.Names{"en": "Compressor"}), h.product(t, "HG-22F", catalog.Active, catalog.Names{"en": "Compressor"})
		l := h.list(t, "Everybody", "CNY", "", "")
		for _, id := range []int64{p.ID, other.ID} {
			must[catalog.Price](t)(h.SetPrice(as(t, eve), catalog.PriceInput{ListID: l.ID, ProductID: id, Minor: 100}))
		}
		end := catalog.Discontinued
		must[catalog.Product](t)(h.Change(as(t, eve), p.ID, p.Version, catalog.Patch{Status: &end}))
		if o := must[catalog.Offer](t)(h.OfferTo(as(t, ann), p.ID, 0, "")); o.Offered || len(o.Quotes) != 0 {
			t.Errorf("it is offered: %+v", o)
		}
		if got := must[page.Of[catalog.Product]](t)(h.PublicList(t.Context(), "compressor", 0, page.Request{})); codes(got) != "HG-22F" {
			t.Error("offered to everybody:", codes(got))
		}
		if got := must[page.Of[catalog.Product]](t)(h.List(as(t, ann), catalog.Filter{Q: "compressor", Statuses: []catalog.Status{catalog.Active}}, page.Request{})); codes(got) != "HG-22F" {
			t.Error("offered to reps:", codes(got))
		}
		if got := must[catalog.Product](t)(h.Get(as(t, ann), p.ID)); got.Ended != "2026-11-24" {
			t.Error(got)
		}
		if got := must[[]catalog.Listed](t)(h.PricesOf(as(t, ann), p.ID)); len(got) != 1 || got[0].Minor != 100 {
			t.Error("what it cost is forgotten:", got)
		}
		if got := kinds(h.events(t, "product", p.ID)); got != "product.created product.discontinued product.launched" {
			t.Error(got)
		}
		if _, err := h.Change(as(t, eve), p.ID, p.Version, catalog.Patch{}); fault.KeyOf(err) != "stale" {
			t.Error(err)
		}
	})
}

func TestAProductIsLaunchedWithAnEventAndMarkedAsNew_R067(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		old := must[catalog.Product](t)(h.Create(as(t, eve), catalog.Patch{
			Code: new("OLD"), Names: &catalog.Names{"en": "Old"}, Status: new(catalog.Active), Since: new(day.Day("2020-01-01")),
		}))
		p := h.product(t, "NEW", catalog.Draft, catalog.Names{"en": "New"})
		if got := must[page.Of[catalog.Product]](t)(h.List(as(t, ann), catalog.Filter{}, page.Request{})); codes(got) != "OLD" {
			t.Error("a rep sees drafts:", codes(got))
		}
		if got := kinds(h.events(t, "product", p.ID)); got != "product.created" {
			t.Error(got)
		}
		p = must[catalog.Product](t)(h.Change(as(t, eve), p.ID, 0, catalog.Patch{Status: new(catalog.Active)}))
		all := h.events(t, "product", p.ID)
		if got := kinds(all); got != "product.created product.launched" {
			t.Error(got)
		}
		var told catalog.Told
		if err := json.Unmarshal(all[0].Data, &told); err != nil || told.Code != "NEW" || told.Names["en"] != "New" || told.Since != "2026-11-24" {
			t.Error(told, err)
		}
		if got := kinds(h.events(t, "product", old.ID)); got != "product.created" {
			t.Error("an old product is announced:", got)
		}
		if got := must[page.Of[catalog.Product]](t)(h.List(as(t, ann), catalog.Filter{NewOnly: true}, page.Request{})); codes(got) != "NEW" {
			t.Error(codes(got))
		}
		h.clock.Advance((catalog.NewDays + 1) * 24 * time.Hour)
		if got := must[page.Of[catalog.Product]](t)(h.List(as(t, ann), catalog.Filter{NewOnly: true}, page.Request{})); codes(got) != "" {
			t.Error("still new:", codes(got))
		}
	})
}

func TestProductsAreFoundByCodeAndNameInAnyLanguage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		shelf := must[catalog.Category](t)(h.SaveCategory(as(t, eve), 0, 0, catalog.CategoryPatch{Names: &catalog.Names{"en": "Compressors"}}))
		below := must[catalog.Category](t)(h.SaveCategory(as(t, eve), 0, 0, catalog.CategoryPatch{Names: &catalog.Names{"en": "Screw"}, ParentID: &shelf.ID}))
		a := h.product(t, "HG-15A", catalog.Active, catalog.Names{"en": "Screw compressor", "zh-CN": "螺杆空压机"})
		h.product(t, "DC-300", catalog.Active, catalog.Names{"en": "Dental chair", "zh-TW": "牙科治療椅"})
		must[catalog.Product](t)(h.Change(as(t, eve), a.ID, 0, catalog.Patch{CategoryID: &below.ID}))
		for q, want := range map[string]string{
			"": "DC-300 HG-15A", "hg15a": "HG-15A", "HG-15": "HG-15A", "空压机": "HG-15A", "空壓": "HG-15A", "牙科治疗椅": "DC-300", "chair dent": "DC-300",
			"luogan": "HG-15A", "chair screw": "", "?": "",
		} {
			if got := must[page.Of[catalog.Product]](t)(h.List(as(t, ann), catalog.Filter{Q: q}, page.Request{})); codes(got) != want {
				t.Errorf("%q finds %q", q, codes(got))
			}
		}
		if got := must[page.Of[catalog.Product]](t)(h.List(as(t, ann), catalog.Filter{CategoryID: shelf.ID}, page.Request{})); codes(got) != "HG-15A" {
			t.Error("on the shelf:", codes(got))
		}
		first := must[page.Of[catalog.Product]](t)(h.List(as(t, ann), catalog.Filter{}, page.Request{Limit: 1}))
		if second := must[page.Of[catalog.Product]](t)(h.List(as(t, ann), catalog.Filter{}, page.Request{Limit: 1, Cursor: first.Next})); codes(first)+codes(second) != "DC-300HG-15A" || second.Next != "" {
			t.Error(codes(first), codes(second), second.Next)
		}
		if _, err := h.Create(as(t, eve), catalog.Patch{Code: new("hg-15a"), Names: &catalog.Names{"en": "X"}}); field(err) != "code field.taken" {
			t.Error(err)
		}
		if got := must[[]int64](t)(h.Shelves(as(t, ann), a.ID)); !slices.Equal(got, []int64{below.ID, shelf.ID}) {
			t.Error(got)
		}
		if err := h.RemoveCategory(as(t, eve), shelf.ID); fault.KeyOf(err) != "catalog.category_used" {
			t.Error(err)
		}
		if _, err := h.SaveCategory(as(t, eve), shelf.ID, 0, catalog.CategoryPatch{ParentID: &below.ID}); field(err) != "parent_id catalog.category_loop" {
			t.Error(err)
		}
	})
}

func (h *house) document(t *testing.T, productID int64, in catalog.DocumentInput, name, content string) catalog.Document {
	t.Helper()
	return must[catalog.Document](t)(h.AddDocument(as(t, eve), productID, in, name, strings.NewReader(content)))
}

func TestAnonymousCannotOpenADocumentForCustomers_R240(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p := h.product(t, "HG-15A", catalog.Active, catalog.Names{"en": "Compressor"})
		open := func(by actor.Actor, d catalog.Document) fault.Kind {
			ctx := actor.With(t.Context(), by)
			_, r, err := h.OpenDocument(ctx, d.Token)
			if err != nil {
				return fault.KindOf(err)
			}
			defer r.Close()
			if b, err := io.ReadAll(r); err != nil || string(b) != "%PDF-1.7 "+string(d.Audience) {
				t.Errorf("%s reads %q, %v", by.Kind, b, err)
			}
			return 0
		}
		nobody, contact := actor.Actor{Kind: actor.Anonymous}, actor.Actor{Kind: actor.Contact, ID: 70}
		for _, tt := range []struct {
			audience             catalog.Audience
			nobody, contact, rep fault.Kind
		}{
			{catalog.Public, 0, 0, 0},
			{catalog.Customers, fault.KindUnauthenticated, 0, 0},
			{catalog.Partners, fault.KindUnauthenticated, fault.KindForbidden, 0},
			{catalog.Internal, fault.KindUnauthenticated, fault.KindForbidden, 0},
		} {
			d := h.document(t, p.ID, catalog.DocumentInput{Kind: "technical", Audience: tt.audience}, "sheet.pdf", "%PDF-1.7 "+string(tt.audience))
			if d.Type != "application/pdf" {
				t.Error(d.Type)
			}
			for by, want := range map[*actor.Actor]fault.Kind{&nobody: tt.nobody, &contact: tt.contact, &ann: tt.rep} {
				if got := open(*by, d); got != want {
					t.Errorf("%s opens %s: %v", by.Kind, tt.audience, got)
				}
			}
		}
		_, docs, err := h.PublicProduct(t.Context(), p.ID)
		if err != nil || len(docs) != 1 || docs[0].Audience != catalog.Public {
			t.Error(docs, err)
		}
	})
}

func TestANewVersionSupersedesTheOldWhichStays_R239(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p := h.product(t, "HG-15A", catalog.Active, catalog.Names{"en": "Compressor"})
		one := h.document(t, p.ID, catalog.DocumentInput{Kind: "description", Locale: "en", Title: "Brochure", Audience: catalog.Public}, "b.pdf", "one")
		two := h.document(t, p.ID, catalog.DocumentInput{Replaces: one.ID}, "b2.pdf", "two")
		if two.N != 2 || two.SeriesID != one.SeriesID || two.Title != "Brochure" || two.Kind != "description" || two.Audience != catalog.Public {
			t.Errorf("%+v", two)
		}
		if got := must[[]catalog.Document](t)(h.Documents(as(t, ann), p.ID, false)); len(got) != 1 || got[0].ID != two.ID {
			t.Error(got)
		}
		if got := must[[]catalog.Document](t)(h.Documents(as(t, ann), p.ID, true)); len(got) != 2 || got[1].SupersededAt == nil {
			t.Error(got)
		}
		if _, err := h.AddDocument(as(t, eve), p.ID, catalog.DocumentInput{Replaces: one.ID}, "c", strings.NewReader("x")); field(err) != "replaces catalog.not_current" {
			t.Error(err)
		}
		if _, _, err := h.OpenDocument(t.Context(), one.Token); !fault.Is(err, fault.KindNotFound) && !errors.Is(err, db.ErrNotFound) {
			t.Error("anybody reads the old version:", err)
		}
		_, r, err := h.OpenDocument(as(t, ann), one.Token)
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		if got := must[[]string](t)(h.BlobsInUse(t.Context(), []string{one.BlobKey, two.BlobKey, "none"})); len(got) != 2 {
			t.Error("the sweep would take", got)
		}
		if _, err := h.AddDocument(as(t, ann), p.ID, catalog.DocumentInput{Kind: "manual"}, "c", strings.NewReader("x")); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
		if _, err := h.AddDocument(as(t, eve), p.ID, catalog.DocumentInput{Kind: "manual"}, "c", strings.NewReader(strings.Repeat("x", 1<<16+1))); !fault.Is(err, fault.KindTooLarge) {
			t.Error(err)
		}
	})
}

func TestWhichVersionOfADocumentWasSentIsInTheHistoryOfTheTicket_R239(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p := h.product(t, "HG-15A", catalog.Active, catalog.Names{"en": "Compressor"})
		one := h.document(t, p.ID, catalog.DocumentInput{Kind: "description", Locale: "en", Title: "Brochure <A>", Audience: catalog.Customers}, "b.pdf", "one")
		two := h.document(t, p.ID, catalog.DocumentInput{Replaces: one.ID}, "b.pdf", "two")
		if _, err := h.Send(as(t, ann), catalog.SendInput{TicketID: 7, DocumentID: one.ID, How: catalog.ByMail}); field(err) != "document_id catalog.not_current" {
			t.Error(err)
		}
		if _, err := h.Send(as(t, ann), catalog.SendInput{TicketID: 7, DocumentID: two.ID, How: catalog.ByLink}); field(err) != "how catalog.link_not_public" {
			t.Error(err)
		}
		if _, err := h.Send(as(t, ann), catalog.SendInput{TicketID: 8, DocumentID: two.ID, How: catalog.ByMail}); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
		must[catalog.Document](t)(h.Send(as(t, ann), catalog.SendInput{TicketID: 7, DocumentID: two.ID, How: catalog.ByMail, Text: "As promised.\n\nAnn"}))
		if !slices.Equal(h.desk.files, []string{"b.pdf: two"}) {
			t.Error(h.desk.files)
		}
		if want := "<p>As promised.</p><p>Ann</p><p>Attached: Brochure &lt;A&gt; (version 2).</p>"; !slices.Equal(h.desk.said, []string{want}) {
			t.Error(h.desk.said)
		}
		all := h.events(t, "ticket", 7)
		if len(all) != 1 || all[0].Kind != catalog.EventDocumentSent || all[0].Customer != 70 || all[0].Actor.ID != ann.ID {
			t.Fatal(all)
		}
		var told catalog.DocumentTold
		if err := json.Unmarshal(all[0].Data, &told); err != nil || told.DocumentID != two.ID || told.Version != 2 || told.Kind != "description" || told.How != "mail" {
			t.Error(told, err)
		}
		secret := h.document(t, p.ID, catalog.DocumentInput{Kind: "technical"}, "s.pdf", "x")
		if _, err := h.Send(as(t, ann), catalog.SendInput{TicketID: 7, DocumentID: secret.ID, How: catalog.ByMail}); field(err) != "document_id catalog.document_internal" {
			t.Error(err)
		}
	})
}

func TestAPriceThatHasBegunIsEndedAndNotChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p, l := h.product(t, "A", catalog.Active, catalog.Names{"en": "A"}), h.list(t, "L", "JPY", "", "")
		set := func(from day.Day, minor int64) (catalog.Price, error) {
			return h.SetPrice(as(t, eve), catalog.PriceInput{ListID: l.ID, ProductID: p.ID, Minor: minor, From: from})
		}
		old := must[catalog.Price](t)(set("2026-11-01", 5))
		must[catalog.Price](t)(set("2026-12-01", 6))
		if _, err := set("2026-11-01", 7); field(err) != "from catalog.price_begun" {
			t.Error(err)
		}
		next := must[catalog.Price](t)(set("2026-12-01", 8)) // what has not begun is set anew
		if err := errors.Join(h.EndPrice(as(t, eve), old.ID), h.EndPrice(as(t, eve), next.ID)); err != nil {
			t.Fatal(err)
		}
		if got := must[[]catalog.Listed](t)(h.PricesOn(as(t, ann), l.ID)); len(got) != 1 || got[0].To != "2026-11-23" || got[0].Minor != 5 {
			t.Error(got)
		}
		if _, err := h.SaveList(as(t, eve), l.ID, 1, catalog.ListPatch{Currency: new("USD")}); field(err) != "currency catalog.currency_fixed" {
			t.Error(err)
		}
		if err := h.Purge(as(t, eve), []int64{p.ID}, []int64{l.ID}, nil); err != nil {
			t.Fatal(err)
		}
		if got := must[[]catalog.List](t)(h.Lists(as(t, ann))); len(got) != 0 {
			t.Error(got)
		}
	})
}

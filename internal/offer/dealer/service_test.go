package dealer_test

import (
	"context"
	"errors"
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
	"heed/internal/offer/dealer"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/journal"
)

var (
	eve = actor.Actor{Kind: actor.Agent, ID: 1, Name: "Eve", Role: "supervisor"}
	ann = actor.Actor{Kind: actor.Agent, ID: 2, Name: "Ann", Role: "rep"}
)

type house struct {
	*dealer.Service
	journal *journal.Journal
	clock   *clock.Manual
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, slices.Concat(journal.Migrations(), setting.Migrations(), dealer.Migrations()), func(t *testing.T, d *db.DB) {
		h := &house{clock: clock.NewManual(time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC))}
		h.journal = journal.New(journal.Deps{DB: d, Clock: h.clock, Log: slog.New(slog.DiscardHandler)})
		set := setting.New(setting.Deps{DB: d, Journal: h.journal, Clock: h.clock})
		zone, country := "Asia/Shanghai", "CN"
		if _, err := set.Change(actor.AsSystem(t.Context()), 0, setting.Patch{Zone: &zone, Country: &country}); err != nil {
			t.Fatal(err)
		}
		h.Service = dealer.New(dealer.Deps{
			DB: d, Journal: h.journal, Clock: h.clock, Setting: set,
			// Product 11 stands on shelf 1 below shelf 100, product 12 on none.
			Shelves: func(_ context.Context, product int64) ([]int64, error) {
				if product == 11 {
					return []int64{1, 100}, nil
				}
				return nil, nil
			},
		})
		fn(t, h)
	})
}

func as(t *testing.T, a actor.Actor) context.Context {
	t.Helper()
	return actor.With(t.Context(), a)
}

func (h *house) make(t *testing.T, name, city string, p dealer.Patch) dealer.Dealer {
	t.Helper()
	p.Name, p.City = &name, &city
	d, err := h.Create(as(t, eve), p)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func names(all page.Of[dealer.Found], err error) string {
	if err != nil {
		return err.Error()
	}
	var out []string
	for _, d := range all.Items {
		out = append(out, d.Name)
	}
	return strings.Join(out, " ")
}

func field(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok && len(f.Fields) > 0 {
		return f.Fields[0].Name + " " + f.Fields[0].Key
	}
	return fault.KeyOf(err)
}

func TestTheNearestActiveDealersForAProductAreFoundByCity_R298(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.make(t, "Suzhou", "蘇州市", dealer.Patch{Categories: &[]int64{100}})
		h.make(t, "Shanghai", "上海", dealer.Patch{Products: &[]int64{11}})
		h.make(t, "Wuxi", "Wuxi", dealer.Patch{Products: &[]int64{12}})
		h.make(t, "Hangzhou", "杭州", dealer.Patch{})
		h.make(t, "Paused", "苏州", dealer.Patch{Status: new(dealer.Paused)})
		h.make(t, "Unknown", "Atlantis", dealer.Patch{})
		exact := &dealer.Place{Lat: 31.32, Lon: 120.72}
		h.make(t, "Park", "苏州工业园区", dealer.Patch{At: &exact, Kind: new(dealer.ServicePoint)})
		for _, tt := range []struct {
			name string
			f    dealer.Filter
			want string
		}{
			{"near, all", dealer.Filter{City: "苏州", Current: true}, "Suzhou Park Wuxi Shanghai Hangzhou Unknown"},
			{"for a product and its shelf", dealer.Filter{City: "suzhou", Current: true, ProductID: 11}, "Suzhou Park Shanghai Hangzhou Unknown"},
			{"for another product", dealer.Filter{City: "上海", Current: true, ProductID: 12}, "Park Wuxi Hangzhou Unknown"},
			{"of a kind", dealer.Filter{City: "上海", Kind: dealer.ServicePoint}, "Park"},
			{"by a word, in another writing", dealer.Filter{Q: "suzhou"}, "Park Paused Suzhou"},
			{"by name when there is no city", dealer.Filter{Current: true}, "Hangzhou Park Shanghai Suzhou Unknown Wuxi"},
		} {
			if got := names(h.List(as(t, ann), tt.f, page.Request{})); got != tt.want {
				t.Errorf("%s: %s", tt.name, got)
			}
		}
		got, err := h.List(as(t, ann), dealer.Filter{City: "苏州", Current: true}, page.Request{Limit: 2})
		if err != nil || got.Items[0].Km != 0 || got.Items[1].Km < 5 || got.Items[1].Km > 20 {
			t.Fatal(got, err)
		}
		if next := names(h.List(as(t, ann), dealer.Filter{City: "苏州", Current: true}, page.Request{Limit: 3, Cursor: got.Next})); next != "Wuxi Shanghai Hangzhou" {
			t.Error("the second page:", next)
		}
	})
}

func TestADealerWhoseTimeIsOverIsNotNamedButStays_R450(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		over := h.make(t, "Over", "上海", dealer.Patch{From: new(day.Day("2020-01-01")), To: new(day.Day("2026-11-24")), Contract: new("K-1"), Notes: new("late"), Rating: new(int64(2))})
		h.make(t, "Coming", "上海", dealer.Patch{From: new(day.Day("2026-12-01"))})
		h.make(t, "Open", "上海", dealer.Patch{})
		if got := names(h.Nearest(t.Context(), dealer.Filter{City: "上海"}, page.Request{})); got != "Over Open" {
			t.Error("on his last day:", got)
		}
		public, err := h.Nearest(t.Context(), dealer.Filter{Q: "over"}, page.Request{})
		if err != nil || public.Items[0].Contract+public.Items[0].Notes != "" || public.Items[0].Rating != 0 {
			t.Error("what the firm keeps for itself is told:", public, err)
		}
		if _, err := h.InForce(as(t, ann), over.ID); err != nil {
			t.Error(err)
		}
		h.clock.Advance(24 * time.Hour)
		if got := names(h.Nearest(t.Context(), dealer.Filter{City: "上海"}, page.Request{})); got != "Open" {
			t.Error("a day later:", got)
		}
		if _, err := h.InForce(as(t, ann), over.ID); fault.KeyOf(err) != "dealer.not_current" {
			t.Error(err)
		}
		if got, err := h.Get(as(t, ann), over.ID); err != nil || got.Name != "Over" || got.Contract != "K-1" {
			t.Error("he is forgotten:", got, err)
		}
		if got := names(h.List(as(t, ann), dealer.Filter{}, page.Request{})); got != "Coming Open Over" {
			t.Error(got)
		}
	})
}

func TestADealerIsKeptByWhoMayAndCheckedFieldByField_R305(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		d := h.make(t, " Hengtai  Machines ", "苏州", dealer.Patch{
			Phone: new("0512 6666 1234"), Email: new("Service@Hengtai.example"), Level: new(int64(1)), Region: new("CN-32"), Rating: new(int64(4)),
			Hours: &[]dealer.Hours{{Days: []int{1, 2, 3, 4, 5}, From: "08:30", To: "17:30"}}, Ways: &[]string{"shop", "phone"},
			Contacts: &[]dealer.Contact{{Name: "Mr Qian", Role: "Owner", Phone: "138 0013 8000"}}, Contract: new("K-2026-07"), Products: &[]int64{11, 11},
		})
		got, err := h.Get(as(t, ann), d.ID)
		if err != nil || got.Name != "Hengtai Machines" || got.Phone != "+8651266661234" || got.Email != "service@hengtai.example" ||
			got.Contacts[0].Phone != "+8613800138000" || len(got.Products) != 1 || got.Hours[0].To != "17:30" || got.Version != 1 {
			t.Fatalf("%+v %v", got, err)
		}
		if _, err := h.Create(as(t, ann), dealer.Patch{Name: new("X"), City: new("上海")}); !fault.Is(err, fault.KindForbidden) {
			t.Error("a rep makes dealers:", err)
		}
		for name, tt := range map[string]struct {
			p    dealer.Patch
			want string
		}{
			"no name":             {dealer.Patch{Name: new(" ")}, "name field.required"},
			"no city":             {dealer.Patch{City: new("")}, "city field.required"},
			"ends before":         {dealer.Patch{From: new(day.Day("2026-02-01")), To: new(day.Day("2026-01-01"))}, "to dealer.ends_before"},
			"no date":             {dealer.Patch{From: new(day.Day("soon"))}, "from field.date_invalid"},
			"no address":          {dealer.Patch{Email: new("nobody")}, "email field.email_invalid"},
			"hours the wrong way": {dealer.Patch{Hours: &[]dealer.Hours{{Days: []int{1}, From: "18:00", To: "09:00"}}}, "hours[0] dealer.hours_invalid"},
			"no way":              {dealer.Patch{Ways: &[]string{"pigeon"}}, "ways field.unknown_value"},
			"contact of no name":  {dealer.Patch{Contacts: &[]dealer.Contact{{Role: "Owner"}}}, "contacts[0].name field.required"},
			"no web address":      {dealer.Patch{Website: new("javascript:alert(1)")}, "website field.url_invalid"},
		} {
			if _, err := h.Change(as(t, eve), d.ID, 0, tt.p); field(err) != tt.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		changed, err := h.Change(as(t, eve), d.ID, 1, dealer.Patch{Status: new(dealer.Ended)})
		if err != nil || changed.Version != 2 || changed.Phone != d.Phone {
			t.Error(changed, err)
		}
		if _, err := h.Change(as(t, eve), d.ID, 1, dealer.Patch{Status: new(dealer.Active)}); fault.KeyOf(err) != "stale" && !errors.Is(err, db.ErrStale) {
			t.Error(err)
		}
		if err := h.journal.CatchUp(t.Context(), journal.Follower{Name: "t", Handle: func(context.Context, []event.Event) error { return nil }}); err != nil {
			t.Fatal(err)
		}
		if all, err := h.journal.About(t.Context(), event.Ref{Kind: "dealer", ID: d.ID}, 0, 10); err != nil || len(all) != 2 {
			t.Error(all, err)
		}
		if err := h.Purge(as(t, eve), []int64{d.ID}); err != nil {
			t.Fatal(err)
		}
		if got := names(h.List(as(t, eve), dealer.Filter{}, page.Request{})); got != "" {
			t.Error(got)
		}
	})
}

package catalog

import (
	"testing"

	"heed/internal/kernel/day"
	"heed/internal/kernel/money"
)

func TestTheMostSpecificListDecides_R297(t *testing.T) {
	t.Parallel()
	list := func(id int64, currency, tier, region string, days ...day.Day) List {
		l := List{ID: id, Currency: currency, Tier: tier, Region: region}
		if len(days) > 0 {
			l.From = days[0]
		}
		if len(days) > 1 {
			l.To = days[1]
		}
		return l
	}
	all := []priced{
		{Price{ID: 1, Minor: 100}, list(1, "CNY", "", "")},
		{Price{ID: 2, Minor: 95}, list(2, "CNY", "", "CN")},
		{Price{ID: 3, Minor: 93}, list(3, "CNY", "", "CN-31")},
		{Price{ID: 4, Minor: 90}, list(4, "CNY", "gold", "")},
		{Price{ID: 5, Minor: 85}, list(5, "CNY", "gold", "CN")},
		{Price{ID: 6, Minor: 15}, list(6, "USD", "", "")},
		{Price{ID: 7, Minor: 12}, list(7, "USD", "", "", "2026-07-01", "2026-07-31")},
		{Price{ID: 8, Minor: 400}, list(8, "TWD", "", "TW")},
	}
	for _, tt := range []struct {
		name  string
		buyer Buyer
		on    day.Day
		want  map[string]int64
		first Why
	}{
		{"nobody in particular gets what is for everybody", Buyer{}, "2026-06-01", map[string]int64{"CNY": 100, "USD": 15}, ByDefault},
		{"a region before everywhere", Buyer{"", "CN"}, "2026-06-01", map[string]int64{"CNY": 95, "USD": 15}, ByRegion},
		{"the nearest region, in any writing", Buyer{"", "cn/31"}, "2026-06-01", map[string]int64{"CNY": 93, "USD": 15}, ByRegion},
		{"a part of a name is no region", Buyer{"", "CNX"}, "2026-06-01", map[string]int64{"CNY": 100, "USD": 15}, ByDefault},
		{"a tier before a region", Buyer{"gold", ""}, "2026-06-01", map[string]int64{"CNY": 90, "USD": 15}, ByTier},
		{"tier and region before both", Buyer{"Gold", "CN-31"}, "2026-06-01", map[string]int64{"CNY": 85, "USD": 15}, ByTierAndRegion},
		{"a tier without a list gets what is for everybody", Buyer{"silver", "TW"}, "2026-06-01", map[string]int64{"TWD": 400, "CNY": 100, "USD": 15}, ByRegion},
		{"the list that began last", Buyer{}, "2026-07-31", map[string]int64{"CNY": 100, "USD": 12}, ByDefault},
		{"a list ends with its last day", Buyer{}, "2026-08-01", map[string]int64{"CNY": 100, "USD": 15}, ByDefault},
	} {
		got := best(all, tt.buyer, tt.on)
		if len(got) != len(tt.want) {
			t.Errorf("%s: %d quotes", tt.name, len(got))
			continue
		}
		for _, q := range got {
			if q.Amount != (money.Amount{Minor: tt.want[q.List.Currency], Currency: q.List.Currency}) {
				t.Errorf("%s: %v", tt.name, q.Amount)
			}
		}
		if got[0].Why != tt.first {
			t.Errorf("%s: because of %s", tt.name, got[0].Why)
		}
	}
}

func TestAPriceFromTomorrowIsNotTodays_R005(t *testing.T) {
	t.Parallel()
	l := List{ID: 1, Currency: "CNY"}
	all := []priced{
		{Price{ID: 1, Minor: 1000}, l},
		{Price{ID: 2, Minor: 900, From: "2026-06-02"}, l},
		{Price{ID: 3, Minor: 800, From: "2026-06-10", To: "2026-06-12"}, l},
	}
	for on, want := range map[day.Day]int64{
		"2026-06-01": 1000, "2026-06-02": 900, "2026-06-09": 900, "2026-06-10": 800, "2026-06-12": 800, "2026-06-13": 900,
	} {
		if got := best(all, Buyer{}, on); len(got) != 1 || got[0].Minor != want {
			t.Errorf("on %s: %v", on, got)
		}
	}
	for on, want := range map[day.Day]Then{
		"2026-06-01": {"2026-06-02", money.Amount{Minor: 900, Currency: "CNY"}},
		"2026-06-02": {"2026-06-10", money.Amount{Minor: 800, Currency: "CNY"}},
		"2026-06-11": {"2026-06-13", money.Amount{Minor: 900, Currency: "CNY"}},
	} {
		got := quotes(all, Buyer{}, on)
		if len(got) != 1 || got[0].Then == nil || *got[0].Then != want {
			t.Errorf("after %s comes %+v", on, got)
		}
	}
	if got := quotes(all, Buyer{}, "2026-06-13"); got[0].Then != nil {
		t.Error("nothing is known after that", got[0].Then)
	}
}

func TestAListIsForItsCurrencyAndDays(t *testing.T) {
	t.Parallel()
	text := func(s string) *string { return &s }
	d := func(s day.Day) *day.Day { return &s }
	for name, tt := range map[string]struct {
		p     ListPatch
		field string
	}{
		"no name":              {ListPatch{Currency: text("CNY")}, "name"},
		"no currency":          {ListPatch{Name: text("x"), Currency: text("RMB")}, "currency"},
		"no date":              {ListPatch{Name: text("x"), Currency: text("cny"), From: d("2026-13-01")}, "from"},
		"ends before it began": {ListPatch{Name: text("x"), Currency: text("cny"), From: d("2026-02-01"), To: d("2026-01-31")}, "to"},
		"all is well":          {ListPatch{Name: text(" x "), Currency: text("cny"), From: d("2026-02-01"), To: d("2026-02-01")}, ""},
	} {
		l, err := List{}.with(tt.p)
		if got := fieldOf(err); got != tt.field {
			t.Errorf("%s: %q", name, got)
		}
		if tt.field == "" && (l.Currency != "CNY" || l.Name != "x") {
			t.Errorf("%s: %+v", name, l)
		}
	}
}

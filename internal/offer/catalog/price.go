package catalog

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/day"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/money"
	"heed/internal/platform/text"
)

const (
	listNameMost = 120
	tierMost     = 40
	regionMost   = 60
)

// List is a price list: in one currency, for a tier and a region, for a time.
type List struct {
	ID        int64     `db:"id"`
	Name      string    `db:"name"`
	Currency  string    `db:"currency"`
	Tier      string    `db:"tier"`   // empty: for every tier
	Region    string    `db:"region"` // "CN", "CN-31"; empty: everywhere
	From      day.Day   `db:"from_day"`
	To        day.Day   `db:"to_day"`
	Note      string    `db:"note"`
	UpdatedAt time.Time `db:"updated_at"`
	Version   int64     `db:"version"`
}

// ListPatch is a change of a list; nil stays.
type ListPatch struct {
	Name, Currency, Tier, Region, Note *string
	From, To                           *day.Day
}

// with gives the list as the patch makes it. The currency of a list with prices
// stays, which is the service's question.
func (l List) with(p ListPatch) (List, error) {
	set(&l.Name, p.Name)
	set(&l.Currency, p.Currency)
	set(&l.Tier, p.Tier)
	set(&l.Region, p.Region)
	set(&l.Note, p.Note)
	set(&l.From, p.From)
	set(&l.To, p.To)
	l.Name, l.Tier, l.Region, l.Note = oneLine(l.Name), oneLine(l.Tier), oneLine(l.Region), strings.TrimSpace(l.Note)
	l.Currency = strings.ToUpper(strings.TrimSpace(l.Currency))
	var f fault.Fields
	if l.Name == "" {
		f.Add("name", "field.required")
	}
	for _, x := range []struct {
		field, value string
		most         int
	}{{"name", l.Name, listNameMost}, {"tier", l.Tier, tierMost}, {"region", l.Region, regionMost}, {"note", l.Note, summaryMost}} {
		if utf8.RuneCountInString(x.value) > x.most {
			f.Add(x.field, "field.too_long", "max", x.most)
		}
	}
	if _, ok := money.Digits(l.Currency); !ok {
		f.Add("currency", "catalog.currency_unknown")
	}
	checkDays(l.From, l.To, &f)
	return l, f.Err()
}

func checkDays(from, to day.Day, f *fault.Fields) {
	if !from.Valid() {
		f.Add("from", "field.date_invalid")
	}
	switch {
	case !to.Valid():
		f.Add("to", "field.date_invalid")
	case to != "" && to < from:
		f.Add("to", "catalog.ends_before")
	}
}

// Price is what a product costs on a list, for a time.
type Price struct {
	ID        int64     `db:"id"`
	ListID    int64     `db:"list_id"`
	ProductID int64     `db:"product_id"`
	Minor     int64     `db:"minor"` // in the list's currency
	Unit      string    `db:"unit"`  // for what; empty: one piece
	From      day.Day   `db:"from_day"`
	To        day.Day   `db:"to_day"`
	SetBy     string    `db:"set_by"`
	SetAt     time.Time `db:"set_at"`
}

// Why says by what a list was chosen, the most specific first.
type Why string

// The reasons.
const (
	ByTierAndRegion Why = "tier_region"
	ByTier          Why = "tier"
	ByRegion        Why = "region"
	ByDefault       Why = "general"
)

// Quote is the price that holds for a customer, and why.
type Quote struct {
	Price
	List   List
	Why    Why
	Amount money.Amount
	// Then is what replaces the price, if that is known already: the amount and
	// the first day (R005).
	Then *Then
}

// Then is a price that comes.
type Then struct {
	From   day.Day
	Amount money.Amount
}

// Buyer is for whom a price is asked. Empty is nobody in particular.
type Buyer struct {
	Tier   string
	Region string
}

// priced is a price with its list.
type priced struct {
	Price
	list List
}

// from is the first day on which both the list and the price hold.
func (p priced) from() day.Day { return max(p.From, p.list.From) }

func (p priced) holds(d day.Day) bool {
	return d.Within(p.From, p.To) && d.Within(p.list.From, p.list.To)
}

// regionParts are the parts of a region, the widest first: "CN-31" is a part of "CN".
func regionParts(region string) []string {
	return strings.FieldsFunc(text.Fold(region), func(r rune) bool { return r == '-' || r == '/' })
}

// near tells how near a list's region is to the buyer's: 0 for a list that holds
// everywhere, more for each part that fits, -1 when it is not his.
func near(list, buyer string) int {
	want, have := regionParts(list), regionParts(buyer)
	if len(want) > len(have) || !slices.Equal(want, have[:len(want)]) {
		return -1
	}
	return len(want)
}

// rank orders a list for a buyer; false when it is not for him. See the package
// comment for the order.
func (l List) rank(b Buyer) (tier, region int, ok bool) {
	if l.Tier != "" {
		if text.Fold(l.Tier) != text.Fold(b.Tier) {
			return 0, 0, false
		}
		tier = 1
	}
	region = near(l.Region, b.Region)
	return tier, region, region >= 0
}

// best chooses what a product costs a buyer on a day: one quote a currency, the
// most specific first.
func best(all []priced, b Buyer, on day.Day) []Quote {
	fits := slices.DeleteFunc(slices.Clone(all), func(p priced) bool {
		_, _, ok := p.list.rank(b)
		return !ok || !p.holds(on)
	})
	slices.SortFunc(fits, func(x, y priced) int {
		xt, xr, _ := x.list.rank(b)
		yt, yr, _ := y.list.rank(b)
		return cmp.Or(cmp.Compare(yt, xt), cmp.Compare(yr, xr), cmp.Compare(y.list.From, x.list.From), cmp.Compare(y.list.ID, x.list.ID),
			cmp.Compare(y.From, x.From), cmp.Compare(y.ID, x.ID))
	})
	out, seen := []Quote{}, map[string]bool{}
	for _, p := range fits {
		if !seen[p.list.Currency] {
			seen[p.list.Currency] = true
			out = append(out, Quote{Price: p.Price, List: p.list, Why: why(p.list), Amount: money.Amount{Minor: p.Minor, Currency: p.list.Currency}})
		}
	}
	return out
}

func why(l List) Why {
	switch {
	case l.Tier != "" && l.Region != "":
		return ByTierAndRegion
	case l.Tier != "":
		return ByTier
	case l.Region != "":
		return ByRegion
	}
	return ByDefault
}

// quotes is best with, for each quote, the next change that is known.
func quotes(all []priced, b Buyer, on day.Day) []Quote {
	out := best(all, b, on)
	var changes []day.Day
	for _, p := range all {
		for _, d := range []day.Day{p.from(), p.To.Add(1), p.list.To.Add(1)} {
			if d > on {
				changes = append(changes, d)
			}
		}
	}
	slices.Sort(changes)
	for _, d := range slices.Compact(changes) {
		later := best(all, b, d)
		for i := range out {
			if out[i].Then != nil {
				continue
			}
			for _, q := range later {
				if q.List.Currency == out[i].List.Currency && q.Minor != out[i].Minor {
					out[i].Then = &Then{From: d, Amount: q.Amount}
				}
			}
		}
	}
	return out
}

package portal

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/offer/dealer"
	"heed/internal/people/identity"
)

type dealersData struct {
	City, Kind string
	ProductID  int64
	Products   []choiceLine
	Cities     []string
	Unknown    bool // the city is not in the table; its name was looked for
	Place      string
	Found      []dealerCard
	Next       string
	Asked      bool
}

type choiceLine struct {
	Value, Name string
	On          bool
}

type dealerCard struct {
	Name, Kind, City, Address string
	Phone, PhoneLink, Website string
	Km                        int64
	Hours                     []hoursLine
	Ways                      []string
}

type hoursLine struct{ Days, Times string }

// dealers shows who sells and repairs, the nearest to a city first (R298). Who may
// not sell any more is never among them (R450).
func (s *Service) dealers(v visit) error {
	in := v.r.URL.Query()
	d := dealersData{City: oneLine(in.Get("city")), Kind: in.Get("kind")}
	d.ProductID, _ = strconv.ParseInt(in.Get("product"), 10, 64)
	d.Asked = d.City != "" || d.ProductID != 0 || d.Kind != ""
	f := dealer.Filter{City: d.City, ProductID: d.ProductID, Kind: dealer.Kind(d.Kind)}
	if d.Kind != string(dealer.Seller) && d.Kind != string(dealer.ServicePoint) {
		d.Kind, f.Kind = "", ""
	}
	city, known := dealer.CityOf(d.City)
	if d.Place = nearest(city.Names, v.locale); d.City != "" && !known {
		d.Unknown, f.City, f.Q = true, "", d.City
	}
	found, err := s.Dealers.Nearest(v.ctx, f, page.Request{Limit: dealersPage, Cursor: in.Get("cursor")})
	if fault.Is(err, fault.KindNotFound) { // the product
		f.ProductID, d.ProductID = 0, 0
		found, err = s.Dealers.Nearest(v.ctx, f, page.Request{Limit: dealersPage})
	}
	if err != nil {
		return err
	}
	for _, x := range found.Items {
		d.Found = append(d.Found, s.dealerCard(v, x))
	}
	if found.Next != "" {
		in.Set("cursor", found.Next)
		d.Next = "dealers?" + in.Encode()
		in.Del("cursor")
	}
	if v.on(moduleCatalog) {
		all, err := s.products(v.ctx)
		if err != nil {
			return err
		}
		for _, p := range all {
			d.Products = append(d.Products, choiceLine{strconv.FormatInt(p.ID, 10), p.Name(v.locale), p.ID == d.ProductID})
		}
	}
	if d.Cities, err = s.cities(v); err != nil {
		return err
	}
	out := s.page(v, "dealers", "dealers", say(v.locale, "dealers.title"))
	out.Description = say(v.locale, "dealers.lead", "firm", v.firm.FirmName)
	out.queried(v)
	out.Crumbs = []crumb{{out.Title, ""}}
	out.Data = d
	return s.show(v, http.StatusOK, pageDealers, out)
}

// cities are the cities in which there is a dealer, as suggestions.
func (s *Service) cities(v visit) ([]string, error) {
	all, err := s.Dealers.Nearest(v.ctx, dealer.Filter{}, page.Request{Limit: page.MaxLimit})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, x := range all.Items {
		out = append(out, cityName(x.City, v.locale))
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// cityName is a dealer's city in a language; as it was written when we do not know it.
func cityName(written, locale string) string {
	if city, ok := dealer.CityOf(written); ok {
		return nearest(city.Names, locale)
	}
	return written
}

func (s *Service) dealerCard(v visit, x dealer.Found) dealerCard {
	c := dealerCard{Name: x.Name, Kind: string(x.Kind), City: cityName(x.City, v.locale), Address: x.Address, PhoneLink: x.Phone, Website: x.Website, Km: x.Km, Ways: x.Ways}
	if x.Phone != "" {
		c.Phone = identity.ParsePhone(x.Phone).Shown(v.firm.Country)
	}
	for _, h := range x.Hours {
		c.Hours = append(c.Hours, hoursLine{weekdays(v.locale, h.Days), h.From + "–" + h.To})
	}
	return c
}

// weekdays writes days of the week, runs of three or more as "from to".
func weekdays(locale string, days []int) string {
	days = slices.Clone(days)
	slices.Sort(days)
	days = slices.Compact(days)
	name := func(d int) string { return say(locale, "day."+strconv.Itoa(d)) }
	var out []string
	for i := 0; i < len(days); {
		j := i
		for j+1 < len(days) && days[j+1] == days[j]+1 {
			j++
		}
		if j-i >= 2 {
			out = append(out, say(locale, "day.span", "from", name(days[i]), "to", name(days[j])))
		} else {
			for k := i; k <= j; k++ {
				out = append(out, name(days[k]))
			}
		}
		i = j + 1
	}
	return strings.Join(out, say(locale, "day.and"))
}

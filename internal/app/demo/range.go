package demo

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"heed/internal/kernel/day"
	"heed/internal/offer/catalog"
	"heed/internal/offer/dealer"
	"heed/internal/people/customer"
	"heed/internal/platform/i18n"
)

//go:embed products.json dealers.json
var rangeFiles embed.FS

// assortment is what the firm sells, as the file holds it.
type assortment struct {
	Attributes []struct {
		Key, Group, Unit string
		Names            catalog.Names
	}
	Categories []struct {
		Key, Parent string
		Names       catalog.Names
	}
	Products []item
}

// item is a product. Its attributes are a text, or texts by language.
type item struct {
	Code, Model    string
	Family         string // compressor, chair or treadmill; empty for what goes with several
	Category       string
	Names, Summary catalog.Names
	Criticality    int64
	Days           int // since its launch
	Status         catalog.Status
	Price          [3]int64 // in yuan, New Taiwan dollars and US dollars
	Attributes     map[string]json.RawMessage
}

// partner is a dealer as the file holds it. The days count backwards from now.
type partner struct {
	Name, City, Contact string
	Families, Ways      []string
	Kind                dealer.Kind
	Level, Rating       int64
	Since               int
	Until               *int
}

// announced is how many days ago a product may have been launched for the demo to
// tell of it as news, of today.
const announced = 60

func readJSON(name string, v any) error {
	b, err := rangeFiles.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// sell makes what the firm sells, for how much, and its dealers.
func (l *loader) sell(ctx context.Context) error {
	if l.Catalog == nil || l.Dealers == nil {
		return nil
	}
	var all assortment
	var partners []partner
	if err := readJSON("products.json", &all); err != nil {
		return err
	}
	if err := readJSON("dealers.json", &partners); err != nil {
		return err
	}
	here := l.Clock.Now()
	defer l.Clock.Set(here)
	l.made, l.codes = map[string][]int64{}, map[string]int64{}
	if l.ProductIDs == nil {
		l.ProductIDs = func(_ context.Context, family string) ([]int64, error) { return l.made[family], nil }
	}
	if err := l.DB.Write(ctx, func(ctx context.Context) error { return l.stock(ctx, all, partners) }); err != nil {
		return err
	}
	return l.print(ctx, all, false)
}

// stock makes categories, lists, products with their prices, and dealers, inside
// a Write.
func (l *loader) stock(ctx context.Context, all assortment, partners []partner) error {
	shelves := map[string]int64{}
	for i, c := range all.Categories {
		position, parent := int64(i), shelves[c.Parent]
		made, err := l.Catalog.SaveCategory(ctx, 0, 0, catalog.CategoryPatch{Names: &c.Names, ParentID: &parent, Position: &position})
		if err != nil {
			return err
		}
		shelves[c.Key] = made.ID
		if err := l.mark(ctx, markCategory, made.ID); err != nil {
			return err
		}
	}
	lists, err := l.priceLists(ctx)
	if err != nil {
		return err
	}
	offer := func(ctx context.Context, news bool) error {
		for _, it := range all.Products {
			if news != (it.Days <= announced) {
				continue
			}
			if err := l.offer(ctx, it, all.sheet(it), shelves[it.Category], lists); err != nil {
				return fmt.Errorf("product %s: %w", it.Code, err)
			}
		}
		return nil
	}
	l.news = func(ctx context.Context) error {
		if err := l.DB.Write(ctx, func(ctx context.Context) error { return offer(ctx, true) }); err != nil {
			return err
		}
		return l.print(ctx, all, true)
	}
	if err := offer(ctx, false); err != nil {
		return err
	}
	for i, p := range partners {
		if err := l.appoint(ctx, p, i, shelves); err != nil {
			return fmt.Errorf("dealer %s: %w", p.Name, err)
		}
	}
	return nil
}

// priceLists makes the lists: for everybody and for gold, in yuan, New Taiwan
// dollars and US dollars.
func (l *loader) priceLists(ctx context.Context) ([][2]int64, error) {
	var out [][2]int64
	from := l.dayAgo(800)
	for _, c := range []struct{ currency, region, plain, gold string }{
		{"CNY", "CN", "大陆标准价", "大陆金牌价"}, {"TWD", "TW", "台灣標準價", "台灣金牌價"}, {"USD", "", "Export list", "Export gold"},
	} {
		var pair [2]int64
		for i, name := range []string{c.plain, c.gold} {
			tier := []string{"", "gold"}[i]
			made, err := l.Catalog.SaveList(ctx, 0, 0, catalog.ListPatch{Name: &name, Currency: &c.currency, Region: &c.region, Tier: &tier, From: &from})
			if err != nil {
				return nil, err
			}
			pair[i] = made.ID
			if err := l.mark(ctx, markPriceList, made.ID); err != nil {
				return nil, err
			}
		}
		out = append(out, pair)
	}
	return out, nil
}

func (l *loader) dayAgo(n int) day.Day { return day.In(l.now.AddDate(0, 0, -n), home) }

// goldShare is what gold customers pay, in hundredths.
const goldShare = 92

// offer makes a product with its prices: those of the year before, those of now,
// and for some what comes next month.
func (l *loader) offer(ctx context.Context, it item, sheet []catalog.Attribute, shelf int64, lists [][2]int64) error {
	p := catalog.Patch{
		Code: &it.Code, Model: &it.Model, Names: &it.Names, Summary: &it.Summary, CategoryID: &shelf, Attributes: &sheet, Criticality: &it.Criticality,
	}
	since, active := l.dayAgo(it.Days), catalog.Active
	p.Status = &active
	if it.Days > announced {
		p.Since = &since
	}
	made, err := l.Catalog.Create(ctx, p)
	if err != nil {
		return err
	}
	if it.Status == catalog.Discontinued {
		if made, err = l.Catalog.Change(ctx, made.ID, 0, catalog.Patch{Status: &it.Status}); err != nil {
			return err
		}
	}
	if it.Family != "" {
		l.made[it.Family] = append(l.made[it.Family], made.ID)
	}
	l.codes[it.Code] = made.ID
	if err := l.mark(ctx, markProduct, made.ID); err != nil {
		return err
	}
	for i, pair := range lists {
		for j, list := range pair {
			minor := it.Price[i] * 100
			if j == 1 {
				minor = minor * goldShare / 100
			}
			steps := []catalog.PriceInput{{Minor: minor / 100 * 104, From: l.dayAgo(700), To: l.dayAgo(200)}, {Minor: minor, From: l.dayAgo(199)}}
			if it.Code == "HG-37VF" || it.Code == "DC-300" {
				steps = append(steps, catalog.PriceInput{Minor: minor / 100 * 97, From: l.dayAgo(-20)})
			}
			for _, x := range steps {
				x.ListID, x.ProductID = list, made.ID
				if _, err := l.Catalog.SetPrice(ctx, x); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// sheet is the data sheet of a product, in the order of the file's list.
func (a assortment) sheet(it item) []catalog.Attribute {
	out := []catalog.Attribute{}
	for _, def := range a.Attributes {
		raw, ok := it.Attributes[def.Key]
		if !ok {
			continue
		}
		line := catalog.Attribute{Key: def.Key, Group: def.Group, Names: def.Names, Unit: def.Unit}
		if json.Unmarshal(raw, &line.Value) != nil {
			line.Value = ""
			if json.Unmarshal(raw, &line.Values) != nil {
				continue
			}
		}
		out = append(out, line)
	}
	return out
}

// appoint makes a dealer who sells some families.
func (l *loader) appoint(ctx context.Context, p partner, i int, shelves map[string]int64) error {
	city, ok := dealer.CityOf(p.City)
	if !ok {
		return fmt.Errorf("the city %s is not known", p.City)
	}
	region, locale, phone := city.Country, i18n.English, fmt.Sprintf("+44 20 7946 0%03d", 900+i)
	switch city.Country {
	case "CN":
		locale, phone = i18n.Simplified, fmt.Sprintf("+86 138 0013 7%03d", i)
	case "TW":
		locale, phone = i18n.Traditional, fmt.Sprintf("+886 900 001 %03d", i)
	case "US":
		phone = fmt.Sprintf("+1 202 555 01%02d", 50+i%50)
	}
	email, contract := fmt.Sprintf("partner%02d@dealers.example", i+1), fmt.Sprintf("DL-%d-%03d", l.now.Year()-1, 101+i)
	from := l.dayAgo(p.Since)
	var categories []int64
	for _, f := range p.Families {
		categories = append(categories, shelves[f])
	}
	hours := []dealer.Hours{{Days: []int{1, 2, 3, 4, 5}, From: "08:30", To: "17:30"}, {Days: []int{6}, From: "09:00", To: "12:00"}}
	patch := dealer.Patch{
		Name: &p.Name, Kind: &p.Kind, Level: &p.Level, City: &p.City, Region: &region, Phone: &phone, Email: &email, Locale: &locale, Ways: &p.Ways,
		Rating: &p.Rating, Contract: &contract, From: &from, Categories: &categories, Hours: &hours,
		Contacts: &[]dealer.Contact{{Name: p.Contact}},
	}
	if p.Until != nil {
		until := l.dayAgo(-*p.Until)
		patch.To = &until
	}
	made, err := l.Dealers.Create(ctx, patch)
	if err != nil {
		return err
	}
	return l.mark(ctx, markDealer, made.ID)
}

// print makes the data sheets: in each language for everybody, and one with the
// technical data for customers.
func (l *loader) print(ctx context.Context, all assortment, news bool) error {
	for _, it := range all.Products {
		if news != (it.Days <= announced) || it.Family == "" || it.Status == catalog.Discontinued {
			continue
		}
		for _, locale := range []string{i18n.Simplified, i18n.Traditional, i18n.English} {
			in := catalog.DocumentInput{Kind: "description", Locale: locale, Title: it.Names[locale], Audience: catalog.Public}
			content := dataSheet(it.Names[locale], it.Summary[locale], all.sheet(it), locale)
			if _, err := l.Catalog.AddDocument(ctx, l.codes[it.Code], in, it.Code+"-"+locale+".pdf", bytes.NewReader(content)); err != nil {
				return err
			}
		}
		technical := slices.DeleteFunc(all.sheet(it), func(a catalog.Attribute) bool { return a.Group != "performance" })
		in := catalog.DocumentInput{Kind: "technical", Locale: i18n.English, Title: it.Code + " technical data", Audience: catalog.Customers}
		content := dataSheet(it.Names[i18n.English], "", technical, i18n.English)
		if _, err := l.Catalog.AddDocument(ctx, l.codes[it.Code], in, it.Code+"-technical.pdf", bytes.NewReader(content)); err != nil {
			return err
		}
	}
	return nil
}

// dataSheet sets a page with a product's data.
func dataSheet(name, summary string, lines []catalog.Attribute, locale string) []byte {
	text := []string{firmName, "", name, summary, ""}
	for _, a := range lines {
		value := a.Value
		if v := catalog.NameIn(a.Values, locale); v != "" {
			value = v
		}
		text = append(text, catalog.NameIn(a.Names, locale)+": "+strings.TrimSpace(value+" "+a.Unit))
	}
	return pdf(text, locale)
}

// region is the region for which prices hold that a language comes from; that
// of people elsewhere is their country.
func (o *organization) region() string {
	switch o.locale {
	case "zh-CN":
		return "CN"
	case "zh-TW":
		return "TW"
	}
	c, _ := dealer.CityOf(o.city)
	return c.Country
}

// clearOffers removes what sell has made.
func clearOffers(ctx context.Context, d Deps) error {
	if d.Catalog == nil || d.Dealers == nil {
		return nil
	}
	for kind, purge := range map[string]func(context.Context, []int64) error{
		markProduct:   func(ctx context.Context, ids []int64) error { return d.Catalog.Purge(ctx, ids, nil, nil) },
		markPriceList: func(ctx context.Context, ids []int64) error { return d.Catalog.Purge(ctx, nil, ids, nil) },
		markCategory:  func(ctx context.Context, ids []int64) error { return d.Catalog.Purge(ctx, nil, nil, ids) },
		markDealer:    d.Dealers.Purge,
	} {
		if err := each(ctx, d, kind, purge); err != nil {
			return err
		}
	}
	return nil
}

// profile is where the people of an organization are and what they pay for: one
// organization in six is gold.
func (o *organization) profile() customer.Profile {
	tier, region := customer.Basic, o.region()
	sum := 0
	for _, c := range []byte(o.domain) {
		sum += int(c)
	}
	switch {
	case o.domain == "":
		return customer.Profile{}
	case sum%6 == 0:
		tier = customer.Gold
	case sum%6 == 1:
		tier = customer.Silver
	}
	return customer.Profile{Tier: &tier, Region: &region, City: &o.city}
}

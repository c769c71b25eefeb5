package portal

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"heed/internal/kernel/day"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/offer/catalog"
	"heed/internal/offer/knowledge"
)

type productsData struct {
	Categories []shelfLink // Count is 1 for the one that is chosen
	Products   []productCard
	Query      string
	Next       string
}

type productCard struct {
	Name, Model, Summary, Path string
	New                        bool
	Price                      string
}

func (s *Service) productList(v visit) error {
	in := v.r.URL.Query()
	q := oneLine(in.Get("q"))
	category, _ := strconv.ParseInt(in.Get("category"), 10, 64)
	found, err := s.Catalog.PublicList(v.ctx, q, category, page.Request{Limit: 48, Cursor: in.Get("cursor")})
	if err != nil {
		return err
	}
	categories, err := s.Catalog.PublicCategories(v.ctx)
	if err != nil {
		return err
	}
	d := productsData{Query: q}
	link := func(category int64, cursor string) string {
		u := url.Values{}
		if q != "" {
			u.Set("q", q)
		}
		if category != 0 {
			u.Set("category", strconv.FormatInt(category, 10))
		}
		if cursor != "" {
			u.Set("cursor", cursor)
		}
		return withQuery("products", u)
	}
	d.Categories = []shelfLink{{say(v.locale, "products.all"), "", link(0, ""), count(category == 0)}}
	for _, c := range categories {
		if c.ParentID == 0 || c.ID == category {
			d.Categories = append(d.Categories, shelfLink{catalog.NameIn(c.Names, v.locale), "", link(c.ID, ""), count(category == c.ID)})
		}
	}
	today := day.Of(s.Clock.Now(), v.firm.zone)
	for _, p := range found.Items {
		card := productCard{p.Name(v.locale), p.Model, catalog.NameIn(p.Summary, v.locale), fmt.Sprintf("products/%d", p.ID), p.New(today), ""}
		prices, err := s.prices(v, p)
		if err != nil {
			return err
		}
		if len(prices) > 0 {
			card.Price = prices[0].Text
		}
		d.Products = append(d.Products, card)
	}
	if found.Next != "" {
		d.Next = link(category, found.Next)
	}
	out := s.page(v, "products", "products", say(v.locale, "products.title"))
	out.Description = say(v.locale, "products.lead", "firm", v.firm.FirmName)
	out.queried(v)
	out.Crumbs = []crumb{{out.Title, ""}}
	out.Data = d
	return s.show(v, http.StatusOK, pageProducts, out)
}

// priceLine is a price that holds for everybody, as it is now (R252).
type priceLine struct {
	Text, Unit string
	Then, From string // what replaces it, and when
}

// prices gives what a product costs anybody in the firm's country today, if the
// firm publishes that. It is read from the price lists each time.
func (s *Service) prices(v visit, p catalog.Product) ([]priceLine, error) {
	if !v.firm.Prices || p.Status != catalog.Active {
		return nil, nil
	}
	offer, err := s.Catalog.Offer(v.system(), p.ID, catalog.Buyer{Region: v.firm.Country}, "")
	if err != nil {
		return nil, err
	}
	var out []priceLine
	for _, q := range offer.Quotes {
		line := priceLine{Text: q.Amount.String(), Unit: q.Unit}
		if q.Then != nil {
			line.Then, line.From = q.Then.Amount.String(), string(q.Then.From)
		}
		out = append(out, line)
	}
	return out, nil
}

type productData struct {
	Name, Code, Model, Summary string
	New, Ended                 bool
	Groups                     []attributeGroup
	Prices                     []priceLine
	Today                      string
	Documents                  []documentLine
	Articles                   []hit
	MorePath, DealerPath       string
	AskPath                    string
	Updated                    string
}

type attributeGroup struct {
	Key   string
	Lines []answerLine
}

type answerLine struct{ Label, Value string }

type documentLine struct {
	Title, Kind, Language, URL, Added string
	Size, N                           int64
}

func (s *Service) product(v visit, path string) error {
	productID, err := strconv.ParseInt(path, 10, 64)
	if err != nil {
		return fault.NotFound("not_found")
	}
	p, docs, err := s.Catalog.PublicProduct(v.ctx, productID)
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	d := productData{
		Name: p.Name(v.locale), Code: p.Code, Model: p.Model, Summary: catalog.NameIn(p.Summary, v.locale), New: p.New(day.Of(now, v.firm.zone)),
		Ended: p.Status == catalog.Discontinued, Today: date(v.locale, v.local(now)), Updated: date(v.locale, v.local(p.UpdatedAt)),
		DealerPath: fmt.Sprintf("dealers?product=%d", p.ID), AskPath: fmt.Sprintf("ask?product=%d", p.ID), MorePath: fmt.Sprintf("search?product=%d", p.ID),
	}
	if d.Prices, err = s.prices(v, p); err != nil {
		return err
	}
	for _, g := range catalog.Groups() {
		group := attributeGroup{Key: g}
		for _, a := range p.Attributes {
			if a.Group == g {
				value := cmp.Or(catalog.NameIn(a.Values, v.locale), a.Value)
				group.Lines = append(group.Lines, answerLine{catalog.NameIn(a.Names, v.locale), strings.TrimSpace(value + " " + a.Unit)})
			}
		}
		if len(group.Lines) > 0 {
			d.Groups = append(d.Groups, group)
		}
	}
	foreign := func(x catalog.Document) int { return count(x.Locale != v.locale) }
	slices.SortStableFunc(docs, func(a, b catalog.Document) int { return foreign(a) - foreign(b) })
	for _, x := range docs {
		d.Documents = append(d.Documents, documentLine{x.Title, x.Kind, languageNames[x.Locale], x.URL(), date(v.locale, v.local(x.AddedAt)), x.Size, x.N})
	}
	if v.on(moduleKnowledge) {
		found, err := s.Knowledge.Search(v.ctx, knowledge.Query{Locale: v.locale, ProductID: p.ID, Strict: true, Public: true, Limit: mostUsed})
		if err != nil {
			return err
		}
		d.Articles = hits(found)
	}
	out := s.page(v, "products", fmt.Sprintf("products/%d", p.ID), d.Name)
	out.Description = d.Summary
	out.Crumbs = []crumb{{say(v.locale, "products.title"), "products"}, {d.Name, ""}}
	out.Data = d
	return s.show(v, http.StatusOK, pageProduct, out)
}

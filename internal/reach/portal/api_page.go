package portal

import (
	"cmp"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/day"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/id"
	"heed/internal/kernel/page"
	"heed/internal/offer/catalog"
	"heed/internal/offer/dealer"
	"heed/internal/offer/knowledge"
	"heed/internal/people/identity"
	"heed/internal/platform/rest"
)

// How much a page shows.
const (
	mostUsed    = 8
	shelvesMost = 12
	perPage     = 20
	pagesMost   = 10
	relatedMost = 5
	dealersPage = 30
)

// shelfLink is a group of articles.
type shelfLink struct {
	Name, Icon, Path string
	Count            int
}

type homeData struct {
	Intro    string
	Kinds    []shelfLink
	Products []shelfLink
	Used     []hit
}

// hit is an article in a list.
type hit struct {
	knowledge.Hit
	Path string
}

func (s *Service) home(v visit) error {
	out := s.page(v, "home", "", "")
	out.Description = cmp.Or(nearest(v.firm.Intro, v.locale), say(v.locale, "home.lead", "firm", v.firm.FirmName))
	d := homeData{Intro: out.Description}
	if out.Knowledge {
		o, err := s.overview(v.ctx, v.locale)
		if err != nil {
			return err
		}
		for _, k := range knowledge.Kinds() {
			if n := o.kinds[k]; n > 0 {
				d.Kinds = append(d.Kinds, shelfLink{string(k), string(k), "search?kind=" + string(k), n})
			}
		}
		if out.Catalog {
			if d.Products, err = s.productShelves(v, o); err != nil {
				return err
			}
		}
		found, err := s.Knowledge.Search(v.ctx, knowledge.Query{Locale: v.locale, Public: true, Limit: mostUsed})
		if err != nil {
			return err
		}
		d.Used = hits(found)
	}
	out.Data = d
	return s.show(v, http.StatusOK, pageHome, out)
}

// productShelves are the products that there are articles about: by turns one of
// each category, so that no category hides the others.
func (s *Service) productShelves(v visit, o *overview) ([]shelfLink, error) {
	products, err := s.products(v.ctx)
	if err != nil {
		return nil, err
	}
	type placed struct {
		shelfLink
		turn int
	}
	turns := map[int64]int{}
	var all []placed
	for _, p := range products {
		if n := o.products[p.ID]; n > 0 {
			all = append(all, placed{shelfLink{p.Name(v.locale), "product", fmt.Sprintf("search?product=%d", p.ID), n}, turns[p.CategoryID]})
			turns[p.CategoryID]++
		}
	}
	slices.SortStableFunc(all, func(a, b placed) int { return a.turn - b.turn })
	out := make([]shelfLink, min(len(all), shelvesMost))
	for i := range out {
		out[i] = all[i].shelfLink
	}
	return out, nil
}

func hits(found []knowledge.Hit) []hit {
	out := make([]hit, len(found))
	for i, h := range found {
		out[i] = hit{h, articlePath(h.ArticleID, h.Title)}
	}
	return out
}

type searchData struct {
	Hits       []hit
	Kinds      []shelfLink // Count is 1 for the one that is chosen
	Kind       string
	ProductID  int64
	Product    string
	Prev, Next string // paths of the pages before and after
	Page       int
	AskPath    string
	EveryPath  string // without the product
	Asked      bool   // something was looked for
}

func (s *Service) search(v visit) error {
	in := v.r.URL.Query()
	text := oneLine(in.Get("q"))
	if r := []rune(text); len(r) > 200 {
		text = string(r[:200])
	}
	kind := knowledge.Kind(in.Get("kind"))
	if !slices.Contains(knowledge.Kinds(), kind) {
		kind = ""
	}
	product, _ := strconv.ParseInt(in.Get("product"), 10, 64)
	n, _ := strconv.Atoi(in.Get("page"))
	n = min(max(n, 1), pagesMost)
	q := knowledge.Query{Text: text, Locale: v.locale, ProductID: product, Strict: product != 0, Public: true, Limit: n*perPage + 1}
	if kind != "" {
		q.Kinds = []knowledge.Kind{kind}
	}
	found, err := s.Knowledge.Search(v.ctx, q)
	if err != nil {
		return err
	}
	d := searchData{Kind: string(kind), ProductID: product, Page: n, Asked: text != ""}
	link := func(kind string, product int64, page int) string { return searchPath(text, kind, product, page) }
	if len(found) > n*perPage && n < pagesMost {
		d.Next = link(d.Kind, product, n+1)
	}
	if n > 1 {
		d.Prev = link(d.Kind, product, n-1)
	}
	found = found[min(len(found), (n-1)*perPage):]
	d.Hits = hits(found[:min(len(found), perPage)])
	d.Kinds = []shelfLink{{"", "", link("", product, 1), count(kind == "")}}
	for _, k := range knowledge.Kinds() {
		d.Kinds = append(d.Kinds, shelfLink{string(k), string(k), link(string(k), product, 1), count(kind == k)})
	}
	if product != 0 && v.on(moduleCatalog) {
		all, err := s.products(v.ctx)
		if err != nil {
			return err
		}
		d.Product = productName(all, product, v.locale)
	}
	d.EveryPath = link(d.Kind, 0, 1)
	d.AskPath = "ask"
	if text != "" {
		d.AskPath += "?words=" + url.QueryEscape(text)
	}
	title := say(v.locale, "search.title")
	switch {
	case text != "":
		title = say(v.locale, "search.title_for", "q", text)
	case d.Product != "":
		title = d.Product
	case kind != "":
		title = say(v.locale, "kind."+d.Kind)
	}
	out := s.page(v, "home", "search", title)
	out.Query = text
	if in.Encode() != "" {
		out.Canonical = "" // one of very many; the articles are what is to be found
		for i := range out.Alternates {
			out.Alternates[i].Path += "?" + in.Encode()
			out.Alternates[i].URL = ""
		}
	}
	out.Crumbs = []crumb{{title, ""}}
	out.Data = d
	return s.show(v, http.StatusOK, pageSearch, out)
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

func searchPath(text, kind string, product int64, n int) string {
	q := url.Values{}
	if text != "" {
		q.Set("q", text)
	}
	if kind != "" {
		q.Set("kind", kind)
	}
	if product != 0 {
		q.Set("product", strconv.FormatInt(product, 10))
	}
	if n > 1 {
		q.Set("page", strconv.Itoa(n))
	}
	if len(q) == 0 {
		return "search"
	}
	return "search?" + q.Encode()
}

type articleData struct {
	ID                  int64
	Kind                string
	Title, Summary      string
	Lang                string // of the text
	Elsewhere           string // the name of the text's language, when it is not the page's
	Answer, Body, Rules template.HTML
	Symptoms            []string
	Causes              []knowledge.Cause
	Period              string
	From, To            string
	Updated             string
	N                   int64
	Products            []crumb
	Related             []hit
	Said                string // "", "thanks" or "already"
	Action              string
}

// article shows an article, and takes what a visitor says of it.
func (s *Service) article(v visit, path string) error {
	number, rest, _ := strings.Cut(path, "-")
	number, tail, deeper := strings.Cut(number, "/")
	articleID, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return fault.NotFound("not_found")
	}
	if v.post() {
		if (deeper && tail == "helpful") || strings.HasSuffix(rest, "/helpful") {
			return s.takeJudgement(v, articleID)
		}
		return fault.NotFound("not_found")
	}
	a, err := s.Knowledge.Get(v.ctx, articleID)
	if err != nil {
		return err
	}
	text, err := s.Knowledge.Published(v.ctx, articleID, v.locale)
	if err != nil {
		return err
	}
	own := articlePath(articleID, text.Title)
	if "a/"+path != own {
		http.Redirect(v.w, v.r, (&url.URL{Path: root + "/" + v.locale + "/" + own, RawQuery: v.r.URL.RawQuery}).String(), http.StatusFound)
		return nil
	}
	return s.showArticle(v, a, text, own)
}

func (s *Service) showArticle(v visit, a knowledge.Article, text knowledge.Version, own string) error {
	out := s.page(v, "home", own, text.Title)
	out.Description = text.Summary
	listed, err := s.overview(v.ctx, v.locale)
	if err != nil {
		return err
	}
	locales := []string{text.Locale}
	if l, ok := listed.article(a.ID); ok {
		locales = l.Locales
	}
	variants, err := s.variants(v.ctx, a.ID, locales)
	if err != nil {
		return err
	}
	for i := range out.Alternates {
		l := &out.Alternates[i]
		in, ok := variants[l.Locale]
		switch {
		case l.Locale == text.Locale:
			l.Path, l.URL = root+"/"+l.Locale+"/"+own, s.absolute(l.Locale, own)
		case ok:
			path := articlePath(a.ID, in.Title)
			l.Path, l.URL = root+"/"+l.Locale+"/"+path, s.absolute(l.Locale, path)
		default: // it is shown in the nearest language, which is no variant of its own
			l.Path, l.URL = root+"/"+l.Locale+"/a/"+strconv.FormatInt(a.ID, 10), ""
		}
	}
	out.Canonical = s.absolute(text.Locale, own)
	d := articleData{
		ID: a.ID, Kind: string(a.Kind), Title: text.Title, Summary: text.Summary, Lang: text.Locale, N: text.N,
		Answer: articleHTML(text.Answer), Body: articleHTML(text.Body), Rules: articleHTML(text.Rules), Symptoms: text.Symptoms, Causes: text.Causes,
		Period: text.Period(s.Clock.Now()), Said: v.r.URL.Query().Get("said"), Action: root + "/" + v.locale + "/a/" + strconv.FormatInt(a.ID, 10) + "/helpful",
	}
	if text.Locale != v.locale {
		d.Elsewhere = languageNames[text.Locale]
	}
	if text.PublishedAt != nil {
		d.Updated = date(v.locale, v.local(*text.PublishedAt))
	}
	if text.From != nil {
		d.From = date(v.locale, v.local(*text.From))
	}
	if text.To != nil { // the first moment at which it is over
		d.To = date(v.locale, v.local(text.To.Add(-1)))
	}
	if out.Catalog && len(a.ProductIDs) > 0 {
		products, err := s.products(v.ctx)
		if err != nil {
			return err
		}
		for _, id := range a.ProductIDs {
			if name := productName(products, id, v.locale); name != "" {
				d.Products = append(d.Products, crumb{name, fmt.Sprintf("products/%d", id)})
			}
		}
	}
	related, err := s.Knowledge.Related(v.ctx, a, text.Title, v.locale, relatedMost)
	if err != nil {
		return err
	}
	d.Related = hits(related)
	out.Crumbs = []crumb{{say(v.locale, "kind."+d.Kind), "search?kind=" + d.Kind}, {text.Title, ""}}
	out.Data = d
	return s.show(v, http.StatusOK, pageArticle, out)
}

// visitorCookie holds a random number, by which a visitor judges an article once
// a day.
const visitorCookie = "heed_visitor"

// takeJudgement takes a yes or a no, with a word if he likes.
func (s *Service) takeJudgement(v visit, articleID int64) error {
	if _, ok := s.voices.count(rest.ClientIP(v.ctx), s.Clock.Now()); !ok {
		return fault.TooMany("portal.too_many")
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, 64<<10)
	if err := v.r.ParseForm(); err != nil {
		return fault.NotFound("not_found")
	}
	said := v.r.PostForm.Get("helpful")
	if said != "yes" && said != "no" {
		return fault.NotFound("not_found")
	}
	visitor := ""
	if c, err := v.r.Cookie(visitorCookie); err == nil && len(c.Value) == len(id.Token()) {
		visitor = c.Value
	} else {
		visitor = id.Token()
		http.SetCookie(v.w, &http.Cookie{
			Name: visitorCookie, Value: visitor, Path: root + "/", MaxAge: 2 * 24 * 3600, HttpOnly: true, Secure: rest.Secure(v.ctx), SameSite: http.SameSiteLaxMode,
		})
	}
	fresh, err := s.judge(v.ctx, articleID, v.locale, visitor, said == "yes", v.r.PostForm.Get("word"))
	if err != nil {
		return err
	}
	state := "thanks"
	if !fresh {
		state = "already"
	}
	v.w.Header().Set("Cache-Control", "no-store")
	http.Redirect(v.w, v.r, root+"/"+v.locale+"/a/"+strconv.FormatInt(articleID, 10)+"?said="+state+"#helpful", http.StatusSeeOther)
	return nil
}

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
		if len(u) == 0 {
			return "products"
		}
		return "products?" + u.Encode()
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
	if in.Encode() != "" {
		out.Canonical = ""
	}
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
	offer, err := s.Catalog.Offer(actor.AsSystem(v.ctx), p.ID, catalog.Buyer{Region: v.firm.Country}, "")
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
	if in.Encode() != "" {
		out.Canonical = ""
		for i := range out.Alternates {
			out.Alternates[i].Path += "?" + in.Encode()
			out.Alternates[i].URL = ""
		}
	}
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

package portal

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"heed/internal/offer/knowledge"
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

// sought is what somebody looks for.
type sought struct {
	text    string
	kind    knowledge.Kind // empty: any
	product int64          // 0: any
	page    int            // from 1
}

func (v visit) sought() sought {
	in := v.r.URL.Query()
	q := sought{text: oneLine(in.Get("q")), kind: knowledge.Kind(in.Get("kind"))}
	if r := []rune(q.text); len(r) > 200 {
		q.text = string(r[:200])
	}
	if !slices.Contains(knowledge.Kinds(), q.kind) {
		q.kind = ""
	}
	q.product, _ = strconv.ParseInt(in.Get("product"), 10, 64)
	n, _ := strconv.Atoi(in.Get("page"))
	q.page = min(max(n, 1), pagesMost)
	return q
}

// path is where the page of a search is, below the language.
func (q sought) path() string {
	u := url.Values{}
	if q.text != "" {
		u.Set("q", q.text)
	}
	if q.kind != "" {
		u.Set("kind", string(q.kind))
	}
	if q.product != 0 {
		u.Set("product", strconv.FormatInt(q.product, 10))
	}
	if q.page > 1 {
		u.Set("page", strconv.Itoa(q.page))
	}
	return withQuery("search", u)
}

// withQuery is a path with a query, if there is any.
func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// with gives the first page of the same search for another kind.
func (q sought) with(kind knowledge.Kind) sought { q.kind, q.page = kind, 1; return q }

// at gives another page of the same search.
func (q sought) at(page int) sought { q.page = page; return q }

func (s *Service) search(v visit) error {
	q := v.sought()
	ask := knowledge.Query{Text: q.text, Locale: v.locale, ProductID: q.product, Strict: q.product != 0, Public: true, Limit: q.page*perPage + 1}
	if q.kind != "" {
		ask.Kinds = []knowledge.Kind{q.kind}
	}
	found, err := s.Knowledge.Search(v.ctx, ask)
	if err != nil {
		return err
	}
	d := searchData{Kind: string(q.kind), ProductID: q.product, Page: q.page, Asked: q.text != "", AskPath: "ask"}
	if len(found) > q.page*perPage && q.page < pagesMost {
		d.Next = q.at(q.page + 1).path()
	}
	if q.page > 1 {
		d.Prev = q.at(q.page - 1).path()
	}
	found = found[min(len(found), (q.page-1)*perPage):]
	d.Hits = hits(found[:min(len(found), perPage)])
	d.Kinds = []shelfLink{{"", "", q.with("").path(), count(q.kind == "")}}
	for _, k := range knowledge.Kinds() {
		d.Kinds = append(d.Kinds, shelfLink{string(k), string(k), q.with(k).path(), count(q.kind == k)})
	}
	if q.product != 0 && v.on(moduleCatalog) {
		all, err := s.products(v.ctx)
		if err != nil {
			return err
		}
		d.Product = productName(all, q.product, v.locale)
	}
	every := q.at(1)
	every.product = 0
	d.EveryPath = every.path()
	if q.text != "" {
		d.AskPath += "?words=" + url.QueryEscape(q.text)
	}
	out := s.page(v, "home", "search", v.searchTitle(q, d.Product))
	out.Query = q.text
	out.queried(v)
	out.Crumbs = []crumb{{out.Title, ""}}
	out.Data = d
	return s.show(v, http.StatusOK, pageSearch, out)
}

func (v visit) searchTitle(q sought, product string) string {
	switch {
	case q.text != "":
		return say(v.locale, "search.title_for", "q", q.text)
	case product != "":
		return product
	case q.kind != "":
		return say(v.locale, "kind."+string(q.kind))
	}
	return say(v.locale, "search.title")
}

// queried keeps what was asked for when the language is changed. A page with a
// query is one of very many; what it lists is to be found by itself.
func (v *view) queried(by visit) {
	in := by.r.URL.Query().Encode()
	if in == "" {
		return
	}
	v.Canonical = ""
	for i := range v.Alternates {
		v.Alternates[i].Path += "?" + in
		v.Alternates[i].URL = ""
	}
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

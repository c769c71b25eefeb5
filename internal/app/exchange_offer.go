package app

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"heed/internal/insight/exchange"
	"heed/internal/kernel/day"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/money"
	"heed/internal/kernel/page"
	"heed/internal/offer/catalog"
	"heed/internal/offer/dealer"
	"heed/internal/offer/knowledge"
	"heed/internal/platform/db"
	"heed/internal/platform/i18n"
)

// productsIn imports products, known by their codes.
type productsIn struct{ a *App }

func (productsIn) Key(r exchange.Record) string { return fold(r.Values["code"]) }

func (x productsIn) Apply(ctx context.Context, rs []exchange.Record) ([]exchange.Outcome, error) {
	return one(ctx, rs, func(ctx context.Context, r exchange.Record) (exchange.Outcome, error) {
		was, err := x.a.Catalog.ByCode(ctx, r.Values["code"])
		isNew := fault.Is(err, fault.KindNotFound)
		if err != nil && !isNew {
			return exchange.Outcome{}, err
		}
		p := catalog.Patch{Model: filled[string](r, "model"), Status: filled[catalog.Status](r, "status"), Since: dated(r, "since")}
		p.Names, p.Summary = namesIn(r, "name_", was.Names), namesIn(r, "summary_", was.Summary)
		if c := r.Values["criticality"]; c != "" {
			n, err := strconv.ParseInt(c, 10, 64)
			if err != nil {
				return wrong("criticality", "field.number_invalid", nil), nil //nolint:nilerr // it is the row's
			}
			p.Criticality = &n
		}
		if path := r.Values["category"]; path != "" {
			id, err := x.shelf(ctx, path)
			if err != nil {
				return exchange.Outcome{}, err
			}
			p.CategoryID = &id
		}
		if !isNew {
			now, err := x.a.Catalog.Change(ctx, was.ID, 0, p)
			return became(was.ID, false, now.Version != was.Version), err
		}
		p.Code = filled[string](r, "code")
		if p.Status == nil {
			active := catalog.Active
			p.Status = &active
		}
		if p.Since == nil {
			p.Since = new(day.Day) // what was in the old program is no news to anybody
		}
		made, err := x.a.Catalog.Create(ctx, p)
		return became(made.ID, true, false), err
	})
}

// namesIn gives the texts of the languages that a row has, over those before.
func namesIn(r exchange.Record, prefix string, was catalog.Names) *catalog.Names {
	out := maps.Clone(was)
	if out == nil {
		out = catalog.Names{}
	}
	some := false
	for _, l := range i18n.Locales() {
		if v := r.Values[prefix+l]; v != "" {
			out[l], some = v, true
		}
	}
	if !some && was != nil {
		return nil
	}
	return &out
}

// shelf gives the category at the end of a path such as "Tools / Drills", making
// what there is not.
func (x productsIn) shelf(ctx context.Context, path string) (int64, error) {
	known, err := x.a.Catalog.Categories(ctx)
	if err != nil {
		return 0, err
	}
	id := int64(0)
	for _, name := range strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune("/>／＞", r) }) {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		i := slices.IndexFunc(known, func(c catalog.Category) bool {
			return c.ParentID == id && slices.ContainsFunc(slices.Collect(maps.Values(c.Names)), func(n string) bool { return fold(n) == fold(name) })
		})
		if i >= 0 {
			id = known[i].ID
			continue
		}
		parent, names := id, catalog.Names{localeOf(name): name}
		made, err := x.a.Catalog.SaveCategory(ctx, 0, 0, catalog.CategoryPatch{ParentID: &parent, Names: &names})
		if err != nil {
			return 0, err
		}
		known, id = append(known, made), made.ID
	}
	return id, nil
}

// localeOf guesses in what language a name is.
func localeOf(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r >= 0x3400 && r <= 0x9fff }) {
		return i18n.Simplified
	}
	return i18n.English
}

// pricesIn imports prices, known by product, list and the day from which they hold.
type pricesIn struct{ a *App }

func (pricesIn) Key(r exchange.Record) string {
	from, _ := exchange.Date(r.Values["from"])
	return fold(r.Values["product"]) + "\n" + fold(r.Values["list"]) + "\n" + from
}

func (x pricesIn) Apply(ctx context.Context, rs []exchange.Record) ([]exchange.Outcome, error) {
	lists, err := x.a.Catalog.Lists(ctx)
	if err != nil {
		return nil, err
	}
	today, err := x.a.Catalog.Today(ctx)
	if err != nil {
		return nil, err
	}
	return one(ctx, rs, func(ctx context.Context, r exchange.Record) (exchange.Outcome, error) {
		p, err := x.a.Catalog.ByCode(ctx, r.Values["product"])
		if fault.Is(err, fault.KindNotFound) {
			return wrong("product", "exchange.no_such_product", map[string]any{"code": r.Values["product"]}), nil
		}
		if err != nil {
			return exchange.Outcome{}, err
		}
		i := slices.IndexFunc(lists, func(l catalog.List) bool { return fold(l.Name) == fold(r.Values["list"]) })
		currency := strings.ToUpper(r.Values["currency"])
		switch {
		case i < 0 && currency == "":
			return wrong("currency", "exchange.currency_needed", nil), nil
		case i >= 0 && currency != "" && lists[i].Currency != currency:
			return wrong("currency", "exchange.currency_differs", map[string]any{"currency": lists[i].Currency}), nil
		case i >= 0:
			currency = lists[i].Currency
		}
		amount, err := money.Parse(exchange.Amount(r.Values["amount"]), currency)
		switch {
		case errors.Is(err, money.ErrCurrency):
			return wrong("currency", "catalog.currency_unknown", nil), nil
		case err != nil:
			return wrong("amount", "exchange.amount_invalid", nil), nil //nolint:nilerr // it is the row's
		}
		if i < 0 {
			l, err := x.a.Catalog.SaveList(ctx, 0, 0, catalog.ListPatch{
				Name: filled[string](r, "list"), Currency: &currency, Tier: filled[string](r, "tier"), Region: filled[string](r, "region"),
			})
			if err != nil {
				return exchange.Outcome{}, err
			}
			lists, i = append(lists, l), len(lists)
		}
		return x.set(ctx, r, lists[i], p, amount.Minor, today)
	})
}

func (x pricesIn) set(ctx context.Context, r exchange.Record, l catalog.List, p catalog.Product, minor int64, today day.Day) (exchange.Outcome, error) {
	in := catalog.PriceInput{ListID: l.ID, ProductID: p.ID, Minor: minor, Unit: r.Values["unit"]}
	if from := dated(r, "from"); from != nil {
		in.From = *from
	}
	if to := dated(r, "to"); to != nil {
		in.To = *to
	}
	known, err := x.a.Catalog.PricesOf(ctx, p.ID)
	if err != nil {
		return exchange.Outcome{}, err
	}
	again := false
	for _, k := range known {
		if k.ListID != l.ID || in.From != "" && k.Price.From != in.From || in.From == "" && !today.Within(k.Price.From, k.Price.To) {
			continue
		}
		if k.Minor == minor && k.Unit == in.Unit && (k.Price.To == in.To || in.To == "" && in.From == "") {
			return became(k.Price.ID, false, false), nil
		}
		again = true
	}
	set, err := x.a.Catalog.SetPrice(ctx, in)
	return became(set.ID, !again, again), err
}

// dealersIn imports dealers, known by name and city.
type dealersIn struct{ a *App }

func (dealersIn) Key(r exchange.Record) string {
	return fold(r.Values["name"]) + "\n" + fold(r.Values["city"])
}

func (x dealersIn) Apply(ctx context.Context, rs []exchange.Record) ([]exchange.Outcome, error) {
	known, err := all(func(r page.Request) (page.Of[dealer.Found], error) { return x.a.Dealers.List(ctx, dealer.Filter{}, r) })
	if err != nil {
		return nil, err
	}
	by := map[string]dealer.Dealer{}
	for _, d := range known {
		by[fold(d.Name)+"\n"+fold(d.City)] = d.Dealer
	}
	return one(ctx, rs, func(ctx context.Context, r exchange.Record) (exchange.Outcome, error) {
		was, old := by[x.Key(r)]
		p, problem, err := x.patch(ctx, r, was)
		if err != nil || problem != nil {
			return exchange.Outcome{Problems: problem}, err
		}
		if !old {
			p.City = filled[string](r, "city")
			made, err := x.a.Dealers.Create(ctx, p)
			return became(made.ID, true, false), err
		}
		p.Name, p.City = nil, nil
		now, err := x.a.Dealers.Change(ctx, was.ID, 0, p)
		return became(was.ID, false, !sameDealer(was, now)), err
	})
}

func sameDealer(a, b dealer.Dealer) bool {
	return a.Kind == b.Kind && a.Level == b.Level && a.Status == b.Status && a.Region == b.Region && a.Address == b.Address && a.Phone == b.Phone &&
		a.Email == b.Email && a.Website == b.Website && slices.Equal(a.Ways, b.Ways) && slices.Equal(a.Products, b.Products) && a.From == b.From &&
		a.To == b.To && slices.Equal(a.Contacts, b.Contacts) && a.Rating == b.Rating && a.Contract == b.Contract && a.Notes == b.Notes
}

func (x dealersIn) patch(ctx context.Context, r exchange.Record, was dealer.Dealer) (dealer.Patch, []exchange.Problem, error) {
	p := dealer.Patch{
		Name: filled[string](r, "name"), Kind: filled[dealer.Kind](r, "kind"), Status: filled[dealer.Status](r, "status"), Region: filled[string](r, "region"),
		Address: filled[string](r, "address"), Phone: filled[string](r, "phone"), Email: filled[string](r, "email"), Website: filled[string](r, "website"),
		From: dated(r, "from"), To: dated(r, "to"), Contract: filled[string](r, "contract"), Notes: filled[string](r, "notes"),
	}
	for column, to := range map[string]**int64{"level": &p.Level, "rating": &p.Rating} {
		if v := r.Values[column]; v != "" {
			n, err := strconv.ParseInt(v, 10, 64)
			if err != nil {
				return p, wrong(column, "field.number_invalid", nil).Problems, nil //nolint:nilerr // it is the row's
			}
			*to = &n
		}
	}
	if w := exchange.Words(r.Values["ways"]); len(w) > 0 {
		for i := range w {
			w[i] = exchange.Meaning("dealers", "ways", w[i])
		}
		p.Ways = &w
	}
	if name := r.Values["contact"]; name != "" && !slices.ContainsFunc(was.Contacts, func(c dealer.Contact) bool { return fold(c.Name) == fold(name) }) {
		all := append(slices.Clone(was.Contacts), dealer.Contact{Name: name})
		p.Contacts = &all
	}
	if codes := exchange.Words(r.Values["products"]); len(codes) > 0 {
		ids := []int64{}
		for _, code := range codes {
			one, err := x.a.Catalog.ByCode(ctx, code)
			if fault.Is(err, fault.KindNotFound) {
				return p, wrong("products", "exchange.no_such_product", map[string]any{"code": code}).Problems, nil
			}
			if err != nil {
				return p, nil, err
			}
			ids = append(ids, one.ID)
		}
		p.Products = &ids
	}
	return p, nil, nil
}

// articlesIn imports articles: a row is one language of one.
type articlesIn struct{ a *App }

// Tidy gives an article without an external key one by which it is known again.
func (articlesIn) Tidy(r exchange.Record) exchange.Record {
	switch {
	case r.Values["key"] != "":
	case r.Values["code"] != "":
		r.Values["key"] = "/" + fold(strings.TrimPrefix(r.Values["code"], "/"))
	default:
		r.Values["key"] = "title " + r.Values["locale"] + " " + fold(r.Values["title"])
	}
	return r
}

func (articlesIn) Key(r exchange.Record) string { return r.Values["key"] + "\n" + r.Values["locale"] }

func (x articlesIn) Apply(ctx context.Context, rs []exchange.Record) ([]exchange.Outcome, error) {
	here := map[string]int64{} // its other languages may stand in the same piece
	return one(ctx, rs, func(ctx context.Context, r exchange.Record) (exchange.Outcome, error) {
		id := r.KnownID
		if id == 0 {
			id = here[r.Values["key"]]
		}
		out, err := x.store(ctx, id, r)
		if err == nil && len(out.Problems) == 0 {
			here[r.Values["key"]] = out.ID
		}
		return out, err
	})
}

func (x articlesIn) store(ctx context.Context, id int64, r exchange.Record) (exchange.Outcome, error) {
	v := r.Values
	said := knowledge.Text{
		Locale: v["locale"], Title: v["title"], Summary: v["summary"], Answer: asHTML(v["answer"]), Body: asHTML(v["body"]), Keywords: v["keywords"],
		Symptoms: []string{}, Causes: []knowledge.Cause{},
	}
	m := knowledge.Meta{
		Kind: filled[knowledge.Kind](r, "kind"), Topic: filled[string](r, "topic"), Audience: filled[knowledge.Audience](r, "audience"), Code: filled[string](r, "code"),
	}
	if tags := exchange.Words(v["tags"]); len(tags) > 0 {
		m.Tags = &tags
	}
	was, err := x.a.Knowledge.Article(ctx, id)
	isNew := id == 0 || fault.Is(err, fault.KindNotFound)
	if err != nil && !isNew {
		return exchange.Outcome{}, err
	}
	changed := false
	if isNew {
		if was, err = x.a.Knowledge.Create(ctx, m, knowledge.Work{Texts: []knowledge.Text{said}}); err != nil {
			return exchange.Outcome{}, err
		}
	} else if was, changed, err = x.change(ctx, was, m, said); err != nil {
		return exchange.Outcome{}, err
	}
	if knowledge.Status(v["status"]) == knowledge.Published && was.DraftN != 0 {
		_, err = x.a.Knowledge.Publish(ctx, was.ID, 0, knowledge.Release{})
	}
	return became(was.ID, isNew, changed), err
}

// change puts a language into the article's version under way, if it says
// something else than the newest one.
func (x articlesIn) change(ctx context.Context, was knowledge.Article, m knowledge.Meta, said knowledge.Text) (knowledge.Article, bool, error) {
	w, err := x.newest(ctx, was)
	if err != nil {
		return was, false, err
	}
	i := slices.IndexFunc(w.Texts, func(t knowledge.Text) bool { return t.Locale == said.Locale })
	var work *knowledge.Work
	switch {
	case i < 0:
		w.Texts, work = append(w.Texts, said), &w
	default:
		t := &w.Texts[i]
		for _, f := range []struct {
			to   *string
			from string
		}{{&t.Title, said.Title}, {&t.Summary, said.Summary}, {&t.Answer, said.Answer}, {&t.Body, said.Body}, {&t.Keywords, said.Keywords}} {
			if f.from != "" && *f.to != f.from {
				*f.to, work = f.from, &w
			}
		}
	}
	same := (m.Kind == nil || *m.Kind == was.Kind) && (m.Topic == nil || *m.Topic == was.Topic) && (m.Audience == nil || *m.Audience == was.Audience) &&
		(m.Code == nil || strings.TrimPrefix(strings.ToLower(*m.Code), "/") == was.Code) && (m.Tags == nil || slices.Equal(*m.Tags, was.Tags))
	if work == nil && same {
		return was, false, nil
	}
	now, err := x.a.Knowledge.Change(ctx, was.ID, 0, m, work)
	return now, true, err
}

// newest gives the texts of the version under way, else of the newest published.
func (x articlesIn) newest(ctx context.Context, a knowledge.Article) (knowledge.Work, error) {
	if a.DraftN != 0 {
		w, err := x.a.Knowledge.UnderWay(ctx, a.ID)
		if !errors.Is(err, db.ErrNotFound) {
			return w, err
		}
	}
	var w knowledge.Work
	versions, err := x.a.Knowledge.Versions(ctx, a.ID)
	for _, v := range versions {
		if v.N == a.LiveN {
			w.From, w.To = v.From, v.To
			w.Texts = append(w.Texts, v.Text)
		}
	}
	return w, err
}

// asHTML takes a cell for HTML if it looks like it, else for plain text.
func asHTML(cell string) string {
	if cell == "" || strings.Contains(cell, "</") || strings.Contains(cell, "<br") {
		return cell
	}
	return knowledge.FromText(cell)
}

package app

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"heed/internal/insight/desk"
	"heed/internal/insight/exchange"
	"heed/internal/kernel/actor"
	"heed/internal/kernel/day"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/money"
	"heed/internal/kernel/page"
	"heed/internal/offer/catalog"
	"heed/internal/offer/dealer"
	"heed/internal/offer/knowledge"
	"heed/internal/offer/reading"
	"heed/internal/people/agent"
	"heed/internal/people/customer"
	"heed/internal/work/ticket"
)

// exporters give lists with their filters, each as the actor may see it.
func (a *App) exporters() map[string]exchange.Exporter {
	return map[string]exchange.Exporter{
		"customers": a.exportCustomers("customers", ""), "organizations": a.exportCustomers("organizations", customer.Organization), "agents": a.exportAgents,
		"products": a.exportProducts, "prices": a.exportPrices, "dealers": a.exportDealers, "articles": a.exportArticles, "tickets": a.exportTickets,
		"readings": a.exportReadings, "answers": a.exportAnswers,
	}
}

// exportPage is how many things are read at once.
const exportPage = 200

// pages hands the pages of a list to use.
func pages[T any](read func(r page.Request) (page.Of[T], error), use func(items []T) error) error {
	for r := (page.Request{Limit: exportPage}); ; {
		p, err := read(r)
		if err != nil {
			return err
		}
		if err := use(p.Items); err != nil || p.Next == "" {
			return err
		}
		r.Cursor = p.Next
	}
}

type row = map[string]any

func number(f url.Values, name string) int64 {
	n, err := strconv.ParseInt(f.Get(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func commas(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' })
}

func blankZero(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func (a *App) exportCustomers(kind string, only customer.Kind) exchange.Exporter {
	return func(ctx context.Context, f url.Values, emit exchange.Emit) error {
		country, err := a.Settings.Country(ctx)
		if err != nil {
			return err
		}
		filter := customer.Filter{Q: f.Get("q"), Kind: customer.Kind(f.Get("kind")), Tier: customer.Tier(f.Get("tier")), Newest: f.Get("sort") == "newest"}
		if only != "" {
			filter.Kind = only
		}
		return pages(func(r page.Request) (page.Of[customer.Customer], error) { return a.Customers.List(ctx, filter, r) }, func(cs []customer.Customer) error {
			ids := make([]int64, len(cs))
			for i, c := range cs {
				ids[i] = c.ID
			}
			keys, err := a.Exchange.KeysOf(ctx, kind, ids)
			if err != nil {
				return err
			}
			for _, c := range cs {
				if err := emit(customerRow(c, keys[c.ID], country)); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

func customerRow(c customer.Customer, key, country string) row {
	r := row{
		"number": c.Number(), "key": key, "kind": string(c.Kind), "name": c.Name, "salutation": c.Salutation, "locale": c.Locale, "tier": string(c.Tier),
		"region": c.Region, "city": c.City, "since": c.Since, "notes": c.Notes, "chain_role": c.ChainRole, "created": c.CreatedAt,
	}
	var emails, phones, homes []string
	for _, e := range c.Emails {
		emails = append(emails, e.Value)
	}
	for _, p := range c.Phones {
		phones = append(phones, p.Number.Shown(country))
	}
	for i, o := range c.Organizations {
		if homes = append(homes, o.Name); i == 0 {
			r["title"] = o.Title
		}
	}
	r["emails"], r["phones"], r["organization"] = emails, phones, homes
	return r
}

func (a *App) exportAgents(ctx context.Context, _ url.Values, emit exchange.Emit) error {
	names, err := a.teamNames(ctx)
	if err != nil {
		return err
	}
	return pages(func(r page.Request) (page.Of[agent.Agent], error) { return a.Agents.List(ctx, "", r) }, func(as []agent.Agent) error {
		for _, g := range as {
			var teams []string
			for _, id := range g.TeamIDs {
				teams = append(teams, names[id])
			}
			if err := emit(row{"name": g.Name, "email": g.Email, "role": g.Role, "teams": teams, "locale": g.Locale, "state": string(g.State)}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *App) teamNames(ctx context.Context) (map[int64]string, error) {
	out := map[int64]string{}
	teams, err := all(func(r page.Request) (page.Of[agent.Team], error) { return a.Agents.Teams(ctx, r) })
	for _, t := range teams {
		out[t.ID] = t.Name
	}
	return out, err
}

// shelfPaths gives where a category stands, as productsIn reads it.
func (a *App) shelfPaths(ctx context.Context) (func(id int64, locale string) string, error) {
	known, err := a.Catalog.Categories(ctx)
	by := map[int64]catalog.Category{}
	for _, c := range known {
		by[c.ID] = c
	}
	return func(id int64, locale string) string {
		var path []string
		for c, ok := by[id]; ok && len(path) < 10; c, ok = by[c.ParentID] {
			path = append(path, catalog.NameIn(c.Names, locale))
		}
		slices.Reverse(path)
		return strings.Join(path, " / ")
	}, err
}

func (a *App) exportProducts(ctx context.Context, f url.Values, emit exchange.Emit) error {
	filter := catalog.Filter{Q: f.Get("q"), CategoryID: number(f, "category_id"), NewOnly: f.Get("new") == "true", Since: day.Day(f.Get("since"))}
	for _, s := range commas(f.Get("status")) {
		filter.Statuses = append(filter.Statuses, catalog.Status(s))
	}
	path, err := a.shelfPaths(ctx)
	if err != nil {
		return err
	}
	return pages(func(r page.Request) (page.Of[catalog.Product], error) { return a.Catalog.List(ctx, filter, r) }, func(ps []catalog.Product) error {
		for _, p := range ps {
			r := row{
				"code": p.Code, "model": p.Model, "category": path(p.CategoryID, actor.From(ctx).Locale), "status": string(p.Status), "criticality": blankZero(p.Criticality),
				"since": string(p.Since),
			}
			for l, n := range p.Names {
				r["name_"+l] = n
			}
			for l, n := range p.Summary {
				r["summary_"+l] = n
			}
			if err := emit(r); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *App) exportPrices(ctx context.Context, f url.Values, emit exchange.Emit) error {
	lists, err := a.Catalog.Lists(ctx)
	if err != nil {
		return err
	}
	for _, l := range lists {
		if id := number(f, "list_id"); id != 0 && id != l.ID {
			continue
		}
		prices, err := a.Catalog.PricesOn(ctx, l.ID)
		if err != nil {
			return err
		}
		for _, p := range prices {
			if id := number(f, "product_id"); id != 0 && id != p.ProductID {
				continue
			}
			err := emit(row{
				"product": p.Product.Code, "list": l.Name, "amount": money.Amount{Minor: p.Minor, Currency: l.Currency}.Decimal(), "currency": l.Currency, "unit": p.Unit,
				"from": string(p.Price.From), "to": string(p.Price.To), "tier": l.Tier, "region": l.Region,
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *App) exportDealers(ctx context.Context, f url.Values, emit exchange.Emit) error {
	filter := dealer.Filter{
		Q: f.Get("q"), Kind: dealer.Kind(f.Get("kind")), Region: f.Get("region"), ProductID: number(f, "product_id"), Current: f.Get("current") == "true", City: f.Get("city"),
	}
	return pages(func(r page.Request) (page.Of[dealer.Found], error) { return a.Dealers.List(ctx, filter, r) }, func(ds []dealer.Found) error {
		for _, d := range ds {
			var codes []string
			for _, id := range d.Products {
				p, err := a.Catalog.Get(ctx, id)
				if err != nil && !fault.Is(err, fault.KindNotFound) {
					return err
				}
				if err == nil {
					codes = append(codes, p.Code)
				}
			}
			r := row{
				"name": d.Name, "city": d.City, "kind": string(d.Kind), "level": blankZero(d.Level), "status": string(d.Status), "region": d.Region, "address": d.Address,
				"phone": d.Phone, "email": d.Email, "website": d.Website, "ways": d.Ways, "products": codes, "from": string(d.From), "to": string(d.To),
				"rating": blankZero(d.Rating), "contract": d.Contract, "notes": d.Notes,
			}
			if len(d.Contacts) > 0 {
				r["contact"] = d.Contacts[0].Name
			}
			if err := emit(r); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *App) exportArticles(ctx context.Context, f url.Values, emit exchange.Emit) error {
	filter := knowledge.Filter{
		Status: knowledge.Status(f.Get("status")), Kind: knowledge.Kind(f.Get("kind")), Audience: knowledge.Audience(f.Get("audience")), Topic: f.Get("topic"),
		Tag: f.Get("tag"), OwnerID: number(f, "owner_id"), ProductID: number(f, "product_id"), TypeID: number(f, "type_id"),
	}
	locale := actor.From(ctx).Locale
	return pages(func(r page.Request) (page.Of[knowledge.Listed], error) {
		return a.Knowledge.List(ctx, filter, locale, r)
	}, func(ls []knowledge.Listed) error {
		ids := make([]int64, len(ls))
		for i, l := range ls {
			ids[i] = l.ID
		}
		keys, err := a.Exchange.KeysOf(ctx, "articles", ids)
		if err != nil {
			return err
		}
		for _, l := range ls {
			versions, err := a.Knowledge.Versions(ctx, l.ID)
			if err != nil {
				return err
			}
			n := l.LiveN
			if n == 0 {
				n = l.DraftN
			}
			for _, v := range versions {
				if v.N != n {
					continue
				}
				err := emit(row{
					"key": keys[l.ID], "locale": v.Locale, "title": v.Title, "answer": v.Answer, "body": v.Body, "summary": v.Summary, "kind": string(l.Kind),
					"topic": l.Topic, "audience": string(l.Audience), "code": l.Code, "tags": l.Tags, "keywords": v.Keywords, "status": string(l.Status),
				})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// listing reads the filter of a list of tickets as the desk's own list does.
func listing(f url.Values) desk.Listing {
	l := desk.Listing{
		View: f.Get("view"), Priority: ticket.Priority(f.Get("priority")), Tag: f.Get("tag"), Customer: number(f, "customer"), Channel: f.Get("channel"),
		Type: number(f, "type"), Place: f.Get("place"), Sort: f.Get("sort"),
	}
	for name, to := range map[string]**int64{"owner": &l.Owner, "team": &l.Team, "severity": &l.Severity} {
		if v := f.Get(name); v != "" {
			n := number(f, name)
			*to = &n
		}
	}
	for _, s := range commas(f.Get("status")) {
		l.Statuses = append(l.Statuses, ticket.Status(s))
	}
	if v := f.Get("first_contact"); v != "" {
		first := v == "true"
		l.FirstContact = &first
	}
	for _, field := range f["field"] {
		if key, value, ok := strings.Cut(field, ":"); ok {
			l.Fields = append(l.Fields, desk.Field{Key: key, Value: value})
		}
	}
	return l
}

func (a *App) exportTickets(ctx context.Context, f url.Values, emit exchange.Emit) error {
	teams, err := a.teamNames(ctx)
	if err != nil {
		return err
	}
	agents, err := all(func(r page.Request) (page.Of[agent.Agent], error) { return a.Agents.List(ctx, "", r) })
	if err != nil {
		return err
	}
	mails := map[int64]string{}
	for _, g := range agents {
		mails[g.ID] = g.Email
	}
	types, err := a.Types.List(ctx)
	if err != nil {
		return err
	}
	typeNames := map[int64]string{}
	for _, t := range types {
		typeNames[t.ID] = catalog.NameIn(t.Names, actor.From(ctx).Locale)
	}
	l := listing(f)
	read := func(r page.Request) (page.Of[desk.TicketRow], error) {
		l.Request = r
		return a.Desk.List(ctx, l)
	}
	return pages(read, func(ts []desk.TicketRow) error {
		ids := make([]int64, len(ts))
		for i, t := range ts {
			ids[i] = t.ID
		}
		keys, err := a.Exchange.KeysOf(ctx, "tickets", ids)
		if err != nil {
			return err
		}
		for _, t := range ts {
			whole, err := a.Tickets.Get(ctx, t.ID)
			if fault.Is(err, fault.KindNotFound) {
				continue // moved out of sight meanwhile
			}
			if err != nil {
				return err
			}
			r := row{
				"key": keys[t.ID], "number": t.Number, "subject": t.Subject, "text": t.Preview, "status": string(t.Status), "priority": string(t.Priority), "channel": t.Channel,
				"type": typeNames[whole.TypeID], "team": teams[whole.TeamID], "owner": mails[whole.OwnerID], "tags": t.Tags, "result_code": whole.ResultCode,
				"result_text": whole.ResultText, "created": t.CreatedAt, "updated": t.UpdatedAt,
			}
			if r["key"] == "" {
				r["key"] = t.Number
			}
			if t.Customer != nil {
				r["customer_name"] = t.Customer.Name
			}
			if err := emit(r); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *App) exportReadings(ctx context.Context, _ url.Values, emit exchange.Emit) error {
	locale := actor.From(ctx).Locale
	readings, err := all(func(r page.Request) (page.Of[reading.Reading], error) { return a.Readings.All(ctx, r) })
	if err != nil {
		return err
	}
	for _, x := range readings {
		p, err := a.Readings.Progress(ctx, x.ID)
		if err != nil {
			return err
		}
		var late []string
		for _, who := range p.Outstanding {
			late = append(late, who.Name)
		}
		share := any(nil)
		if p.Total > 0 {
			share = int64(100 * len(p.Done) / p.Total)
		}
		if err := emit(row{
			"title": x.Titles.In(locale), "due": x.DueAt, "readers": int64(p.Total), "done": int64(len(p.Done)), "share": share, "outstanding": late,
		}); err != nil {
			return err
		}
	}
	return nil
}

// reportDays is how far back reports go that are asked for without a beginning.
const reportDays = 90

func (a *App) exportAnswers(ctx context.Context, f url.Values, emit exchange.Emit) error {
	since := a.clock.Now().AddDate(0, 0, -reportDays)
	if at, err := time.Parse(time.DateOnly, f.Get("since")); err == nil {
		since = at
	}
	uses, err := a.Answers.Report(ctx, since)
	if err != nil {
		return err
	}
	for _, u := range uses {
		if err := emit(row{"article": u.Title, "given": u.Uses, "solved": u.Solved, "contradictions": u.Contradictions, "wrong": u.Wrong, "last": u.LastAt}); err != nil {
			return err
		}
	}
	return nil
}

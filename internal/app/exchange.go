package app

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"heed/internal/insight/exchange"
	"heed/internal/kernel/day"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/agent"
	"heed/internal/people/customer"
	"heed/internal/people/identity"
)

// buildExchange builds what brings tables in and gives them out.
func (a *App) buildExchange() {
	a.Exchange = exchange.NewService(exchange.Deps{
		DB: a.DB, Journal: a.Journal, Jobs: a.Jobs, Blobs: a.Blobs, Clock: a.clock, Log: a.log, Settings: a.Settings, Actor: a.Agents.Actor,
		Importers: map[string]exchange.Importer{
			"customers":     customersIn{a, customer.Person},
			"organizations": customersIn{a, customer.Organization},
			"agents":        agentsIn{a},
			"products":      productsIn{a},
			"prices":        pricesIn{a},
			"dealers":       dealersIn{a},
			"articles":      articlesIn{a},
			"tickets":       ticketsIn{a},
		},
		Exporters: a.exporters(),
	})
}

// one applies records one after the other. What is wrong with a record is told
// of it alone where fn finds it before it stores anything (problems), and undoes
// the piece otherwise (err).
func one(ctx context.Context, rs []exchange.Record, fn func(ctx context.Context, r exchange.Record) (exchange.Outcome, error)) ([]exchange.Outcome, error) {
	out := make([]exchange.Outcome, len(rs))
	for i, r := range rs {
		var err error
		if out[i], err = fn(ctx, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// wrong is an outcome that stored nothing because of one column.
func wrong(column, key string, params map[string]any) exchange.Outcome {
	return exchange.Outcome{Problems: []exchange.Problem{{Column: column, Key: key, Params: params}}}
}

func became(id int64, isNew, changed bool) exchange.Outcome {
	switch {
	case isNew:
		return exchange.Outcome{What: exchange.IsNew, ID: id}
	case changed:
		return exchange.Outcome{What: exchange.IsChanged, ID: id}
	}
	return exchange.Outcome{What: exchange.IsSame, ID: id}
}

// filled is a pointer to a value that a row has, nil for one that it has not.
func filled[T ~string](r exchange.Record, column string) *T {
	v := r.Values[column]
	if v == "" {
		return nil
	}
	out := T(v)
	return &out
}

// dated is filled for a day in any writing. What is none stays as it is, and is
// refused by the slice.
func dated(r exchange.Record, column string) *day.Day {
	v := filled[day.Day](r, column)
	if v != nil {
		if iso, ok := exchange.Date(string(*v)); ok {
			*v = day.Day(iso)
		}
	}
	return v
}

// all reads a list to its end.
func all[T any](read func(r page.Request) (page.Of[T], error)) ([]T, error) {
	var out []T
	for r := (page.Request{Limit: 200}); ; {
		p, err := read(r)
		if err != nil {
			return nil, err
		}
		if out = append(out, p.Items...); p.Next == "" {
			return out, nil
		}
		r.Cursor = p.Next
	}
}

// customersIn imports customers.
type customersIn struct {
	a    *App
	kind customer.Kind
}

var ownNumber = regexp.MustCompile(`^(?i:c)-\d+$`)

// Tidy takes the number of another program for the external key.
func (customersIn) Tidy(r exchange.Record) exchange.Record {
	if n := r.Values["number"]; n != "" && !ownNumber.MatchString(n) {
		delete(r.Values, "number")
		if r.Values["key"] == "" {
			r.Values["key"] = n
		}
	}
	return r
}

func (c customersIn) Key(r exchange.Record) string {
	name := fold(r.Values["name"])
	if k := r.Values["number"]; k != "" {
		return "number " + strings.ToUpper(k)
	}
	if k := r.Values["key"]; k != "" {
		return "key " + k
	}
	for _, e := range exchange.Words(r.Values["emails"]) {
		if address, ok := identity.Email(e); ok && c.kind == customer.Person {
			return "email " + address
		}
	}
	for _, p := range exchange.Words(r.Values["phones"]) {
		digits := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, p)
		if c.kind == customer.Person && digits != "" {
			return "phone " + digits[max(0, len(digits)-9):] + " " + name
		}
	}
	return "name " + name
}

func (c customersIn) Apply(ctx context.Context, rs []exchange.Record) ([]exchange.Outcome, error) {
	homes, founded, err := c.homes(ctx, rs)
	if err != nil {
		return nil, err
	}
	in := make([]customer.Incoming, len(rs))
	for i, r := range rs {
		in[i] = customer.Incoming{KnownID: r.KnownID, Registration: c.registration(r, homes)}
		if id, ok := customer.IDOf(r.Values["number"]); ok {
			in[i].KnownID = id
		}
	}
	taken, err := c.a.Customers.Take(ctx, in)
	if err != nil {
		return nil, err
	}
	out := make([]exchange.Outcome, len(rs))
	for i, t := range taken {
		if t.Err == nil {
			out[i] = became(t.ID, t.New, t.Changed)
			continue
		}
		if founded {
			return nil, t.Err // the organization of a row that is not stored must not stay
		}
		if out[i].Problems = exchange.ProblemsOf("customers", t.Err); out[i].Problems == nil {
			return nil, t.Err
		}
	}
	return out, nil
}

func (c customersIn) registration(r exchange.Record, homes map[string]int64) customer.Registration {
	v := r.Values
	n := customer.Registration{
		Kind: customer.Kind(v["kind"]), Name: v["name"], Salutation: v["salutation"], Locale: v["locale"], Notes: v["notes"], AllowDuplicate: true,
		Profile: customer.Profile{
			Tier: filled[customer.Tier](r, "tier"), Region: filled[string](r, "region"), City: filled[string](r, "city"), ChainRole: filled[string](r, "chain_role"),
			Since: (*string)(dated(r, "since")),
		},
	}
	if n.Kind == "" && (r.KnownID == 0 && v["number"] == "" || c.kind == customer.Organization) {
		n.Kind = c.kind
	}
	for _, e := range exchange.Words(v["emails"]) {
		n.Emails = append(n.Emails, customer.Entry{Value: e})
	}
	for _, p := range exchange.Words(v["phones"]) {
		n.Phones = append(n.Phones, customer.Entry{Value: p})
	}
	for i, o := range exchange.Words(v["organization"]) {
		m := customer.Member{OrganizationID: homes[o]}
		if i == 0 {
			m.Title = v["title"]
		}
		n.Organizations = append(n.Organizations, m)
	}
	return n
}

// homes gives the organizations that rows name, founding those that there are not.
func (c customersIn) homes(ctx context.Context, rs []exchange.Record) (map[string]int64, bool, error) {
	var names []string
	for _, r := range rs {
		for _, o := range exchange.Words(r.Values["organization"]) {
			if !slices.Contains(names, o) {
				names = append(names, o)
			}
		}
	}
	if len(names) == 0 {
		return nil, false, nil
	}
	homes, err := c.a.Customers.OrganizationsNamed(ctx, names)
	if err != nil {
		return nil, false, err
	}
	var missing []customer.Incoming
	seen := map[string]bool{}
	for _, n := range names {
		if homes[n] == 0 && !seen[fold(n)] {
			seen[fold(n)] = true
			missing = append(missing, customer.Incoming{Registration: customer.Registration{Kind: customer.Organization, Name: n}})
		}
	}
	if len(missing) == 0 {
		return homes, false, nil
	}
	taken, err := c.a.Customers.Take(ctx, missing)
	if err != nil {
		return nil, false, err
	}
	for _, t := range taken {
		if t.Err != nil {
			return nil, false, t.Err
		}
	}
	homes, err = c.a.Customers.OrganizationsNamed(ctx, names)
	return homes, true, err
}

// agentsIn imports agents. They are invited as those who are added by hand: each
// gets his link from the page of people.
type agentsIn struct{ a *App }

func (agentsIn) Key(r exchange.Record) string {
	address, _ := identity.Email(r.Values["email"])
	return address
}

func (x agentsIn) Apply(ctx context.Context, rs []exchange.Record) ([]exchange.Outcome, error) {
	teams, err := x.a.teamsByName(ctx)
	if err != nil {
		return nil, err
	}
	return one(ctx, rs, func(ctx context.Context, r exchange.Record) (exchange.Outcome, error) {
		ids := []int64{}
		for _, name := range exchange.Words(r.Values["teams"]) {
			id, ok := teams[fold(name)]
			if !ok {
				return wrong("teams", "exchange.no_such_team", map[string]any{"name": name}), nil
			}
			ids = append(ids, id)
		}
		known, err := x.a.Agents.ByEmail(ctx, r.Values["email"])
		if fault.Is(err, fault.KindNotFound) {
			n := agent.New{Name: r.Values["name"], Email: r.Values["email"], Role: r.Values["role"], TeamIDs: ids, Locale: r.Values["locale"]}
			if n.Role == "" {
				n.Role = "rep"
			}
			made, err := x.a.Agents.Add(ctx, n)
			return became(made.ID, true, false), err
		}
		if err != nil {
			return exchange.Outcome{}, err
		}
		p := agent.Patch{Name: filled[string](r, "name"), Role: filled[string](r, "role")}
		if len(ids) > 0 {
			p.TeamIDs = &ids
		}
		now, err := x.a.Agents.Change(ctx, known.ID, 0, p)
		return became(now.ID, false, now.Version != known.Version), err
	})
}

// teamsByName gives the teams that are in use by their folded names.
func (a *App) teamsByName(ctx context.Context) (map[string]int64, error) {
	teams, err := all(func(r page.Request) (page.Of[agent.Team], error) { return a.Agents.Teams(ctx, r) })
	out := map[string]int64{}
	for _, t := range teams {
		if !t.Archived {
			out[fold(t.Name)] = t.ID
		}
	}
	return out, err
}

package app

import (
	"context"
	"slices"

	"heed/internal/insight/exchange"
	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/people/customer"
	"heed/internal/reach/intake"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
	"heed/internal/work/tickettype"
)

// ticketsIn imports tickets of another program, known by their numbers there.
type ticketsIn struct{ a *App }

func (ticketsIn) Key(r exchange.Record) string { return r.Values["key"] }

func (x ticketsIn) Apply(ctx context.Context, rs []exchange.Record) ([]exchange.Outcome, error) {
	teams, err := x.a.teamsByName(ctx)
	if err != nil {
		return nil, err
	}
	types, err := x.a.Types.List(ctx)
	if err != nil {
		return nil, err
	}
	return one(ctx, rs, func(ctx context.Context, r exchange.Record) (exchange.Outcome, error) {
		in, problems, err := x.input(ctx, r, teams, types)
		if err != nil || problems != nil {
			return exchange.Outcome{Problems: problems}, err
		}
		if r.KnownID != 0 {
			was, err := x.a.Tickets.Get(ctx, r.KnownID)
			if err == nil || !fault.Is(err, fault.KindNotFound) {
				return x.change(ctx, was, in, r, err)
			}
		}
		return x.open(ctx, in, r)
	})
}

// input reads what a new ticket is made of.
func (x ticketsIn) input(ctx context.Context, r exchange.Record, teams map[string]int64, types []tickettype.Type) (ticket.Input, []exchange.Problem, error) {
	v := r.Values
	in := ticket.Input{Subject: v["subject"], Channel: v["channel"], Priority: ticket.Priority(v["priority"]), Tags: exchange.Words(v["tags"])}
	if in.Channel == "" {
		in.Channel = "note"
	}
	if name := v["team"]; name != "" {
		if in.TeamID = teams[fold(name)]; in.TeamID == 0 {
			return in, wrong("team", "exchange.no_such_team", map[string]any{"name": name}).Problems, nil
		}
	}
	if name := v["type"]; name != "" {
		for _, t := range types {
			if t.Active && (t.Key == name || slices.ContainsFunc([]string{t.Names["en"], t.Names["zh-CN"], t.Names["zh-TW"]}, func(n string) bool { return n != "" && fold(n) == fold(name) })) {
				in.TypeID = t.ID
			}
		}
		if in.TypeID == 0 {
			return in, wrong("type", "exchange.no_such_type", map[string]any{"name": name}).Problems, nil
		}
	}
	if address := v["owner"]; address != "" {
		owner, err := x.a.Agents.ByEmail(ctx, address)
		if fault.Is(err, fault.KindNotFound) {
			return in, wrong("owner", "exchange.no_such_agent", map[string]any{"name": address}).Problems, nil
		}
		if err != nil {
			return in, nil, err
		}
		in.OwnerID = owner.ID
	}
	if key := v["customer_key"]; key != "" {
		known, err := x.a.Exchange.Known(ctx, "customers", []string{key})
		if err != nil {
			return in, nil, err
		}
		if in.CustomerID = known[key]; in.CustomerID == 0 && v["customer_email"] == "" && v["customer_phone"] == "" && v["customer_name"] == "" {
			return in, wrong("customer_key", "exchange.no_such_customer", map[string]any{"key": key}).Problems, nil
		}
	}
	if status := ticket.Status(v["status"]); status != "" && !status.Known() {
		return in, wrong("status", "field.unknown_value", nil).Problems, nil
	}
	return in, nil, nil
}

func (x ticketsIn) open(ctx context.Context, in ticket.Input, r exchange.Record) (exchange.Outcome, error) {
	v := r.Values
	req := intake.Request{Ticket: in}
	if in.CustomerID == 0 && (v["customer_email"] != "" || v["customer_phone"] != "" || v["customer_name"] != "") {
		who := customer.Registration{Name: v["customer_name"], AllowDuplicate: true}
		if e := v["customer_email"]; e != "" {
			who.Emails = []customer.Entry{{Value: e}}
		}
		if p := v["customer_phone"]; p != "" {
			who.Phones = []customer.Entry{{Value: p}}
		}
		req.Customer = &who
	}
	if v["text"] != "" {
		req.Message = &conversation.Post{Kind: conversation.Incoming, Text: v["text"]}
	}
	made, err := x.a.Intake.Open(ctx, req)
	if err != nil {
		return exchange.Outcome{}, err
	}
	_, err = x.settle(ctx, made.Ticket, r)
	return became(made.Ticket.ID, true, false), err
}

// settle brings a ticket into the state that the row says. It does so as the
// system: whoever brings a thousand tickets in has not taken them up.
func (x ticketsIn) settle(ctx context.Context, t ticket.Ticket, r exchange.Record) (ticket.Ticket, error) {
	to := ticket.Status(r.Values["status"])
	if to == "" || to == t.Status || to == ticket.StatusNew || to == ticket.StatusReopened {
		return t, nil
	}
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return t, err
	}
	ctx = actor.AsSystem(ctx)
	p := ticket.Patch{Status: &to}
	if !to.Open() {
		code := r.Values["result_code"]
		if code == "" {
			code = ticket.Results()[0]
		}
		p.ResultCode, p.ResultText = &code, filled[string](r, "result_text")
	}
	if to == ticket.StatusClosed && !slices.Contains(t.Status.Next(), to) {
		solved := ticket.StatusSolved
		p.Status = &solved
		if _, err := x.a.Tickets.Change(ctx, t.ID, 0, p); err != nil {
			return t, err
		}
		p = ticket.Patch{Status: &to}
	}
	return x.a.Tickets.Change(ctx, t.ID, 0, p)
}

// change brings a ticket that was imported before up to date, as far as the row
// says something else.
func (x ticketsIn) change(ctx context.Context, was ticket.Ticket, in ticket.Input, r exchange.Record, err error) (exchange.Outcome, error) {
	if err != nil {
		return exchange.Outcome{}, err
	}
	var p ticket.Patch
	some := false
	if in.Subject != "" && in.Subject != was.Subject {
		p.Subject, some = &in.Subject, true
	}
	if in.Priority != "" && in.Priority != was.Priority {
		p.Priority, some = &in.Priority, true
	}
	if in.TypeID != 0 && in.TypeID != was.TypeID {
		p.TypeID, some = &in.TypeID, true
	}
	if len(in.Tags) > 0 && !slices.Equal(in.Tags, was.Tags) {
		p.Tags, some = &in.Tags, true
	}
	now := was
	if some {
		if now, err = x.a.Tickets.Change(ctx, was.ID, 0, p); err != nil {
			return exchange.Outcome{}, err
		}
	}
	now, err = x.settle(ctx, now, r)
	return became(was.ID, false, now.Version != was.Version), err
}

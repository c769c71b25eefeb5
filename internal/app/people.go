package app

import (
	"context"

	"heed/internal/kernel/actor"
	"heed/internal/people/agent"
	"heed/internal/people/customer"
	"heed/internal/people/setting"
	"heed/internal/people/signin"
	"heed/internal/work/conversation"
)

func (a *App) buildPeople() {
	a.Settings = setting.New(setting.Deps{DB: a.DB, Journal: a.Journal, Clock: a.clock})
	a.Agents = agent.NewService(agent.Deps{DB: a.DB, Journal: a.Journal, Clock: a.clock, Settings: a.Settings})
	a.Signin = signin.New(signin.Deps{
		DB: a.DB, Journal: a.Journal, Clock: a.clock, Log: a.log, Agents: a.Agents, Settings: a.Settings,
		Mailer: inviter{a}, Ended: a.Hub.End, EndedOne: a.Hub.EndSession,
		BaseURL: func(context.Context) string { return *a.baseURL.Load() },
	})
	a.Customers = customer.New(customer.Deps{DB: a.DB, Journal: a.Journal, Clock: a.clock, Settings: a.Settings})
}

// inviter mails invitations from the firm's first mailbox that can send.
type inviter struct{ a *App }

func (i inviter) Invite(ctx context.Context, to, name, firm, link, locale string) (bool, error) {
	return i.a.Email.Invite(ctx, to, name, firm, link, locale)
}

// customerFor gives what conversations and lists need to know of a customer
// whose ticket the actor may see; who may see the ticket may know that.
func (a *App) customerFor(ctx context.Context, id int64) (conversation.Customer, error) {
	c, err := a.Customers.Get(actor.AsSystem(ctx), id)
	out := conversation.Customer{Name: c.Name, Salutation: c.Salutation}
	for _, e := range c.Emails {
		out.Emails = append(out.Emails, e.Value)
	}
	return out, err
}

package app

import (
	"context"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/offer/knowledge"
	"heed/internal/platform/i18n"
	"heed/internal/work/conversation"
	"heed/internal/work/need"
	"heed/internal/work/ticket"
)

// confirmPath is where a customer says whether we have understood him.
const confirmPath = "/help/confirm/"

// guidesMost bounds the articles that are offered for a beginner.
const guidesMost = 5

func (a *App) buildNeed() {
	a.Need = need.New(need.Deps{
		DB: a.DB, Journal: a.Journal, Clock: a.clock, Tickets: a.Tickets, Types: a.Types, Talk: needTalk{a},
		Link:   func(token string) string { return *a.baseURL.Load() + confirmPath + token },
		On:     func(ctx context.Context) (bool, error) { return a.Settings.On(ctx, "need") },
		Novice: func(ctx context.Context, id int64) (bool, error) { return a.Portrait.Novice(ctx, id) },
		Guides: a.guides,
	})
}

// guardNeed is need.Guard; tickets are built before.
func (a *App) guardNeed(ctx context.Context, old, next ticket.Ticket) (fault.Fields, error) {
	return a.Need.Guard(ctx, old, next)
}

// guides are the articles for beginners, those about the ticket's product and
// type first.
func (a *App) guides(ctx context.Context, t ticket.Ticket, locale string) ([]need.Guide, error) {
	if on, err := a.Settings.On(ctx, "knowledge"); err != nil || !on {
		return nil, err
	}
	hits, err := a.Knowledge.Search(ctx, knowledge.Query{Tag: "beginner", Locale: locale, ProductID: t.ProductID, TypeID: t.TypeID, Limit: guidesMost})
	out := make([]need.Guide, len(hits))
	for i, h := range hits {
		out[i] = need.Guide{ArticleID: h.ArticleID, Title: h.Title}
	}
	return out, err
}

// needTalk is what the needs ask of the conversation.
type needTalk struct{ a *App }

func (t needTalk) FirstWords(ctx context.Context, ticketID int64) (string, error) {
	return t.a.Conversation.FirstWords(ctx, ticketID)
}

// Addressed falls back on the firm's language, and on a polite nobody.
func (t needTalk) Addressed(ctx context.Context, ticketID int64) (name, locale string, err error) {
	name, lang, err := t.a.Conversation.Addressed(ctx, ticketID)
	if err != nil {
		return "", "", err
	}
	firm, err := t.a.Settings.Get(ctx)
	if err != nil {
		return "", "", err
	}
	if locale = i18n.Match(lang); lang == "" || lang == "zh" {
		locale = firm.Locale
	}
	if name == "" {
		name = i18n.T(locale, "need.letter.somebody", nil)
	}
	return name, locale, nil
}

func (t needTalk) Reply(ctx context.Context, ticketID int64, html string) error {
	_, _, err := t.a.Conversation.Post(ctx, conversation.Post{TicketID: ticketID, Kind: conversation.Reply, HTML: html})
	return err
}

func (t needTalk) Heard(ctx context.Context, ticketID int64, text string) error {
	k, err := t.a.Tickets.Get(ctx, ticketID)
	if err != nil {
		return err
	}
	name := ""
	if k.CustomerID != 0 {
		c, err := t.a.Customers.Get(actor.AsSystem(ctx), k.CustomerID)
		if err != nil {
			return err
		}
		name = c.Name
	}
	_, err = t.a.Conversation.Receive(ctx, conversation.Mail{
		TicketID: ticketID, CustomerID: k.CustomerID, Channel: "web", AuthorName: name, Text: text, SentAt: t.a.clock.Now().Truncate(time.Microsecond),
	})
	return err
}

// purgeBeside removes what slices keep beside tickets that are purged.
func (a *App) purgeBeside(ctx context.Context, ids []int64) error {
	if err := a.Need.Purge(ctx, ids); err != nil {
		return err
	}
	if err := a.Referrals.Purge(ctx, ids); err != nil {
		return err
	}
	if err := a.Answers.Purge(ctx, ids); err != nil {
		return err
	}
	if err := a.Flows.Purge(ctx, ids, nil); err != nil {
		return err
	}
	return a.Email.Purge(ctx, ids)
}
